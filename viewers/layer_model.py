"""The layer table as Qt sees it: the lines to be seen, in an order, with cells."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont

from viewers.drawing.style import LIGHT, SMALL, Theme, code_font
from viewers.layer_cells import Line
from viewers.layer_columns import LOOKS, ORDER, Column
from viewers.layer_rows import Kept, LayerRows
from viewers.plain import plain_tooltip

Index = QModelIndex | QPersistentModelIndex

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LayerModel(QAbstractTableModel):
    """Shows ``LayerRows``: as a tree in graph order, or flat and sorted by a column.

    Attributes:
        rows: What is shown.
        opened: The groups whose inside is seen.
        kept: The lines that a filter leaves; ``None`` for all.

    Signals:
        order_wanted: The column to be sorted by, and whether the largest comes first,
            if it takes too long to sort at once; then ``show_sorted`` has to follow.
    """

    order_wanted = Signal(object, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: LayerRows | None = None
        self.opened: set[int] = set()
        self.kept: Kept | None = None
        self._sorted_by: tuple[Column, bool] | None = None
        self._awaited: tuple[Column, bool] | None = None
        self._lines: list[int] = []
        self._row_of: dict[int, int] = {}
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours for what does not work, and other sizes."""
        self._alarm = QColor(theme.error)
        self._mono: QFont = code_font(theme.pixels(SMALL))

    def show_rows(self, rows: LayerRows | None) -> None:
        """Show other layers, in graph order, open where the graph is at first."""
        self.beginResetModel()
        self.rows, self.kept = rows, None
        self._sorted_by = self._awaited = None
        self.opened = rows.opened_at_first() if rows is not None else set()
        self._arrange()
        self.endResetModel()

    @property
    def is_tree(self) -> bool:
        """Whether groups stand around what they hold."""
        return self._sorted_by is None

    @property
    def has_arrows(self) -> bool:
        """Whether there are groups to open and close: names make room for arrows."""
        return self.is_tree and self.rows is not None and self.rows.has_groups

    def line_at(self, row: int) -> Line | None:
        """Return what stands in a row."""
        if self.rows is None or not 0 <= row < len(self._lines):
            return None
        return self.rows.lines[self._lines[row]]

    def number_at(self, row: int) -> int:
        """Return the number of the line in a row, as ``LayerRows`` counts."""
        return self._lines[row]

    def row_of(self, id: str) -> int:
        """Return the row of a layer or group; -1 if it is not seen."""
        line = self.rows.line_of.get(id, -1) if self.rows is not None else -1
        return self._row_of.get(line, -1)

    def shown_text(self, row: int, column: Column) -> str:
        """Return what a cell shows; names stand without those of groups around them."""
        if self.rows is None:
            return ""
        if column is Column.LAYER and self.is_tree:
            return self.rows.inner_name(self._lines[row])
        return self.rows.text(self._lines[row], column)

    def is_open(self, row: int) -> bool:
        """Whether the inside of a group is seen."""
        return self._lines[row] in self.opened

    # changing what is seen

    def toggle(self, row: int) -> None:
        """Open or close the group in a row."""
        line = self.line_at(row)
        if line is not None and line.group is not None and self.is_tree:
            self._change(self.opened ^ {self._lines[row]})

    def reveal(self, id: str) -> int:
        """Open all groups around a line; return its row, -1 if a filter hides it."""
        if self.rows is None or (line := self.rows.line_of.get(id)) is None:
            return -1
        if line not in self._row_of and self.is_tree:
            self._change(self.opened | set(self.rows.around(line)))
        return self._row_of.get(line, -1)

    def open_all(self) -> None:
        """Show the inside of every group."""
        if self.rows is not None:
            self._change(self.rows.groups())

    def close_all(self) -> None:
        """Show the top alone."""
        self._change(set())

    def keep(self, kept: Kept | None) -> None:
        """Leave only these lines, and the groups around them, open."""
        if self.rows is not None:
            self.kept = kept
            self._change(self.opened | (kept.around if kept is not None else set()))

    def _change(self, opened: set[int]) -> None:
        self.layoutAboutToBeChanged.emit()
        # Asked for only now: the views have just made theirs.
        before = self.persistentIndexList()
        numbers = [self._lines[index.row()] for index in before]
        self.opened = opened
        self._arrange()
        after = [
            self.index(row, index.column())
            if (row := self._row_of.get(number, -1)) >= 0
            else QModelIndex()
            for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        rows = self.rows
        if rows is None:
            self._lines = []
        elif self._sorted_by is None:
            self._lines = rows.tree(self.opened, self.kept)
        else:
            self._lines = rows.flat(*self._sorted_by, self.kept)
        self._row_of = {line: row for row, line in enumerate(self._lines)}

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(ORDER)

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        look = LOOKS[ORDER[section]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title(ORDER[section])
            case Qt.ItemDataRole.ToolTipRole:
                return look.about
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if look.is_number else _LEFT
            case Qt.ItemDataRole.InitialSortOrderRole if look.is_number:
                return Qt.SortOrder.DescendingOrder.value
        return None

    def _title(self, column: Column) -> str:
        """Return a column's title; beside it an arrow if the lines are sorted by it.

        Qt's own arrow is drawn over the last letters.
        """
        look, by = LOOKS[column], self._sorted_by
        if by is None or by[0] is not column:
            return look.title
        arrow = "▾" if by[1] else "▴"
        return f"{arrow} {look.title}" if look.is_number else f"{look.title} {arrow}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line_at(index.row())
        if line is None or self.rows is None:
            return None
        number, column = self._lines[index.row()], ORDER[index.column()]
        look = LOOKS[column]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.shown_text(index.row(), column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if look.is_number else _LEFT
            case Qt.ItemDataRole.FontRole if look.is_shape:
                return self._mono
            case Qt.ItemDataRole.ForegroundRole if line.node and line.node.problem:
                return self._alarm
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip("\n".join(self._words(number, column)))
            case Qt.ItemDataRole.AccessibleTextRole if column is Column.LAYER:
                state = f", {self.rows.inside(number)}" if line.group else ""
                return self.rows.text(number, column) + state
        return None

    def _words(self, number: int, column: Column) -> list[str]:
        assert self.rows is not None
        words = [self.rows.text(number, column)]
        if column is Column.LAYER:
            words += [self.rows.path(number), self.rows.inside(number)]
            words += self.rows.troubles(number)
        return [word for word in words if word]

    def sort(
        self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder
    ) -> None:
        """Sort by a column, without groups; -1 goes back to graph order."""
        descending = order is Qt.SortOrder.DescendingOrder
        wanted = None if column < 0 else (ORDER[column], descending)
        if wanted == self._awaited:
            return  # views ask more than once
        self._awaited = wanted
        if wanted and self.rows is not None and not self.rows.is_sorted(*wanted):
            self.order_wanted.emit(*wanted)
        else:
            self.show_sorted()

    def show_sorted(self) -> None:
        """Show the order that was asked for last, once the rows know it."""
        if self._sorted_by != self._awaited:
            self._sorted_by = self._awaited
            self._change(self.opened)
            last = len(ORDER) - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
