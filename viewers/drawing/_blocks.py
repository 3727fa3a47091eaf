"""What stands at one place of a row: a box, a frame, or many of them in a grid.

All places here are along the row and along the flow, from the block's corner on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from viewers.drawing._levels import Link

Path: TypeAlias = list[tuple[float, float]]
"""Points, each along the row and along the flow."""

GAP, ROW_GAP, LANE = 24.0, 36.0, 8.0
"""Space beside boxes and, with lines, between rows; how far beside a box lines run."""
MOST_COLUMNS = 17
"""About 4,000 pixels of common boxes."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a box or a frame takes, and where lines meet it.

    Attributes:
        across: Along its row.
        along: In the direction of flow.
        middle: Where along its row lines are best straight.
        entries: Where along its row each port in is; none for a closed box.
        exits: The same for the ports out.
    """

    across: float
    along: float
    middle: float
    entries: Mapping[int, float] = field(default_factory=dict)
    exits: Mapping[int, float] = field(default_factory=dict)


class Block(Protocol):
    """One or more children of a level.

    ``enter`` and ``leave`` are the ways of a link from the upper edge of the block to
    the box that takes it, and from the box that makes it to the lower edge.
    """

    across: float
    along: float
    middle: float

    def corners(self) -> dict[int, tuple[float, float]]: ...
    def enter(self, link: Link) -> Path: ...
    def leave(self, link: Link) -> Path: ...


class Single:
    """One box or frame."""

    def __init__(self, child: int, size: Size) -> None:
        self._child, self._size = child, size
        self.across, self.along, self.middle = size.across, size.along, size.middle

    def corners(self) -> dict[int, tuple[float, float]]:
        return {self._child: (0.0, 0.0)}

    def enter(self, link: Link) -> Path:
        return [(self._size.entries.get(link.enter, self.middle), 0.0)]

    def leave(self, link: Link) -> Path:
        return [(self._size.exits.get(link.leave, self.middle), self.along)]


class Grid:
    """Boxes and frames in reading order, with lanes for lines between the columns.

    The first row is reached straight from above, the others by the gap left of their
    column; the last row is left straight, the others by the gap right of it.

    Args:
        children: What stands in it.
        sizes: Of each.
        columns: How many stand side by side.
        row_gap: Space between two rows.
        margin: Room for lines at both sides.
    """

    def __init__(
        self,
        children: Sequence[int],
        sizes: Sequence[Size],
        columns: int,
        row_gap: float = ROW_GAP,
        margin: float = GAP,
    ) -> None:
        self._place = {child: index for index, child in enumerate(children)}
        self._sizes, self._columns, self._row_gap = sizes, columns, row_gap
        self._widths = [
            max(size.across for size in sizes[column::columns])
            for column in range(min(columns, len(sizes)))
        ]
        self._lefts = [margin]
        for width in self._widths:
            self._lefts.append(self._lefts[-1] + width + GAP)
        self._tops, self._bottoms = [], [-row_gap]
        for start in range(0, len(sizes), columns):
            self._tops.append(self._bottoms[-1] + row_gap)
            deepest = max(size.along for size in sizes[start : start + columns])
            self._bottoms.append(self._tops[-1] + deepest)
        del self._bottoms[0]
        self.across = self._lefts[-1] - GAP + margin
        self.along = self._bottoms[-1]
        self.middle = float(self.across // 2)

    def corners(self) -> dict[int, tuple[float, float]]:
        return {
            child: (self._lefts[place % self._columns], self._tops[row])
            for child, place in self._place.items()
            for row in (place // self._columns,)
        }

    def enter(self, link: Link) -> Path:
        place = self._place[link.target]
        row, column = divmod(place, self._columns)
        size, left, top = self._sizes[place], self._lefts[column], self._tops[row]
        end = (left + size.entries.get(link.enter, size.middle), top)
        if not row:
            return [end]
        lane = left - LANE
        return [(lane, 0.0), (lane, top - self._row_gap), end]

    def leave(self, link: Link) -> Path:
        place = self._place[link.source]
        row, column = divmod(place, self._columns)
        size, left, bottom = self._sizes[place], self._lefts[column], self._bottoms[row]
        x = left + size.exits.get(link.leave, size.middle)
        path = [(x, self._tops[row] + size.along), (x, bottom)]
        if row == len(self._tops) - 1:
            return path
        lane = left + self._widths[column] + LANE
        return [*path, (lane, bottom + self._row_gap), (lane, self.along)]


def block_of(children: Sequence[int], sizes: Sequence[Size]) -> Block:
    """Return children between the same places: one of them, or a grid of many."""
    if len(children) == 1:
        return Single(children[0], sizes[children[0]])
    columns = min(MOST_COLUMNS, math.isqrt(len(children)) + 1)
    return Grid(children, [sizes[child] for child in children], columns)


def scattered(children: Sequence[int], sizes: Sequence[Size]) -> Grid:
    """Return children that nothing joins, about as wide as high."""
    columns = 1
    while columns < 5 and columns * 6 < len(children):
        columns += 1
    columns = max(columns, min(MOST_COLUMNS, math.isqrt(len(children) // 2)))
    found = [sizes[child] for child in children]
    return Grid(children, found, columns, row_gap=GAP, margin=0.0)
