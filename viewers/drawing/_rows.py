"""Where the rows of one part of a level lie, and the lines between them.

All places are along the rows and along the flow; which of them is x is decided at the
very end. They are whole pixels, so that outlines are sharp.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from viewers.drawing._blocks import Block, Path, Size, block_of
from viewers.drawing._layers import Pattern
from viewers.drawing._levels import Link
from viewers.drawing._order import Rows
from viewers.drawing._place import place

BOX_GAP, BEND_GAP, BEND_SIZE = 24.0, 10.0, 6.0
"""Space beside a box, between two lines, and the width that a line takes."""
ROW_GAP, STEEPNESS, MOST_ROW_GAP = 24.0, 0.1, 72.0
"""Least and most space between rows, and how much a wide curve adds to it."""
STUB_INSET = 14.0
"""How far from a box's corner a stub sits."""


@dataclass(slots=True)
class Line:
    """How a link is drawn.

    Attributes:
        links: The numbers of all links that are drawn so.
        source: The vertex of the level where it starts.
        target: Where it ends.
        points: Support points, one coordinate along the rows, one along the flow ...
        stub: Whether only its ends are drawn.
    """

    links: tuple[int, ...]
    source: int
    target: int
    points: list[float]
    stub: bool = False


@dataclass(slots=True)
class Part:
    """Some children of a level in their places, from 0 on along the rows.

    Attributes:
        across: Along the rows.
        along: Where it ends along the flow.
        corners: By child, the corner where both coordinates are least.
        lines: Between children and ports.
        entries: By its vertex in the level, where along the rows each port in is.
        exits: The same for the ports out.
        middle: Where lines that lead through it are best straight.
        in_time: Whether the places are more than plain.
    """

    across: float
    along: float
    corners: dict[int, tuple[float, float]]
    lines: list[Line] = field(default_factory=list)
    entries: dict[int, float] = field(default_factory=dict)
    exits: dict[int, float] = field(default_factory=dict)
    middle: float = 0.0
    in_time: bool = True


class _Run(NamedTuple):
    """A line before the rows have their places.

    Attributes:
        links: Their numbers.
        link: One of them.
        leave: Its way inside the first block.
        way: The vertices that it leads by, first and last block included.
        enter: Its way inside the last block.
    """

    links: tuple[int, ...]
    link: Link
    leave: Path
    way: list[int]
    enter: Path


def placed(
    pattern: Pattern,
    sizes: list[Size],
    head: float,
    inner: float,
    late: Callable[[], bool],
) -> Part:
    """Return the places of a pattern.

    Args:
        pattern: The rows.
        sizes: Of each child of the level.
        head: So far from the border that lines come in through they run straight.
        inner: Room between the first or last row and a border that no line leads to.
        late: Whether the time is over; places are then plain.
    """
    graph, rows = pattern.graph, pattern.rows
    blocks = [
        block_of(chains, sizes, low=not graph.above[vertex])
        for vertex, chains in enumerate(pattern.blocks)
    ]
    thin = [BEND_SIZE / 2] * (len(rows) - len(blocks))
    before = [block.middle for block in blocks] + thin
    after = [block.across - block.middle for block in blocks] + thin
    in_time = pattern.in_time and not late()
    if in_time:
        found = place(graph, before, after, (BOX_GAP, BEND_GAP))
    else:
        found = _plain(graph, before, after)
    lowest = min(centre - size for centre, size in zip(found, before))
    centres = [float(math.floor(centre - lowest + 0.5)) for centre in found]
    lefts = [centre - size for centre, size in zip(centres, before)]

    depths = [0.0] * len(graph.rows)
    for vertex, block in enumerate(blocks):
        depths[rows[vertex]] = max(depths[rows[vertex]], block.along)
    start = 0.0
    if pattern.entries:
        depths[0] = head
    elif pattern.exits:
        start = head + inner
    runs = [run for ways in pattern.ways for run in _runs(blocks, pattern.links, *ways)]
    tops = _tops(start, depths, _widest(pattern, runs, lefts, centres))
    bottoms = [top + depth for top, depth in zip(tops, depths)]
    # A source stands at the lower edge of its row, close to what it feeds.
    corners = [
        (lefts[v], tops[rows[v]] if graph.above[v] else bottoms[rows[v]] - block.along)
        for v, block in enumerate(blocks)
    ]
    boxes = {
        child: (left + x, top + y)
        for block, (left, top) in zip(blocks, corners)
        for child, (x, y) in block.corners().items()
    }
    # Ports and bends have no width: lines lead through their middle.
    corners += [(centres[v], tops[rows[v]]) for v in range(len(blocks), len(rows))]
    part = Part(
        across=max(centre + size for centre, size in zip(centres, after)),
        along=bottoms[-1] + (inner if pattern.entries and not pattern.exits else 0.0),
        corners=boxes,
        lines=[_line(run, corners, rows, tops, bottoms) for run in runs],
        entries={port: centres[vertex] for port, vertex in pattern.entries.items()},
        exits={port: centres[vertex] for port, vertex in pattern.exits.items()},
        middle=_middle(pattern, centres),
        in_time=in_time,
    )
    part.lines += _within(pattern, blocks, corners) + _stubs(pattern, part, sizes)
    return part


def _plain(graph: Rows, before: list[float], after: list[float]) -> list[float]:
    """Return middles with every row packed from the left."""
    centres = [0.0] * len(before)
    for row in graph.rows:
        left = 0.0
        for vertex in row:
            centres[vertex] = left + before[vertex]
            left += before[vertex] + after[vertex] + BOX_GAP
    return centres


def _runs(
    blocks: list[Block], links: tuple[Link, ...], numbers: list[int], way: list[int]
) -> Iterable[_Run]:
    """Return the lines of links between two blocks; those that coincide are one."""
    found: dict[tuple[int, int, float], _Run] = {}
    first, last = way[0], way[-1]
    for number in numbers:
        link = links[number]
        leave = blocks[first].leave(link) if first < len(blocks) else [(0.0, 0.0)]
        enter = blocks[last].enter(link) if last < len(blocks) else [(0.0, 0.0)]
        key = (link.source, link.target, leave[0][0])
        run = found.get(key)
        both = (number,) if run is None else (*run.links, number)
        found[key] = _Run(both, link, leave, way, enter)
    return found.values()


def _widest(
    pattern: Pattern, runs: list[_Run], lefts: list[float], centres: list[float]
) -> list[float]:
    """Return how far aside the lines below each row lead at most."""
    blocks, rows = len(pattern.blocks), pattern.rows
    widest = [0.0] * len(pattern.graph.rows)
    for run in runs:
        first, last = run.way[0], run.way[-1]
        xs = [centres[vertex] for vertex in run.way]
        if first < blocks:
            xs[0] = lefts[first] + run.leave[-1][0]
        if last < blocks:
            xs[-1] = lefts[last] + run.enter[0][0]
        for vertex, (x, to_x) in zip(run.way, pairwise(xs)):
            row = rows[vertex]
            widest[row] = max(widest[row], abs(x - to_x))
    return widest


def _tops(start: float, depths: list[float], widest: list[float]) -> list[float]:
    """Return where each row starts; wide curves get more room."""
    tops = [start]
    for depth, wide in zip(depths[:-1], widest):
        gap = min(MOST_ROW_GAP, ROW_GAP + STEEPNESS * wide)
        tops.append(float(round(tops[-1] + depth + gap)))
    return tops


def _line(
    run: _Run,
    corners: list[tuple[float, float]],
    rows: list[int],
    tops: list[float],
    bottoms: list[float],
) -> Line:
    """Return a line: straight through a row, beside its boxes, curved between rows."""
    points: list[float] = []
    first, *bends, last = run.way
    left, top = corners[first]
    for x, y in run.leave:
        _extend(points, left + x, top + y)
    _extend(points, points[-2], bottoms[rows[first]])
    for vertex in bends:
        _extend(points, corners[vertex][0], tops[rows[vertex]])
        _extend(points, corners[vertex][0], bottoms[rows[vertex]])
    left, top = corners[last]
    _extend(points, left + run.enter[0][0], tops[rows[last]])
    for x, y in run.enter:
        _extend(points, left + x, top + y)
    return Line(run.links, run.link.source, run.link.target, points)


def _extend(points: list[float], x: float, y: float) -> None:
    """Add a point; a straight line keeps only its ends."""
    if len(points) >= 2 and abs(points[-2] - x) < 0.5 and points[-1] == y:
        return
    if len(points) >= 4 and abs(points[-2] - x) < 0.5 and abs(points[-4] - x) < 0.5:
        points[-1] = y
    else:
        points.extend((x, y))


def _middle(pattern: Pattern, centres: list[float]) -> float:
    """Return where the main line enters or leaves, whichever is nearer to its boxes."""
    through, blocks = pattern.graph.through, len(pattern.blocks)
    main = [
        max(ports.values(), key=through.__getitem__)
        for ports in (pattern.exits, pattern.entries)
        if ports
    ]
    if not main:
        return 0.0
    longest = max(through[:blocks])
    line = sorted(centres[v] for v in range(blocks) if through[v] == longest)
    column = line[len(line) // 2]
    return min((centres[v] for v in main), key=lambda x: abs(x - column))


def _within(
    pattern: Pattern, blocks: list[Block], corners: list[tuple[float, float]]
) -> list[Line]:
    """Return the lines inside of blocks."""
    found: dict[tuple[float, ...], Line] = {}
    for number, vertex in pattern.within:
        link, (left, top) = pattern.links[number], corners[vertex]
        path = blocks[vertex].pass_on(link)
        points = [at for x, y in path for at in (left + x, top + y)]
        key = (link.source, link.target, *points)
        line = Line((), link.source, link.target, points)
        found.setdefault(key, line).links += (number,)
    return list(found.values())


def _stubs(pattern: Pattern, part: Part, sizes: list[Size]) -> list[Line]:
    """Return the two ends of links that are not drawn whole."""
    found: dict[tuple[float, ...], Line] = {}
    for number in pattern.stubs:
        link = pattern.links[number]
        start, end = _stub_start(link, part, sizes), _stub_end(link, part, sizes)
        points = [*start, *end]
        key = (link.source, link.target, *points)
        line = Line((), link.source, link.target, points, stub=True)
        found.setdefault(key, line).links += (number,)
    return list(found.values())


def _stub_start(link: Link, part: Part, sizes: list[Size]) -> tuple[float, float]:
    if link.source in part.entries:
        return part.entries[link.source], 0.0
    (left, top), size = part.corners[link.source], sizes[link.source]
    return left + size.exits.get(link.leave, _inset(size)), top + size.along


def _stub_end(link: Link, part: Part, sizes: list[Size]) -> tuple[float, float]:
    if link.target in part.exits:
        return part.exits[link.target], part.along
    (left, top), size = part.corners[link.target], sizes[link.target]
    return left + size.entries.get(link.enter, _inset(size)), top


def _inset(size: Size) -> float:
    return min(STUB_INSET, size.across // 6)
