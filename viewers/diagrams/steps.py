"""Draws a row of steps, of which one is looked at."""

from loaders.ir.diagram import PerStep
from viewers.diagrams.grid import Grid
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.scale import scale_of
from viewers.diagrams.strokes import Beam, Look, Tone
from viewers.diagrams.words import count_words

_CELL, _BETWEEN = 14.0, 22.0


def draw_per_step(diagram: PerStep, pencil: Pencil) -> None:
    """Draw all steps and the layer that runs at each; what it does comes below."""
    told = count_words(diagram.steps, "step")
    pencil.y += pencil.write(told, 0, pencil.y, pencil.width) + 2
    steps = diagram.steps if isinstance(diagram.steps, int) else None
    across = scale_of(0, steps, 2, pencil.width - 1, _CELL)
    row = Grid(0.5, pencil.y, scale_of(0, 1, 1, _CELL, _CELL), across)
    row.draw(pencil, lambda _row, at: Look.STRONG if at == 0 else Look.PLAIN)
    pencil.y += row.height
    wide = pencil.width if diagram.inner is not None else pencil.width / 2
    pencil.add(
        Beam(
            (
                (0.5, pencil.y),
                (_CELL, pencil.y),
                (wide, pencil.y + _BETWEEN),
                (0.5, pencil.y + _BETWEEN),
            )
        )
    )
    pencil.y += _BETWEEN + 2
    title = f"at each step: the same {diagram.op}"
    pencil.y += pencil.write(title, 0, pencil.y, pencil.width, tone=Tone.TEXT) + 4
