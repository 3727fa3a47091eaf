"""Layers that repeat what they get: whole vectors, whole axes, single elements."""

from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._spatial import argument, whole, whole_list
from loaders.kinds._steps import kept, need_rank, product_text, times


def _repeat_vector(settings: Settings, _version: int) -> Attributes:
    return {"n": whole(settings["n"])}


def _repeat_shape(call: Call) -> list[OutputSteps | None]:
    shape = need_rank(call, (2,), "batch, feature")
    if shape is None:
        shape = (None, None)
    n = whole(call.attributes["n"])
    time = AxisStep(axis=Axis.TIME, result=n, meaning="the same numbers n times")
    steps = (kept(Axis.BATCH, shape[0], 0), time, kept(Axis.CHANNEL, shape[1], 1))
    return [OutputSteps(axes=steps)]


def _repeat_fields(call: Call) -> list[Field]:
    n = whole(call.attributes["n"])
    meaning = f"Every sample is written {n} times, one after another."
    return [Field(name="n", value=str(n), meaning=meaning)]


def _tile_onnx(settings: Settings, _opset: int) -> Attributes:
    repeats = settings.get("repeats")
    return {} if repeats is None else {"repeats": whole_list(repeats)}


def _tile_ops(settings: Settings, _version: int) -> Attributes:
    return {"repeats": whole_list(argument(settings, "repeats", 1))}


def _tile_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    repeats: list[Any] = [None] * len(shape)
    if "repeats" in call.attributes:
        repeats = whole_list(call.attributes["repeats"])
    if len(repeats) < len(shape):
        repeats = [1] * (len(shape) - len(repeats)) + repeats
    added = len(repeats) - len(shape)
    lengths: list[Dim] = [*([1] * added), *shape]
    names = [*([Axis.OTHER] * added), *call.axes()]
    steps = []
    for at, (length, count, name) in enumerate(
        zip(lengths, repeats, names, strict=True)
    ):
        source = at - added if at >= added else None
        if count == 1:
            steps.append(kept(name, length, source))
            continue
        steps.append(
            AxisStep(
                axis=name,
                result=times((length, count)),
                meaning="the whole is repeated",
                rule="n × r",
                numbers=product_text([length, count]),
                source=source,
            )
        )
    return [OutputSteps(axes=tuple(steps))]


def _expand_onnx(settings: Settings, _opset: int) -> Attributes:
    shape = settings.get("shape")
    return {} if shape is None else {"shape": whole_list(shape)}


def _broadcast_ops(settings: Settings, _version: int) -> Attributes:
    return {"shape": whole_list(argument(settings, "shape", 1))}


def _expand_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if "shape" not in call.attributes:
        return [_open_expand(call, shape)]
    wanted: list[Dim] = list(whole_list(call.attributes["shape"]))
    if shape is None:
        return [None]
    rank = max(len(shape), len(wanted))
    lengths: list[Dim] = [*[1] * (rank - len(shape)), *shape]
    wanted = [*[1] * (rank - len(wanted)), *wanted]
    names = [Axis.OTHER] * (rank - len(shape)) + list(call.axes())
    steps = []
    for at, (have, want, name) in enumerate(zip(lengths, wanted, names, strict=True)):
        source = at - rank + len(shape) if at >= rank - len(shape) else None
        steps.append(_stretched(call, have, want, name, source))
    return [OutputSteps(axes=tuple(steps))]


def _stretched(
    call: Call, have: Dim, want: Dim, name: Axis, source: int | None
) -> AxisStep:
    if want in (1, -1) or have == want:
        return kept(name, have, source)
    if isinstance(have, int) and have != 1:
        raise ShapeError(
            f"{call.op} stretches axes of length 1; this one ({name.value}) has {have} "
            f"elements and should have {want}."
        )
    meaning = "the one element is repeated"
    return AxisStep(axis=name, result=want, meaning=meaning, source=source)


def _open_expand(call: Call, shape: Shape | None) -> OutputSteps | None:
    """Return what is known if the wanted shape is computed: the number of axes."""
    wanted = call.shape(1)
    if shape is None or wanted is None or len(wanted) != 1:
        return None
    if not isinstance(wanted[0], int):
        return None
    rank = max(min(wanted[0], 64), len(shape))
    added = rank - len(shape)
    steps = []
    for at in range(rank):
        source = at - added if at >= added else None
        name = Axis.OTHER if source is None else call.axes()[source]
        length = None if source is None or shape[source] == 1 else shape[source]
        meaning = "as long as the computed shape says"
        if length is not None:
            meaning = "kept as it is"
        steps.append(AxisStep(axis=name, result=length, meaning=meaning, source=source))
    return OutputSteps(axes=tuple(steps))


def _shape_fields(call: Call) -> list[Field]:
    fields = []
    for name, meaning in (
        ("repeats", "How often each axis is repeated."),
        ("shape", "The wanted lengths; 1 keeps the input's."),
    ):
        numbers = call.attributes.get(name)
        if numbers is not None:
            text = product_text(whole_list(numbers))
            fields.append(Field(name=name, value=text, meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="repeat_vector",
        title="Repeat vector",
        category=Category.TENSOR,
        dialects={"keras.RepeatVector": Dialect(translate=_repeat_vector)},
        shape=_repeat_shape,
        multiply_adds=no_cost,
        fields=_repeat_fields,
        summary=lambda call: f"{call.attributes['n']} times",
    )
)

KINDS.add(
    LayerKind(
        id="tile",
        title="Repeat",
        category=Category.TENSOR,
        dialects={
            "keras.ops.tile": Dialect(translate=_tile_ops),
            "onnx.Tile": Dialect(translate=_tile_onnx, inputs=("", "@repeats")),
        },
        shape=_tile_shape,
        multiply_adds=no_cost,
        fields=_shape_fields,
    )
)

KINDS.add(
    LayerKind(
        id="expand",
        title="Stretch",
        category=Category.TENSOR,
        dialects={
            "keras.ops.broadcastto": Dialect(translate=_broadcast_ops),
            "onnx.Expand": Dialect(translate=_expand_onnx, inputs=("", "@shape")),
        },
        shape=_expand_shape,
        multiply_adds=no_cost,
        fields=_shape_fields,
    )
)
