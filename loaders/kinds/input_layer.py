"""Where data comes in."""

from typing import Any

from loaders.ir.graph import Attributes, Axis, Category, Shape
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import whole


def _keras(settings: Settings, _version: int) -> Attributes:
    shape = _declared(settings)
    dtype = settings.get("dtype", settings.get("input_dtype"))
    return {
        "shape": None if shape is None else list(shape),
        "dtype": dtype if isinstance(dtype, str) else "",
        "sparse": settings.get("sparse") is True,
        "ragged": settings.get("ragged") is True,
    }


def _declared(settings: Settings) -> Shape | None:
    """Return the shape with the batch axis, in the words of any Keras."""
    for name in ("batch_shape", "batch_input_shape"):
        if settings.get(name) is not None:
            return _lengths(settings[name])
    for name in ("shape", "input_shape"):
        if settings.get(name) is not None:
            return (_batch(settings), *_lengths(settings[name]))
    return None


def _lengths(value: Any) -> Shape:
    if not isinstance(value, (list, tuple)):
        raise TypeError("a shape is a list of lengths")
    return tuple(None if length is None else _length(length) for length in value)


def _length(value: Any) -> int:
    length = whole(value)
    if length < 0:
        raise ValueError(f"a length of {length}")
    return length


def _batch(settings: Settings) -> int | None:
    size = settings.get("batch_size")
    return None if size is None else _length(size)


def _shape(call: Call) -> list[OutputSteps | None]:
    shape = call.attributes["shape"]
    if shape is None:
        return [None]
    axes = [Axis.BATCH, *[Axis.OTHER] * (len(shape) - 1)][: len(shape)]
    if len(shape) == 2:
        axes[1] = Axis.FEATURE
    steps = [
        AxisStep(axis=axis, result=length, meaning=_meaning(axis, length))
        for axis, length in zip(axes, shape, strict=True)
    ]
    return [OutputSteps(axes=tuple(steps), dtype=call.attributes["dtype"])]


def _meaning(axis: Axis, length: Any) -> str:
    if axis is Axis.BATCH:
        return "any number of samples" if length is None else f"{length} samples"
    return "any length" if length is None else "given by the model"


def _fields(call: Call) -> list[Field]:
    shape = call.attributes["shape"]
    if shape is None:
        return []
    meaning = "One sample is this large; None means that any length fits."
    return [Field(name="shape", value=shape_text(shape[1:]), meaning=meaning)]


KINDS.add(
    LayerKind(
        id="input",
        title="Input",
        category=Category.ENDPOINT,
        dialects={"keras.InputLayer": Dialect(translate=_keras)},
        shape=_shape,
        multiply_adds=no_cost,
        fields=_fields,
    )
)
