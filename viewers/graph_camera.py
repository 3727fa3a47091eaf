"""A window on a picture: which part of it is seen, and how large."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from viewers.drawing.scene import GraphScene
from viewers.drawing.style import LIGHT, Theme
from viewers.first_view import first_middle, first_zoom

DOT_SPACING = 24
DETAIL = 0.4
"""Screen pixels for one pixel of the picture below which words are left out."""
LARGEST, SMALLEST = 3.0, 0.02
EDGE_MARGIN = 40
"""How far a selected box stays from the border, in pixels."""


class GraphCamera(QGraphicsView):
    """Looks at a part of a picture.

    ``unit`` is how many screen pixels one pixel of the picture takes at 100 %: more
    than 1 for a user who wants larger text. ``touched`` is whether anything but the
    beginning of the picture was looked at.
    """

    moved = Signal()
    """Another part of the picture is in view, or at another scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setTransformationAnchor(self.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(self.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(self.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(self.OptimizationFlag.DontSavePainterState)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Dragging, the wheel and the arrow keys move; bars would only be a frame.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.touched = False
        self.unit = 1.0
        self._theme = LIGHT
        self._tile: tuple[float, QPixmap] | None = None

    @property
    def graph(self) -> GraphScene | None:
        """The scene shown, if any."""
        scene = self.scene()
        return scene if isinstance(scene, GraphScene) else None

    @property
    def zoom(self) -> float:
        """The scale that the user sees: 1 is 100 %."""
        return float(self.transform().m11()) / self.unit

    def show_theme(self, theme: Theme) -> None:
        """Take other colours, and another size of all text."""
        zoom, middle = self.zoom, self._middle()
        self._theme = theme
        self._tile = None
        if theme.scale != self.unit:
            self.unit = theme.scale
            self._set_zoom(zoom)
            self.centerOn(middle)
        self.viewport().update()

    def start(self) -> None:
        """Show the beginning: the inputs, as wide as it fits but readable."""
        graph = self.graph
        if graph is None:
            return
        room = QSizeF(self.viewport().size()) / self.unit
        self._set_zoom(first_zoom(graph, room))
        self.centerOn(first_middle(graph, self.seen().size()))

    def fit(self) -> None:
        """Show the whole picture, or as much of it as is more than a speck."""
        graph = self.graph
        if graph is None:
            return
        self.touched = True
        layout = graph.layout
        whole = self._whole()
        self._set_zoom(min(1.0, max(SMALLEST, whole)))
        middle = QPointF(layout.width / 2, layout.height / 2)
        if whole < SMALLEST:  # the beginning of it
            room = self.seen()
            if layout.horizontal:
                middle.setX(room.width() / 2)
            else:
                middle.setY(room.height() / 2)
        self.centerOn(middle)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom so that what lies at ``at`` (in the viewport; its middle) stays."""
        if self.graph is None:
            return
        self.touched = True
        fixed = at if at is not None else QPointF(self.viewport().rect().center())
        before = self._to_scene(fixed)
        self._set_zoom(min(LARGEST, max(self._smallest(), self.zoom * factor)))
        self.place(before, fixed)

    def show_area(self, area: QRectF) -> None:
        """Show an area of the picture as large as it fits."""
        if self.graph is None or area.isEmpty():
            return
        self.touched = True
        room = QSizeF(self.viewport().size()) / self.unit
        fitting = min(room.width() / area.width(), room.height() / area.height())
        self._set_zoom(min(LARGEST, max(self._smallest(), fitting)))
        self.centerOn(area.center())

    def place(self, point: QPointF, at: QPointF) -> None:
        """Move so that a point of the picture lies at a point of the viewport."""
        self.centerOn(self._middle() + point - self._to_scene(at))

    def restore(self, zoom: float, point: QPointF, at: QPointF) -> None:
        """Look as before: at a scale, a point of the picture at one of the viewport."""
        self.touched = True
        self._set_zoom(min(LARGEST, max(self._smallest(), zoom)))
        self.place(point, at)

    def look_for(self, area: QRectF) -> None:
        """Bring an area into view: no move if it is there, a small one if near.

        Of an area larger than the view, the upper left corner counts.
        """
        seen = self.seen()
        margin = EDGE_MARGIN / self.transform().m11()
        inner = seen.adjusted(margin, margin, -margin, -margin)
        area = QRectF(
            area.left(),
            area.top(),
            min(area.width(), inner.width()),
            min(area.height(), inner.height()),
        )
        if inner.contains(area):
            return
        self.touched = True
        near = seen.adjusted(-seen.width(), -seen.height(), seen.width(), seen.height())
        if near.intersects(area):
            dx = min(0.0, area.left() - inner.left()) + max(
                0.0, area.right() - inner.right()
            )
            dy = min(0.0, area.top() - inner.top()) + max(
                0.0, area.bottom() - inner.bottom()
            )
            self.centerOn(self._middle() + QPointF(dx, dy))
        else:
            self.centerOn(area.center())

    def seen(self) -> QRectF:
        """Return the part of the picture that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        middle = self._middle() if self.graph is not None else None
        super().resizeEvent(event)
        if middle is not None and self.touched:
            self.centerOn(middle)
        if self.graph is not None:
            self.graph.keep_titles(self.seen())
        self.moved.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        super().scrollContentsBy(dx, dy)
        if self.graph is not None:
            self.graph.keep_titles(self.seen())
        self.moved.emit()

    def drawBackground(  # noqa: N802
        self, painter: QPainter, rect: QRectF | QRect
    ) -> None:
        """Paint the ground: dots that move with the picture, once per frame."""
        painter.fillRect(rect, QColor(self._theme.background))
        scale = float(painter.worldTransform().m11())
        if scale < DETAIL:
            return
        ratio = self.devicePixelRatioF()
        tile = self._dots(scale, ratio)
        # In pixels of the screen a tile is copied; scaled it would be computed.
        origin = painter.worldTransform().map(QPointF(0, 0))
        painter.save()
        painter.resetTransform()
        side = tile.width() / ratio
        offset = QPointF(-origin.x() % side, -origin.y() % side)
        painter.drawTiledPixmap(QRectF(self.viewport().rect()), tile, offset)
        painter.restore()

    def _dots(self, scale: float, ratio: float) -> QPixmap:
        """Return a tile with one dot, for a scale."""
        key = scale * ratio
        if self._tile is None or self._tile[0] != key:
            side = max(4, round(DOT_SPACING * scale * ratio))
            tile = QPixmap(side, side)
            tile.fill(QColor(self._theme.background))
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.dot))
            painter.drawEllipse(QPointF(side / 2, side / 2), key, key)
            painter.end()
            tile.setDevicePixelRatio(ratio)
            self._tile = key, tile
        return self._tile[1]

    def _whole(self) -> float:
        """Return the scale at which everything is in view."""
        graph, area = self.graph, self.viewport().size()
        if graph is None:
            return 1.0
        return (
            min(
                area.width() / max(1.0, graph.layout.width),
                area.height() / max(1.0, graph.layout.height),
            )
            / self.unit
        )

    def _smallest(self) -> float:
        """Return the smallest scale: a little less than the whole, if not a speck."""
        return max(SMALLEST, min(DETAIL, self._whole() / 2))

    def _set_zoom(self, zoom: float) -> None:
        scale = zoom * self.unit
        self.setTransform(QTransform.fromScale(scale, scale))
        graph = self.graph
        if graph is not None:
            # At least a screenful around, so that any point can be looked at.
            room = self.viewport().size()
            aside, above = room.width() / scale, room.height() / scale
            area = QRectF(0, 0, graph.layout.width, graph.layout.height)
            self.setSceneRect(area.adjusted(-aside, -above, aside, above))
            graph.show_scale(scale, scale >= DETAIL)
            graph.keep_titles(self.seen())
        self.moved.emit()

    def _middle(self) -> QPointF:
        return self._to_scene(QPointF(self.viewport().rect().center()))

    def _to_scene(self, at: QPointF) -> QPointF:
        inverted, _possible = self.viewportTransform().inverted()
        return inverted.map(at)
