"""What lies over the corners of a picture: the legend left, the map right."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QPointF, QRectF, Slot

from viewers.drawing.scene import GraphScene
from viewers.graph_canvas import GraphCanvas
from viewers.legend import Legend
from viewers.minimap import Minimap

SPACE = 12
"""How far they are from the edges of the picture, in pixels."""


class GraphCorners(QObject):
    """Keeps legend and map true to the picture on a canvas, and in their places."""

    def __init__(self, canvas: GraphCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._is_old = self._lists_categories = False
        self.minimap = Minimap(canvas)
        self.legend = Legend(canvas)
        canvas.moved.connect(self.follow)
        self.minimap.looked_at.connect(self._go)

    def clear(self) -> None:
        """Show neither until there is another picture."""
        self.minimap.forget()
        self.legend.hide()

    def outdate(self) -> None:
        """Something in the picture looks different: the map has to be drawn anew."""
        self._is_old = True

    def spare_steps(self) -> Iterator[None] | None:
        """Return how to make what nobody waits for: the map, if it is old."""
        scene = self._canvas.graph
        if scene is None or not self._is_old:
            return None
        self._is_old = False
        return self._draw_map(scene)

    def list_categories(self, wanted: bool) -> None:
        """List the categories in the picture, or not; a metric has a legend anyway."""
        self._lists_categories = wanted
        self.show_legend()

    def show_legend(self) -> None:
        """Say what the colours of the picture mean."""
        scene = self._canvas.graph
        if scene is not None and scene.shading is not None:
            self.legend.show_metric(scene.shading, scene.theme)
        elif scene is not None and self._lists_categories:
            self.legend.show_categories(scene.categories, scene.theme)
        else:
            self.legend.hide()
        self._place()

    @Slot()
    def follow(self) -> None:
        """Mark on the map what is in view."""
        scene = self._canvas.graph
        if scene is not None:
            whole = QRectF(0, 0, scene.layout.width, scene.layout.height)
            self.minimap.show_seen(self._canvas.seen(), whole)
            self._place()

    def _draw_map(self, scene: GraphScene) -> Iterator[None]:
        yield from self.minimap.steps(scene)
        self.follow()

    @Slot(QPointF)
    def _go(self, point: QPointF) -> None:
        """Look at a point of the picture: the user dragged the map."""
        self._canvas.touched = True
        self._canvas.centerOn(point)

    def _place(self) -> None:
        room = self._canvas.size()
        self.minimap.fit(room)
        own = self.minimap.size()
        self.minimap.move(
            room.width() - own.width() - SPACE, room.height() - own.height() - SPACE
        )
        self.legend.move(SPACE, room.height() - self.legend.height() - SPACE)
