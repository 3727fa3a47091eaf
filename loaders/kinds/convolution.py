"""Convolutions: filters that slide over time or space and sum all channels."""

from collections.abc import Callable, Sequence

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import all_of
from loaders.kinds._kernel_words import (
    counted,
    shared_fields,
    sliding_fields,
    sliding_summary,
)
from loaders.kinds._kernels import (
    FILTERS_FIRST,
    all_positions,
    bias_steps,
    check_channels,
    check_groups,
    divided,
    folded_norm,
    given_weights,
    keras_settings,
    kernel_shape,
    kernel_steps,
    lora_steps,
    norm_steps,
    once_it_fits,
    plan_of,
    read_axes,
)
from loaders.kinds._sliding import Input, Sliding, in_order
from loaders.kinds._spatial import (
    Layout,
    first_of,
    layout_of,
    onnx_padding,
    padding_of,
    whole,
    whole_list,
)
from loaders.kinds._steps import product_text, times

Translate = Callable[[Settings, int], Attributes]


def _from_keras(rank: int, folded: bool = False) -> Translate:
    def translate(settings: Settings, version: int) -> Attributes:
        attributes = keras_settings(settings, version, rank)
        attributes["filters"] = whole(first_of(settings, "filters", "nb_filter"))
        if folded:
            attributes["folded_norm"] = folded_norm(settings)
        return attributes

    return translate


def _from_onnx(settings: Settings, _opset: int) -> Attributes:
    lists = {
        ours: None if settings.get(theirs) is None else whole_list(settings[theirs])
        for ours, theirs in (
            ("kernel_size", "kernel_shape"),
            ("strides", "strides"),
            ("dilation", "dilations"),
        )
    }
    return {
        **lists,
        "padding": onnx_padding(settings),
        "groups": whole(settings.get("group", 1)),
        "data_format": Layout.FIRST.value,
        "kernel_order": FILTERS_FIRST,
    }


def _from_ops(settings: Settings, _version: int) -> Attributes:
    """The kernel of ``keras.ops.conv`` flows in as a second input."""
    return {
        "kernel_size": None,
        "strides": first_of(settings, "strides", default=1),
        "dilation": first_of(settings, "dilation_rate", default=1),
        "padding": padding_of(settings),
        "groups": 1,
        "data_format": layout_of(settings).value,
        "kernel_order": "",
    }


def _filters(call: Call) -> Dim:
    """Return the number of filters: as it is set, or as the kernel has it."""
    if "filters" in call.attributes:
        return whole(call.attributes["filters"])
    kernel = kernel_shape(call)
    if kernel is None:
        return None
    return kernel[0] if call.attributes["kernel_order"] == FILTERS_FIRST else kernel[-1]


def _shape(call: Call) -> list[OutputSteps | None]:
    plan = plan_of(call)
    if plan is None:
        return [None]
    given, filters = plan.given, _filters(call)
    groups = whole(call.attributes["groups"])
    check_groups(call, given.channels, filters, groups)
    _check_saved(call, given, groups)
    space = Sliding(
        call=call,
        given=given,
        windows=plan.windows,
        word="kernel",
        channels=filters,
        meaning="one per place of the kernel",
    ).steps()
    channel = AxisStep(axis=Axis.CHANNEL, result=filters, meaning="one per filter")
    return [
        OutputSteps(
            axes=in_order(given, channel, space),
            ended=(_summed(given, groups),),
            dtype="int32" if call.op == "ConvInteger" else "",
        )
    ]


def _check_saved(call: Call, given: Input, groups: int) -> None:
    kernel = kernel_shape(call)
    if kernel is None or len(kernel) != len(given.space) + 2:
        return
    share = kernel[1 if call.attributes["kernel_order"] == FILTERS_FIRST else -2]
    check_channels(given, times((share, groups)), kernel)


def _summed(given: Input, groups: int) -> EndedAxis:
    channels = given.channels
    if groups > 1:
        share = all_of(divided(channels, groups), "input channel")
        reason = f"each filter sums {share} of its group"
    else:
        count = "" if channels is None else f"{product_text([channels])} "
        reason = f"all {count}input channels are summed inside each filter"
        if channels == 1:
            reason = "the one input channel goes into each filter"
    return EndedAxis(axis=Axis.CHANNEL, length=channels, reason=reason)


def _weights(call: Call) -> list[WeightSteps]:
    plan = plan_of(call)
    if plan is None:
        return []
    attributes, filters = call.attributes, _filters(call)
    share = divided(plan.given.channels, whole(attributes["groups"]))
    lora = whole(attributes.get("lora_rank", 0))
    kernel = kernel_steps(
        attributes["kernel_order"], plan.sizes, share, filters, trainable=not lora
    )
    if "filters" not in attributes:
        return given_weights(call, kernel)
    bias = [bias_steps(filters)] if attributes["use_bias"] else []
    norm = norm_steps(attributes, filters)
    return [kernel, *bias, *lora_steps(kernel, lora), *norm]


def _cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    """Every number of the output is a sum over the kernel and its group's channels."""
    plan = plan_of(call)
    if plan is None:
        return None
    share = divided(plan.given.channels, whole(call.attributes["groups"]))
    total = times((all_positions(outputs), *plan.sizes, share))
    return total if isinstance(total, int) else None


def _fields(call: Call) -> list[Field]:
    plan, filters = plan_of(call), product_text([_filters(call)])
    if plan is None:
        return []
    groups = whole(call.attributes["groups"])
    share, size = divided(plan.given.channels, groups), product_text(plan.sizes)
    looks = f"Each filter looks at {size} positions"
    if share is not None:
        one = product_text([times((*plan.sizes, share))])
        looks += (
            f" of {counted(share, 'channel')} at a time: "
            f"{product_text([*plan.sizes, share])} = {one} weights"
        )
    fields = [
        Field(
            name="filters",
            value=filters,
            meaning=f"{counted(_filters(call), 'filter')}; each gives one channel of "
            "the output.",
        ),
        Field(name="kernel_size", value=size, meaning=f"{looks}."),
        *sliding_fields(call),
    ]
    if groups > 1:
        meaning = (
            f"Channels and filters are split into {groups} groups that do not see "
            "each other."
        )
        fields.append(Field(name="groups", value=str(groups), meaning=meaning))
    return fields + shared_fields(call, "filter's sums")


def _summary(call: Call) -> str:
    plan = plan_of(call)
    if plan is None:
        return ""
    filters = counted(_filters(call), "filter")
    return sliding_summary(call, f"{filters} of {product_text(plan.sizes)}")


_KERAS = {
    1: (
        "Conv1D",
        "Convolution1D",
        "AtrousConvolution1D",
        "AtrousConv1D",
        "QConv1D",
        "HConv1D",
    ),
    2: (
        "Conv2D",
        "Convolution2D",
        "AtrousConvolution2D",
        "AtrousConv2D",
        "QConv2D",
        "HConv2D",
    ),
    3: ("Conv3D", "Convolution3D", "QConv3D"),
}

KINDS.add(
    LayerKind(
        id="convolution",
        title="Convolution",
        category=Category.CONVOLUTION,
        dialects={
            **{
                f"keras.{name}": Dialect(translate=_from_keras(rank))
                for rank, names in _KERAS.items()
                for name in names
            },
            "keras.QConv2DBatchnorm": Dialect(translate=_from_keras(2, folded=True)),
            "onnx.Conv": Dialect(translate=_from_onnx, inputs=("", "kernel", "bias")),
            "onnx.com.microsoft.FusedConv": Dialect(
                translate=_from_onnx, inputs=("", "kernel", "bias", "")
            ),
            "keras.ops.conv": Dialect(translate=_from_ops),
            "onnx.ConvInteger": Dialect(
                translate=_from_onnx,
                inputs=("", "kernel", "x_zero_point", "kernel_zero_point"),
            ),
            **{
                f"onnx.{domain}QLinearConv": Dialect(
                    translate=_from_onnx,
                    inputs=(
                        "",
                        "x_scale",
                        "x_zero_point",
                        "kernel",
                        "kernel_scale",
                        "kernel_zero_point",
                        "y_scale",
                        "y_zero_point",
                        "bias",
                    ),
                )
                for domain in ("", "com.microsoft.")
            },
            "onnx.DeformConv": Dialect(
                translate=_from_onnx, inputs=("", "kernel", "", "bias", "")
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
