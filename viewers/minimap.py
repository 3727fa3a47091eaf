"""The whole picture, small, with the part that is in view: drag it to go elsewhere."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from loaders.ir.layout import Box
from viewers.drawing.places import rect_of
from viewers.drawing.scene import GraphScene
from viewers.drawing.style import LIGHT, Theme
from viewers.plate import paint_plate

LARGEST = 150.0
"""Of the longer side of the picture in the map, in pixels."""
NARROWEST = 36.0
"""Of its shorter side: a very long picture is drawn wider than it is."""
SHARE, LEAST = 0.28, 64.0
"""How much of the picture's shorter side the map may take, and the least that helps."""
PADDING = 7.0
SLACK = 20.0
"""How much of the picture's empty border may be out of view."""
SMALLEST_BLOCK, SMALLEST_VIEW = 1.6, 6.0
_SLICE = 100
"""Boxes that are drawn in one step: about a millisecond."""


class Minimap(QWidget):
    """A map of a picture. It is drawn in steps, so that nobody waits for it.

    Hidden while the whole picture is in view.

    Signals:
        looked_at: The user wants this point of the picture in the middle.
    """

    looked_at = Signal(QPointF)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Map of the whole graph")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("The whole graph. Drag to go elsewhere.")
        self._theme: Theme = LIGHT
        self._image: QImage | None = None
        self._full = self._scale = QPointF(1.0, 1.0)
        self._size, self._room = QSizeF(), QSize(10_000, 10_000)
        self._seen = QRectF()
        self._all_seen = self._has_room = True
        self._wanted = True
        self.hide()

    def steps(self, scene: GraphScene) -> Iterator[None]:
        """Draw the map of a picture anew; yields after each millisecond or so."""
        layout, theme = scene.layout, scene.theme
        size = map_size(layout.width, layout.height)
        scale = QPointF(
            size.width() / max(1.0, layout.width),
            size.height() / max(1.0, layout.height),
        )
        image = self._blank(size)
        for at in range(0, len(layout.boxes), _SLICE):
            # No painter outlives a step: who waits may go away together with the image.
            painter = QPainter(image)
            _paint(painter, scene, layout.boxes[at : at + _SLICE], scale)
            painter.end()
            yield
        self._theme, self._full, self._image = theme, scale, image
        self._size = size
        self.fit(self._room)

    def fit(self, room: QSize) -> None:
        """Take no more than a share of what the picture has; nothing if too little."""
        self._room = room
        limit = min(LARGEST, SHARE * min(room.width(), room.height()))
        factor = limit / LARGEST
        self._scale = self._full * factor
        self._has_room = limit >= LEAST
        plate = self._size * factor + QSizeF(2 * PADDING, 2 * PADDING)
        self.resize(plate.toSize())
        self._show_if_useful()
        self.update()

    def show_seen(self, seen: QRectF, whole: QRectF) -> None:
        """Mark what is in view of the whole picture."""
        self._seen = seen
        inner = whole.adjusted(SLACK, SLACK, -SLACK, -SLACK)
        self._all_seen = seen.contains(inner)
        self._show_if_useful()
        self.update()

    def forget(self) -> None:
        """Show no map until the next one is drawn."""
        self._image = None
        self.hide()

    def switch(self, wanted: bool) -> None:
        """Show the map where it is useful, or never."""
        self._wanted = wanted
        self._show_if_useful()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of the map that is drawn."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the map, and the view as a rectangle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_plate(painter, QRectF(self.rect()), self._theme)
        if self._image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inside = QRectF(self.rect()).adjusted(PADDING, PADDING, -PADDING, -PADDING)
        painter.drawImage(inside, self._image)
        pen = QPen(QColor(self._theme.accent), 1.4)
        painter.setPen(pen)
        ground = QColor(self._theme.accent)
        ground.setAlphaF(0.08)
        painter.setBrush(ground)
        painter.drawRoundedRect(self._marked(), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go to where the pointer is."""
        self._go(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keep a second click from the picture below."""
        event.accept()

    def _go(self, at: QPointF) -> None:
        if self._image is not None:
            x = (at.x() - PADDING) / self._scale.x()
            y = (at.y() - PADDING) / self._scale.y()
            self.looked_at.emit(QPointF(x, y))

    def _marked(self) -> QRectF:
        """Return the rectangle of the view, never smaller than can be grasped."""
        seen = QRectF(
            PADDING + self._seen.left() * self._scale.x(),
            PADDING + self._seen.top() * self._scale.y(),
            self._seen.width() * self._scale.x(),
            self._seen.height() * self._scale.y(),
        )
        middle = seen.center()
        seen.setWidth(max(SMALLEST_VIEW, seen.width()))
        seen.setHeight(max(SMALLEST_VIEW, seen.height()))
        seen.moveCenter(middle)
        inside = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        return seen.intersected(inside)

    def _show_if_useful(self) -> None:
        useful = self._image is not None and self._has_room and not self._all_seen
        self.setVisible(self._wanted and useful)

    def _blank(self, size: QSizeF) -> QImage:
        ratio = self.devicePixelRatioF()
        pixels = (size * ratio).toSize().expandedTo(QSize(1, 1))
        image = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        return image


def _paint(
    painter: QPainter, scene: GraphScene, boxes: Sequence[Box], scale: QPointF
) -> None:
    """Draw some boxes as blocks, frames as their ground."""
    colors: dict[str, QColor] = {}
    for box in boxes:
        left, top, right, bottom = rect_of(box)
        area = QRectF(
            left * scale.x(),
            top * scale.y(),
            max(SMALLEST_BLOCK, (right - left) * scale.x()),
            max(SMALLEST_BLOCK, (bottom - top) * scale.y()),
        )
        name = scene.theme.line if box.is_frame else scene.color(box.node)
        color = colors.get(name)
        if color is None:
            color = colors[name] = QColor(name)
        if box.is_frame:
            painter.setOpacity(0.5)
        else:
            painter.setOpacity(0.75 if scene.keeps(box.node) else 0.2)
        painter.fillRect(area, color)


def map_size(width: float, height: float) -> QSizeF:
    """Return the size of the map of a picture."""
    scale = LARGEST / max(1.0, width, height)
    return QSizeF(max(NARROWEST, width * scale), max(NARROWEST, height * scale))
