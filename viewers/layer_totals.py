"""The line below the layer table: what all layers, or those left, have together."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from loaders.ir.text import compact, count_of, file_size, grouped
from viewers.drawing.style import BASE, LIGHT, ROW_HEIGHT, Theme, text_font
from viewers.layer_columns import ORDER, Column
from viewers.layer_rows import Sums
from viewers.plain import plain_tooltip

INSET = 8


class TotalsRow(QWidget):
    """Draws sums under their columns, wherever those are moved to."""

    def __init__(self, header: QHeaderView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer-totals")
        self._header = header
        self._theme = LIGHT
        self._texts: dict[Column, str] = {}
        for signal in (
            header.sectionResized,
            header.sectionMoved,
            header.geometriesChanged,
        ):
            signal.connect(self._redraw)

    def show_sums(self, sums: Sums | None, of: int) -> None:
        """Show other sums.

        Args:
            sums: Of the layers that are left; ``None`` while there are none.
            of: How many layers the model has.
        """
        self._texts = texts_of(sums, of) if sums is not None else {}
        words = sentence_of(sums, of) if sums is not None else ""
        self.setAccessibleName(words)
        self.setToolTip(plain_tooltip(words))
        self.update()

    def text(self, column: Column) -> str:
        """Return what stands under a column."""
        return self._texts.get(column, "")

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self.setFixedHeight(theme.pixels(ROW_HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, self._theme.pixels(ROW_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = self._theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(QRect(0, 0, self.width(), 1), QColor(theme.line))
        painter.setPen(QColor(theme.text))
        painter.setFont(text_font(theme.pixels(BASE), bold=True))
        metrics = painter.fontMetrics()
        for column, text in self._texts.items():
            section = ORDER.index(column)
            if self._header.isSectionHidden(section):
                continue
            left = self._header.sectionViewportPosition(section)
            width = self._header.sectionSize(section)
            cell = QRect(left + INSET, 0, width - 2 * INSET, self.height())
            side = Qt.AlignmentFlag.AlignRight
            if column is Column.LAYER:
                side = Qt.AlignmentFlag.AlignLeft
                # Under columns without sums there is more room.
                cell.setWidth(max(cell.width(), self._free_room(section) - 2 * INSET))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, cell.width())
            painter.drawText(cell, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _free_room(self, section: int) -> int:
        """Return how wide a cell is with the empty ones at its right."""
        header = self._header
        place, width = header.visualIndex(section), header.sectionSize(section)
        for visual in range(place + 1, header.count()):
            logical = header.logicalIndex(visual)
            if ORDER[logical] in self._texts:
                break
            width += header.sectionSize(logical)
        return width

    @Slot()
    def _redraw(self) -> None:
        self.update()


def texts_of(sums: Sums, of: int) -> dict[Column, str]:
    """Return what stands under each column."""
    weights = sums.weights
    layers = count_of(sums.layers, sums.noun)
    if sums.layers != of:
        layers = f"{grouped(sums.layers)} of {count_of(of, sums.noun)}"
    nbytes = weights.nbytes
    return {
        Column.LAYER: layers,
        Column.PARAMETERS: _sum(weights.total, grouped, sums.unsized),
        Column.TRAINED: _sum(weights.trainable, grouped, sums.unsized),
        Column.MULTIPLY_ADDS: _sum(sums.multiply_adds, compact, sums.unknown),
        Column.MEMORY: "?" if nbytes is None else _sum(nbytes, file_size, sums.unsized),
    }


def _sum(known: int, text_of: Callable[[int], str], unknown: int) -> str:
    """Return a sum; it is at least that much if some of its parts are unknown."""
    if not unknown:
        return text_of(known)
    return f"≥ {text_of(known)}" if known else "?"


def sentence_of(sums: Sums, of: int) -> str:
    """Return the same as a sentence."""
    weights = sums.weights
    words = (
        f"{grouped(sums.layers)} of {count_of(of, sums.noun)} have "
        f"{count_of(weights.total, 'parameter')}, {grouped(weights.trainable)} of them "
        f"trained; a weight that several {sums.noun}s share counts once."
    )
    if sums.unsized:
        lacking = count_of(sums.unsized, sums.noun)
        words += f" Without the weights of {lacking} whose sizes nobody knows."
    cost = f" {grouped(sums.multiply_adds)} multiply-adds for one sample"
    if sums.unknown:
        without = count_of(sums.unknown, sums.noun)
        return f"{words}{cost}, and those of {without} that nobody knows."
    return f"{words}{cost}."
