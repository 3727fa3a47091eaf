"""The layer table: one line per layer, in step with the graph."""

import math
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from loaders.ir.graph import Node
from viewers.drawing.items import MARK, add_mark
from viewers.drawing.style import LIGHT, ROW_HEIGHT, Theme, code_font
from viewers.layer_rows import TITLES, Column, LayerRows
from viewers.plain import plain_tooltip

Index = QModelIndex | QPersistentModelIndex

INDENT = "    "
"""How far a layer stands in for each group around it."""
_ELASTIC = (Column.LAYER, Column.TYPE, Column.SHAPE)
_NUMBERS = (Column.PARAMETERS, Column.MULTIPLY_ADDS, Column.MEMORY)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LEAST_WIDTH = {
    Column.LAYER: 110,
    Column.TYPE: 104,
    Column.SHAPE: 120,
    Column.PARAMETERS: 90,
    Column.MULTIPLY_ADDS: 106,
    Column.MEMORY: 76,
    Column.DTYPE: 60,
}
_MOST_WIDTH = {Column.LAYER: 300, Column.TYPE: 260, Column.SHAPE: 260}
_MOST_SPARE = 32
"""How much wider than its words a column gets in a wide table."""
_MEASURED_ROWS = 200
"""How many lines a column's first width looks at."""


class LayerModel(QAbstractTableModel):
    """Shows ``LayerRows`` to a table, in graph order or sorted by one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: LayerRows | None = None
        self._order: list[int] | None = None
        self._place: dict[int, int] = {}
        self._mono = code_font()
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours for what does not work and for warnings."""
        self._alarm = QColor(theme.error)
        self._marks = [_mark(QColor(color)) for color in (theme.error, theme.warning)]

    def show_rows(self, rows: LayerRows | None) -> None:
        """Show other layers, in graph order."""
        self.beginResetModel()
        self._rows, self._order, self._place = rows, None, {}
        self.endResetModel()

    def node_at(self, row: int) -> Node | None:
        """Return the layer in a line of the table."""
        if self._rows is None or not 0 <= row < len(self._rows.nodes):
            return None
        return self._rows.nodes[self._order[row] if self._order else row]

    def row_of(self, node_id: str) -> int:
        """Return the line that a layer stands in; -1 if it is not here."""
        row = self._rows.row_of.get(node_id, -1) if self._rows else -1
        return self._place.get(row, -1) if self._order and row >= 0 else row

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if self._rows is None or parent.isValid() else len(self._rows.nodes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return TITLES[column][0]
            case Qt.ItemDataRole.ToolTipRole:
                return TITLES[column][1]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in _NUMBERS else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node_at(index.row())
        if node is None or self._rows is None:
            return None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                text = self._rows.text(node, column)
                # Sorted lines stand beside others than their group: no indent then.
                indented = column is Column.LAYER and self._order is None
                return INDENT * self._rows.depth(node) + text if indented else text
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in _NUMBERS else _LEFT
            case Qt.ItemDataRole.FontRole if column is Column.SHAPE:
                return self._mono
            case Qt.ItemDataRole.DecorationRole if column is Column.LAYER:
                troubles = self._rows.troubles(node)
                return self._marks[0 if node.problem else 1] if troubles else None
            case Qt.ItemDataRole.ForegroundRole if node.problem:
                return self._alarm
            case Qt.ItemDataRole.ToolTipRole:
                troubles = self._rows.troubles(node) if column is Column.LAYER else ()
                lines = (self._rows.text(node, column), *troubles)
                return plain_tooltip("\n".join(lines))
        return None

    def sort(
        self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder
    ) -> None:
        """Sort by a column; -1 goes back to graph order."""
        if self._rows is None:
            return
        self.layoutAboutToBeChanged.emit()
        # Asked for only now: the views have just made theirs.
        before = self.persistentIndexList()
        nodes = [self.node_at(index.row()) for index in before]
        if column < 0:
            self._order, self._place = None, {}
        else:
            descending = order is Qt.SortOrder.DescendingOrder
            self._order = self._rows.order(Column(column), descending)
            self._place = {row: place for place, row in enumerate(self._order)}
        after = [
            self.index(self.row_of(node.id), index.column()) if node else QModelIndex()
            for node, index in zip(nodes, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


class LayerTable(QWidget):
    """Lists the layers; a click selects one.

    Signals:
        node_selected: Id of the layer that the user chose.
        selection_cleared: The user let go of the selection (Esc).
        node_opened: Id of a layer that was double-clicked or had Enter pressed.
    """

    node_selected = Signal(str)
    selection_cleared = Signal()
    node_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LayerModel(self)
        self.table = _Table(self)
        self.table.setModel(self._model)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.table.escaped.connect(self.selection_cleared)
        self.table.activated.connect(self._on_activated)
        header = self.table.horizontalHeader()
        header.sectionResized.connect(self._on_column_resized)
        self.table.resized.connect(self._share_out)
        self._wanted: dict[Column, int] = {}
        self._set_by_hand = self._sharing = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    def show_rows(self, rows: LayerRows | None) -> None:
        """List other layers."""
        self._model.show_rows(rows)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        if rows is not None:
            self._wanted = self._measure(rows)
            self._set_by_hand = False
            for column in Column:
                self.table.setColumnHidden(column, column not in rows.columns)
            self._share_out()

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._model.set_theme(theme)
        self.table.viewport().update()

    def select(self, node_id: str) -> None:
        """Mark a layer without reporting it; an empty id marks none."""
        selection = self.table.selectionModel()
        row = self._model.row_of(node_id) if node_id else -1
        with QSignalBlocker(selection):
            if row < 0:
                selection.clear()
            else:
                index = self._model.index(row, 0)
                selection.setCurrentIndex(
                    index,
                    QItemSelectionModel.SelectionFlag.ClearAndSelect
                    | QItemSelectionModel.SelectionFlag.Rows,
                )
                self.table.scrollTo(index)
        self.table.viewport().update()

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, chosen: QItemSelection, _gone: QItemSelection) -> None:
        rows = self.table.selectionModel().selectedRows()
        node = self._model.node_at(rows[0].row()) if rows else None
        if node is not None and not chosen.isEmpty():
            self.node_selected.emit(node.id)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        node = self._model.node_at(index.row())
        if node is not None:
            self.node_opened.emit(node.id)

    def _measure(self, rows: LayerRows) -> dict[Column, int]:
        """Return the width that each column's first lines need, within reason."""
        plain = self.table.fontMetrics()
        mono = QFontMetrics(code_font())
        first = rows.nodes[:_MEASURED_ROWS]
        widths = {}
        for column in rows.columns:
            metrics = mono if column is Column.SHAPE else plain
            needed = max(
                (
                    metrics.horizontalAdvance(rows.text(node, column))
                    + (_before_name(rows, node) if column is Column.LAYER else 0)
                    for node in first
                ),
                default=0,
            )
            width = max(needed + 24, _LEAST_WIDTH[column])
            widths[column] = min(width, _MOST_WIDTH.get(column, 200))
        return widths

    @Slot()
    def _share_out(self) -> None:
        """Make the columns fit the table, until the user has set one by hand."""
        if self._set_by_hand or not self._wanted:
            return
        widths = dict(self._wanted)
        over = sum(widths.values()) - self.table.viewport().width()
        slack = {
            column: widths[column] - _LEAST_WIDTH[column]
            for column in _ELASTIC
            if column in widths
        }
        if over > 0 and (all_slack := sum(slack.values())) > 0:
            share = min(1.0, over / all_slack)
            for column, room in slack.items():
                widths[column] -= math.ceil(room * share)
        elif over < 0:
            spare = min(_MOST_SPARE, -over // len(widths))
            widths = {column: width + spare for column, width in widths.items()}
        self._sharing = True
        for column, width in widths.items():
            self.table.setColumnWidth(column, width)
        self._sharing = False

    @Slot(int, int, int)
    def _on_column_resized(self, column: int, _before: int, _after: int) -> None:
        # The last column is stretched by Qt.
        if not self._sharing and column != Column.DTYPE:
            self._set_by_hand = True


def _before_name(rows: LayerRows, node: Node) -> int:
    """Return the room that a name's indent and mark take, in pixels."""
    return rows.depth(node) * 16 + (round(MARK) + 6 if rows.troubles(node) else 0)


def _mark(color: QColor) -> QIcon:
    """Return the warning sign of the graph's boxes as an icon."""
    icon = QIcon()
    for ratio in (1, 2):
        size = round(MARK) * ratio
        picture = QPixmap(size, size)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        add_mark(path, 0, 0)
        painter.fillPath(path, color)
        painter.end()
        icon.addPixmap(picture)
    return icon


class _Table(QTableView):
    """A quiet table: whole rows, no grid, no header at the side."""

    escaped = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer-table")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(round(MARK), round(MARK)))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Layers")
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setSortIndicatorClearable(True)
        columns.setStretchLastSection(True)
        self.setSortingEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
