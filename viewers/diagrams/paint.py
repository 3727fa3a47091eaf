"""Paints a sketch in the colours of the theme."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from viewers.diagrams.scale import LEAST
from viewers.diagrams.strokes import (
    Align,
    Beam,
    Cell,
    Dots,
    Line,
    Look,
    Outline,
    Sketch,
    Spot,
    Stroke,
    Tone,
    Words,
)
from viewers.drawing.style import SMALL
from viewers.ink import Ink, blend

_TIP, _GAP_FROM = 4.0, 5.0
"""Half of an arrow's tip; the least cell that is set off from its neighbours."""


def small_font(ink: Ink) -> QFont:
    """Return the font of words in drawings."""
    font = QFont(ink.plain)
    font.setPixelSize(max(SMALL - 1, ink.plain.pixelSize() - 2))
    return font


def paint_sketch(
    painter: QPainter, sketch: Sketch, ink: Ink, spot: Spot | None = None
) -> None:
    """Paint a sketch at the painter's origin.

    Args:
        painter: Where to.
        sketch: What.
        ink: Colours and fonts.
        spot: The place that the pointer is over.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    brush = _Brush(painter, ink)
    brush.paint(sketch.strokes)
    brush.paint(spot.strokes if spot is not None else sketch.shown)
    painter.restore()


class _Brush:
    """Paints one stroke after another."""

    def __init__(self, painter: QPainter, ink: Ink) -> None:
        self._painter, self._ink = painter, ink
        self._font = small_font(ink)
        self._tones = {
            Tone.TEXT: ink.text,
            Tone.DIM: ink.dim,
            Tone.ACCENT: ink.accent,
        }
        self._fills = {
            Look.PLAIN: blend(ink.panel, ink.dim, 0.22),
            Look.LIT: blend(ink.panel, ink.accent, 0.36),
            Look.OTHER: blend(ink.panel, ink.dim, 0.45),
            Look.STRONG: ink.accent,
            Look.BOX: blend(ink.panel, ink.dim, 0.07),
        }

    def paint(self, strokes: Iterable[Stroke]) -> None:
        """Paint strokes in order; cells that follow each other as one, for speed."""
        for is_cell, group in groupby(strokes, lambda one: type(one) is Cell):
            if is_cell:
                self._cells([one for one in group if isinstance(one, Cell)])
                continue
            for stroke in group:
                self._stroke(stroke)

    def _cells(self, cells: Sequence[Cell]) -> None:
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(Qt.PenStyle.NoPen)
        for look, group in groupby(cells, lambda cell: cell.look):
            if look in (Look.ADDED, Look.CUT, Look.BOX):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                for cell in group:
                    self._framed(cell)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
                painter.setPen(Qt.PenStyle.NoPen)
                continue
            painter.setBrush(self._fills[look])
            painter.drawRects([_inset(cell) for cell in group])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _stroke(self, stroke: Stroke) -> None:
        match stroke:
            case Outline():
                self._outline(stroke)
            case Line():
                self._line(stroke)
            case Beam(points):
                pale = QColor(self._ink.accent)
                pale.setAlphaF(0.1)
                self._painter.setPen(Qt.PenStyle.NoPen)
                self._painter.setBrush(pale)
                self._painter.drawPolygon(_polygon(points))
            case Words():
                self._words(stroke)
            case Dots(x, y, down):
                self._painter.setPen(Qt.PenStyle.NoPen)
                self._painter.setBrush(self._ink.dim)
                for step in (-4.0, 0.0, 4.0):
                    at = QPointF(x, y + step) if down else QPointF(x + step, y)
                    self._painter.drawEllipse(at, 1.0, 1.0)

    def _framed(self, cell: Cell) -> None:
        where, painter = _inset(cell), self._painter
        if cell.look is Look.BOX:
            painter.setPen(QPen(blend(self._ink.panel, self._ink.dim, 0.6), 1))
            painter.setBrush(self._fills[cell.look])
            painter.drawRoundedRect(where.adjusted(0.5, 0.5, 0.5, 0.5), 4, 4)
            return
        painter.setPen(QPen(self._ink.dim, 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(where.adjusted(0.5, 0.5, -0.5, -0.5))
        if cell.look is Look.CUT:
            painter.drawLine(where.bottomLeft(), where.topRight())

    def _outline(self, outline: Outline) -> None:
        style = Qt.PenStyle.DashLine if outline.dashed else Qt.PenStyle.SolidLine
        pen = QPen(self._tones[outline.tone], 1 if outline.dashed else 1.6, style)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(outline.x, outline.y, outline.width, outline.height)
        self._painter.drawRect(box.adjusted(-0.5, -0.5, -0.5, -0.5))

    def _line(self, line: Line) -> None:
        color = self._tones[line.tone]
        style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
        self._painter.setPen(QPen(color, line.thick, style))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPolyline(_polygon(line.points))
        if line.arrow and len(line.points) > 1:
            self._tip(line.points[-2], line.points[-1], color)

    def _tip(
        self, start: tuple[float, float], end: tuple[float, float], color: QColor
    ) -> None:
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        corners = [end]
        for side in (-1, 1):
            turned = angle + side * 2.6
            corners.append(
                (
                    end[0] + 1.6 * _TIP * math.cos(turned),
                    end[1] + 1.6 * _TIP * math.sin(turned),
                )
            )
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(color)
        self._painter.drawPolygon(_polygon(corners))

    def _words(self, words: Words) -> None:
        painter = self._painter
        painter.setFont(self._font)
        painter.setPen(self._tones[words.tone])
        flags = {
            Align.LEFT: Qt.AlignmentFlag.AlignLeft,
            Align.MIDDLE: Qt.AlignmentFlag.AlignHCenter,
            Align.RIGHT: Qt.AlignmentFlag.AlignRight,
        }[words.align]
        room = QRectF(words.x - 1, words.y, words.width + 2, words.height)
        plain = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
        painter.drawText(
            room, flags | Qt.AlignmentFlag.AlignVCenter | plain, words.text
        )


def _inset(cell: Cell) -> QRectF:
    """Return where a cell is painted: a line wide apart from its neighbours."""
    x, y, width, height, _ = cell
    gap_x = 1.0 if width >= _GAP_FROM else 0.5 if width >= LEAST else 0.0
    gap_y = 1.0 if height >= _GAP_FROM else 0.5 if height >= LEAST else 0.0
    return QRectF(x, y, width - gap_x, height - gap_y)


def _polygon(
    points: tuple[tuple[float, float], ...] | list[tuple[float, float]],
) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
