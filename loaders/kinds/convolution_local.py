"""Locally connected layers: like a convolution, with other weights at every place."""

from collections.abc import Callable, Sequence

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._kernel_words import (
    counted,
    shared_fields,
    sliding_fields,
    sliding_summary,
)
from loaders.kinds._kernels import (
    Plan,
    all_positions,
    keras_settings,
    once_it_fits,
    plan_of,
    read_axes,
)
from loaders.kinds._sliding import Sliding, in_order
from loaders.kinds._spatial import Layout, first_of, spatial_axes, whole
from loaders.kinds._steps import product_text, times
from loaders.kinds._windows import Window, added, window_count

Translate = Callable[[Settings, int], Attributes]


def _from_keras(rank: int) -> Translate:
    def translate(settings: Settings, version: int) -> Attributes:
        attributes = keras_settings(settings, version, rank)
        attributes["filters"] = whole(first_of(settings, "filters", "nb_filter"))
        attributes["implementation"] = whole(
            first_of(settings, "implementation", default=1)
        )
        attributes["version"] = version
        return attributes

    return translate


def _shape(call: Call) -> list[OutputSteps | None]:
    plan = plan_of(call)
    if plan is None:
        return [None]
    given, filters = plan.given, whole(call.attributes["filters"])
    space = Sliding(
        call=call,
        given=given,
        windows=plan.windows,
        word="kernel",
        channels=filters,
        meaning="one per place, each with weights of its own",
    ).steps()
    channel = AxisStep(axis=Axis.CHANNEL, result=filters, meaning="one per filter")
    ended = EndedAxis(
        axis=Axis.CHANNEL,
        length=given.channels,
        reason="all input channels are summed inside each filter",
    )
    return [OutputSteps(axes=in_order(given, channel, space), ended=(ended,))]


def _lengths(plan: Plan) -> list[Dim]:
    return [plan.given.shape[place] for place in plan.given.space]


def _places(plan: Plan) -> list[Dim]:
    """Return how many places the window has along each axis."""
    pairs = zip(_lengths(plan), plan.windows, strict=True)
    return [
        None if window is None else window_count(length, window)
        for length, window in pairs
    ]


def _kernel(call: Call, plan: Plan) -> WeightSteps:
    """Return the kernel as one of the three ways of ``implementation`` stores it."""
    filters, channels = whole(call.attributes["filters"]), plan.given.channels
    places, space = _places(plan), spatial_axes(len(plan.sizes))
    meaning = (
        f"{product_text([*plan.sizes, channels])} weights for each of {filters} "
        f"filters at each of {product_text(places)} places"
    )
    shape: tuple[Dim, ...]
    axes: tuple[Axis, ...]
    match call.attributes["implementation"]:
        case 1:
            window = times((*plan.sizes, channels))
            shape = (times(places), window, filters)
            axes = (Axis.OTHER, Axis.IN_CHANNEL, Axis.FILTER)
        case 2:
            first = call.attributes["data_format"] == Layout.FIRST
            lengths = _lengths(plan)
            inward, outward = (*lengths, channels), (*places, filters)
            in_axes, out_axes = (*space, Axis.IN_CHANNEL), (*space, Axis.FILTER)
            if first:
                inward, outward = (channels, *lengths), (filters, *places)
                in_axes, out_axes = (Axis.IN_CHANNEL, *space), (Axis.FILTER, *space)
            shape, axes = (*inward, *outward), (*in_axes, *out_axes)
        case _:
            shape, axes = (times((*_touched(plan), channels, filters)),), (Axis.OTHER,)
    return WeightSteps(role="kernel", shape=shape, axes=axes, meaning=meaning)


def _touched(plan: Plan) -> list[Dim]:
    """Return, per axis, how many pairs of place and element inside the input exist."""
    pairs = zip(_lengths(plan), plan.windows, strict=True)
    return [
        None
        if window is None or not isinstance(length, int)
        else _touched_along(length, window)
        for length, window in pairs
    ]


def _touched_along(length: int, window: Window) -> int:
    """Return how many elements all places see, what was added not counted.

    Places hang over the start by before, before − s, ... and over the end likewise.
    """
    count = window_count(length, window)
    places = count if isinstance(count, int) else 0
    before, _ = added(length, window)
    over_end = (places - 1) * window.stride - before + window.size - length
    overhang = sum(_series(over, window.stride, places) for over in (before, over_end))
    return places * window.size - overhang


def _series(first: int, step: int, most: int) -> int:
    """Return first + (first − step) + ..., while positive and at most so many."""
    terms = min(max(0, -(-first // step)), most)
    return terms * first - step * terms * (terms - 1) // 2


def _weights(call: Call) -> list[WeightSteps]:
    plan = plan_of(call)
    if plan is None:
        return []
    kernel = _kernel(call, plan)
    if not call.attributes["use_bias"]:
        return [kernel]
    filters, space = whole(call.attributes["filters"]), spatial_axes(len(plan.sizes))
    places = tuple(_places(plan))
    old = call.attributes["version"] == 1 and len(places) > 1
    if old and call.attributes["data_format"] == Layout.FIRST:
        shape, axes = (filters, *places), (Axis.FILTER, *space)
    else:
        shape, axes = (*places, filters), (*space, Axis.FILTER)
    meaning = "one bias per filter and place"
    return [kernel, WeightSteps(role="bias", shape=shape, axes=axes, meaning=meaning)]


def _cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    plan = plan_of(call)
    if plan is None:
        return None
    total = times((all_positions(outputs), *plan.sizes, plan.given.channels))
    return total if isinstance(total, int) else None


def _fields(call: Call) -> list[Field]:
    filters = whole(call.attributes["filters"])
    size = product_text(call.attributes["kernel_size"])
    return [
        Field(
            name="filters",
            value=str(filters),
            meaning=f"{counted(filters, 'filter')}; each gives one channel of the "
            "output.",
        ),
        Field(
            name="kernel_size",
            value=size,
            meaning=f"Each filter looks at {size} positions, with other weights at "
            "every place.",
        ),
        *sliding_fields(call),
        *shared_fields(call, "filter's sums"),
    ]


def _summary(call: Call) -> str:
    filters = whole(call.attributes["filters"])
    size = product_text(call.attributes["kernel_size"])
    return sliding_summary(call, f"{counted(filters, 'filter')} of {size}, unshared")


KINDS.add(
    LayerKind(
        id="locally_connected",
        title="Locally connected",
        category=Category.CONVOLUTION,
        dialects={
            "keras.LocallyConnected1D": Dialect(translate=_from_keras(1)),
            "keras.LocallyConnected2D": Dialect(translate=_from_keras(2)),
        },
        shape=_shape,
        weights=once_it_fits(_shape, _weights),
        multiply_adds=_cost,
        fields=_fields,
        reads=read_axes,
        summary=_summary,
    )
)
