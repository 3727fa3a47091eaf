"""ONNX operations that pick elements by their index: Gather and its relatives."""

from typing import Any

from msgspec.structs import replace

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import axis_at, counted, length_text, whole
from loaders.kinds._steps import kept

# Gather: rows of a table, or elements of a value


def _gather(settings: Settings, _version: int) -> Attributes:
    found: Attributes = {"axis": whole(settings.get("axis", 0))}
    if "indices" in settings:
        found["indices"] = list(_shape_of(settings["indices"]))
    return found


def _shape_of(value: Any) -> tuple[int, ...]:
    """Return the shape of a nested list; a number has none."""
    shape: list[int] = []
    while isinstance(value, (list, tuple)):
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape)


def picked_from(call: Call) -> tuple[Shape, tuple[Axis, ...]] | None:
    """Return what is picked from: a table in the file, or the first input."""
    table = call.weights.get("embeddings")
    if table is not None:
        shape = table.shape
        axes = (Axis.TOKEN, *[Axis.FEATURE] * (len(shape) - 1))[: len(shape)]
        return shape, axes
    given = call.shape()
    return None if given is None else (given, call.axes())


def indices_of(call: Call) -> tuple[Shape, tuple[Axis, ...]] | None:
    """Return shape and axes of the indices."""
    fixed = call.attributes.get("indices")
    if fixed is not None:
        return tuple(fixed), (Axis.OTHER,) * len(fixed)
    at = 0 if "embeddings" in call.weights else 1
    shape = call.shape(at)
    return None if shape is None else (shape, call.axes(at))


def _gather_shape(call: Call) -> list[OutputSteps | None]:
    """The indices' axes stand where the picked axis was."""
    data, indices = picked_from(call), indices_of(call)
    if data is None or indices is None:
        return [None]
    shape, axes = data
    place = axis_at(call.attributes["axis"], len(shape), call.op)
    from_table = "embeddings" in call.weights
    steps: list[AxisStep] = []
    for at, (axis, length) in enumerate(zip(axes, shape, strict=True)):
        if at == place:
            words = f"picked out of {counted(length, axis)}"
            picked = zip(indices[1], indices[0], strict=True)
            steps += [
                AxisStep(
                    axis=name,
                    result=n,
                    meaning=words,
                    source=i if from_table else None,
                )
                for i, (name, n) in enumerate(picked)
            ]
        elif from_table:
            words = f"one vector of {length_text(length)} numbers per index"
            steps.append(AxisStep(axis=axis, result=length, meaning=words))
        else:
            steps.append(kept(axis, length, at))
    dtype = call.weights["embeddings"].tensor.dtype if from_table else ""
    ended = []
    if not indices[0] and not from_table:
        gone = EndedAxis(axis=axes[place], length=shape[place], reason="one is picked")
        ended.append(gone)
    return [OutputSteps(axes=tuple(steps), ended=tuple(ended), dtype=dtype)]


def _gather_weights(call: Call) -> list[WeightSteps]:
    table = call.weights.get("embeddings")
    if table is None:
        return []
    shape = table.shape
    words = ""
    if len(shape) == 2:
        words = (
            f"one vector of {length_text(shape[1])} numbers for each of "
            f"{length_text(shape[0])} indices"
        )
    axes = (Axis.TOKEN, *[Axis.FEATURE] * (len(shape) - 1))[: len(shape)]
    return [WeightSteps(role="embeddings", shape=shape, axes=axes, meaning=words)]


def _axis_field(call: Call) -> list[Field]:
    axis = call.attributes["axis"]
    meaning = "Elements along this axis are picked by their index."
    return [Field(name="axis", value=str(axis), meaning=meaning)]


def _gather_reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    """Indices into a table are tokens of a text, as far as anyone can tell."""
    if rank == 2 and _is_look_up(call):
        return (Axis.BATCH, Axis.TIME)
    return None


def _is_look_up(call: Call) -> bool:
    table = call.weights.get("embeddings")
    return table is not None and len(table.tensor.shape) == 2


KINDS.add(
    LayerKind(
        id="gather",
        title="Elements picked by index",
        category=Category.TENSOR,
        dialects={
            "onnx.Gather": Dialect(translate=_gather, inputs=("embeddings", "@indices"))
        },
        shape=_gather_shape,
        weights=_gather_weights,
        multiply_adds=no_cost,
        fields=_axis_field,
        reads=_gather_reads,
    )
)


# ONNX Runtime: rows of a table of codes


def _of_codes(settings: Settings, version: int) -> Attributes:
    axis = whole(settings.get("gather_axis", 0))
    block = whole(settings.get("block_size", 128))
    bits = whole(settings.get("bits", 4))
    found = _gather({**settings, "axis": axis}, version)
    return {**found, "bits": bits, "block": block}


def _from_codes(call: Call) -> list[OutputSteps | None]:
    """As Gather, but the result is made of real numbers.

    A table that flows in may hold several codes in a byte: its length stays unsaid.
    """
    steps = _gather_shape(call)[0] if "embeddings" in call.weights else None
    scales = call.weights.get("scales")
    dtype = scales.tensor.dtype if scales is not None else "float32"
    return [None if steps is None else replace(steps, dtype=dtype)]


def _codes_fields(call: Call) -> list[Field]:
    bits, block = call.attributes["bits"], call.attributes["block"]
    return [
        *_axis_field(call),
        Field(name="bits", value=str(bits), meaning="Of one stored code."),
        Field(
            name="block_size",
            value=str(block),
            meaning=f"{block} neighbours share a scale.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="gather_codes",
        title="Rows picked from a table of codes",
        category=Category.TENSOR,
        dialects={
            "onnx.com.microsoft.GatherBlockQuantized": Dialect(
                translate=_of_codes,
                inputs=("embeddings", "@indices", "scales", "zero_points"),
            )
        },
        shape=_from_codes,
        weights=_gather_weights,
        multiply_adds=no_cost,
        fields=_codes_fields,
        reads=_gather_reads,
    )
)


def _axis(default: int) -> Any:
    def translate(settings: Settings, _version: int) -> Attributes:
        return {"axis": whole(settings.get("axis", default))}

    return translate


def _like_second(call: Call) -> list[OutputSteps | None]:
    """The result is shaped like the indices."""
    shape = call.shape(1)
    if shape is None:
        return [None]
    axes = call.axes(0) if len(call.axes(0)) == len(shape) else call.axes(1)
    steps = (
        AxisStep(axis=axis, result=n, meaning="one per index")
        for axis, n in zip(axes, shape, strict=True)
    )
    first = call.inputs[0]
    dtype = first.dtype if first is not None else ""
    return [OutputSteps(axes=tuple(steps), dtype=dtype)]


KINDS.add(
    LayerKind(
        id="gather_elements",
        title="Elements picked one by one",
        category=Category.TENSOR,
        dialects={"onnx.GatherElements": Dialect(translate=_axis(0))},
        shape=_like_second,
        multiply_adds=no_cost,
        fields=_axis_field,
    )
)


def _gather_nd(settings: Settings, _version: int) -> Attributes:
    return {"batch_dims": whole(settings.get("batch_dims", 0))}


def _gather_nd_shape(call: Call) -> list[OutputSteps | None]:
    data, indices = call.shape(0), call.shape(1)
    if data is None or not indices or not isinstance(indices[-1], int):
        return [None]
    used = call.attributes["batch_dims"] + indices[-1]
    if used > len(data):
        raise ShapeError(
            f"{call.op} uses {used} indices at a time; its input has {len(data)} axes."
        )
    pairs = zip(call.axes(1)[:-1], indices[:-1], strict=True)
    steps = [AxisStep(axis=a, result=n, meaning="one per index") for a, n in pairs]
    steps += [kept(call.axes()[at], data[at], at) for at in range(used, len(data))]
    return [OutputSteps(axes=tuple(steps))]


KINDS.add(
    LayerKind(
        id="gather_nd",
        title="Parts picked by several indices",
        category=Category.TENSOR,
        dialects={"onnx.GatherND": Dialect(translate=_gather_nd)},
        shape=_gather_nd_shape,
        multiply_adds=no_cost,
    )
)
