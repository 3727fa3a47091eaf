"""How one hit of the find list is written: name, type and shape, groups around it."""

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from viewers.drawing.style import BASE, LIGHT, SMALL, code_font, text_font

INSET, SPACE = 12, 7
ROW = Qt.ItemDataRole.UserRole
_MIDDLE, _LEFT = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideLeft
_AT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class FoundRow(Struct, frozen=True, kw_only=True):
    """One line of the list, all of its text fit to be shown.

    Attributes:
        id: Of the node or group.
        title: Its name.
        about: Its type, with the fused activation.
        shape: Of its first output; empty for a group.
        number: How many parameters; empty if that says nothing.
        path: The groups around it, outermost first, in one line.
    """

    id: str
    title: str
    about: str
    shape: str = ""
    number: str = ""
    path: str = ""


class FoundDelegate(QStyledItemDelegate):
    """Writes three quiet lines.

    Attributes:
        marks: Words to emphasise in the names, in lower case.
        theme: The colours.
        line: The height of a line, in pixels.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks: Sequence[str] = ()
        self.theme = LIGHT
        self.line = 18

    def sizeHint(  # noqa: N802
        self,
        _option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> QSize:
        return QSize(120, 3 * self.line + 2 * SPACE)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: FoundRow | None = index.data(ROW)
        if row is None:
            return
        theme = self.theme
        state = QStyle.StateFlag
        painter.save()
        if option.state & (state.State_Selected | state.State_MouseOver):
            painter.fillRect(option.rect, QColor(theme.selection))
        if option.state & state.State_HasFocus:
            painter.fillRect(
                QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                QColor(theme.accent),
            )
        area = option.rect.adjusted(INSET, SPACE, -INSET, -SPACE)
        lines = [
            QRect(area.left(), area.top() + at * self.line, area.width(), self.line)
            for at in range(3)
        ]
        small = text_font(theme.pixels(SMALL))
        self._number(painter, lines[0], row.number, small)
        used = QFontMetrics(small).horizontalAdvance(row.number)
        room = lines[0].adjusted(0, 0, -used - 8 if used else 0, 0)
        self._title(painter, room, row.title)
        self._about(painter, lines[1], row, small)
        painter.setFont(small)
        painter.setPen(QColor(theme.dim))
        path = QFontMetrics(small).elidedText(row.path, _LEFT, lines[2].width())
        painter.drawText(lines[2], _AT, path or "at the top")
        painter.restore()

    def _number(self, painter: QPainter, area: QRect, text: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(self.theme.dim))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, right, text)

    def _title(self, painter: QPainter, area: QRect, title: str) -> None:
        bold = text_font(self.theme.pixels(BASE), bold=True)
        metrics = QFontMetrics(bold)
        shown = metrics.elidedText(title, _MIDDLE, area.width())
        painter.setFont(bold)
        left = area.left()
        for text, marked in pieces(shown, self.marks):
            color = self.theme.link if marked else self.theme.text
            painter.setPen(QColor(color))
            width = metrics.horizontalAdvance(text)
            painter.drawText(
                QRect(left, area.top(), width + 2, area.height()), _AT, text
            )
            left += width

    def _about(
        self, painter: QPainter, area: QRect, row: FoundRow, font: QFont
    ) -> None:
        plain, mono = QFontMetrics(font), code_font(self.theme.pixels(SMALL))
        painter.setPen(QColor(self.theme.dim))
        painter.setFont(font)
        about = plain.elidedText(row.about, _MIDDLE, area.width() * 3 // 5)
        painter.drawText(area, _AT, about)
        used = plain.horizontalAdvance(about) + 10
        rest = area.adjusted(used if about else 0, 0, 0, 0)
        painter.setFont(mono)
        shape = QFontMetrics(mono).elidedText(row.shape, _MIDDLE, rest.width())
        painter.drawText(rest, _AT, shape)


def pieces(text: str, marks: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, and of each whether it is one of the marked words."""
    small = text.lower()
    if len(small) != len(text):
        return [(text, False)]  # a letter that is longer in lower case
    marked = bytearray(len(text))
    for mark in marks:
        at = small.find(mark) if mark else -1
        while at >= 0:
            marked[at : at + len(mark)] = b"\1" * len(mark)
            at = small.find(mark, at + len(mark))
    found: list[tuple[str, bool]] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marked[at] != marked[start]:
            found.append((text[start:at], bool(marked[start])))
            start = at
    return found
