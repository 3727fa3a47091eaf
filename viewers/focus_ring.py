"""A ring around the panel that has the keyboard, where nothing else shows it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QWidget

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusRing(QFrame):
    """Lies over a widget that got the focus by a key; a click takes it away.

    It takes no room and no clicks. Its colour is the style sheet's, by its name.
    """

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.setObjectName("focus-ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the focus and the size of the widget below."""
        match event.type():
            case QEvent.Type.FocusIn if isinstance(event, QFocusEvent):
                if event.reason() in _BY_KEYBOARD:
                    self._fit()
                    self.raise_()
                    self.show()
            case QEvent.Type.FocusOut | QEvent.Type.MouseButtonPress:
                self.hide()
            case QEvent.Type.Resize:
                self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        below = self.parentWidget()
        if below is not None:
            self.setGeometry(below.rect())
