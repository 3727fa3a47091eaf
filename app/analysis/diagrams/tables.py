"""Drawings of rows that are picked out of a table by their index."""

from app.analysis.diagrams._case import (
    Case,
    Made,
    at_each,
    counted,
    product,
    sentence,
)
from loaders.ir.diagram import LookedUp
from loaders.ir.graph import Axis, Dim, Shape
from loaders.kinds._arguments import axis_at
from loaders.kinds._steps import times
from loaders.kinds.gather import indices_of, picked_from


def embedding(case: Case) -> Made:
    """A vector for each token."""
    attributes, shape = case.call.attributes, case.call.shape()
    if attributes["reverse"]:
        return None
    indices = None if shape is None else shape[1:]
    if indices is None:
        return None
    return _table(attributes["input_dim"], (attributes["output_dim"],), indices)


def gathering(case: Case) -> Made:
    """Elements along an axis, by their index."""
    data, indices = picked_from(case.call), indices_of(case.call)
    if data is None or indices is None:
        return None
    shape, _ = data
    place = axis_at(case.call.attributes["axis"], len(shape), case.call.op)
    return _gathered(case, shape, place, indices)


def taking(case: Case) -> Made:
    """``keras.ops.take``."""
    shape, axis = case.call.shape(), case.call.attributes["axis"]
    constant = case.call.attributes["indices"]
    indices = tuple(constant) if constant is not None else case.call.shape(1)
    if shape is None or axis is None or indices is None:
        return None
    place = axis_at(axis, len(shape), case.call.op)
    return _gathered(case, shape, place, (indices, case.call.axes(1)))


def _gathered(
    case: Case, shape: Shape, place: int, indices: tuple[Shape, tuple[Axis, ...]]
) -> Made:
    lengths, axes = indices
    if "embeddings" in case.call.weights and axes[:1] == (Axis.BATCH,):
        lengths = lengths[1:]
    rest = tuple(n for at, n in enumerate(shape) if at != place)
    return _table(shape[place], rest, lengths)


def _table(rows: Dim, width: Shape, indices: Shape) -> Made:
    one = f"its row of {product(width)} numbers" if width else "its number"
    many = times(indices)
    count = at_each(indices, "index", "indices") if indices else "the index"
    if many == 1:
        count = "the index"
    caption = sentence(
        f"{count} picks {one} out of a table of {counted(rows, 'row')}: index k picks "
        "row k, counted from 0"
    )
    return LookedUp(rows=rows, width=times(width), indices=indices), caption
