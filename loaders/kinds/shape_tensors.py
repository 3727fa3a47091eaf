"""Operations that are about shapes and types rather than numbers."""

import math

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
    no_settings,
)
from loaders.kinds._arguments import argument, bound, constant_shape, whole, wholes
from loaders.kinds._element_types import named_type
from loaders.kinds._steps import passed_through, same_shape

KINDS.add(
    LayerKind(
        id="identity",
        title="Identity",
        category=Category.TENSOR,
        dialects={
            "keras.Identity": Dialect(translate=no_settings),
            "keras.TFDIdentity": Dialect(translate=no_settings),
            "onnx.Identity": Dialect(translate=no_settings),
            "keras.ops.array": Dialect(translate=no_settings),
            "keras.ops.converttotensor": Dialect(translate=no_settings),
        },
        shape=same_shape,
        multiply_adds=no_cost,
    )
)


# types


def _cast(settings: Settings, _version: int) -> Attributes:
    return {"dtype": named_type(settings["to"])}


def _ops_cast(settings: Settings, _version: int) -> Attributes:
    return {"dtype": named_type(argument(settings, "dtype", 1, ""))}


def _cast_shape(call: Call) -> list[OutputSteps | None]:
    return [passed_through(call, dtype=call.attributes["dtype"])]


def _cast_like(call: Call) -> list[OutputSteps | None]:
    like = call.inputs[1] if len(call.inputs) > 1 else None
    return [passed_through(call, dtype=like.dtype if like is not None else "")]


def _cast_fields(call: Call) -> list[Field]:
    dtype = call.attributes["dtype"]
    meaning = "The numbers are stored as this type from here on."
    return [Field(name="dtype", value=dtype, meaning=meaning)] if dtype else []


KINDS.add(
    LayerKind(
        id="cast",
        title="Type conversion",
        category=Category.TENSOR,
        dialects={
            "onnx.Cast": Dialect(translate=_cast),
            "onnx.BitCast": Dialect(translate=_cast),
            "keras.ops.cast": Dialect(translate=_ops_cast),
            "keras.ops.saturatecast": Dialect(translate=_ops_cast),
        },
        shape=_cast_shape,
        multiply_adds=no_cost,
        fields=_cast_fields,
    )
)
KINDS.add(
    LayerKind(
        id="cast_like",
        title="Type conversion",
        category=Category.TENSOR,
        dialects={"onnx.CastLike": Dialect(translate=no_settings)},
        shape=_cast_like,
        multiply_adds=no_cost,
    )
)


# shapes as numbers


def _shape_range(settings: Settings, _version: int) -> Attributes:
    return {"start": bound(settings.get("start")), "end": bound(settings.get("end"))}


def _shape_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    part = range(len(shape))[call.attributes["start"] : call.attributes["end"]]
    words = f"one length for each of {len(part)} axes"
    step = AxisStep(axis=Axis.OTHER, result=len(part), meaning=words)
    return [OutputSteps(axes=(step,), dtype="int64")]


def _scalar(_call: Call) -> list[OutputSteps | None]:
    return [OutputSteps(axes=(), dtype="int64")]


KINDS.add(
    LayerKind(
        id="shape",
        title="Shape as numbers",
        category=Category.TENSOR,
        dialects={"onnx.Shape": Dialect(translate=_shape_range)},
        shape=_shape_shape,
        multiply_adds=no_cost,
    )
)
KINDS.add(
    LayerKind(
        id="size",
        title="Number of elements",
        category=Category.TENSOR,
        dialects={"onnx.Size": Dialect(translate=no_settings)},
        shape=_scalar,
        multiply_adds=no_cost,
    )
)


# made from nothing


def _of_shape(settings: Settings, _version: int) -> Attributes:
    shape = settings.get("shape")
    return {
        "shape": None if shape is None else wholes(shape),
        "dtype": named_type(settings.get("dtype", 0)),
    }


def _constant(settings: Settings, _version: int) -> Attributes:
    for name in ("value_int", "value_float", "value_string"):
        if name in settings:
            return {"shape": [], "dtype": _CONSTANT_TYPES[name]}
    for name in ("value_ints", "value_floats", "value_strings"):
        if name in settings:
            return {"shape": [len(settings[name])], "dtype": _CONSTANT_TYPES[name[:-1]]}
    shape = constant_shape(settings.get("value"))
    return {"shape": None if shape is None else list(shape), "dtype": ""}


_CONSTANT_TYPES = {
    "value_int": "int64",
    "value_float": "float32",
    "value_string": "string",
}


def _made_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.attributes["shape"]
    if shape is None:
        return [None]
    steps = tuple(
        AxisStep(axis=Axis.OTHER, result=length, meaning="given by the model")
        for length in shape
    )
    return [OutputSteps(axes=steps, dtype=call.attributes["dtype"])]


KINDS.add(
    LayerKind(
        id="constant",
        title="Constant",
        category=Category.TENSOR,
        dialects={
            "onnx.Constant": Dialect(translate=_constant),
            "onnx.ConstantOfShape": Dialect(translate=_of_shape, inputs=("@shape",)),
            "onnx.RandomNormal": Dialect(translate=_of_shape),
            "onnx.RandomUniform": Dialect(translate=_of_shape),
        },
        shape=_made_shape,
        multiply_adds=no_cost,
    )
)


def _like(settings: Settings, _version: int) -> Attributes:
    return {"dtype": named_type(settings.get("dtype", 0))}


KINDS.add(
    LayerKind(
        id="constant_like",
        title="Numbers in the shape of others",
        category=Category.TENSOR,
        dialects={
            "onnx.RandomNormalLike": Dialect(translate=_like),
            "onnx.RandomUniformLike": Dialect(translate=_like),
            "onnx.Bernoulli": Dialect(translate=_like),
            "onnx.EyeLike": Dialect(translate=_like),
            "keras.ops.zeroslike": Dialect(translate=_like),
            "keras.ops.oneslike": Dialect(translate=_like),
            "keras.ops.fulllike": Dialect(translate=_like),
            "keras.ops.emptylike": Dialect(translate=_like),
        },
        shape=_cast_shape,
        multiply_adds=no_cost,
    )
)


# ranges


def _range(settings: Settings, _version: int) -> Attributes:
    found: Attributes = {}
    for name in ("start", "limit", "delta"):
        value = settings.get(name)
        if isinstance(value, (list, tuple)) and len(value) == 1:
            value = value[0]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found[name] = value
    length = settings.get("length")
    if isinstance(length, (int, str)):
        found["length"] = length  # of an axis, as the reader has found out
    return found


def _range_shape(call: Call) -> list[OutputSteps | None]:
    attributes = call.attributes
    length: Dim = attributes.get("length")
    rule = numbers = ""
    if {"start", "limit", "delta"} <= attributes.keys() and attributes["delta"] != 0:
        start, limit, delta = (attributes[n] for n in ("start", "limit", "delta"))
        rule = "⌈(limit − start) / delta⌉"
        numbers = f"⌈({limit} − {start}) / {delta}⌉"
        length = max(math.ceil((limit - start) / delta), 0)
    step = AxisStep(
        axis=Axis.OTHER,
        result=length,
        meaning="one number per step",
        rule=rule,
        numbers=numbers,
    )
    return [OutputSteps(axes=(step,))]


KINDS.add(
    LayerKind(
        id="range",
        title="Range of numbers",
        category=Category.TENSOR,
        dialects={
            "onnx.Range": Dialect(
                translate=_range, inputs=("@start", "@limit", "@delta")
            )
        },
        shape=_range_shape,
        multiply_adds=no_cost,
    )
)


def _windowed(settings: Settings, _version: int) -> Attributes:
    size = settings.get("size")
    if isinstance(size, (list, tuple)):
        [size] = size
    return {"size": None if size is None else whole(size)}


def _window_shape(call: Call) -> list[OutputSteps | None]:
    step = AxisStep(
        axis=Axis.TIME, result=call.attributes["size"], meaning="one factor per step"
    )
    return [OutputSteps(axes=(step,))]


KINDS.add(
    LayerKind(
        id="window_function",
        title="Window function",
        category=Category.TENSOR,
        dialects={
            f"onnx.{op}": Dialect(translate=_windowed, inputs=("@size",))
            for op in ("HannWindow", "HammingWindow", "BlackmanWindow")
        },
        shape=_window_shape,
        multiply_adds=no_cost,
    )
)
