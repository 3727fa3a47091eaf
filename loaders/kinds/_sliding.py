"""Steps of layers whose window slides over the spatial axes, and why it may not fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Shape
from loaders.ir.steps import AxisStep
from loaders.ir.text import shape_text
from loaders.kinds import Call
from loaders.kinds._spatial import Layout, axes_text, layout_axes, spatial_axes
from loaders.kinds._steps import kept
from loaders.kinds._windows import (
    Fill,
    Window,
    added,
    leaves_out_last,
    shortest_length,
    window_count,
    window_numbers,
    window_rule,
)

FEW_CHANNELS = 4
"""Grey, two sensors, RGB, RGBA: so short an axis beside long ones is the channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The first input of a layer with spatial axes, cut into its parts.

    Attributes:
        shape: All lengths.
        axes: What they stand for, in the layer's reading.
        space: Places of the spatial axes.
        channel: Place of the channel axis.
        layout: Where the channels lie.
    """

    shape: Shape
    axes: tuple[Axis, ...]
    space: tuple[int, ...]
    channel: int
    layout: str

    @property
    def channels(self) -> Dim:
        """How many channels there are."""
        return self.shape[self.channel]


def input_of(call: Call, rank: int, layout: str, more_batches: bool = False) -> Input:
    """Return the first input as a layer with ``rank`` spatial axes reads it.

    An input of unknown rank has all lengths unknown: the layer accepts no other rank.

    Args:
        call: The call.
        rank: How many spatial axes there are.
        layout: Where the channels lie.
        more_batches: Whether several leading axes may count samples (Keras 2).

    Raises:
        ShapeError: the input has another number of axes.
    """
    shape = call.shape()
    if shape is None:
        shape = (None,) * (rank + 2)
    elif call.attributes.get("layout_unsaid") and call.axes()[1:2] == (Axis.CHANNEL,):
        layout = Layout.FIRST.value
    extra = len(shape) - rank - 2
    if extra and not (more_batches and extra > 0):
        raise wrong_rank(call, shape, layout_axes(rank, layout), layout)
    axes = layout_axes(rank, layout)
    if extra:
        named = call.axes()[1 : 1 + extra]
        axes = (Axis.BATCH, *named, *axes[1:])
    lead = len(shape) - rank - 1
    first = layout == Layout.FIRST
    start = lead + 1 if first else lead
    return Input(
        shape=shape,
        axes=axes,
        space=tuple(range(start, start + rank)),
        channel=lead if first else len(shape) - 1,
        layout=layout,
    )


def wrong_rank(
    call: Call, shape: Shape, axes: Sequence[Axis], layout: str = ""
) -> ShapeError:
    """Return the error of an input with too few or too many axes."""
    found = shape_text(shape)
    read = f" ({layout})" if layout else ""
    why = (
        f"{call.op} expects {len(axes)} axes{read}: {axes_text(axes)}. "
        f"Its input has {len(shape)}: {found}."
    )
    if len(shape) == len(axes) - 1:
        one = shape_text(
            (*shape, 1) if layout == Layout.LAST else (shape[0], 1, *shape[1:])
        )
        advice = (
            f"One axis is missing: a channel axis would make it {one}, "
            f"or the batch axis was left out."
        )
    elif len(shape) > len(axes):
        extra = len(shape) - len(axes)
        advice = (
            "Wrap the layer in TimeDistributed to apply it at each step, or use the "
            f"layer for {len(axes) - 2 + extra} spatial axes."
        )
    else:
        advice = f"Reshape it to {len(axes)} axes."
    return ShapeError(why, advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliding:
    """A window over every spatial axis of one input.

    Attributes:
        call: The call, for its name.
        given: Its input.
        windows: One per spatial axis; ``None`` where its size is unknown.
        word: What the window is called: ``kernel`` or ``pool``.
        channels: How many channels the result has; used in advice.
        meaning: What one result along a spatial axis is.
    """

    call: Call
    given: Input
    windows: Sequence[Window | None]
    word: str
    channels: Dim
    meaning: str

    def steps(self) -> list[AxisStep]:
        """Return the step of every spatial axis.

        Raises:
            ShapeError: the window does not fit, with the numbers and what would help.
        """
        steps = []
        axes = spatial_axes(len(self.windows))
        for axis, place, window in zip(
            axes, self.given.space, self.windows, strict=True
        ):
            length = self.given.shape[place]
            if window is None:
                steps.append(_unknown(axis, place, self.word))
                continue
            count = window_count(length, window)
            if isinstance(count, int) and count <= 0 and length != 0:
                raise self._misfit(axis, length, window, count)
            steps.append(
                AxisStep(
                    axis=axis,
                    result=count,
                    meaning=f"{self.meaning}{padding_text(length, window)}",
                    rule=window_rule(window, length),
                    numbers=window_numbers(length, window),
                    source=place,
                )
            )
        return steps

    def _misfit(
        self, axis: Axis, length: Dim, window: Window, count: int
    ) -> ShapeError:
        size = f"the {self.word}'s {window.size}"
        if window.dilation > 1:
            size = (
                f"the {window.reach} that the {self.word} reaches over "
                f"({window.dilation} × ({window.size} − 1) + 1)"
            )
        start = f"{axis.value} {length}"
        if window.before or window.after:
            start += f" with {window.before} + {window.after} added"
        numbers = window_numbers(length, window)
        why = (
            f"{start} is smaller than {size}, so it fits nowhere: "
            f"{numbers} = {count}.".replace("= -", "= −")
        )
        layout = self.given.layout
        why += f" The layer is {layout}: it reads {axes_text(self.given.axes)}."
        advice = self._order_advice()
        if advice:
            advice.append("If the order is right:")
        advice.append(self._length_advice(axis, window))
        return ShapeError(why[0].upper() + why[1:], " ".join(advice))

    def _order_advice(self) -> list[str]:
        """Say whether the window would fit with the channels at the other end."""
        given = self.given
        swapped = other_order(given)
        if swapped is None or not self._looks_swapped(swapped):
            return []
        lengths = [
            None if window is None else window_count(swapped.shape[place], window)
            for place, window in zip(swapped.space, self.windows, strict=True)
        ]
        if any(isinstance(length, int) and length <= 0 for length in lengths):
            return []
        result = list(swapped.shape)
        for place, length in zip(swapped.space, lengths, strict=True):
            result[place] = length
        result[swapped.channel] = self.channels
        channels = swapped.channels
        other = Layout.FIRST if given.layout == Layout.LAST else Layout.LAST
        return [
            f"{channels} looks like the number of channels: the layer is "
            f"{given.layout}, so the input should be {shape_text(swapped.shape)}, and "
            f"the output would be {shape_text(result)}. Swap the axes, or set "
            f"data_format to {other}."
        ]

    def _looks_swapped(self, swapped: Input) -> bool:
        """Tell wrongly ordered axes from an input that is merely too short.

        Deep in a network a short axis beside many channels is usual, so only an input
        of the whole model, or a picture that would be square, is taken for swapped.
        """
        candidate = swapped.channels
        if not isinstance(candidate, int) or candidate > FEW_CHANNELS:
            return False
        others = [swapped.shape[place] for place in swapped.space]
        if any(isinstance(other, int) and other <= candidate for other in others):
            return False
        square = len(others) > 1 and len(set(others)) == 1 and others[0] is not None
        return square or self.call.from_outside

    def _length_advice(self, axis: Axis, window: Window) -> str:
        needed = shortest_length(1, window)
        cures = ["padding same", f"a smaller {self.word}"]
        if self.given.layout == Layout.FIRST or len(self.windows) != 1:
            cures[0] = "padding that keeps the size (same)"
        return (
            f"{axis.value.capitalize()} must be at least {needed} here. Use "
            f"{cures[0]}, {cures[1]}, a longer input, or fewer poolings and smaller "
            "strides before it."
        )


def other_order(given: Input) -> Input | None:
    """Return the input with its channels moved to where the layer reads them.

    The axis that would be the channels in the other layout is taken for them.
    """
    if len(given.shape) != len(given.space) + 2:
        return None
    shape = list(given.shape)
    if given.layout == Layout.LAST:
        shape.append(shape.pop(1))
    else:
        shape.insert(1, shape.pop())
    return Input(
        shape=tuple(shape),
        axes=given.axes,
        space=given.space,
        channel=given.channel,
        layout=given.layout,
    )


def _unknown(axis: Axis, place: int, word: str) -> AxisStep:
    return AxisStep(
        axis=axis,
        result=None,
        meaning=f"unknown: the file does not tell the {word}'s size",
        source=place,
    )


def padding_text(length: Dim, window: Window) -> str:
    """Return what is added along one axis, as the end of a sentence."""
    if window.fill is Fill.CAUSAL:
        return f"; {window.reach - 1} zeros are put before the first"
    if window.fill is Fill.GIVEN:
        text = f"; {window.before} added before, {window.after} after"
        text = text if window.before or window.after else ""
        if leaves_out_last(length, window):
            text += "; a last one would start behind the input and does not count"
        return text
    if not isinstance(length, int):
        return "; padded so that every stride has a window"
    before, after = added(length, window)
    if not before and not after:
        return "; nothing needs to be added"
    return f"; padding same adds {before} before, {after} after"


def in_order(
    given: Input, channel: AxisStep, space: list[AxisStep]
) -> tuple[AxisStep, ...]:
    """Return all steps in the order of the layout, the leading axes kept."""
    lead = min(given.channel, *given.space) if given.space else given.channel
    before = tuple(
        kept(given.axes[place], given.shape[place], place) for place in range(lead)
    )
    if given.layout == Layout.FIRST:
        return (*before, channel, *space)
    return (*before, *space, channel)
