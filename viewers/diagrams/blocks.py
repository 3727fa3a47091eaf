"""Draws arrays whose marked numbers make the marked numbers of another one."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from loaders.ir.diagram import Block, Blocks, Edge
from viewers.diagrams.following import can_follow, moved
from viewers.diagrams.grid import MOST_SHEETS, Grid
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.scale import BREAK, LEAST, Scale, cell_of, scale_of
from viewers.diagrams.strokes import Align, Beam, Cell, Look, Stroke, Tone
from viewers.diagrams.words import TIED, axis_words

_HIGH, _WIDE = 84.0, 150.0
"""Most room for the rows and for the columns of one array."""
_LARGEST = 11.0
_SIDE, _BETWEEN, _LEAST_ROOM = 6.0, 34.0, 76.0
"""Room between two arrays besides what stands between them, and under each other; the
least that an array of several may have before the output goes below them."""
_WAYS = ("→", "↓", "↗")
"""Where the last axis runs in a drawing, the one before it, and the one before that."""


class _Laid(NamedTuple):
    """A block, and where its elements lie."""

    block: Block
    grid: Grid
    edges: tuple[Edge, Edge, Edge]


def draw_blocks(diagram: Blocks, pencil: Pencil) -> None:
    """Draw the inputs with what stands between them, an arrow, and the output."""
    rows = [*diagram.inputs, diagram.result]
    if len(rows) == 2 and all(len(block.edges) < 2 for block in rows):
        _draw_rows(diagram, pencil)
        return
    arrow = max(34.0, pencil.text_width(max(diagram.note.split(" "), key=len)) + 14)
    sign = max(18.0, pencil.text_width(diagram.sign) + 10)
    between = [sign] * (len(diagram.inputs) - 1)
    room = _room(pencil, [*between, arrow])
    if room >= _LEAST_ROOM or len(diagram.inputs) == 1:
        laid = [_laid(block, room) for block in rows]
        marks = [*[diagram.sign or ","] * len(between), ""]
        laid = _Row(pencil, laid, room).draw([*between, arrow], marks, diagram)
    else:
        room = _room(pencil, between)
        first = [_laid(block, room) for block in diagram.inputs]
        signs = [diagram.sign or ","] * len(between)
        laid = _Row(pencil, first, room).draw(between, signs, diagram)
        pencil.y += 8
        last = [_laid(diagram.result, min(pencil.width - arrow - 2, _WIDE))]
        row = _Row(pencil, last, pencil.width - arrow - 2)
        laid = [*laid, *row.draw([arrow], [""], diagram)]
    _mark(pencil, diagram, laid)


def _mark(pencil: Pencil, diagram: Blocks, laid: Sequence[_Laid]) -> None:
    """Mark what makes what; other numbers of the output can be pointed at."""
    pencil.show(*_marks(laid))
    if not can_follow(diagram) or any(_marks_sheets(one) for one in laid):
        return
    *_, made = laid
    _, row, column = made.edges
    for at_row, at_column, area in made.grid.places():
        places = {row.label: at_row, column.label: at_column}
        pencil.spot(area, partial(_marks_at, laid, places))


def _marks_sheets(laid: _Laid) -> bool:
    """Return whether sheets behind the first one are marked, too."""
    return laid.grid.sheets > 1 and not _is_single(laid.edges[0])


def _marks_at(laid: Sequence[_Laid], places: Mapping[str, int]) -> list[Stroke]:
    """Return the marks of another number of the output."""
    moved_there = [
        one._replace(block=block, edges=_three(block))
        for one in laid
        for block in [moved(one.block, places)]
    ]
    return _marks(moved_there)


def _marks(laid: Sequence[_Laid]) -> list[Stroke]:
    """Return the marked elements of all arrays, and what leads from one to the next."""
    *given, made = laid
    strokes: list[Stroke] = []
    for one in laid:
        _, row, column = one.edges
        single = all(_is_single(edge) for edge in one.edges)
        look = Look.STRONG if one is made and single else Look.LIT
        strokes += one.grid.marked(_span(row), _span(column), look)
    if len(given) == 1 and _is_seen(given[0]) and _is_seen(made):
        strokes += _beam(given[0], made)
    return strokes


def _is_seen(laid: _Laid) -> bool:
    """Return whether the first marked element is drawn, not left out."""
    _, row, column = laid.edges
    return laid.grid.rows.holds(row.first) and laid.grid.columns.holds(column.first)


def _room(pencil: Pencil, between: Sequence[float]) -> float:
    """Return how wide each of several arrays may be, with room between them."""
    count = len(between) + 1
    return min((pencil.width - sum(between) - 2) / count - _SIDE, _WIDE)


class _Row:
    """Arrays beside each other, their titles above and their axes below."""

    def __init__(self, pencil: Pencil, laid: list[_Laid], room: float) -> None:
        self._pencil, self._laid, self._room = pencil, laid, room
        self._arm = min(max(one.grid.height for one in laid), 40.0) / 2

    def draw(
        self, between: Sequence[float], signs: Sequence[str], diagram: Blocks
    ) -> list[_Laid]:
        """Draw them, and return where they lie.

        Args:
            between: Room in front of each but the first; of the first, too, if there
                is one more of them.
            signs: What stands there; empty for the arrow to the output.
            diagram: What they are part of.
        """
        pencil, room = self._pencil, self._room
        heads = [pencil.height_of(one.block.title, room) for one in self._laid]
        depth = max(one.grid.depth for one in self._laid)
        arrow = between[-1] - 6 if "" in signs else 0.0
        note = pencil.height_of(diagram.note, arrow) + 4 if arrow else 0.0
        top = pencil.y + max(max(heads) + depth + 4, note - self._arm)
        lead = len(between) - len(self._laid) + 1
        x, bottom = 0.5, top
        for number, one in enumerate(self._laid):
            if (at := number - 1 + lead) >= 0:
                self._between(signs[at], between[at], x, top, diagram)
                x += between[at]
            self._laid[number] = one = one._replace(grid=one.grid.moved(x, top))
            _draw_one(pencil, one)
            title_at = top - one.grid.depth - 4 - heads[number]
            pencil.write(one.block.title, x, title_at, room)
            words = self._words(one, diagram)
            y = top + one.grid.height + 3
            for text in words:
                y += pencil.write(text, x, y, room)
            bottom = max(bottom, y)
            told = (one.block.title, *words)
            longest = max(_longest(pencil, text, room) for text in told)
            x += min(max(one.grid.width + one.grid.depth, longest), room) + _SIDE
        pencil.y = bottom
        return self._laid

    def _between(
        self, sign: str, width: float, x: float, top: float, diagram: Blocks
    ) -> None:
        pencil, middle = self._pencil, top + self._arm
        if not sign:
            _arrow(pencil, diagram.note, x, width, middle)
            return
        up = middle - pencil.line_height / 2
        pencil.write(sign, x, up, width, align=Align.MIDDLE, tone=Tone.TEXT)

    def _words(self, one: _Laid, diagram: Blocks) -> list[str]:
        words = _axis_words(one.block)
        if diagram.more and one.block is diagram.inputs[-1]:
            words.append(f"and {diagram.more} more")
        return words


def _draw_rows(diagram: Blocks, pencil: Pencil) -> None:
    """Draw two rows of numbers under each other, with the full width for each."""
    given, made = (
        _laid(block, pencil.width - 1) for block in (diagram.inputs[0], diagram.result)
    )
    for number, one in enumerate((given, made)):
        told = " ".join([one.block.title, *_axis_words(one.block)])
        if number:
            pencil.y += _BETWEEN
        else:
            pencil.y += pencil.write(told, 0, pencil.y, pencil.width) + 3
        laid = one._replace(grid=one.grid.moved(0.5, pencil.y))
        given, made = (laid, made) if number == 0 else (given, laid)
        _draw_one(pencil, laid)
        pencil.y += laid.grid.height
        if number:
            pencil.y += 3
            pencil.y += pencil.write(told, 0, pencil.y, pencil.width)
    _mark(pencil, diagram, (given, made))
    _, y, _, height = _marked_area(given)
    to = _marked_area(made)
    if diagram.note:
        left = to[0] + to[2] + 8
        middle = y + height + (_BETWEEN - pencil.line_height) / 2
        pencil.write(diagram.note, left, middle, pencil.width - left)


def _longest(pencil: Pencil, text: str, room: float) -> float:
    """Return how wide a text becomes in a column."""
    if pencil.fits(text, room):
        return pencil.text_width(text)
    return room


def _arrow(pencil: Pencil, note: str, x: float, width: float, y: float) -> None:
    pencil.arrow((x + 2, y), (x + width - 6, y))
    if note:
        above = y - 3 - pencil.height_of(note, width - 6)
        pencil.write(note, x, above, width - 6, align=Align.MIDDLE)


def _axis_words(block: Block) -> list[str]:
    """Say which way each axis runs, the one to the right first."""
    if not block.edges:
        return ["one number"]
    return [
        f"{way}{TIED}{axis_words(edge.label, _length(edge))}"
        for way, edge in zip(_WAYS, reversed(block.edges), strict=False)
    ]


def _length(edge: Edge) -> int | str | None:
    if isinstance(edge.length, int):
        return edge.length + edge.before + edge.after
    return edge.length


def _laid(block: Block, room: float) -> _Laid:
    """Return where the elements of an array lie, seen from its own corner."""
    sheet, row, column = _three(block)
    sheets = _extent(sheet)[1]
    many = MOST_SHEETS if sheets is None else min(sheets, MOST_SHEETS)
    wide = room - (many - 1) * 5.0
    rows, columns = _scales((row, column), (_HIGH, wide))
    return _Laid(
        block, Grid(0.0, 0.0, rows, columns, max(many, 1)), (sheet, row, column)
    )


def _three(block: Block) -> tuple[Edge, Edge, Edge]:
    """Return sheets, rows and columns; those that are missing have one element."""
    one = Edge(label="", length=1)
    sheet, row, column = (one,) * (3 - len(block.edges)) + block.edges
    return sheet, row, column


def _scales(
    edges: tuple[Edge, Edge], rooms: tuple[float, float]
) -> tuple[Scale, Scale]:
    """Return rows and columns, with square elements unless one of them is a strip."""
    sizes = [
        min(_cell(edge, room), _LARGEST)
        for edge, room in zip(edges, rooms, strict=True)
    ]
    told = [size for size in sizes if size >= LEAST]
    common = min(told) if told else _LARGEST
    rows, columns = (
        scale_of(*_extent(edge), _needed(edge), room, common if size >= LEAST else size)
        for edge, room, size in zip(edges, rooms, sizes, strict=True)
    )
    return rows, columns


def _extent(edge: Edge) -> tuple[int, int | None]:
    if not isinstance(edge.length, int):
        return -edge.before, None
    return -edge.before, edge.length + edge.after


def _needed(edge: Edge) -> int:
    """Return how many elements must be seen for the marked ones to be seen."""
    if edge.last is None:
        return edge.first + edge.before + 2
    in_tail = isinstance(edge.length, int) and edge.first >= edge.length - 2
    return 2 if in_tail else edge.last + edge.before + 1


def _cell(edge: Edge, room: float) -> float:
    """Return the size of an element; a strip holds the whole axis."""
    size = cell_of(*_extent(edge), _needed(edge), room)
    first, stop = _extent(edge)
    if size >= LEAST or stop is None:
        return size
    return (room - BREAK) / max(stop - first, 1)


def _span(edge: Edge) -> tuple[int, int, int]:
    """Return the marked elements: from … up to … at steps of …."""
    if edge.last is not None:
        return edge.first, edge.last + 1, edge.step
    stop = edge.length if isinstance(edge.length, int) else edge.first + 1_000
    return edge.first, stop, edge.step


def _draw_one(pencil: Pencil, laid: _Laid) -> None:
    """Draw an array, with what is marked on the sheets behind the first one."""
    grid, (sheet, row, column) = laid.grid, laid.edges
    first, stop, step = _span(sheet)
    rows, columns = _span(row), _span(column)

    def behind(at: int) -> Sequence[Stroke]:
        if not (first + at < stop and at % step == 0):
            return ()
        area = grid.area(_seen(grid.rows, rows), _seen(grid.columns, columns), at)
        return (Cell(*area, Look.LIT),)

    grid.draw(pencil, lambda r, c: _look(r, c, row, column), behind)


def _is_single(edge: Edge) -> bool:
    return edge.length == 1 or edge.first == edge.last


def _seen(scale: Scale, span: tuple[int, int, int]) -> tuple[int, int]:
    """Return the marked part of an axis as far as it is drawn."""
    first, stop, _ = span
    return max(first, scale.pieces[0].first), min(stop, scale.pieces[-1].stop)


def _look(at_row: int, at_column: int, row: Edge, column: Edge) -> Look:
    for at, edge in ((at_row, row), (at_column, column)):
        if at < 0 or (isinstance(edge.length, int) and at >= edge.length):
            return Look.ADDED
    return Look.PLAIN


def _beam(given: _Laid, made: _Laid) -> list[Stroke]:
    """Return what leads from the marked part to what it becomes."""
    one, other = _marked_area(given), _marked_area(made)
    right, bottom = one[0] + one[2], one[1] + one[3]
    if made.grid.y >= given.grid.y + given.grid.height:  # below, not beside it
        ends = ((other[0] + other[2], other[1]), (other[0], other[1]))
        return [Beam(((one[0], bottom), (right, bottom), *ends))]
    ends = ((other[0], other[1]), (other[0], other[1] + other[3]))
    return [Beam(((right, one[1]), *ends, (right, bottom)))]


def _marked_area(laid: _Laid) -> tuple[float, float, float, float]:
    grid, (_, row, column) = laid.grid, laid.edges
    rows, columns = _seen(grid.rows, _span(row)), _seen(grid.columns, _span(column))
    return grid.area(rows, columns)
