"""Draws arrays that are put side by side, and one that is cut into pieces."""

from loaders.ir.diagram import Joined
from loaders.ir.graph import Dim
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Look, Tone
from viewers.diagrams.words import length_words

_HIGH, _GAP, _BETWEEN = 20.0, 8.0, 30.0
"""Height of a bar, room between two pieces, room for the arrow."""
_LEAST = 14.0
"""Pixels of the smallest piece; it may not be true to scale."""
MOST_PIECES = 8


def draw_joined(diagram: Joined, pencil: Pencil) -> None:
    """Draw the pieces in a row above or below the whole."""
    pieces = diagram.pieces
    shown = pieces if len(pieces) <= MOST_PIECES else pieces[: MOST_PIECES - 1]
    room = pencil.width - _GAP * (len(pieces) - 1 if len(pieces) == len(shown) else 8)
    widths = _widths(shown, room - (0 if len(shown) == len(pieces) else 20.0))
    label = f"{diagram.label} {length_words(diagram.whole)}"
    if diagram.others:
        label = f"{label}, other axes {diagram.others}"
    if diagram.is_cut:
        pencil.y += pencil.write(f"input: {label}", 0, pencil.y, pencil.width) + 3
        _whole(pencil, shown, widths)
        _arrow(pencil)
        _pieces(pencil, shown, widths, len(pieces))
        return
    count = f"{len(pieces)} inputs" if len(pieces) > 1 else "1 input"
    pencil.y += pencil.write(count, 0, pencil.y, pencil.width) + 3
    _pieces(pencil, shown, widths, len(pieces))
    _arrow(pencil)
    _whole(pencil, shown, widths)
    pencil.y += 3
    pencil.y += pencil.write(f"output: {label}", 0, pencil.y, pencil.width)


def _widths(pieces: tuple[Dim, ...], room: float) -> list[float]:
    """Return widths as the lengths are, as far as all can be seen."""
    known = [piece for piece in pieces if isinstance(piece, int)]
    if len(known) != len(pieces) or not sum(known):
        return [room / len(pieces)] * len(pieces)
    rest = room - _LEAST * len(pieces)
    return [_LEAST + rest * piece / sum(known) for piece in known]


def _look(number: int) -> Look:
    return Look.LIT if number % 2 == 0 else Look.OTHER


def _pieces(
    pencil: Pencil, pieces: tuple[Dim, ...], widths: list[float], count: int
) -> None:
    x = 0.0
    for number, (piece, width) in enumerate(zip(pieces, widths, strict=True)):
        pencil.cell(x, pencil.y, width, _HIGH, _look(number))
        _label(pencil, length_words(piece), x, width)
        x += width + _GAP
    if count > len(pieces):
        pencil.dots(x + 6, pencil.y + _HIGH / 2)
    pencil.y += _HIGH


def _whole(pencil: Pencil, pieces: tuple[Dim, ...], widths: list[float]) -> None:
    x = 0.0
    for number, (piece, width) in enumerate(zip(pieces, widths, strict=True)):
        pencil.cell(x, pencil.y, width, _HIGH, _look(number))
        _label(pencil, length_words(piece), x, width)
        x += width
    pencil.y += _HIGH


def _label(pencil: Pencil, text: str, x: float, width: float) -> None:
    if pencil.fits(text, width - 4):
        top = pencil.y + (_HIGH - pencil.line_height) / 2
        pencil.write(
            text, x, top, width, align=Align.MIDDLE, tone=Tone.TEXT, inside=True
        )


def _arrow(pencil: Pencil) -> None:
    pencil.arrow((20.0, pencil.y + 6), (20.0, pencil.y + _BETWEEN - 6))
    pencil.y += _BETWEEN
