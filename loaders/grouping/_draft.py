"""Groups while they are being made: a tree of drafts over the nodes of one graph.

Nodes are known by their position in graph order, in which each follows what feeds it.
Drafts nest no deeper than ``_names.DEEPEST`` and a few sections.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from loaders.grouping._names import Path
from loaders.ir.grouping import GroupKind

Member: TypeAlias = "int | Draft"


class Draft:
    """A group to be, or the whole graph.

    Attributes:
        title: Its own name.
        key: Its name with those around it; unique in the graph.
        kind: Why it is a group.
        subtitle: As in ``Group``.
        certain: Whether the file says that it is a group; else its names hint at it.
        members: Positions of nodes, and drafts.
        first: Position of the first node inside, however deep.
        last: Position of the last one.
        size: How many there are.
    """

    __slots__ = (
        "certain",
        "first",
        "key",
        "kind",
        "last",
        "members",
        "size",
        "subtitle",
        "title",
    )

    def __init__(
        self,
        title: str,
        key: str,
        members: list[Member] | None = None,
        *,
        kind: GroupKind = GroupKind.SCOPE,
        subtitle: str = "",
    ) -> None:
        self.title, self.key, self.kind = title, key, kind
        self.subtitle, self.certain = subtitle, True
        self.members: list[Member] = [] if members is None else members
        self.first = self.last = self.size = 0

    @property
    def is_run(self) -> bool:
        """Whether no other node lies between its nodes in graph order."""
        return self.last - self.first + 1 == self.size

    def measure(self) -> None:
        """Find ``first``, ``last`` and ``size``; the drafts inside have theirs."""
        nodes = [one for one in self.members if isinstance(one, int)]
        inner = [one for one in self.members if isinstance(one, Draft)]
        self.size = len(nodes) + sum([one.size for one in inner])
        firsts = [one.first for one in inner]
        lasts = [one.last for one in inner]
        self.first = min(nodes + firsts, default=0)
        self.last = max(nodes + lasts, default=-1)

    def nodes(self) -> list[int]:
        """Return all nodes inside, however deep."""
        found: list[int] = []
        waiting = [self]
        while waiting:
            for member in waiting.pop().members:
                if isinstance(member, int):
                    found.append(member)
                else:
                    waiting.append(member)
        return found


def drafted(
    paths: Sequence[Path], classes: Mapping[Path, str], *, certain: bool = True
) -> Draft:
    """Return the whole graph with a draft for every path, in no order yet."""
    root = Draft("", "")
    known: dict[Path, Draft] = {(): root}
    # Most nodes of a group share one path object, which is quicker to look up.
    several: Counter[Path] = Counter()
    objects = {id(path): path for path in paths}
    for key, count in Counter(map(id, paths)).items():
        several[objects[key]] += count
    shared = _shared(several)
    drafts: dict[int, Draft] = {}
    for key, path in objects.items():
        while path not in shared:
            path = path[:-1]
        drafts[key] = _along(path, known, classes)
    for at, path in enumerate(paths):
        drafts[id(path)].members.append(at)
    for draft in known.values():
        draft.certain = certain
    return root


def _shared(several: Counter[Path]) -> set[Path]:
    """Return all paths, and beginnings of paths, that two nodes or more have.

    Names that nest deeply and never agree make no groups, whatever their number.

    Args:
        several: How many nodes have each path.
    """
    shared: set[Path] = {()}
    alone: set[Path] = set()
    for path, count in several.items():
        end = len(path)
        while count == 1 and path[:end] not in shared and path[:end] not in alone:
            alone.add(path[:end])
            end -= 1
        while path[:end] not in shared:
            shared.add(path[:end])
            end -= 1
    return shared


def _along(path: Path, known: dict[Path, Draft], classes: Mapping[Path, str]) -> Draft:
    """Return the draft of a path, and make those on the way that are missing."""
    depth = len(path)
    while path[:depth] not in known:
        depth -= 1
    draft = known[path[:depth]]
    for end in range(depth + 1, len(path) + 1):
        word = classes.get(path[:end], "")
        inner = Draft(path[end - 1], "/".join(path[:end]), subtitle=word)
        draft.members.append(inner)
        known[path[:end]] = draft = inner
    return draft


def outside_in(root: Draft) -> list[Draft]:
    """Return a draft and all inside it, each before those inside it."""
    found = [root]
    for draft in found:
        found.extend(one for one in draft.members if isinstance(one, Draft))
    return found


def tidy(root: Draft) -> None:
    """Dissolve groups of one node, merge groups of one group, measure all.

    What holds the whole graph says nothing about it and goes, too.
    """
    for draft in reversed(outside_in(root)):
        draft.members = [
            one if isinstance(one, int) or len(one.members) > 1 else _only(one)
            for one in draft.members
        ]
        draft.measure()
    while len(root.members) == 1 and isinstance(root.members[0], Draft):
        root.members = root.members[0].members


def _only(draft: Draft) -> Member:
    """Return the only member of a draft; it keeps both names if it is a group."""
    only = draft.members[0]
    if isinstance(only, Draft):
        only.title = f"{draft.title}/{only.title}"
    return only


def divided(draft: Draft, part: Mapping[int, int]) -> dict[int, Draft]:
    """Return a draft's parts by their numbers; the groups inside are divided, too."""
    found: dict[int, Draft] = {}

    def add(number: int, member: Member) -> None:
        if number not in found:
            key = f"{draft.key}#{number}"
            found[number] = Draft(
                draft.title, key, kind=draft.kind, subtitle=draft.subtitle
            )
        found[number].members.append(member)

    for member in draft.members:
        if isinstance(member, int):
            add(part[member], member)
            continue
        for number, inner in divided(member, part).items():
            add(number, inner)
    for one in found.values():
        one.measure()
    return found


def start_of(member: Member) -> int:
    """Return the position of a member's first node."""
    return member if isinstance(member, int) else member.first


def nodes_of(members: Iterable[Member]) -> list[int]:
    """Return the nodes of some members, however deep."""
    found: list[int] = []
    for member in members:
        if isinstance(member, int):
            found.append(member)
        else:
            found.extend(member.nodes())
    return found
