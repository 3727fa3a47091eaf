"""What lies directly in one group, and which of it is joined: one level of a picture.

A level does not depend on what is open in it, so neither does the order of its boxes.
Wires into a group and out of it meet its border at ports: the ports of its own level.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from viewers.drawing.wires import Flow, Wire

Ports: TypeAlias = dict[str, int]
"""Through which port each value goes."""


class Link(NamedTuple):
    """That something flows between two vertices of a level.

    Attributes:
        source: Where it starts.
        target: Where it ends.
        leave: Through which port it leaves the source, if that is an open group.
        enter: Through which port it enters the target, if that is an open group.
    """

    source: int
    target: int
    leave: int
    enter: int


class PortOrder(NamedTuple):
    """Ports from left to right as the lines outside would have them; perhaps not all.

    Attributes:
        entries: Ports in.
        exits: Ports out.
    """

    entries: tuple[int, ...] = ()
    exits: tuple[int, ...] = ()


class Structure(NamedTuple):
    """What the places in a level follow from, besides sizes; many levels share it.

    Its vertices are the children, each after what feeds it unless they form a cycle,
    then the ports where values come in, then those where they go out.

    Attributes:
        children: How many children there are.
        entries: How many ports values come in through.
        exits: How many ports values go out through.
        links: What is joined; none from a vertex to itself.
        order: In which order lines from outside reach the ports in, and leave the
            ports out.
    """

    children: int
    entries: int
    exits: int
    links: tuple[Link, ...]
    order: PortOrder


@dataclass(slots=True)
class Border:
    """What one group has to do with the rest of the picture.

    Attributes:
        wires: All wires that touch something in it.
        entries: Values from outside, each source around the group one port.
        exits: Values that go out, those for the same places through one port.
    """

    wires: list[Wire] = field(default_factory=list)
    entries: Ports = field(default_factory=dict)
    exits: Ports = field(default_factory=dict)


@dataclass(slots=True)
class Level:
    """The inside of one group.

    Attributes:
        children: Numbers of the flow.
        structure: How they are joined.
        values: What flows in each link.
        borders: By number, those of the children that are groups.
    """

    children: list[int]
    structure: Structure
    values: list[tuple[str, ...]]
    borders: dict[int, Border]


def level_of(
    flow: Flow, group: str, border: Border, order: PortOrder, home: list[int]
) -> Level:
    """Return the inside of a group.

    Args:
        flow: The whole picture.
        group: Id of the group, or that of the picture's top.
        border: What the level around found out about it; for the top all wires.
        order: In which order lines of the level around meet it.
        home: A list as long as ``flow.names``, to be used again for every level.
    """
    children = flow.children.get(group, [])
    first, last = flow.spans.get(group, (-1, len(flow.names)))
    groups: dict[int, Border] = {}
    for index, child in enumerate(children):
        start, end = flow.spans.get(flow.names[child], (child, child + 1))
        home[start:end] = [index] * (end - start)
        if flow.names[child] in flow.spans:
            groups[index] = Border()
    joined = _joined(border, groups, home, first, last, len(children))
    sequence = _sorted(len(children), joined)
    _find_ports(joined, groups)
    entries = 1 + max(border.entries.values(), default=-1)
    exits = 1 + max(border.exits.values(), default=-1)
    links = _links(joined, groups, sequence, len(children) + entries)
    joints = tuple([link for link, _ in links])
    structure = Structure(len(children), entries, exits, joints, order)
    return Level(
        children=[children[index] for index in sequence],
        structure=structure,
        values=[values for _, values in links],
        borders={children[index]: found for index, found in groups.items()},
    )


Joined: TypeAlias = dict[tuple[int, int], dict[str, None]]
"""Source and target, and the values between them. Ports in have numbers after those of
the children, ports out the numbers -1, -2 ..."""


def _joined(
    border: Border,
    groups: dict[int, Border],
    home: list[int],
    first: int,
    last: int,
    count: int,
) -> Joined:
    """Lift wires to the children, and share them out among the groups in them."""
    joined: Joined = {}
    entries, exits = border.entries, border.exits
    for wire in border.wires:
        value, start, end = wire
        source = home[start] if first < start < last else None
        target = home[end] if first < end < last else None
        if source is not None and source in groups:
            groups[source].wires.append(wire)
        if target is not None and target != source and target in groups:
            groups[target].wires.append(wire)
        if source == target:
            continue
        if source is None:
            if start == first:
                continue  # it is the group itself that makes it
            source = count + entries[value]
        if target is None:
            if end == first:
                continue
            target = -1 - exits[value]
        joined.setdefault((source, target), {})[value] = None
    return joined


def _find_ports(joined: Joined, groups: dict[int, Border]) -> None:
    """Say where the groups in a level are entered and left."""
    goals: dict[int, dict[str, list[int]]] = {}
    sources: dict[int, dict[int, int]] = {}
    for (source, target), values in joined.items():
        if source in groups:
            wanted = goals.setdefault(source, {})
            for value in values:
                wanted.setdefault(value, []).append(target)
        if target in groups:
            ports = sources.setdefault(target, {})
            port = ports.setdefault(source, len(ports))
            groups[target].entries.update(dict.fromkeys(values, port))
    for group, wanted in goals.items():
        shared: dict[tuple[int, ...], int] = {}
        for value, targets in wanted.items():
            port = shared.setdefault(tuple(sorted(targets)), len(shared))
            groups[group].exits[value] = port


def _links(
    joined: Joined, groups: dict[int, Border], order: list[int], out: int
) -> list[tuple[Link, tuple[str, ...]]]:
    """Return what is joined, and by which values; ports out start at ``out``."""
    count = len(order)
    place = [0] * count
    for index, child in enumerate(order):
        place[child] = index
    links: list[tuple[Link, tuple[str, ...]]] = []
    for (source, target), values in joined.items():
        start = place[source] if source < count else source
        end = place[target] if target >= 0 else out - 1 - target
        enter = -1
        if target in groups:
            enter = groups[target].entries[next(iter(values))]
        if source not in groups:
            links.append((Link(start, end, -1, enter), tuple(values)))
            continue
        exits = groups[source].exits
        by_port: dict[int, list[str]] = {}
        for value in values:
            by_port.setdefault(exits[value], []).append(value)
        links += [
            (Link(start, end, leave, enter), tuple(found))
            for leave, found in by_port.items()
        ]
    links.sort(key=itemgetter(0))
    return links


def _sorted(count: int, joined: Iterable[tuple[int, int]]) -> list[int]:
    """Return children so that each follows what feeds it; in their order where free.

    Of children that feed each other the first in their order stays first.
    """
    below: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    backward = False
    for source, target in joined:
        if source < count and target >= 0:
            below[source].append(target)
            waiting[target] += 1
            backward = backward or source > target
    if not backward:
        return list(range(count))
    ready = [child for child in range(count) if not waiting[child]]
    done = bytearray(count)
    order: list[int] = []
    following = 0
    while len(order) < count:
        if not ready:
            while done[following]:
                following += 1
            ready.append(following)
        child = heapq.heappop(ready)
        if done[child]:
            continue
        done[child] = 1
        order.append(child)
        for target in below[child]:
            waiting[target] -= 1
            if not waiting[target] and not done[target]:
                heapq.heappush(ready, target)
    return order
