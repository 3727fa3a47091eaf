"""Graphics items of boxes and edges: plain C++ items, no Python runs per frame.

Boxes are made in chunks of neighbours: one item holds all their outlines, one all
bars of a colour; only texts are single items. All lie inside the chunk's first item,
which is the only one that the scene has to index.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsSimpleTextItem,
)

from loaders.ir.graph import Category
from loaders.ir.layout import Route
from viewers.drawing.cards import Card
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH
from viewers.drawing.lettering import Lettering, Letters
from viewers.drawing.style import Theme

LEFT, RIGHT = 14.0, 10.0
"""Space beside the texts of a box."""
BAR, CORNER = 4.0, 5.0
TITLE_Y, KIND_Y, SHAPE_Y = 17.0, 35.5, 53.0
"""Where the middle of each line is, from the top of a box."""
BADGE_HEIGHT, BADGE_PADDING, BADGE_LONGEST = 16.0, 6.0, 110.0
MARK = 12.0
STUB, STUB_LABEL_ROOM = 11.0, 76.0
EDGE_WIDTH = 1.4

Place = tuple[float, float]
Texts = list[tuple[Letters, str, float, float, str]]
"""Font, text, left edge, middle of the line, colour."""


class ChunkPainter:
    """Makes the items of some neighbouring boxes."""

    def __init__(self, theme: Theme, letters: Lettering) -> None:
        self._theme, self._letters = theme, letters

    def make(self, cards: Sequence[tuple[Card, Place]]) -> QGraphicsItem:
        """Return the item that holds the boxes and all that is written on them."""
        theme = self._theme
        outlines = QPainterPath()
        bars: dict[Category, QPainterPath] = {}
        badges: dict[Category, QPainterPath] = {}
        marks: dict[str, QPainterPath] = {}
        broken, stacks = QPainterPath(), QPainterPath()
        texts: Texts = []
        for card, (x, y) in cards:
            _add_outline(outlines, x, y)
            _add_bar(bars.setdefault(card.category, QPainterPath()), x, y)
            taken = [0.0, MARK + 4 if card.problem or card.warnings else 0.0]
            if card.badge:
                outline = badges.setdefault(card.category, QPainterPath())
                self._badge(card, x, y, outline, texts, taken)
            if card.problem:
                _add_outline(broken, x, y)
            if card.problem or card.warnings:
                color = theme.error if card.problem else theme.warning
                left, top = x + NODE_WIDTH - RIGHT - MARK, y + KIND_Y - MARK / 2
                add_mark(marks.setdefault(color, QPainterPath()), left, top)
            if card.container:
                _add_stack(stacks, x, y)
            self._words(card, x, y, taken, texts)
        root = _path(outlines, None, theme.line, theme.panel)
        contains = QGraphicsItem.GraphicsItemFlag.ItemContainsChildrenInShape
        root.setFlag(contains)
        if not stacks.isEmpty():
            _path(stacks, root, theme.edge)
        if not broken.isEmpty():
            _path(broken, root, theme.error)
        for category, path in bars.items():
            _path(path, root, "", theme.categories[category])
        for category, path in badges.items():
            _path(path, root, theme.categories[category])
        for color, path in marks.items():
            _path(path, root, "", color)
        _write(texts, root)
        return root

    def _badge(
        self,
        card: Card,
        x: float,
        y: float,
        outline: QPainterPath,
        texts: Texts,
        taken: list[float],
    ) -> None:
        """Add a badge beside the title, or beside the type if only that is short."""
        letters = self._letters.badge
        text = letters.fit(card.badge, BADGE_LONGEST - 2 * BADGE_PADDING)
        width = letters.width(text) + 2 * BADGE_PADDING
        room = NODE_WIDTH - LEFT - RIGHT - width - 4
        title, kind = self._letters.title, self._letters.kind
        beside_type = not taken[1] and title.width(card.title) > room >= kind.width(
            card.kind
        )
        line = 1 if beside_type else 0
        middle = y + (KIND_Y if beside_type else TITLE_Y)
        left, top = x + NODE_WIDTH - 8 - width, middle - BADGE_HEIGHT / 2
        outline.addRoundedRect(left, top, width, BADGE_HEIGHT, 8, 8)
        texts.append((letters, text, left + BADGE_PADDING, middle, self._theme.text))
        taken[line] += width + 4

    def _words(
        self, card: Card, x: float, y: float, taken: Sequence[float], texts: Texts
    ) -> None:
        theme, letters = self._theme, self._letters
        room = NODE_WIDTH - LEFT - RIGHT
        title = letters.title.fit(card.title, room - taken[0])
        texts.append((letters.title, title, x + LEFT, y + TITLE_Y, theme.text))
        kind = letters.kind.fit(card.kind, room - taken[1])
        texts.append((letters.kind, kind, x + LEFT, y + KIND_Y, theme.dim))
        number, shape, width = self._fitting(card, room)
        if number:
            left = x + NODE_WIDTH - RIGHT - width
            texts.append((letters.shape, number, left, y + SHAPE_Y, theme.dim))
        if shape:
            texts.append((letters.shape, shape, x + LEFT, y + SHAPE_Y, theme.dim))

    def _fitting(self, card: Card, room: float) -> tuple[str, str, float]:
        """Return number, shape and the number's width, as full as there is room for."""
        letters = self._letters.shape
        tight = card.shape.replace(" × ", "×")
        for number, shape in (
            (card.number, card.shape),
            (card.short_number, card.shape),
            (card.short_number, tight),
        ):
            width = letters.width(number)
            left = room - (width + 8 if number else 0.0)
            if letters.width(shape) <= left:
                return number, shape, width
        return number, letters.fit(tight, left), width


def _write(texts: Texts, root: QGraphicsItem) -> None:
    brushes: dict[str, QBrush] = {}
    for letters, text, left, middle, color in texts:
        item = QGraphicsSimpleTextItem(root)
        item.setFont(letters.font)  # before the text, which is then measured once
        item.setText(text)
        brush = brushes.get(color)
        if brush is None:
            brush = brushes[color] = QBrush(QColor(color))
        item.setBrush(brush)
        item.setPos(left, middle - letters.height / 2)


def _path(
    path: QPainterPath,
    parent: QGraphicsItem | None,
    line: str,
    fill: str = "",
    width: float = 1.0,
) -> QGraphicsPathItem:
    item = QGraphicsPathItem(path, parent)
    item.setPen(QPen(QColor(line), width) if line else QPen(Qt.PenStyle.NoPen))
    item.setBrush(QBrush(QColor(fill)) if fill else QBrush())
    return item


def _add_outline(path: QPainterPath, x: float, y: float) -> None:
    """Add a box's outline along the middle of pixels, where it is sharp."""
    path.addRoundedRect(
        x + 0.5, y + 0.5, NODE_WIDTH - 1, NODE_HEIGHT - 1, CORNER, CORNER
    )


def _add_bar(path: QPainterPath, x: float, y: float) -> None:
    """Add the coloured left edge of a box, round where the box is."""
    size = 2 * CORNER
    path.moveTo(x + BAR, y)
    path.lineTo(x + CORNER, y)
    path.arcTo(x, y, size, size, 90, 90)
    path.arcTo(x, y + NODE_HEIGHT - size, size, size, 180, 90)
    path.lineTo(x + BAR, y + NODE_HEIGHT)
    path.closeSubpath()


def add_mark(path: QPainterPath, left: float, top: float) -> None:
    """Add a warning sign: a triangle with an exclamation mark cut out."""
    middle = left + MARK / 2
    path.moveTo(middle, top)
    path.lineTo(left + MARK, top + MARK)
    path.lineTo(left, top + MARK)
    path.closeSubpath()
    path.addRect(middle - 0.75, top + 4, 1.5, 4)
    path.addRect(middle - 0.75, top + 9, 1.5, 1.5)


def _add_stack(path: QPainterPath, x: float, y: float) -> None:
    """Add the edges of two sheets below a box that holds more."""
    for inset, drop in ((4.0, 3.0), (8.0, 6.0)):
        bottom = y + NODE_HEIGHT
        path.moveTo(x + inset, bottom + drop - 2)
        path.lineTo(x + inset + 2, bottom + drop)
        path.lineTo(x + NODE_WIDTH - inset - 2, bottom + drop)
        path.lineTo(x + NODE_WIDTH - inset, bottom + drop - 2)


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


def edges_item(
    routes: Sequence[Route], horizontal: bool, color: str, width: float = EDGE_WIDTH
) -> QGraphicsPathItem:
    """Return one item with the lines of some edges, all drawn whole."""
    path = QPainterPath()
    for route in routes:
        add_curve(path, route.points, horizontal)
    return _path(path, None, color, width=width)


def stubs_item(
    ends: Sequence[tuple[Place, bool]], horizontal: bool, color: str
) -> QGraphicsPathItem:
    """Return one item with ends of edges that are not drawn whole.

    Args:
        ends: Where each end touches its box, and whether the edge leaves there.
        horizontal: Whether edges run from left to right.
        color: Of the lines.
    """
    path = QPainterPath()
    for (x, y), outgoing in ends:
        length = STUB if outgoing else -STUB
        path.moveTo(x, y)
        path.lineTo(
            x + (length if horizontal else 0), y + (0 if horizontal else length)
        )
    return _path(path, None, color, width=EDGE_WIDTH)


def edge_pen(color: str, detail: bool) -> QPen:
    """Return the pen of edges; in a small picture lines do not get thinner."""
    pen = QPen(QColor(color), EDGE_WIDTH if detail else 1.0)
    pen.setCosmetic(not detail)
    return pen


def stub_label(
    letters: Letters, text: str, end: Place, outgoing: bool, theme: Theme
) -> QGraphicsSimpleTextItem:
    """Return the label beside the end of an edge that is not drawn whole."""
    x, y = end
    item = QGraphicsSimpleTextItem(letters.fit(text, STUB_LABEL_ROOM))
    item.setFont(letters.font)
    item.setBrush(QBrush(QColor(theme.dim)))
    item.setPos(x + 4, y + 1 if outgoing else y - letters.height - 1)
    return item


def blocks_item(places: Sequence[Place], color: str) -> QGraphicsPathItem:
    """Return plain rectangles for boxes too small to be read."""
    path = QPainterPath()
    for x, y in places:
        path.addRect(x, y, NODE_WIDTH, NODE_HEIGHT)
    return _path(path, None, "", color)


def lit_item(
    routes: Sequence[Route], horizontal: bool, color: str
) -> QGraphicsPathItem:
    """Return the edges of a selected box, all whole, over the others."""
    return _as_wide_when_small(edges_item(routes, horizontal, color, EDGE_WIDTH + 0.2))


def _as_wide_when_small(item: QGraphicsPathItem) -> QGraphicsPathItem:
    """Keep an item's line as wide on the screen however small the picture is."""
    pen = item.pen()
    pen.setCosmetic(True)
    item.setPen(pen)
    return item


def ring_item(place: Place, color: str) -> QGraphicsPathItem:
    """Return the ring around a selected box."""
    path = QPainterPath()
    box = QRectF(*place, NODE_WIDTH, NODE_HEIGHT).adjusted(-3, -3, 3, 3)
    path.addRoundedRect(box, CORNER + 2, CORNER + 2)
    ring = _path(path, None, color, width=2.0)
    return _as_wide_when_small(ring)
