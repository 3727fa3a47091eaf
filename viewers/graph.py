"""The picture of a graph: show it, move in it, point at its nodes."""

import time
from collections.abc import Iterator

from msgspec import Struct
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from loaders.ir.graph import Model, Structure
from loaders.ir.layout import Layout
from viewers.drawing.metric import Metric
from viewers.drawing.scene import Aim, GraphScene
from viewers.drawing.style import LIGHT, Theme
from viewers.drawing.wires import INPUT_PREFIX, OUTPUT_PREFIX
from viewers.graph_canvas import DETAIL, ZOOM_STEP, GraphCanvas
from viewers.graph_travel import Step, travel
from viewers.plain_label import plain_label

SLICE_SECONDS = 0.008
"""How long items are made before the window gets a turn."""
NEAREST = 120.0
"""How far from the border a box is whose place is kept, at least, in pixels."""
NOTHING_OPEN = "Open a model, or drop its file here, to see its layers."
NOTHING_INSIDE = "There is nothing in this graph."

_CAPTIONS = {
    Structure.LAYERS: "The file lists its layers, but not how they are joined.",
    Structure.TENSORS: "The file holds weights only: a box is a group of tensors.",
}


class _View(Struct, frozen=True):
    """Where one looks: boxes with their places in the viewport, nearest first."""

    zoom: float
    boxes: tuple[tuple[str, QPointF], ...]


class GraphView(QWidget):
    """Draws the plan it is given and says what the user did."""

    node_selected = Signal(str)
    """The user picked a node or group; an empty name: none any more."""
    value_selected = Signal(str)
    """The user picked an input's or output's box; the value's id."""
    edge_selected = Signal(object)
    """The user picked an edge: the ``Route`` of the piece that was clicked."""
    group_toggled = Signal(str, bool)
    """A group shall be opened or closed in place; whether all inside it follow."""
    alone_asked = Signal(str)
    """The inside of a group shall fill the picture."""
    menu_asked = Signal(str, QPoint)
    """A menu is wanted for a box, or a frame around the place; empty: for none."""
    painted = Signal(int, int, int)
    """Once per picture, after the first frame that holds the whole first view: how
    many boxes of nodes and groups are in it, how many nodes the picture stands for,
    and how many of them are in closed groups."""
    traced = Signal(bool)
    """Whether a trace is shown now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._model: Model | None = None
        self._layout: Layout | None = None
        self._selected = ""
        self._metric: Metric | None = None
        self._settings = self._edge_shapes = False
        self._traced: tuple[str, bool, bool] | None = None
        self._coming: GraphScene | None = None
        self._keep: _View | None = None
        self._steps: Iterator[None] | None = None
        self._reported = False
        self.canvas = GraphCanvas(self)
        self._notice = plain_label(self, text=NOTHING_OPEN)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notice.setWordWrap(True)
        self._caption = plain_label(self)
        self._caption.setWordWrap(True)
        self._caption.setMargin(8)
        self._caption.hide()
        self._arrange()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._work)
        self._connect()
        self.canvas.show_theme(self._theme)

    # what is shown

    def show_picture(self, model: Model, layout: Layout, anchor: str = "") -> None:
        """Show a picture; the one before stays until this one can be seen.

        Where one looks stays as near as possible to where it was, if the picture is
        of the same group in the same direction; else it is the beginning. What is
        selected stays so if it is still there.

        Args:
            model: The model.
            layout: The plan of its picture.
            anchor: Id of the box that shall stay where it is on the screen.
        """
        keep = self._where(layout, anchor)
        self._model, self._layout = model, layout
        self._reported = False
        if not layout.boxes:
            self._say(NOTHING_INSIDE)
            QTimer.singleShot(0, self, self._report_empty)
            return
        self._explain(model, layout)
        self._keep = keep
        if keep is None:
            self.canvas.touched = False
            self._replace_scene(None)
        self._stack.setCurrentWidget(self.canvas)
        self._stop()
        self._coming = GraphScene(model, layout, self._theme, self)
        self._begin()

    def clear(self, words: str = NOTHING_OPEN) -> None:
        """Show no graph, but these words instead."""
        self._keep = self._where(self._layout) if self._layout is not None else None
        self._model = self._layout = None
        self._selected = ""
        self._traced = None
        self._say(words)

    def select(self, box: str) -> None:
        """Mark a node or group (or an input's or output's box) and bring it into view.

        A node that is written on another's box marks that box. An empty name, or one
        that is not in this picture, marks nothing. Reports nothing: the user did not
        do it.
        """
        if self._coming is not None:
            self._selected = box  # looked up and marked when the picture is there
            return
        scene = self.canvas.graph
        self._selected = self._known(scene, box)
        if scene is None:
            return
        scene.select(self._selected)
        if self._selected:
            self.canvas.look_for(scene.rect_of(self._selected))

    @property
    def selected(self) -> str:
        """The marked box, or an empty name."""
        return self._selected

    @property
    def middle(self) -> str:
        """The box nearest to the middle of what is seen; empty if there is none."""
        view = self._where(self._layout) if self._layout is not None else None
        return view.boxes[0][0] if view is not None and view.boxes else ""

    def preview(self, box: str) -> None:
        """Point at a box without selecting it; an empty name: at none."""
        scene = self.canvas.graph
        if scene is None:
            return
        found = self._known(scene, box)
        scene.preview(found)
        if found:
            self.canvas.look_for(scene.rect_of(found))

    def trace(self, box: str, upstream: bool, downstream: bool) -> None:
        """Fade all but a box, what feeds it, and what follows it."""
        scene = self.canvas.graph
        box = self._known(scene, box)
        if scene is None or not box:
            return
        self._traced = box, upstream, downstream
        self._steps = self._follow(scene)
        self._look()
        self.traced.emit(True)

    def clear_trace(self) -> None:
        """Show everything as it is again."""
        if self._traced is None:
            return
        self._traced = None
        if (scene := self.canvas.graph) is not None:
            scene.show_trace(None)
            self._look()
        self.traced.emit(False)

    def paint_metric(self, metric: Metric | None) -> None:
        """Paint numbers on the boxes, with a legend; ``None``: categories only."""
        self._metric = metric
        if (scene := self.canvas.graph) is not None:
            scene.show_metric(metric)
            self._look()

    def show_settings(self, settings: bool) -> None:
        """Write the most telling settings on the boxes, or not."""
        self._settings = settings
        if (scene := self.canvas.graph) is not None:
            scene.show_settings(settings)
            self._look()

    def show_edge_shapes(self, shapes: bool) -> None:
        """Write the shapes of values beside their edges, or not."""
        self._edge_shapes = shapes
        if (scene := self.canvas.graph) is not None:
            scene.show_edge_shapes(shapes)
            self._look()

    def fit(self) -> None:
        """Show the whole graph."""
        self.canvas.fit()

    def zoom_in(self) -> None:
        """Show it larger."""
        self.canvas.zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show it smaller."""
        self.canvas.zoom_by(1 / ZOOM_STEP)

    def zoom_to_actual_size(self) -> None:
        """Show it at 100 %."""
        self.canvas.zoom_by(1 / self.canvas.zoom)

    def zoom_to_area(self) -> None:
        """Let the next drag draw the area that shall fill the view."""
        self.canvas.await_area()

    def apply_theme(self, theme: Theme) -> None:
        """Change the colours and the size of text; what is seen and selected stays."""
        self._theme = theme
        for scene in (self.canvas.graph, self._coming):
            if scene is not None:
                scene.show_theme(theme)
                scene.show_metric(self._metric)
        self.canvas.show_theme(theme)
        if self.canvas.graph is not None:
            self.canvas.graph.select(self._selected)
            self._look()

    # making the picture

    def _arrange(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self._notice)
        self._stack.addWidget(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._caption)
        column.addLayout(self._stack, 1)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.clicked.connect(self._pick)
        canvas.opened.connect(self._open)
        canvas.entered.connect(self._enter)
        canvas.alone_asked.connect(self._ask_alone)
        canvas.let_go.connect(self._let_go)
        canvas.pointed.connect(self._point)
        canvas.menu_asked.connect(self._ask_menu)
        canvas.travelled.connect(self._travel)
        canvas.framed.connect(self._note_frame)
        canvas.sized.connect(self._begin)
        canvas.moved.connect(self._look)

    def _explain(self, model: Model, layout: Layout) -> None:
        """Say above the picture what it cannot show."""
        words = (_CAPTIONS.get(model.structure, ""), layout.fallback)
        caption = " ".join(filter(None, words))
        self._caption.setText(caption)
        self._caption.setVisible(bool(caption))

    def _say(self, words: str) -> None:
        self._caption.hide()
        self._stop()
        self._replace_scene(None)
        self._notice.setText(words)
        self._stack.setCurrentWidget(self._notice)

    def _stop(self) -> None:
        self._timer.stop()
        self._steps = None
        if self._coming is not None:
            self._coming.deleteLater()
            self._coming = None

    def _replace_scene(self, scene: GraphScene | None) -> None:
        before = self.canvas.graph
        self.canvas.setScene(scene)
        if before is not None:
            before.deleteLater()

    @Slot()
    def _begin(self) -> None:
        """Start to make items as soon as the size of the view is known."""
        canvas = self.canvas
        if not canvas.isVisible() or canvas.viewport().width() < 2:
            return
        if self._coming is not None and self._steps is None:
            self._steps = self._build(self._coming)
            self._work()
            self._timer.start()
        elif canvas.graph is not None and not (canvas.touched or self._reported):
            canvas.start()

    def _build(self, scene: GraphScene) -> Iterator[None]:
        """Make the next picture: its first view while the one before is seen."""
        yield from scene.prepare()
        canvas, keep = self.canvas, self._keep
        self._dress(scene)
        yield from self._follow(scene)
        fixed = self._anchor(scene, keep)
        if keep is not None and fixed is not None:
            point, at = fixed
            scale = keep.zoom * canvas.unit
            scene.show_scale(scale, keep.zoom >= DETAIL)
            size = canvas.viewport().size()
            corner = point - at / scale
            area = QRectF(corner.x(), corner.y(), size.width(), size.height())
            area.setSize(area.size() / scale)
            yield from scene.make(area)
            self._swap(scene)
            canvas.restore(keep.zoom, point, at)
        else:
            canvas.touched = False
            self._swap(scene)
            canvas.start()
            if self._selected:
                canvas.look_for(scene.rect_of(self._selected))

    def _dress(self, scene: GraphScene) -> None:
        """Give a new picture what was chosen for the one before."""
        self._selected = self._known(scene, self._selected)
        if self._metric is not None:
            scene.show_metric(self._metric)
        if self._settings:
            scene.show_settings(True)
        if self._edge_shapes:
            scene.show_edge_shapes(True)

    def _follow(self, scene: GraphScene) -> Iterator[None]:
        """Fade what the trace does not reach, if one is wanted and can be made."""
        if self._traced is None:
            return
        box, upstream, downstream = self._traced
        if box not in scene.places.index:
            self._traced = None
            self.traced.emit(False)
            return
        trace = yield from scene.paths.trace(box, upstream, downstream)
        scene.show_trace(trace)

    def _swap(self, scene: GraphScene) -> None:
        self._coming = None
        self._replace_scene(scene)
        scene.select(self._selected)

    def _where(self, layout: Layout, anchor: str = "") -> _View | None:
        """Return where one looks, if that has a meaning in another picture."""
        scene, canvas = self.canvas.graph, self.canvas
        if scene is None or self._layout is None:
            return self._keep
        before, after = scene.layout.arrangement, layout.arrangement
        if (before.root, before.horizontal) != (after.root, after.horizontal):
            return None
        boxes = [scene.layout.boxes[at] for at in scene.boxes_in(canvas.seen())]
        middle = QPointF(canvas.viewport().rect().center())

        def place(name: str) -> QPointF:
            return QPointF(canvas.mapFromScene(scene.upper_middle(name)))

        def away(name: str) -> float:
            return (place(name) - middle).manhattanLength()

        names = sorted((box.node for box in boxes), key=away)
        for wanted in (self._selected, anchor):
            if wanted in names or (wanted and wanted == anchor):
                names.insert(0, wanted)
        found = [name for name in names if name in scene.places.index]
        return _View(canvas.zoom, tuple((name, place(name)) for name in found))

    def _anchor(
        self, scene: GraphScene, view: _View | None
    ) -> tuple[QPointF, QPointF] | None:
        """Return a point of a new picture and where it shall be in the viewport."""
        for name, at in view.boxes if view is not None else ():
            if name in scene.places.index:
                room = self.canvas.viewport().size()
                at = QPointF(
                    min(max(at.x(), NEAREST), room.width() - NEAREST),
                    min(max(at.y(), NEAREST / 4), room.height() - NEAREST),
                )
                return scene.upper_middle(name), at
        return None

    @Slot()
    def _look(self) -> None:
        """Make what has come into view, as soon as there is time."""
        if self.canvas.graph is not None or self._steps is not None:
            self._timer.start()

    @Slot()
    def _work(self) -> None:
        """Make items for a few milliseconds: what is seen, then what is beside it."""
        end = time.perf_counter() + SLICE_SECONDS
        while time.perf_counter() < end:
            if self._steps is None:
                self._steps = self._next_steps()
                if self._steps is None:
                    self._timer.stop()
                    return
            if next(self._steps, self) is self:
                self._steps = None

    def _next_steps(self) -> Iterator[None] | None:
        """Return how to make what lacks; ``None`` if nothing does."""
        scene = self.canvas.graph
        if scene is None:
            return None
        seen = self.canvas.seen()
        if scene.lacks(seen):
            return scene.make(seen)
        aside, above = seen.width() / 2, seen.height() / 2
        around = seen.adjusted(-aside, -above, aside, above)
        if not self._reported:
            self.canvas.viewport().update()
            return None  # the first view is painted before more is made
        return scene.make(around) if scene.lacks(around) else None

    @Slot()
    def _note_frame(self) -> None:
        """Before a frame: fill holes if that is quick; note that it is whole."""
        scene = self.canvas.graph
        if scene is None or (self._steps is not None and self._coming is not None):
            return
        seen = self.canvas.seen()
        if scene.lacks(seen):
            end = time.perf_counter() + SLICE_SECONDS
            for _ in scene.make(seen):
                if time.perf_counter() > end:
                    self._look()
                    return
        if not self._reported:
            self._reported = True
            QTimer.singleShot(0, self, self._report)

    @Slot()
    def _report(self) -> None:
        scene = self.canvas.graph
        if scene is None or self._model is None:
            return
        boxes = scene.layout.boxes
        names = [boxes[at].node for at in scene.boxes_in(self.canvas.seen())]
        drawn = sum(
            not name.startswith((INPUT_PREFIX, OUTPUT_PREFIX)) for name in names
        )
        nodes = scene.drawn_nodes + scene.hidden_nodes
        self.painted.emit(drawn, nodes, scene.hidden_nodes)
        self._look()

    @Slot()
    def _report_empty(self) -> None:
        if self._model is not None and self.canvas.graph is None:
            self.painted.emit(0, 0, 0)

    # what the user does

    @Slot(object)
    def _pick(self, aim: Aim) -> None:
        scene = self.canvas.graph
        if scene is None or self._layout is None:
            return
        if aim.switch:
            self.group_toggled.emit(aim.box, False)
        elif aim.route is not None:
            self._selected = ""
            scene.select_edge(aim.route)
            self.edge_selected.emit(self._layout.routes[aim.route])
        else:
            self._choose(aim.box)

    def _choose(self, box: str) -> None:
        """Select a box as the user wishes, and say so."""
        scene = self.canvas.graph
        if scene is None:
            return
        self._selected = box
        scene.select(box)
        for prefix in (INPUT_PREFIX, OUTPUT_PREFIX):
            if box.startswith(prefix) and not scene.is_node(box):
                self.value_selected.emit(box.removeprefix(prefix))
                return
        self.node_selected.emit(box)

    @Slot(object, bool)
    def _open(self, aim: Aim, recursive: bool) -> None:
        self._toggle(aim.box, recursive)

    @Slot(bool)
    def _enter(self, recursive: bool) -> None:
        self._toggle(self._selected, recursive)

    def _toggle(self, box: str, recursive: bool) -> None:
        scene = self.canvas.graph
        if scene is not None and scene.is_group(box):
            self.group_toggled.emit(box, recursive)

    @Slot()
    def _ask_alone(self) -> None:
        scene = self.canvas.graph
        if scene is not None and scene.is_group(self._selected):
            self.alone_asked.emit(self._selected)

    @Slot(object, QPoint)
    def _ask_menu(self, aim: Aim | None, place: QPoint) -> None:
        if aim is None:
            self.menu_asked.emit(self._selected, place)
            return
        if aim.box and aim.box != self._selected:
            self._choose(aim.box)
        elif aim.route is not None:
            self._pick(aim)
        self.menu_asked.emit(aim.box or aim.around, place)

    @Slot()
    def _let_go(self) -> None:
        """Escape: first the trace, then the selection."""
        if self._traced is not None:
            self.clear_trace()
        else:
            self._choose("")

    @Slot(object)
    def _point(self, aim: Aim) -> None:
        if self.canvas.graph is not None:
            self.canvas.graph.hover_edge(aim.route)

    @Slot(Step)
    def _travel(self, step: Step) -> None:
        scene = self.canvas.graph
        if scene is None:
            return
        found = travel(scene.places, scene.paths, self._selected, step)
        if found and found != self._selected:
            self._choose(found)
            self.canvas.look_for(scene.rect_of(found))

    def _known(self, scene: GraphScene | None, box: str) -> str:
        """Return the box that stands for a node or group; empty if none does."""
        if scene is None:
            return ""
        box = scene.places.hosts.get(box, box)
        return box if box in scene.places.index else ""
