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
    the box that takes it, and from the box that makes it to the lower edge; ``pass_on``
    that of a link inside.
    """

    across: float
    along: float
    middle: float

    def corners(self) -> dict[int, tuple[float, float]]: ...
    def enter(self, link: Link) -> Path: ...
    def leave(self, link: Link) -> Path: ...
    def pass_on(self, link: Link) -> Path: ...


class Stack:
    """A box, or a chain of them in one line.

    Args:
        chain: What stands in it, from above.
        sizes: Of every child of the level.
    """

    def __init__(self, chain: Sequence[int], sizes: Sequence[Size]) -> None:
        self._sizes = {child: sizes[child] for child in chain}
        self._tops: dict[int, float] = {}
        self.middle = max(size.middle for size in self._sizes.values())
        self.along = -ROW_GAP
        for child, size in self._sizes.items():
            self._tops[child] = self.along + ROW_GAP
            self.along = self._tops[child] + size.along
        after = max(size.across - size.middle for size in self._sizes.values())
        self.across = self.middle + after

    def corners(self) -> dict[int, tuple[float, float]]:
        return {
            child: (self.middle - size.middle, self._tops[child])
            for child, size in self._sizes.items()
        }

    def enter(self, link: Link) -> Path:
        size = self._sizes[link.target]
        left, top = self.middle - size.middle, self._tops[link.target]
        return [(left + size.entries.get(link.enter, size.middle), top)]

    def leave(self, link: Link) -> Path:
        size = self._sizes[link.source]
        left, top = self.middle - size.middle, self._tops[link.source]
        return [(left + size.exits.get(link.leave, size.middle), top + size.along)]

    def pass_on(self, link: Link) -> Path:
        return self.leave(link) + self.enter(link)


class Grid:
    """Stacks in reading order, with lanes for lines between the columns.

    The first row is reached straight from above, the others by the gap left of their
    column; the last row is left straight, the others by the gap right of it.

    Args:
        stacks: What stands in it.
        columns: How many stand side by side.
        low: Whether they stand at the lower edge of their row, not the upper.
        row_gap: Space between two rows.
        margin: Room for lines at both sides.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        columns: int,
        low: bool = False,
        row_gap: float = ROW_GAP,
        margin: float = GAP,
    ) -> None:
        self._stacks, self._columns, self._row_gap = stacks, columns, row_gap
        self._place = {c: i for i, stack in enumerate(stacks) for c in stack.corners()}
        self._widths = [
            max(stack.across for stack in stacks[column::columns])
            for column in range(min(columns, len(stacks)))
        ]
        self._lefts = [margin]
        for width in self._widths:
            self._lefts.append(self._lefts[-1] + width + GAP)
        self._tops: list[float] = []
        self._bottoms = [-row_gap]
        for start in range(0, len(stacks), columns):
            self._tops.append(self._bottoms[-1] + row_gap)
            deepest = max(stack.along for stack in stacks[start : start + columns])
            self._bottoms.append(self._tops[-1] + deepest)
        del self._bottoms[0]
        self._low = low
        self.across = self._lefts[-1] - GAP + margin
        self.along = self._bottoms[-1]
        self.middle = float(self.across // 2)

    def corners(self) -> dict[int, tuple[float, float]]:
        found: dict[int, tuple[float, float]] = {}
        for place, stack in enumerate(self._stacks):
            left, top = self._corner(place)
            for child, (x, y) in stack.corners().items():
                found[child] = (left + x, top + y)
        return found

    def enter(self, link: Link) -> Path:
        place = self._place[link.target]
        row, column = divmod(place, self._columns)
        path = self._moved(place, self._stacks[place].enter(link))
        path = [(path[0][0], self._tops[row]), *path]
        if not row:
            return path
        lane = self._lefts[column] - LANE
        return [(lane, 0.0), (lane, self._tops[row] - self._row_gap), *path]

    def leave(self, link: Link) -> Path:
        place = self._place[link.source]
        row, column = divmod(place, self._columns)
        path = self._moved(place, self._stacks[place].leave(link))
        bottom = self._bottoms[row]
        path = [*path, (path[-1][0], bottom)]
        if row == len(self._tops) - 1:
            return path
        lane = self._lefts[column] + self._widths[column] + LANE
        return [*path, (lane, bottom + self._row_gap), (lane, self.along)]

    def pass_on(self, link: Link) -> Path:
        place = self._place[link.source]
        return self._moved(place, self._stacks[place].pass_on(link))

    def _corner(self, place: int) -> tuple[float, float]:
        row, column = divmod(place, self._columns)
        top = self._tops[row]
        if self._low:
            top = self._bottoms[row] - self._stacks[place].along
        return self._lefts[column], top

    def _moved(self, place: int, path: Path) -> Path:
        left, top = self._corner(place)
        return [(left + x, top + y) for x, y in path]


def block_of(
    chains: Sequence[Sequence[int]], sizes: Sequence[Size], low: bool
) -> Block:
    """Return chains between the same places: one of them, or a grid of many.

    Args:
        chains: Of children of the level.
        sizes: Of every child.
        low: Whether nothing leads to them, so that they stand close to what they feed.
    """
    if len(chains) == 1:
        return Stack(chains[0], sizes)
    columns = min(MOST_COLUMNS, math.isqrt(len(chains)) + 1)
    return Grid([Stack(chain, sizes) for chain in chains], columns, low)


def scattered(children: Sequence[int], sizes: Sequence[Size]) -> Grid:
    """Return children that nothing joins, about as wide as high."""
    columns = 1
    while columns < 5 and columns * 6 < len(children):
        columns += 1
    columns = max(columns, min(MOST_COLUMNS, math.isqrt(len(children) // 2)))
    stacks = [Stack((child,), sizes) for child in children]
    return Grid(stacks, columns, row_gap=GAP, margin=0.0)
