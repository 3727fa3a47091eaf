"""Kernels of layers whose window slides: shapes, weights, checks, words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Dim, Shape
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import Call, Settings
from loaders.kinds._kernel_words import kernel_meaning
from loaders.kinds._sliding import Input, input_of, other_order
from loaders.kinds._spatial import (
    Layout,
    activation_of,
    first_of,
    flag,
    layout_axes,
    layout_of,
    padding_of,
    per_axis,
    spatial_axes,
    whole,
    windows_of,
)
from loaders.kinds._steps import times
from loaders.kinds._windows import Window

FILTERS_FIRST = "filters_first"
"""Kernel order of ONNX, PyTorch and Theano: filter, in-channel, then space."""
CHANNELS_FIRST = "channels_first"
"""Kernel order of transposed ones in ONNX and PyTorch: in-channel, filter, space."""
FLAT_PICTURE = "flat_picture"
"""Keras 1 stored a kernel over time as one over a picture of width 1."""

_KERAS1_SIZES = {
    1: ("filter_length",),
    2: ("nb_row", "nb_col"),
    3: ("kernel_dim1", "kernel_dim2", "kernel_dim3"),
}


def keras_settings(settings: Settings, version: int, rank: int) -> Attributes:
    """Return the settings that all Keras convolutions share, in our spelling."""
    strides = first_of(settings, "strides", "subsample", "subsample_length", default=1)
    dilation = first_of(settings, "dilation_rate", "atrous_rate", default=1)
    return {
        "rank": rank,
        "kernel_size": _kernel_size(settings, rank),
        "strides": per_axis(strides, rank),
        "dilation": per_axis(dilation, rank),
        "padding": padding_of(settings),
        "groups": whole(first_of(settings, "groups", default=1)),
        "data_format": layout_of(settings).value,
        "use_bias": flag(settings, "use_bias", "bias", default=True),
        "activation": activation_of(settings),
        "kernel_order": _kernel_order(settings, version, rank),
        "more_batches": version == 2,
        "lora_rank": whole(first_of(settings, "lora_rank", default=0)),
    }


def _kernel_size(settings: Settings, rank: int) -> list[int]:
    if settings.get("kernel_size") is not None:
        return per_axis(settings["kernel_size"], rank)
    return [whole(settings[name]) for name in _KERAS1_SIZES[rank]]


def _kernel_order(settings: Settings, version: int, rank: int) -> str:
    if version != 1:
        return ""
    if rank == 1:
        return FLAT_PICTURE
    return FILTERS_FIRST if layout_of(settings) is Layout.FIRST else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything about a sliding kernel that settings, kernel and input tell.

    Attributes:
        given: The input in its parts.
        windows: One per spatial axis; ``None`` where the kernel's size is unknown.
        sizes: The kernel's lengths.
    """

    given: Input
    windows: list[Window | None]
    sizes: list[Dim]


def plan_of(call: Call) -> Plan | None:
    """Return the plan of a call; ``None`` if not even the number of axes is known.

    Raises:
        ShapeError: the input has another number of axes than the layer reads.
    """
    attributes = call.attributes
    kernel = kernel_shape(call)
    rank = attributes.get("rank")
    if attributes.get("kernel_size") is not None:
        rank = len(attributes["kernel_size"])
    elif rank is None and kernel is not None:
        rank = len(kernel) - 2
    elif rank is None and (shape := call.shape()) is not None:
        rank = len(shape) - 2
    if rank is None:
        return None
    more = bool(attributes.get("more_batches"))
    given = input_of(call, rank, attributes["data_format"], more)
    sizes = _sizes(attributes, kernel, rank)
    if all(isinstance(size, int) for size in sizes):
        known = [size for size in sizes if isinstance(size, int)]
        windows: list[Window | None] = list(windows_of(attributes, known))
    else:
        windows = [None] * rank
    return Plan(given=given, windows=windows, sizes=sizes)


def _sizes(attributes: Mapping[str, Any], kernel: Shape | None, rank: int) -> list[Dim]:
    if attributes.get("kernel_size") is not None:
        return list(attributes["kernel_size"])
    if kernel is None:
        return [None] * rank
    first = attributes["kernel_order"] in (FILTERS_FIRST, CHANNELS_FIRST)
    return list(kernel[2:] if first else kernel[:-2])


def kernel_shape(call: Call) -> Shape | None:
    """Return the shape of a saved kernel, or of one that flows in as second input."""
    saved = call.weights.get("kernel")
    if saved is not None:
        return saved.shape
    return call.shape(1)


def divided(channels: Dim, groups: int) -> Dim:
    """Return how many channels each group has."""
    if groups == 1:
        return channels
    return channels // groups if isinstance(channels, int) else None


def check_groups(call: Call, channels: Dim, filters: Dim, groups: int) -> None:
    """Check that channels and filters can be divided into groups.

    Raises:
        ShapeError: they cannot, with the numbers.
    """
    for what, count in (("input channels", channels), ("filters", filters)):
        if isinstance(count, int) and count % groups:
            raise ShapeError(
                f"{call.op} has {groups} groups, but {count} {what} cannot be divided "
                f"into {groups}: {count} = {count // groups} × {groups} + "
                f"{count % groups}.",
                f"Use a number of groups that divides {count}.",
            )


def check_channels(given: Input, expected: Dim, kernel: Shape) -> None:
    """Check that the saved kernel reads as many channels as the input has.

    Raises:
        ShapeError: it does not; says whether another axis order would fit.
    """
    channels = given.channels
    if not isinstance(channels, int) or not isinstance(expected, int):
        return
    if channels == expected:
        return
    why = (
        f"The saved kernel ({shape_text(kernel)}) reads {expected} channels, the input "
        f"{shape_text(given.shape)} has {channels} ({given.layout})."
    )
    swapped = other_order(given)
    advice = "The weights belong to another input shape, or a layer before is missing."
    if swapped is not None and swapped.channels == expected:
        advice = (
            f"The input has {expected} at the other end: as "
            f"{shape_text(swapped.shape)} it would fit. Swap the axes, or change "
            "data_format."
        )
    raise ShapeError(why, advice)


def kernel_steps(
    order: str, sizes: Sequence[Dim], share: Dim, filters: Dim, trainable: bool = True
) -> WeightSteps:
    """Return the kernel of a convolution.

    Args:
        order: How the file orders its axes; empty for Keras 2 and 3.
        sizes: Its lengths in space.
        share: Input channels that each filter sums.
        filters: How many filters there are.
        trainable: Whether training changes it.
    """
    space = spatial_axes(len(sizes))
    shape: tuple[Dim, ...]
    if order == FILTERS_FIRST:
        shape, axes = (filters, share, *sizes), (Axis.FILTER, Axis.IN_CHANNEL, *space)
    elif order == FLAT_PICTURE:
        shape = (*sizes, 1, share, filters)
        axes = (*space, Axis.OTHER, Axis.IN_CHANNEL, Axis.FILTER)
    else:
        shape, axes = (*sizes, share, filters), (*space, Axis.IN_CHANNEL, Axis.FILTER)
    return WeightSteps(
        role="kernel",
        shape=shape,
        axes=axes,
        meaning=kernel_meaning((*sizes, share), filters, "filter"),
        trainable=trainable,
    )


def bias_steps(
    count: Dim, each: str = "filter", axis: Axis = Axis.FILTER
) -> WeightSteps:
    """Return one bias per filter, unit or channel."""
    return WeightSteps(
        role="bias", shape=(count,), axes=(axis,), meaning=f"one bias per {each}"
    )


def lora_steps(kernel: WeightSteps, rank: int) -> list[WeightSteps]:
    """Return the two thin matrices that Keras 3 trains instead of a frozen kernel."""
    if not rank:
        return []
    return [
        WeightSteps(
            role="lora_kernel_a",
            shape=(*kernel.shape[:-1], rank),
            axes=(*kernel.axes[:-1], Axis.OTHER),
            meaning=f"low-rank adaptation, rank {rank}: first factor",
        ),
        WeightSteps(
            role="lora_kernel_b",
            shape=(rank, kernel.shape[-1]),
            axes=(Axis.OTHER, kernel.axes[-1]),
            meaning=f"low-rank adaptation, rank {rank}: second factor",
        ),
    ]


def folded_norm(settings: Settings) -> dict[str, bool]:
    """Return which weights a batch normalization folded into a layer has (QKeras)."""
    return {
        "gamma": flag(settings, "scale", default=True),
        "beta": flag(settings, "center", default=True),
    }


def norm_steps(attributes: Mapping[str, Any], channels: Dim) -> list[WeightSteps]:
    """Return the weights of a folded batch normalization, in QKeras' order."""
    folded = attributes.get("folded_norm")
    if folded is None:
        return []

    def one(role: str, meaning: str, trainable: bool) -> WeightSteps:
        return WeightSteps(
            role=role,
            shape=(channels,),
            axes=(Axis.CHANNEL,),
            meaning=meaning,
            trainable=trainable,
        )

    weights = []
    if folded["gamma"]:
        weights.append(one("gamma", "one factor per channel, folded in", True))
    if folded["beta"]:
        weights.append(one("beta", "one shift per channel, folded in", True))
    weights.append(
        WeightSteps(
            role="iteration",
            shape=(),
            axes=(),
            meaning="counts training steps until the statistics freeze",
            trainable=False,
            dtype="int64",
        )
    )
    weights.append(one("moving_mean", "mean of each channel, folded in", False))
    weights.append(one("moving_variance", "variance of each channel, folded in", False))
    return weights


def once_it_fits(
    shape: Callable[[Call], object], weights: Callable[[Call], list[WeightSteps]]
) -> Callable[[Call], list[WeightSteps]]:
    """Return a weight rule that fails where the shape rule does.

    A layer that cannot work is never built, so it has no weights to count.
    """

    def rule(call: Call) -> list[WeightSteps]:
        shape(call)
        return weights(call)

    return rule


def given_weights(call: Call, kernel: WeightSteps | None) -> list[WeightSteps]:
    """Return the weights that an ONNX operation holds, with their axes named."""
    weights = []
    if kernel is not None and "kernel" in call.weights:
        weights.append(kernel)
    if (bias := call.weights.get("bias")) is not None:
        weights.append(bias_steps(bias.tensor.size))
    return weights


def positions(steps: OutputSteps) -> Dim:
    """Return how many places one sample of an output has, channels not counted."""
    skipped = (Axis.BATCH, Axis.CHANNEL, Axis.FEATURE)
    return times(step.result for step in steps.axes if step.axis not in skipped)


def all_positions(outputs: Sequence[OutputSteps]) -> Dim:
    """Return how many numbers one sample of the first output has."""
    return times(step.result for step in outputs[0].axes if step.axis is not Axis.BATCH)


def read_axes(call: Call, rank: int) -> tuple[Axis, ...] | None:
    """Return what the axes of an input of ``rank`` axes stand for."""
    if rank < 3:
        return None
    expected = call.attributes.get("rank")
    if expected is not None and expected != rank - 2:
        return None
    return layout_axes(rank - 2, call.attributes["data_format"])
