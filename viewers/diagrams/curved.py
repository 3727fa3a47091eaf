"""Draws the curve of a function of one number."""

from loaders.ir.diagram import Curved
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Line, Tone

_HIGH, _WIDE = 120.0, 220.0
_FROM, _TO = -4.0, 4.0
_MARKS = 2
"""Numbers are written at every second whole number."""


def draw_curved(diagram: Curved, pencil: Pencil) -> None:
    """Draw the axes with numbers, and the pieces of the curve."""
    margin = pencil.text_width("−4") + 6
    title = f"{diagram.name}(x)"
    pencil.y += pencil.write(title, margin, pencil.y, pencil.width - margin) + 4
    wide = min(pencil.width - margin - 16, _WIDE)
    low, high = diagram.low, diagram.high
    high = high if high > low else low + 1.0
    left, top = margin, pencil.y
    per_x = wide / (_TO - _FROM)
    per_y = min(_HIGH / (high - low), 2 * per_x)
    tall = (high - low) * per_y

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (x - _FROM) * per_x, top + (high - y) * per_y

    pencil.line(at(_FROM, 0.0), at(_TO, 0.0))
    pencil.line(at(0.0, low), at(0.0, high))
    for piece in diagram.pieces:
        points = [
            (x, min(max(y, low), high))
            for x, y in zip(piece[::2], piece[1::2], strict=True)
            if low - 0.4 <= y <= high + 0.4
        ]
        if len(points) > 1:
            pencil.add(Line(tuple(at(x, y) for x, y in points), Tone.ACCENT, thick=2.0))
    for y in _whole_numbers(low, high, per_y, pencil.line_height):
        x_at, y_at = at(_FROM, y)
        pencil.line((x_at - 3, y_at), (x_at, y_at))
        room = margin - 4
        up = y_at - pencil.line_height / 2
        pencil.write(_text(y), 0, up, room, align=Align.RIGHT)
    below = top + tall + pencil.line_height / 2 + 1
    for x in range(int(_FROM), int(_TO) + 1, _MARKS):
        x_at, _ = at(x, 0.0)
        y_at = top + tall
        pencil.line((x_at, y_at), (x_at, y_at + 3))
        pencil.write(_text(x), x_at - 12, below, 24, align=Align.MIDDLE)
    pencil.write("x", left + wide + 4, at(0, 0)[1] - pencil.line_height / 2, 12)
    pencil.y = below + pencil.line_height


def _whole_numbers(low: float, high: float, per_y: float, line: float) -> list[int]:
    """Return the whole numbers on the upright axis that have room for words."""
    every = next(step for step in (1, 2, 4, 8) if step * per_y >= line or step == 8)
    return [y for y in range(-8, 9) if y % every == 0 and low <= y <= high]


def _text(number: int) -> str:
    return str(number).replace("-", "−")
