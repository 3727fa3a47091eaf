"""Graphics items of edges: plain C++ items, many edges in one."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsSimpleTextItem

from loaders.ir.layout import Route
from viewers.drawing.lettering import Letters
from viewers.drawing.places import CELL, STUB, Cell
from viewers.drawing.style import Theme

EDGE_WIDTH = 1.4

LABEL_ROOM = 76.0
"""Width of the words at the end of an edge that is not drawn whole."""
SHAPE_ROOM = 150.0


class Tip(Struct, frozen=True):
    """An end of an edge that is not drawn whole, where it touches its box."""

    x: float
    y: float
    outgoing: bool

    @property
    def cell(self) -> Cell:
        """The cell that it lies in."""
        return int(self.x // CELL), int(self.y // CELL)


def edges_item(
    routes: Iterable[Route], horizontal: bool, color: str
) -> QGraphicsPathItem:
    """Return one item with the lines of some edges, all drawn whole."""
    path = QPainterPath()
    for route in routes:
        add_curve(path, route.points, horizontal)
    item = QGraphicsPathItem(path)
    item.setPen(QPen(QColor(color), EDGE_WIDTH))
    return item


def tips_item(tips: Iterable[Tip], horizontal: bool, color: str) -> QGraphicsPathItem:
    """Return one item with the ends of edges that are not drawn whole."""
    path = QPainterPath()
    for tip in tips:
        length = STUB if tip.outgoing else -STUB
        path.moveTo(tip.x, tip.y)
        if horizontal:
            path.lineTo(tip.x + length, tip.y)
        else:
            path.lineTo(tip.x, tip.y + length)
    item = QGraphicsPathItem(path)
    item.setPen(QPen(QColor(color), EDGE_WIDTH))
    return item


def threads_item(
    routes: Iterable[Route], _horizontal: bool, color: str
) -> QGraphicsPathItem:
    """Return one item with edges as hairlines, for a picture too small for curves."""
    path = QPainterPath()
    for route in routes:
        points = route.points
        path.moveTo(points[0], points[1])
        for at in range(2, len(points), 2):
            path.lineTo(points[at], points[at + 1])
    item = QGraphicsPathItem(path)
    item.setPen(_hairline(color, 1.0))
    return item


def lit_item(
    routes: Sequence[Route], horizontal: bool, color: str
) -> QGraphicsPathItem:
    """Return edges all whole and strong, as wide however small the picture is."""
    item = edges_item(routes, horizontal, color)
    item.setPen(_hairline(color, EDGE_WIDTH + 0.4))
    return item


LEADS = 0
"""Under this key the words beside an end keep the number of their edge."""


def tip_label(
    letters: Letters, text: str, tip: Tip, theme: Theme
) -> QGraphicsSimpleTextItem:
    """Return the words beside the end of an edge that is not drawn whole."""
    item = QGraphicsSimpleTextItem(letters.fit(text, LABEL_ROOM))
    item.setFont(letters.font)
    item.setBrush(QBrush(QColor(theme.dim)))
    item.setPos(tip.x + 4, tip.y + 1 if tip.outgoing else tip.y - letters.height - 1)
    return item


def has_room(letters: Letters, text: str, route: Route, horizontal: bool) -> bool:
    """Whether words fit between a box and what lies to the right of it."""
    return (
        not horizontal or letters.width(text) + 6 <= route.points[2] - route.points[0]
    )


def shape_label(
    letters: Letters, text: str, route: Route, horizontal: bool, theme: Theme
) -> QGraphicsSimpleTextItem:
    """Return the words of an edge, beside its first piece."""
    x, y = route.points[:2]
    item = QGraphicsSimpleTextItem(letters.fit(text, SHAPE_ROOM))
    item.setFont(letters.font)
    item.setBrush(QBrush(QColor(theme.dim)))
    if horizontal:
        item.setPos(x + 3, y - letters.height - 1)
    else:
        item.setPos(x + 4, y + 2)
    return item


def add_curve(path: QPainterPath, points: Sequence[float], horizontal: bool) -> None:
    """Add an edge: straight beside the boxes, curved between rows."""
    x, y = points[0], points[1]
    path.moveTo(x, y)
    for index in range(2, len(points), 2):
        to_x, to_y = points[index], points[index + 1]
        if abs((to_y - y) if horizontal else (to_x - x)) < 0.5:
            path.lineTo(to_x, to_y)
        elif horizontal:
            middle = (x + to_x) / 2
            path.cubicTo(middle, y, middle, to_y, to_x, to_y)
        else:
            middle = (y + to_y) / 2
            path.cubicTo(x, middle, to_x, middle, to_x, to_y)
        x, y = to_x, to_y


def _hairline(color: str, width: float) -> QPen:
    """Return a pen that is as wide on the screen however small the picture is."""
    pen = QPen(QColor(color), width)
    pen.setCosmetic(True)
    return pen
