"""The drawings on a page of text: where they lie, and what the pointer is over."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextDocument

from viewers.diagrams.paint import paint_sketch
from viewers.diagrams.strokes import Sketch, Spot
from viewers.ink import Ink


class Placed(NamedTuple):
    """A drawing in a document: the paragraph at ``start`` keeps its room free."""

    start: int
    sketch: Sketch


class SheetPictures:
    """Paints the drawings of one page."""

    def __init__(self, document: QTextDocument, left: float) -> None:
        self._document, self._left = document, left
        self._placed: list[Placed] = []
        self._over: tuple[int, Spot] | None = None

    def __bool__(self) -> bool:
        return bool(self._placed)

    def show(self, placed: list[Placed]) -> None:
        """Take the drawings of another page."""
        self._placed, self._over = placed, None

    def paint(self, painter: QPainter, shift: float, visible: QRectF, ink: Ink) -> None:
        """Paint what can be seen.

        Args:
            painter: Of the viewport.
            shift: How far the document is moved down, in pixels.
            visible: The viewport.
            ink: Colours and fonts.
        """
        for number, placed in enumerate(self._placed):
            where = self._area(placed).translated(0, shift)
            if not where.intersects(visible):
                continue
            over = self._over
            spot = over[1] if over is not None and over[0] == number else None
            painter.save()
            painter.translate(where.topLeft())
            paint_sketch(painter, placed.sketch, ink, spot)
            painter.restore()

    def point_at(self, point: QPointF) -> bool:
        """Follow the pointer, in the document's pixels; return whether that shows."""
        found = None
        for number, placed in enumerate(self._placed):
            at = point - self._area(placed).topLeft()
            spot = placed.sketch.spot_at(at.x(), at.y())
            if spot is not None:
                found = (number, spot)
        changed = found != self._over
        self._over = found
        return changed

    def leave(self) -> bool:
        """Forget the pointer; return whether that shows."""
        changed = self._over is not None
        self._over = None
        return changed

    def _area(self, placed: Placed) -> QRectF:
        block = self._document.findBlock(placed.start)
        top = self._document.documentLayout().blockBoundingRect(block).top()
        return QRectF(self._left, top, placed.sketch.width, placed.sketch.height)
