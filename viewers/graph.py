"""The picture of a graph: show it, move in it, point at its nodes."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from loaders.ir.graph import Graph, Model, Structure
from loaders.ir.layout import Layout
from viewers.drawing.scene import GraphScene
from viewers.drawing.style import LIGHT, Theme
from viewers.drawing.wires import INPUT_PREFIX, OUTPUT_PREFIX
from viewers.graph_canvas import ZOOM_STEP, GraphCanvas
from viewers.graph_travel import Step, travel
from viewers.plain_label import plain_label

SLICE_SECONDS = 0.008
"""How long items are made before the window gets a turn."""
NOTHING_OPEN = "Open a model, or drop its file here, to see its layers."
NOTHING_INSIDE = "There is nothing in this graph."

_CAPTIONS = {
    Structure.LAYERS: "The file lists its layers, but not how they are joined.",
    Structure.TENSORS: "The file holds weights only: a box is a group of tensors.",
}


class GraphView(QWidget):
    """Draws the plan it is given and says what the user did."""

    node_selected = Signal(str)
    """The user picked a node; an empty name: none any more."""
    value_selected = Signal(str)
    """The user picked an input's or output's box; the value's id."""
    edge_selected = Signal(object)
    """The user picked an edge; its ``Route``."""
    group_toggled = Signal(str, bool)
    """The user asked to open a closed group in place or to close an open one; whether
    with all groups inside it."""
    alone_asked = Signal(str)
    """The user asked to see this group alone."""
    menu_asked = Signal(str, QPoint)
    """The user wants a menu for a box (empty: for none), here on the screen."""
    painted = Signal(int, int)
    """Once per graph, after the first frame that holds the whole first view: how many
    nodes are in it and how many in the graph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._model: Model | None = None
        self._graph: Graph | None = None
        self._layout: Layout | None = None
        self._selected = ""
        self._steps: Iterator[bool] | None = None
        self._first = QRectF()
        self._ready = self._reported = False
        self.canvas = GraphCanvas(self)
        self._notice = plain_label(self, text=NOTHING_OPEN)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notice.setWordWrap(True)
        self._caption = plain_label(self)
        self._caption.setWordWrap(True)
        self._caption.setMargin(8)
        self._caption.hide()
        self._stack = QStackedLayout()
        self._stack.addWidget(self._notice)
        self._stack.addWidget(self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._caption)
        column.addLayout(self._stack, 1)
        self.setFocusProxy(self.canvas)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._build_some)
        self.canvas.clicked.connect(self._pick)
        self.canvas.opened.connect(self._open)
        self.canvas.entered.connect(self._enter)
        self.canvas.travelled.connect(self._travel)
        self.canvas.framed.connect(self._note_frame)
        self.canvas.sized.connect(self._begin)
        self.canvas.show_theme(self._theme)

    def show_graph(self, model: Model, graph_id: str, layout: Layout) -> None:
        """Show a graph from its beginning; nothing is selected."""
        self._model, self._layout = model, layout
        self._graph = model.graphs[graph_id]
        self._selected = ""
        self._reported = False
        self.canvas.touched = False
        if not layout.boxes:
            self._say(NOTHING_INSIDE)
            QTimer.singleShot(0, self, self._report_empty)
            return
        self._explain(model, layout)
        self._stack.setCurrentWidget(self.canvas)
        self._rebuild()

    def show_picture(self, model: Model, layout: Layout, anchor: str = "") -> None:
        """Show a picture of a model; what was selected stays so if it is there.

        Args:
            model: The model.
            layout: What is drawn, and where.
            anchor: The box that stays where it is on the screen; if it was not there
                or is not, the picture is shown from its beginning.
        """
        selected = self._selected
        self.show_graph(model, layout.graph, layout)
        self.select(selected)

    @property
    def middle(self) -> str:
        """The box nearest to the middle of what is seen; empty if there is none."""
        return ""

    def clear(self, words: str = NOTHING_OPEN) -> None:
        """Show no graph, but these words instead."""
        self._model = self._graph = self._layout = None
        self._selected = ""
        self._say(words)

    def select(self, node_id: str) -> None:
        """Mark a node (or an input's or output's box) and bring it into view.

        An empty name, or one that is not in this graph, marks nothing. Reports
        nothing: the user did not do it.
        """
        scene = self.canvas.graph
        known = scene is not None and node_id in scene.boxes
        self._selected = node_id if known else ""
        if scene is None:
            return
        scene.select(self._selected)
        if self._selected and self._begun:
            self.canvas.look_for(scene.rect_of(self._selected))

    @property
    def selected(self) -> str:
        """The marked box, or an empty name."""
        return self._selected

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

    def apply_theme(self, theme: Theme) -> None:
        """Change the colours; what is seen and selected stays."""
        self._theme = theme
        self.canvas.show_theme(theme)
        if self._layout is not None and self._layout.boxes:
            self._rebuild()

    @property
    def _begun(self) -> bool:
        """Whether the size of the view is known and items are being made."""
        return self._steps is not None or self._ready

    def _explain(self, model: Model, layout: Layout) -> None:
        """Say above the picture what it cannot show."""
        words = (_CAPTIONS.get(model.structure, ""), layout.fallback)
        caption = " ".join(filter(None, words))
        self._caption.setText(caption)
        self._caption.setVisible(bool(caption))

    def _say(self, words: str) -> None:
        self._caption.hide()
        self._timer.stop()
        self._steps = None
        self._replace_scene(None)
        self._notice.setText(words)
        self._stack.setCurrentWidget(self._notice)

    def _rebuild(self) -> None:
        """Make the scene anew; its items follow as soon as the size is known."""
        if self._model is None or self._layout is None:
            return
        self._timer.stop()
        self._steps = None
        self._ready = False
        self._replace_scene(GraphScene(self._model, self._layout, self._theme, self))
        self._begin()

    def _replace_scene(self, scene: GraphScene | None) -> None:
        before = self.canvas.graph
        self.canvas.setScene(scene)
        if before is not None:
            before.deleteLater()

    @Slot()
    def _begin(self) -> None:
        """Start to make items, or start again if a larger first view appeared."""
        scene, canvas = self.canvas.graph, self.canvas
        if scene is None or not canvas.isVisible() or canvas.viewport().width() < 2:
            return
        if not canvas.touched:
            canvas.start()
        seen = canvas.seen()
        if self._begun:
            if self._reported or self._first.contains(seen):
                return
            self._rebuild_for(seen)
            return
        canvas.show_theme(self._theme)
        if self._selected and not canvas.touched:
            canvas.look_for(scene.rect_of(self._selected))
            seen = canvas.seen()
        self._build_for(scene, seen)

    def _rebuild_for(self, seen: QRectF) -> None:
        if self._model is None or self._layout is None:
            return
        scene = GraphScene(self._model, self._layout, self._theme, self)
        self._replace_scene(scene)
        self.canvas.show_theme(self._theme)
        self._build_for(scene, seen)

    def _build_for(self, scene: GraphScene, seen: QRectF) -> None:
        self._first, self._ready = seen, False
        self._steps = scene.build(seen)
        scene.select(self._selected)
        self._build_some()
        self._timer.start()

    @Slot()
    def _build_some(self) -> None:
        """Make items for a few milliseconds."""
        end = time.perf_counter() + SLICE_SECONDS
        while self._steps is not None and time.perf_counter() < end:
            ready = next(self._steps, None)
            if ready is None:
                self._steps = None
                self._timer.stop()
            elif ready and not self._ready:
                self._ready = True
                self.canvas.viewport().update()
                return  # the first view is painted before the rest is made

    @Slot()
    def _note_frame(self) -> None:
        if self._ready and not self._reported:
            self._reported = True
            QTimer.singleShot(0, self, self._report)

    @Slot()
    def _report(self) -> None:
        scene, graph = self.canvas.graph, self._graph
        if scene is None or graph is None:
            return
        names = (scene.layout.boxes[i].node for i in scene.boxes_in(self.canvas.seen()))
        self.painted.emit(sum(name in graph.nodes for name in names), len(graph.nodes))

    @Slot()
    def _report_empty(self) -> None:
        if self._graph is not None and self.canvas.graph is None:
            self.painted.emit(0, len(self._graph.nodes))

    @Slot(str)
    def _pick(self, box: str) -> None:
        scene, graph = self.canvas.graph, self._graph
        if scene is None or graph is None:
            return
        self._selected = box
        scene.select(box)
        if box in graph.nodes or not box:
            self.node_selected.emit(box)
        else:
            prefix = INPUT_PREFIX if box.startswith(INPUT_PREFIX) else OUTPUT_PREFIX
            self.value_selected.emit(box.removeprefix(prefix))

    @Slot(str)
    def _open(self, box: str) -> None:
        if self._graph is not None:
            node = self._graph.nodes.get(box)
            if node is not None and node.bodies:
                self.group_toggled.emit(box, False)

    @Slot()
    def _enter(self) -> None:
        self._open(self._selected)

    @Slot(Step)
    def _travel(self, step: Step) -> None:
        scene = self.canvas.graph
        if scene is None:
            return
        start = self._selected
        if start:
            found = travel(scene.layout, scene.routes_of(start), start, step)
        else:
            found = scene.layout.boxes[0].node
        if found != start:
            self._pick(found)
            self.canvas.look_for(scene.rect_of(found))
