"""ConvLSTM: an LSTM whose every step is a picture and whose gates are convolutions."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import (
    all_of,
    last_of,
    length_text,
    name_of,
    positive,
    switch,
)
from loaders.kinds._spatial import (
    Layout,
    axes_text,
    layout_axes,
    layout_of,
    per_axis,
    spatial_axes,
)
from loaders.kinds._steps import kept, need_rank, product_text, times
from loaders.kinds._windows import (
    Fill,
    Window,
    window_count,
    window_numbers,
    window_rule,
)
from loaders.kinds.recurrent import run_fields, run_settings

_GATES = 4


def _keras(rank: int) -> Dialect:
    def translate(settings: Settings, _version: int) -> Attributes:
        padding = str(settings.get("padding", settings.get("border_mode", "valid")))
        if padding not in ("valid", "same"):
            raise ValueError("padding is neither valid nor same")
        size = settings.get("kernel_size")
        if size is None:  # Keras 1
            size = [settings["nb_row"], settings["nb_col"]]
        strides = settings.get("strides", settings.get("subsample", 1))
        return {
            "rank": rank,
            "filters": positive(settings.get("filters", settings.get("nb_filter"))),
            "kernel_size": [positive(each) for each in per_axis(size, rank)],
            "strides": [positive(each) for each in per_axis(strides, rank)],
            "dilation_rate": [
                positive(each)
                for each in per_axis(settings.get("dilation_rate", 1), rank)
            ],
            "padding": padding,
            "data_format": str(layout_of(settings)),
            "use_bias": switch(settings, "use_bias", default=True),
            "activation": name_of(settings.get("activation"), "tanh"),
            **run_settings(settings),
        }

    return Dialect(translate=translate)


def _names(call: Call) -> tuple[Axis, ...]:
    batch, *rest = layout_axes(call.attributes["rank"], call.attributes["data_format"])
    return (batch, Axis.TIME, *rest)


def _input(call: Call) -> Shape | None:
    names = _names(call)
    return need_rank(call, [len(names)], axes_text(names))


def _windows(call: Call) -> list[Window]:
    attributes = call.attributes
    fill = Fill.SAME if attributes["padding"] == "same" else Fill.GIVEN
    settings = zip(
        attributes["kernel_size"],
        attributes["strides"],
        attributes["dilation_rate"],
        strict=True,
    )
    return [
        Window(size=size, stride=stride, dilation=dilation, fill=fill)
        for size, stride, dilation in settings
    ]


def _step_axes(call: Call, shape: Shape) -> list[AxisStep]:
    """Return the axes of one step's answer, without batch and time."""
    windows = iter(_windows(call))
    steps = []
    for at, (axis, length) in enumerate(zip(_names(call), shape, strict=True)):
        if at < 2:
            continue
        if axis is Axis.CHANNEL:
            filters = call.attributes["filters"]
            words = "one per filter"
            steps.append(AxisStep(axis=axis, result=filters, meaning=words))
            continue
        window = next(windows)
        result = window_count(length, window)
        if isinstance(result, int) and result < 1:
            raise ShapeError(
                f"{call.op} looks at {window.reach} {axis.value} positions at a time; "
                f"its input has {length_text(length)}.",
                "Use padding same or a smaller kernel.",
            )
        steps.append(
            AxisStep(
                axis=axis,
                result=result,
                meaning="one per place of the window",
                rule=window_rule(window),
                numbers=window_numbers(length, window),
                source=at,
            )
        )
    return steps


def _shape(call: Call) -> list[OutputSteps | None]:
    attributes = call.attributes
    shape = _input(call)
    count = 3 if attributes["return_state"] else 1
    if shape is None:
        return [None] * count
    batch = kept(Axis.BATCH, shape[0], 0)
    rest = _step_axes(call, shape)
    channel = shape[2] if attributes["data_format"] == Layout.FIRST else shape[-1]
    reason = f"every gate sums over {all_of(channel, 'channel')}"
    ended = [EndedAxis(axis=Axis.CHANNEL, length=channel, reason=reason)]
    if attributes["return_sequences"]:
        time = kept(Axis.TIME, shape[1], 1, "one output per step")
        main = OutputSteps(axes=(batch, time, *rest), ended=tuple(ended))
    else:
        last = f"only the answer after {last_of(shape[1])}"
        ended.insert(0, EndedAxis(axis=Axis.TIME, length=shape[1], reason=last))
        main = OutputSteps(axes=(batch, *rest), ended=tuple(ended))
    state = OutputSteps(axes=(batch, *rest))
    return [main, *[state] * (count - 1)]


def _channels(call: Call) -> Dim:
    shape = _input(call)
    if shape is None:
        return None
    return shape[2] if call.attributes["data_format"] == Layout.FIRST else shape[-1]


def _weights(call: Call) -> list[WeightSteps]:
    attributes = call.attributes
    size, filters = attributes["kernel_size"], attributes["filters"]
    places = spatial_axes(attributes["rank"])
    channels = _channels(call)
    each = f"{_GATES} gates × {count_of(filters, 'filter')}"
    found = [
        WeightSteps(
            role="kernel",
            shape=(*size, channels, _GATES * filters),
            axes=(*places, Axis.IN_CHANNEL, Axis.GATE),
            meaning=f"{product_text([*size, channels])} weights for each of {each}",
        ),
        WeightSteps(
            role="recurrent_kernel",
            shape=(*size, filters, _GATES * filters),
            axes=(*places, Axis.IN_CHANNEL, Axis.GATE),
            meaning=f"{product_text([*size, filters])} weights of the step before "
            f"for each of {each}",
        ),
    ]
    if attributes["use_bias"]:
        found.append(
            WeightSteps(
                role="bias",
                shape=(_GATES * filters,),
                axes=(Axis.GATE,),
                meaning=f"{each} × 1 bias",
            )
        )
    return found


def _cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Steps × places × 4 × filters × kernel × (channels + filters)."""
    shape = _input(call)
    if shape is None:
        return None
    attributes = call.attributes
    places = [
        step.result for step in _step_axes(call, shape) if step.axis is not Axis.CHANNEL
    ]
    channels, filters = _channels(call), attributes["filters"]
    if not isinstance(channels, int):
        return None
    cost = times(
        [
            shape[1],
            *places,
            _GATES * filters,
            *attributes["kernel_size"],
            channels + filters,
        ]
    )
    return cost if isinstance(cost, int) else None


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    size = product_text(attributes["kernel_size"])
    filters = attributes["filters"]
    return [
        Field(
            name="filters",
            value=f"{filters:,}",
            meaning=f"Each step gives {count_of(filters, 'channel')}; four gates each.",
        ),
        Field(
            name="kernel_size",
            value=size,
            meaning=f"Each gate looks at {size} positions of step and state.",
        ),
        Field(
            name="strides",
            value=product_text(attributes["strides"]),
            meaning="How far the window moves on the step's picture.",
        ),
        Field(
            name="padding",
            value=attributes["padding"],
            meaning="The borders are padded with zeros."
            if attributes["padding"] == "same"
            else "The window stays inside the picture.",
        ),
        Field(
            name="data_format",
            value=attributes["data_format"],
            meaning=f"The axes are {axes_text(_names(call))}.",
        ),
        *run_fields(call),
    ]


def _reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    names = _names(call)
    return names if len(names) == rank else None


def _summary(call: Call) -> str:
    size = product_text(call.attributes["kernel_size"])
    return f"{count_of(call.attributes['filters'], 'filter')} of {size}"


KINDS.add(
    LayerKind(
        id="recurrent_convolution",
        title="Convolutional LSTM",
        category=Category.RECURRENT,
        dialects={f"keras.ConvLSTM{rank}D": _keras(rank) for rank in (1, 2, 3)},
        shape=_shape,
        weights=_weights,
        multiply_adds=_cost,
        fields=_fields,
        reads=_reads,
        summary=_summary,
    )
)
