"""Graphics items of open groups: a quiet frame, its title on the upper edge."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem

from viewers.drawing.cards import Card
from viewers.drawing.colors import blend
from viewers.drawing.items import (
    CHEVRON,
    Texts,
    add_chevron,
    alike_fill,
    path_item,
    write,
)
from viewers.drawing.lettering import Lettering
from viewers.drawing.places import HEADER
from viewers.drawing.style import Theme

CORNER = 8.0
SIDE = 12.0
"""Space beside the words of a frame."""
DEPTH_SHARE, DEEPEST = 0.05, 5
"""How much darker each frame is than the one around it, and up to which depth."""


class FramePainter:
    """Makes the items of frames."""

    def __init__(self, theme: Theme, letters: Lettering) -> None:
        self._theme, self._letters = theme, letters

    def make(
        self, card: Card, area: QRectF, depth: int
    ) -> tuple[QGraphicsItem, QGraphicsItem]:
        """Return the frame and, inside it, the item of its words.

        Args:
            card: Its words.
            area: Where it lies.
            depth: How many frames are around it.
        """
        theme = self._theme
        path = QPainterPath()
        path.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        frame = path_item(path, None, self._line(card), self.fill(card, depth))
        if card.section:
            pen = frame.pen()
            pen.setStyle(Qt.PenStyle.DashLine)
            frame.setPen(pen)
        arrow = QPainterPath()
        middle = area.top() + HEADER / 2 + 1
        add_chevron(arrow, area.left() + SIDE, middle, opened=True)
        words = path_item(arrow, frame, theme.dim, width=1.6)
        write(self._texts(card, area, middle), words)
        return frame, words

    def fill(self, card: Card, depth: int) -> str:
        """Return the ground of a frame."""
        share = DEPTH_SHARE * min(depth + 1, DEEPEST)
        ground = blend(self._theme.background, self._theme.edge, share)
        return alike_fill(card.likeness, ground, self._theme)

    def _line(self, card: Card) -> str:
        if card.problem:
            return self._theme.error
        share = 1.0 if card.section else 0.45
        return blend(self._theme.background, self._theme.edge, share)

    def _texts(self, card: Card, area: QRectF, middle: float) -> Texts:
        """Return the title at the left and, if there is room, the sums at the right."""
        theme, letters = self._theme, self._letters
        texts: Texts = []
        left = area.left() + SIDE + CHEVRON
        room = area.right() - SIDE - left
        number = f"{card.short_number} params" if card.short_number else ""
        wanted = letters.title.width(card.title)
        for sums in (" · ".join(filter(None, (card.kind, number))), card.kind, number):
            width = letters.kind.width(sums)
            if sums and wanted + 16 + width <= room:
                at = area.right() - SIDE - width
                texts.append((letters.kind, sums, at, middle, theme.dim))
                break
        else:
            width = -16.0
        title = letters.title.fit(card.title, room - width - 16)
        texts.append((letters.title, title, left, middle, theme.text))
        return texts
