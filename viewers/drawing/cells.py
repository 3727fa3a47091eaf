"""What is drawn of one cell of a picture: boxes, edges and the words beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtWidgets import QGraphicsItem

from loaders.ir.layout import Layout, Route
from viewers.drawing.cards import Cards
from viewers.drawing.edges import (
    LEADS,
    Tip,
    edges_item,
    has_room,
    shape_label,
    threads_item,
    tip_label,
    tips_item,
)
from viewers.drawing.items import (
    SHEETS,
    ChunkPainter,
    Piece,
    Place,
    blocks_item,
    found_item,
)
from viewers.drawing.lettering import Lettering
from viewers.drawing.paths import Paths, Trace
from viewers.drawing.places import Cell, Places
from viewers.drawing.shading import Shading
from viewers.drawing.style import Theme

EDGES, BOXES = 0.0, 1.0
"""Heights of the layers."""
FADED = 0.22
"""Opacity of what a trace does not reach."""


class CellPainter:
    """Makes the items of cells, with words or as plain rectangles.

    Attributes:
        shading: How boxes are painted; ``None`` for their categories only.
        trace: What does not fade; ``None`` if nothing does.
        found: Boxes that are marked as found.
        edge_shapes: Whether shapes are written beside edges.
    """

    def __init__(
        self,
        places: Places,
        paths: Paths,
        cards: Cards,
        letters: Lettering,
        theme: Theme,
    ) -> None:
        self._layout: Layout = places.layout
        self._places, self._paths, self._cards = places, paths, cards
        self._letters = letters
        self._led: dict[Tip, str] = {}
        self._drawn: set[int] = set()
        self._threads: set[int] = set()
        self.shading: Shading | None = None
        self.trace: Trace | None = None
        self.found: frozenset[str] = frozenset()
        self.edge_shapes = False
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Let all be drawn anew, in a theme. An edge is drawn by one cell only."""
        self._theme = theme
        self._boxes = ChunkPainter(theme, self._letters)
        self._drawn.clear()
        self._threads.clear()

    def keeps(self, box: str) -> bool:
        """Whether a box does not fade."""
        return self.trace is None or box in self.trace.boxes

    def near(self, cell: Cell) -> list[QGraphicsItem]:
        """Make the boxes of a cell, the edges that touch it and their labels."""
        items: list[QGraphicsItem] = []
        pieces = [self._piece(at) for at in self._places.boxes_of(cell)]
        for keeps, opacity in ((True, 1.0), (False, FADED)):
            some = [piece for piece in pieces if self.keeps(piece.box) is keeps]
            if some:
                item = self._boxes.make(some)
                item.setZValue(BOXES)
                item.setOpacity(opacity)
                items.append(item)
        found = [(piece.x, piece.y) for piece in pieces if piece.box in self.found]
        if found:
            item = found_item(found, self._theme.warning)
            item.setZValue(BOXES)
            items.append(item)
        items.extend(self._edge_items(cell, self._drawn))
        items.extend(self._tip_items(cell))
        return items

    def _piece(self, at: int) -> Piece:
        box = self._layout.boxes[at]
        tint = self.shading.tint(box.node) if self.shading else None
        return Piece(box.node, self._cards.card(box), box.x, box.y, tint)

    def _edge_items(
        self, cell: Cell, drawn: set[int], threads: bool = False
    ) -> Iterator[QGraphicsItem]:
        """Make the edges that touch a cell, unless another cell has drawn them."""
        kept: list[Route] = []
        faded: list[Route] = []
        for at in self._places.routes_of(cell):
            route = self._layout.routes[at]
            if at in drawn or route.stub:
                continue
            drawn.add(at)
            keeps = self.trace is None or at in self.trace.routes
            (kept if keeps else faded).append(route)
        make = threads_item if threads else edges_item
        for routes, opacity in ((kept, 1.0), (faded, FADED)):
            if routes:
                item = make(routes, self._layout.horizontal, self._theme.edge)
                item.setZValue(EDGES)
                item.setOpacity(opacity)
                yield item

    def _tip_items(self, cell: Cell) -> Iterator[QGraphicsItem]:
        """Make the ends of edges that are not drawn whole, and words beside edges."""
        tips: dict[Tip, list[int]] = defaultdict(list)
        shapes: dict[Place, Route] = {}
        for at in self._places.routes_of(cell):
            route = self._layout.routes[at]
            start = Tip(route.points[0], route.points[1], True)
            end = Tip(route.points[-2], route.points[-1], False)
            for tip in (start, end) if route.stub else ():
                if tip.cell == cell:
                    tips[tip].append(at)
            # A piece that goes on from a frame has its words on the piece before.
            goes_on = self._places.is_frame(route.source)
            if self.edge_shapes and start.cell == cell and not (route.stub or goes_on):
                shapes.setdefault((start.x, start.y), route)
        horizontal = self._layout.horizontal
        if tips:
            yield tips_item(tips, horizontal, self._theme.edge)
        for tip, routes in tips.items():
            label = tip_label(
                self._letters.badge, self._leads(tip, routes), tip, self._theme
            )
            label.setData(LEADS, routes[0])
            source = self._layout.routes[routes[0]].source
            if tip.outgoing and self._cards.is_group(source):
                label.moveBy(0, 0 if self._places.is_frame(source) else SHEETS)
            if self.trace is not None and self.trace.routes.isdisjoint(routes):
                label.setOpacity(FADED)
            yield label
        for route in shapes.values():
            text, letters = self._cards.shape(route.value), self._letters.badge
            if text and has_room(letters, text, route, horizontal):
                yield shape_label(letters, text, route, horizontal, self._theme)

    def _leads(self, tip: Tip, routes: Sequence[int]) -> str:
        """Say where edges that are not drawn whole lead, or come from."""
        if tip in self._led:
            return self._led[tip]
        ends = self._paths.targets if tip.outgoing else self._paths.sources
        boxes = list(dict.fromkeys(name for at in routes for name in ends(at)))
        arrow = "→" if tip.outgoing else "←"
        titles = (self._cards.title(box).rsplit("/", 1)[-1] for box in boxes)
        words = f"{len(boxes)} places" if len(boxes) > 2 else ", ".join(titles)
        self._led[tip] = f"{arrow} {words}"
        return self._led[tip]

    def far(self, cells: Iterable[Cell]) -> list[QGraphicsItem]:
        """Make plain rectangles and hairlines of many cells."""
        by_color: dict[tuple[str, bool], list[Place]] = defaultdict(list)
        items: list[QGraphicsItem] = []
        for cell in cells:
            for at in self._places.boxes_of(cell):
                box = self._layout.boxes[at]
                look = self.color(box.node), self.keeps(box.node)
                by_color[look].append((box.x, box.y))
            items.extend(self._edge_items(cell, self._threads, threads=True))
        for (color, keeps), places in by_color.items():
            item = blocks_item(places, color)
            item.setZValue(BOXES)
            item.setOpacity(1.0 if keeps else FADED)
            items.append(item)
        return items

    def color(self, box: str) -> str:
        """Return the colour of a box that is too small for words."""
        if box in self.found:
            return self._theme.warning
        painted = self.shading.ground(box) if self.shading else None
        if painted is not None:
            return painted
        if self._cards.is_plain_group(box):
            return self._theme.edge
        return self._theme.categories[self._cards.category(box)]
