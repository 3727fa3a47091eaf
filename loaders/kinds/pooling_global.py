"""Pooling over whole axes, and pooling to a wanted size."""

from collections.abc import Callable

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._kernels import read_axes
from loaders.kinds._sliding import Input, in_order, input_of
from loaders.kinds._spatial import (
    axes_text,
    first_of,
    flag,
    layout_axes,
    layout_of,
    onnx_layout,
    spatial_axes,
    whole,
)
from loaders.kinds._steps import kept, product_text

Translate = Callable[[Settings, int], Attributes]

_DONE = {
    "Max": "the largest of {count} is kept",
    "Average": "averaged over {count}",
    "Lp": "the norm over {count} is kept",
}
_PLURALS = {
    Axis.TIME: "steps",
    Axis.HEIGHT: "rows",
    Axis.WIDTH: "columns",
    Axis.DEPTH: "slices",
}


def _from_keras(rank: int, what: str) -> Translate:
    def translate(settings: Settings, _version: int) -> Attributes:
        return {
            "rank": rank,
            "what": what,
            "keepdims": flag(settings, "keepdims", default=False),
            "data_format": layout_of(settings).value,
        }

    return translate


def _from_onnx(what: str) -> Translate:
    def translate(settings: Settings, _opset: int) -> Attributes:
        layout = onnx_layout(settings)
        return {"rank": None, "what": what, "keepdims": True, "data_format": layout}

    return translate


def _given(call: Call) -> Input | None:
    rank, shape = call.attributes["rank"], call.shape()
    if rank is None:
        if shape is None or len(shape) < 2:
            return None
        rank = len(shape) - 2
    return input_of(call, rank, call.attributes["data_format"])


def _ended(axis: Axis, length: Dim, what: str) -> str:
    noun = _PLURALS.get(axis, "elements")
    count = f"all {noun}" if length is None else f"{product_text([length])} {noun}"
    return _DONE[what].format(count=count)


def _global_shape(call: Call) -> list[OutputSteps | None]:
    given = _given(call)
    if given is None:
        return [None]
    what = call.attributes["what"]
    axes = [(given.axes[place], given.shape[place], place) for place in given.space]
    channel = kept(
        Axis.CHANNEL, given.channels, given.channel, "one number per channel"
    )
    if call.attributes["keepdims"]:
        space = [
            AxisStep(
                axis=axis, result=1, meaning=_ended(axis, length, what), source=place
            )
            for axis, length, place in axes
        ]
        return [OutputSteps(axes=in_order(given, channel, space))]
    ended = tuple(
        EndedAxis(axis=axis, length=length, reason=_ended(axis, length, what))
        for axis, length, _ in axes
    )
    return [OutputSteps(axes=in_order(given, channel, []), ended=ended)]


def _global_fields(call: Call) -> list[Field]:
    layout, given = call.attributes["data_format"], _given(call)
    fields = []
    if given is not None:
        rank = len(given.space)
        read = axes_text(layout_axes(rank, layout))
        fields.append(
            Field(name="data_format", value=layout, meaning=f"The axes are {read}.")
        )
    if call.attributes["keepdims"]:
        meaning = "The pooled axes stay, with length 1."
        fields.append(Field(name="keepdims", value="true", meaning=meaning))
    return fields


def _global_summary(call: Call) -> str:
    given = _given(call)
    axes = () if given is None else given.axes[given.space[0] :][: len(given.space)]
    return f"over {' and '.join(axes)}" if axes else ""


def _adaptive(rank: int, what: str) -> Translate:
    def translate(settings: Settings, _version: int) -> Attributes:
        size = first_of(settings, "output_size")
        sizes = list(size) if isinstance(size, list | tuple) else [size] * rank
        if len(sizes) != rank:
            raise ValueError(f"{rank} numbers are expected, not {len(sizes)}")
        return {
            "rank": rank,
            "what": what,
            "output_size": [None if n is None else whole(n) for n in sizes],
            "data_format": layout_of(settings).value,
        }

    return translate


def _adaptive_shape(call: Call) -> list[OutputSteps | None]:
    attributes = call.attributes
    given = input_of(call, attributes["rank"], attributes["data_format"])
    space = []
    sizes = zip(
        spatial_axes(attributes["rank"]),
        given.space,
        attributes["output_size"],
        strict=True,
    )
    for axis, place, size in sizes:
        length = given.shape[place]
        if size is None:
            space.append(kept(axis, length, place))
            continue
        numbers = f"{product_text([length])} in {size} parts"
        space.append(
            AxisStep(
                axis=axis,
                result=size,
                meaning=f"set by output_size: {numbers}, as even as possible",
                source=place,
            )
        )
    channel = kept(
        Axis.CHANNEL, given.channels, given.channel, "each channel is pooled on its own"
    )
    return [OutputSteps(axes=in_order(given, channel, space))]


def _adaptive_fields(call: Call) -> list[Field]:
    size = product_text(call.attributes["output_size"])
    layout = call.attributes["data_format"]
    read = axes_text(layout_axes(call.attributes["rank"], layout))
    meaning = f"Whatever comes in, {size} positions go out."
    return [
        Field(name="output_size", value=size, meaning=meaning),
        Field(name="data_format", value=layout, meaning=f"The axes are {read}."),
    ]


def _adaptive_summary(call: Call) -> str:
    return f"to {product_text(call.attributes['output_size'])}"


KINDS.add(
    LayerKind(
        id="global_pooling",
        title="Global pooling",
        category=Category.POOLING,
        dialects={
            **{
                f"keras.{prefix}Global{what}Pooling{rank}D": Dialect(
                    translate=_from_keras(rank, what)
                )
                for what in ("Max", "Average")
                for rank in (1, 2, 3)
                for prefix in ("", "Q")  # QKeras and HGQ
            },
            "onnx.GlobalMaxPool": Dialect(translate=_from_onnx("Max")),
            "onnx.GlobalAveragePool": Dialect(translate=_from_onnx("Average")),
            "onnx.com.microsoft.QLinearGlobalAveragePool": Dialect(
                translate=_from_onnx("Average"),
                inputs=("", "x_scale", "x_zero_point", "y_scale", "y_zero_point"),
            ),
            "onnx.GlobalLpPool": Dialect(translate=_from_onnx("Lp")),
        },
        shape=_global_shape,
        multiply_adds=no_cost,
        fields=_global_fields,
        reads=read_axes,
        summary=_global_summary,
    )
)

KINDS.add(
    LayerKind(
        id="adaptive_pooling",
        title="Adaptive pooling",
        category=Category.POOLING,
        dialects={
            f"keras.Adaptive{what}Pooling{rank}D": Dialect(
                translate=_adaptive(rank, what)
            )
            for what in ("Max", "Average")
            for rank in (1, 2, 3)
        },
        shape=_adaptive_shape,
        multiply_adds=no_cost,
        fields=_adaptive_fields,
        reads=read_axes,
        summary=_adaptive_summary,
    )
)
