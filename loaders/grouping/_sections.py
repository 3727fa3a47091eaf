"""Cutting a level with too many members where few edges cross."""

import math
from itertools import accumulate

from loaders.grouping._circles import Feeds
from loaders.grouping._draft import Draft, Member, outside_in
from loaders.ir.grouping import GroupKind

MOST = 500
"""Members that one level may have."""
COMFORTABLE = 100
"""Members of a section, if there are not more sections than that."""


def is_wide(level: Draft) -> bool:
    """Whether a level has more members than one may have."""
    return len(level.members) > MOST


def cut(root: Draft, feeds: Feeds) -> None:
    """Cut every wide level into sections, in their order."""
    for level in outside_in(root):
        while is_wide(level):
            level.members = _sections(level, feeds)


def _sections(level: Draft, feeds: Feeds) -> list[Member]:
    members = level.members
    size = max(COMFORTABLE, math.isqrt(len(members)))
    size = min(size, MOST * 2 // 3)  # cuts move by a quarter of it
    count = math.ceil(len(members) / size)
    crossing = _crossing(members, feeds)
    reach = size // 4
    sections: list[Member] = []
    start = 0
    for number in range(1, count + 1):
        stop = len(members) * number // count
        if number < count:
            around = range(stop - reach, stop + reach + 1)
            wanted = stop
            stop = min(around, key=lambda at: (crossing[at], abs(at - wanted)))
        section = Draft(
            f"Section {number} of {count}",
            f"{level.key}#{number}/{count}",
            members[start:stop],
            kind=GroupKind.SECTION,
        )
        section.measure()
        sections.append(section)
        start = stop
    return sections


def _crossing(members: list[Member], feeds: Feeds) -> list[int]:
    """Return for each gap how many nodes before it feed one after it.

    Gap ``i`` lies before member ``i``.
    """
    home = {
        node: at
        for at, member in enumerate(members)
        for node in ((member,) if isinstance(member, int) else member.nodes())
    }
    last: dict[int, int] = {}
    for node, at in home.items():
        for source in feeds[node]:
            if source in home:
                last[source] = max(last.get(source, 0), at)
    change = [0] * (len(members) + 1)
    for source, at in last.items():
        if at > home[source]:
            change[home[source] + 1] += 1
            change[at + 1] -= 1
    return list(accumulate(change))
