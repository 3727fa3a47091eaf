"""Makes the picture of a diagram for a given width."""

from PySide6.QtGui import QFont

from loaders.ir.diagram import (
    Chain,
    Diagram,
    Sliding,
    Spreading,
)
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.sliding import draw_sliding
from viewers.diagrams.spreading import draw_spreading
from viewers.diagrams.strokes import Sketch, Tone


def draw(diagram: Diagram, width: float, plain: QFont, code: QFont) -> Sketch:
    """Return the strokes of a diagram.

    Args:
        diagram: What it shows.
        width: The room in pixels; at least 200.
        plain: Font of the words.
        code: Font of formulas.
    """
    pencil = Pencil(width, plain, code)
    draw_into(diagram, pencil)
    return pencil.sketch()


def draw_into(diagram: Diagram, pencil: Pencil) -> None:
    """Draw a diagram below what a pencil has drawn."""
    match diagram:
        case Sliding():
            draw_sliding(diagram, pencil)
        case Spreading():
            draw_spreading(diagram, pencil)
        case Chain(parts=parts):
            for number, part in enumerate(parts):
                pencil.y += 14 if number else 0
                pencil.y += 2 + pencil.write(
                    part.title, 0, pencil.y, pencil.width, tone=Tone.TEXT
                )
                draw_into(part.diagram, pencil)
