"""A row of tabs whose words have room when they become semibold."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QStyleOptionTab, QTabBar, QWidget

from viewers.drawing.style import text_scale

LEAST_WIDTH = 190
"""Where there are too many tabs, they scroll rather than become narrower, in pixels."""


class TabBar(QTabBar):
    """Tabs as wide as their words are when chosen: nothing is cut, nothing moves.

    The style sheet makes the chosen tab semibold; Qt measures the others, and all of
    them without a style sheet, in the plain font.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.currentChanged.connect(self.updateGeometry)

    def minimumTabSizeHint(self, index: int) -> QSize:  # noqa: N802
        hint = self.tabSizeHint(index)
        least = round(LEAST_WIDTH * text_scale(self.font()))
        return QSize(min(hint.width(), least), hint.height())

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802
        hint = super().tabSizeHint(index)
        text = self.tabText(index)
        plain = self.fontMetrics().horizontalAdvance(text)
        bold = self._bold().horizontalAdvance(text)
        is_styled = self.style().inherits("QStyleSheetStyle")
        is_bold = is_styled and index == self.currentIndex()
        more = 0 if is_bold else max(0, bold - plain)
        return QSize(hint.width() + more + 2, hint.height())

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionTab, index: int
    ) -> None:
        """Cut a name that has no room by the letters that it is written with."""
        super().initStyleOption(option, index)
        missing = self.tabSizeHint(index).width() - self.tabRect(index).width()
        if missing > 0:
            text, bold = self.tabText(index), self._bold()
            room = bold.horizontalAdvance(text) - missing
            option.text = bold.elidedText(text, self.elideMode(), room)

    def _bold(self) -> QFontMetrics:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font)
