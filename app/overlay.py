"""A card that lies over the whole window until it has been used or put away."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

MARGIN = 16
"""Room that stays free around the card, in pixels."""
SHADE = 0.22
"""How much the window below is darkened."""


class Overlay(QWidget):
    """Dims the window and shows a card. Escape, or a click beside it, puts it away.

    The keyboard goes back to where it was.

    Attributes:
        card: What is shown; laid out by ``place_card`` of the subclass.

    Signals:
        closed: It is not shown any more.
    """

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.card = QFrame(self)
        self.card.setObjectName("overlay-card")
        self._before: QWidget | None = None
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        """Show it; the subclass then gives one of its widgets the keyboard."""
        self._before = QApplication.focusWidget()
        self._window.activateWindow()  # a floating panel may have the keyboard
        self._fit()
        self.show()
        self.raise_()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(
            self._on_focus, Qt.ConnectionType.UniqueConnection
        )

    def put_away(self) -> None:
        """Hide it and give the keyboard back."""
        if not self.isVisible():
            return
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.disconnect(self._on_focus)
        focused = QApplication.focusWidget()
        self.hide()
        if self._before is not None and (focused is None or self.isAncestorOf(focused)):
            self._before.activateWindow()
            self._before.setFocus()
        self._before = None
        self.closed.emit()

    def place_card(self) -> None:
        """Put the card where it belongs; called when the size has changed."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the window."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape puts it away; no other key reaches what lies below."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click beside the card puts it away."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.put_away()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Dim what lies below."""
        painter = QPainter(self)
        shade = QColor(Qt.GlobalColor.black)
        shade.setAlphaF(SHADE)
        painter.fillRect(event.rect(), shade)

    def _fit(self) -> None:
        self.setGeometry(self._window.rect())
        self.place_card()

    @Slot("QWidget*", "QWidget*")
    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Somebody else took the keyboard: this is over."""
        inside = new is self or (new is not None and self.isAncestorOf(new))
        if new is not None and not inside and new.window() is self.window():
            self.put_away()
