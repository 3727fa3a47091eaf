"""Draws a page of sections as one text document: rows line up, everything selects.

One document instead of a hundred labels: long names break anywhere, a selection runs
across rows, and a page is there within a few milliseconds. Text is only ever inserted
as plain text, never as HTML, and the document loads nothing.
"""

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from viewers.drawing.style import RADIUS
from viewers.ink import Ink
from viewers.sections import Page
from viewers.sheet_pictures import SheetPictures
from viewers.sheet_writer import (
    ALARM,
    BELOW_LINE,
    GROUND,
    MARGIN,
    TINT,
    WARNING,
    SheetWriter,
)

_WIDTH_STEP = 24
"""How much wider or narrower the page gets before its columns are shared out anew."""
_PICTURE_STEP = 6
"""The same for a page with drawings, which are made for one width."""


class SheetView(QTextBrowser):
    """Shows one page.

    Signals:
        node_chosen: Id of the layer whose name was clicked.
        command_chosen: Id of the command that was clicked.
    """

    node_chosen = Signal(str)
    command_chosen = Signal(str)

    def __init__(self, ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink
        self._page: Page | None = None
        self._targets: list[tuple[str, str]] = []
        self._starts: list[int] = []
        self._width = 0
        self._writing = False
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self._pictures = SheetPictures(self.document(), MARGIN)
        self.viewport().setMouseTracking(True)
        self.anchorClicked.connect(self._on_anchor)
        self._resized = QTimer(self, singleShot=True, interval=0)
        self._resized.timeout.connect(self._on_resized)

    def set_ink(self, ink: Ink) -> None:
        """Take other colours; the page is drawn again."""
        self._ink = ink
        self._write_again()

    def show_page(self, page: Page) -> None:
        """Show another page from its top."""
        self._page = page
        self._targets = []
        self._writing = True
        self.setUpdatesEnabled(False)
        self.clear()
        whole = self.document().rootFrame().frameFormat()
        whole.setTopMargin(BELOW_LINE)
        whole.setBottomMargin(MARGIN)
        self.document().rootFrame().setFrameFormat(whole)
        self._width = self.viewport().width()
        room = self._width - self._bar_to_come() - 2 * MARGIN
        writer = SheetWriter(self.textCursor(), self._ink, self._targets, room)
        whole_edit = self.textCursor()
        whole_edit.beginEditBlock()  # laid out once, not after every word
        writer.page(page)
        whole_edit.endEditBlock()
        self._starts = writer.starts
        self._pictures.show(writer.pictures)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.setUpdatesEnabled(True)
        self._writing = False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        # A scroll bar that comes or goes while a page is written is a resize, too.
        if not self._writing:
            self._resized.start()

    @Slot()
    def _on_resized(self) -> None:
        """Write for another width, once for all that happened in one turn."""
        step = _PICTURE_STEP if self._pictures else _WIDTH_STEP
        if abs(self.viewport().width() - self._width) > step:
            self._write_again()

    def _bar_to_come(self) -> int:
        """Return how wide the scroll bar is that a long page will bring."""
        bar = self.verticalScrollBar()
        return 0 if bar.isVisible() else bar.sizeHint().width()

    def _write_again(self) -> None:
        if self._page is not None:
            place = self.verticalScrollBar().value()
            self.show_page(self._page)
            self.verticalScrollBar().setValue(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        down = QPointF(0, self.verticalScrollBar().value())
        if self._pictures.point_at(event.position() + down):
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        if self._pictures.leave():
            self.viewport().update()

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:  # noqa: N802
        """Load nothing: the text comes from a file that nobody trusts."""
        return None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self._paint_grounds()
        super().paintEvent(event)

    def _paint_grounds(self) -> None:
        layout = self.document().documentLayout()
        shift = -self.verticalScrollBar().value()
        visible = QRectF(self.viewport().rect())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for frame in self.document().rootFrame().childFrames():
            ground = frame.frameFormat().intProperty(GROUND)
            if not ground:
                continue
            where = layout.frameBoundingRect(frame).translated(0, shift)
            if where.intersects(visible):
                self._paint_ground(painter, where, ground)
        self._pictures.paint(painter, shift, visible, self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QPen(self._ink.line, 1))
        for start in self._starts:
            block = self.document().findBlock(start)
            top = round(layout.blockBoundingRect(block).top() + shift - BELOW_LINE)
            if 0 <= top <= visible.height():
                painter.drawLine(0, top, round(visible.width()), top)
        painter.end()

    def _paint_ground(self, painter: QPainter, where: QRectF, ground: int) -> None:
        box = where.adjusted(MARGIN, 2, -MARGIN, -2)
        ink = self._ink
        tints = {WARNING: ink.warning_tint, ALARM: ink.alarm_tint}
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tints.get(ground, ink.tint))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if ground != TINT:
            painter.setBrush(ink.alarm if ground == ALARM else ink.warning)
            painter.drawRoundedRect(
                QRectF(box.left(), box.top(), 4, box.height()), 2, 2
            )

    @Slot(QUrl)
    def _on_anchor(self, url: QUrl) -> None:
        number = url.fragment()
        if not number.isdigit() or int(number) >= len(self._targets):
            return
        what, target = self._targets[int(number)]
        if what == "node":
            self.node_chosen.emit(target)
        else:
            self.command_chosen.emit(target)
