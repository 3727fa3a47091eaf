"""Draws what happens in training alone: some numbers become 0."""

from loaders.ir.diagram import Dropped
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Cell, Look

_ROWS, _COLUMNS, _CELL = 5, 8, 12.0
_BETWEEN = 26.0
_SPREAD = 17
"""Prime to the number of cells: picks cells all over the array, the same each time."""


def draw_dropped(diagram: Dropped, pencil: Pencil) -> None:
    """Draw an example in training beside the same numbers in use."""
    size = float(int(min(_CELL, (pencil.width - _BETWEEN) / (2 * _COLUMNS))))
    width = _COLUMNS * size
    other = width + _BETWEEN
    pencil.write("in training, for example", 0, pencil.y, other - 8)
    tall = pencil.height_of("in training, for example", other - 8)
    pencil.write("in use", other, pencil.y + tall - pencil.line_height, width)
    top = pencil.y + tall + 3
    gone = _gone(diagram)
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            x, y = column * size, top + row * size
            look = Look.ADDED if (row, column) in gone else Look.LIT
            pencil.add(Cell(x, y, size, size, look))
            pencil.add(Cell(other + x, y, size, size, Look.LIT))
    pencil.y = top + _ROWS * size + 2


def _gone(diagram: Dropped) -> set[tuple[int, int]]:
    """Return the cells that become 0: the share that the rate says."""
    if diagram.whole_channels:
        count = round(diagram.rate * _COLUMNS)
        columns = sorted(range(_COLUMNS), key=lambda at: at * 3 % _COLUMNS)[:count]
        return {(row, column) for row in range(_ROWS) for column in columns}
    cells = _ROWS * _COLUMNS
    order = sorted(range(cells), key=lambda at: at * _SPREAD % cells)
    chosen = order[: round(diagram.rate * cells)]
    return {divmod(at, _COLUMNS) for at in chosen}
