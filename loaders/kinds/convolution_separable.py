"""Convolutions that look at each channel on its own, and those that mix afterwards."""

from collections.abc import Callable, Sequence

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
    FILTERS_FIRST,
    Plan,
    all_positions,
    bias_steps,
    check_channels,
    folded_norm,
    keras_settings,
    norm_steps,
    once_it_fits,
    plan_of,
    positions,
    read_axes,
)
from loaders.kinds._sliding import Sliding, in_order
from loaders.kinds._spatial import activation_of, first_of, spatial_axes, whole
from loaders.kinds._steps import product_text, times

Translate = Callable[[Settings, int], Attributes]


def _depthwise(rank: int, folded: bool = False) -> Translate:
    def translate(settings: Settings, version: int) -> Attributes:
        attributes = keras_settings(settings, version, rank)
        attributes["multiplier"] = whole(
            first_of(settings, "depth_multiplier", default=1)
        )
        activation = activation_of(settings, "depthwise_activation")
        attributes["depthwise_activation"] = activation
        if folded:
            attributes["folded_norm"] = folded_norm(settings)
        return attributes

    return translate


def _separable(rank: int) -> Translate:
    depthwise = _depthwise(rank)

    def translate(settings: Settings, version: int) -> Attributes:
        attributes = depthwise(settings, version)
        attributes["filters"] = whole(first_of(settings, "filters", "nb_filter"))
        return attributes

    return translate


def _middle(call: Call, plan: Plan) -> Dim:
    """Return how many channels there are after each was looked at on its own."""
    return times((plan.given.channels, whole(call.attributes["multiplier"])))


def _space(call: Call, plan: Plan, channels: Dim) -> list[AxisStep]:
    kernel = call.weights.get("depthwise_kernel")
    if kernel is not None and len(kernel.tensor.shape) == len(plan.sizes) + 2:
        shape = kernel.tensor.shape
        first = call.attributes["kernel_order"] == FILTERS_FIRST
        check_channels(plan.given, shape[1 if first else -2], shape)
    return Sliding(
        call=call,
        given=plan.given,
        windows=plan.windows,
        word="kernel",
        channels=channels,
        meaning="one per place of the kernel",
    ).steps()


def _depthwise_shape(call: Call) -> list[OutputSteps | None]:
    plan = plan_of(call)
    if plan is None:
        return [None]
    channels, multiplier = _middle(call, plan), whole(call.attributes["multiplier"])
    given = plan.given
    many = "one result" if multiplier == 1 else f"{multiplier} results"
    channel = AxisStep(
        axis=Axis.CHANNEL,
        result=channels,
        meaning=f"each channel is looked at on its own: {many} per channel",
        rule="c × m",
        numbers=product_text([given.channels, multiplier]),
        source=given.channel,
    )
    space = _space(call, plan, channels)
    return [OutputSteps(axes=in_order(given, channel, space))]


def _separable_shape(call: Call) -> list[OutputSteps | None]:
    plan = plan_of(call)
    if plan is None:
        return [None]
    given, filters = plan.given, whole(call.attributes["filters"])
    channel = AxisStep(axis=Axis.CHANNEL, result=filters, meaning="one per filter")
    middle = all_of(_middle(call, plan), "result")
    ended = EndedAxis(
        axis=Axis.CHANNEL,
        length=given.channels,
        reason=f"each channel is looked at on its own, then each "
        f"filter sums over {middle}",
    )
    space = _space(call, plan, filters)
    return [OutputSteps(axes=in_order(given, channel, space), ended=(ended,))]


def _depthwise_kernel(call: Call, plan: Plan) -> WeightSteps:
    channels, multiplier = plan.given.channels, whole(call.attributes["multiplier"])
    space = spatial_axes(len(plan.sizes))
    shape: tuple[Dim, ...] = (*plan.sizes, channels, multiplier)
    axes = (*space, Axis.IN_CHANNEL, Axis.MULTIPLIER)
    if call.attributes["kernel_order"] == FILTERS_FIRST:
        shape = (multiplier, channels, *plan.sizes)
        axes = (Axis.MULTIPLIER, Axis.IN_CHANNEL, *space)
    each = f"each of {product_text([channels])} input channels"
    many = "" if multiplier == 1 else f" and each of {multiplier} results"
    return WeightSteps(
        role="depthwise_kernel",
        shape=shape,
        axes=axes,
        meaning=(
            f"{product_text(plan.sizes)} weights for "
            f"{'the one input channel' if channels == 1 else each}{many}"
        ),
    )


def _depthwise_weights(call: Call) -> list[WeightSteps]:
    plan = plan_of(call)
    if plan is None:
        return []
    channels = _middle(call, plan)
    bias = [bias_steps(channels, "channel", Axis.CHANNEL)]
    if not call.attributes["use_bias"]:
        bias = []
    return [
        _depthwise_kernel(call, plan),
        *bias,
        *norm_steps(call.attributes, channels),
    ]


def _separable_weights(call: Call) -> list[WeightSteps]:
    plan = plan_of(call)
    if plan is None:
        return []
    middle, filters = _middle(call, plan), whole(call.attributes["filters"])
    space = spatial_axes(len(plan.sizes))
    ones = (1,) * len(plan.sizes)
    shape: tuple[Dim, ...] = (*ones, middle, filters)
    axes = (*space, Axis.IN_CHANNEL, Axis.FILTER)
    if call.attributes["kernel_order"] == FILTERS_FIRST:
        shape, axes = (filters, middle, *ones), (Axis.FILTER, Axis.IN_CHANNEL, *space)
    pointwise = WeightSteps(
        role="pointwise_kernel",
        shape=shape,
        axes=axes,
        meaning=kernel_meaning((middle,), filters, "filter"),
    )
    bias = [bias_steps(filters)] if call.attributes["use_bias"] else []
    return [_depthwise_kernel(call, plan), pointwise, *bias]


def _depthwise_cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    plan = plan_of(call)
    if plan is None:
        return None
    total = times((all_positions(outputs), *plan.sizes))
    return total if isinstance(total, int) else None


def _separable_cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    plan = plan_of(call)
    if plan is None:
        return None
    places, middle = positions(outputs[0]), _middle(call, plan)
    looking = times((places, middle, *plan.sizes))
    mixing = times((places, middle, whole(call.attributes["filters"])))
    if isinstance(looking, int) and isinstance(mixing, int):
        return looking + mixing
    return None


def _multiplier_field(call: Call) -> Field:
    multiplier = whole(call.attributes["multiplier"])
    return Field(
        name="depth_multiplier",
        value=str(multiplier),
        meaning=f"Each input channel gives {multiplier} of its own.",
    )


def _kernels_of_own(call: Call, size: str) -> str:
    many = whole(call.attributes["multiplier"])
    kernels = "a kernel" if many == 1 else counted(many, "kernel")
    return f"with {kernels} of {size} of its own"


def _depthwise_fields(call: Call) -> list[Field]:
    plan = plan_of(call)
    if plan is None:
        return []
    size = product_text(plan.sizes)
    return [
        Field(
            name="kernel_size",
            value=size,
            meaning=f"Each channel is looked at {_kernels_of_own(call, size)}; nothing "
            "is summed over channels.",
        ),
        _multiplier_field(call),
        *sliding_fields(call),
        *shared_fields(call, "channel"),
    ]


def _separable_fields(call: Call) -> list[Field]:
    plan = plan_of(call)
    if plan is None:
        return []
    size, filters = product_text(plan.sizes), whole(call.attributes["filters"])
    middle = counted(_middle(call, plan), "channel")
    return [
        Field(
            name="filters",
            value=str(filters),
            meaning=f"{counted(filters, 'filter')}, each a weighted sum of {middle} "
            "at one position.",
        ),
        Field(
            name="kernel_size",
            value=size,
            meaning=f"First, each channel is looked at {_kernels_of_own(call, size)}.",
        ),
        _multiplier_field(call),
        *sliding_fields(call),
        *shared_fields(call, "filter's sums"),
    ]


def _depthwise_summary(call: Call) -> str:
    size = product_text(call.attributes["kernel_size"])
    return sliding_summary(call, f"{size} per channel")


def _separable_summary(call: Call) -> str:
    size = product_text(call.attributes["kernel_size"])
    filters = whole(call.attributes["filters"])
    return sliding_summary(
        call, f"{size} per channel, then {counted(filters, 'filter')}"
    )


KINDS.add(
    LayerKind(
        id="depthwise_convolution",
        title="Depthwise convolution",
        category=Category.CONVOLUTION,
        dialects={
            "keras.DepthwiseConv1D": Dialect(translate=_depthwise(1)),
            "keras.DepthwiseConv2D": Dialect(translate=_depthwise(2)),
            "keras.QDepthwiseConv2D": Dialect(translate=_depthwise(2)),
            "keras.QDepthwiseConv2DBatchnorm": Dialect(
                translate=_depthwise(2, folded=True)
            ),
        },
        shape=_depthwise_shape,
        weights=once_it_fits(_depthwise_shape, _depthwise_weights),
        multiply_adds=_depthwise_cost,
        fields=_depthwise_fields,
        reads=read_axes,
        summary=_depthwise_summary,
    )
)

KINDS.add(
    LayerKind(
        id="separable_convolution",
        title="Separable convolution",
        category=Category.CONVOLUTION,
        dialects={
            f"keras.{name}": Dialect(translate=_separable(rank))
            for rank, names in {
                1: ("SeparableConv1D", "SeparableConvolution1D", "QSeparableConv1D"),
                2: ("SeparableConv2D", "SeparableConvolution2D", "QSeparableConv2D"),
            }.items()
            for name in names
        },
        shape=_separable_shape,
        weights=once_it_fits(_separable_shape, _separable_weights),
        multiply_adds=_separable_cost,
        fields=_separable_fields,
        reads=read_axes,
        summary=_separable_summary,
    )
)
