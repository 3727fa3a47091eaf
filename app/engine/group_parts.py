"""Which nodes belong together, in parts: taken apart here, put together and checked."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from app.engine.messages import GroupsPart, ProtocolError
from loaders.ir.graph import Node
from loaders.ir.grouping import Group, Grouping
from loaders.ir.text import shown

GROUP_ITEMS = 500
"""A part holds at most so many groups, and at most so many ids."""
GROUP_CHARACTERS = 1 << 20
"""Hardly more text than this lies in one part, unless a single id is longer."""


def group_parts(grouping: Grouping) -> Iterator[GroupsPart]:
    """Yield a grouping in parts, the groups in their order."""
    for ids in _slices(grouping.top):
        yield GroupsPart(top=ids)
    some: list[Group] = []
    items = characters = 0
    for group in grouping.groups.values():
        first, *rest = _slices(group.members) or [()]
        size = len(group.id) + len(group.title) + sum(map(len, first))
        if some and (
            len(some) == GROUP_ITEMS
            or items + len(first) > GROUP_ITEMS
            or characters + size > GROUP_CHARACTERS
        ):
            yield GroupsPart(groups=tuple(some))
            some, items, characters = [], 0, 0
        some.append(replace(group, members=first) if rest else group)
        items, characters = items + len(first), characters + size
        if rest:
            yield GroupsPart(groups=tuple(some))
            some, items, characters = [], 0, 0
            for ids in rest:
                yield GroupsPart(more=ids)
    if some:
        yield GroupsPart(groups=tuple(some))
    for ids in _slices(grouping.opened):
        yield GroupsPart(opened=ids)


def _slices(ids: tuple[str, ...]) -> list[tuple[str, ...]]:
    slices: list[tuple[str, ...]] = []
    start = characters = 0
    for at, id in enumerate(ids):
        characters += len(id)
        if at > start and (at - start == GROUP_ITEMS or characters > GROUP_CHARACTERS):
            slices.append(ids[start:at])
            start, characters = at, len(id)
    return [*slices, ids[start:]] if ids else []


class GroupingAssembly:
    """Collects the parts of one grouping."""

    def __init__(self) -> None:
        self._top: list[str] = []
        self._groups: dict[str, Group] = {}
        self._last = ""
        self._members: dict[str, list[str]] = {}
        self._opened: list[str] = []

    def add(self, part: GroupsPart) -> None:
        """Take one part.

        Raises:
            ProtocolError: it contradicts those before it.
        """
        for group in part.groups:
            if group.id in self._groups:
                raise ProtocolError("Two groups have one name.")
            self._groups[group.id] = group
            self._last = group.id
        if part.more:
            if self._last not in self._groups:
                raise ProtocolError("Members of a group came before it.")
            self._members.setdefault(self._last, []).extend(part.more)
        self._top += part.top
        self._opened += part.opened

    def finish(self, nodes: Mapping[str, Mapping[str, Node]]) -> Grouping:
        """Return the whole grouping.

        Args:
            nodes: The nodes of all graphs, by graph.

        Raises:
            ProtocolError: it is no tree of groups that holds every node once.
        """
        grouping = Grouping(
            top=tuple(self._top),
            groups={
                id: replace(group, members=(*group.members, *self._members[id]))
                if id in self._members
                else group
                for id, group in self._groups.items()
            },
            opened=tuple(self._opened),
        )
        if grouping != Grouping():  # a model need not have one
            _check(grouping, nodes)
        return grouping


def _check(grouping: Grouping, nodes: Mapping[str, Mapping[str, Node]]) -> None:
    parents: dict[str, str] = {}
    _claim(grouping.top, "", nodes[""], grouping, parents)
    for group in grouping.groups.values():
        if group.graph not in nodes:
            raise ProtocolError(f"The group {shown(group.id)!r} lies in no graph.")
        # Whoever holds a group came before it, so groups cannot lie in a circle.
        if parents.get(group.id) != group.parent:
            raise ProtocolError(f"The group {shown(group.id)!r} lies in no other.")
        _claim(group.members, group.id, nodes[group.graph], grouping, parents)
    if any(id not in parents for graph in nodes.values() for id in graph):
        raise ProtocolError("A node lies in no group.")
    if any(id not in grouping.groups for id in grouping.opened):
        raise ProtocolError("A group is open that does not exist.")


def _claim(
    members: tuple[str, ...],
    parent: str,
    nodes: Mapping[str, Node],
    grouping: Grouping,
    parents: dict[str, str],
) -> None:
    for id in members:
        if id in parents:
            raise ProtocolError(f"{shown(id)!r} lies in two groups.")
        if id not in nodes and id not in grouping.groups:
            raise ProtocolError(f"There is no {shown(id)!r} to lie in a group.")
        parents[id] = parent
