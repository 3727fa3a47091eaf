"""Draws how numbers are rounded to codes: a staircase between two rails."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from loaders.ir.diagram import Stairs
from loaders.ir.text import grouped
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Cell, Line, Look, Tone

_HIGH, _WIDE = 96.0, 150.0
_BETWEEN = 22.0
_ALL = 20
"""So many codes are drawn with their steps; of more, a few beside all of them."""
_FEW = 2
"""Codes on both sides of the middle one that are drawn as if close by."""
_DOT = 5.0
_LONG = 1e7
"""From here on numbers are written with a power of ten."""
_At: TypeAlias = Callable[[float, float], tuple[float, float]]
"""From a code across and a code upwards to a place in pixels."""


class _Part(NamedTuple):
    """A range of codes that is drawn.

    Attributes:
        title: What it is.
        low: The first code.
        high: The last one.
        margin: By how many codes more goes on at both sides.
        marks: Codes whose numbers are written.
    """

    title: str
    low: int
    high: int
    margin: float
    marks: Sequence[float]


def draw_stairs(diagram: Stairs, pencil: Pencil) -> None:
    """Draw all codes; beside them a few from close by, if there are many."""
    parts = _parts(diagram)
    rooms = [pencil.width] * len(parts)
    beside = len(parts) > 1 and pencil.width >= 2 * 190.0
    if beside:
        rooms = [(pencil.width - _BETWEEN) / 2] * 2
    top = bottom = pencil.y
    x = 0.0
    for part, room in zip(parts, rooms, strict=True):
        pencil.y = top if beside else bottom
        _draw_part(diagram, part, pencil, x, room)
        bottom = max(bottom, pencil.y) + (0 if beside else 8)
        x += room + _BETWEEN if beside else 0
    pencil.y = bottom


def _parts(diagram: Stairs) -> list[_Part]:
    low, high = diagram.low, diagram.high
    count = high - low + 1
    has_codes = diagram.reads_codes or diagram.gives_codes
    title = f"all {grouped(count)} {'codes' if has_codes else 'values'}"
    zero = diagram.zero_point
    middle = [] if zero is None or not low < zero < high else [zero]
    whole = _Part(title, low, high, max(count * 0.2, 0.8), [low, *middle, high])
    if count <= _ALL:
        return [whole]
    at = (low + high) // 2 if zero is None else int(zero)
    at = min(max(at, low + _FEW), high - _FEW)
    few = [at - 1, at, at + 1]
    return [whole, _Part("close by", at - _FEW, at + _FEW, 0.4, few)]


def _draw_part(
    diagram: Stairs, part: _Part, pencil: Pencil, left: float, room: float
) -> None:
    """Draw the axes with the numbers of the marked codes, and the staircase."""
    titles = [part.title, _axis_titles(diagram)]
    for title in titles:
        pencil.y += pencil.write(title, left, pencil.y, room)
    pencil.y += 4
    ups = {at: _said(diagram, at, diagram.gives_codes) for at in part.marks}
    margin = max(map(pencil.text_width, ups.values())) + 8
    wide = min(room - margin - 4, _WIDE)
    first, last = part.low - part.margin, part.high + part.margin
    slack = pencil.line_height / 2  # so that the numbers of the ends have room
    per_x = wide / (last - first)
    per_y = (_HIGH - 2 * slack) / max(part.high - part.low, 1)
    x0, y0 = left + margin, pencil.y

    def at(code: float, value: float) -> tuple[float, float]:
        return x0 + (code - first) * per_x, y0 + slack + (part.high - value) * per_y

    bottom = y0 + _HIGH
    pencil.line((x0, y0), (x0, bottom), (x0 + wide, bottom))
    _draw_steps(diagram, part, pencil, at)
    _write_ups(pencil, ups, [at(first, code)[1] for code in ups], left, margin)
    pencil.y = bottom + 2
    acrosses = {code: _said(diagram, code, diagram.reads_codes) for code in part.marks}
    _write_acrosses(
        pencil, acrosses, [at(code, 0.0)[0] for code in acrosses], bottom, (left, room)
    )


def _draw_steps(diagram: Stairs, part: _Part, pencil: Pencil, at: _At) -> None:
    count = part.high - part.low + 1
    codes = range(part.low, part.high + 1)
    if diagram.reads_codes and count <= _ALL:
        for code in codes:
            x, y = at(code, code)
            pencil.add(Cell(x - _DOT / 2, y - _DOT / 2, _DOT, _DOT, Look.STRONG))
        return
    if diagram.reads_codes:
        ends = (at(part.low, part.low), at(part.high, part.high))
        pencil.add(Line(ends, Tone.ACCENT, thick=2.0))
        return
    start = at(part.low - part.margin, part.low)
    points = [start]
    if count <= _ALL:
        for code in codes:
            if code > part.low:
                edge = code - 1 + diagram.turn
                points += [at(edge, code - 1), at(edge, code)]
    else:
        points += [at(part.low, part.low), at(part.high, part.high)]
    points.append(at(part.high + part.margin, part.high))
    pencil.add(Line(tuple(points), Tone.ACCENT, thick=2.0))


def _write_ups(
    pencil: Pencil,
    words: dict[float, str],
    ys: Sequence[float],
    left: float,
    margin: float,
) -> None:
    """Write numbers beside the upright axis, as far as there is room."""
    used: list[float] = []
    for text, y in _ends_first(list(zip(words.values(), ys, strict=True))):
        pencil.line((left + margin - 3, y), (left + margin, y))
        if text and all(abs(y - other) >= pencil.line_height for other in used):
            up = y - pencil.line_height / 2
            pencil.write(text, left, up, margin - 5, align=Align.RIGHT)
            used.append(y)


def _write_acrosses(
    pencil: Pencil,
    words: dict[float, str],
    xs: Sequence[float],
    y: float,
    place: tuple[float, float],
) -> None:
    """Write numbers below the level axis, as far as there is room."""
    left, room = place
    used: list[tuple[float, float]] = []
    for text, x in _ends_first(list(zip(words.values(), xs, strict=True))):
        pencil.line((x, y), (x, y + 3))
        wide = pencil.text_width(text)
        start = min(max(x - wide / 2, left), left + room - wide)
        free = all(start >= b + 6 or start + wide <= a - 6 for a, b in used)
        if text and free and wide <= room:
            pencil.write(text, start, y + 4, wide + 1)
            used.append((start, start + wide))
    pencil.y = y + 4 + (pencil.line_height if used else 0)


def _ends_first(
    marks: list[tuple[str, float]],
) -> list[tuple[str, float]]:
    """Return marks in the order in which they may take room."""
    return [marks[0], marks[-1], *marks[1:-1]] if len(marks) > 1 else marks


def _axis_titles(diagram: Stairs) -> str:
    across = "code" if diagram.reads_codes else "number"
    up = (
        "code" if diagram.gives_codes else "number" if diagram.reads_codes else "result"
    )
    return f"→ {across}, ↑ {up}"


def _said(diagram: Stairs, code: float, as_code: bool) -> str:
    """Return the number at a code; empty if nobody knows it."""
    if as_code:
        return _text(code)
    if diagram.zero_point is None:
        return ""
    away = code - diagram.zero_point
    if diagram.step is not None:
        return _text(away * diagram.step)
    return "0" if away == 0 else f"{_text(away)} × scale"


def _text(number: float) -> str:
    is_short = abs(number) < _LONG and number == int(number)
    text = grouped(int(number)) if is_short else f"{number:.4g}"
    return text.replace("-", "−")
