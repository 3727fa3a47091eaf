"""Every key and what the mouse does, by topic, printed from the table of commands."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.command import Topic
from app.commands import COMMANDS, GESTURES
from app.overlay import MARGIN, Overlay
from viewers.drawing.style import text_scale
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button

COLUMN = 400
"""Width of a column, in pixels at the usual text size."""
HEAD = 100
"""Height of what stands above the table, with the margins."""
_NATIVE = QKeySequence.SequenceFormat.NativeText


def key_rows(topic: Topic) -> Iterator[tuple[str, str]]:
    """Yield what happens and by which keys, for the commands of a topic that have any.

    Keys are named as this system names them, but both keys for Enter are one.
    """
    for command in COMMANDS:
        if command.topic is topic and command.keys:
            keys = (QKeySequence(key).toString(_NATIVE) for key in command.keys)
            names = dict.fromkeys(key.replace("Return", "Enter") for key in keys)
            yield command.title.rstrip("…"), "  ".join(names)
    for gesture in GESTURES:
        if gesture.topic is topic:
            yield gesture.does, gesture.how


class KeysPage(Overlay):
    """Lists the keys; any key that closes it is one of them, or Escape."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._columns = 0
        title = plain_label(self.card, "notice-title", "Keys and mouse")
        hint = plain_label(
            self.card,
            "notice-text",
            "Every command is also in the menu and in the palette (Ctrl+Shift+P).",
        )
        hint.setWordWrap(True)
        self.close_button = quiet_button(self.card, "Close")
        self.close_button.clicked.connect(self.put_away)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        self.area = QScrollArea(self.card)
        self.area.setObjectName("keys-area")
        self.area.setAccessibleName("Keys and what they do")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(20, 14, 12, 16)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(hint)
        column.addWidget(self.area, 1)

    def open(self) -> None:
        """Show it; arrow keys scroll."""
        super().open()
        self.area.setFocus()

    def place_card(self) -> None:
        """Fill the middle of the window, in as many columns as fit."""
        column = round(COLUMN * text_scale(self.font()))
        room = self.width() - 2 * MARGIN
        columns = max(1, min(3, (room - 60) // column))
        if columns != self._columns:
            self._columns = columns
            self.area.setWidget(_table(columns))
        width = min(room, columns * column + 60)
        needs = _height_of(self.area.widget(), width - 50) + HEAD
        height = min(self.height() - 2 * MARGIN, needs)
        self.card.setGeometry(
            (self.width() - width) // 2, (self.height() - height) // 2, width, height
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The key that opened it closes it."""
        if event.key() in (Qt.Key.Key_Question, Qt.Key.Key_F1):
            self.put_away()
        else:
            super().keyPressEvent(event)


def _height_of(table: QWidget | None, width: int) -> int:
    """Return how high a table is once its words are wrapped, in pixels."""
    layout = table.layout() if table is not None else None
    return layout.heightForWidth(width) if layout is not None else 0


def _table(columns: int) -> QWidget:
    """Return the topics in columns of about the same height."""
    body = QWidget()
    body.setObjectName("keys-table")
    across = QHBoxLayout(body)
    across.setContentsMargins(0, 8, 8, 0)
    across.setSpacing(32)
    topics = [(topic, list(key_rows(topic))) for topic in Topic]
    topics = [(topic, rows) for topic, rows in topics if rows]
    whole = sum(len(rows) + 2 for _, rows in topics)
    downs = [QVBoxLayout() for _ in range(columns)]
    done = 0
    for topic, rows in topics:
        down = downs[min(columns - 1, (done + len(rows) // 2) * columns // whole)]
        down.addWidget(plain_label(body, "heading", topic.value))
        down.addLayout(_rows(body, rows))
        down.addSpacing(14)
        done += len(rows) + 2
    for down in downs:
        down.setSpacing(4)
        down.addStretch(1)
        across.addLayout(down, 1)
    return body


def _rows(body: QWidget, rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(5)
    for number, (does, keys) in enumerate(rows):
        what = plain_label(body, text=does)
        what.setWordWrap(True)
        how = plain_label(body, "key", keys)
        how.setWordWrap(True)
        how.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(what, number, 0)
        grid.addWidget(how, number, 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid
