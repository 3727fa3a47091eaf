"""The control that says what colours the boxes of the graph, and chooses it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.analysis.metrics import Measure

CATEGORY = "category"
"""What the colours mean if no metric is painted."""


class ColorButton(QToolButton):
    """Shows ``Color: category`` and a menu of all that can be painted.

    Signals:
        chosen: Id of a measure; empty for the categories.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("boxed", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("What the colors of the boxes mean")
        self.setMenu(QMenu(self))
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)
        self.offer((), "")

    def offer(self, measures: Sequence[Measure], chosen: str) -> None:
        """Show these measures, and which one is painted now."""
        menu = self.menu()
        menu.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        current = CATEGORY
        for id, title in (("", "Category"), *((m.id, m.title) for m in measures)):
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(id == chosen)
            action.setData(id)
            self._group.addAction(action)
            if id and id == chosen:
                current = title[0].lower() + title[1:]
        words = f"Color: {current}"
        self.setText(f"{words} ▾")
        self.setAccessibleName(words)

    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
