"""Draws a window that is laid down once per input element: transposed convolutions."""

from collections.abc import Iterator
from functools import partial

from loaders.ir.diagram import Spread, Spreading
from viewers.diagrams.grid import MOST_SHEETS, Grid
from viewers.diagrams.pencil import GAP, Pencil
from viewers.diagrams.scale import scale_of
from viewers.diagrams.sliding import LEAST_LEFT, channel_rows, known, picture_grid
from viewers.diagrams.strokes import Align, Beam, Cell, Look, Stroke
from viewers.diagrams.words import count_words, product_words

_BETWEEN = 44.0
"""Room for an arrow."""


def draw_spreading(diagram: Spreading, pencil: Pencil) -> None:
    """Draw what one input element writes, along one, two or three axes."""
    lengths = [n for spread in diagram.spreads for n in (spread.length, spread.result)]
    if 0 in (*lengths, diagram.channels, diagram.results):
        told = f"{_input_words(diagram)}; nothing to write"
        pencil.y += pencil.write(told, 0, pencil.y, pencil.width)
        return
    if len(diagram.spreads) == 1:
        _draw_series(diagram, diagram.spreads[0], pencil)
    else:
        _draw_picture(diagram, pencil)


def _input_words(diagram: Spreading) -> str:
    lengths = product_words([spread.length for spread in diagram.spreads])
    return f"input {lengths}, {count_words(diagram.channels, 'channel')}"


def _result_words(diagram: Spreading) -> str:
    lengths = product_words([spread.result for spread in diagram.spreads])
    return f"output {lengths}, {count_words(diagram.results, 'filter')}"


def _extent(spread: Spread) -> tuple[int, int | None]:
    """Return the first written element and the end, with what is cut off."""
    before = max(spread.before or 0, 0)
    if not isinstance(spread.result, int):
        return -before, None
    return -before, spread.result + max(spread.after or 0, 0)


def _span(spread: Spread, place: int) -> tuple[int, int]:
    """Return the elements from … up to … that one input element writes to."""
    start = place * spread.stride - (spread.before or 0)
    size = spread.size if isinstance(spread.size, int) else 2
    return start, start + (size - 1) * spread.dilation + 1


def _needed(spread: Spread) -> int:
    start, stop = _span(spread, 0)
    return stop - start + spread.stride


def _look(index: int, spread: Spread) -> Look:
    outside = index < 0 or (isinstance(spread.result, int) and index >= spread.result)
    return Look.CUT if outside else Look.PLAIN


def _draw_series(diagram: Spreading, spread: Spread, pencil: Pencil) -> None:
    made = scale_of(*_extent(spread), _needed(spread), pencil.width)
    given = scale_of(0, known(spread.length), 2, pencil.width, made.cell)
    pencil.y += pencil.write(_input_words(diagram), 0, pencil.y, pencil.width) + 4
    upper = Grid(0.5, pencil.y, channel_rows(diagram.channels), given)
    upper.draw(pencil, lambda _row, _column: Look.PLAIN)
    top = pencil.y + upper.height + _BETWEEN - 10
    lower = Grid(0.5, top, channel_rows(diagram.results), made)
    lower.draw(pencil, lambda _row, column: _look(column, spread))
    pencil.y = lower.y + lower.height + 4
    pencil.y += pencil.write(_result_words(diagram), 0, pencil.y, pencil.width)

    def lit(place: int) -> Iterator[Stroke]:
        columns = _span(spread, place)
        rows = (0, upper.rows.pieces[-1].stop)
        first = upper.area(rows, (place, place + 1))
        yield from upper.marked((*rows, 1), (place, place + 1, 1), Look.STRONG)
        yield from lower.marked((0, 1, 1), (*columns, spread.dilation))
        to = lower.area((0, 1), columns)
        yield Beam(
            (
                (first[0], first[1] + first[3]),
                (first[0] + first[2], first[1] + first[3]),
                (to[0] + to[2], to[1]),
                (to[0], to[1]),
            )
        )
        yield lower.outline((0, 1), columns)

    pencil.show(*lit(0))
    if not isinstance(spread.length, int) or spread.length > 1:
        pencil.show(lower.outline((0, 1), _span(spread, 1), dashed=True))
    for place in given.indexes() if given.by_cells else ():
        rows = (0, upper.rows.pieces[-1].stop)
        pencil.spot(upper.area(rows, (place, place + 1)), partial(lit, place))


def _draw_picture(diagram: Spreading, pencil: Pencil) -> None:
    *_depth, down, across = diagram.spreads
    sheets = _sheets(diagram)
    room = min((pencil.width - _BETWEEN) * 0.54, 220.0)
    made = picture_grid(
        [_extent(down), _extent(across)],
        [_needed(down), _needed(across)],
        room,
        sheets[1],
    )
    given = picture_grid(
        [(0, known(down.length)), (0, known(across.length))],
        [2, 2],
        min(pencil.width - room - _BETWEEN, 150.0),
        sheets[0],
        min(made.rows.cell, 10.0) if made.rows.cell >= 5 else 6.0,
    )
    left = max(given.width + given.depth, LEAST_LEFT)
    right_at = left + _BETWEEN
    rooms = (right_at - GAP, pencil.width - right_at)
    words = (_input_words(diagram), _result_words(diagram))
    heights = [pencil.height_of(w, r) for w, r in zip(words, rooms, strict=True)]
    top = pencil.y + max(heights) + 4 + max(given.depth, made.depth)
    given, made = given.moved(0.5, top), made.moved(right_at + 0.5, top)
    pencil.write(words[0], 0, top - given.depth - 4 - heights[0], rooms[0])
    pencil.write(words[1], right_at, top - made.depth - 4 - heights[1], rooms[1])
    given.draw(pencil, lambda _row, _column: Look.PLAIN)
    made.draw(pencil, lambda r, c: max(_look(r, down), _look(c, across), key=_weight))
    least = pencil.line_height + 6
    middle = top + max(min(given.height, made.height) / 2, least)
    pencil.arrow((left + 8, middle), (left + _BETWEEN - 8, middle))
    above = middle - pencil.line_height - 3
    pencil.write("writes", left + 1, above, _BETWEEN - 2, align=Align.MIDDLE)
    pencil.y = max(top + max(given.height, made.height) + 2, middle + 5)

    def lit(row: int, column: int) -> Iterator[Stroke]:
        spans = _span(down, row), _span(across, column)
        first = given.area((row, row + 1), (column, column + 1))
        yield Cell(*first, Look.STRONG)
        yield from made.marked((*spans[0], down.dilation), (*spans[1], across.dilation))
        to = made.area(*spans)
        yield Beam(
            (
                (first[0] + first[2], first[1]),
                (to[0], to[1]),
                (to[0], to[1] + to[3]),
                (first[0] + first[2], first[1] + first[3]),
            )
        )
        yield made.outline(*spans)

    pencil.show(*lit(0, 0))
    if across.length != 1:
        pencil.show(made.outline(_span(down, 0), _span(across, 1), dashed=True))
    for row, column, area in given.places():
        pencil.spot(area, partial(lit, row, column))


def _weight(look: Look) -> bool:
    return look is Look.CUT


def _sheets(diagram: Spreading) -> tuple[int, int]:
    counts = (diagram.channels, diagram.results)
    if len(diagram.spreads) == 3:
        counts = (diagram.spreads[0].length, diagram.spreads[0].result)
    one, other = (
        min(count, MOST_SHEETS) if isinstance(count, int) else MOST_SHEETS
        for count in counts
    )
    return max(one, 1), max(other, 1)
