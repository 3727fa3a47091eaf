"""The row of files at the top, with a plus for one more and the menu at the end."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTabBar, QToolButton, QWidget

from loaders.ir.text import shown
from viewers.plain import plain_tooltip, short_name
from viewers.quiet_button import quiet_button
from viewers.tab_bar import TabBar

NAME_CHARACTERS = 40


class TabStrip(QWidget):
    """Names the open files.

    Signals:
        chosen: Number of the tab that the user went to.
        moved: The user moved a tab: its number of before and the one of now.
        close_asked: Number of the tab that shall be closed.
        open_asked: The user wants one more file.
        menu_asked: The user wants the menu.
        tab_menu_asked: The user wants the menu of a tab: its number, and where on the
            screen.
    """

    chosen = Signal(int)
    moved = Signal(int, int)
    close_asked = Signal(int)
    open_asked = Signal()
    menu_asked = Signal()
    tab_menu_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tab-strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = TabBar("file-tabs", self)
        self.tabs.setMovable(True)
        self.tabs.tabMoved.connect(self.moved)
        self.tabs.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.tabs.setAccessibleName("Open files")
        self.tabs.currentChanged.connect(self.chosen)
        self.tabs.installEventFilter(self)
        self.tabs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tabs.customContextMenuRequested.connect(self._on_menu_asked)
        self.plus = _sign(self, "+", "Open a file (Ctrl+O)")
        self.plus.clicked.connect(self.open_asked)
        self.menu = _sign(self, "☰", "Menu (F10)")
        self.menu.setShortcut("F10")
        self.menu.clicked.connect(self.menu_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(4)
        row.addWidget(self.tabs)
        row.addWidget(self.plus)
        row.addStretch(1)
        row.addWidget(self.menu)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.tabs.setSizePolicy(policy)
        self._show_parts()

    def add(self, where: str) -> int:
        """Add a tab at the end and return its number; nothing is reported."""
        with QSignalBlocker(self.tabs):
            number = self.tabs.addTab("")
            self.tabs.setTabToolTip(number, plain_tooltip(shown(where, 1000)))
            self.tabs.setTabButton(
                number, QTabBar.ButtonPosition.RightSide, self._close_button()
            )
        self._show_parts()
        return number

    def name(self, titles: Sequence[str]) -> None:
        """Write what the tabs are called, in their order."""
        for number, title in enumerate(titles):
            text = short_name(title, NAME_CHARACTERS).replace("&", "&&")
            if self.tabs.tabText(number) != text:
                self.tabs.setTabText(number, text)

    def remove(self, number: int) -> None:
        """Take a tab away; nothing is reported."""
        with QSignalBlocker(self.tabs):
            self.tabs.removeTab(number)
        self._show_parts()

    def go_to(self, number: int) -> None:
        """Mark a tab as the current one; nothing is reported."""
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(number)
        self.tabs.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if (
            watched is self.tabs
            and isinstance(event, QMouseEvent)
            and event.type() is QEvent.Type.MouseButtonRelease
            and event.button() is Qt.MouseButton.MiddleButton
        ):
            number = self.tabs.tabAt(event.position().toPoint())
            if number >= 0:
                self.close_asked.emit(number)
                return True
        return super().eventFilter(watched, event)

    def _close_button(self) -> QToolButton:
        button = _sign(self.tabs, "×", "Close (Ctrl+W)")
        button.setObjectName("close-button")
        button.clicked.connect(self._on_close_clicked)
        return button

    @Slot(QPoint)
    def _on_menu_asked(self, where: QPoint) -> None:
        number = self.tabs.tabAt(where)
        if number < 0:  # asked by a key
            number = self.tabs.currentIndex()
            where = self.tabs.tabRect(number).bottomLeft()
        if number >= 0:
            self.tab_menu_asked.emit(number, self.tabs.mapToGlobal(where))

    @Slot()
    def _on_close_clicked(self) -> None:
        button, side = self.sender(), QTabBar.ButtonPosition.RightSide
        for number in range(self.tabs.count()):
            if self.tabs.tabButton(number, side) is button:
                self.close_asked.emit(number)
                return

    @Slot()
    def _show_parts(self) -> None:
        any_file = self.tabs.count() > 0
        self.tabs.setVisible(any_file)
        self.plus.setVisible(any_file)


def _sign(parent: QWidget, sign: str, tip: str) -> QToolButton:
    """Return a button with a sign instead of words."""
    return quiet_button(parent, sign, tip=tip, says=tip)
