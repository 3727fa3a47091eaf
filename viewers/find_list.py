"""What the find field found, as a list beside the graph."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from loaders.ir.text import count_of, grouped
from viewers.drawing.style import BASE, LIGHT, Theme, text_font
from viewers.find_delegate import ROW, FoundDelegate, FoundRow
from viewers.plain import plain_tooltip
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button

WIDTH = 300
EXAMPLES = ("params > 1e6", "shape has 64", "type has conv", "has warning")
"""What a newcomer may click to see what can be asked for."""

Index = QModelIndex | QPersistentModelIndex


class FoundModel(QAbstractListModel):
    """The lines, for Qt."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[FoundRow] = ()

    def show_rows(self, rows: Sequence[FoundRow]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        lines = (row.title, row.about, row.shape, row.path)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip("\n".join(line for line in lines if line))
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(line for line in lines if line)
            case _ if role == ROW:
                return row
        return None


class FindList(QWidget):
    """Lists hits; the chosen line is previewed in the graph.

    Signals:
        previewed: Id of the hit that the user moved to.
        chosen: Id of the hit that the user wants to go to.
        closed: The user is done.
        example_chosen: A query that the user wants to try.
    """

    previewed = Signal(str)
    chosen = Signal(str)
    closed = Signal()
    example_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find-list")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._total = 0
        self._model = FoundModel(self)
        self._delegate = FoundDelegate(self)
        self.count = plain_label(self, "heading")
        self.word = plain_label(self, "notice-text")
        self.word.setWordWrap(True)
        self.close_button = quiet_button(self, "Close", tip="Close the list (Esc)")
        self.close_button.clicked.connect(self.closed)
        self.list = QListView(self)
        self.list.setObjectName("found")
        self.list.setAccessibleName("Found layers")
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.clicked.connect(self._on_clicked)
        self.list.doubleClicked.connect(self._on_activated)
        self.list.installEventFilter(self)
        self.examples = QWidget(self)
        self._arrange()
        self.apply_theme(LIGHT)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say what can be asked for."""
        self._model.show_rows(())
        self._total = 0
        self.count.setText("Find")
        self._say(
            "Words are looked for in names, types, tensors, shapes and settings. "
            "Conditions narrow it down:"
        )
        self.examples.show()

    def show_found(
        self, rows: Sequence[FoundRow], total: int, of: int, marks: Sequence[str]
    ) -> None:
        """List hits.

        Args:
            rows: The first ones, in graph order.
            total: How many there are.
            of: How many nodes and groups were looked through.
            marks: Words to emphasise in the names, in lower case.
        """
        self.examples.hide()
        self._delegate.marks = tuple(marks)
        self._model.show_rows(rows)
        self._total = total
        self.count.setText(f"{count_of(total, 'hit')} of {grouped(of)}")
        if not total:
            self._say("Nothing here matches all of this.")
        elif total > len(rows):
            self._say(f"The first {grouped(len(rows))} are listed.")
        else:
            self._say("")

    def complain(self, sentence: str) -> None:
        """Say what was not understood; nothing is listed."""
        self.examples.hide()
        self._model.show_rows(())
        self._total = 0
        self.count.setText("Find")
        self._say(sentence)

    def step(self, by: int) -> None:
        """Move by some lines, from the end on to the beginning for single steps."""
        count = len(self._model.rows)
        if not count:
            return
        before = self.list.currentIndex().row()
        if before < 0:
            row = 0 if by > 0 else count - 1
        elif abs(by) == 1:
            row = (before + by) % count
        else:
            row = max(0, min(count - 1, before + by))
        self.list.setCurrentIndex(self._model.index(row))

    def choose(self) -> None:
        """Go to the current hit, to the first one if there is none."""
        row = max(0, self.list.currentIndex().row())
        if row < len(self._model.rows):
            self.chosen.emit(self._model.rows[row].id)

    @property
    def current(self) -> str:
        """Id of the current hit, or nothing."""
        row = self.list.currentIndex().row()
        return self._model.rows[row].id if 0 <= row < len(self._model.rows) else ""

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._delegate.theme = theme
        metrics = QFontMetrics(text_font(theme.pixels(BASE)))
        self._delegate.line = metrics.height()
        self.setFixedWidth(theme.pixels(WIDTH))
        self._model.layoutChanged.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let Enter go to a hit and Esc close the list."""
        if watched is self.list and isinstance(event, QKeyEvent):
            if event.type() is not QEvent.Type.KeyPress:
                return False
            match event.key():
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self.choose()
                    return True
                case Qt.Key.Key_Escape:
                    self.closed.emit()
                    return True
        return super().eventFilter(watched, event)

    # inside

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 8, 0)
        top.addWidget(self.count, 1)
        top.addWidget(self.close_button)
        offers = QVBoxLayout(self.examples)
        offers.setContentsMargins(8, 0, 8, 8)
        offers.setSpacing(0)
        for example in EXAMPLES:
            button = quiet_button(self.examples, example, says=f"Find {example}")
            button.clicked.connect(
                lambda _checked=False, text=example: self.example_chosen.emit(text)
            )
            offers.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        word = QHBoxLayout()
        word.setContentsMargins(12, 2, 12, 6)
        word.addWidget(self.word)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)  # the line at the right
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(word)
        column.addWidget(self.examples)
        column.addWidget(self.list, 1)

    def _say(self, words: str) -> None:
        self.word.setText(words)
        self.word.setVisible(bool(words))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.list.scrollTo(current, QAbstractItemView.ScrollHint.EnsureVisible)
            place = f"{grouped(current.row() + 1)} of {count_of(self._total, 'hit')}"
            self.count.setText(place)
            self.previewed.emit(self._model.rows[current.row()].id)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.previewed.emit(self._model.rows[index.row()].id)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self._model.rows[index.row()].id)
