"""Makes pictures in slices of time: first what is seen, then what is beside it."""

import time
from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QRectF, QTimer, Signal, Slot

from viewers.drawing.scene import GraphScene
from viewers.graph_camera import DETAIL
from viewers.graph_canvas import GraphCanvas
from viewers.graph_place import Place, find
from viewers.letting_go import let_go

SLICE_SECONDS, FRAME_SECONDS = 0.006, 0.004
"""How long items are made before the window gets a turn, and before it paints."""

Steps = Iterator[None]


class PictureMaker(QObject):
    """Brings a canvas its next picture and keeps making what comes into view.

    Args:
        canvas: Where pictures are shown.
        spare: Returns what else may be made while nobody waits; ``None``: nothing.

    Signals:
        swapped: The canvas has its next picture; where one looks is settled.
        first_seen: The first frame with the whole first view is painted.
    """

    swapped = Signal()
    first_seen = Signal()

    def __init__(
        self, canvas: GraphCanvas, spare: Callable[[], Steps | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._canvas, self._spare = canvas, spare
        self.coming: GraphScene | None = None
        self._place: Place | None = None
        self._dress: Steps = iter(())
        self._steps: Steps | None = None
        self._asked: deque[Steps] = deque()
        self._reported = True
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._work)
        canvas.framed.connect(self._note_frame)
        canvas.sized.connect(self._begin)
        canvas.moved.connect(self.look)

    @property
    def is_busy(self) -> bool:
        """Whether something is being made."""
        return self._steps is not None or bool(self._asked)

    def bring(self, scene: GraphScene, place: Place | None, dress: Steps) -> None:
        """Make the next picture; the one before stays until this one can be seen.

        Args:
            scene: The picture, not yet indexed.
            place: Where to look, if possible; ``None``: at its beginning.
            dress: What is to be done once it is indexed.
        """
        self.stop()
        self.coming, self._place, self._dress = scene, place, dress
        self._reported = False
        self._begin()

    def run(self, steps: Steps) -> None:
        """Do something else in slices, before anything else is begun."""
        self._asked.append(steps)
        if self._steps is None and self.coming is None:
            self._work()  # at once if it is little
        self._timer.start()

    def stop(self) -> None:
        """Make nothing any more."""
        self._timer.stop()
        self._steps = None
        self._asked.clear()
        if self.coming is not None:
            let_go(self.coming)
            self.coming = None

    @Slot()
    def look(self) -> None:
        """Make what has come into view, as soon as there is time."""
        if self._canvas.graph is not None or self._steps is not None:
            self._timer.start()

    def put(self, scene: GraphScene | None) -> None:
        """Give the canvas another picture at once."""
        before = self._canvas.graph
        self._canvas.setScene(scene)
        if before is not None:
            let_go(before)

    @Slot()
    def _begin(self) -> None:
        """Start as soon as the size of the view is known."""
        canvas = self._canvas
        if not canvas.isVisible() or canvas.viewport().width() < 2:
            return
        if self.coming is not None and self._steps is None:
            self._steps = self._build(self.coming)
            self._work()
            self._timer.start()
        elif canvas.graph is not None and not canvas.touched:
            canvas.start()

    def _build(self, scene: GraphScene) -> Steps:
        """Make the first view of the next picture while the one before is seen."""
        yield from scene.prepare()
        yield from self._dress
        canvas, place = self._canvas, self._place
        fixed = find(scene, place, canvas.viewport().size())
        if place is not None and fixed is not None:
            point, at = fixed
            scale = place.zoom * canvas.unit
            scene.show_scale(scale, scale >= DETAIL)
            size = canvas.viewport().size()
            corner = point - at / scale
            area = QRectF(
                corner.x(), corner.y(), size.width() / scale, size.height() / scale
            )
            yield from scene.make(area)
            self._swap(scene)
            canvas.restore(place.zoom, point, at)
        else:
            canvas.touched = False
            self._swap(scene)
            canvas.start()
        self.swapped.emit()

    def _swap(self, scene: GraphScene) -> None:
        self.coming = None
        self.put(scene)

    @Slot()
    def _work(self) -> None:
        """Make items for a few milliseconds."""
        self._timer.stop()  # a step with a mistake in it is not tried for ever
        end = time.perf_counter() + SLICE_SECONDS
        while time.perf_counter() < end:
            if self._steps is None:
                self._steps = self._next_steps()
                if self._steps is None:
                    return
            if next(self._steps, self) is self:
                self._steps = None
        self._timer.start()

    def _next_steps(self) -> Steps | None:
        """Return how to make what lacks; ``None`` if nothing does."""
        if self._asked:
            return self._asked.popleft()
        scene = self._canvas.graph
        if scene is None:
            return None
        seen = self._canvas.seen()
        if scene.lacks(seen):
            return scene.make(seen)
        if not self._reported:
            self._canvas.viewport().update()
            return None  # the first view is painted before more is made
        aside, above = seen.width() / 2, seen.height() / 2
        around = seen.adjusted(-aside, -above, aside, above)
        return scene.make(around) if scene.lacks(around) else self._spare()

    @Slot()
    def _note_frame(self) -> None:
        """Before a frame: fill holes if that is quick; note that it is whole."""
        scene = self._canvas.graph
        if scene is None or self.coming is not None:
            return
        seen = self._canvas.seen()
        if scene.lacks(seen):
            end = time.perf_counter() + FRAME_SECONDS
            for _ in scene.make(seen):
                if time.perf_counter() > end:
                    self.look()
                    return
        if not self._reported:
            self._reported = True
            QTimer.singleShot(0, self, self._report)

    @Slot()
    def _report(self) -> None:
        if self._canvas.graph is not None:
            self.first_seen.emit()
            self.look()
