"""The surface a graph is drawn on: moving, zooming, pointing."""

from typing import cast

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QRubberBand,
    QToolTip,
    QWidget,
)

from viewers.drawing.scene import Aim
from viewers.graph_camera import GraphCamera
from viewers.graph_travel import Step
from viewers.plain import plain_tooltip

ZOOM_STEP = 1.25
REACH = 8.0
"""How near to an edge the pointer must be, in pixels of the screen."""

_STEPS = {
    Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
    Qt.Key.Key_Left: Step.LEFT,
    Qt.Key.Key_Right: Step.RIGHT,
    Qt.Key.Key_Home: Step.FIRST,
    Qt.Key.Key_End: Step.LAST,
}
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


class GraphCanvas(GraphCamera):
    """Pans by dragging, scrolls by wheel, zooms by Ctrl and wheel; says what is hit."""

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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setInteractive(False)
        self.setAcceptDrops(False)  # files are dropped on the window
        self.setAccessibleName("Graph")
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._zooms_to_area = False
        self._pressed: QPoint | None = None
        self._dragging = False
        self._aim = Aim()
        self._band: QRubberBand | None = None
        self.viewport().installEventFilter(self)

    def await_area(self) -> None:
        """Let the next drag draw the area to zoom to."""
        self._zooms_to_area = True
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def aim_at(self, at: QPoint) -> Aim:
        """Return what lies under a point of the viewport."""
        graph = self.graph
        if graph is None:
            return Aim()
        point = self._to_scene(QPointF(at))
        return graph.aim(point.x(), point.y(), REACH / self.transform().m11())

    # events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.sized.emit()

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

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.sized.emit()

    # inside

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
