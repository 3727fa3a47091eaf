"""One picture as a scene of plain items, made where one looks."""

import weakref
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from loaders.ir.graph import Category, Model
from loaders.ir.layout import Layout, Route
from viewers.drawing.cards import Card, Cards
from viewers.drawing.cells import CellPainter
from viewers.drawing.edges import LEADS, lit_item
from viewers.drawing.frames import Frames
from viewers.drawing.items import CHEVRON, LEFT, ring_item
from viewers.drawing.layout import HEADER
from viewers.drawing.lettering import Lettering
from viewers.drawing.metric import Metric
from viewers.drawing.paths import Paths, Trace
from viewers.drawing.places import CELL, Cell, Places, Rect, touches
from viewers.drawing.shading import Shading
from viewers.drawing.style import Theme
from viewers.drawing.tiles import Tiles

COARSE = 8
"""Cells along each side of those that plain rectangles are made in."""
MOST_LIT = 400
"""Edges of a selected box that are drawn whole."""
LIT, HOVERED, RING = 0.5, 2.0, 3.0
"""Heights of the layers between and above edges (0) and boxes (1)."""


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
        drawn_nodes: How many nodes have a box or are written on one.
        hidden_nodes: How many are in closed groups.
        categories: How many boxes there are of each category.
    """

    def __init__(
        self, model: Model, layout: Layout, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.layout, self.theme = layout, theme
        self.places, self.paths = Places(layout), Paths(model, layout)
        self.cards = Cards(model)
        self._groups = model.grouping.groups
        letters = Lettering()
        coarse: defaultdict[Cell, list[Cell]] = defaultdict(list)
        self._coarse = coarse
        painter = CellPainter(self.places, self.paths, self.cards, letters, theme)
        self._painter = painter
        # No part refers to the scene itself: so all of a large picture goes away at
        # once with the scene, and does not wait for the collector.
        whole = weakref.proxy(self)
        self._frames = Frames(
            whole, self.places, self.paths, self.cards, letters, theme
        )
        self._near = Tiles(whole, painter.near)
        self._far = Tiles(whole, lambda cell: painter.far(coarse[cell]))
        self._detail = True
        self._lit: list[QGraphicsItem] = []
        self._hovered: QGraphicsItem | None = None
        self._previewed: QGraphicsItem | None = None
        self.drawn_nodes = self.hidden_nodes = 0
        self.categories: Counter[Category] = Counter()
        self.setSceneRect(0, 0, layout.width, layout.height)
        # Few items, many of them new: looking at each is quicker than any index.
        self.setItemIndexMethod(self.ItemIndexMethod.NoIndex)

    # making

    def prepare(self) -> Iterator[None]:
        """Index the layout; yields after each millisecond or so."""
        yield from self.places.fill()
        yield from self.paths.fill()
        yield from self.cards.fill(self.layout)
        for at, cell in enumerate(self.places.cells()):
            self._coarse[cell[0] // COARSE, cell[1] // COARSE].append(cell)
            if not at % 2048:
                yield
        for at, box in enumerate(self.layout.boxes):
            if box.is_frame:
                continue
            if box.node in self._groups:
                self.hidden_nodes += self._groups[box.node].nodes
            elif self.is_node(box.node):
                self.drawn_nodes += 1 + len(box.folded)
            if not self.cards.is_plain_group(box.node):
                self.categories[self.cards.category(box.node)] += 1
            if not at % 2048:
                yield

    def make(self, area: QRectF) -> Iterator[None]:
        """Make what lacks in an area; yields after each millisecond or so."""
        rect = _rect(area)
        yield from self._frames.make(rect)
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
        return bool(cells) or self._frames.lacks(rect)

    # looking things up

    def card(self, box: str) -> Card:
        """Return what is written on a box or frame."""
        return self.cards.card(self.layout.boxes[self.places.index[box]])

    def rect_of(self, box: str) -> QRectF:
        """Return where a box or frame lies."""
        left, top, right, bottom = self.places.rect(box)
        return QRectF(left, top, right - left, bottom - top)

    def upper_middle(self, box: str) -> QPointF:
        """Return the point of a box or frame that stays when a group opens there.

        The middle of the edge where the flow enters it: frames grow to both sides.
        """
        area = self.rect_of(box)
        if self.layout.horizontal:
            return QPointF(area.left(), area.center().y())
        return QPointF(area.center().x(), area.top())

    def boxes_in(self, area: QRectF) -> list[int]:
        """Return the indices of all boxes, but no frames, that touch an area."""
        return self.places.boxes_in(_rect(area))

    def color(self, box: str) -> str:
        """Return the colour that a box has in a picture too small for words."""
        return self._painter.color(box)

    def keeps(self, box: str) -> bool:
        """Whether a box does not fade."""
        return self._painter.keeps(box)

    def known(self, id: str) -> str:
        """Return the box that stands for a node or group; empty if none does.

        A node that is written on another's box is seen as that box.
        """
        box = self.places.hosts.get(id, id)
        return box if box in self.places.index else ""

    def is_group(self, box: str) -> bool:
        """Whether it is a group, open or closed."""
        return box in self._groups

    def is_node(self, box: str) -> bool:
        """Whether it is a node, not a group, an input or an output."""
        return self.cards.is_node(box)

    def aim(self, x: float, y: float, reach: float) -> Aim:
        """Return what lies at a point; edges count within a reach."""
        boxes = self.layout.boxes
        title = self._frames.title_at(x, y)
        if title is not None:
            name = boxes[title[0]].node
            return Aim(box=name, around=name, switch=title[1])
        at = self.places.box_at(x, y)
        if at is not None:
            box = boxes[at]
            in_arrow = x < box.x + LEFT + CHEVRON + 2 and y < box.y + HEADER
            return Aim(box=box.node, switch=in_arrow and box.node in self._groups)
        frame = self.places.frame_at(x, y)
        around = "" if frame is None else boxes[frame].node
        route = self.places.route_at(x, y, reach)
        return Aim(
            around=around, route=self._words_at(x, y) if route is None else route
        )

    def _words_at(self, x: float, y: float) -> int | None:
        """Return the edge whose words, beside an end, lie at a point."""
        found = (item.data(LEADS) for item in self.items(QPointF(x, y)))
        return next((route for route in found if route is not None), None)

    def edge_words(self, route: int) -> str:
        """Return what a tooltip says of an edge."""
        pieces = self.paths.bundle(route)
        sources = _unique(name for at in pieces for name in self.paths.sources(at))
        targets = _unique(name for at in pieces for name in self.paths.targets(at))
        found = self.layout.routes[route]
        words = self.cards.edge(found.value, sources, targets)
        if found.more:
            words += f"\nand {len(found.more)} more between the two"
        return words

    @property
    def shading(self) -> Shading | None:
        """How a metric is painted, for a legend; ``None`` if none is."""
        return self._painter.shading

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
        self._light([routes[at] for at in self.paths.bundle(route)[:MOST_LIT]])

    def select_same_edge(self, edge: Route) -> Route | None:
        """Light the edge of another picture of the same model, if it is here, too."""
        for at in self.paths.leaving.of(edge.source):
            route = self.layout.routes[at]
            if route.value == edge.value:
                self.select_edge(at)
                return route
        self._clear_lit()
        return None

    def hover_edge(self, route: int | None) -> None:
        """Light the edge under the pointer; ``None``: none any more."""
        if self._hovered is not None:
            self.removeItem(self._hovered)
            self._hovered = None
        if route is not None:
            pieces = self.paths.bundle(route)[:MOST_LIT]
            found = [self.layout.routes[at] for at in pieces]
            item = lit_item(found, self.layout.horizontal, self.theme.accent)
            item.setOpacity(0.6)
            item.setZValue(HOVERED)
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
        self._painter.trace = trace
        self._frames.fade(trace)
        self._restyle()

    def show_found(self, boxes: frozenset[str]) -> None:
        """Mark boxes as found, and no others."""
        hosts = self.places.hosts
        self._painter.found = frozenset(hosts.get(box, box) for box in boxes)
        self._restyle()

    def show_metric(self, metric: Metric | None) -> Iterator[None]:
        """Paint a metric on the boxes; ``None``: their categories only.

        Yields after each millisecond or so while its range is looked for.
        """
        shading = None
        if metric is not None:
            boxes = (box.node for box in self.layout.boxes if not box.is_frame)
            extent = yield from metric.extent(boxes)
            shading = Shading(metric, extent, self.theme)
        self._shade(shading)
        self._restyle()

    def show_settings(self, settings: bool) -> None:
        """Write the most telling settings on boxes, or not."""
        self.cards.settings = settings
        self._restyle()

    def show_edge_shapes(self, shapes: bool) -> None:
        """Write shapes beside edges, or not."""
        self._painter.edge_shapes = shapes
        self._restyle()

    def show_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        self._frames.restyle(theme)
        if self.shading is not None:
            self._shade(self.shading.in_theme(theme))
        self._restyle()

    def show_scale(self, scale: float, detail: bool) -> None:
        """Show boxes with their words, or as plain rectangles in their colours.

        Args:
            scale: Screen pixels for one pixel of the picture.
            detail: Whether words can be read at that scale.
        """
        self._frames.show_scale(scale, detail)
        if detail != self._detail:
            self._detail = detail
            self._near.show(detail)
            self._far.show(not detail)

    def keep_titles(self, seen: QRectF) -> None:
        """Keep the titles of frames that reach out of view at its border."""
        self._frames.stick(seen)

    # inside

    def _shade(self, shading: Shading | None) -> None:
        self._painter.shading = shading
        self._frames.show_metric(shading)

    def _restyle(self) -> None:
        self._painter.restyle(self.theme)
        self._near.restyle()
        self._far.restyle()

    def _put(self, item: QGraphicsItem, height: float) -> None:
        item.setZValue(height)
        self.addItem(item)
        self._lit.append(item)

    def _light(self, routes: Sequence[Route]) -> None:
        lines = lit_item(routes, self.layout.horizontal, self.theme.accent)
        self._put(lines, LIT)

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


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _rect(area: QRectF) -> Rect:
    return area.left(), area.top(), area.right(), area.bottom()
