"""Drawings of the same numbers in other places: reshaped, flattened, axes moved."""

from app.analysis.diagrams._case import Case, Made, labels_of, sentence
from loaders.ir.diagram import Reordered
from loaders.ir.graph import Axis, Shape
from loaders.ir.steps import OutputSteps
from loaders.kinds._arguments import length_text
from loaders.kinds._steps import times
from loaders.kinds.reshaping import reading_order
from loaders.kinds.transposing import axis_order


def flattening(case: Case) -> Made:
    """All axes behind the batch in one row."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    if case.call.attributes.get("matrix"):
        return _reshaped(case, shape, result)
    order = tuple(at - 1 for at in reading_order(case.call, len(shape)))
    if len(shape) < 2:
        return None
    return _reordered(case, shape, result, order, 1)


def reshaping(case: Case) -> Made:
    """The same numbers, divided anew."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    return _reshaped(case, shape, result)


def _reshaped(case: Case, shape: Shape, result: OutputSteps) -> Made:
    first = shape[:1] == result.shape[:1] and case.call.axes()[:1] == (Axis.BATCH,)
    cut = int(bool(first and result.names[:1] == (Axis.BATCH,)))
    order = tuple(range(len(shape) - cut))
    return _reordered(case, shape, result, order, cut)


def transposing(case: Case) -> Made:
    """Axes in another order."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    order = axis_order(case.call, len(shape))
    first = order[:1] == [0] and case.call.axes()[:1] == (Axis.BATCH,)
    cut = 1 if first else 0
    moved = tuple(at - cut for at in order[cut:])
    return _reordered(case, shape, result, moved, cut)


def _reordered(
    case: Case, shape: Shape, result: OutputSteps, order: tuple[int, ...], cut: int
) -> Made:
    source, target = shape[cut:], result.shape[cut:]
    if not source or not target:
        return None
    labels = labels_of(case.call.axes())[cut:]
    diagram = Reordered(
        source=source,
        target=target,
        labels=labels,
        order=order,
        result_labels=labels_of(result.names)[cut:],
    )
    kept = order == tuple(range(len(order)))
    how = "in the same order, the last axis fastest"
    if not kept:
        read = " × ".join(labels[at] for at in order)
        how = f"in another order: they are read as {read}, the last one fastest"
    many = times(source)
    count = "the" if many is None else f"the {length_text(many)}"
    caption = sentence(f"{count} numbers stay as they are, {how}")
    return diagram, caption
