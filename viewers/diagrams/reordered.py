"""Draws the same numbers in other places: each element bears its number."""

from collections.abc import Sequence

from loaders.ir.diagram import Reordered
from loaders.ir.graph import Dim, Shape
from viewers.diagrams.grid import MOST_SHEETS, SHEET, Grid
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.scale import BREAK, TAIL, Scale, scale_of
from viewers.diagrams.strokes import Align, Look, Tone
from viewers.diagrams.words import TIED, axis_words

_BETWEEN = 24.0
_ROWS = 3
_WAYS = ("→", "↓", "↗")


def draw_reordered(diagram: Reordered, pencil: Pencil) -> None:
    """Draw the input above the output, elements numbered as they lie in the input."""
    source, target = diagram.source, diagram.target
    most = (pencil.width - BREAK - 2 * SHEET) / (TAIL + 1)
    width = min(_cell_width(diagram, pencil), most)

    def of_source(place: Sequence[int]) -> int | None:
        return _number(place, source)

    def of_target(place: Sequence[int]) -> int | None:
        return number_at(diagram, place)

    _draw("input", source, diagram.labels, width, pencil, of_source)
    pencil.arrow((20.0, pencil.y + 4), (20.0, pencil.y + _BETWEEN - 6))
    pencil.y += _BETWEEN
    _draw("output", target, diagram.result_labels, width, pencil, of_target)


def number_at(diagram: Reordered, place: Sequence[int]) -> int | None:
    """Return which number of the input stands at a place of the output.

    Numbers are counted as they lie in the input, the last axis fastest. ``None`` if a
    length that it follows from is unknown.
    """
    source, order = diagram.source, diagram.order
    read = tuple(source[at] for at in order)
    if read == diagram.target:  # axes were moved, nothing else
        steps: Sequence[int] | None = place
    else:
        row = _number(place, diagram.target)
        steps = None if row is None else _place(row, read)
    if steps is None:
        return None
    back = [0] * len(source)
    for at, step in zip(order, steps, strict=True):
        back[at] = step
    return _number(back, source)


def _number(place: Sequence[int], shape: Shape) -> int | None:
    """Return the number of an element; what follows from unknown lengths is none."""
    number, step = 0, 1
    for at, length in zip(reversed(place), reversed(shape), strict=True):
        if at and step < 0:
            return None
        number += at * step
        step = step * length if isinstance(length, int) and step >= 0 else -1
    return number


def _place(number: int, shape: Shape) -> list[int] | None:
    """Return where an element with a number lies."""
    found: list[int] = []
    for at, length in reversed(list(enumerate(shape))):
        if not isinstance(length, int):
            if any(not isinstance(n, int) for n in shape[:at]) or at:
                return None if number else [0] * (at + 1) + found
            return [number, *found]
        found.insert(0, number % length if length else 0)
        number //= max(length, 1)
    return found


def _cell_width(diagram: Reordered, pencil: Pencil) -> float:
    """Return how wide an element must be for the largest number that is drawn."""
    total = 1
    for length in diagram.source:
        if not isinstance(length, int):
            break
        total *= length
    else:
        return pencil.text_width(str(max(total - 1, 0))) + 8
    columns = [shape[-1] for shape in (diagram.source, diagram.target)]
    known = [length for length in columns if isinstance(length, int)]
    largest = max([*known, 100]) * (_ROWS + 1)
    return pencil.text_width(str(largest)) + 8


def _draw(
    title: str,
    shape: Shape,
    labels: Sequence[str],
    width: float,
    pencil: Pencil,
    number: object,
) -> None:
    assert callable(number)
    pencil.y += pencil.write(title, 0, pencil.y, pencil.width)
    *leading, rows, columns = (1, *shape) if len(shape) == 1 else shape
    high = pencil.line_height + 1
    across = _axis(columns, width, pencil.width - (15.0 if leading else 0))
    down = _axis(rows, high, _ROWS * high + BREAK + 1)
    sheets = _sheets(leading)
    grid = Grid(0.5, pencil.y + 2 + (sheets - 1) * 5.0, down, across, sheets)
    grid.draw(pencil, lambda row, _column: Look.LIT if row == 0 else Look.PLAIN)
    for row in down.indexes():
        for column in across.indexes():
            place = [*[0] * len(leading), row, column][-len(shape) :]
            found = number(place)
            if found is None:
                continue
            x, y, wide, tall = grid.area((row, row + 1), (column, column + 1))
            text, tone = str(found), Tone.TEXT if row == 0 else Tone.DIM
            if not pencil.fits(text, wide):
                continue
            top = y + (tall - pencil.line_height) / 2
            pencil.write(
                text, x, top, wide - 1, align=Align.MIDDLE, tone=tone, inside=True
            )
    pencil.y = grid.y + grid.height + 3
    ways = [*_WAYS, *_WAYS[-1:] * max(len(shape) - 3, 0)]
    words = [
        f"{way}{TIED}{axis_words(label, length)}"
        for way, label, length in zip(ways, reversed(labels), reversed(shape))
    ]
    pencil.y += pencil.write("  ".join(words), 0, pencil.y, pencil.width)


def _axis(length: Dim, cell: float, room: float) -> Scale:
    stop = length if isinstance(length, int) else None
    if stop is None and room < BREAK + cell * (TAIL + 1):
        room = BREAK + cell * (TAIL + 1)
    return scale_of(0, stop, 2, room, cell)


def _sheets(leading: Sequence[Dim]) -> int:
    if not leading:
        return 1
    total = 1
    for length in leading:
        total *= length if isinstance(length, int) else MOST_SHEETS
    return max(min(total, 3), 1)
