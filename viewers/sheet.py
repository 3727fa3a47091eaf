"""Draws a page of sections as one text document: rows line up, everything selects.

One document instead of a hundred labels: long names break anywhere, a selection runs
across rows, and a page is there within a few milliseconds. Text is only ever inserted
as plain text, never as HTML, and the document loads nothing.
"""

from typing import Any, NamedTuple

from PySide6.QtCore import QRectF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from viewers.drawing.style import PADDING, RADIUS, SMALL, Theme, code_font, text_font
from viewers.sections import (
    Command,
    Formula,
    Item,
    Level,
    Line,
    Page,
    Problem,
    Remark,
    Row,
    Section,
)

MARGIN = PADDING
_LEAST_LABEL, _LABEL_SHARE = 72.0, 0.42
"""The label column is as wide as its longest label, but no wider than this share of
the page."""
_COMMON_LABEL = 146.0
"""Up to this width all tables of a page have the same label column."""
_LABEL_GAP = 16.0
_WIDTH_STEP = 24
"""How much wider or narrower the page gets before its columns are shared out anew."""
_VALUE_WIDTH = 150.0
_ABOVE_LINE, _BELOW_LINE = 10, 12
"""Room around the line between two sections, in pixels."""
_ROW_PADDING = 4.5
_GROUND = QTextFormat.Property.UserProperty + 1
"""Marks a frame that is painted with a rounded ground; its value is a ``_Ground``."""
_TINT, _WARNING, _ALARM = 1, 2, 3


_GROUNDS = {Level.BROKEN: _ALARM, Level.WARNING: _WARNING, Level.INFO: _TINT}


class Ink(NamedTuple):
    """The colours and fonts of a sheet, from the theme."""

    text: QColor
    dim: QColor
    accent: QColor
    tint: QColor
    line: QColor
    warning: QColor
    warning_tint: QColor
    alarm: QColor
    alarm_tint: QColor
    plain: QFont
    mono: QFont

    @classmethod
    def of(cls, theme: Theme) -> "Ink":
        """Return the ink of a theme."""
        panel = QColor(theme.panel)
        alarm, warning = QColor(theme.error), QColor(theme.warning)
        return cls(
            text=QColor(theme.text),
            dim=QColor(theme.dim),
            accent=QColor(theme.accent),
            tint=QColor(theme.background),
            line=QColor(theme.line),
            warning=warning,
            warning_tint=_blend(panel, warning, 0.1),
            alarm=alarm,
            alarm_tint=_blend(panel, alarm, 0.1),
            plain=text_font(),
            mono=code_font(),
        )


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
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._on_anchor)

    def set_ink(self, ink: Ink) -> None:
        """Take other colours; the page is drawn again."""
        self._ink = ink
        self._write_again()

    def show_page(self, page: Page) -> None:
        """Show another page from its top."""
        self._page = page
        self._targets = []
        self.setUpdatesEnabled(False)
        self.clear()
        whole = self.document().rootFrame().frameFormat()
        whole.setTopMargin(_BELOW_LINE)
        whole.setBottomMargin(MARGIN)
        self.document().rootFrame().setFrameFormat(whole)
        self._width = self.viewport().width()
        room = self._width - 2 * MARGIN
        writer = _Writer(self.textCursor(), self._ink, self._targets, room)
        whole_edit = self.textCursor()
        whole_edit.beginEditBlock()  # laid out once, not after every word
        writer.page(page)
        whole_edit.endEditBlock()
        self._starts = writer.starts
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.setUpdatesEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if abs(self.viewport().width() - self._width) > _WIDTH_STEP:
            self._write_again()

    def _write_again(self) -> None:
        if self._page is not None:
            place = self.verticalScrollBar().value()
            self.show_page(self._page)
            self.verticalScrollBar().setValue(place)

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
            ground = frame.frameFormat().intProperty(_GROUND)
            if not ground:
                continue
            where = layout.frameBoundingRect(frame).translated(0, shift)
            if where.intersects(visible):
                self._paint_ground(painter, where, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QPen(self._ink.line, 1))
        for start in self._starts:
            block = self.document().findBlock(start)
            top = round(layout.blockBoundingRect(block).top() + shift - _BELOW_LINE)
            if 0 <= top <= visible.height():
                painter.drawLine(0, top, round(visible.width()), top)
        painter.end()

    def _paint_ground(self, painter: QPainter, where: QRectF, ground: int) -> None:
        box = where.adjusted(MARGIN, 2, -MARGIN, -2)
        ink = self._ink
        tints = {_WARNING: ink.warning_tint, _ALARM: ink.alarm_tint}
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tints.get(ground, ink.tint))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if ground != _TINT:
            painter.setBrush(ink.alarm if ground == _ALARM else ink.warning)
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


class _Writer:
    """Puts sections into a document, one after another."""

    def __init__(
        self,
        cursor: QTextCursor,
        ink: Ink,
        targets: list[tuple[str, str]],
        width: float,
    ) -> None:
        self._cursor, self._ink, self._targets = cursor, ink, targets
        self._most_label = max(_LEAST_LABEL, width * _LABEL_SHARE)
        self._fresh = True
        self._label_width = 0.0
        self.starts: list[int] = []

    def page(self, page: Page) -> None:
        """Write a whole page; its label columns line up unless one name is long."""
        rows = [i for s in page.sections for i in s.items if isinstance(i, Row)]
        width = self._widths(rows)[0] if rows else 0.0
        self._label_width = width if width <= _COMMON_LABEL else 0.0
        for number, section in enumerate(page.sections):
            self.section(section, first=number == 0)

    def section(self, section: Section, first: bool) -> None:
        """Write a heading and its items; neighbouring rows share a table."""
        self._heading(section.title, first)
        rows: list[Row] = []
        for item in section.items:
            if isinstance(item, Row):
                rows.append(item)
                continue
            self._table(rows)
            rows = []
            self._item(item)
        self._table(rows)

    def _heading(self, title: str, first: bool) -> None:
        if not first and self._fresh:
            self._block()  # right behind a table Qt drops the upper margin
            self._flatten()
        top = _ABOVE_LINE + _BELOW_LINE if title and not first else 0
        block = self._block(top=top, bottom=4 if title else 0)
        if not first and title:
            self.starts.append(block)
        if title:
            self._cursor.insertText(
                title, self._format(self._ink.dim, SMALL, bold=True)
            )
        else:
            self._flatten()

    def _item(self, item: Item) -> None:
        match item:
            case Formula(text):
                self._boxed(_TINT, [(text, self._code())])
            case Remark(text):
                self._boxed(_TINT, [(text, self._format(self._ink.dim))])
            case Line(text):
                self._block(top=2, bottom=4)
                self._cursor.insertText(text, self._format(self._ink.dim))
            case Problem():
                self._problem(item)
            case Command(id, text):
                self._block(top=4, bottom=4)
                self._link(text, "command", id)
            case Row():
                self._table([item])

    def _problem(self, problem: Problem) -> None:
        parts = [(problem.text, self._format(self._ink.text))]
        if problem.advice:
            parts.append((problem.advice, self._format(self._ink.text)))
        ground = _GROUNDS[problem.level]
        self._boxed(ground, parts, (problem.where, problem.target))

    def _boxed(
        self,
        ground: int,
        parts: list[tuple[str, QTextCharFormat]],
        link: tuple[str, str] = ("", ""),
    ) -> None:
        frame = QTextFrameFormat()
        frame.setLeftMargin(MARGIN)
        frame.setRightMargin(MARGIN)
        frame.setTopMargin(4)
        frame.setBottomMargin(4)
        frame.setPadding(8)
        if ground != _TINT:
            frame.setLeftMargin(MARGIN + 4)
        frame.setProperty(_GROUND, ground)
        self._block()
        self._flatten()
        self._cursor.insertFrame(frame)
        for number, (text, style) in enumerate(parts):
            if number:
                self._cursor.insertBlock()
            self._cursor.insertText(text, style)
        if link[1]:
            self._cursor.insertBlock()
            self._link(link[0], "node", link[1])
        self._leave()

    def _table(self, rows: list[Row]) -> None:
        if not rows:
            return
        label, value = self._widths(rows)
        label = self._label_width or label
        style = QTextTableFormat()
        style.setBorder(0)
        style.setCellPadding(0)
        style.setCellSpacing(0)
        style.setLeftMargin(MARGIN)
        style.setRightMargin(MARGIN)
        style.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        style.setColumnWidthConstraints(
            [
                QTextLength(QTextLength.Type.FixedLength, label),
                QTextLength(QTextLength.Type.VariableLength, 0),
                QTextLength(QTextLength.Type.FixedLength, value),
            ]
        )
        self._block()
        self._flatten()
        table = self._cursor.insertTable(len(rows), 3, style)
        for number, row in enumerate(rows):
            self._row(table, number, row)
        self._leave()

    def _widths(self, rows: list[Row]) -> tuple[float, float]:
        """Return how wide the columns of labels and of values are, in pixels."""
        plain = QFontMetricsF(self._ink.plain)
        strong = QFont(self._ink.plain)
        strong.setWeight(QFont.Weight.DemiBold)
        bold = QFontMetricsF(strong)
        label = max(plain.horizontalAdvance(row.label) for row in rows) + _LABEL_GAP
        label = min(max(label, _LEAST_LABEL + _LABEL_GAP), self._most_label)
        value = max(bold.horizontalAdvance(row.value) for row in rows)
        return label, min(value, _VALUE_WIDTH) + 4

    def _row(self, table: QTextTable, number: int, row: Row) -> None:
        cells = [table.cellAt(number, column) for column in range(3)]
        for cell in cells:
            padded = cell.format().toTableCellFormat()
            padded.setTopPadding(_ROW_PADDING)
            padded.setBottomPadding(_ROW_PADDING)
            cell.setFormat(padded)
        self._cursor = cells[0].firstCursorPosition()
        if row.target:
            self._link(row.label, "node", row.target)
        else:
            self._cursor.insertText(row.label, self._format(self._ink.text))
        self._cursor = cells[1].firstCursorPosition()
        detail = self._code() if row.code else self._format(self._ink.text)
        if row.detail:
            self._cursor.insertText(row.detail, detail)
        if row.below:
            if row.detail:
                self._cursor.insertBlock()
            self._cursor.insertText(row.below, self._format(self._ink.dim, SMALL))
        self._cursor = cells[2].firstCursorPosition()
        right = QTextBlockFormat()
        right.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._cursor.setBlockFormat(right)
        self._cursor.insertText(
            row.value, self._format(self._ink.text, bold=row.strong)
        )

    def _link(self, text: str, what: str, target: str) -> None:
        style = self._format(self._ink.accent)
        style.setAnchor(True)
        style.setAnchorHref(f"#{len(self._targets)}")
        self._targets.append((what, target))
        self._cursor.insertText(text, style)

    # blocks and letters

    def _block(self, top: float = 0, bottom: float = 0) -> int:
        """Start a paragraph with the page's margins; return where it stands."""
        style = QTextBlockFormat()
        style.setLeftMargin(MARGIN)
        style.setRightMargin(MARGIN)
        style.setTopMargin(top)
        style.setBottomMargin(bottom)
        if self._fresh:
            self._cursor.setBlockFormat(style)
        else:
            self._cursor.insertBlock(style)
        self._fresh = False
        return self._cursor.position()

    def _flatten(self) -> None:
        """Make an empty paragraph, which Qt needs around frames, take no room."""
        style = self._cursor.blockFormat()
        style.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        self._cursor.setBlockFormat(style)
        tiny = QTextCharFormat()
        tiny.setFontPointSize(1)
        self._cursor.setBlockCharFormat(tiny)

    def _leave(self) -> None:
        """Go on behind the table or frame that was just written."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = True

    def _format(
        self, color: QColor, pixels: int = 0, bold: bool = False
    ) -> QTextCharFormat:
        font = QFont(self._ink.plain)
        if pixels:
            font.setPixelSize(pixels)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return _letters(font, color)

    def _code(self) -> QTextCharFormat:
        return _letters(self._ink.mono, self._ink.text)


def _blend(ground: QColor, color: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        (1 - share) * ground.redF() + share * color.redF(),
        (1 - share) * ground.greenF() + share * color.greenF(),
        (1 - share) * ground.blueF() + share * color.blueF(),
    )


def _letters(font: QFont, color: QColor) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setFont(font)
    style.setForeground(QBrush(color))
    return style
