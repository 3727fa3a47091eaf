"""What the colours of a picture mean: a scale with numbers, or a list of words."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QIcon,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from loaders.ir.graph import Category
from loaders.ir.text import grouped
from viewers.drawing.metric import Scale
from viewers.drawing.shading import STEPS, Shading
from viewers.drawing.style import LIGHT, Theme
from viewers.plain import short_name
from viewers.plain_label import plain_label
from viewers.plate import paint_plate

BAR_WIDTH, BAR_HEIGHT = 176, 10
CHIP = 12
MOST_WORDS = 8
"""Words of a metric that are listed; the rest are counted."""
LONGEST_WORD = 28


class Legend(QFrame):
    """Lies over the lower left corner of a picture.

    Signals:
        category_chosen: A category of the list was clicked.
    """

    category_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Legend")
        self._theme = LIGHT
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 8, 10, 8)
        self._page = QWidget(self)
        self._column = QVBoxLayout(self._page)
        whole.addWidget(self._page)
        self.hide()

    def show_metric(self, shading: Shading, theme: Theme) -> None:
        """Show what the colours of a metric mean."""
        self._start(theme, shading.metric.title)
        if shading.metric.scale is Scale.NAMES:
            for word in shading.extent.names[:MOST_WORDS]:
                self._add_row(shading.color(word), short_name(word, LONGEST_WORD))
            if (left := len(shading.extent.names) - MOST_WORDS) > 0:
                self._add_dim(f"and {grouped(left)} more")
        elif shading.extent.low < shading.extent.high:
            self._add_scale(shading)
        elif shading.extent.has_numbers:  # all alike: a scale would have no length
            self._add_row(shading.color(shading.extent.low), shading.ticks[0])
        if shading.extent.has_unknown:
            self._add_row("", "Unknown")
        if shading.metric.note:
            self._add_dim(shading.metric.note)
        self._finish()

    def show_categories(self, counts: Mapping[Category, int], theme: Theme) -> None:
        """List the categories in the picture, the most frequent first."""
        self._start(theme, "Categories")
        for category in sorted(counts, key=lambda each: (-counts[each], each.value)):
            words = f" {category.value.capitalize()}  {grouped(counts[category])}"
            button = QToolButton(self._page)
            button.setObjectName("legend-row")
            button.setAutoRaise(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIcon(_chip(theme.categories[category], theme))
            button.setIconSize(QSize(CHIP, CHIP))
            button.setText(words)
            button.setAccessibleName(words.strip())
            button.clicked.connect(
                lambda _on=False, each=category: self.category_chosen.emit(each.value)
            )
            self._column.addWidget(button)
        self._finish()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_plate(painter, QRectF(self.rect()), self._theme)

    def _start(self, theme: Theme, title: str) -> None:
        """Begin a new page: its widgets are shown, and so measured, all at once."""
        self._theme = theme
        before, self._page = self._page, QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        whole = self.layout()
        assert whole is not None
        whole.replaceWidget(before, self._page)
        before.hide()
        before.deleteLater()
        self.setAccessibleDescription(title)
        self._column.addWidget(plain_label(self._page, "heading", title))

    def _finish(self) -> None:
        self._page.show()
        self.show()
        self.adjustSize()

    def _add_scale(self, shading: Shading) -> None:
        self._column.addWidget(_ScaleBar(shading, self._page))
        ticks = QHBoxLayout()
        for at, text in enumerate(shading.ticks):
            label = plain_label(self._page, "legend-text", text)
            ticks.addWidget(label, 1)
            label.setAlignment(_SIDES[at])
        self._column.addLayout(ticks)
        self.setAccessibleDescription(
            f"{shading.metric.title}: from {shading.ticks[0]} to {shading.ticks[2]}"
        )

    def _add_row(self, color: str, text: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        chip = plain_label(self._page)
        chip.setPixmap(_chip(color, self._theme).pixmap(CHIP, CHIP))
        row.addWidget(chip)
        row.addWidget(plain_label(self._page, "legend-text", text), 1)
        self._column.addLayout(row)

    def _add_dim(self, text: str) -> None:
        self._column.addWidget(plain_label(self._page, "notice-text", text))


_SIDES = (
    Qt.AlignmentFlag.AlignLeft,
    Qt.AlignmentFlag.AlignHCenter,
    Qt.AlignmentFlag.AlignRight,
)


class _ScaleBar(QWidget):
    """The colours of a scale, from its low end to its high one."""

    def __init__(self, shading: Shading, parent: QWidget) -> None:
        super().__init__(parent)
        self._shading = shading
        self.setFixedSize(BAR_WIDTH, BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the scale."""
        painter = QPainter(self)
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for step in range(STEPS + 1):
            place = step / STEPS
            gradient.setColorAt(place, QColor(self._shading.scale_color(place)))
        painter.setPen(QColor(self._shading.theme.edge))
        painter.setBrush(QBrush(gradient))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


def _chip(color: str, theme: Theme) -> QIcon:
    """Return a small square in a colour; hatched for no colour: unknown."""
    pixmap = QPixmap(CHIP * 2, CHIP * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(2, 2)
    is_seen = color not in ("", theme.panel)
    painter.setPen(QColor(color if is_seen else theme.edge))
    if color:
        painter.setBrush(QColor(color))
    else:
        painter.setBrush(QBrush(QColor(theme.edge), Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(QRectF(0.5, 0.5, CHIP - 1, CHIP - 1), 2, 2)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return QIcon(pixmap)
