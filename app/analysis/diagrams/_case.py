"""What the makers of drawings share: a call with its result, words for lengths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from loaders.ir.diagram import Block, Diagram, Edge
from loaders.ir.graph import Axis, Dim, Shape
from loaders.ir.steps import OutputSteps
from loaders.kinds import Call
from loaders.kinds._arguments import length_text
from loaders.kinds._steps import times

MOST_EDGES = 3
"""Axes of an array that can be drawn: columns, rows and sheets."""
ALL, FIRST = (0, None), (0, 0)
"""Which elements of an axis are marked: from, to (``None`` for the last)."""
Mark = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One call of a layer and what its rule says of the outputs.

    Attributes:
        types: Element types of the outputs, where the model tells them.
    """

    call: Call
    outputs: tuple[OutputSteps | None, ...]
    types: tuple[str, ...] = ()

    @property
    def result(self) -> OutputSteps | None:
        """The steps of the first output."""
        return self.outputs[0] if self.outputs else None


def product(lengths: Iterable[Dim]) -> str:
    """Return ``61 × 61``; ``any`` for a length that nobody knows."""
    return " × ".join("any" if n is None else length_text(n) for n in lengths)


def size(lengths: Sequence[Dim]) -> str:
    """Return ``61 × 61``, ``length 61``, ``any length`` or ``any size``."""
    if len(lengths) == 1:
        [length] = lengths
        return "any length" if length is None else f"length {length_text(length)}"
    return "any size" if set(lengths) == {None} else product(lengths)


def at_each(lengths: Sequence[Dim], one: str, many: str = "") -> str:
    """Return ``each of 28 × 28 places``; ``every place`` if nobody knows how many."""
    if None in lengths:
        return f"every {one}"
    if list(lengths) == [1]:
        return f"the one {one}"
    return f"each of {product(lengths)} {many or one + 's'}"


def label_of(axis: Axis, place: int) -> str:
    """Return what an axis is called."""
    return f"axis {place}" if axis is Axis.OTHER else axis.value


def labels_of(axes: Sequence[Axis]) -> tuple[str, ...]:
    """Return what several axes are called."""
    return tuple(label_of(axis, place) for place, axis in enumerate(axes))


def without_batch(
    axes: Sequence[Axis], shape: Shape
) -> tuple[tuple[str, ...], Shape, int]:
    """Return labels and lengths of one sample, and how many axes were left out."""
    cut = 1 if axes[:1] == (Axis.BATCH,) or list(axes[:1]) == [Axis.BATCH] else 0
    return labels_of(axes)[cut:], tuple(shape[cut:]), cut


def merged(
    labels: Sequence[str], shape: Sequence[Dim], marks: Sequence[Mark]
) -> tuple[Edge, ...] | None:
    """Return the edges of an array; ``None`` if it has too many to be drawn.

    Neighbouring axes that are marked alike, whole or at their first element, become
    one, until the rest can be drawn.
    """
    edges = [
        Edge(label=label, length=length, first=first, last=last)
        for label, length, (first, last) in zip(labels, shape, marks, strict=True)
    ]
    while len(edges) > MOST_EDGES:
        pairs = [at for at, pair in enumerate(pairwise(edges)) if _alike(*pair)]
        if not pairs:
            return None
        # The first axis is the batch if there is one: it stays by itself if it can.
        at = next((at for at in pairs if at), pairs[0])
        edges[at : at + 2] = [_as_one(edges[at], edges[at + 1])]
    return tuple(edges)


def _alike(one: Edge, other: Edge) -> bool:
    marks = (one.first, one.last)
    return marks in (ALL, FIRST) and marks == (other.first, other.last)


def _as_one(one: Edge, other: Edge) -> Edge:
    return Edge(
        label=f"{one.label} × {other.label}",
        length=times((one.length, other.length)),
        first=one.first,
        last=one.last,
    )


def block(
    title: str,
    labels: Sequence[str],
    shape: Sequence[Dim],
    marks: Sequence[Mark],
) -> Block | None:
    """Return an array with a part of it marked; ``None`` if it cannot be drawn."""
    edges = merged(labels, shape, marks)
    if edges is None:
        return None
    return Block(title=title, edges=edges)


def picture(
    title: str,
    axes: Sequence[Axis],
    labels: Sequence[str],
    shape: Sequence[Dim],
    marks: Sequence[Mark],
) -> Block | None:
    """Return an array of pictures: channels lie behind each other, as sheets.

    Args:
        title: What it is.
        axes: What its axes stand for, without the batch.
        labels: What they are called.
        shape: Their lengths.
        marks: What is marked of them.
    """
    order = sorted(range(len(axes)), key=lambda at: axes[at] is not Axis.CHANNEL)
    channels = axes.index(Axis.CHANNEL) if Axis.CHANNEL in axes else None
    if len(axes) > MOST_EDGES and channels is not None:
        order = order[1:]
        title = f"{title}, each of {counted(shape[channels], 'channel')}"
    return block(
        title,
        [labels[at] for at in order],
        [shape[at] for at in order],
        [marks[at] for at in order],
    )


def counted(length: Dim, one: str, many: str = "") -> str:
    """Return ``1 filter``, ``32 filters``, ``any number of filters``."""
    noun = one if length == 1 else many or f"{one}s"
    if length is None:
        return f"any number of {noun}"
    return f"{length_text(length)} {noun}"


def every(length: Dim, one: str, many: str = "") -> str:
    """Return ``all 3 channels``, ``the one channel``, ``all channels``."""
    if length == 1:
        return f"the one {one}"
    number = "" if length is None else f"{length_text(length)} "
    return f"all {number}{many or one + 's'}"


def each_of(length: Dim, one: str, many: str = "") -> str:
    """Return ``each of 8 channels``, ``the one channel``, ``every channel``."""
    if length == 1:
        return f"the one {one}"
    return f"every {one}" if length is None else f"each of {counted(length, one, many)}"


def sentence(*parts: str) -> str:
    """Return parts as sentences, each with a capital letter and a full stop."""
    told = [part for part in parts if part]
    return " ".join(f"{part[0].upper()}{part[1:].rstrip('.')}." for part in told)


Made = tuple[Diagram, str] | None
"""A diagram and its caption; ``None`` if there is nothing to draw."""
