"""Which groups are built alike: the same operations, joined the same way.

Names, places and stored numbers play no part; the shapes of weights do, and the
settings of what slides or repeats. Every structure is a tuple of the numbers of smaller
ones, so groups are alike exactly if their numbers agree; no hash can be mistaken.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeAlias

from loaders.grouping._entries import Entry
from loaders.ir.graph import Category, Node

OUTSIDE = -1
"""Stands for whatever comes from outside a group."""
_WITH_SETTINGS = frozenset(
    {Category.CONVOLUTION, Category.POOLING, Category.RECURRENT, Category.ATTENTION}
)
Sources: TypeAlias = dict[str, list[str]]
"""For each node and group what feeds it in its level; empty for ``OUTSIDE``."""


def compare(entries: Sequence[Entry]) -> None:
    """Give groups of one structure one number above 0; those without equal keep 0."""
    numbers: dict[Hashable, int] = {}

    def number(structure: Hashable) -> int:
        return numbers.setdefault(structure, len(numbers))

    sources = _sources(entries)
    found: dict[str, int] = {}
    for entry in reversed(entries):
        nodes = {node.id: node for node in entry.nodes}
        level: dict[str, int] = {}
        for id in entry.members:
            fed = [level.get(source, OUTSIDE) for source in sources.get(id, ())]
            if id in nodes:
                level[id] = number((_structure(nodes[id]), *fed))
            else:
                level[id] = number((found[id], *sorted(fed)))
        owner = None if entry.owner is None else _structure(entry.owner)
        found[entry.id] = number((owner, *sorted(level.values())))
    several = Counter(found.values())
    likeness: dict[int, int] = {}
    for entry in entries[1:]:
        structure = found[entry.id]
        if several[structure] > 1:
            entry.likeness = likeness.setdefault(structure, len(likeness) + 1)


def _structure(node: Node) -> Hashable:
    if not node.parameters and node.category not in _WITH_SETTINGS:
        return node.op
    settings = repr(node.attributes) if node.category in _WITH_SETTINGS else ""
    weights = tuple((one.role, one.tensor.shape) for one in node.parameters)
    return (node.op, node.activation, settings, weights)


def _sources(entries: Sequence[Entry]) -> Sources:
    makers: dict[str, tuple[Entry, str]] = {}
    for level, node in _nodes(entries):
        for value in node.outputs:
            makers[value] = (level, node.id)
    sources: Sources = {}
    paths: dict[tuple[str, str], tuple[str, str]] = {}
    nothing = (None, "")
    for level, node in _nodes(entries):
        fed = sources.setdefault(node.id, [])
        for value in node.inputs:
            maker, source = makers.get(value, nothing) if value else nothing
            if maker is level or maker is None:
                fed.append(source)
                continue
            key = (maker.id, level.id)
            if key not in paths:
                paths[key] = _ends(maker, level)
            start, end = paths[key]
            if end:
                fed.append("")
                sources.setdefault(end, []).append(start or source)
            else:
                fed.append(start)
    return sources


def _nodes(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Node]]:
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
