"""Draws what chance may do to a picture in training, beside the same one in use."""

from loaders.ir.diagram import Change, Varied
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Cell, Line, Look, Tone

_SIZE, _BETWEEN = 84.0, 26.0
_LETTER = (
    ((-0.35, -0.5), (-0.35, 0.5)),
    ((-0.35, -0.5), (0.4, -0.5)),
    ((-0.35, -0.05), (0.2, -0.05)),
)
"""An F, which looks another way however it is moved."""
_SAME = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def draw_varied(diagram: Varied, pencil: Pencil) -> None:
    """Draw an example in training beside the same picture in use."""
    size = min(_SIZE, (pencil.width - _BETWEEN) / 2 - 1)
    other = size + _BETWEEN
    words = "in training, for example"
    tall = pencil.height_of(words, other - 8)
    pencil.write(words, 0, pencil.y, other - 8)
    pencil.write("in use", other, pencil.y + tall - pencil.line_height, size)
    pencil.y += tall + 3
    _draw_picture(pencil, 0.5, size, diagram)
    _draw_picture(pencil, other, size, None)
    pencil.y += size + 2


def _draw_picture(
    pencil: Pencil, left: float, size: float, changed: Varied | None
) -> None:
    coloured = changed is not None and changed.change is Change.COLOURED
    look = Look.OTHER if coloured else Look.PLAIN
    pencil.cell(left, pencil.y, size, size, look)
    matrix = _SAME if changed is None else changed.matrix
    tone = Tone.TEXT if coloured else Tone.ACCENT
    for stroke in _LETTER:
        points = tuple(
            (left + (x + 1) * size / 2, pencil.y + (y + 1) * size / 2)
            for x, y in (_moved(point, matrix) for point in stroke)
        )
        pencil.add(Line(points, tone, thick=3.0))
    if changed is not None and changed.change is Change.ERASED:
        at = (left + size * 0.45, pencil.y + size * 0.15)
        pencil.add(Cell(*at, size * 0.35, size * 0.45, Look.STRONG))


def _moved(
    point: tuple[float, float], matrix: tuple[float, ...]
) -> tuple[float, float]:
    """Return where a point goes; what leaves the picture stops at its border."""
    (x, y), (a, b, c, d, e, f) = point, matrix
    across, down = a * x + b * y + c, d * x + e * y + f
    return min(max(across, -1.0), 1.0), min(max(down, -1.0), 1.0)
