"""A row of tabs whose words have room when they become semibold."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QTabBar, QWidget


class TabBar(QTabBar):
    """Tabs as wide as their words are when chosen: nothing is cut, nothing moves.

    The style sheet makes the chosen tab semibold, but Qt measures every tab in the
    plain font.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802
        hint = super().tabSizeHint(index)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        text = self.tabText(index)
        plain = self.fontMetrics().horizontalAdvance(text)
        more = QFontMetrics(bold).horizontalAdvance(text) - plain
        return QSize(hint.width() + max(0, more) + 2, hint.height())
