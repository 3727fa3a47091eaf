"""The surface a graph is drawn on: moving, zooming, pointing."""

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
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
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsView, QToolTip, QWidget

from viewers.drawing.scene import GraphScene
from viewers.drawing.style import Theme
from viewers.graph_travel import Step

DOT_SPACING = 24
READABLE, DETAIL = 0.7, 0.4
"""Scales: below the first the first view never starts, below the second words are
left out."""
LARGEST, SMALLEST = 3.0, 0.02
ZOOM_STEP = 1.25
MOST_COMPARED = 200
"""Boxes at the beginning that decide where the first view lies."""
EDGE_MARGIN = 40
"""How far a selected box stays from the border, in pixels."""

_STEPS = {
    Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
    Qt.Key.Key_Left: Step.LEFT,
    Qt.Key.Key_Right: Step.RIGHT,
}


class GraphCanvas(QGraphicsView):
    """A view that pans by dragging, scrolls by wheel, zooms by Ctrl and wheel."""

    clicked = Signal(str)
    """The box under the pointer; empty beside all boxes."""
    opened = Signal(str)
    """The box that was double-clicked."""
    entered = Signal()
    """Enter was pressed: the selected box shall be opened."""
    travelled = Signal(Step)
    framed = Signal()
    """A frame is about to be painted."""
    sized = Signal()

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
        self.touched = False
        self._pressed: QPoint | None = None
        self._dragging = False
        self.viewport().installEventFilter(self)

    @property
    def graph(self) -> GraphScene | None:
        """The scene shown, if any."""
        scene = self.scene()
        return scene if isinstance(scene, GraphScene) else None

    @property
    def zoom(self) -> float:
        """Screen pixels for one pixel of the picture."""
        return float(self.transform().m11())

    def show_theme(self, theme: Theme) -> None:
        """Paint the ground: dots that move with the picture."""
        tile = QPixmap(DOT_SPACING * 2, DOT_SPACING * 2)
        tile.fill(QColor(theme.background))
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.dot))
        painter.drawEllipse(QPointF(DOT_SPACING, DOT_SPACING), 2.0, 2.0)
        painter.end()
        self._dots = QBrush(tile)
        self._dots.setTransform(QTransform.fromScale(0.5, 0.5))
        self._plain = QBrush(QColor(theme.background))
        self._after_zoom()

    def start(self) -> None:
        """Show the beginning: the inputs, as wide as it fits but readable."""
        graph = self.graph
        if graph is None:
            return
        layout, area = graph.layout, self.viewport().size()
        if layout.horizontal:
            fitting = area.height() / max(1.0, layout.height)
        else:
            fitting = area.width() / max(1.0, layout.width)
        self._set_zoom(min(1.0, max(READABLE, fitting)))
        room = self.seen()
        width, height = room.width(), room.height()
        if layout.horizontal:
            self._look_at(QPointF(width / 2, self._start_line(layout.height, height)))
        else:
            self._look_at(QPointF(self._start_line(layout.width, width), height / 2))

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
        self._look_at(middle)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom so that what lies at ``at`` (in the viewport; its middle) stays."""
        if self.graph is None:
            return
        self.touched = True
        fixed = at if at is not None else QPointF(self.viewport().rect().center())
        before = self._to_scene(fixed)
        self._set_zoom(min(LARGEST, max(self._smallest(), self.zoom * factor)))
        after = self._to_scene(fixed)
        self._look_at(self._middle() + before - after)

    def look_for(self, area: QRectF) -> None:
        """Bring an area into view: no move if it is there, a small one if near."""
        seen = self.seen()
        margin = EDGE_MARGIN / self.zoom
        inner = seen.adjusted(margin, margin, -margin, -margin)
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
            self._look_at(self._middle() + QPointF(dx, dy))
        else:
            self._look_at(area.center())

    def box_at(self, at: QPoint) -> str:
        """Return the box under a point of the viewport; empty if there is none."""
        graph = self.graph
        if graph is None:
            return ""
        point = self.mapToScene(at)
        found = graph.boxes_in(QRectF(point.x() - 0.5, point.y() - 0.5, 1.0, 1.0))
        return graph.layout.boxes[found[-1]].node if found else ""

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
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom with Ctrl, scroll across with Shift, else scroll."""
        self.touched = True
        turned = event.angleDelta().y() or event.pixelDelta().y()
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_STEP ** (turned / 120), event.position())
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turned)
        else:
            super().wheelEvent(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position().toPoint()
            self._dragging = False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        if self._pressed is None or not event.buttons():
            return
        moved = at - self._pressed
        if not self._dragging:
            if moved.manhattanLength() < QApplication.startDragDistance():
                return
            self._dragging = self.touched = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
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
        if pressed is not None and left and not dragged:
            self.clicked.emit(self.box_at(pressed))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton and (
            box := self.box_at(event.position().toPoint())
        ):
            self.opened.emit(box)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Travel, enter and let go by keys; all others are for the window."""
        step = _STEPS.get(Qt.Key(event.key()))
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if step is not None and plain:
            self.travelled.emit(step)
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.entered.emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.clicked.emit("")
            event.accept()
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.touched = True
            super().keyPressEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        middle = self._middle() if self.graph is not None else None
        super().resizeEvent(event)
        if middle is not None and self.touched:
            self._look_at(middle)
        self.sized.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.sized.emit()

    def seen(self) -> QRectF:
        """Return the part of the picture that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def _start_line(self, size: float, room: float) -> float:
        """Return the middle, across the flow, of the first view.

        That of the boxes at the beginning, as far as a picture that fits stays whole.
        In a wider picture it is where most of those boxes are seen whole, the first
        one among them.
        """
        graph = self.graph
        if graph is None or not graph.layout.boxes:
            return size / 2
        spans = self._first_spans(graph)
        low, high = min(span[0] for span in spans), max(span[1] for span in spans)
        middle = (low + high) / 2
        if size <= room:
            return min(room / 2, max(size - room / 2, middle))
        half = room / 2 - EDGE_MARGIN
        if high - low <= 2 * half:
            return middle
        first = spans[0]
        places = [place for span in spans for place in (span[0] + half, span[1] - half)]

        def seen_whole(place: float) -> tuple[int, float]:
            ends = place - half - 0.5, place + half + 0.5
            count = sum(ends[0] <= span[0] and span[1] <= ends[1] for span in spans)
            return count, -abs(place - sum(first) / 2)

        with_first = [
            p for p in places if p - half <= first[0] and first[1] <= p + half
        ]
        return max(with_first or [sum(first) / 2], key=seen_whole)

    def _first_spans(self, graph: GraphScene) -> list[tuple[float, float]]:
        """Return where boxes of the first view lie across the flow, the first first."""
        horizontal, seen = graph.layout.horizontal, self.seen()
        area = QRectF(0, 0, graph.layout.width, graph.layout.height)
        if horizontal:
            area.setWidth(seen.width())
        else:
            area.setHeight(seen.height())
        boxes = graph.layout.boxes
        found = [index for index in graph.boxes_in(area) if index][:MOST_COMPARED]
        rects = [graph.rect_of(boxes[index].node) for index in (0, *found)]
        if horizontal:
            return [(rect.top(), rect.bottom()) for rect in rects]
        return [(rect.left(), rect.right()) for rect in rects]

    def _whole(self) -> float:
        """Return the scale at which everything is in view."""
        graph, area = self.graph, self.viewport().size()
        if graph is None:
            return 1.0
        return min(
            area.width() / max(1.0, graph.layout.width),
            area.height() / max(1.0, graph.layout.height),
        )

    def _smallest(self) -> float:
        """Return the smallest scale: a little less than the whole, if not a speck."""
        return max(SMALLEST, min(DETAIL, self._whole() / 2))

    def _set_zoom(self, zoom: float) -> None:
        self.setTransform(QTransform.fromScale(zoom, zoom))
        graph = self.graph
        if graph is not None:
            # At least a screenful around, so that any point can be looked at.
            room = self.viewport().size()
            aside, above = room.width() / zoom, room.height() / zoom
            area = QRectF(0, 0, graph.layout.width, graph.layout.height)
            self.setSceneRect(area.adjusted(-aside, -above, aside, above))
        self._after_zoom()

    def _after_zoom(self) -> None:
        detail = self.zoom >= DETAIL
        self.setBackgroundBrush(self._dots if detail else self._plain)
        graph = self.graph
        if graph is not None:
            graph.show_detail(detail)

    def _look_at(self, point: QPointF) -> None:
        self.centerOn(point)

    def _middle(self) -> QPointF:
        return self._to_scene(QPointF(self.viewport().rect().center()))

    def _to_scene(self, at: QPointF) -> QPointF:
        inverted, _possible = self.viewportTransform().inverted()
        return inverted.map(at)

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        """Zoom as two fingers on a touchpad say."""
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.zoom_by(1.0 + event.value(), event.position())
        return True

    def _show_tooltip(self, event: QHelpEvent) -> None:
        graph = self.graph
        box = self.box_at(event.pos())
        if graph is None or not box:
            QToolTip.hideText()
            return
        # Qt would read markup into a file's words: they are escaped as a whole.
        words = graph.card(box).words
        for mark, harmless in (("&", "&amp;"), ("<", "&lt;"), ("\n", "<br>")):
            words = words.replace(mark, harmless)
        QToolTip.showText(event.globalPos(), f"<qt>{words}</qt>", self.viewport())
