"""``keras.ops`` that cut one value into several or make one of several."""

from collections.abc import Sequence
from itertools import pairwise

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import shape_text
from loaders.kinds import Call, Settings
from loaders.kinds._arguments import argument, axis_at, counted, positive, whole, wholes
from loaders.kinds._broadcast import operands
from loaders.kinds._keras_ops import add_op, named_axes
from loaders.kinds._steps import kept

PIECES_LIMIT = 10_000
"""Outputs of one split; real models have a handful."""


def _split(settings: Settings, _version: int) -> Attributes:
    parts = argument(settings, "indices_or_sections", 1)
    axis = whole(argument(settings, "axis", 2, 0))
    if isinstance(parts, (list, tuple)):
        return {"at": wholes(parts), "axis": axis}
    return {"pieces": positive(parts), "axis": axis}


def _split_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    pieces = attributes.get("pieces") or len(attributes.get("at", [])) + 1
    if pieces > PIECES_LIMIT:
        raise ValueError(f"{pieces:,} pieces")
    if shape is None:
        return [None] * pieces
    place = axis_at(attributes["axis"], len(shape), call.op)
    length = shape[place]
    if "at" in attributes:
        lengths = _cuts(length, attributes["at"])
    elif isinstance(length, int) and length % pieces:
        raise ShapeError(
            f"{call.op} cannot divide {counted(length, call.axes()[place])} into "
            f"{pieces} equal pieces."
        )
    else:
        lengths = [length // pieces if isinstance(length, int) else None] * pieces
    return [_piece(call, shape, place, n, i, pieces) for i, n in enumerate(lengths)]


def _cuts(length: Dim, places: Sequence[int]) -> list[Dim]:
    if isinstance(length, int):
        edges = [0, *(slice(p, None).indices(length)[0] for p in places), length]
        return [max(b - a, 0) for a, b in pairwise(edges)]
    inner = pairwise(places)
    return [places[0], *(b - a for a, b in inner), None] if places else [None]


def _piece(
    call: Call, shape: Shape, place: int, length: Dim, index: int, pieces: int
) -> OutputSteps:
    steps = [
        AxisStep(
            axis=name,
            result=length,
            meaning=f"piece {index + 1} of {pieces}, out of {counted(whole_, name)}",
            source=at,
        )
        if at == place
        else kept(name, whole_, at)
        for at, name, whole_ in named_axes(call, shape)
    ]
    return OutputSteps(axes=tuple(steps))


def _axis(settings: Settings, _version: int) -> Attributes:
    axis = argument(settings, "axis", 1, 0)
    number = settings.get("num")
    return {"axis": whole(axis), "num": None if number is None else positive(number)}


def _unstack_shape(call: Call) -> list[OutputSteps | None]:
    shape, number = call.shape(), call.attributes["num"]
    if shape is None:
        return [None] * max(1, call.outputs)
    place = axis_at(call.attributes["axis"], len(shape), call.op)
    length = shape[place]
    count = length if isinstance(length, int) else number or max(1, call.outputs)
    if count > PIECES_LIMIT:
        raise ValueError(f"{count:,} pieces")
    every = named_axes(call, shape)
    gone = EndedAxis(
        axis=every[place][1], length=length, reason="one output for each element"
    )
    steps = tuple(kept(name, n, at) for at, name, n in every if at != place)
    return [OutputSteps(axes=steps, ended=(gone,))] * count


def _stack_shape(call: Call) -> list[OutputSteps | None]:
    sides = operands(call)
    if not sides:
        return [None]
    first = sides[0]
    if any(len(side.shape) != len(first.shape) for side in sides):
        raise ShapeError(f"{call.op} needs inputs with the same number of axes.")
    place = axis_at(call.attributes["axis"], len(first.shape) + 1, call.op)
    steps: list[AxisStep] = []
    for at, (name, length) in enumerate(zip(first.axes, first.shape, strict=True)):
        lengths = [side.shape[at] for side in sides]
        known = {n for n in lengths if isinstance(n, int)}
        if len(known) > 1:
            raise ShapeError(
                f"{call.op} needs inputs of the same shape: "
                + " and ".join(shape_text(side.shape) for side in sides[:6])
                + "."
            )
        steps.append(kept(name, length, at))
    words = f"new: {len(sides)} inputs on top of each other"
    steps.insert(place, AxisStep(axis=Axis.OTHER, result=len(sides), meaning=words))
    return [OutputSteps(axes=tuple(steps))]


add_op("ops_split", "Split", ["split"], _split, _split_shape)
add_op("ops_unstack", "One output per element", ["unstack"], _axis, _unstack_shape)
add_op("ops_stack", "Stack", ["stack"], _axis, _stack_shape)
