"""Open groups: a quiet frame around what is in them, its title on the upper edge."""

from collections.abc import Iterator

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from loaders.ir.layout import Layout
from viewers.drawing.cards import Card, Cards
from viewers.drawing.colors import blend
from viewers.drawing.items import (
    CHEVRON,
    Texts,
    add_chevron,
    alike_fill,
    dash,
    path_item,
    write,
)
from viewers.drawing.layout import HEADER
from viewers.drawing.lettering import Lettering
from viewers.drawing.paths import Paths, Trace
from viewers.drawing.places import Places, Rect, rect_of
from viewers.drawing.shading import Shading
from viewers.drawing.signs import Signs
from viewers.drawing.style import Theme

CORNER = 8.0
SIDE = 8.0
"""Space beside the words of a frame."""
GAP = 8.0
"""Between its title and its sums."""
DEPTH_SHARES = (0.04, 0.07, 0.10)
"""How much of the edges' colour is on frames in frames; deeper ones begin anew."""
ALIKE_SHARE = 0.05
FADED = 0.4
GROUND, HEADERS, STUCK = -100.0, 0.8, 4.0
"""Heights: of the outermost frame, of titles above edges, of titles above all."""


class _Frame(Struct):
    """One frame that was made.

    Attributes:
        ground: The item of the frame.
        words: The item of its title.
        area: Where the frame lies.
        width: Of the title.
        depth: How many frames are around it.
    """

    ground: QGraphicsItem
    words: QGraphicsItem
    area: QRectF
    width: float
    depth: int


class Frames:
    """The frames of a picture, made where one looks.

    The title of a frame whose upper edge is out of view sticks to the border of the
    view: so one always sees which groups one is in.
    """

    def __init__(
        self,
        scene: QGraphicsScene,
        places: Places,
        paths: Paths,
        cards: Cards,
        letters: Lettering,
        theme: Theme,
    ) -> None:
        self._scene, self._places, self._paths = scene, places, paths
        self._layout: Layout = places.layout
        self._cards, self._letters, self._theme = cards, letters, theme
        self._made: dict[int, _Frame] = {}
        self._signs = Signs(scene, letters)
        self._detail = True
        self._trace: Trace | None = None
        self._shading: Shading | None = None
        self._seen = QRectF()

    def lacks(self, area: Rect) -> bool:
        """Whether a frame in an area is still to be made."""
        return any(at not in self._made for at in self._places.frames_in(area))

    def make(self, area: Rect) -> Iterator[None]:
        """Make the frames of an area; yields after each."""
        for at in self._places.frames_in(area):
            if at not in self._made:
                self._add(at)
                yield
        self.stick(self._seen)

    def restyle(self, theme: Theme) -> None:
        """Let all frames be made anew in other colours."""
        self._theme = theme
        for frame in self._made.values():
            self._scene.removeItem(frame.ground)
            self._scene.removeItem(frame.words)
        self._made.clear()
        self._signs.clear()

    def show_metric(self, shading: Shading | None) -> None:
        """Write a painted metric beside titles; ``None``: parameters."""
        self._shading = shading
        self.restyle(self._theme)

    def fade(self, trace: Trace | None) -> None:
        """Fade the frames that are not in a trace; ``None``: none."""
        self._trace = trace
        for at, frame in self._made.items():
            self._set_opacity(at, frame)

    def show_scale(self, scale: float, detail: bool) -> None:
        """Show titles on the frames, or larger ones if those could not be read."""
        self._detail = detail
        self._signs.arrange(0.0 if detail else scale)
        for frame in self._made.values():
            frame.words.setVisible(detail)

    def stick(self, seen: QRectF) -> None:
        """Move the titles of frames that reach out of view to its border."""
        self._seen = seen
        rows = 0
        rect = seen.left(), seen.top(), seen.right(), seen.bottom()
        for at in self._places.frames_in(rect) if self._detail else ():
            frame = self._made.get(at)
            if frame is None:
                continue
            area, top = frame.area, seen.top() + rows * HEADER
            right = max(0.0, area.width() - frame.width)
            dx = min(max(0.0, seen.left() - area.left()), right)
            dy = min(max(0.0, top - area.top()), max(0.0, area.height() - HEADER))
            frame.words.setPos(dx, dy)
            frame.words.setZValue(STUCK if dx or dy else HEADERS)
            rows += dy > 0

    def title_at(self, x: float, y: float) -> tuple[int, bool] | None:
        """Return the frame whose title is at a point, and whether it is its arrow."""
        for at in reversed(self._places.frames_in((x, y, x, y))):
            frame = self._made.get(at)
            place = frame.words.pos() if frame is not None else QPointF()
            box = self._layout.boxes[at]
            left, top = box.x + place.x(), box.y + place.y()
            stuck = not place.isNull()
            wide = frame.width if frame is not None and stuck else x - left + 1
            if left <= x < left + wide and top <= y < top + HEADER:
                return at, x < left + SIDE + CHEVRON
        return None

    def _add(self, at: int) -> None:
        box = self._layout.boxes[at]
        left, top, right, bottom = rect_of(box)
        area = QRectF(left, top, right - left, bottom - top)
        card, depth = self._cards.card(box), self._depth(box.node)
        fill = self._fill(card, depth)
        ground = self._ground(card, area, fill)
        ground.setZValue(GROUND + min(depth, 90))
        words, width = self._words(card, self._number(box.node, card), area, fill)
        words.setZValue(HEADERS)
        words.setVisible(self._detail)
        for item in (ground, words):
            self._scene.addItem(item)
        frame = self._made[at] = _Frame(ground, words, area, width, depth)
        self._set_opacity(at, frame)
        self._signs.add(card.title, area, depth, fill, self._theme)

    def _set_opacity(self, at: int, frame: _Frame) -> None:
        name = self._layout.boxes[at].node
        keeps = self._trace is None or name in self._trace.boxes
        for item in (frame.ground, frame.words):
            item.setOpacity(1.0 if keeps else FADED)

    def _depth(self, name: str) -> int:
        depth, around = 0, self._paths.around
        while name in around and depth < len(self._places.frames):
            name = around[name]
            depth += 1
        return depth

    def _fill(self, card: Card, depth: int) -> str:
        return frame_fill(depth, card.likeness, self._theme)

    def _ground(self, card: Card, area: QRectF, fill: str) -> QGraphicsItem:
        path = QPainterPath()
        path.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        share = 1.0 if card.section else 0.45
        line = blend(self._theme.background, self._theme.edge, share)
        item = path_item(path, None, self._theme.error if card.problem else line, fill)
        if card.section:
            dash(item)
        return item

    def _number(self, name: str, card: Card) -> str:
        """Return the sum that stands beside a title."""
        tint = self._shading.tint(name) if self._shading is not None else None
        if self._shading is not None and tint is not None:
            return f"{self._shading.metric.title}: {tint.text}"
        return f"{card.short_number} params" if card.short_number else ""

    def _words(
        self, card: Card, number: str, area: QRectF, fill: str
    ) -> tuple[QGraphicsItem, float]:
        """Return the item of a title, and its width.

        Edges enter a frame through its upper edge: they pass below its words.
        """
        theme, letters = self._theme, self._letters
        left, middle = area.left() + SIDE + CHEVRON, area.top() + HEADER / 2
        room = area.right() - SIDE - left
        texts: Texts = []
        ink = frame_ink(theme)
        wanted = letters.title.width(card.title)
        end = left + min(wanted, room)
        for sums in (" · ".join(filter(None, (card.kind, number))), card.kind, number):
            width = letters.kind.width(sums)
            if sums and wanted + GAP + width <= room:
                texts.append((letters.kind, sums, end + GAP, middle, ink))
                end += GAP + width
                break
        title = letters.title.fit(card.title, room)
        texts.append((letters.title, title, left, middle, theme.text))
        plate, arrow = QPainterPath(), QPainterPath()
        width = end + SIDE - area.left()
        plate.addRoundedRect(area.left() + 2, area.top() + 2, width - 2, 24, 6, 6)
        add_chevron(arrow, area.left() + SIDE, middle, opened=True)
        words = path_item(plate, None, "", fill)
        path_item(arrow, words, theme.dim, width=1.6)
        write(texts, words)
        return words, width


def frame_fill(depth: int, likeness: int, theme: Theme) -> str:
    """Return the ground of a frame with some frames around it."""
    share = DEPTH_SHARES[depth % len(DEPTH_SHARES)]
    ground = blend(theme.background, theme.edge, share)
    return alike_fill(likeness, ground, theme, ALIKE_SHARE)


def frame_ink(theme: Theme) -> str:
    """Return the colour of what is read second on a frame."""
    return blend(theme.dim, theme.text, 0.35)
