"""Draws a window that slides: over a series, over pictures, over volumes."""

from collections.abc import Iterator, Sequence
from functools import partial

from loaders.ir.diagram import Does, Slide, Sliding
from loaders.ir.graph import Dim
from viewers.diagrams.grid import MOST_SHEETS, Grid
from viewers.diagrams.pencil import GAP, Pencil
from viewers.diagrams.scale import Scale, cell_of, scale_of
from viewers.diagrams.strokes import Align, Beam, Cell, Line, Look, Stroke, Tone
from viewers.diagrams.words import count_words, product_words

_DOES = {Does.SUMMED: "sum", Does.LARGEST: "max", Does.MEAN: "mean", Does.NORM: "norm"}
_ROWS, _PICTURE, _BETWEEN = 44.0, 112.0, 40.0
"""Room for channels under each other, for the height of a picture, for an arrow."""
LEAST_LEFT = 48.0
"""The arrow to the output never stands further left than this."""


def draw_sliding(diagram: Sliding, pencil: Pencil) -> None:
    """Draw a window over one, two or three axes."""
    if _is_empty(diagram):
        told = f"{_input_words(diagram)}; nothing to look at"
        pencil.y += pencil.write(told, 0, pencil.y, pencil.width)
        return
    if len(diagram.slides) == 1:
        _Series(diagram, pencil).draw()
    else:
        _Picture(diagram, pencil).draw()


def _is_empty(diagram: Sliding) -> bool:
    """Return whether there is no number at one of the ends."""
    lengths = [n for slide in diagram.slides for n in (slide.length, slide.result)]
    return 0 in (*lengths, diagram.channels, diagram.results)


def extent(slide: Slide) -> tuple[int, int | None]:
    """Return the first element, and the end, of an input with what is added to it."""
    before, after = max(slide.before or 0, 0), max(slide.after or 0, 0)
    if not isinstance(slide.length, int):
        return -before, None
    return -before, slide.length + after


def start_of(slide: Slide, place: int) -> int:
    """Return the first element that the window looks at in one of its places."""
    return place * slide.stride - (slide.before or 0)


def _needed(slide: Slide) -> int:
    """Return how many elements show a window and the next one."""
    return (slide.reach or 3) + slide.stride


def _share(diagram: Sliding) -> Dim:
    """Return how many channels one window sees."""
    channels, groups = diagram.channels, diagram.groups
    if groups == 1:
        return channels
    if groups == channels:
        return 1
    if isinstance(channels, int) and isinstance(groups, int) and groups:
        return max(channels // groups, 1)
    return None


def _group_of(diagram: Sliding, result: int) -> int:
    """Return which group of channels an output channel is made from."""
    results, groups = diagram.results, diagram.groups
    if groups == 1 or not isinstance(results, int):
        return 0
    if not isinstance(groups, int):
        return result
    return result // max(results // max(groups, 1), 1)


def _input_words(diagram: Sliding) -> str:
    lengths = [slide.length for slide in diagram.slides]
    channels = count_words(diagram.channels, "channel")
    if len(lengths) == 1:
        return f"input · {diagram.slides[0].label} {product_words(lengths)}, {channels}"
    return f"input {product_words(lengths)}, {channels}"


def _result_words(diagram: Sliding) -> str:
    lengths = product_words([slide.result for slide in diagram.slides])
    if _has_filters(diagram):
        return f"one filter → one channel of {lengths}"
    return f"one channel → {lengths}"


def _has_filters(diagram: Sliding) -> bool:
    """Return whether the output has a channel per filter, not per input channel."""
    if diagram.does is not Does.SUMMED:
        return False
    return diagram.groups == 1 or diagram.groups != diagram.channels


def _times_words(diagram: Sliding) -> str:
    if _has_filters(diagram):
        return f"× {count_words(diagram.results, 'filter')}"
    return f"× {count_words(diagram.results, 'channel')}"


class _Series:
    """Channels lie under each other, the input above the output."""

    def __init__(self, diagram: Sliding, pencil: Pencil) -> None:
        self._diagram, self._pencil = diagram, pencil
        [slide] = diagram.slides
        self._slide = slide
        first, stop = extent(slide)
        columns = scale_of(first, stop, _needed(slide), pencil.width)
        self._given = Grid(0.0, 0.0, channel_rows(diagram.channels), columns)
        length = slide.result if isinstance(slide.result, int) else None
        results = scale_of(0, length, 2, pencil.width, columns.cell or None)
        self._made = Grid(0.0, 0.0, channel_rows(diagram.results), results)

    def draw(self) -> None:
        pencil, slide = self._pencil, self._slide
        pencil.y += pencil.write(_input_words(self._diagram), 0, pencil.y, pencil.width)
        self._given = self._given.moved(0.5, pencil.y + 4)
        self._given.draw(pencil, lambda _row, column: _look(column, slide))
        pencil.y += 4 + self._given.height
        words = _DOES[self._diagram.does]
        self._made = self._made.moved(0.5, pencil.y + _BETWEEN - 6)
        middle = pencil.y + (_BETWEEN - 6) / 2 - pencil.line_height / 2
        left = self._made.x + self._made.columns.at(0) + self._made.columns.cell / 2
        pencil.write(words, left + 10, middle, pencil.width - left - 10)
        self._made.draw(pencil, lambda _row, _column: Look.PLAIN)
        pencil.y = self._made.y + self._made.height + 4
        pencil.y += pencil.write(self._output_words(), 0, pencil.y, pencil.width)
        pencil.show(*self._lit(0, 0))
        if slide.result != 1:
            pencil.show(self._window(1, 0, dashed=True))
        for row, column, area in self._made.places():
            pencil.spot(area, partial(self._lit, row, column))

    def _output_words(self) -> str:
        diagram, slide = self._diagram, self._slide
        each = "one per filter" if _has_filters(diagram) else "each on its own"
        channels = count_words(diagram.results, "channel")
        length = product_words([slide.result])
        return f"output · {slide.label} {length}, {channels}: {each}"

    def _rows(self, row: int) -> tuple[int, int]:
        share = _share(self._diagram)
        if not isinstance(share, int):
            last = self._given.rows.pieces[-1].stop
            return 0, last
        first = _group_of(self._diagram, row) * share
        return first, first + share

    def _span(self, place: int) -> tuple[int, int]:
        start = start_of(self._slide, place)
        return start, start + (self._slide.reach or 3)

    def _window(self, place: int, row: int, dashed: bool = False) -> Stroke:
        return self._given.outline(self._rows(row), self._span(place), dashed)

    def _lit(self, row: int, place: int) -> Iterator[Stroke]:
        rows, columns = self._rows(row), self._span(place)
        yield from self._given.marked((*rows, 1), (*columns, self._slide.dilation))
        x, y, width, height = self._given.area(rows, columns)
        to = self._made.area((row, row + 1), (place, place + 1))
        yield Beam(
            (
                (x, y + height),
                (x + width, y + height),
                (to[0] + to[2], to[1]),
                (to[0], to[1]),
            )
        )
        yield Cell(*to, Look.STRONG)
        yield self._window(place, row)


def channel_rows(channels: Dim) -> Scale:
    """Return the rows of channels that lie under each other."""
    count = channels if isinstance(channels, int) else None
    rows = scale_of(0, count, 2, _ROWS)
    return rows if rows.cell <= 10 else scale_of(0, count, 2, _ROWS, 10.0)


def _look(index: int, slide: Slide) -> Look:
    """Tell the elements of the input from what is added to it, or cut off."""
    if index < 0 or (isinstance(slide.length, int) and index >= slide.length):
        return Look.ADDED
    cut_front = slide.before is not None and index < -slide.before
    behind = slide.after if slide.after is not None and slide.after < 0 else 0
    cut_back = isinstance(slide.length, int) and index >= slide.length + behind
    return Look.CUT if cut_front or cut_back else Look.PLAIN


class _Picture:
    """Height goes down, width to the right; behind lie channels, or the depth."""

    def __init__(self, diagram: Sliding, pencil: Pencil) -> None:
        self._diagram, self._pencil = diagram, pencil
        *self._depth, self._down, self._across = diagram.slides
        room = min((pencil.width - _BETWEEN) * 0.56, 220.0)
        given, made = self._sheets()
        self._given = picture_grid(
            [extent(self._down), extent(self._across)],
            [_needed(self._down), _needed(self._across)],
            room,
            given,
        )
        lengths = [known(self._down.result), known(self._across.result)]
        rest = pencil.width - room - _BETWEEN
        self._made = picture_grid(
            [(0, lengths[0]), (0, lengths[1])],
            [2, 2],
            min(rest, 150.0),
            made,
            min(self._given.rows.cell, 10.0) if self._given.rows.cell >= 5 else 6.0,
        )

    def _sheets(self) -> tuple[int, int]:
        counts: tuple[Dim, Dim] = (self._diagram.channels, self._diagram.results)
        if self._depth:
            counts = (self._depth[0].length, self._depth[0].result)
        one, other = (
            min(count, MOST_SHEETS) if isinstance(count, int) else MOST_SHEETS
            for count in counts
        )
        return max(one, 1), max(other, 1)

    def draw(self) -> None:
        pencil, given, made = self._pencil, self._given, self._made
        left = max(given.width + given.depth, LEAST_LEFT)
        right_at = left + _BETWEEN
        room = pencil.width - right_at
        words = (_input_words(self._diagram), _result_words(self._diagram))
        left_room = right_at - GAP
        heights = (
            pencil.height_of(words[0], left_room),
            pencil.height_of(words[1], room),
        )
        top = pencil.y + max(heights) + 4 + max(given.depth, made.depth)
        pencil.write(words[0], 0, top - given.depth - 4 - heights[0], left_room)
        height = max(given.height, made.height)
        self._given = given = given.moved(0.5, top)
        self._made = made = made.moved(right_at + 0.5, top)
        pencil.write(words[1], right_at, top - made.depth - 4 - heights[1], room)
        given.draw(pencil, self._look)
        made.draw(pencil, lambda _row, _column: Look.PLAIN)
        least = pencil.line_height + 6
        arrow = top + max(min(given.height, made.height) / 2, least)
        self._arrow(left, arrow)
        below = top + made.height + 4
        told = _times_words(self._diagram)
        if self._depth:
            told = f"depth {product_words([self._depth[0].result])} {told}"
        below += pencil.write(told, right_at, below, room)
        pencil.y = max(top + height + 2, below, arrow + 5)
        pencil.show(*self._lit(0, 0), *self._next())
        for row, column, area in made.places():
            pencil.spot(area, partial(self._lit, row, column))

    def _arrow(self, left: float, y: float) -> None:
        pencil = self._pencil
        pencil.arrow((left + 8, y), (left + _BETWEEN - 8, y))
        word = _DOES[self._diagram.does]
        above = y - pencil.line_height - 3
        pencil.write(word, left + 2, above, _BETWEEN - 4, align=Align.MIDDLE)

    def _look(self, row: int, column: int) -> Look:
        looks = _look(row, self._down), _look(column, self._across)
        for look in (Look.ADDED, Look.CUT):
            if look in looks:
                return look
        return Look.PLAIN

    def _spans(self, row: int, column: int) -> list[tuple[int, int]]:
        starts = (start_of(self._down, row), start_of(self._across, column))
        reaches = ((self._down.reach or 3), (self._across.reach or 3))
        return [(a, a + b) for a, b in zip(starts, reaches, strict=True)]

    def _next(self) -> Iterator[Stroke]:
        if self._across.result != 1:
            place = (0, 1)
        elif self._down.result != 1:
            place = (1, 0)
        else:
            return
        down, across = self._spans(*place)
        yield self._given.outline(down, across, dashed=True)

    def _lit(self, row: int, column: int) -> Iterator[Stroke]:
        down, across = self._spans(row, column)
        given, made = self._given, self._made
        steps = (self._down.dilation, self._across.dilation)
        yield from given.marked((*down, steps[0]), (*across, steps[1]))
        x, y, width, height = given.area(down, across)
        to = made.area((row, row + 1), (column, column + 1))
        yield Beam(
            (
                (x + width, y),
                (to[0], to[1]),
                (to[0], to[1] + to[3]),
                (x + width, y + height),
            )
        )
        yield Cell(*to, Look.STRONG)
        yield from self._prism(down, across)
        yield given.outline(down, across)

    def _prism(
        self, down: tuple[int, int], across: tuple[int, int]
    ) -> Iterator[Stroke]:
        """Show that the window goes through several sheets."""
        seen = self._depth[0].size if self._depth else _share(self._diagram)
        back = min(seen, self._given.sheets) - 1 if isinstance(seen, int) else 0
        if seen is None:
            back = self._given.sheets - 1
        if back < 1:
            return
        front = _corners(self._given.area(down, across))
        behind = _corners(self._given.area(down, across, back))
        for one, other in zip(front[:3], behind[:3], strict=True):
            yield Line((one, other), Tone.ACCENT, thick=0.8)
        yield Line(tuple(behind[:3]), Tone.ACCENT, thick=0.8)


def _corners(area: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    x, y, width, height = area
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def known(length: Dim) -> int | None:
    """Return a length if it is a number."""
    return length if isinstance(length, int) else None


def picture_grid(
    extents: Sequence[tuple[int, int | None]],
    needed: Sequence[int],
    room: float,
    sheets: int = 1,
    largest: float = 12.0,
) -> Grid:
    """Return rows and columns with square elements, at the picture's corner.

    Args:
        extents: First element and end of rows and of columns.
        needed: Elements that must be seen of each.
        room: Pixels for the width, sheets included.
        sheets: How many lie behind each other.
        largest: Most pixels of an element.
    """
    wide = room - (sheets - 1) * 5.0
    rooms = (_PICTURE, wide)
    sizes = [
        cell_of(first, stop, need, have)
        for (first, stop), need, have in zip(extents, needed, rooms, strict=True)
    ]
    cell = min(*sizes, largest)
    rows, columns = (
        scale_of(first, stop, need, have, cell)
        for (first, stop), need, have in zip(extents, needed, rooms, strict=True)
    )
    return Grid(0.0, 0.0, rows, columns, sheets)
