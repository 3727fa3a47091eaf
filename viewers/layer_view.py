"""The surface of the layer table: quiet lines, and the keys that act on them."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from viewers.drawing.style import ROW_HEIGHT
from viewers.layer_delegate import NameDelegate


class LayerView(QTableView):
    """Whole rows, no grid, no header at the side.

    Signals:
        escaped: Esc: the selection was let go.
        turned: Right (true) or Left: the current group shall open or close.
        copied: Ctrl+C.
        resized: The table has another size.
        arrow_pressed: The row of a group whose arrow was pressed; the selection stays.
    """

    escaped = Signal()
    turned = Signal(bool)
    copied = Signal()
    resized = Signal()
    arrow_pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer-table")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Layers")
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT // 2)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setSortIndicatorClearable(True)
        columns.setStretchLastSection(True)
        columns.setSectionsMovable(True)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSortingEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        where = event.position().toPoint()
        index = self.indexAt(where)
        names = self.itemDelegateForIndex(index) if index.isValid() else None
        if isinstance(names, NameDelegate):
            arrow = names.arrow(index.row(), self.visualRect(index))
            if arrow.contains(where):
                self.arrow_pressed.emit(index.row())
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        match event.key():
            case Qt.Key.Key_Escape:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
                self.escaped.emit()
            case (Qt.Key.Key_Right | Qt.Key.Key_Left) as key if plain:
                self.turned.emit(key == Qt.Key.Key_Right)
            case _ if event.matches(QKeySequence.StandardKey.Copy):
                self.copied.emit()
            case _:
                super().keyPressEvent(event)
