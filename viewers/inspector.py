"""The panel at the right: a title, one set of tabs, and the page of the chosen tab."""

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewers.ink import Ink
from viewers.length_bar import LengthBar
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button
from viewers.sections import Page, Pages
from viewers.sheet import SheetView
from viewers.sheet_writer import MARGIN
from viewers.tab_bar import TabBar

LEAST_WIDTH = 260


class Inspector(QWidget):
    """Shows the pages of one layer, or of the whole model. Draws what it is given.

    The chosen tab stays chosen while layers that have it come and go.

    Signals:
        node_chosen: Id of a layer whose name was clicked in a page.
        model_chosen: The user wants the whole model back.
        command_chosen: Id of a command that was clicked in a page.
    """

    node_chosen = Signal(str)
    model_chosen = Signal()
    command_chosen = Signal(str)

    def __init__(self, ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(LEAST_WIDTH)
        self._pages: Pages | None = None
        self._wanted = ""
        self.title = ElidedTitle(self)
        self.subtitle = _subtitle(self)
        self.back = quiet_button(self, "Whole model", tip="Show the whole model (Esc)")
        self.back.hide()
        self.tabs = TabBar("inspector-tabs", self)
        self.lengths = LengthBar(self)
        self.sheet = SheetView(ink, self)
        self.title.setAccessibleName("What is selected")
        self.tabs.setAccessibleName("Pages about the selection")
        self.sheet.setAccessibleName("About the selection")
        self.back.clicked.connect(self.model_chosen)
        self.tabs.currentChanged.connect(self._on_tab)
        self.tabs.tabBarClicked.connect(self._on_tab_clicked)
        self.sheet.node_chosen.connect(self.node_chosen)
        self.sheet.command_chosen.connect(self.command_chosen)
        self._arrange()

    def show_pages(self, pages: Pages) -> None:
        """Show another subject, on the tab that the user chose last if it has it."""
        self._pages = pages
        self.title.set_text(pages.title)
        self.subtitle.setText(pages.subtitle)
        self.subtitle.setVisible(bool(pages.subtitle))
        self.back.setVisible(bool(pages.subject))
        titles = [page.title for page in pages.pages]
        with QSignalBlocker(self.tabs):
            while self.tabs.count() > len(titles):
                self.tabs.removeTab(self.tabs.count() - 1)
            for number, title in enumerate(titles):
                if number < self.tabs.count():
                    self.tabs.setTabText(number, title)
                else:
                    self.tabs.addTab(title)
            chosen = titles.index(self._wanted) if self._wanted in titles else 0
            self.tabs.setCurrentIndex(chosen)
        self._tab_row.setVisible(len(titles) > 1)
        self._show_lengths()
        self.sheet.show_page(pages.pages[chosen])

    def add_page(self, subject: str, page: Page) -> None:
        """Add a page that came later, or a newer one of the same title.

        Nothing happens if something else is shown meanwhile.
        """
        pages = self._pages
        if pages is None or pages.subject != subject:
            return
        titles = [old.title for old in pages.pages]
        if page.title in titles:
            place = titles.index(page.title)
            made = (*pages.pages[:place], page, *pages.pages[place + 1 :])
            self._pages = replace(pages, pages=made)
            if self.tabs.currentIndex() == place:
                self.sheet.show_page(page)
            return
        self._pages = replace(pages, pages=(*pages.pages, page))
        with QSignalBlocker(self.tabs):
            self.tabs.addTab(page.title)
        if self._wanted == page.title:
            self.tabs.setCurrentIndex(len(titles))

    def show_tab(self, title: str) -> None:
        """Turn to a page, for this subject if it has one, and for those that follow."""
        self._wanted = title
        titles = [page.title for page in self._pages.pages] if self._pages else []
        if title in titles:
            self.tabs.setCurrentIndex(titles.index(title))

    def set_ink(self, ink: Ink) -> None:
        """Take other colours and fonts."""
        self.sheet.set_ink(ink)

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        number = self.tabs.currentIndex()
        return self._pages.pages[number] if self._pages and number >= 0 else None

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        top.setContentsMargins(0, 0, -6, 0)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 12, MARGIN, 10)
        head.setSpacing(2)
        head.addLayout(top)
        head.addWidget(self.subtitle)
        self._tab_row = QWidget(self)
        row = QVBoxLayout(self._tab_row)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(6)
        inset = QHBoxLayout()
        inset.setContentsMargins(MARGIN - 4, 0, MARGIN - 4, 0)
        inset.addWidget(self.tabs)
        row.addLayout(inset)
        row.addWidget(hairline(self._tab_row))
        self._length_row = QWidget(self)
        lengths = QVBoxLayout(self._length_row)
        lengths.setContentsMargins(0, 0, 0, 0)
        lengths.setSpacing(0)
        lengths.addWidget(self.lengths)
        lengths.addWidget(hairline(self._length_row))
        self._length_row.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(hairline(self))
        layout.addWidget(self._tab_row)
        layout.addWidget(self._length_row)
        layout.addWidget(self.sheet, 1)

    def _show_lengths(self) -> None:
        """Offer lengths beside the whole model, and while others are shown."""
        about_all = self._pages is not None and not self._pages.subject
        offered = bool(self.lengths.lengths) and (about_all or self.lengths.is_trying)
        self._length_row.setVisible(offered)

    @Slot(int)
    def _on_tab(self, number: int) -> None:
        if self._pages is not None and 0 <= number < len(self._pages.pages):
            self.sheet.show_page(self._pages.pages[number])

    @Slot(int)
    def _on_tab_clicked(self, number: int) -> None:
        if number >= 0:
            self._wanted = self.tabs.tabText(number)


class ElidedTitle(QLineEdit):
    """A title that is cut in the middle, and whole and selectable once clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector-title")
        self.setReadOnly(True)
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextMargins(-2, 0, 0, 0)
        self._whole = ""

    def set_text(self, text: str) -> None:
        """Show another title."""
        self._whole = text
        self._elide()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.setText(self._whole)
        self.setCursorPosition(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.deselect()
            self._elide()

    def _elide(self) -> None:
        if self.hasFocus():
            self.setText(self._whole)
            return
        room = max(self.width() - 8, 20)
        metrics = self.fontMetrics()
        mode = Qt.TextElideMode.ElideMiddle
        self.setText(metrics.elidedText(self._whole, mode, room))
        self.setCursorPosition(0)


def hairline(parent: QWidget) -> QFrame:
    """Return a line of one pixel in the colour of lines."""
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFrameShape(QFrame.Shape.NoFrame)
    line.setFixedHeight(1)
    return line


def _subtitle(parent: QWidget) -> QLabel:
    label = plain_label(parent, "inspector-subtitle")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
