"""Makes the picture of a diagram for a given width."""

from PySide6.QtGui import QFont

from loaders.ir.diagram import (
    Attended,
    Blocks,
    Branched,
    Chain,
    Curved,
    Diagram,
    Dropped,
    Joined,
    LookedUp,
    Looped,
    PerStep,
    Reordered,
    Sliding,
    Spreading,
    Stairs,
    Unrolled,
    Varied,
)
from viewers.diagrams.attended import draw_attended
from viewers.diagrams.blocks import draw_blocks
from viewers.diagrams.branched import draw_branched, draw_looped
from viewers.diagrams.curved import draw_curved
from viewers.diagrams.dropped import draw_dropped
from viewers.diagrams.joined import draw_joined
from viewers.diagrams.looked_up import draw_looked_up
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.reordered import draw_reordered
from viewers.diagrams.sliding import draw_sliding
from viewers.diagrams.spreading import draw_spreading
from viewers.diagrams.stairs import draw_stairs
from viewers.diagrams.steps import draw_per_step
from viewers.diagrams.strokes import Sketch, Tone
from viewers.diagrams.unrolled import draw_unrolled
from viewers.diagrams.varied import draw_varied


def draw(diagram: Diagram, width: float, font: QFont) -> Sketch:
    """Return the strokes of a diagram.

    Args:
        diagram: What it shows.
        width: The room in pixels; at least 200.
        font: Font of the words.
    """
    pencil = Pencil(width, font)
    draw_into(diagram, pencil)
    return pencil.sketch()


def draw_into(diagram: Diagram, pencil: Pencil) -> None:
    """Draw a diagram below what a pencil has drawn."""
    match diagram:
        case Sliding():
            draw_sliding(diagram, pencil)
        case Spreading():
            draw_spreading(diagram, pencil)
        case Blocks():
            draw_blocks(diagram, pencil)
        case Joined():
            draw_joined(diagram, pencil)
        case Reordered():
            draw_reordered(diagram, pencil)
        case Unrolled():
            draw_unrolled(diagram, pencil)
        case LookedUp():
            draw_looked_up(diagram, pencil)
        case Attended():
            draw_attended(diagram, pencil)
        case Curved():
            draw_curved(diagram, pencil)
        case Stairs():
            draw_stairs(diagram, pencil)
        case Dropped():
            draw_dropped(diagram, pencil)
        case Varied():
            draw_varied(diagram, pencil)
        case Branched():
            draw_branched(diagram, pencil)
        case Looped():
            draw_looped(diagram, pencil)
        case PerStep():
            draw_per_step(diagram, pencil)
            if diagram.inner is not None:
                draw_into(diagram.inner, pencil)
        case Chain(parts=parts):
            for number, part in enumerate(parts):
                pencil.y += 14 if number else 0
                pencil.y += 2 + pencil.write(
                    part.title, 0, pencil.y, pencil.width, tone=Tone.TEXT
                )
                draw_into(part.diagram, pencil)
