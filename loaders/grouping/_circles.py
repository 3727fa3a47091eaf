"""Making a level of groups flow one way.

Names say nothing about the order of things: a path may leave a group and come back.
Drawn as boxes, such groups would feed each other in a circle. The few nodes between two
parts of one group join it; groups that go around each other are split into parts.
"""

import heapq
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from loaders.grouping._draft import (
    Draft,
    Member,
    divided,
    nodes_of,
    start_of,
)

Feeds: TypeAlias = Sequence[Sequence[int]]
"""For each node the nodes that feed it; all of them come before it."""

ADOPTED = 6
"""At most so many times its own nodes join a group if they lie between its parts."""
WORK = 1_000_000
"""Nodes looked at in one graph; beyond that, groups in circles are dissolved."""


def straighten(root: Draft, feeds: Feeds) -> bool:
    """Put every level in an order that follows the edges, changing groups if needed.

    All drafts are measured before and after. Returns whether groups may have changed.
    """
    changed = False
    work = WORK
    waiting = [root]
    while waiting:
        level = waiting.pop()
        inner = [one for one in level.members if isinstance(one, Draft)]
        if not all(one.is_run for one in inner):
            work = _straighten_level(level, feeds, work)
            changed = True
            inner = [one for one in level.members if isinstance(one, Draft)]
        else:
            level.members.sort(key=start_of)
        waiting.extend(inner)
    return changed


def _straighten_level(level: Draft, feeds: Feeds, work: int) -> int:
    """Straighten one level; return how many nodes may still be looked at."""
    while True:
        work -= level.size
        level.members.sort(key=start_of)
        before = _edges(level.members, feeds)
        order = _order(before)
        if len(order) == len(level.members):
            level.members = [level.members[at] for at in order]
            return work
        rest = set(range(len(before))).difference(order)
        circles = _circles(before, sorted(rest))
        work -= sum(_cost([level.members[at] for at in circle]) for circle in circles)
        dissolved = {
            at
            for circle in circles
            for at in circle
            if isinstance(one := level.members[at], Draft)
            and (work < 0 or not one.certain)
        }
        if dissolved:
            level.members = [
                inner
                for at, member in enumerate(level.members)
                for inner in (_opened(member) if at in dissolved else [member])
            ]
        else:
            _open_circles(level, circles, feeds)


def _cost(circle: list[Member]) -> int:
    """Return how many nodes must be looked at to open a circle."""
    groups = [one for one in circle if isinstance(one, Draft)]
    return len(groups) * (len(circle) + sum(one.size for one in groups))


def _opened(member: Member) -> list[Member]:
    return [member] if isinstance(member, int) else member.members


def _edges(members: Sequence[Member], feeds: Feeds) -> list[set[int]]:
    """Return for each member the members that feed it."""
    home = {
        node: at
        for at, member in enumerate(members)
        for node in ((member,) if isinstance(member, int) else member.nodes())
    }
    before: list[set[int]] = [set() for _ in members]
    for node, at in home.items():
        for source in feeds[node]:
            other = home.get(source, at)
            if other != at:
                before[at].add(other)
    return before


def _order(before: Sequence[Iterable[int]]) -> list[int]:
    """Return an order in which each follows what feeds it; lacks what is in circles."""
    after: list[list[int]] = [[] for _ in before]
    missing = []
    for at, sources in enumerate(before):
        count = 0
        for source in sources:
            after[source].append(at)
            count += 1
        missing.append(count)
    ready = [at for at, count in enumerate(missing) if not count]
    order = []
    while ready:
        at = heapq.heappop(ready)
        order.append(at)
        for target in after[at]:
            missing[target] -= 1
            if not missing[target]:
                heapq.heappush(ready, target)
    return order


def _circles(before: Sequence[set[int]], among: Sequence[int]) -> list[list[int]]:
    """Return the sets of members that feed each other around (Tarjan, iterative)."""
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    found = []
    for start in among:
        if start in number:
            continue
        calls = [(start, iter(sorted(before[start])))]
        number[start] = lowest[start] = len(number)
        path.append(start)
        on_path.add(start)
        while calls:
            at, sources = calls[-1]
            for source in sources:
                if source not in number:
                    number[source] = lowest[source] = len(number)
                    path.append(source)
                    on_path.add(source)
                    calls.append((source, iter(sorted(before[source]))))
                    break
                if source in on_path:
                    lowest[at] = min(lowest[at], number[source])
            else:
                calls.pop()
                if calls:
                    caller = calls[-1][0]
                    lowest[caller] = min(lowest[caller], lowest[at])
                if lowest[at] == number[at]:
                    circle = [path.pop()]
                    while circle[-1] != at:
                        circle.append(path.pop())
                    on_path.difference_update(circle)
                    if len(circle) > 1:
                        found.append(sorted(circle))
    return found


def _open_circles(level: Draft, circles: list[list[int]], feeds: Feeds) -> None:
    members: list[list[Member]] = [[member] for member in level.members]
    for circle in circles:
        groups = [one for at in circle if isinstance(one := level.members[at], Draft)]
        nodes = [one for at in circle if isinstance(one := level.members[at], int)]
        for at in circle:
            members[at] = []
        if len(groups) == 1 and len(nodes) <= ADOPTED * groups[0].size:
            groups[0].members += nodes
            groups[0].measure()
            members[circle[0]] = [groups[0]]
        else:
            members[circle[0]] = [*nodes, *_split(groups, nodes, feeds)]
    level.members = [one for some in members for one in some]


def _split(groups: list[Draft], nodes: list[int], feeds: Feeds) -> list[Member]:
    """Return the parts of groups, which no longer feed each other around."""
    unit = {node: node for node in nodes_of([*groups, *nodes])}
    parts: list[Member] = []
    # Large groups first: they stay whole more often.
    for group in sorted(groups, key=lambda one: (-one.size, one.first)):
        part = _exits(frozenset(group.nodes()), unit, feeds)
        first: dict[int, int] = {}
        for node in sorted(part):
            unit[node] = first.setdefault(part[node], node)
        parts += _parts(group, part)
    return parts


def _exits(
    inside: frozenset[int], unit: dict[int, int], feeds: Feeds
) -> dict[int, int]:
    """Return for each node of a group how often a path to it left the group before.

    Args:
        inside: The nodes of the group.
        unit: Which nodes are one already.
        feeds: What feeds what.
    """
    numbers = {one: at for at, one in enumerate(sorted(set(unit.values())))}
    units: list[list[int]] = [[] for _ in numbers]
    for node, one in unit.items():
        units[numbers[one]].append(node)
    before = [
        {
            numbers[unit[source]]
            for node in some
            for source in feeds[node]
            if source in unit and unit[source] != unit[node]
        }
        for some in units
    ]
    most = [-1] * len(units)
    part: dict[int, int] = {}
    for at in _order(before):
        is_inside = units[at][0] in inside
        for source in before[at]:
            left = is_inside and most[source] >= 0 and units[source][0] not in inside
            most[at] = max(most[at], most[source] + left)
        if is_inside:
            most[at] = part[units[at][0]] = max(most[at], 0)
    return part


def _parts(group: Draft, part: dict[int, int]) -> list[Member]:
    """Return a group cut in parts; what is alone in its part becomes a plain node."""
    if len(set(part.values())) == 1:
        return [group]
    cut = divided(group, part)
    members: list[Member] = [one.first for one in cut.values() if one.size == 1]
    several = [one for _, one in sorted(cut.items()) if one.size > 1]
    if len(several) > 1:
        for at, one in enumerate(several, 1):
            one.title = f"{group.title} ({at} of {len(several)})"
    return [*members, *several]
