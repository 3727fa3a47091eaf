"""How one line of the command palette is written: title, a few words, the key."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.choices import Found

FOUND = Qt.ItemDataRole.UserRole
INSET, GAP = 12, 12
ROOM = 12
"""Height of a line beyond that of its letters, in pixels."""


class ChoiceDelegate(QStyledItemDelegate):
    """Writes a ``Found``; the letters that were typed are emphasised."""

    def sizeHint(  # noqa: N802
        self,
        option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> QSize:
        return QSize(120, option.fontMetrics.height() + ROOM)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        found: Found | None = index.data(FOUND)
        if found is None:
            return
        choice, look = found.choice, option.palette
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.highlight())
            painter.drawRoundedRect(option.rect.adjusted(4, 0, -4, 0), 6, 6)
        area = option.rect.adjusted(INSET, 0, -INSET, 0)
        dim = look.placeholderText().color()
        painter.setFont(option.font)
        metrics = option.fontMetrics
        if choice.keys:
            painter.setPen(dim)
            painter.drawText(area, _RIGHT, choice.keys)
            area.setRight(area.right() - metrics.horizontalAdvance(choice.keys) - GAP)
        accent = look.accent().color()
        text = dim if choice.missing else look.text().color()
        end = _write(painter, option.font, area, found, text, accent)
        words = choice.missing[:1].upper() + choice.missing[1:] or choice.about
        rest = QRect(area)
        rest.setLeft(end + GAP)
        if rest.width() > 40:
            painter.setPen(dim)
            cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, _LEFT, cut)
        painter.restore()


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def _write(
    painter: QPainter,
    font: QFont,
    area: QRect,
    found: Found,
    color: QColor,
    accent: QColor,
) -> int:
    """Write a title, its typed letters semibold; return where it ends, in pixels."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    plain_metrics, bold_metrics = QFontMetrics(font), QFontMetrics(bold)
    base = area.top() + (area.height() + plain_metrics.capHeight()) // 2
    x, typed = area.left(), set(found.letters)
    for place, letter in enumerate(found.choice.title):
        is_typed = place in typed
        metrics = bold_metrics if is_typed else plain_metrics
        width = metrics.horizontalAdvance(letter)
        if x + width > area.right():
            break
        painter.setFont(bold if is_typed else font)
        painter.setPen(accent if is_typed and not found.choice.missing else color)
        painter.drawText(QPoint(x, base), letter)
        x += width
    painter.setFont(font)
    return x
