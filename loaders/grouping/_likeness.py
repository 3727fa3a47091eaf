"""Which groups are built alike: the same operations, joined the same way.

Names, places and stored numbers play no part; the shapes of weights do, and the
settings of what slides or repeats. Every structure is a tuple of the numbers of smaller
ones, so groups are alike exactly if their numbers agree; no hash can be mistaken.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias

from loaders.grouping._entries import Entry
from loaders.ir.graph import Category, Node

Values: TypeAlias = dict[str, list[str]]
"""Ids of values by group."""
OUTSIDE = -1
"""Stands for whatever comes from outside a group."""
_WITH_SETTINGS = frozenset(
    {Category.CONVOLUTION, Category.POOLING, Category.RECURRENT, Category.ATTENTION}
)


def compare(entries: Sequence[Entry]) -> None:
    """Give groups of one structure one number above 0; those without equal keep 0."""
    numbers: dict[Hashable, int] = {}
    structures: dict[str, int] = {}
    imports, exports = _crossing(entries)
    for entry in reversed(entries):
        made: dict[str, int] = {}
        level = []
        inside = {inner.id for inner in entry.inside}
        nodes = iter(entry.nodes)
        for id in entry.members:
            if id in inside:
                taken = [made.get(value, OUTSIDE) for value in imports.get(id, ())]
                whole: Hashable = (structures[id], *sorted(taken))
                results: Iterable[str] = exports.get(id, ())
            else:
                node = next(nodes)
                taken = [made.get(value, OUTSIDE) for value in node.inputs]
                whole, results = (_structure(node), *taken), node.outputs
            number = numbers.setdefault(whole, len(numbers))
            level.append(number)
            made.update(dict.fromkeys(results, number))
            made[""] = OUTSIDE  # an absent input is no result
        owner = None if entry.owner is None else _structure(entry.owner)
        whole = (owner, "", *sorted(level))
        structures[entry.id] = numbers.setdefault(whole, len(numbers))
    several = Counter(structures[entry.id] for entry in entries)
    likeness: dict[int, int] = {}
    for entry in entries[1:]:
        structure = structures[entry.id]
        if several[structure] > 1:
            entry.likeness = likeness.setdefault(structure, len(likeness) + 1)


def _structure(node: Node) -> Hashable:
    if not node.parameters and node.category not in _WITH_SETTINGS:
        return node.op
    settings = repr(node.attributes) if node.category in _WITH_SETTINGS else ""
    weights = tuple([(one.role, one.tensor.shape) for one in node.parameters])
    return (node.op, node.activation, settings, weights)


def _crossing(entries: Sequence[Entry]) -> tuple[Values, Values]:
    """Return what groups take from their level, and what they give to it."""
    imports: Values = {}
    exports: Values = {}
    makers = {
        value: level
        for level, node in _placed(entries)
        for value in node.outputs
        if value
    }
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for level, node in _placed(entries):
        for value in node.inputs:
            maker = makers.get(value, level)
            if maker is level:
                continue
            ends = known.get((maker.id, level.id))
            if ends is None:
                ends = known[maker.id, level.id] = _ends(maker, level)
            if ends[0]:
                exports.setdefault(ends[0], []).append(value)
            if ends[1]:
                imports.setdefault(ends[1], []).append(value)
    return imports, exports


def _placed(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Node]]:
    """Yield every node with the group that it lies in."""
    for entry in entries:
        if entry.owner is not None and entry.parent is not None:
            yield entry.parent, entry.owner
        for node in entry.nodes:
            yield entry, node


def _ends(one: Entry, other: Entry) -> tuple[str, str]:
    """Return the groups that an edge joins, in the level where its ends meet.

    Args:
        one: The group in which it starts.
        other: The group in which it ends.

    Returns:
        The ids of the two; empty where the end is a node of that level itself.
    """
    start = end = ""
    while one is not other:
        if one.depth >= other.depth and one.parent is not None:
            start, one = one.id, one.parent
        elif other.parent is not None:
            end, other = other.id, other.parent
    return start, end
