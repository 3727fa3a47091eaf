"""An array as a grid of cells, perhaps with the sheets behind it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from viewers.diagrams.pencil import Pencil
from viewers.diagrams.scale import LEAST, Scale
from viewers.diagrams.strokes import Cell, Look, Outline, Stroke

SHEET = 5.0
"""How far a sheet stands out behind the one before it, in pixels."""
MOST_SHEETS = 4

Colour = Callable[[int, int], Look]
"""How the element of a row and a column is filled."""


class Grid(NamedTuple):
    """Rows and columns at a place of the picture.

    Attributes:
        x: Left of the front sheet.
        y: Top of the front sheet.
        rows: Where the rows lie.
        columns: Where the columns lie.
        sheets: How many sheets are drawn, one behind the other.
    """

    x: float
    y: float
    rows: Scale
    columns: Scale
    sheets: int = 1

    @property
    def width(self) -> float:
        """Pixels of the front sheet."""
        return self.columns.length

    @property
    def height(self) -> float:
        """Pixels of the front sheet."""
        return self.rows.length

    @property
    def depth(self) -> float:
        """How far the sheets stand out to the right and to the top."""
        return (self.sheets - 1) * SHEET

    def moved(self, x: float, y: float) -> "Grid":
        """Return the grid at another place."""
        return self._replace(x=x, y=y)

    def area(
        self, rows: tuple[float, float], columns: tuple[float, float], sheet: int = 0
    ) -> tuple[float, float, float, float]:
        """Return x, y, width, height of elements from … up to … on a sheet."""
        shift = sheet * SHEET
        left, right = (self.columns.at(at) for at in columns)
        top, bottom = (self.rows.at(at) for at in rows)
        return (
            self.x + left + shift,
            self.y + top - shift,
            max(right - left, 1.0),
            max(bottom - top, 1.0),
        )

    def outline(
        self,
        rows: tuple[float, float],
        columns: tuple[float, float],
        dashed: bool = False,
        sheet: int = 0,
    ) -> Outline:
        """Return a line around elements from … up to …."""
        return Outline(*self.area(rows, columns, sheet), dashed)

    def cells(self, look: Colour) -> Iterator[Stroke]:
        """Yield the front sheet, as strips where elements are too small to tell."""
        columns = self._pixels(self.columns, _strips(self.columns), self.x)
        for row, y, height in self._pixels(self.rows, _strips(self.rows), self.y):
            for column, x, width in columns:
                yield Cell(x, y, width, height, look(row, column))

    def places(self) -> Iterator[tuple[int, int, tuple[float, float, float, float]]]:
        """Yield row, column and area of every element that can be told apart."""
        if not (self.rows.by_cells and self.columns.by_cells):
            return
        columns = self._pixels(self.columns, _strips(self.columns), self.x)
        for row, y, height in self._pixels(self.rows, _strips(self.rows), self.y):
            for column, x, width in columns:
                yield row, column, (x, y, width, height)

    @staticmethod
    def _pixels(
        scale: Scale, spans: Iterable[tuple[int, int]], start: float
    ) -> list[tuple[int, float, float]]:
        """Return the first element, the start and the length of spans of an axis."""
        return [
            (first, start + scale.at(first), max(scale.at(stop) - scale.at(first), 1.0))
            for first, stop in spans
        ]

    def marked(
        self,
        rows: tuple[int, int, int],
        columns: tuple[int, int, int],
        look: Look = Look.LIT,
    ) -> Iterator[Stroke]:
        """Yield the elements from … up to … at steps of …, as far as they are drawn."""
        across = self._pixels(self.columns, _spans(self.columns, columns), self.x)
        for _, y, height in self._pixels(self.rows, _spans(self.rows, rows), self.y):
            for _, x, width in across:
                yield Cell(x, y, width, height, look)

    def draw(
        self,
        pencil: Pencil,
        look: Colour,
        behind: Callable[[int], Sequence[Stroke]] = lambda _sheet: (),
    ) -> None:
        """Draw the sheets, the cells and the dots of the breaks.

        Args:
            pencil: Where to.
            look: How elements of the front sheet are filled.
            behind: What is marked on a sheet behind it.
        """
        for sheet in range(self.sheets - 1, 0, -1):
            shift = sheet * SHEET
            at = (self.x + shift, self.y - shift, self.width, self.height)
            pencil.add(Cell(*at, Look.BOX), *behind(sheet))
        if self.sheets > 1:  # what shines through a break is not another sheet
            pencil.add(Cell(self.x, self.y, self.width, self.height, Look.BOX))
        pencil.add(*self.cells(look))
        self._dots(pencil)

    def _dots(self, pencil: Pencil) -> None:
        across, down = self.columns.break_at, self.rows.break_at
        first_row, first_column = self.rows.pieces[0], self.columns.pieces[0]
        rows = (first_row.stop - first_row.first) * self.rows.cell
        columns = (first_column.stop - first_column.first) * self.columns.cell
        if across is not None:
            pencil.dots(self.x + across, self.y + rows / 2)
        if down is not None:
            pencil.dots(self.x + columns / 2, self.y + down, down=True)


def _spans(scale: Scale, span: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
    """Yield the elements from … up to … at steps of … that are drawn.

    Where elements are too small to be told apart, neighbours come as one.
    """
    first, stop, step = span
    if step * scale.cell < LEAST:
        for piece in scale.pieces:
            if max(first, piece.first) < min(stop, piece.stop):
                yield max(first, piece.first), min(stop, piece.stop)
        return
    for piece in scale.pieces:
        start = max(first, first + -(-(piece.first - first) // step) * step)
        for index in range(start, min(stop, piece.stop), step):
            yield index, index + 1


def _strips(scale: Scale) -> Iterator[tuple[int, int]]:
    """Yield single elements, or whole pieces where elements are too small."""
    if scale.by_cells:
        for index in scale.indexes():
            yield index, index + 1
        return
    for piece in scale.pieces:
        yield piece.first, piece.stop
