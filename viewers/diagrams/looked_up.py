"""Draws rows of a table that are picked by their index."""

from loaders.ir.diagram import LookedUp
from viewers.diagrams.grid import Grid
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.scale import scale_of
from viewers.diagrams.strokes import Align, Cell, Look, Tone
from viewers.diagrams.words import count_words, length_words, product_words

_ARROW, _CODE = 30.0, 22.0
"""Room for an arrow, and the width of a box with an index."""
_MANY = 6
"""From so many rows on, not all are drawn."""


def draw_looked_up(diagram: LookedUp, pencil: Pencil) -> None:
    """Draw the indices, the table with row k, and the rows that were picked."""
    high = pencil.line_height + 1
    names = _row_names(diagram)
    margin = max(pencil.text_width(name) for name in names) + 6
    room = (pencil.width - _CODE - 2 * _ARROW - margin) / 2
    room = min(room, 130.0)
    table_at = _CODE + _ARROW + margin
    made_at = table_at + room + _ARROW
    title = f"table of {count_words(diagram.rows, 'row')}"
    space = room + _ARROW - 6
    top = pencil.y + pencil.write(title, table_at, pencil.y, space) + 3
    width = diagram.width if isinstance(diagram.width, int) else None
    across = scale_of(0, width, 2, room, 10.0 if width is None else None)
    bottom = _draw_table(pencil, names, table_at, top, across.length, high)
    k_top = top + names.index("k") * high
    down = scale_of(0, _first(diagram), 2, 3 * high + 17, high)
    codes = Grid(0.5, k_top, down, scale_of(0, 1, 1, _CODE, _CODE))
    made = Grid(made_at, k_top, down, across)
    for name, grid, space in (
        ("indices", codes, _CODE + _ARROW + 4),
        ("output", made, pencil.width - made_at),
    ):
        pencil.write(name, grid.x, k_top - pencil.line_height - 3, space)
        grid.draw(pencil, lambda row, _: Look.LIT if row == 0 else Look.PLAIN)
    pencil.write(
        "k", 0.5, k_top, _CODE - 1, align=Align.MIDDLE, tone=Tone.TEXT, inside=True
    )
    middle = k_top + high / 2
    pencil.arrow((_CODE + 3, middle), (table_at - 12, middle), tone=Tone.ACCENT)
    right = table_at + across.length
    pencil.arrow((right + 4, middle), (made_at - 4, middle), tone=Tone.ACCENT)
    y = max(bottom, made.y + made.height) + 3
    told = count_words(diagram.width, "number")
    if diagram.indices:
        told = f"{product_words(diagram.indices)} × {told}"
    left = max(min(made_at, pencil.width - pencil.text_width(told) - 1), 0.0)
    pencil.y = y + pencil.write(told, left, y, pencil.width - left)


def _first(diagram: LookedUp) -> int | None:
    """Return how many rows the output has under each other."""
    if not diagram.indices:
        return 1
    last = diagram.indices[-1]
    return last if isinstance(last, int) else None


def _row_names(diagram: LookedUp) -> list[str]:
    """Return what stands before the rows that are drawn; empty for a gap."""
    if isinstance(diagram.rows, int) and diagram.rows < _MANY:
        names = [str(row) for row in range(max(diagram.rows, 1))]
        names[len(names) // 2] = "k"
        return names
    last = "" if not isinstance(diagram.rows, int) else length_words(diagram.rows - 1)
    return ["0", "1", "", "k", "", last]


def _draw_table(
    pencil: Pencil, names: list[str], x: float, top: float, width: float, high: float
) -> float:
    y = top
    for name in names:
        if name == "":
            pencil.dots(x + width / 2, y + high / 2, down=True)
        else:
            look = Look.LIT if name == "k" else Look.PLAIN
            tone = Tone.TEXT if name == "k" else Tone.DIM
            pencil.add(Cell(x, y, width, high, look))
            pencil.write(name, x - 60, y, 56, align=Align.RIGHT, tone=tone)
        y += high
    return y
