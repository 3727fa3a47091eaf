"""Where everything in one group lies: its parts side by side, and its border."""

from collections.abc import Callable
from dataclasses import dataclass

from viewers.drawing._blocks import Size, scattered
from viewers.drawing._layers import Pattern
from viewers.drawing._levels import Structure
from viewers.drawing._rows import Line, Part, placed

SHELF = 1_200.0
"""Separate parts stand side by side up to this width, then below each other."""
PART_GAP = 48.0


@dataclass(frozen=True, slots=True)
class Padding:
    """Room around what is in a frame.

    Attributes:
        before: Along the rows, at their start.
        after: Along the rows, at their end.
        head: Along the flow, at its start; lines run straight through it.
        inner: Along the flow, where no line comes in or goes out.
    """

    before: float
    after: float
    head: float
    inner: float


@dataclass(slots=True, eq=False)
class Frame:
    """The finished inside of a group, its own corner at 0, 0.

    Attributes:
        size: Of all of it, with its border.
        corners: Of each child of the level.
        lines: Between the vertices of the level.
        in_time: Whether it is more than plain.
    """

    size: Size
    corners: list[tuple[float, float]]
    lines: list[Line]
    in_time: bool


def frame_of(
    structure: Structure,
    patterns: list[Pattern],
    alone: list[int],
    sizes: list[Size],
    padding: Padding,
    late: Callable[[], bool],
) -> Frame:
    """Return the places in a level.

    Args:
        structure: What is in it.
        patterns: Its parts in rows; the one that leads to the border first.
        alone: The children that are in no part.
        sizes: Of each child.
        padding: Room around it.
        late: Whether the time is over; places are then plain.
    """
    head, inner = padding.head, padding.inner
    parts = [placed(pattern, sizes, head, inner, late) for pattern in patterns]
    if alone:
        grid = scattered(alone, sizes)
        parts.append(Part(grid.across, grid.along, grid.corners()))
    main = parts[0] if patterns and patterns[0].ported else None
    spots = _spots(parts, main, padding)
    across = along = 0.0
    for part, (x, y) in zip(parts, spots):
        across = max(across, x + part.across)
        along = max(along, y + part.along + (0.0 if part is main else inner))
    along = max(along, head + inner)
    across = max(across, padding.before) + padding.after
    corners = [(0.0, 0.0)] * structure.children
    lines: list[Line] = []
    for part, (left, top) in zip(parts, spots):
        for child, (x, y) in part.corners.items():
            corners[child] = (x + left, y + top)
        for line in part.lines:
            _move(line, left, top)
            if line.target in part.exits:
                _reach(line, along)
        lines += part.lines
    size = _size(structure, main, padding, across, along)
    return Frame(size, corners, lines, all(part.in_time for part in parts))


def _spots(
    parts: list[Part], main: Part | None, padding: Padding
) -> list[tuple[float, float]]:
    """Return where each part goes: side by side while there is room.

    What leads to the border fills the whole height; the others stand beside it.
    """
    spots: list[tuple[float, float]] = []
    first = padding.before
    if main is not None:
        spots.append((first, 0.0))
        first += main.across + PART_GAP
    others = parts[len(spots) :]
    room = max([SHELF, *(part.across for part in others)])
    left, top = first, padding.head + padding.inner
    deepest = 0.0
    for part in others:
        if left > first and left + part.across > room + first:
            left, top, deepest = first, top + deepest + PART_GAP, 0.0
        spots.append((left, top))
        left += part.across + PART_GAP
        deepest = max(deepest, part.along)
    return spots


def _move(line: Line, left: float, top: float) -> None:
    line.points = [
        at + (top if index % 2 else left) for index, at in enumerate(line.points)
    ]


def _reach(line: Line, along: float) -> None:
    """Draw a line on to the lower border."""
    points = line.points
    if line.stub or (len(points) >= 4 and points[-4] == points[-2]):
        points[-1] = along
    elif points[-1] != along:
        points += [points[-2], along]


def _size(
    structure: Structure,
    main: Part | None,
    padding: Padding,
    across: float,
    along: float,
) -> Size:
    entries: dict[int, float] = {}
    exits: dict[int, float] = {}
    middle = float(across // 2)
    if main is not None:
        out = structure.children + structure.entries
        middle = main.middle + padding.before
        for vertex, x in main.entries.items():
            entries[vertex - structure.children] = x + padding.before
        for vertex, x in main.exits.items():
            exits[vertex - out] = x + padding.before
    _add_idle(entries, structure.order.entries, across)
    _add_idle(exits, structure.order.exits, across)
    return Size(across, along, middle, entries, exits)


def _add_idle(ports: dict[int, float], order: tuple[int, ...], across: float) -> None:
    """Give places to ports that nothing inside is joined to, between their neighbours.

    Such lines end at the group itself: the condition of an If.
    """
    left, waiting = 0.0, []
    for port in (*order, None):
        if port is not None and port not in ports:
            waiting.append(port)
            continue
        right = across if port is None else ports[port]
        for index, idle in enumerate(waiting, start=1):
            ports[idle] = float(
                round(left + (right - left) * index / (len(waiting) + 1))
            )
        left, waiting = right, []
