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
    nodes_of,
    restricted,
    start_of,
)

Feeds: TypeAlias = Sequence[Sequence[int]]
"""For each node the nodes that feed it; all of them come before it."""

ADOPTED = 6
"""At most so many times its own nodes join a group if they lie between its parts."""
WORK = 2_000_000
"""Nodes looked at for one circle; beyond it, groups are cut more often than needed."""


def straighten(root: Draft, feeds: Feeds) -> bool:
    """Put every level in an order that follows the edges, changing groups if needed.

    All drafts are measured before and after. Returns whether groups may have changed.
    """
    changed = False
    waiting = [root]
    while waiting:
        level = waiting.pop()
        inner = [one for one in level.members if isinstance(one, Draft)]
        if not all(one.is_run for one in inner):
            _straighten_level(level, feeds)
            changed = True
            inner = [one for one in level.members if isinstance(one, Draft)]
        else:
            level.members.sort(key=start_of)
        waiting.extend(inner)
    return changed


def _straighten_level(level: Draft, feeds: Feeds) -> None:
    while True:
        level.members.sort(key=start_of)
        before = _edges(level.members, feeds)
        order = _order(before)
        if len(order) == len(level.members):
            level.members = [level.members[at] for at in order]
            return
        rest = set(range(len(before))).difference(order)
        circles = _circles(before, sorted(rest))
        hints = {
            at
            for circle in circles
            for at in circle
            if isinstance(one := level.members[at], Draft) and not one.certain
        }
        if hints:
            level.members = [
                inner
                for at, member in enumerate(level.members)
                for inner in (_opened(member) if at in hints else [member])
            ]
        else:
            _open_circles(level, circles, feeds)


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
    if len(groups) * len(unit) > WORK:
        depth = _depths(groups, nodes, feeds)
        return [one for group in groups for one in _parts(group, depth)]
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


def _depths(groups: list[Draft], nodes: list[int], feeds: Feeds) -> dict[int, int]:
    """Return how often, at most, a path to a node went from one group to another."""
    home = dict.fromkeys(nodes, -1)
    home |= {node: at for at, group in enumerate(groups) for node in group.nodes()}
    depth: dict[int, int] = {}
    for node in sorted(home):
        depth[node] = max(
            (
                depth[source] + (home[source] != home[node] or home[node] < 0)
                for source in feeds[node]
                if source in depth
            ),
            default=0,
        )
    return depth


def _parts(group: Draft, part: dict[int, int]) -> list[Member]:
    """Return a group cut in parts; what is alone in its part becomes a plain node."""
    by_part: dict[int, list[int]] = {}
    for node in sorted(group.nodes()):
        by_part.setdefault(part[node], []).append(node)
    if len(by_part) == 1:
        return [group]
    members: list[Member] = [some[0] for some in by_part.values() if len(some) == 1]
    several = [some for _, some in sorted(by_part.items()) if len(some) > 1]
    for at, some in enumerate(several, 1):
        title = group.title
        if len(several) > 1:
            title = f"{title} ({at} of {len(several)})"
        members.append(restricted(group, frozenset(some), f"{group.key}#{at}", title))
    return members
