"""Small pieces that the rules of many kinds are made of."""

import math
from collections.abc import Callable, Iterable, Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Shape
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import Call
from loaders.kinds._arguments import length_text

TIMES = " × "


def kept(
    axis: Axis, length: Dim, source: int | None, meaning: str = "kept as it is"
) -> AxisStep:
    """Return the step of an axis that passes through unchanged."""
    if axis is Axis.BATCH and meaning == "kept as it is":
        meaning = "any number of samples" if length is None else "samples, kept"
    return AxisStep(axis=axis, result=length, meaning=meaning, source=source)


def passed_through(call: Call, dtype: str = "") -> OutputSteps | None:
    """Return the steps of an output that is shaped like the first input."""
    shape = call.shape()
    if shape is None:
        return None
    axes = zip(call.axes(), shape, strict=True)
    return OutputSteps(
        axes=tuple(kept(axis, length, at) for at, (axis, length) in enumerate(axes)),
        dtype=dtype,
    )


def same_shape(call: Call) -> list[OutputSteps | None]:
    """The one output is shaped like the first input."""
    return [passed_through(call)]


def unknown_shapes(call: Call) -> list[OutputSteps | None]:
    """Nobody knows the shape of any output."""
    return [None] * max(1, call.outputs)


def one_replaced(call: Call, step: AxisStep) -> tuple[AxisStep, ...]:
    """Return the steps of the first input's axes, kept but for ``step.source``."""
    axes = enumerate(zip(call.axes(), call.shape() or (), strict=True))
    return tuple(
        step if at == step.source else kept(axis, length, at)
        for at, (axis, length) in axes
    )


def times(lengths: Iterable[Dim]) -> Dim:
    """Return a product of lengths, ``None`` if one is not a known number."""
    known = list(lengths)
    if any(not isinstance(length, int) for length in known):
        return None
    return math.prod(length for length in known if isinstance(length, int))


def product_text(lengths: Sequence[Dim]) -> str:
    """Return ``3 × 3 × 24``; ``?`` for a length that nobody knows."""
    return TIMES.join(map(length_text, lengths))


def cost_per_number(
    each: int,
) -> Callable[[Call, Sequence[OutputSteps]], int | None]:
    """Return a cost of so many multiply-adds for every number of the first output."""

    def cost(_call: Call, outputs: Sequence[OutputSteps]) -> int | None:
        numbers = times(outputs[0].shape[1:])
        return each * numbers if isinstance(numbers, int) else None

    return cost


def need_rank(call: Call, ranks: Sequence[int], words: str) -> Shape | None:
    """Return the first input's shape after checking its number of axes.

    ``words`` says what the layer expects: "batch, height, width, channel".

    Raises:
        ShapeError: the input has another number of axes.
    """
    shape = call.shape()
    if shape is None or len(shape) in ranks:
        return shape
    wanted = " or ".join(map(str, ranks))
    raise ShapeError(
        f"{call.op} expects {wanted} axes ({words}); its input has {len(shape)}: "
        f"{product_text(shape) or 'a scalar'}.",
    )
