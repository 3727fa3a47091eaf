"""Draws the curve of a function of one number."""

import math

from loaders.ir.diagram import Curved
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Line, Tone

_HIGH, _WIDE = 120.0, 220.0
_LEAST = 40.0
"""Pixels between two numbers on the level axis, at least."""


def draw_curved(diagram: Curved, pencil: Pencil) -> None:
    """Draw the axes with numbers, and the pieces of the curve."""
    first, end = diagram.left, diagram.right
    low, high = diagram.low, diagram.high
    high = high if high > low else low + 1.0
    apart = 1.4 * pencil.line_height
    ups = _round_numbers(low, high, _HIGH, apart)
    margin = max(pencil.text_width(_text(y)) for y in (*ups, -4)) + 6
    title = f"{diagram.name}(x)"
    pencil.y += pencil.write(title, margin, pencil.y, pencil.width - margin) + 4
    wide = min(pencil.width - margin - 16, _WIDE)
    left, top = margin, pencil.y
    per_x, per_y = wide / (end - first), _HIGH / (high - low)
    if (first, end) == (-4.0, 4.0):  # both axes count alike: slopes look as they are
        per_y = min(per_y, 2 * per_x)
    tall = (high - low) * per_y

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (x - first) * per_x, top + (high - y) * per_y

    pencil.line(at(first, 0.0), at(end, 0.0))
    pencil.line(at(0.0, low), at(0.0, high))
    slack = 0.05 * (high - low)
    for piece in diagram.pieces:
        points = [
            (x, min(max(y, low), high))
            for x, y in zip(piece[::2], piece[1::2], strict=True)
            if low - slack <= y <= high + slack
        ]
        if len(points) > 1:
            pencil.add(Line(tuple(at(x, y) for x, y in points), Tone.ACCENT, thick=2.0))
    for y in _round_numbers(low, high, tall, apart):
        x_at, y_at = at(first, y)
        pencil.line((x_at - 3, y_at), (x_at, y_at))
        room = margin - 4
        up = y_at - pencil.line_height / 2
        pencil.write(_text(y), 0, up, room, align=Align.RIGHT)
    below = top + tall + pencil.line_height / 2 + 1
    for x in _round_numbers(first, end, wide, _LEAST):
        x_at, _ = at(x, 0.0)
        y_at = top + tall
        pencil.line((x_at, y_at), (x_at, y_at + 3))
        pencil.write(_text(x), x_at - 16, below, 32, align=Align.MIDDLE)
    pencil.write("x", left + wide + 4, at(0, 0)[1] - pencil.line_height / 2, 12)
    pencil.y = below + pencil.line_height


def _round_numbers(low: float, high: float, room: float, least: float) -> list[float]:
    """Return round numbers of an axis that have ``least`` pixels each."""
    per_one = room / (high - low)
    power = 10.0 ** math.floor(math.log10(least / per_one))
    step = next(n * power for n in (1, 2, 5, 10, 20) if n * power * per_one >= least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [at * step for at in range(first, last + 1)]


def _text(number: float) -> str:
    return f"{number:.6g}".replace("-", "−")
