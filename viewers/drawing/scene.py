"""One picture as a scene of plain items, made where one looks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct
from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from loaders.ir.graph import Model
from loaders.ir.layout import Layout, Route
from viewers.drawing.cards import Card, Cards
from viewers.drawing.edges import (
    Tip,
    edges_item,
    lit_item,
    shape_label,
    threads_item,
    tip_label,
    tips_item,
)
from viewers.drawing.frames import FramePainter
from viewers.drawing.items import (
    CHEVRON,
    LEFT,
    ChunkPainter,
    Piece,
    Place,
    blocks_item,
    ring_item,
)
from viewers.drawing.lettering import Lettering
from viewers.drawing.metric import Metric
from viewers.drawing.paths import Paths, Trace
from viewers.drawing.places import CELL, HEADER, Cell, Places, Rect, touches
from viewers.drawing.shading import Shading
from viewers.drawing.signs import Signs
from viewers.drawing.style import Theme
from viewers.drawing.tiles import Tiles

COARSE = 8
"""Cells along each side of those that plain rectangles are made in."""
MOST_LIT = 400
"""Edges of a selected box that are drawn whole."""
FADED = 0.22
"""Opacity of what a trace does not reach."""
FRAMES, EDGES, BOXES, LIT, RING = -100.0, 0.0, 1.0, 2.0, 3.0
"""Heights of the layers; each frame lies above the one around it."""


class Aim(Struct, frozen=True):
    """What lies under the pointer.

    Attributes:
        box: Id of a box, or of a frame if it is its upper edge; empty beside them.
        around: Id of the innermost frame around the point; empty outside all.
        switch: Whether it is the arrow that opens or closes a group.
        route: Index of an edge, or ``None``.
    """

    box: str = ""
    around: str = ""
    switch: bool = False
    route: int | None = None


class GraphScene(QGraphicsScene):
    """Draws one layout: index it with ``prepare``, then ``make`` what is looked at.

    Attributes:
        layout: The plan it follows.
        places: Where everything lies.
        paths: How edges run through frames.
        cards: What is written on boxes.
    """

    def __init__(
        self, model: Model, layout: Layout, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.layout, self.theme = layout, theme
        self.places, self.paths = Places(layout), Paths(model, layout)
        self.cards = Cards(model)
        self._groups = model.grouping.groups
        self._letters = Lettering()
        self._near = Tiles(self, self._near_items)
        self._far = Tiles(self, self._far_items)
        self._drawn: set[int] = set()
        self._threads: set[int] = set()
        self._frames: dict[int, tuple[QGraphicsItem, QGraphicsItem]] = {}
        self._signs = Signs(self, self._letters)
        self._coarse: defaultdict[Cell, list[Cell]] = defaultdict(list)
        self._detail = True
        self._lit: list[QGraphicsItem] = []
        self._hovered: QGraphicsItem | None = None
        self._previewed: QGraphicsItem | None = None
        self._trace: Trace | None = None
        self.shading: Shading | None = None
        self.edge_shapes = False
        self.setSceneRect(0, 0, layout.width, layout.height)
        # Few items, many of them new: looking at each is quicker than any index.
        self.setItemIndexMethod(self.ItemIndexMethod.NoIndex)
        self._take_theme(theme)

    # making

    def prepare(self) -> Iterator[None]:
        """Index the layout; yields after each millisecond or so."""
        yield from self.places.fill()
        yield from self.paths.fill()
        for cell in self.places.cells():
            self._coarse[cell[0] // COARSE, cell[1] // COARSE].append(cell)

    def make(self, area: QRectF) -> Iterator[None]:
        """Make what lacks in an area; yields after each millisecond or so."""
        rect = _rect(area)
        for at in self.places.frames_in(rect):
            if at not in self._frames:
                self._add_frame(at)
                yield
        if self._detail:
            yield from self._near.make(self.places.cells_in(rect))
        else:
            yield from self._far.make(self._coarse_in(rect))

    def lacks(self, area: QRectF) -> bool:
        """Whether something of an area is still to be made."""
        rect = _rect(area)
        if self._detail:
            cells = self._near.lacking(self.places.cells_in(rect))
        else:
            cells = self._far.lacking(self._coarse_in(rect))
        return bool(cells) or any(
            at not in self._frames for at in self.places.frames_in(rect)
        )

    # looking things up

    def card(self, box: str) -> Card:
        """Return what is written on a box or frame."""
        return self.cards.card(self.layout.boxes[self.places.index[box]])

    def rect_of(self, box: str) -> QRectF:
        """Return where a box or frame lies."""
        left, top, right, bottom = self.places.rect(box)
        return QRectF(left, top, right - left, bottom - top)

    def boxes_in(self, area: QRectF) -> list[int]:
        """Return the indices of all boxes, but no frames, that touch an area."""
        return self.places.boxes_in(_rect(area))

    def is_frame(self, box: str) -> bool:
        """Whether it is a group drawn as a frame around what is in it."""
        at = self.places.index.get(box)
        return at is not None and self.layout.boxes[at].is_frame

    def is_group(self, box: str) -> bool:
        """Whether it is a group, open or closed."""
        return box in self._groups

    def is_node(self, box: str) -> bool:
        """Whether it is a node, not a group, an input or an output."""
        return self.cards.is_node(box)

    @property
    def node_count(self) -> int:
        """How many nodes the picture stands for: drawn, folded or in closed groups."""
        return self.hidden_nodes + sum(
            1 + len(box.folded)
            for box in self.layout.boxes
            if not box.is_frame
            and box.node not in self._groups
            and self.is_node(box.node)
        )

    @property
    def hidden_nodes(self) -> int:
        """How many nodes are in closed groups."""
        return sum(
            self._groups[box.node].nodes
            for box in self.layout.boxes
            if not box.is_frame and box.node in self._groups
        )

    def aim(self, x: float, y: float, reach: float) -> Aim:
        """Return what lies at a point; edges count within a reach."""
        boxes = self.layout.boxes
        at = self.places.box_at(x, y)
        if at is not None:
            box = boxes[at]
            in_arrow = x < box.x + LEFT + CHEVRON + 2 and y < box.y + HEADER
            return Aim(box=box.node, switch=in_arrow and box.node in self._groups)
        frame = self.places.frame_at(x, y)
        around = "" if frame is None else boxes[frame].node
        if frame is not None and y < boxes[frame].y + HEADER:
            switch = x < boxes[frame].x + HEADER
            return Aim(box=around, around=around, switch=switch)
        return Aim(around=around, route=self.places.route_at(x, y, reach))

    def edge_words(self, route: int) -> str:
        """Return what a tooltip says of an edge."""
        sources, targets = self.paths.sources(route), self.paths.targets(route)
        found = self.layout.routes[route]
        words = self.cards.edge(found.value, sources, targets)
        if found.more:
            words += f"\nand {len(found.more)} more between the two"
        return words

    # changing what is seen

    def select(self, box: str) -> None:
        """Put the ring around a box and light its edges; none for an empty name."""
        self._clear_lit()
        if box not in self.places.index:
            return
        pieces = self.paths.of(box, MOST_LIT)
        self._light([self.layout.routes[at] for at in pieces])
        self._put(ring_item(self.rect_of(box), self.theme.accent), RING)

    def select_edge(self, route: int) -> None:
        """Light one edge, whole through all frames."""
        self._clear_lit()
        routes = self.layout.routes
        self._light([routes[at] for at in self.paths.whole(route)[:MOST_LIT]])

    def hover_edge(self, route: int | None) -> None:
        """Light the edge under the pointer; ``None``: none any more."""
        if self._hovered is not None:
            self.removeItem(self._hovered)
            self._hovered = None
        if route is not None:
            pieces = self.paths.whole(route)[:MOST_LIT]
            found = [self.layout.routes[at] for at in pieces]
            item = lit_item(found, self.layout.horizontal, self.theme.accent)
            item.setOpacity(0.6)
            item.setZValue(LIT)
            self.addItem(item)
            self._hovered = item

    def preview(self, box: str) -> None:
        """Put a second, thinner ring around a box; none for an empty name."""
        if self._previewed is not None:
            self.removeItem(self._previewed)
            self._previewed = None
        if box in self.places.index:
            area = self.rect_of(box).adjusted(-3, -3, 3, 3)
            self._previewed = ring_item(area, self.theme.warning)
            self._previewed.setZValue(RING)
            self.addItem(self._previewed)

    def show_trace(self, trace: Trace | None) -> None:
        """Fade all that is not in a trace; ``None``: nothing."""
        self._trace = trace
        self._restyle()

    def show_metric(self, metric: Metric | None) -> None:
        """Paint a metric on the boxes; ``None``: their categories only."""
        self.shading = None
        if metric is not None:
            boxes = (box.node for box in self.layout.boxes if not box.is_frame)
            self.shading = Shading(metric, boxes, self.theme)
        self._restyle()

    def show_settings(self, settings: bool) -> None:
        """Write the most telling settings on boxes, or not."""
        self.cards.settings = settings
        self._restyle()

    def show_edge_shapes(self, shapes: bool) -> None:
        """Write shapes beside edges, or not."""
        self.edge_shapes = shapes
        self._restyle()

    def show_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._take_theme(theme)
        for frame, _words in self._frames.values():
            self.removeItem(frame)
        self._frames.clear()
        self._signs.clear()
        if self.shading is not None:
            self.show_metric(self.shading.metric)
        self._restyle()

    def show_scale(self, scale: float, detail: bool) -> None:
        """Show boxes with their words, or as plain rectangles in their colours.

        Args:
            scale: Screen pixels for one pixel of the picture.
            detail: Whether words can be read at that scale.
        """
        self._signs.arrange(0.0 if detail else scale)
        if detail == self._detail:
            return
        self._detail = detail
        self._near.show(detail)
        self._far.show(not detail)
        for _frame, words in self._frames.values():
            words.setVisible(detail)

    # inside

    def _take_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._boxes = ChunkPainter(theme, self._letters)
        self._frame_painter = FramePainter(theme, self._letters)

    def _restyle(self) -> None:
        self._drawn.clear()
        self._threads.clear()
        self._near.restyle()
        self._far.restyle()
        for at, (frame, _words) in self._frames.items():
            frame.setOpacity(1.0 if self._keeps(self.layout.boxes[at].node) else 0.5)

    def _keeps(self, box: str) -> bool:
        return self._trace is None or box in self._trace.boxes

    def _put(self, item: QGraphicsItem, height: float) -> None:
        item.setZValue(height)
        self.addItem(item)
        self._lit.append(item)

    def _light(self, routes: Sequence[Route]) -> None:
        lines = lit_item(routes, self.layout.horizontal, self.theme.accent)
        self._put(lines, EDGES + 0.5)

    def _clear_lit(self) -> None:
        for item in self._lit:
            self.removeItem(item)
        self._lit = []

    def _coarse_in(self, area: Rect) -> list[Cell]:
        side = CELL * COARSE
        return [
            (column, row)
            for column, row in self._coarse
            if touches(
                (
                    column * side,
                    row * side,
                    (column + 1) * side + CELL,
                    (row + 1) * side + CELL,
                ),
                area,
            )
        ]

    def _add_frame(self, at: int) -> None:
        box = self.layout.boxes[at]
        depth = self._depth(at)
        area = self.rect_of(box.node)
        card = self.cards.card(box)
        frame, words = self._frame_painter.make(card, area, depth)
        frame.setZValue(FRAMES + min(depth, 90))
        frame.setOpacity(1.0 if self._keeps(box.node) else 0.5)
        words.setVisible(self._detail)
        self.addItem(frame)
        self._frames[at] = frame, words
        ground = self._frame_painter.fill(card, depth)
        self._signs.add(card.title, area, depth, ground, self.theme)

    def _depth(self, at: int) -> int:
        depth, name = 0, self.layout.boxes[at].node
        around = self.paths.around
        while name in around and depth < len(self.places.frames):
            name = around[name]
            depth += 1
        return depth

    def _near_items(self, cell: Cell) -> list[QGraphicsItem]:
        """Make the boxes of a cell, the edges that touch it and their labels."""
        items: list[QGraphicsItem] = []
        kept: list[Piece] = []
        faded: list[Piece] = []
        for at in self.places.boxes_of(cell):
            box = self.layout.boxes[at]
            tint = self.shading.tint(box.node) if self.shading else None
            piece = Piece(self.cards.card(box), box.x, box.y, tint)
            (kept if self._keeps(box.node) else faded).append(piece)
        for pieces, opacity in ((kept, 1.0), (faded, FADED)):
            if pieces:
                item = self._boxes.make(pieces)
                item.setZValue(BOXES)
                item.setOpacity(opacity)
                items.append(item)
        items.extend(self._edge_items(cell, self._drawn))
        items.extend(self._tip_items(cell))
        return items

    def _edge_items(
        self, cell: Cell, drawn: set[int], threads: bool = False
    ) -> Iterator[QGraphicsItem]:
        """Make the edges that touch a cell, unless another cell has drawn them."""
        kept: list[Route] = []
        faded: list[Route] = []
        for at in self.places.routes_of(cell):
            route = self.layout.routes[at]
            if at in drawn or route.stub:
                continue
            drawn.add(at)
            keeps = self._trace is None or at in self._trace.routes
            (kept if keeps else faded).append(route)
        make = threads_item if threads else edges_item
        for routes, opacity in ((kept, 1.0), (faded, FADED)):
            if routes:
                item = make(routes, self.layout.horizontal, self.theme.edge)
                item.setZValue(EDGES)
                item.setOpacity(opacity)
                yield item

    def _tip_items(self, cell: Cell) -> Iterator[QGraphicsItem]:
        """Make the ends of edges that are not drawn whole, and words beside edges."""
        tips: dict[Tip, list[int]] = defaultdict(list)
        shapes: dict[Place, Route] = {}
        for at in self.places.routes_of(cell):
            route = self.layout.routes[at]
            start = Tip(route.points[0], route.points[1], True)
            end = Tip(route.points[-2], route.points[-1], False)
            for tip in (start, end) if route.stub else ():
                if tip.cell == cell:
                    tips[tip].append(at)
            if self.edge_shapes and not route.stub and start.cell == cell:
                shapes.setdefault((start.x, start.y), route)
        horizontal = self.layout.horizontal
        if tips:
            yield tips_item(tips, horizontal, self.theme.edge)
        for tip, routes in tips.items():
            yield tip_label(
                self._letters.badge, self._leads(tip, routes), tip, self.theme
            )
        for route in shapes.values():
            text = self.cards.shape(route.value)
            if text:
                yield shape_label(
                    self._letters.badge, text, route, horizontal, self.theme
                )

    def _leads(self, tip: Tip, routes: Sequence[int]) -> str:
        """Say where edges that are not drawn whole lead, or come from."""
        ends = self.paths.targets if tip.outgoing else self.paths.sources
        boxes = list(dict.fromkeys(name for at in routes for name in ends(at)))
        arrow = "→" if tip.outgoing else "←"
        if len(boxes) > 2:
            return f"{arrow} {len(boxes)} places"
        titles = (self.cards.title(box).rsplit("/", 1)[-1] for box in boxes)
        return f"{arrow} {', '.join(titles)}"

    def _far_items(self, coarse: Cell) -> list[QGraphicsItem]:
        """Make plain rectangles and hairlines of many cells."""
        by_color: dict[tuple[str, bool], list[Place]] = defaultdict(list)
        items: list[QGraphicsItem] = []
        for cell in self._coarse[coarse]:
            for at in self.places.boxes_of(cell):
                box = self.layout.boxes[at]
                look = self._color(box.node), self._keeps(box.node)
                by_color[look].append((box.x, box.y))
            items.extend(self._edge_items(cell, self._threads, threads=True))
        for (color, keeps), places in by_color.items():
            item = blocks_item(places, color)
            item.setZValue(BOXES)
            item.setOpacity(1.0 if keeps else FADED)
            items.append(item)
        return items

    def _color(self, box: str) -> str:
        tint = self.shading.tint(box) if self.shading else None
        if tint is not None:
            return self.theme.line if tint.unknown else tint.fill
        return self.theme.categories[self.cards.category(box)]


def _rect(area: QRectF) -> Rect:
    return area.left(), area.top(), area.right(), area.bottom()
