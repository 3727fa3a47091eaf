"""Which groups are open at first: a picture that says something and is not too full."""

from collections.abc import Iterable, Sequence

from loaders.grouping._entries import Entry
from loaders.ir.graph import Category
from loaders.ir.grouping import GroupKind

COMFORTABLE = 80
"""Boxes that are looked at without effort."""
TOO_FEW = 3
"""A level with fewer members, inputs and outputs aside, says nothing."""


def opened_at_first(entries: Sequence[Entry]) -> list[str]:
    """Return the ids of the groups to open, each after those around it.

    All groups of one depth are open or none, so that equal blocks look equal; but what
    merely wraps a level is opened even if that shows many boxes.
    """
    opened: list[str] = []
    levels = [entries[0]]
    shown = len(entries[0].members)
    while levels:
        inner = [one for level in levels for one in level.inside]
        if _more(inner) + shown > COMFORTABLE:
            inner = [
                one
                for level in levels
                for one in level.inside
                if _wraps(one, level, COMFORTABLE - shown)
            ]
        shown += _more(inner)
        opened += [one.id for one in inner]
        levels = inner
    return opened


def _more(groups: Iterable[Entry]) -> int:
    """Return how many more boxes there are once these are open."""
    return sum(len(one.members) - 1 for one in groups)


def _wraps(group: Entry, level: Entry, room: int) -> bool:
    """Whether a level says little as long as one of its groups is closed."""
    if group.kind is GroupKind.SECTION:
        return False
    plain = [node for node in level.nodes if node.category is not Category.ENDPOINT]
    if len(plain) + len(level.inside) < TOO_FEW:
        return True
    if group.kind is not GroupKind.SCOPE or 4 * group.size < 3 * level.size:
        return False
    return _more([group]) <= room or 2 * len(group.inside) >= len(group.members)
