"""The surface a graph is drawn on: moving, zooming, pointing."""

from typing import cast

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsView,
    QRubberBand,
    QToolTip,
    QWidget,
)

from viewers.drawing.scene import Aim, GraphScene
from viewers.drawing.style import LIGHT, Theme
from viewers.first_view import first_middle, first_zoom
from viewers.graph_travel import Step
from viewers.plain import plain_tooltip

DOT_SPACING = 24
DETAIL = 0.4
"""Below this scale words are left out."""
LARGEST, SMALLEST = 3.0, 0.02
ZOOM_STEP = 1.25
EDGE_MARGIN = 40
"""How far a selected box stays from the border, in pixels."""
REACH = 8.0
"""How near to an edge the pointer must be, in pixels of the screen."""

_STEPS = {
    Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
    Qt.Key.Key_Left: Step.LEFT,
    Qt.Key.Key_Right: Step.RIGHT,
}
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


class GraphCanvas(QGraphicsView):
    """A view that pans by dragging, scrolls by wheel, zooms by Ctrl and wheel.

    ``unit`` is how many screen pixels one pixel of the picture takes at 100 %: more
    than 1 for a user who wants larger text.
    """

    clicked = Signal(object)
    """An ``Aim``: what is under the pointer."""
    opened = Signal(object, bool)
    """The ``Aim`` of a double-click, and whether all inside shall follow."""
    entered = Signal(bool)
    """Enter was pressed: the selected group opens or closes; whether recursively."""
    alone_asked = Signal()
    """Alt+Enter was pressed."""
    let_go = Signal()
    """Escape was pressed."""
    pointed = Signal(object)
    """The ``Aim`` has changed."""
    menu_asked = Signal(object, QPoint)
    """A menu is wanted for an ``Aim``, at a place on the screen."""
    travelled = Signal(Step)
    framed = Signal()
    """A frame is about to be painted."""
    sized = Signal()
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
        self.setInteractive(False)
        self.setAcceptDrops(False)  # files are dropped on the window
        self.setAccessibleName("Graph")
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.touched = False
        self.unit = 1.0
        self._zooms_to_area = False
        self._pressed: QPoint | None = None
        self._dragging = False
        self._aim = Aim()
        self._band: QRubberBand | None = None
        self._theme = LIGHT
        self._tile: tuple[float, QPixmap] | None = None
        self.viewport().installEventFilter(self)

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

    # where one looks

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

    def await_area(self) -> None:
        """Let the next drag draw the area to zoom to."""
        self._zooms_to_area = True
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

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

    def aim_at(self, at: QPoint) -> Aim:
        """Return what lies under a point of the viewport."""
        graph = self.graph
        if graph is None:
            return Aim()
        point = self._to_scene(QPointF(at))
        return graph.aim(point.x(), point.y(), REACH / self.transform().m11())

    # events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Report frames, and show tooltips as plain text."""
        if watched is self.viewport():
            if event.type() is QEvent.Type.Paint:
                self.framed.emit()
            elif event.type() is QEvent.Type.ToolTip:
                self._show_tooltip(cast(QHelpEvent, event))
                return True
            elif event.type() is QEvent.Type.NativeGesture:
                return self._pinch(cast(QNativeGestureEvent, event))
            elif event.type() is QEvent.Type.Leave:
                self._point(Aim())
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom with Ctrl, scroll across with Shift, else scroll."""
        self.touched = True
        turned = event.angleDelta().y() or event.pixelDelta().y()
        modifiers = event.modifiers()
        if modifiers & _CONTROL:
            self.zoom_by(ZOOM_STEP ** (turned / 120), event.position())
        elif modifiers & _SHIFT:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turned)
        else:
            super().wheelEvent(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position().toPoint()
            self._dragging = False
            if event.modifiers() & _CONTROL:
                self._zooms_to_area = True
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        if self._pressed is None or not event.buttons():
            self._point(self.aim_at(at))
            return
        moved = at - self._pressed
        if not self._dragging:
            if moved.manhattanLength() < QApplication.startDragDistance():
                return
            self._dragging = self.touched = True
            if not self._zooms_to_area:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._zooms_to_area:
            self._draw_band(self._pressed, at)
            return
        self._pressed = at
        for bar, by in (
            (self.horizontalScrollBar(), moved.x()),
            (self.verticalScrollBar(), moved.y()),
        ):
            bar.setValue(bar.value() - by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pressed, dragged = self._pressed, self._dragging
        self._pressed, self._dragging = None, False
        self.viewport().unsetCursor()
        left = event.button() is Qt.MouseButton.LeftButton
        if self._band is not None:
            area = self.mapToScene(self._band.geometry()).boundingRect()
            self._drop_band()
            self.show_area(area)
        elif pressed is not None and left and not dragged:
            self._zooms_to_area = False
            self.clicked.emit(self.aim_at(pressed))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open or close a group; on the empty ground, zoom in."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        aim = self.aim_at(event.position().toPoint())
        if aim.box:
            if not aim.switch:  # two clicks on the arrow are two clicks
                self.opened.emit(aim, bool(event.modifiers() & _ALT))
            else:
                self.clicked.emit(aim)
        elif aim.route is None:
            self.zoom_by(ZOOM_STEP**2, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for a menu: of what is under the pointer, or selected if by a key."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            middle = self.viewport().rect().center()
            self.menu_asked.emit(None, self.viewport().mapToGlobal(middle))
        else:
            self.menu_asked.emit(self.aim_at(event.pos()), event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Travel, enter and let go by keys; all others are for the window."""
        step = _STEPS.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        event.accept()
        if step is not None and plain:
            self.travelled.emit(step)
        elif enter and (plain or modifiers == _SHIFT):
            self.entered.emit(modifiers == _SHIFT)
        elif enter and modifiers == _ALT:
            self.alone_asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self._zooms_to_area = False
            self._drop_band()
            self.let_go.emit()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.touched = True
            super().keyPressEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        middle = self._middle() if self.graph is not None else None
        super().resizeEvent(event)
        if middle is not None and self.touched:
            self.centerOn(middle)
        self.sized.emit()
        self.moved.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.sized.emit()

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
        if self.zoom < DETAIL:
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

    # inside

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
            graph.show_scale(scale, zoom >= DETAIL)
            graph.keep_titles(self.seen())
        self.moved.emit()

    def _middle(self) -> QPointF:
        return self._to_scene(QPointF(self.viewport().rect().center()))

    def _to_scene(self, at: QPointF) -> QPointF:
        inverted, _possible = self.viewportTransform().inverted()
        return inverted.map(at)

    def _point(self, aim: Aim) -> None:
        """Tell what the pointer is on, by the cursor, too."""
        if aim == self._aim:
            return
        self._aim = aim
        if self._zooms_to_area:
            return
        if aim.switch or aim.route is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()
        self.pointed.emit(aim)

    def _draw_band(self, start: QPoint, end: QPoint) -> None:
        if self._band is None:
            self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
            self._band.show()
        self._band.setGeometry(QRectF(start, end).normalized().toRect())

    def _drop_band(self) -> None:
        self._zooms_to_area = False
        self.viewport().unsetCursor()
        if self._band is not None:
            self._band.hide()
            self._band.deleteLater()
            self._band = None

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        """Zoom as two fingers on a touchpad say."""
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.zoom_by(1.0 + event.value(), event.position())
        return True

    def _show_tooltip(self, event: QHelpEvent) -> None:
        graph = self.graph
        aim = self.aim_at(event.pos())
        words = ""
        if graph is not None and aim.box:
            words = graph.card(aim.box).words
        elif graph is not None and aim.route is not None:
            words = graph.edge_words(aim.route)
        if words:
            QToolTip.showText(event.globalPos(), plain_tooltip(words), self.viewport())
        else:
            QToolTip.hideText()
