"""Drawings of the part of an array that is taken: ranges, the largest, codes, masks."""

from collections.abc import Sequence

from app.analysis.diagrams._case import (
    ALL,
    FIRST,
    MOST_EDGES,
    Case,
    Made,
    block,
    counted,
    labels_of,
    sentence,
    without_batch,
)
from loaders.ir.diagram import Block, Blocks, Edge
from loaders.ir.graph import Axis, Dim, Shape
from loaders.kinds._arguments import axis_at
from loaders.kinds._steps import times
from loaders.kinds.keras_ops_index import whole_key
from loaders.kinds.slicing import cuts_of


def slicing(case: Case) -> Made:
    """A range of some axes."""
    shape = case.call.shape()
    if shape is None:
        return None
    cuts = cuts_of(case.call, len(shape))
    if cuts is None or any(cut is None for cut in cuts.values()):
        return None
    ranges = {at: slice(*cut) for at, cut in cuts.items() if cut is not None}
    return _ranges(case, shape, ranges)


def indexing(case: Case) -> Made:
    """``x[…]``: ranges of some axes, single elements of others."""
    shape = case.call.shape()
    if shape is None or len(case.call.inputs) > 1:
        return None
    ranges: dict[int, slice] = {}
    place = 0
    for part in whole_key(case.call, shape):
        if part == "new":
            continue
        if isinstance(part, list):
            ranges[place] = slice(*part)
        else:
            ranges[place] = slice(part, None if part == -1 else part + 1)
        place += 1
    return _ranges(case, shape, ranges)


def cutting(case: Case) -> Made:
    """``keras.ops.slice``: from where on, and how many."""
    shape, attributes = case.call.shape(), case.call.attributes
    starts, sizes = attributes["start"], attributes["shape"]
    if shape is None or starts is None or not len(shape) == len(starts) == len(sizes):
        return None
    ranges: dict[int, slice] = {}
    for at, (start, size, length) in enumerate(zip(starts, sizes, shape, strict=True)):
        if isinstance(length, int) and start + max(size, 0) > length:
            return None  # frameworks differ about what comes out
        if start or size not in (length, -1):
            ranges[at] = slice(start, None if size == -1 else start + size)
    return _ranges(case, shape, ranges)


def _ranges(case: Case, shape: Shape, ranges: dict[int, slice]) -> Made:
    """Draw the part of the input that is kept."""
    result = case.result
    if result is None:
        return None
    axes = case.call.axes()
    skip = 1 if axes[:1] == (Axis.BATCH,) and _is_whole(ranges.get(0), shape[0]) else 0
    edges = []
    for at in range(skip, len(shape)):
        edge = _range_edge(labels_of(axes)[at], shape[at], ranges.get(at))
        if edge is None:
            return None
        edges.append(edge)
    given = merged_edges(edges)
    made = block(
        "output",
        labels_of(result.names)[skip:],
        result.shape[skip:],
        [ALL] * (len(result.axes) - skip),
    )
    if given is None or made is None:
        return None
    kept = [
        f"{edge.label} {_range_words(edge)}"
        for edge in edges
        if (edge.first, edge.last, edge.step) != (0, None, 1)
    ]
    told = f"only these are kept (counted from 0): {', '.join(kept)}"
    caption = sentence(told if kept else "everything is kept")
    inputs = (Block(title="input", edges=given),)
    return Blocks(inputs=inputs, result=made, note="take"), caption


def _is_whole(part: slice | None, length: Dim) -> bool:
    if part is None or part == slice(None, None, None):
        return True
    return isinstance(length, int) and part.indices(length) == (0, length, 1)


def _range_edge(label: str, length: Dim, part: slice | None) -> Edge | None:
    """Return the part of an axis as marked elements; ``None`` if nobody knows it."""
    if _is_whole(part, length):
        return Edge(label=label, length=length)
    assert part is not None
    if isinstance(length, int):
        found = range(length)[part]
        if not found:
            return None
        first, last = min(found[0], found[-1]), max(found[0], found[-1])
        return Edge(
            label=label, length=length, first=first, last=last, step=abs(found.step)
        )
    start, stop, step = part.start or 0, part.stop, part.step or 1
    if start < 0 or step < 0 or (stop is not None and stop < 0):
        return None
    if stop is None or stop >= 1 << 30:
        return Edge(label=label, length=length, first=start, step=step)
    return Edge(label=label, length=length, first=start, last=stop - 1, step=step)


def _range_words(edge: Edge) -> str:
    if edge.first == edge.last:
        return str(edge.first)
    until = "the end" if edge.last is None else f"{edge.last:,}"
    every = "" if edge.step == 1 else f", in steps of {edge.step}"
    return f"{edge.first:,} to {until}{every}"


def merged_edges(edges: Sequence[Edge]) -> tuple[Edge, ...] | None:
    """Return edges of which leading ones that are taken whole became one."""
    rest = list(edges)
    while len(rest) > MOST_EDGES:
        one, other = rest[:2]
        whole_one = Edge(label=one.label, length=one.length)
        if one != whole_one or other != Edge(label=other.label, length=other.length):
            return None
        label = f"{one.label} × {other.label}"
        rest[:2] = [Edge(label=label, length=times((one.length, other.length)))]
    return tuple(rest)


def largest(case: Case) -> Made:
    """The largest numbers along one axis."""
    shape, k = case.call.shape(), case.call.attributes["k"]
    result = case.result
    if shape is None or result is None or k is None:
        return None
    rank = len(shape)
    place = axis_at(case.call.attributes.get("axis", -1), rank, case.call.op)
    marks = [ALL if at == place else FIRST for at in range(rank)]
    labels, lengths, cut = without_batch(case.call.axes(), shape)
    if place < cut:
        return None
    given = block("input", labels, lengths, marks[cut:])
    made = block("output", labels, result.shape[cut:], marks[cut:])
    if given is None or made is None:
        return None
    caption = sentence(
        f"of the marked numbers the {counted(k, 'largest', 'largest')} are given on, "
        "sorted, and their places"
    )
    return Blocks(inputs=(given,), result=made, note="sort"), caption


def one_hot(case: Case) -> Made:
    """A code becomes a row with a single 1."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or len(result.axes) != len(shape) + 1:
        return None
    place = axis_at(case.call.attributes["axis"], len(result.axes), case.call.op)
    labels, lengths, cut = without_batch(case.call.axes(), shape)
    given = block("codes", labels, lengths, [FIRST] * len(lengths))
    marks = [ALL if at == place else FIRST for at in range(cut, len(result.axes))]
    names = labels_of(result.names)[cut:]
    made = block("output", names, result.shape[cut:], marks)
    if given is None or made is None or place < cut:
        return None
    depth = result.shape[place]
    caption = sentence(
        f"every code becomes {counted(depth, 'number')}: 1 at the place that the code "
        "names, 0 at all others"
    )
    return Blocks(inputs=(given,), result=made, note="one 1"), caption


def masking(case: Case) -> Made:
    """Steps that later layers skip."""
    shape = case.call.shape()
    if shape is None or len(shape) < 2:
        return None
    labels, lengths, _ = without_batch(case.call.axes(), shape)
    marks = [*[FIRST] * (len(lengths) - 1), ALL]
    given = block("input", labels, lengths, marks)
    made = block("output", labels, lengths, marks)
    if given is None or made is None:
        return None
    value = f"{case.call.attributes['mask_value']:g}"
    caption = sentence(
        f"if all {counted(lengths[-1], 'number')} of a step equal {value}, layers that "
        "know masks skip it, and its numbers become 0"
    )
    return Blocks(inputs=(given,), result=made, note="all equal?"), caption
