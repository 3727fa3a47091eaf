"""Transposed convolutions: every input element writes a whole kernel to the output."""

from collections.abc import Callable, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import all_of
from loaders.kinds._kernel_words import (
    counted,
    kernel_meaning,
    shared_fields,
    sliding_fields,
    sliding_summary,
)
from loaders.kinds._kernels import (
    CHANNELS_FIRST,
    FILTERS_FIRST,
    Plan,
    bias_steps,
    check_channels,
    divided,
    given_weights,
    keras_settings,
    kernel_shape,
    once_it_fits,
    plan_of,
    read_axes,
)
from loaders.kinds._sliding import in_order
from loaders.kinds._spatial import (
    Layout,
    first_of,
    onnx_padding,
    per_axis,
    spatial_axes,
    whole,
    whole_list,
)
from loaders.kinds._steps import product_text, times
from loaders.kinds._windows import (
    Spread,
    spread_length,
    spread_numbers,
    spread_rule,
)

Translate = Callable[[Settings, int], Attributes]


def _from_keras(rank: int) -> Translate:
    def translate(settings: Settings, version: int) -> Attributes:
        attributes = keras_settings(settings, version, rank)
        attributes["filters"] = whole(first_of(settings, "filters", "nb_filter"))
        extra = settings.get("output_padding")
        attributes["extra"] = None if extra is None else per_axis(extra, rank)
        if version == 1:
            attributes["kernel_order"] = attributes["kernel_order"] or "keras1"
            attributes["output_size"] = _old_output_size(settings, attributes)
        return attributes

    return translate


def _old_output_size(settings: Settings, attributes: Attributes) -> list[int | None]:
    """Return the spatial lengths that Keras 1 asked its users for."""
    whole_shape = settings["output_shape"]
    first = attributes["data_format"] == Layout.FIRST
    lengths = whole_shape[2:] if first else whole_shape[1:-1]
    return [None if length is None else whole(length) for length in lengths]


def _from_onnx(settings: Settings, _opset: int) -> Attributes:
    def numbers(name: str) -> list[int] | None:
        return None if settings.get(name) is None else whole_list(settings[name])

    return {
        "kernel_size": numbers("kernel_shape"),
        "strides": numbers("strides"),
        "dilation": numbers("dilations"),
        "padding": onnx_padding(settings),
        "extra": numbers("output_padding"),
        "output_size": numbers("output_shape"),
        "groups": whole(settings.get("group", 1)),
        "data_format": Layout.FIRST.value,
        "kernel_order": CHANNELS_FIRST,
    }


def _filters(call: Call) -> Dim:
    if "filters" in call.attributes:
        return whole(call.attributes["filters"])
    kernel = kernel_shape(call)
    return None if kernel is None else times((kernel[1], call.attributes["groups"]))


def _shape(call: Call) -> list[OutputSteps | None]:
    plan = plan_of(call)
    if plan is None:
        return [None]
    given = plan.given
    _check_saved(call, plan)
    space = [_space_step(call, plan, at) for at in range(len(plan.sizes))]
    groups = whole(call.attributes["groups"])
    share = all_of(divided(given.channels, groups), "input channel")
    own = " of its group" if groups > 1 else ""
    ended = EndedAxis(
        axis=Axis.CHANNEL,
        length=given.channels,
        reason=f"each filter sums over {share}{own}",
    )
    channel = AxisStep(
        axis=Axis.CHANNEL, result=_filters(call), meaning="one per filter"
    )
    return [OutputSteps(axes=in_order(given, channel, space), ended=(ended,))]


def _check_saved(call: Call, plan: Plan) -> None:
    kernel = kernel_shape(call)
    if kernel is None or len(kernel) != len(plan.sizes) + 2:
        return
    place = {CHANNELS_FIRST: 0, FILTERS_FIRST: 1, "keras1": -2}
    reads = kernel[place.get(call.attributes["kernel_order"], -1)]
    check_channels(plan.given, reads, kernel)


def _space_step(call: Call, plan: Plan, at: int) -> AxisStep:
    axis, place = spatial_axes(len(plan.sizes))[at], plan.given.space[at]
    length, attributes = plan.given.shape[place], call.attributes
    asked = attributes.get("output_size")
    if asked is not None:
        return AxisStep(
            axis=axis,
            result=asked[at - len(plan.sizes)],
            meaning="set by output_shape",
            source=place,
        )
    size = plan.sizes[at]
    if not isinstance(size, int):
        return AxisStep(
            axis=axis,
            result=None,
            meaning="unknown: the file does not tell the kernel's size",
            source=place,
        )
    spread = _spread(attributes, size, at)
    result = spread_length(length, spread)
    if isinstance(result, int) and result <= 0:
        numbers = spread_numbers(length, spread)
        raise ShapeError(
            f"{axis.value.capitalize()} would have {result} elements: {numbers}.",
            "Use a smaller padding or a larger kernel.",
        )
    return AxisStep(
        axis=axis,
        result=result,
        meaning="every input element writes a kernel's length"
        + _extra_text(attributes, spread),
        rule=spread_rule(spread),
        numbers=spread_numbers(length, spread),
        source=place,
    )


def _extra_text(attributes: Attributes, spread: Spread) -> str:
    if attributes["padding"] == "same":
        return "; padding same keeps stride × length"
    return f"; {spread.cut} are cut off at the ends" if spread.cut else ""


def _spread(attributes: Attributes, size: int, at: int) -> Spread:
    stride = attributes["strides"][at] if attributes.get("strides") else 1
    dilation = attributes["dilation"][at] if attributes.get("dilation") else 1
    extra = attributes["extra"][at] if attributes.get("extra") else None
    reach = (size - 1) * dilation + 1
    cut, same = 0, False
    match attributes["padding"]:
        case "same" | "same_lower" if _is_onnx(attributes):
            # Something is cut off only if more was written than stride × length.
            same = reach + (extra or 0) >= stride
        case "same" if extra is None:
            same = True
        case "same":
            cut = 2 * (reach // 2)
        case [*pairs]:
            cut = sum(pairs[at])
        case _ if extra is None and not _is_onnx(attributes):
            extra = max(stride - reach, 0)
    return Spread(size, stride, dilation, cut, extra or 0, same)


def _is_onnx(attributes: Attributes) -> bool:
    return bool(attributes["kernel_order"] == CHANNELS_FIRST)


def _weights(call: Call) -> list[WeightSteps]:
    plan = plan_of(call)
    if plan is None:
        return []
    attributes, filters = call.attributes, _filters(call)
    channels, order = plan.given.channels, attributes["kernel_order"]
    space = spatial_axes(len(plan.sizes))
    parts: tuple[tuple[Dim, Axis], ...]
    inward, outward = (channels, Axis.IN_CHANNEL), (filters, Axis.FILTER)
    sizes = tuple(zip(plan.sizes, space, strict=True))
    match order:
        case "channels_first":
            share = divided(filters, whole(attributes["groups"]))
            parts = (inward, (share, Axis.FILTER), *sizes)
        case "filters_first":
            parts = (outward, inward, *sizes)
        case "keras1":
            parts = (*sizes, inward, outward)
        case _:
            parts = (*sizes, outward, inward)
    kernel = WeightSteps(
        role="kernel",
        shape=tuple(length for length, _ in parts),
        axes=tuple(axis for _, axis in parts),
        meaning=kernel_meaning((*plan.sizes, channels), filters, "filter"),
    )
    if _is_onnx(attributes):
        return given_weights(call, kernel)
    return [kernel, bias_steps(filters)] if attributes["use_bias"] else [kernel]


def _cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Every input number is multiplied with the kernel of each of its filters."""
    plan = plan_of(call)
    if plan is None:
        return None
    given = plan.given
    places = [given.shape[place] for place in (*given.space, given.channel)]
    share = divided(_filters(call), whole(call.attributes["groups"]))
    total = times((*places, *plan.sizes, share))
    return total if isinstance(total, int) else None


def _fields(call: Call) -> list[Field]:
    plan = plan_of(call)
    if plan is None:
        return []
    filters, size = product_text([_filters(call)]), product_text(plan.sizes)
    fields = [
        Field(
            name="filters",
            value=filters,
            meaning=f"{counted(_filters(call), 'filter')}; each gives one channel of "
            "the output.",
        ),
        Field(
            name="kernel_size",
            value=size,
            meaning=f"Every input position writes to {size} output positions.",
        ),
        *(_reworded(field, call) for field in sliding_fields(call)),
    ]
    extra: Any = call.attributes.get("extra")
    if extra:
        text = product_text(extra)
        meaning = f"{text} positions are put behind the last."
        fields.append(Field(name="output_padding", value=text, meaning=meaning))
    return fields + shared_fields(call, "filter's sums")


def _reworded(field: Field, call: Call) -> Field:
    """Return a field of an ordinary convolution in this one's terms."""
    match field.name:
        case "strides":
            moved = product_text(call.attributes["strides"])
            meaning = f"Neighbours write {moved} positions apart: the output grows."
        case "padding" if field.value == "same" and call.attributes.get("extra"):
            meaning = "What the kernel writes beyond the ends is cut off."
        case "padding" if field.value == "same":
            meaning = "The output is exactly stride times as long; the rest is cut off."
        case "padding" if field.value == "valid":
            meaning = "Nothing is cut off: the output holds all that is written."
        case "padding":
            meaning = "So much is cut off at the ends of each axis."
        case _:
            return field
    return Field(name=field.name, value=field.value, meaning=meaning)


def _summary(call: Call) -> str:
    plan = plan_of(call)
    if plan is None:
        return ""
    filters = counted(_filters(call), "filter")
    return sliding_summary(call, f"{filters} of {product_text(plan.sizes)}")


_KERAS = {
    1: ("Conv1DTranspose", "Convolution1DTranspose"),
    2: (
        "Conv2DTranspose",
        "Convolution2DTranspose",
        "Deconvolution2D",
        "Deconv2D",
        "QConv2DTranspose",
    ),
    3: ("Conv3DTranspose", "Convolution3DTranspose", "Deconvolution3D"),
}

KINDS.add(
    LayerKind(
        id="transposed_convolution",
        title="Transposed convolution",
        category=Category.CONVOLUTION,
        dialects={
            **{
                f"keras.{name}": Dialect(translate=_from_keras(rank))
                for rank, names in _KERAS.items()
                for name in names
            },
            "onnx.ConvTranspose": Dialect(
                translate=_from_onnx, inputs=("", "kernel", "bias")
            ),
        },
        shape=_shape,
        weights=once_it_fits(_shape, _weights),
        multiply_adds=_cost,
        fields=_fields,
        reads=read_axes,
        summary=_summary,
    )
)
