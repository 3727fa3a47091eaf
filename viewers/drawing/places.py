"""Finding the boxes and edges of a layout by place: pure, no Qt.

A grid of square cells knows what touches each of them, so that what lies in view or
under the pointer is found at once, however large the picture is.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from loaders.ir.layout import Box, Layout, Route
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH

CELL = 640.0
"""Side of a cell in pixels of the picture: it holds about fifteen boxes."""
MOST_ROWS = 2_048
"""Rows that frames are looked up in, at most."""
_SLICE = 512
"""Boxes or edges that are put into cells in one step: about a millisecond."""

Cell: TypeAlias = tuple[int, int]
Rect: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def rect_of(box: Box) -> Rect:
    """Return the area of a box."""
    width, height = box.width or NODE_WIDTH, box.height or NODE_HEIGHT
    return box.x, box.y, box.x + width, box.y + height


class Places:
    """Where everything of a layout lies. Complete once ``fill`` has run to its end.

    Attributes:
        layout: The layout.
        index: The index of each box in ``layout.boxes``, by its id.
        frames: The indices of all frames, each before those inside it.
        hosts: For each node that is written on another's box, the id of that box.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.index: dict[str, int] = {}
        self.frames: list[int] = []
        self.hosts: dict[str, str] = {}
        self._boxes: defaultdict[Cell, list[int]] = defaultdict(list)
        self._routes: defaultdict[Cell, list[int]] = defaultdict(list)
        self._rows: defaultdict[int, list[int]] = defaultdict(list)
        self._row = max(2 * CELL, self._length / MOST_ROWS)

    def fill(self) -> Iterator[None]:
        """Put everything into cells; yields after each millisecond or so."""
        for at, box in enumerate(self.layout.boxes):
            self.index[box.node] = at
            for inner in box.folded:
                self.hosts[inner] = box.node
            if box.is_frame:
                self.frames.append(at)
                for row in self._rows_of(rect_of(box)):
                    self._rows[row].append(at)
            else:
                self._boxes[int(box.x // CELL), int(box.y // CELL)].append(at)
            if not at % _SLICE:
                yield
        done = 0
        for at, route in enumerate(self.layout.routes):
            cells = _cells_of(route)
            for cell in cells:
                self._routes[cell].append(at)
            done += 1 + len(cells)  # a long edge touches hundreds
            if done > _SLICE:
                done = 0
                yield

    def rect(self, box: str) -> Rect:
        """Return the area of a box."""
        return rect_of(self.layout.boxes[self.index[box]])

    def is_frame(self, box: str) -> bool:
        """Whether a box is an open group, drawn as a frame."""
        at = self.index.get(box)
        return at is not None and self.layout.boxes[at].is_frame

    def boxes_of(self, cell: Cell) -> Sequence[int]:
        """Return the boxes, but no frames, whose upper left corner is in a cell."""
        return self._boxes.get(cell, ())

    def routes_of(self, cell: Cell) -> Sequence[int]:
        """Return the edges that touch a cell."""
        return self._routes.get(cell, ())

    def cells(self) -> set[Cell]:
        """Return all cells with something in them."""
        return self._boxes.keys() | self._routes.keys()

    def cells_in(self, area: Rect) -> list[Cell]:
        """Return the cells with something that touches an area, in the flow's order."""
        left, top, right, bottom = area
        # A box belongs to the cell of its corner, and may reach out of it.
        columns = int((left - NODE_WIDTH) // CELL), int(right // CELL)
        rows = int((top - NODE_HEIGHT) // CELL), int(bottom // CELL)
        wide, high = columns[1] - columns[0] + 1, rows[1] - rows[0] + 1
        if wide * high > len(self._boxes) + len(self._routes):
            found = [
                cell
                for cell in self.cells()
                if columns[0] <= cell[0] <= columns[1] and rows[0] <= cell[1] <= rows[1]
            ]
        else:
            found = [
                (column, row)
                for row in range(rows[0], rows[1] + 1)
                for column in range(columns[0], columns[1] + 1)
                if (column, row) in self._boxes or (column, row) in self._routes
            ]
        if self.layout.horizontal:
            return sorted(found)
        return sorted(found, key=lambda cell: (cell[1], cell[0]))

    def boxes_in(self, area: Rect) -> list[int]:
        """Return the boxes, but no frames, that touch an area, in layout order."""
        return sorted(
            at
            for cell in self.cells_in(area)
            for at in self._boxes.get(cell, ())
            if touches(rect_of(self.layout.boxes[at]), area)
        )

    def frames_in(self, area: Rect) -> list[int]:
        """Return the frames that touch an area, each before those inside it."""
        boxes = self.layout.boxes
        near = {at for row in self._rows_of(area) for at in self._rows.get(row, ())}
        return sorted(at for at in near if touches(rect_of(boxes[at]), area))

    def box_at(self, x: float, y: float) -> int | None:
        """Return the box at a point; ``None`` beside all boxes. Frames are not."""
        here = (x, y, x, y)
        for cell in self.cells_in(here):
            for at in self._boxes.get(cell, ()):
                if touches(rect_of(self.layout.boxes[at]), here):
                    return at
        return None

    def frame_at(self, x: float, y: float) -> int | None:
        """Return the innermost frame around a point; ``None`` outside all frames."""
        found = self.frames_in((x, y, x, y))
        return found[-1] if found else None

    def route_at(self, x: float, y: float, reach: float) -> int | None:
        """Return the edge nearest to a point within a reach; ``None`` if there is none.

        An edge that is not drawn whole is found at its two ends only.
        """
        near = {
            at
            for cell in self.cells_in((x - reach, y - reach, x + reach, y + reach))
            for at in self._routes.get(cell, ())
        }
        best, found = reach, None
        for at in sorted(near):
            away = self._distance(self.layout.routes[at], x, y, best)
            if away < best:
                best, found = away, at
        return found

    def _distance(self, route: Route, x: float, y: float, reach: float) -> float:
        """Return how far a point is from the drawn parts of an edge, if in reach."""
        horizontal = self.layout.horizontal
        if route.stub:
            return min(_from_line(end, x, y) for end in stub_ends(route, horizontal))
        points, best = route.points, math.inf
        along = x if horizontal else y
        for at in range(0, len(points) - 2, 2):
            piece = points[at], points[at + 1], points[at + 2], points[at + 3]
            low, high = (piece[0], piece[2]) if horizontal else (piece[1], piece[3])
            if min(low, high) - reach <= along <= max(low, high) + reach:
                for start, end in pairwise(curve(piece, horizontal)):
                    best = min(best, _from_line((*start, *end), x, y))
        return best

    @property
    def _length(self) -> float:
        """How long the picture is along its flow."""
        return self.layout.width if self.layout.horizontal else self.layout.height

    def _rows_of(self, area: Rect) -> range:
        """Return the rows across the flow, which frames are looked up in."""
        low, high = area[0::2] if self.layout.horizontal else area[1::2]
        last = int(self._length // self._row)
        first, end = (min(last, max(0, int(at // self._row))) for at in (low, high))
        return range(first, end + 1)


STUB = 14.0
"""How much of an edge is drawn at each end if it is not drawn whole."""


def stub_ends(route: Route, horizontal: bool) -> tuple[Rect, Rect]:
    """Return the pieces (x, y to x, y) of a stub that are drawn: leaving, arriving."""
    x, y, to_x, to_y = route.points[0], route.points[1], *route.points[-2:]
    if horizontal:
        return (x, y, x + STUB, y), (to_x - STUB, to_y, to_x, to_y)
    return (x, y, x, y + STUB), (to_x, to_y - STUB, to_x, to_y)


def touches(one: Rect, other: Rect) -> bool:
    """Whether two areas have a point in common."""
    return (
        one[0] <= other[2]
        and other[0] <= one[2]
        and one[1] <= other[3]
        and other[1] <= one[3]
    )


def _cells_of(route: Route) -> set[Cell]:
    """Return the cells that the drawn parts of an edge touch."""
    points = route.points
    if route.stub:
        ends = (points[:2], points[-2:])
        return {(int(x // CELL), int(y // CELL)) for x, y in ends}
    cells: set[Cell] = set()
    column, row = int(points[0] // CELL), int(points[1] // CELL)
    for at in range(2, len(points), 2):
        next_column, next_row = int(points[at] // CELL), int(points[at + 1] // CELL)
        if next_column == column and next_row == row:
            cells.add((column, row))
        else:
            cells.update(
                (x, y)
                for x in range(min(column, next_column), max(column, next_column) + 1)
                for y in range(min(row, next_row), max(row, next_row) + 1)
            )
        column, row = next_column, next_row
    return cells


def curve(piece: Rect, horizontal: bool) -> list[tuple[float, float]]:
    """Return points on an edge between two of its support points, as it is drawn.

    A cubic curve that leaves and arrives along the flow.
    """
    x, y, to_x, to_y = piece
    if abs((to_y - y) if horizontal else (to_x - x)) < 0.5:
        return [(x, y), (to_x, to_y)]
    corners = []
    for step in range(9):
        t = step / 8
        along = (1.5 * (1 - t) * t) + t * t * t  # control points at half the way
        ease = t * t * (3 - 2 * t)
        # Bernstein: 3(1-t)²t·½ + 3(1-t)t²·½ + t³ along the flow, 3(1-t)t² + t³ across.
        if horizontal:
            corners.append((x + (to_x - x) * along, y + (to_y - y) * ease))
        else:
            corners.append((x + (to_x - x) * ease, y + (to_y - y) * along))
    return corners


def _from_line(line: Rect, x: float, y: float) -> float:
    """Return how far a point is from a straight line's nearest point."""
    from_x, from_y, to_x, to_y = line
    dx, dy = to_x - from_x, to_y - from_y
    length = dx * dx + dy * dy
    t = 0.0 if not length else ((x - from_x) * dx + (y - from_y) * dy) / length
    t = max(0.0, min(1.0, t))
    return math.hypot(x - from_x - t * dx, y - from_y - t * dy)
