"""One graph as a scene of plain items, built piece by piece."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsScene

from loaders.ir.graph import Model
from loaders.ir.layout import Layout, Route
from viewers.drawing.cards import Card, Cards
from viewers.drawing.items import (
    ChunkPainter,
    Place,
    blocks_item,
    edge_pen,
    edges_item,
    lit_item,
    ring_item,
    stub_label,
    stubs_item,
)
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH
from viewers.drawing.lettering import Lettering
from viewers.drawing.style import Theme

CHUNK, EDGE_CHUNK, BLOCK_CHUNK = 12, 64, 256
"""Boxes, edges and plain rectangles that share an item."""
MOST_LIT = 400
"""Edges of a selected box that are drawn whole."""
Piece = tuple[QRectF, Callable[[], None]]
StubEnd = tuple[Place, bool]
EDGES, BOXES, RING = 0.0, 1.0, 2.0
"""Heights of the layers."""


class GraphScene(QGraphicsScene):
    """Draws one graph. Built by stepping through ``build``.

    Attributes:
        layout: The plan it follows.
        boxes: The index of each box in ``layout.boxes``, by name.
    """

    def __init__(
        self, model: Model, layout: Layout, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.layout, self.theme = layout, theme
        self.boxes = {box.node: index for index, box in enumerate(layout.boxes)}
        self._cards = Cards(model, model.graphs[layout.graph])
        self._letters = Lettering()
        self._painter = ChunkPainter(theme, self._letters)
        self._places: list[Place] = [(box.x, box.y) for box in layout.boxes]
        self._routes: dict[str, list[Route]] | None = None
        self._detailed: list[QGraphicsItem] = []
        self._blocks: list[QGraphicsItem] = []
        self._lines: list[QGraphicsPathItem] = []
        self._detail = True
        self._lit: list[QGraphicsItem] = []
        self.setSceneRect(0, 0, layout.width, layout.height)
        pieces = len(layout.boxes) / CHUNK + len(layout.routes) / EDGE_CHUNK
        # A fixed depth: else the index is made anew each time the scene has grown.
        self.setBspTreeDepth(max(4, min(14, int(pieces).bit_length())))

    def build(self, first: QRectF) -> Iterator[bool]:
        """Make the items, those in ``first`` before all others.

        Yields after each piece (about a millisecond): whether all of ``first`` is
        there.
        """
        pieces = self._pieces()
        seen = [make for area, make in pieces if area.intersects(first)]
        unseen = [make for area, make in pieces if not area.intersects(first)]
        for left, make in zip(range(len(seen) - 1, -1, -1), seen):
            make()
            yield left == 0
        if not seen:
            yield True
        for make in unseen:
            make()
            yield True

    def card(self, box: str) -> Card:
        """Return what is written on a box."""
        return self._cards.card(box)

    def rect_of(self, box: str) -> QRectF:
        """Return where a box lies."""
        return QRectF(*self._places[self.boxes[box]], NODE_WIDTH, NODE_HEIGHT)

    def routes_of(self, box: str) -> list[Route]:
        """Return the edges that a box is an end of."""
        if self._routes is None:
            self._routes = defaultdict(list)
            for route in self.layout.routes:
                self._routes[route.source].append(route)
                self._routes[route.target].append(route)
        return self._routes.get(box, [])

    def boxes_in(self, area: QRectF) -> list[int]:
        """Return the indices of all boxes that touch an area."""
        left, right = area.left() - NODE_WIDTH, area.right()
        top, bottom = area.top() - NODE_HEIGHT, area.bottom()
        return [
            index
            for index, (x, y) in enumerate(self._places)
            if left < x < right and top < y < bottom
        ]

    def select(self, box: str) -> None:
        """Put the ring around a box and light its edges; none for an empty name."""
        for item in self._lit:
            self.removeItem(item)
        self._lit = []
        if box not in self.boxes:
            return
        place = self._places[self.boxes[box]]
        ring = ring_item(place, self.theme.accent)
        routes = [
            Route(r.value, r.source, r.target, r.points)
            for r in self.routes_of(box)[:MOST_LIT]
        ]
        lines = lit_item(routes, self.layout.horizontal, self.theme.accent)
        for item, height in ((ring, RING), (lines, EDGES + 0.5)):
            item.setZValue(height)
            self.addItem(item)
            self._lit.append(item)

    def show_detail(self, detail: bool) -> None:
        """Show boxes with their words, or as plain rectangles in their colours."""
        if detail == self._detail:
            return
        self._detail = detail
        if not detail and not self._blocks:
            self._add_blocks()
        for item in self._detailed:
            item.setVisible(detail)
        for item in self._blocks:
            item.setVisible(not detail)
        for line in self._lines:
            line.setPen(edge_pen(self.theme.edge, detail))

    def _pieces(self) -> list[Piece]:
        """Return what is to be made, in the order of the flow, and where it lies."""
        places, horizontal = self._places, self.layout.horizontal
        flow = itemgetter(0, 1) if horizontal else itemgetter(1, 0)
        pieces: list[Piece] = []
        start = itemgetter(0 if horizontal else 1)
        whole = [route for route in self.layout.routes if not route.stub]
        routes = sorted(whole, key=lambda route: start(route.points))
        for at in range(0, len(routes), EDGE_CHUNK):
            group = routes[at : at + EDGE_CHUNK]
            xs = [x for route in group for x in route.points[::2]]
            ys = [y for route in group for y in route.points[1::2]]
            pieces.append((_around(xs, ys), partial(self._add_edges, group)))
        order = sorted(range(len(places)), key=lambda index: flow(places[index]))
        for at in range(0, len(order), CHUNK):
            chunk = order[at : at + CHUNK]
            xs = [places[index][0] for index in chunk]
            ys = [places[index][1] for index in chunk]
            area = _around(xs, ys).adjusted(0, 0, NODE_WIDTH, NODE_HEIGHT)
            pieces.append((area, partial(self._add_boxes, chunk)))
        ends = list(self._stub_ends().items())
        for at in range(0, len(ends), EDGE_CHUNK):
            labels = ends[at : at + EDGE_CHUNK]
            xs = [x for ((x, _y), _outgoing), _names in labels]
            ys = [y for ((_x, y), _outgoing), _names in labels]
            pieces.append((_around(xs, ys), partial(self._add_labels, labels)))
        return pieces

    def _add_boxes(self, chunk: list[int]) -> None:
        boxes = self.layout.boxes
        item = self._painter.make(
            [(self._cards.card(boxes[i].node), self._places[i]) for i in chunk]
        )
        item.setZValue(BOXES)
        self._add_detail(item)

    def _add_edges(self, routes: list[Route]) -> None:
        item = edges_item(routes, self.layout.horizontal, self.theme.edge)
        self._add_lines(item)

    def _add_lines(self, item: QGraphicsPathItem) -> None:
        item.setPen(edge_pen(self.theme.edge, self._detail))
        item.setZValue(EDGES)
        self.addItem(item)
        self._lines.append(item)

    def _add_labels(self, labels: list[tuple[StubEnd, list[str]]]) -> None:
        """Draw the ends of edges that are not drawn whole; say where they lead."""
        ends = [end for end, _names in labels]
        self._add_lines(stubs_item(ends, self.layout.horizontal, self.theme.edge))
        for (end, outgoing), others in labels:
            text = f"{'→' if outgoing else '←'} {self._named(others)}"
            self._add_detail(
                stub_label(self._letters.badge, text, end, outgoing, self.theme)
            )

    def _add_detail(self, item: QGraphicsItem) -> None:
        item.setVisible(self._detail)
        self.addItem(item)
        self._detailed.append(item)

    def _stub_ends(self) -> dict[StubEnd, list[str]]:
        """Return for each stub's end (and whether it goes out) where it leads."""
        ends: dict[StubEnd, list[str]] = defaultdict(list)
        for route in self.layout.routes:
            if route.stub:
                start_x, start_y, end_x, end_y = route.points
                ends[(start_x, start_y), True].append(route.target)
                ends[(end_x, end_y), False].append(route.source)
        along = 0 if self.layout.horizontal else 1
        return dict(sorted(ends.items(), key=lambda item: item[0][0][along]))

    def _named(self, boxes: list[str]) -> str:
        if len(boxes) > 2:
            return f"{len(boxes)} places"
        titles = [self._cards.title(box) for box in boxes]
        return ", ".join(title.rsplit("/", 1)[-1] for title in titles)

    def _add_blocks(self) -> None:
        by_color: dict[str, list[Place]] = defaultdict(list)
        for box, place in zip(self.layout.boxes, self._places):
            category = self._cards.category(box.node)
            by_color[self.theme.categories[category]].append(place)
        for color, places in by_color.items():
            places.sort(key=lambda place: place[0 if self.layout.horizontal else 1])
            for at in range(0, len(places), BLOCK_CHUNK):
                item = blocks_item(places[at : at + BLOCK_CHUNK], color)
                item.setZValue(BOXES)
                self.addItem(item)
                self._blocks.append(item)


def _around(xs: list[float], ys: list[float]) -> QRectF:
    """Return the area of some points, a little larger: an empty one meets nothing."""
    left, top = min(xs) - 16, min(ys) - 16
    return QRectF(left, top, max(xs) + 16 - left, max(ys) + 16 - top)
