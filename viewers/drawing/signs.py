"""Titles of frames that stay readable when the picture is small."""

from msgspec import Struct
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsSimpleTextItem

from viewers.drawing.items import path_item
from viewers.drawing.lettering import Lettering
from viewers.drawing.style import Theme

PADDING = 5.0
MOST = 80
"""Titles that are shown at once."""
HEIGHT = 10.0
"""Above boxes and edges."""


class _Sign(Struct, frozen=True):
    item: QGraphicsItem
    area: QRectF
    depth: int
    width: float
    height: float


class Signs:
    """Titles of one size on the screen, in the upper left corners of frames.

    Shown only where they fit into their frame and hide no other title.
    """

    def __init__(self, scene: QGraphicsScene, letters: Lettering) -> None:
        self._scene, self._letters = scene, letters.kind
        self._signs: list[_Sign] = []
        self._scale = 0.0

    def add(
        self, title: str, area: QRectF, depth: int, ground: str, theme: Theme
    ) -> None:
        """Add the title of a frame; ``arrange`` decides whether it is seen."""
        text = self._letters.fit(title, 240)
        width = self._letters.width(text) + 2 * PADDING
        height = self._letters.height + 2
        plate = QPainterPath()
        plate.addRoundedRect(0, 0, width, height, 4, 4)
        item = path_item(plate, None, "", ground)
        item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        item.setTransform(QTransform.fromTranslate(3, 3))
        item.setPos(area.topLeft())
        item.setZValue(HEIGHT)
        words = QGraphicsSimpleTextItem(text, item)
        words.setFont(self._letters.font)
        words.setBrush(QColor(theme.text))
        words.setPos(PADDING, 1)
        item.setVisible(False)
        self._scene.addItem(item)
        self._signs.append(_Sign(item, area, depth, width, height))
        self._signs.sort(key=lambda sign: sign.depth)
        if self._scale:
            self.arrange(self._scale)

    def clear(self) -> None:
        """Forget all titles: their frames are made anew."""
        for sign in self._signs:
            self._scene.removeItem(sign.item)
        self._signs.clear()

    def arrange(self, scale: float) -> None:
        """Show the titles that have room at a scale; none at 0."""
        self._scale = scale
        taken: list[QRectF] = []
        for sign in self._signs:
            place = QRectF(
                sign.area.left() * scale,
                sign.area.top() * scale,
                sign.width + 6,
                sign.height + 6,
            )
            fits = (
                scale > 0
                and len(taken) < MOST
                and sign.area.width() * scale >= place.width()
                and sign.area.height() * scale >= place.height()
                and not any(place.intersects(other) for other in taken)
            )
            sign.item.setVisible(fits)
            if fits:
                taken.append(place)
