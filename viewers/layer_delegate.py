"""How names and shapes of layers are written: on the line of the cells beside them."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from viewers.drawing.items import MARK, add_mark
from viewers.drawing.style import BASE, LIGHT, SMALL, Theme, text_font
from viewers.layer_model import LayerModel

INDENT, ARROW, INSET = 14, 16, 8
"""Pixels per group around a layer, for the arrow, and at the left."""
Index = QModelIndex | QPersistentModelIndex


def _write(painter: QPainter, room: QRect, text: str, plain: QFontMetrics) -> None:
    """Write on the line that Qt gives plain letters, whatever font the painter has."""
    line = room.top() + (room.height() - plain.height()) // 2 + plain.ascent()
    painter.drawText(room.left(), line, text)


class ShapeDelegate(QStyledItemDelegate):
    """Draws a column of shapes: letters of another font, on the same line."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        element = QStyle.ControlElement.CE_ItemViewItem
        option.widget.style().drawControl(element, option, painter, option.widget)
        room = option.rect.adjusted(INSET, 0, -INSET, 0)
        shown = option.fontMetrics.elidedText(
            text, Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.save()
        painter.setFont(option.font)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        _write(painter, room, shown, option.widget.fontMetrics())
        painter.restore()


class NameDelegate(QStyledItemDelegate):
    """Draws the first column; numbers of what is inside stand dim behind a group."""

    def __init__(self, model: LayerModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.theme: Theme = LIGHT

    def arrow(self, row: int, cell: QRect) -> QRect:
        """Return where the arrow of a group is drawn; nothing for a layer."""
        line = self._model.line_at(row)
        if line is None or line.group is None or not self._model.is_tree:
            return QRect()
        left = cell.left() + INSET + line.depth * INDENT
        return QRect(left, cell.top(), ARROW, cell.height())

    def around_name(self, row: int, metrics: QFontMetrics) -> int:
        """Return how many pixels stand before and behind a name."""
        line, rows = self._model.line_at(row), self._model.rows
        if line is None or rows is None:
            return 2 * INSET
        depth = line.depth if self._model.is_tree else 0
        inside = rows.inside(self._model.number_at(row))
        behind = metrics.horizontalAdvance(inside) + 8 if inside else 0
        arrow = ARROW if self._model.has_arrows else 0
        return 2 * INSET + depth * INDENT + arrow + behind

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        row = index.row()
        line, rows = self._model.line_at(row), self._model.rows
        if line is None or rows is None:
            return
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        element = QStyle.ControlElement.CE_ItemViewItem
        style.drawControl(element, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = option.rect
        depth = line.depth if self._model.is_tree else 0
        self._guides(painter, cell, depth)
        if (arrow := self.arrow(row, cell)).isValid():
            self._arrow(painter, arrow, is_open=self._model.is_open(row))
        left = cell.left() + INSET + depth * INDENT
        left += ARROW if self._model.has_arrows else 0
        room = QRect(left, cell.top(), cell.right() - INSET - left, cell.height())
        number = self._model.number_at(row)
        if rows.troubles(number):
            broken = bool(line.node and line.node.problem)
            room = self._mark(painter, room, broken=broken)
        color = option.palette.color(QPalette.ColorRole.Text)
        painter.setPen(QColor(self.theme.text) if line.group else color)
        font = text_font(self.theme.pixels(BASE), bold=line.group is not None)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        _write(painter, room, shown, option.widget.fontMetrics())
        if inside := rows.inside(number):
            self._inside(
                painter,
                room.adjusted(metrics.horizontalAdvance(shown) + 8, 0, 0, 0),
                inside,
                option.widget.fontMetrics(),
            )
        painter.restore()

    def _guides(self, painter: QPainter, cell: QRect, depth: int) -> None:
        painter.setPen(QPen(QColor(self.theme.line), 1))
        for level in range(depth):
            x = cell.left() + INSET + level * INDENT + ARROW / 2 + 0.5
            painter.drawLine(QPointF(x, cell.top()), QPointF(x, cell.bottom() + 1))

    def _arrow(self, painter: QPainter, area: QRect, *, is_open: bool) -> None:
        middle = QPointF(area.center())
        path = QPainterPath()
        ends = ((-4, -2), (0, 2), (4, -2)) if is_open else ((-2, -4), (2, 0), (-2, 4))
        path.moveTo(middle + QPointF(*ends[0]))
        path.lineTo(middle + QPointF(*ends[1]))
        path.lineTo(middle + QPointF(*ends[2]))
        painter.strokePath(path, QPen(QColor(self.theme.dim), 1.5))

    def _mark(self, painter: QPainter, room: QRect, *, broken: bool) -> QRect:
        path = QPainterPath()
        add_mark(path, room.left(), room.center().y() - MARK / 2)
        color = self.theme.error if broken else self.theme.warning
        painter.fillPath(path, QColor(color))
        return room.adjusted(round(MARK) + 6, 0, 0, 0)

    def _inside(
        self, painter: QPainter, room: QRect, words: str, plain: QFontMetrics
    ) -> None:
        if room.width() < 30:
            return
        painter.setFont(text_font(self.theme.pixels(SMALL)))
        painter.setPen(QColor(self.theme.dim))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        _write(painter, room, text, plain)
