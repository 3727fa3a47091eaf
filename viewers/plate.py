"""The ground of what floats over a picture: the map, the legend."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from viewers.drawing.style import RADIUS, Theme


def paint_plate(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Paint a panel's ground with a hairline around it."""
    painter.setPen(QPen(QColor(theme.line), 1.0))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
