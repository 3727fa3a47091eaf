"""Drawings of elements that are put around an array, or cut off its ends."""

from collections.abc import Sequence

from app.analysis.diagrams._case import (
    ALL,
    MOST_EDGES,
    Case,
    Made,
    Mark,
    counted,
    sentence,
    without_batch,
)
from app.analysis.diagrams.parts import merged_edges
from loaders.ir.diagram import Block, Blocks, Edge
from loaders.ir.graph import Axis, Dim
from loaders.kinds._sliding import input_of
from loaders.kinds.padding import pads_of


def padding(case: Case) -> Made:
    """Keras' padding layers."""
    return bordered(case, _pairs(case, 1))


def cropping(case: Case) -> Made:
    """Keras' cropping layers."""
    return bordered(case, _pairs(case, -1))


def pad(case: Case) -> Made:
    """Padding of any axes."""
    shape = case.call.shape()
    return None if shape is None else bordered(case, pads_of(case.call, len(shape)))


def _pairs(case: Case, sign: int) -> dict[int, tuple[int, int]]:
    attributes = case.call.attributes
    given = input_of(case.call, attributes["rank"], attributes["data_format"])
    pairs = zip(given.space, attributes["pairs"], strict=True)
    return {place: (sign * before, sign * after) for place, (before, after) in pairs}


def bordered(case: Case, pads: dict[int, tuple[int, int]] | None) -> Made:
    """Draw what is put around each axis, or cut off where numbers are negative."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or pads is None:
        return None
    labels, lengths, cut = without_batch(result.names, shape)
    ends = [pads.get(at, (0, 0)) for at in range(cut, len(shape))]
    kept: list[Mark] = []
    for length, (before, after) in zip(lengths, ends, strict=True):
        if min(before, after) >= 0:
            kept.append(ALL)
        elif isinstance(length, int):
            kept.append((max(-before, 0), length - 1 - max(-after, 0)))
        else:
            return None
    inside = [
        length if min(end) >= 0 else new
        for length, new, end in zip(lengths, result.shape[cut:], ends, strict=True)
    ]
    around = [(max(before, 0), max(after, 0)) for before, after in ends]
    names = list(result.names)[cut:]
    given = _surrounded("input", names, labels, lengths, kept, [(0, 0)] * len(ends))
    made = _surrounded("output", names, labels, inside, [ALL] * len(ends), around)
    if given is None or made is None:
        return None
    adds = any(max(end) > 0 for end in ends)
    cuts = any(min(end) < 0 for end in ends)
    parts = [
        f"{label} {abs(before)} before and {abs(after)} after"
        for label, (before, after) in zip(labels, ends, strict=True)
        if before or after
    ]
    if not parts:
        return None
    verb = "cut off and added" if adds and cuts else "cut off" if cuts else "added"
    words = sentence(f"so many elements are {verb}: {', '.join(parts)}")
    diagram = Blocks(
        inputs=(given,),
        result=made,
        note="pad" if adds else "crop",
    )
    return diagram, words


def _surrounded(
    title: str,
    axes: Sequence[Axis],
    labels: Sequence[str],
    lengths: Sequence[Dim],
    marks: Sequence[Mark],
    around: Sequence[tuple[int, int]],
) -> Block | None:
    """Return an array with elements around it; its channels are sheets."""
    edges = [
        (axis, Edge(label=a, length=n, first=m[0], last=m[1], before=e[0], after=e[1]))
        for axis, a, n, m, e in zip(axes, labels, lengths, marks, around, strict=True)
    ]
    edges.sort(key=lambda pair: pair[0] is not Axis.CHANNEL)
    first = edges[0][1]
    if len(edges) > MOST_EDGES and first == Edge(
        label=first.label, length=first.length
    ):
        if edges[0][0] is Axis.CHANNEL:
            title = f"{title}, each of {counted(first.length, 'channel')}"
        edges = edges[1:]
    found = merged_edges([edge for _, edge in edges])
    return None if found is None else Block(title=title, edges=found)
