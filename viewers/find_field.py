"""The field for what is looked for; keys that are not text move in the list."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

HINT = "Find: name, type, params > 1e6"
WIDTH = 280
PAGE = 8
"""Lines that PgUp and PgDown move by."""
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -PAGE,
    Qt.Key.Key_PageDown: PAGE,
}


class FindField(QLineEdit):
    """One line of text.

    Signals:
        stepped: By how many lines to move in the list.
        chosen: Enter: go to the current hit.
        escaped: The user is done.
        entered: The field got the keys.
    """

    stepped = Signal(int)
    chosen = Signal()
    escaped = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find-field")
        self.setPlaceholderText(HINT)
        self.setAccessibleName("Find")
        self.setToolTip("Find by words and conditions (Ctrl+F)")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(120)
        preferred = QSizePolicy.Policy.Preferred
        self.setSizePolicy(preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDTH, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        if (
            key in _STEPS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            self.stepped.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        elif key is Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
