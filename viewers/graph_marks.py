"""What is laid over a graph's picture: numbers, hits, a trace, words for experts."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Signal

from viewers.drawing.metric import Metric
from viewers.drawing.scene import GraphScene
from viewers.graph_canvas import GraphCanvas
from viewers.graph_corners import GraphCorners
from viewers.graph_maker import PictureMaker


class GraphMarks(QObject):
    """Keeps what was chosen to be shown, and gives it to every new picture.

    Signals:
        traced: Whether a trace is shown now.
    """

    traced = Signal(bool)

    def __init__(
        self,
        canvas: GraphCanvas,
        maker: PictureMaker,
        corners: GraphCorners,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._maker, self._corners = canvas, maker, corners
        self._metric: Metric | None = None
        self._settings = self._edge_shapes = False
        self._traced: tuple[str, bool, bool] | None = None
        self._found: frozenset[str] = frozenset()

    @property
    def is_tracing(self) -> bool:
        """Whether a trace is shown or being made."""
        return self._traced is not None

    def mark_found(self, boxes: Iterable[str]) -> None:
        """Mark the boxes of all that was found; none to end that.

        A node that is written on another's box marks that box.
        """
        before, self._found = self._found, frozenset(boxes)
        scene = self._canvas.graph
        if scene is not None and self._found != before:
            scene.show_found(self._found)
            self._redraw()

    def trace(self, box: str, upstream: bool, downstream: bool) -> None:
        """Fade all but a box, what feeds it, and what follows it."""
        scene = self._canvas.graph
        box = scene.known(box) if scene is not None else ""
        if not box:
            return
        self._traced = box, upstream, downstream
        self._maker.run(self._trace())
        self.traced.emit(True)

    def clear_trace(self) -> None:
        """Show everything as it is again."""
        if self._traced is None:
            return
        self._traced = None
        if (scene := self._canvas.graph) is not None:
            scene.show_trace(None)
            self._redraw()
        self.traced.emit(False)

    def forget_trace(self) -> None:
        """Trace nothing in the next picture; there is none to be shown again."""
        self._traced = None

    def paint_metric(self, metric: Metric | None) -> None:
        """Paint numbers on the boxes, with a legend; ``None``: categories only."""
        self._metric = metric
        self._maker.run(self._paint())

    def show_settings(self, settings: bool) -> None:
        """Write the most telling settings on the boxes, or not."""
        changed, self._settings = settings != self._settings, settings
        if changed and (scene := self._canvas.graph) is not None:
            scene.show_settings(settings)
            self._redraw()

    def show_edge_shapes(self, shapes: bool) -> None:
        """Write the shapes of values beside their edges, or not."""
        changed, self._edge_shapes = shapes != self._edge_shapes, shapes
        if changed and (scene := self._canvas.graph) is not None:
            scene.show_edge_shapes(shapes)
            self._redraw()

    def dress(self, scene: GraphScene) -> Iterator[None]:
        """Give a new picture what was chosen for the one before."""
        if self._metric is not None:
            yield from scene.show_metric(self._metric)
        if self._found:
            scene.show_found(self._found)
        if self._settings:
            scene.show_settings(True)
        if self._edge_shapes:
            scene.show_edge_shapes(True)
        yield from self._trace_in(scene)

    def _trace_in(self, scene: GraphScene) -> Iterator[None]:
        """Fade what the trace does not reach, if one is wanted and can be made."""
        if self._traced is None:
            return
        box, upstream, downstream = self._traced
        if box not in scene.places.index:
            self._traced = None
            self.traced.emit(False)
            return
        trace = yield from scene.paths.trace(box, upstream, downstream)
        if self._traced == (box, upstream, downstream):
            scene.show_trace(trace)
            self._corners.outdate()

    def _trace(self) -> Iterator[None]:
        """Fade what the trace does not reach in the picture that is seen."""
        if (scene := self._canvas.graph) is not None:
            yield from self._trace_in(scene)

    def _paint(self) -> Iterator[None]:
        """Paint the metric on the picture that is seen, with a legend."""
        if (scene := self._canvas.graph) is not None:
            yield from scene.show_metric(self._metric)
            self._corners.show_legend()
            self._corners.outdate()

    def _redraw(self) -> None:
        """Let the picture and its map be made anew, as something looks different."""
        self._corners.outdate()
        self._maker.look()
