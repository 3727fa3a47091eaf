"""What a window shows before a file is open: where to drop one, and what to try."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from loaders.ir.text import shown
from viewers.centred import centre_column
from viewers.drawing.style import ROW_HEIGHT
from viewers.plain import plain_tooltip
from viewers.plain_label import plain_label

WIDTH = 760
_PATH, _ABOUT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ROOM = 10
"""Height of a line beyond that of its letters, in pixels."""
_LEAST_SHARE, _NAME_SHARE = 0.26, 0.5
"""Shares of a line's width that its name has at least and at most; the words about it
follow."""
_GAP = 24


_TIPS = {
    "Click a layer": "See why it has its shape and its number of parameters, "
    "with the rule and the numbers.",
    "Move and zoom": "Drag or turn the wheel; Ctrl+wheel zooms, "
    "a double-click opens a group.",
    "Everything by key": "Ctrl+Shift+P finds any command by its name, "
    "? shows all keys.",
}
"""What a newcomer has to know, in the order in which it is needed."""


class Entry(NamedTuple):
    """A file to offer: where it lies and a few words about it."""

    path: Path
    about: str


class StartPage(QWidget):
    """Invites to drop a file, open one, or take a recent one or a sample.

    Signals:
        open_asked: The user wants to choose a file.
        file_chosen: The ``Path`` of a listed file that was chosen.
    """

    open_asked = Signal()
    file_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start-page")
        self.setAccessibleName("Start page")
        # The keyboard waits here until Tab leads it to the first control.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.open = QPushButton("Open a file…", self)
        self.open.setProperty("primary", True)
        self.open.clicked.connect(self.open_asked)
        self.recent_title = plain_label(self, "heading", "Recent")
        self.recent = _FileList(self, "Recent files")
        self.samples_title = plain_label(self, "heading", "Try a sample")
        self.samples = _FileList(self, "Samples")
        for files in (self.recent, self.samples):
            files.itemActivated.connect(self._on_chosen)
            files.itemClicked.connect(self._on_chosen)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("start-sheet")
        scroll.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._arrange(page)
        self.show_recent(())
        self.show_samples(())

    def show_recent(self, entries: Sequence[Entry]) -> None:
        """List the files opened last; nothing stands there if there are none."""
        self.recent.show_entries(entries)
        self.recent_title.setVisible(bool(entries))

    def show_samples(self, entries: Sequence[Entry]) -> None:
        """List the models that ship with the program."""
        self.samples.show_entries(entries)
        self.samples_title.setVisible(bool(entries))

    def _arrange(self, page: QWidget) -> None:
        drop = QFrame(page)
        drop.setObjectName("drop-zone")
        inside = QVBoxLayout(drop)
        inside.setContentsMargins(24, 28, 24, 28)
        inside.setSpacing(8)
        centre = Qt.AlignmentFlag.AlignHCenter
        inside.addWidget(
            plain_label(drop, "start-title", "Drop a model file here"), 0, centre
        )
        words = (
            "Keras (.keras, .h5, .json), TensorFlow SavedModel folders and ONNX. "
            "Nothing in the file is run."
        )
        text = plain_label(drop, "notice-text", words)
        text.setWordWrap(True)
        text.setAlignment(centre)
        inside.addWidget(text)
        inside.addSpacing(4)
        inside.addWidget(self.open, 0, centre)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(drop)
        for title, files in (
            (self.recent_title, self.recent),
            (self.samples_title, self.samples),
        ):
            column.addSpacing(12)
            column.addWidget(title)
            column.addWidget(files)
        column.addSpacing(20)
        column.addLayout(self._tips())
        centre_column(page, column, WIDTH, above=1, below=2)

    def _tips(self) -> QHBoxLayout:
        """Return what a newcomer has to know, side by side."""
        row = QHBoxLayout()
        row.setSpacing(24)
        for title, words in _TIPS.items():
            tip = QVBoxLayout()
            tip.setSpacing(2)
            tip.addWidget(plain_label(self, "tip-title", title))
            text = plain_label(self, "tip", words)
            text.setWordWrap(True)
            tip.addWidget(text)
            tip.addStretch(1)
            row.addLayout(tip, 1)
        return row

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.file_chosen.emit(item.data(_PATH))


class _FileList(QListWidget):
    """A list as high as its lines; names at the left, a few words behind them."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName("file-list")
        self._entries: Sequence[Entry] = ()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._delegate = _EntryDelegate(self)
        self.setItemDelegate(self._delegate)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self.clear()
        self._entries = entries
        self._delegate.names = [shown(entry.path.name, 80) for entry in entries]
        # The letters may be larger than usual.
        height = max(ROW_HEIGHT, self.fontMetrics().height() + _ROOM)
        for entry in entries:
            item = QListWidgetItem(shown(entry.path.name, 80), self)
            item.setData(_PATH, entry.path)
            item.setData(_ABOUT, shown(entry.about))
            item.setToolTip(plain_tooltip(shown(entry.about, 1000)))
            item.setSizeHint(QSize(0, height))
        self.setFixedHeight(height * len(entries) + 2)
        self.setVisible(bool(entries))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self._entries:
            self.show_entries(self._entries)


class _EntryDelegate(QStyledItemDelegate):
    """Writes the words about a file behind its name, dim, in one column.

    Attributes:
        names: All names of the list.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()

    def _name_room(self, option: QStyleOptionViewItem) -> int:
        """Return how much of a line the names have, in pixels."""
        measure = option.fontMetrics.horizontalAdvance
        longest = max(map(measure, self.names), default=0) + _GAP
        least, most = (option.rect.width() * s for s in (_LEAST_SHARE, _NAME_SHARE))
        return round(min(most, max(least, longest)))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        whole = QRect(option.rect)
        room = self._name_room(option)
        super().paint(painter, option, index)
        rest = whole.adjusted(room, 0, -8, 0)
        about = str(index.data(_ABOUT) or "")
        metrics = option.fontMetrics
        # Of a folder both ends are worth reading, of a sentence its beginning.
        mode = (
            Qt.TextElideMode.ElideMiddle
            if Path(about).is_absolute()
            else Qt.TextElideMode.ElideRight
        )
        text = metrics.elidedText(about, mode, rest.width())
        painter.setPen(option.palette.placeholderText().color())
        # On the very line of the name, which Qt rounds upwards.
        line = rest.top() + (rest.height() - metrics.height()) // 2 + metrics.ascent()
        painter.drawText(rest.left(), line, text)

    def initStyleOption(  # noqa: N802
        self,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().initStyleOption(option, index)
        room = self._name_room(option) - 16
        name = str(index.data() or "")
        elide = Qt.TextElideMode.ElideMiddle
        option.text = option.fontMetrics.elidedText(name, elide, room)
