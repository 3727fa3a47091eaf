"""The command palette: type a few letters of what you want, press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.choice_delegate import FOUND, ChoiceDelegate
from app.choices import Choice, Found, find
from app.overlay import MARGIN, Overlay
from viewers.drawing.style import text_scale
from viewers.plain_label import plain_label

WIDTH, ROWS = 680, 11
"""How wide the card is at the usual text size, and how many lines it shows at once."""
MOST = 80
"""Lines that are listed: nobody reads further."""
NOTHING = "No command, open file or recent file is called so."


class Palette(Overlay):
    """Finds what the user means and does it.

    Signals:
        used: Id of the choice that is being done.
    """

    used = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._choices: Sequence[Choice] = ()
        self._used: Sequence[str] = ()
        self.field = QLineEdit(self.card)
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setAccessibleName("Find a command, an open file or a recent file")
        self.field.textChanged.connect(self._show_found)
        self.field.installEventFilter(self)
        self.list = QListWidget(self.card)
        self.list.setObjectName("choice-list")
        self.list.setAccessibleName("What fits")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(ChoiceDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(self._take)
        self._nothing = plain_label(self.card, "notice-text", NOTHING)
        self._nothing.setMargin(12)
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for part in (self.field, self.list, self._nothing):
            column.addWidget(part)

    def offer(self, choices: Sequence[Choice], used: Sequence[str]) -> None:
        """Open with these choices.

        Args:
            choices: All there are, in their usual order.
            used: Ids of those used lately, newest first.
        """
        self._choices, self._used = choices, used
        self.field.clear()
        self._show_found("")
        self.open()
        self.field.setFocus()

    def place_card(self) -> None:
        """Put the card under the upper edge of the window, as high as its lines."""
        usual = round(WIDTH * text_scale(self.font()))
        width = min(usual, self.width() - 2 * MARGIN)
        top = min(64, self.height() // 12)
        lines = min(ROWS, self.list.count())
        height = lines * max(1, self.list.sizeHintForRow(0)) + 4
        self.list.setFixedHeight(min(height, max(80, self.height() - top - 100)))
        self.card.setFixedWidth(width)
        self.card.adjustSize()
        self.card.move((self.width() - width) // 2, top)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the field's keys move in the list."""
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and self._on_key(event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                self.put_away()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take(self.list.currentItem())
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                pass  # the keyboard stays in the field
            case Qt.Key.Key_Up | Qt.Key.Key_Down if self.list.count():
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                row = (self.list.currentRow() + step) % self.list.count()
                self.list.setCurrentRow(row)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                step = ROWS if event.key() == Qt.Key.Key_PageDown else -ROWS
                row = self.list.currentRow() + step
                self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
            case _:
                return False
        return True

    @Slot(str)
    def _show_found(self, typed: str) -> None:
        found = find(typed, self._choices, self._used)[:MOST]
        self.list.clear()
        for one in found:
            item = QListWidgetItem(self.list)
            item.setData(FOUND, one)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(one))
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self.place_card()

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem | None) -> None:
        found: Found | None = item.data(FOUND) if item is not None else None
        if found is None or found.choice.missing:
            return
        self.put_away()
        self.used.emit(found.choice.id)
        found.choice.act()


def _spoken(found: Found) -> str:
    choice = found.choice
    return ", ".join(filter(None, (choice.title, choice.keys, choice.missing)))
