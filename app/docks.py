"""Panels around a middle that can be moved, floated, put on tabs, and hidden."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button

STATE_VERSION = 1
"""Of what ``DockFrame.state`` holds; another number makes older ones void."""
GRIP, BAR = 9, 32
"""Heights of a title bar in its place and of one that floats, in pixels."""
_GRIP_LENGTH = 28
_AREAS = (
    Qt.DockWidgetArea.BottomDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
)
_QUIET_MS = 200


class Dock(QDockWidget):
    """A panel with a thin grip in its place, and a titled bar while it floats.

    Signals:
        closed: The user closed it.
        moved: The user moved it or changed its size.
    """

    closed = Signal()
    moved = Signal()

    def __init__(self, title: str, content: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"dock-{title}")  # what a saved state knows it by
        body = QFrame(self)
        body.setObjectName("dock-body")  # its ground is the border of a window
        self._column = QVBoxLayout(body)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(content)
        self.setWidget(body)
        self.setTitleBarWidget(_TitleBar(self))
        self.topLevelChanged.connect(self._dress)
        self.topLevelChanged.connect(self.moved)
        self.dockLocationChanged.connect(self.moved)

    @Slot(bool)
    def _dress(self, floats: bool) -> None:
        line = 1 if floats else 0
        self._column.setContentsMargins(line, 0, line, line)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        super().closeEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if QGuiApplication.mouseButtons():  # not because the window became smaller
            self.moved.emit()


class DockFrame(QMainWindow):
    """A middle with docks at its right side and below it.

    Signals:
        arranged: The user moved a dock, or changed the size of one.
    """

    arranged = Signal()

    def __init__(
        self, middle: QWidget, below: Dock, beside: Dock, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("dock-frame")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDockOptions(
            self.DockOption.AllowTabbedDocks | self.DockOption.AllowNestedDocks
        )
        self.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North
        )
        self.setCentralWidget(middle)
        self._docks = (below, beside)
        self._away: list[Dock] = []
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self.arranged)
        self.setCorner(
            Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea
        )
        for dock, area in zip(self._docks, _AREAS, strict=True):
            self.addDockWidget(area, dock)
            dock.moved.connect(self._note)

    @property
    def state(self) -> QByteArray:
        """Where everything is, in Qt's own encoding."""
        return self.saveState(STATE_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Put everything to where it was; what makes no sense changes nothing."""
        self.restoreState(state, STATE_VERSION)

    def share_out(self, below: int, beside: int) -> None:
        """Put the docks to their first places, and give them these sizes in pixels."""
        for dock, area in zip(self._docks, _AREAS, strict=True):
            dock.setFloating(False)
            self.addDockWidget(area, dock)
        self.resizeDocks([self._docks[0]], [below], Qt.Orientation.Vertical)
        self.narrow(beside)

    def narrow(self, beside: int) -> None:
        """Give the dock at the side this width, in pixels."""
        self.resizeDocks([self._docks[1]], [beside], Qt.Orientation.Horizontal)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Take what floats along: it belongs to the tab that goes."""
        super().hideEvent(event)
        if not event.spontaneous():
            floating = [dock for dock in self._docks if dock.isFloating()]
            self._away = [dock for dock in floating if dock.isVisible()]
            for dock in self._away:
                dock.hide()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        for dock in self._away:
            dock.show()
        self._away = []

    @Slot()
    def _note(self) -> None:
        if self.isVisible():
            self._quiet.start()


class _TitleBar(QWidget):
    """What a dock is taken by: a grip in its place, a titled bar while it floats."""

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self.setObjectName("dock-title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setToolTip("Drag to move this panel; double-click to float it")
        self._dock = dock
        self._title = plain_label(self, "notice-text", dock.windowTitle())
        self._back = _button(self, "Put back", dock)
        self._back.clicked.connect(lambda: dock.setFloating(False))
        self._close = _button(self, "Close", dock)
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.addWidget(self._title, 1)
        row.addWidget(self._back)
        row.addWidget(self._close)
        dock.topLevelChanged.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, BAR if self._dock.isFloating() else GRIP)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        if self._dock.isFloating():
            painter.setPen(self.palette().color(QPalette.ColorRole.Dark))
            painter.drawRect(0, 0, self.width() - 1, self.height())
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.palette().color(QPalette.ColorRole.Mid)))
        left = (self.width() - _GRIP_LENGTH) / 2
        painter.drawRoundedRect(QRectF(left, GRIP / 2 - 1, _GRIP_LENGTH, 3), 1.5, 1.5)
        painter.end()

    @Slot()
    def _dress(self) -> None:
        floats = self._dock.isFloating()
        for part in (self._title, self._back, self._close):
            part.setVisible(floats)
        self.updateGeometry()
        self.update()


def _button(parent: QWidget, words: str, dock: QDockWidget) -> QToolButton:
    button = quiet_button(parent, words, says=f"{words}: {dock.windowTitle()}")
    button.setCursor(Qt.CursorShape.ArrowCursor)
    return button
