"""Writes sections into a text document: as plain text only, never as HTML."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from loaders.ir.diagram import Drawing
from viewers.diagrams.draw import draw
from viewers.diagrams.paint import small_font
from viewers.drawing.style import PADDING, SMALL
from viewers.ink import Ink
from viewers.sections import (
    Command,
    Formula,
    Item,
    Level,
    Line,
    Page,
    Picture,
    Problem,
    Remark,
    Row,
    Section,
)
from viewers.sheet_pictures import Placed

MARGIN = PADDING
ABOVE_LINE, BELOW_LINE = 10, 12
"""Room around the line between two sections, in pixels."""
GROUND = QTextFormat.Property.UserProperty + 1
"""Marks a frame that is painted with a rounded ground: one of the three below."""
TINT, WARNING, ALARM = 1, 2, 3
_LEAST_LABEL, _LABEL_SHARE = 72.0, 0.46
"""The label column is as wide as its longest label, but no wider than this share of
the page."""
_COMMON_LABEL, _COMMON_SHARE = 122.0, 0.3
"""Up to this width, and this share of the page, the tables of a page have the same
label column."""
_LABEL_GAP, _VALUE_GAP = 16.0, 14.0
_LEAST_DETAIL = 96.0
"""Where less is left between label and value, all else stands below the label."""
_VALUE_WIDTH = 150.0
_ROW_PADDING = 4.5
_BETWEEN_LINES = 4.0
_BETWEEN_NUMBERS = re.compile(r"(?<=[\d?e]) × (?=[\d?])")  # e: None
_GROUNDS = {Level.BROKEN: ALARM, Level.WARNING: WARNING, Level.INFO: TINT}


class SheetWriter:
    """Puts sections into a document, one after another."""

    def __init__(
        self,
        cursor: QTextCursor,
        ink: Ink,
        targets: list[tuple[str, str]],
        width: float,
    ) -> None:
        self._cursor, self._ink, self._targets = cursor, ink, targets
        self._room = width
        self._most_label = max(_LEAST_LABEL, width * _LABEL_SHARE)
        self._fresh = True
        self._label_width = 0.0
        self.starts: list[int] = []
        self.pictures: list[Placed] = []

    def page(self, page: Page) -> None:
        """Write a whole page; label columns line up but those with a long name."""
        rows = [i for s in page.sections for i in s.items if isinstance(i, Row)]
        common = min(_COMMON_LABEL * self._ink.scale, self._room * _COMMON_SHARE)
        widths = (self._widths([row])[0] for row in rows)
        self._label_width = max((w for w in widths if w <= common), default=0.0)
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
        top = ABOVE_LINE + BELOW_LINE if title and not first else 0
        block = self._block(top=top, bottom=4 if title else 0)
        if not first and title:
            self.starts.append(block)
        if title:
            self._cursor.insertText(
                title, self._format(self._ink.dim, small=True, bold=True)
            )
        else:
            self._flatten()

    def _item(self, item: Item) -> None:
        match item:
            case Formula(text):
                self._boxed(TINT, [(text, self._code())])
            case Remark(text):
                dim = self._format(self._ink.dim)
                self._boxed(TINT, [(line, dim) for line in text.split("\n")])
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
            case Picture(drawing):
                self._picture(drawing)

    def _picture(self, drawing: Drawing) -> None:
        """Keep a paragraph free for a drawing, and write its caption."""
        sketch = draw(drawing.diagram, self._room, small_font(self._ink))
        start = self._block(top=4, bottom=4)
        tall = self._cursor.blockFormat()
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        tall.setLineHeight(sketch.height, fixed)
        self._cursor.setBlockFormat(tall)
        self.pictures.append(Placed(start, sketch))
        self._block(top=2, bottom=4)
        self._cursor.insertText(drawing.caption, self._format(self._ink.dim))

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
        if ground != TINT:
            frame.setLeftMargin(MARGIN + 4)
        frame.setProperty(GROUND, ground)
        self._block()
        self._flatten()
        self._cursor.insertFrame(frame)
        for number, (text, style) in enumerate(parts):
            if number:
                apart = self._cursor.blockFormat()
                apart.setTopMargin(_BETWEEN_LINES)
                self._cursor.insertBlock(apart)
            self._cursor.insertText(_glued(text), style)
        if link[1]:
            self._cursor.insertBlock()
            self._link(f"Show “{link[0]}”", "node", link[1])
        self._leave()

    def _table(self, rows: list[Row]) -> None:
        if not rows:
            return
        label, value = self._widths(rows)
        label = max(label, self._label_width)
        room = self._room - label - value - 2 * MARGIN
        is_narrow = room < _LEAST_DETAIL * self._ink.scale
        style = QTextTableFormat()
        style.setBorder(0)
        style.setCellPadding(0)
        style.setCellSpacing(0)
        style.setLeftMargin(MARGIN)
        style.setRightMargin(MARGIN)
        style.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        elastic = QTextLength(QTextLength.Type.VariableLength, 0)
        first = QTextLength(QTextLength.Type.FixedLength, label)
        last = QTextLength(QTextLength.Type.FixedLength, value)
        columns = [elastic, last] if is_narrow else [first, elastic, last]
        style.setColumnWidthConstraints(columns)
        self._block()
        self._flatten()
        table = self._cursor.insertTable(len(rows), len(columns), style)
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
        value = min(value, _VALUE_WIDTH * self._ink.scale)
        return label, value + _VALUE_GAP if value else 0.0

    def _row(self, table: QTextTable, number: int, row: Row) -> None:
        cells = [table.cellAt(number, column) for column in range(table.columns())]
        for cell in cells:
            padded = cell.format().toTableCellFormat()
            padded.setTopPadding(_ROW_PADDING)
            padded.setBottomPadding(_ROW_PADDING)
            cell.setFormat(padded)
        is_narrow = len(cells) == 2
        self._cursor = cells[0].firstCursorPosition()
        if row.target:
            self._link(row.label, "node", row.target)
        else:
            # Above its words it has to stand out from them.
            is_head = is_narrow and bool(row.detail or row.formula or row.below)
            style = self._format(self._ink.text, bold=is_head)
            self._cursor.insertText(row.label, style)
        if not is_narrow:
            self._cursor = cells[1].firstCursorPosition()
        detail = self._code() if row.code else self._format(self._ink.text)
        below = self._format(self._ink.dim, small=True)
        lines = ((row.detail, detail), (row.formula, self._code()), (row.below, below))
        for at, (text, style) in enumerate(line for line in lines if line[0]):
            if at or is_narrow:
                self._cursor.insertBlock()
            self._cursor.insertText(_glued(text), style)
        self._cursor = cells[-1].firstCursorPosition()
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
        self, color: QColor, small: bool = False, bold: bool = False
    ) -> QTextCharFormat:
        font = QFont(self._ink.plain)
        if small:
            font.setPixelSize(round(SMALL * self._ink.scale))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return _letters(font, color)

    def _code(self) -> QTextCharFormat:
        return _letters(self._ink.mono, self._ink.text)


def _glued(text: str) -> str:
    """Keep ``8 × 8`` in one line; copied text has plain blanks again."""
    return _BETWEEN_NUMBERS.sub("\u00a0×\u00a0", text)


def _letters(font: QFont, color: QColor) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setFont(font)
    style.setForeground(QBrush(color))
    return style
