"""What stands in a tab while there is no model in it: progress, or a clear error."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from loaders.ir.errors import InspectorError
from loaders.ir.text import shown
from viewers.centred import centre_column
from viewers.plain import breakable
from viewers.plain_label import plain_label

WIDTH = 560
_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse
    | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


class ProgressPage(QWidget):
    """Says what is being done, how far it is, and can stop it.

    Signals:
        cancelled: The user wants it stopped.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = _label(self, "notice-title")
        self.text = _label(self, "notice-text")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        _centre(self, (self.title, self.text, self.bar), row)

    def start(self, name: str) -> None:
        """Begin with nothing known but the file's name."""
        self.title.setText(f"Reading {shown(name, 80)}")
        self.text.setText("Looking at the file")
        self.bar.setRange(0, 0)

    @Slot(str, int, int)
    def show_progress(self, what: str, done: int, total: int) -> None:
        """Show how far it is; a total of 0 means that nobody knows."""
        self.text.setText(shown(what[:1].upper() + what[1:]))
        # A file may count to more than the bar's 31 bits.
        self.bar.setRange(0, 1000 if total > 0 else 0)
        if total > 0:
            self.bar.setValue(max(0, min(1000, 1000 * done // total)))


class NoticePage(QWidget):
    """An error where the model would be: what happened, why, what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = _label(self, "notice-title")
        self.why = _label(self, "notice-text")
        self.advice = _label(self, "notice-text")
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        _centre(self, (self.what, self.why, self.advice), self._row)

    def show_error(
        self, error: InspectorError, offers: dict[str, Callable[[], None]]
    ) -> None:
        """Show an error and buttons that say what happens; the first one is primary.

        Args:
            error: What went wrong.
            offers: What a click does, by the words on the button.
        """
        self.what.setText(breakable(shown(error.what, 1000)))
        self.why.setText(breakable(shown(error.why, 2000)))
        self.advice.setText(breakable(shown(error.advice, 1000)))
        self.why.setVisible(bool(error.why))
        self.advice.setVisible(bool(error.advice))
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        for text, act in offers.items():
            button = QPushButton(text, self)
            button.setProperty("primary", not self.buttons)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._row.insertWidget(len(self.buttons), button)
            self.buttons.append(button)


def _label(parent: QWidget, name: str) -> QLabel:
    label = plain_label(parent, name)
    label.setTextInteractionFlags(_SELECTABLE)
    label.setWordWrap(True)
    return label


def _centre(page: QWidget, widgets: Sequence[QWidget], row: QHBoxLayout) -> None:
    row.setSpacing(8)
    column = QVBoxLayout()
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addSpacing(8)
    column.addLayout(row)
    centre_column(page, column, WIDTH, above=2, below=3)
