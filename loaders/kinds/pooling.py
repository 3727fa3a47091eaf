"""Pooling: windows that keep one number of each place, channel by channel."""

from collections.abc import Callable

from loaders.ir.graph import Attributes, Axis, Category
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._kernel_words import sliding_fields, sliding_summary
from loaders.kinds._kernels import read_axes
from loaders.kinds._sliding import Input, Sliding, in_order, input_of
from loaders.kinds._spatial import (
    argument,
    first_of,
    flag,
    layout_of,
    onnx_layout,
    onnx_padding,
    padding_of,
    per_axis,
    whole_list,
    windows_of,
)
from loaders.kinds._steps import kept, product_text

Translate = Callable[[Settings, int], Attributes]


def _from_keras(rank: int, what: str) -> Translate:
    def translate(settings: Settings, _version: int) -> Attributes:
        size = per_axis(first_of(settings, "pool_size", "pool_length", default=2), rank)
        strides = first_of(settings, "strides", "stride", default=size)
        return {
            "rank": rank,
            "pool_size": size,
            "strides": per_axis(strides, rank),
            "padding": padding_of(settings),
            "data_format": layout_of(settings).value,
            "what": what,
        }

    return translate


def _from_onnx(what: str) -> Translate:
    def translate(settings: Settings, _opset: int) -> Attributes:
        size = whole_list(settings["kernel_shape"])
        ones = [1] * len(size)
        return {
            "rank": len(size),
            "pool_size": size,
            "strides": whole_list(first_of(settings, "strides", default=ones)),
            "dilation": whole_list(first_of(settings, "dilations", default=ones)),
            "padding": onnx_padding(settings),
            "ceil": flag(settings, "ceil_mode", default=False),
            "zeros_count": flag(settings, "count_include_pad", default=False),
            "data_format": onnx_layout(settings),
            "what": what,
        }

    return translate


def _from_ops(what: str) -> Translate:
    def translate(settings: Settings, _version: int) -> Attributes:
        size = argument(settings, "pool_size", 1)
        return {
            "rank": None,
            "pool_size": size,
            "strides": argument(settings, "strides", 2, default=size),
            "padding": padding_of(settings),
            "data_format": layout_of(settings).value,
            "what": what,
        }

    return translate


def pool_size(call: Call) -> list[int] | None:
    """Return the window's lengths; one number may stand for any number of axes."""
    rank, size = call.attributes["rank"], call.attributes["pool_size"]
    if isinstance(size, list):
        return whole_list(size)
    if rank is None and (shape := call.shape()) is not None:
        rank = len(shape) - 2
    return None if rank is None else per_axis(size, rank)


def _shape(call: Call) -> list[OutputSteps | None]:
    attributes, size = call.attributes, pool_size(call)
    if size is None:
        return [None]
    given = input_of(call, len(size), attributes["data_format"])
    space = Sliding(
        call=call,
        given=given,
        windows=windows_of(attributes, size),
        word="pool",
        channels=given.channels,
        meaning=f"one per place of the pool: {attributes['what']} of its numbers",
    ).steps()
    first = OutputSteps(axes=in_order(given, _channel(given), space))
    outputs: list[OutputSteps | None] = [first]
    if call.op == "MaxPool" and call.outputs > 1:
        outputs.append(OutputSteps(axes=first.axes, dtype="int64"))
    return outputs


def _channel(given: Input) -> AxisStep:
    return kept(
        Axis.CHANNEL, given.channels, given.channel, "each channel is pooled on its own"
    )


def _fields(call: Call) -> list[Field]:
    size = product_text(pool_size(call) or [None])
    what, counts = call.attributes["what"], call.attributes.get("zeros_count", False)
    meaning = f"{what[0].upper()}{what[1:]} of {size} positions is given on."
    return [
        Field(name="pool_size", value=size, meaning=meaning),
        *sliding_fields(call, "pool", counts=counts),
    ]


def _summary(call: Call) -> str:
    size, strides = pool_size(call), call.attributes["strides"]
    text = product_text(size or [None])
    if strides in (size, call.attributes["pool_size"]) and all(
        d == 1 for d in call.attributes.get("dilation", [1])
    ):
        return f"pool of {text}"  # side by side: the usual case
    return sliding_summary(call, f"pool of {text}")


_WHAT = {"Max": "the largest", "Average": "the mean"}

KINDS.add(
    LayerKind(
        id="pooling",
        title="Pooling",
        category=Category.POOLING,
        dialects={
            **{
                f"keras.{prefix}{name}Pooling{rank}D": Dialect(
                    translate=_from_keras(rank, what)
                )
                for name, what in _WHAT.items()
                for rank in (1, 2, 3)
                for prefix in ("", "Q")  # QKeras and HGQ
            },
            "keras.ops.maxpool": Dialect(translate=_from_ops("the largest")),
            "keras.ops.averagepool": Dialect(translate=_from_ops("the mean")),
            "onnx.com.microsoft.QLinearAveragePool": Dialect(
                translate=_from_onnx("the mean"),
                inputs=("", "x_scale", "x_zero_point", "y_scale", "y_zero_point"),
            ),
            "onnx.MaxPool": Dialect(translate=_from_onnx("the largest")),
            "onnx.AveragePool": Dialect(translate=_from_onnx("the mean")),
            "onnx.LpPool": Dialect(translate=_from_onnx("the norm")),
        },
        shape=_shape,
        multiply_adds=no_cost,
        fields=_fields,
        reads=read_axes,
        summary=_summary,
    )
)
