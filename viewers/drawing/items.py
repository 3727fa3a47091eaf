"""Graphics items of boxes: plain C++ items, no Python runs per frame.

Boxes are made in chunks of neighbours: one item holds all outlines of a colour, one
all bars of a colour; only texts are single items. All lie inside the chunk's first
item, which is the only one that the scene has to look at.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QGraphicsSimpleTextItem,
)

from viewers.drawing.cards import Card
from viewers.drawing.colors import blend
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH
from viewers.drawing.lettering import Lettering, Letters
from viewers.drawing.shading import Tint
from viewers.drawing.style import Theme

LEFT, RIGHT = 14.0, 8.0
"""Space beside the texts of a box."""
LEAST_GAP = 6.0
"""Between shape and number."""
BAR, CORNER = 4.0, 5.0
TITLE_Y, KIND_Y, SHAPE_Y = 17.0, 35.5, 53.0
"""Where the middle of each line is, from the top of a box."""
BADGE_HEIGHT, BADGE_PADDING, BADGE_LONGEST = 16.0, 6.0, 110.0
LEAST_TYPE = 44.0
"""Room that a type keeps before its settings are cut."""
MARK = 12.0
SHEETS = 6.0
"""How far the edges of what is in a closed group reach out below its box."""
CHEVRON = 14.0
"""Width of the arrow before the title of what opens or closes."""
ALIKE_SHARE = 0.09
"""How much colour is on the boxes of groups that are alike."""

Place = tuple[float, float]
Texts = list[tuple[Letters, str, float, float, str]]
"""Font, text, left edge, middle of the line, colour."""


class Piece(Struct, frozen=True):
    """One box to be drawn: its id, words, upper left corner and paint, if any."""

    box: str
    card: Card
    x: float
    y: float
    tint: Tint | None = None


class ChunkPainter:
    """Makes the items of some neighbouring boxes."""

    def __init__(self, theme: Theme, letters: Lettering) -> None:
        self._theme, self._letters = theme, letters

    def make(self, pieces: Iterable[Piece]) -> QGraphicsItem:
        """Return the item that holds the boxes and all that is written on them."""
        theme = self._theme
        fills: defaultdict[str, QPainterPath] = defaultdict(QPainterPath)
        shapes: defaultdict[str, QPainterPath] = defaultdict(QPainterPath)
        badges: defaultdict[str, QPainterPath] = defaultdict(QPainterPath)
        broken, stacks, unknown = QPainterPath(), QPainterPath(), QPainterPath()
        sections = QPainterPath()
        chevrons: defaultdict[str, QPainterPath] = defaultdict(QPainterPath)
        texts: Texts = []
        for piece in pieces:
            card, tint, x, y = piece.card, piece.tint, piece.x, piece.y
            _add_outline(fills[self._fill(card, tint)], x, y)
            if tint is not None and tint.unknown:
                _add_outline(unknown, x, y)
            if not card.is_plain_group:
                _add_bar(shapes[theme.categories[card.category]], x, y)
            taken = [0.0, MARK + 4 if card.problem or card.warnings else 0.0]
            if card.badge:
                outline = badges[theme.categories[card.category]]
                self._badge(piece, outline, texts, taken)
            if card.section:
                _add_outline(sections, x, y)
            if card.problem:
                _add_outline(broken, x, y)
            if card.problem or card.warnings:
                color = theme.error if card.problem else theme.warning
                left, top = x + NODE_WIDTH - RIGHT - MARK, y + KIND_Y - MARK / 2
                add_mark(shapes[color], left, top)
            if card.container:
                _add_stack(stacks, x, y)
                ink = tint.ink if tint is not None else theme.dim
                add_chevron(chevrons[ink], x + LEFT, y + TITLE_Y, opened=False)
            self._words(piece, taken, texts)
        root = _holder(fills.values())
        for fill, path in fills.items():
            path_item(path, root, theme.line, fill)
        if not unknown.isEmpty():
            _hatch(unknown, root, theme.line)
        if not sections.isEmpty():
            dash(path_item(sections, root, theme.edge))
        if not stacks.isEmpty():
            path_item(stacks, root, theme.edge)
        if not broken.isEmpty():
            path_item(broken, root, theme.error)
        for color, path in shapes.items():
            path_item(path, root, "", color)
        for color, path in badges.items():
            path_item(path, root, color)
        for color, path in chevrons.items():
            path_item(path, root, color, width=1.6)
        write(texts, root)
        return root

    def _fill(self, card: Card, tint: Tint | None) -> str:
        if tint is not None:
            return tint.fill
        return alike_fill(card.likeness, self._theme.panel, self._theme)

    def _badge(
        self, piece: Piece, outline: QPainterPath, texts: Texts, taken: list[float]
    ) -> None:
        """Add a badge beside the title, or beside the type if that is shorter."""
        card, x, y = piece.card, piece.x, piece.y
        letters = self._letters.badge
        text = letters.fit(card.badge, BADGE_LONGEST - 2 * BADGE_PADDING)
        width = letters.width(text) + 2 * BADGE_PADDING
        room = NODE_WIDTH - LEFT - RIGHT - width - 4
        # Where less of the words is lost; the title's if nothing is.
        lost_title = max(0.0, self._letters.title.width(card.title) - room)
        lost_kind = max(0.0, self._letters.kind.width(card.kind) - room)
        beside_type = not taken[1] and lost_title > lost_kind
        line = 1 if beside_type else 0
        middle = y + (KIND_Y if beside_type else TITLE_Y)
        left, top = x + NODE_WIDTH - 8 - width, middle - BADGE_HEIGHT / 2
        outline.addRoundedRect(left, top, width, BADGE_HEIGHT, 8, 8)
        ink = piece.tint.ink if piece.tint is not None else self._theme.text
        texts.append((letters, text, left + BADGE_PADDING, middle, ink))
        taken[line] += width + 4

    def _words(self, piece: Piece, taken: Sequence[float], texts: Texts) -> None:
        card, tint, x, y = piece.card, piece.tint, piece.x, piece.y
        letters = self._letters
        strong = tint.ink if tint is not None else self._theme.text
        weak = tint.ink if tint is not None else self._theme.dim
        room = NODE_WIDTH - LEFT - RIGHT
        indent = CHEVRON if card.container else 0.0
        title = letters.title.fit(card.title, room - taken[0] - indent)
        texts.append((letters.title, title, x + LEFT + indent, y + TITLE_Y, strong))
        kind = self._fit_kind(card.kind, room - taken[1])
        texts.append((letters.kind, kind, x + LEFT, y + KIND_Y, weak))
        numbers = (card.number, card.short_number)
        if tint is not None:
            numbers = (tint.text, tint.text)
        tight = card.short_shape or card.shape.replace(" × ", "×")
        number, shape, width = self._fitting((card.shape, tight), numbers, room)
        if number:
            left = x + NODE_WIDTH - RIGHT - width
            ink = strong if tint is not None else weak
            texts.append((letters.shape, number, left, y + SHAPE_Y, ink))
        if shape:
            texts.append((letters.shape, shape, x + LEFT, y + SHAPE_Y, weak))

    def _fit_kind(self, kind: str, room: float) -> str:
        """Cut the type rather than what follows it, as long as some of it is left."""
        letters = self._letters.kind
        head, dot, tail = kind.partition(" · ")
        left = room - letters.width(dot + tail)
        if not dot or letters.width(kind) <= room or left < LEAST_TYPE:
            return letters.fit(kind, room)
        return letters.fit(head, left) + dot + tail

    def _fitting(
        self, shapes: tuple[str, str], numbers: tuple[str, str], room: float
    ) -> tuple[str, str, float]:
        """Return number, shape and the number's width, as full as there is room for."""
        letters = self._letters.shape
        (shape, tight), (long, short) = shapes, numbers
        for number, text in ((long, shape), (short, shape), (short, tight)):
            width = letters.width(number)
            left = room - (width + LEAST_GAP if number else 0.0)
            if letters.width(text) <= left:
                return number, text, width
        return number, letters.fit(tight, left), width


def alike_fill(
    likeness: int, ground: str, theme: Theme, share: float = ALIKE_SHARE
) -> str:
    """Return a ground with the colour of groups that are alike."""
    if not likeness:
        return ground
    colors = list(theme.categories.values())
    return blend(ground, colors[likeness % len(colors)], share)


def write(texts: Texts, root: QGraphicsItem) -> None:
    """Add items of texts to another item."""
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


def path_item(
    path: QPainterPath,
    parent: QGraphicsItem | None,
    line: str,
    fill: str = "",
    width: float = 1.0,
) -> QGraphicsPathItem:
    """Return an item of a path with a line, a ground, or both."""
    item = QGraphicsPathItem(path, parent)
    item.setPen(QPen(QColor(line), width) if line else QPen(Qt.PenStyle.NoPen))
    item.setBrush(QBrush(QColor(fill)) if fill else QBrush())
    return item


def dash(item: QGraphicsPathItem) -> None:
    """Break an item's line: what it surrounds was cut by us."""
    pen = item.pen()
    pen.setStyle(Qt.PenStyle.DashLine)
    item.setPen(pen)


def add_mark(path: QPainterPath, left: float, top: float) -> None:
    """Add a warning sign: a triangle with an exclamation mark cut out."""
    middle = left + MARK / 2
    path.moveTo(middle, top)
    path.lineTo(left + MARK, top + MARK)
    path.lineTo(left, top + MARK)
    path.closeSubpath()
    path.addRect(middle - 0.75, top + 4, 1.5, 4)
    path.addRect(middle - 0.75, top + 9, 1.5, 1.5)


def add_chevron(path: QPainterPath, left: float, middle: float, opened: bool) -> None:
    """Add the arrow of what opens (pointing right) or closes (pointing down)."""
    if opened:
        path.moveTo(left, middle - 2)
        path.lineTo(left + 4, middle + 2)
        path.lineTo(left + 8, middle - 2)
    else:
        path.moveTo(left + 2, middle - 4)
        path.lineTo(left + 6, middle)
        path.lineTo(left + 2, middle + 4)


def blocks_item(places: Iterable[Place], color: str) -> QGraphicsPathItem:
    """Return plain rectangles for boxes too small to be read."""
    path = QPainterPath()
    for x, y in places:
        path.addRect(x, y, NODE_WIDTH, NODE_HEIGHT)
    return path_item(path, None, "", color)


def found_item(places: Iterable[Place], color: str) -> QGraphicsPathItem:
    """Return the outlines that mark boxes as found."""
    path = QPainterPath()
    for x, y in places:
        _add_outline(path, x, y)
    return path_item(path, None, color, width=2.0)


def ring_item(area: QRectF, color: str, width: float = 2.0) -> QGraphicsPathItem:
    """Return the ring around a selected box, as wide however small the picture is."""
    path = QPainterPath()
    path.addRoundedRect(area.adjusted(-3, -3, 3, 3), CORNER + 2, CORNER + 2)
    ring = path_item(path, None, color, width=width)
    pen = ring.pen()
    pen.setCosmetic(True)
    ring.setPen(pen)
    return ring


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


def _add_stack(path: QPainterPath, x: float, y: float) -> None:
    """Add the edges of two sheets below a box that holds more."""
    for inset, drop in ((4.0, SHEETS / 2), (8.0, SHEETS)):
        bottom = y + NODE_HEIGHT
        path.moveTo(x + inset, bottom + drop - 2)
        path.lineTo(x + inset + 2, bottom + drop)
        path.lineTo(x + NODE_WIDTH - inset - 2, bottom + drop)
        path.lineTo(x + NODE_WIDTH - inset, bottom + drop - 2)


def _holder(outlines: Iterable[QPainterPath]) -> QGraphicsItem:
    """Return an item that draws nothing and has room for all that is in some boxes."""
    area = QRectF()
    for outline in outlines:
        area = area.united(outline.boundingRect())
    holder = QGraphicsRectItem(area.adjusted(-2, -2, 2, 8))
    holder.setPen(QPen(Qt.PenStyle.NoPen))
    # So the scene looks at what is inside only when the holder is in view.
    holder.setFlag(QGraphicsItem.GraphicsItemFlag.ItemContainsChildrenInShape)
    return holder


def _hatch(path: QPainterPath, parent: QGraphicsItem, color: str) -> None:
    item = path_item(path, parent, "")
    item.setBrush(QBrush(QColor(color), Qt.BrushStyle.BDiagPattern))
