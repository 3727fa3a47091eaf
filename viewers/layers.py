"""The layer table: groups and layers, in step with the graph."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewers.drawing.style import LIGHT, ROW_HEIGHT, Theme, code_font
from viewers.layer_columns import LOOKS, ORDER, Column
from viewers.layer_delegate import NameDelegate, ShapeDelegate
from viewers.layer_menu import columns_menu, table_menu
from viewers.layer_model import LayerModel
from viewers.layer_rows import Kept, LayerRows
from viewers.layer_totals import TotalsRow
from viewers.layer_view import LayerView
from viewers.plain_label import plain_label

_MOST_SPARE = 32
"""How much wider than its words a column gets in a wide table."""
_MEASURED_ROWS = 200
"""About as many lines a column's first width looks at."""


class Copy(NamedTuple):
    """Lines that the user wants to copy.

    Attributes:
        rows: Where they are from.
        lines: Their numbers, in the order that is seen.
        columns: The columns, in the order that is seen.
        markdown: Whether as Markdown instead of with tabs.
    """

    rows: LayerRows
    lines: tuple[int, ...]
    columns: tuple[Column, ...]
    markdown: bool


class Order(NamedTuple):
    """An order of the lines that takes a moment to find."""

    rows: LayerRows
    column: Column
    descending: bool

    def find(self) -> None:
        """Let the rows know it."""
        self.rows.flat(self.column, self.descending, None)


class LayerTable(QWidget):
    """Lists the layers; a click selects one.

    Signals:
        node_selected: Id of the layer or group that the user chose.
        selection_cleared: The user let go of the selection (Esc).
        node_opened: Id of one that was double-clicked or had Enter pressed.
        filter_typed: Text that the layers shall be filtered by; empty for all.
        copy_asked: A ``Copy``.
        order_asked: An ``Order`` to be found and then given to ``show_order``.
        columns_chosen: The user chose other columns; see ``chosen_columns``.
    """

    node_selected = Signal(str)
    selection_cleared = Signal()
    node_opened = Signal(str)
    filter_typed = Signal(str)
    copy_asked = Signal(object)
    order_asked = Signal(object)
    columns_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LayerModel(self)
        self.table = LayerView(self)
        self._names = NameDelegate(self._model, self)
        self.table.setModel(self._model)
        self.table.setItemDelegateForColumn(ORDER.index(Column.LAYER), self._names)
        shapes = ShapeDelegate(self)
        for column in (Column.INPUT, Column.SHAPE):
            self.table.setItemDelegateForColumn(ORDER.index(column), shapes)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        header = self.table.horizontalHeader()
        for column in ORDER:  # until there are rows
            header.setSectionHidden(ORDER.index(column), not LOOKS[column].at_first)
        self.totals = TotalsRow(header, self)
        self.field = QLineEdit(self)
        self.word = plain_label(self, "heading")
        self.choice = QToolButton(self)
        self._theme = LIGHT
        self._chosen: tuple[Column, ...] = ()
        self._wanted: dict[Column, int] = {}
        self._set_by_hand = self._sharing = False
        self._connect()
        self._arrange()
        self.apply_theme(LIGHT)

    def show_rows(self, rows: LayerRows | None) -> None:
        """List other layers; a filter is taken away."""
        with QSignalBlocker(self.field):
            self.field.clear()
        self._model.show_rows(rows)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._say("")
        self._show_sums()
        if rows is not None:
            self._set_by_hand = False
            self._show_columns()

    def show_filtered(self, kept: Kept | None, complaint: str = "") -> None:
        """Leave only some lines; ``None``: all of them.

        Args:
            kept: Which, as the rows that are shown count them.
            complaint: What was not understood; shown beside the field.
        """
        if self._model.rows is None:
            return
        self._model.keep(kept)
        is_empty = kept is not None and not kept.lines
        self._say(complaint or ("no such layer" if is_empty else ""))
        self._show_sums()

    def show_order(self, order: Order) -> None:
        """Show an order that was asked for, unless the lines are others by now."""
        if order.rows is self._model.rows:
            self._model.show_sorted()

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._model.set_theme(theme)
        self._names.theme = theme
        self.totals.apply_theme(theme)
        self.table.verticalHeader().setDefaultSectionSize(theme.pixels(ROW_HEIGHT))
        if self._model.rows is not None and not self._set_by_hand:
            self._show_columns()
        self.table.viewport().update()

    def select(self, id: str) -> None:
        """Mark a layer or group without reporting it; an empty id marks none."""
        selection = self.table.selectionModel()
        row = self._model.reveal(id) if id else -1
        with QSignalBlocker(selection):
            if row < 0:
                selection.clear()
            else:
                index = self._model.index(row, ORDER.index(Column.LAYER))
                flag = QItemSelectionModel.SelectionFlag
                selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
                self.table.scrollTo(index)
        self.table.viewport().update()

    # columns

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that are seen, from left to right."""
        header = self.table.horizontalHeader()
        found = (ORDER[header.logicalIndex(place)] for place in range(header.count()))
        return tuple(c for c in found if not header.isSectionHidden(ORDER.index(c)))

    @property
    def chosen_columns(self) -> str:
        """What the user chose, to be remembered; empty for the usual ones."""
        return " ".join(self._chosen)

    def choose_columns(self, words: str) -> None:
        """Show columns as they were remembered; the usual ones for nonsense."""
        known = {str(column): column for column in Column}
        found = [known[word] for word in words.split() if word in known]
        self._chosen = tuple(dict.fromkeys(found))
        if self._model.rows is not None:
            self._show_columns()

    def show_column(self, column: Column, shown: bool) -> None:
        """Show or hide a column because the user said so."""
        columns = [c for c in self.shown_columns if c is not column]
        if shown:
            columns.append(column)
        self._take(columns)

    def show_usual_columns(self) -> None:
        """Show what is shown until the user chooses."""
        self._take(())

    def menu(self) -> QMenu:
        """Return what can be done with the lines."""
        chosen = self.table.selectionModel().hasSelection()
        return table_menu(self, self._model, self.copy, has_selection=chosen)

    def columns_menu(self) -> QMenu:
        """Return a menu in which columns are switched on and off."""
        rows = self._model.rows
        return columns_menu(
            self,
            rows.columns if rows is not None else (),
            self.shown_columns,
            self.show_column,
            self.show_usual_columns,
        )

    def copy(self, everything: bool = False, markdown: bool = False) -> None:
        """Ask for the selected lines, or all that are seen, on the clipboard."""
        rows = self._model.rows
        if rows is None:
            return
        if everything:
            places: Sequence[int] = range(self._model.rowCount())
        else:
            selected = self.table.selectionModel().selectedRows()
            places = sorted(index.row() for index in selected)
        lines = tuple(self._model.number_at(place) for place in places)
        if lines:
            self.copy_asked.emit(Copy(rows, lines, self.shown_columns, markdown))

    # inside

    def _connect(self) -> None:
        view = self.table
        view.escaped.connect(self.selection_cleared)
        view.activated.connect(self._on_activated)
        view.arrow_pressed.connect(self._model.toggle)
        view.turned.connect(self._on_turned)
        view.copied.connect(self.copy)
        self._model.order_wanted.connect(self._ask_order)
        self._model.headerDataChanged.connect(view.scrollToTop)  # in another order
        view.resized.connect(self._share_out)
        view.customContextMenuRequested.connect(self._on_menu)
        header = view.horizontalHeader()
        header.sectionResized.connect(self._on_column_resized)
        header.sectionMoved.connect(self._on_column_moved)
        header.customContextMenuRequested.connect(self._on_header_menu)
        view.horizontalScrollBar().valueChanged.connect(self.totals.update)
        self.field.textChanged.connect(self.filter_typed)
        self.choice.clicked.connect(self._on_choice)

    def _arrange(self) -> None:
        self.setObjectName("layer-panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field.setPlaceholderText("Filter: conv, params > 1000")
        self.field.setAccessibleName("Filter the table")
        self.field.setClearButtonEnabled(True)
        self.field.setMaximumWidth(280)
        self.field.setMinimumWidth(120)
        self.choice.setText("Columns ▾")
        self.choice.setObjectName("quiet-button")
        self.choice.setAccessibleName("Choose columns")
        self.choice.setToolTip("Choose which columns are shown")
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.word)
        row.addStretch(1)
        row.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.totals)

    def _say(self, words: str) -> None:
        self.word.setText(words)
        self.word.setVisible(bool(words))

    def _show_sums(self) -> None:
        rows, kept = self._model.rows, self._model.kept
        if rows is None:
            self.totals.show_sums(None, 0)
        else:
            sums = rows.whole if kept is None else kept.sums
            self.totals.show_sums(sums, rows.whole.layers)

    def _take(self, columns: Iterable[Column]) -> None:
        self._chosen = tuple(columns)
        self._show_columns()
        self.columns_chosen.emit()

    def _show_columns(self) -> None:
        rows = self._model.rows
        assert rows is not None
        chosen = self._chosen or [c for c in ORDER if LOOKS[c].at_first]
        shown = [column for column in chosen if column in rows.columns]
        if Column.LAYER not in shown:
            shown.insert(0, Column.LAYER)
        header = self.table.horizontalHeader()
        with QSignalBlocker(header):
            for place, column in enumerate(shown):
                header.moveSection(header.visualIndex(ORDER.index(column)), place)
            for column in ORDER:
                header.setSectionHidden(ORDER.index(column), column not in shown)
        self._wanted = self._measure(rows, shown)
        self._share_out()
        header.viewport().update()
        self.table.viewport().update()
        self.totals.update()

    @Slot(object, bool)
    def _ask_order(self, column: Column, descending: bool) -> None:
        if self._model.rows is not None:
            self.order_asked.emit(Order(self._model.rows, column, descending))

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, chosen: QItemSelection, _gone: QItemSelection) -> None:
        rows = self.table.selectionModel().selectedRows()
        line = self._model.line_at(rows[0].row()) if len(rows) == 1 else None
        if line is not None and not chosen.isEmpty():
            self.node_selected.emit(line.id)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        line = self._model.line_at(index.row())
        if line is not None:
            self.node_opened.emit(line.id)

    @Slot(bool)
    def _on_turned(self, wanted: bool) -> None:
        """Open or close the current group; Left on what is inside goes to it."""
        row = self.table.currentIndex().row()
        line = self._model.line_at(row)
        if line is None or not self._model.is_tree:
            return
        if line.group is not None and self._model.is_open(row) is not wanted:
            self._model.toggle(row)
        elif wanted and line.group is not None:
            self.table.setCurrentIndex(self._model.index(row + 1, 0))
        elif not wanted and line.parent >= 0 and self._model.rows is not None:
            around = self._model.row_of(self._model.rows.lines[line.parent].id)
            self.table.setCurrentIndex(self._model.index(around, 0))

    @Slot(QPoint)
    def _on_menu(self, where: QPoint) -> None:
        self.menu().popup(self.table.viewport().mapToGlobal(where))

    @Slot(QPoint)
    def _on_header_menu(self, where: QPoint) -> None:
        self._pop_up_columns(self.table.horizontalHeader().mapToGlobal(where))

    @Slot()
    def _on_choice(self) -> None:
        self._pop_up_columns(self.choice.mapToGlobal(self.choice.rect().bottomLeft()))

    def _pop_up_columns(self, where: QPoint) -> None:
        rows = self._model.rows
        if rows is not None:
            self.columns_menu().popup(where)

    # widths

    def _measure(self, rows: LayerRows, columns: Sequence[Column]) -> dict[Column, int]:
        """Return the width that each column's lines need, within reason.

        Looked at are the first lines that are seen; for shapes, which shall not be cut
        when groups open, some of all lines.
        """
        plain = self.table.fontMetrics()
        mono = QFontMetrics(code_font(self._theme.pixels(12)))
        first = range(min(_MEASURED_ROWS, self._model.rowCount()))
        widths = {}
        for column in columns:
            look = LOOKS[column]
            metrics = mono if look.is_shape else plain
            needed = plain.horizontalAdvance(look.title) + 12
            if look.is_shape:
                some = range(0, len(rows.lines), len(rows.lines) // _MEASURED_ROWS + 1)
                texts = {rows.text(line, column) for line in some}
                needed = max(needed, *map(mono.horizontalAdvance, texts), 0)
            for row in first:
                text = self._model.shown_text(row, column)
                before = 0
                if column is Column.LAYER:
                    before = self._names.around_name(row, plain)
                needed = max(needed, metrics.horizontalAdvance(text) + before)
            width = max(needed + 24, self._theme.pixels(look.least))
            widths[column] = min(width, self._theme.pixels(look.most))
        return widths

    @Slot()
    def _share_out(self) -> None:
        """Make the columns fit the table, until the user has set one by hand."""
        if self._set_by_hand or not self._wanted:
            return
        widths = dict(self._wanted)
        over = sum(widths.values()) - self.table.viewport().width()
        if over < 0:
            spare = min(_MOST_SPARE, -over // len(widths))
            widths = {column: width + spare for column, width in widths.items()}
        # A name that is cut can be found elsewhere; a length that is cut is missing.
        for is_shape in (False, True):
            over = sum(widths.values()) - self.table.viewport().width()
            if over > 0:
                self._squeeze(widths, over, is_shape)
        self._sharing = True
        for column, width in widths.items():
            self.table.setColumnWidth(ORDER.index(column), width)
        self._sharing = False

    def _squeeze(self, widths: dict[Column, int], over: int, is_shape: bool) -> None:
        """Take what is over from the columns of shapes, or from those of words.

        Shapes are cut only if all columns can be seen then.
        """
        slack = {
            column: width - self._theme.pixels(LOOKS[column].least)
            for column, width in widths.items()
            if LOOKS[column].is_elastic and LOOKS[column].is_shape is is_shape
        }
        all_slack = sum(slack.values())
        if all_slack > 0 and (all_slack >= over or not is_shape):
            share = min(1.0, over / all_slack)
            for column, room in slack.items():
                widths[column] -= math.ceil(room * share)

    @Slot(int, int, int)
    def _on_column_resized(self, section: int, _before: int, _after: int) -> None:
        # The last column is stretched by Qt.
        if not self._sharing and ORDER[section] is not self.shown_columns[-1]:
            self._set_by_hand = True

    @Slot(int, int, int)
    def _on_column_moved(self, *_places: int) -> None:
        self._chosen = self.shown_columns
        self.columns_chosen.emit()
