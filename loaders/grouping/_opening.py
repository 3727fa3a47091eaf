"""Which groups are open at first: a picture that says something and is not too full."""

from collections.abc import Iterable, Sequence

from loaders.grouping._entries import Entry
from loaders.ir.graph import Category
from loaders.ir.grouping import GroupKind

COMFORTABLE = 60
"""Boxes that are looked at without effort: so many are shown if there are so many."""
TOO_FEW = 3
"""A level with fewer members, inputs and outputs aside, says nothing."""


def opened_at_first(entries: Sequence[Entry]) -> list[str]:
    """Return the ids of the groups to open, each after those around it.

    All groups of one depth are open or none, so that equal blocks look equal; but a
    group that holds nearly all of a level is opened even if that shows many boxes.
    """
    opened: list[str] = []
    levels = [entries[0]]
    shown = len(entries[0].members)
    while levels:
        inner = [one for level in levels for one in level.inside]
        after = shown + sum(len(one.members) - 1 for one in inner)
        if after > COMFORTABLE:
            inner = [one for level in levels for one in _wrapping(level)]
            after = shown + sum(len(one.members) - 1 for one in inner)
        shown = after
        opened += [one.id for one in inner]
        levels = inner
    return opened


def _wrapping(level: Entry) -> Iterable[Entry]:
    """Return the groups of a level that must be open for it to say something."""
    plain = [node for node in level.nodes if node.category is not Category.ENDPOINT]
    if len(plain) + len(level.inside) < TOO_FEW:
        return [one for one in level.inside if one.kind is not GroupKind.SECTION]
    return [
        one
        for one in level.inside
        if one.kind is GroupKind.SCOPE and 4 * one.size >= 3 * level.size
    ]
