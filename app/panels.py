"""The panels around one open model, and the one selection that they share."""

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.jobs import JobRunner
from app.overview import Overview, is_small, overview
from loaders.ir.graph import Node
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Layout
from loaders.ir.steps import NodeSteps
from viewers.drawing.style import Theme
from viewers.drawing.wires import INPUT_PREFIX
from viewers.focus_ring import FocusRing
from viewers.graph import GraphView
from viewers.ink import Ink
from viewers.inspector import LEAST_WIDTH, Inspector
from viewers.inspector_pages import node_pages, value_pages
from viewers.layers import LayerTable
from viewers.sections import Pages
from viewers.trail import Trail

PATIENCE_MS = 80
"""How long a newly chosen layer waits for its rules before it is shown without."""
_SIDE, _TABLE = 440, 230
"""First width of the inspector and first height of the layer table, in pixels; never
more than these shares of the window:"""
_SIDE_SHARE, _TABLE_SHARE = 0.38, 0.35


class Panels(QWidget):
    """Graph, layer table and inspector of one model, looking at the same layer.

    Signals:
        layout_wanted: Id of a graph that shall be shown and needs a layout.
        ready: The overview is made; its words are in ``summary``.
        painted: Nodes painted and nodes in the graph, once the first view is whole.
        command_chosen: Id of a command that was clicked in a page.
        arranged: The user moved a splitter.
    """

    layout_wanted = Signal(str)
    ready = Signal()
    painted = Signal(int, int)
    command_chosen = Signal(str)
    arranged = Signal()

    def __init__(
        self, jobs: JobRunner, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._topic = f"panels-{id(self)}"
        self._index: ModelIndex | None = None
        self.summary: Overview | None = None
        self.shown_graph = ""
        self.selected = self._marked = ""
        self.trail = Trail(self)
        self.graph = GraphView(self)
        self.graph.apply_theme(theme)
        self.table = LayerTable(self)
        self.table.apply_theme(theme)
        self.inspector = Inspector(Ink.of(theme), self)
        for panel in (self.graph.canvas, self.table.table, self.inspector.sheet):
            FocusRing(panel)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._arrange()
        self._connect()

    # what others tell

    def show_model(self, index: ModelIndex) -> None:
        """Show another model; its picture comes with ``show_layout``."""
        self._index, self.summary = index, None
        self.shown_graph = self.selected = self._marked = ""
        self._jobs.forget(f"{self._topic}-steps")
        self.graph.clear("Drawing the graph …")
        self.trail.show_path(index, index.model.graph)
        if is_small(index):
            self._show_overview(overview(index))
        else:
            self._jobs.start(
                f"{self._topic}-overview", lambda: overview(index), self._show_overview
            )

    @Slot(object)
    def show_layout(self, layout: Layout) -> None:
        """Show a picture if it is the one that is waited for."""
        if self._index is None or layout.graph not in self._index.model.graphs:
            return
        if layout.graph != self.shown_graph:
            return
        self.graph.show_graph(self._index.model, layout.graph, layout)
        self.graph.select(self._marked)  # nothing if it is not in this graph

    def show_graph(self, graph_id: str) -> None:
        """Go to a graph of the model: the main one or a body."""
        if self._index is None or graph_id not in self._index.model.graphs:
            return
        self.shown_graph = graph_id
        self.trail.show_path(self._index, self._index.model.graphs[graph_id])
        self.layout_wanted.emit(graph_id)

    def show_outer_graph(self) -> None:
        """Go to the graph around the one that is shown, and select where we were."""
        if self._index is None or not self.shown_graph:
            return
        owner = self._index.model.graphs[self.shown_graph].owner
        outer = self._index.graph_of(owner)
        if outer is not None:
            self.show_graph(outer.id)
            self.select(owner)

    @Slot(str)
    def select(self, node_id: str) -> None:
        """Look at one layer in every panel; an empty id looks at the whole model."""
        if self._index is None:
            return
        node = self._index.nodes.get(node_id)
        if node is None and node_id.startswith(INPUT_PREFIX):
            self._select_input(node_id)
            return
        self.selected = self._marked = node.id if node else ""
        self.table.select(self.selected)
        if node is None:
            self.graph.select("")
            self.show_whole_model()
            return
        if self._is_here(node_id):
            self.graph.select(node_id)
        elif place := self._index.graph_of(node_id):
            self.show_graph(place.id)
        self._explain(node)

    @Slot()
    def show_whole_model(self) -> None:
        """Show the model's own pages and let go of the selection."""
        self._jobs.forget(f"{self._topic}-steps")
        self._patience.stop()
        if self._marked:
            self.selected = self._marked = ""
            self.table.select("")
            self.graph.select("")
        if self.summary is not None:
            self.inspector.show_pages(self.summary.pages)

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.graph.apply_theme(theme)
        self.table.apply_theme(theme)
        self.inspector.set_ink(Ink.of(theme))

    @property
    def state(self) -> tuple[QByteArray, QByteArray]:
        """Where the splitters stand."""
        return self._across.saveState(), self._down.saveState()

    def restore(self, across: QByteArray | None, down: QByteArray | None) -> None:
        """Put the splitters back to where they were."""
        if across is not None:
            self._across.restoreState(across)
        if down is not None:
            self._down.restoreState(down)

    def arrange_for(self, size: QSize) -> None:
        """Share out a size that nobody has shared out yet."""
        side = min(_SIDE, round(size.width() * _SIDE_SHARE))
        table = min(_TABLE, round(size.height() * _TABLE_SHARE))
        self.resize(size)
        self._across.setSizes([size.width() - side, side])
        self._down.setSizes([size.height() - table, table])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the graph its share of a window that became narrow."""
        super().resizeEvent(event)
        width = event.size().width()
        most = max(LEAST_WIDTH, round(width * _SIDE_SHARE))
        if event.oldSize().width() > width and self.inspector.width() > most:
            self._across.setSizes([width - most, most])

    # inside

    def _arrange(self) -> None:
        stage = QWidget(self)
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trail)
        column.addWidget(self.graph, 1)
        self._down = _splitter(Qt.Orientation.Vertical, stage, self.table)
        self._across = _splitter(Qt.Orientation.Horizontal, self._down, self.inspector)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._across)

    def _connect(self) -> None:
        self.graph.node_selected.connect(self._on_node_selected)
        self.graph.value_selected.connect(self._on_value_selected)
        self.graph.container_opened.connect(self._on_container_opened)
        self.graph.painted.connect(self.painted)
        self.table.node_selected.connect(self._on_node_selected)
        self.table.selection_cleared.connect(self.show_whole_model)
        self.table.node_opened.connect(self._on_container_opened)
        self.trail.graph_chosen.connect(self.show_graph)
        self.inspector.node_chosen.connect(self.select)
        self.inspector.model_chosen.connect(self.show_whole_model)
        self.inspector.command_chosen.connect(self.command_chosen)
        self._patience.timeout.connect(self._show_without_steps)
        self._across.splitterMoved.connect(lambda *_: self.arranged.emit())
        self._down.splitterMoved.connect(lambda *_: self.arranged.emit())

    def _show_overview(self, made: Overview) -> None:
        self.summary = made
        self.table.show_rows(made.rows)
        if self.selected:
            self.table.select(self.selected)
        else:
            self.inspector.show_pages(made.pages)
        self.ready.emit()

    def _is_here(self, node_id: str) -> bool:
        if self._index is None or not node_id:
            return False
        place = self._index.graph_of(node_id)
        return place is not None and place.id == self.shown_graph

    @Slot(str)
    def _on_node_selected(self, node_id: str) -> None:
        if node_id != self.selected:
            self.select(node_id)

    def _select_input(self, box: str) -> None:
        """Look at an input of a graph that no layer of the file makes."""
        assert self._index is not None
        value = box.removeprefix(INPUT_PREFIX)
        graphs = self._index.model.graphs.values()
        place = next((graph.id for graph in graphs if value in graph.inputs), None)
        if place is None:
            return
        if place != self.shown_graph:
            self.show_graph(place)
        self._marked = box
        self.graph.select(box)
        self._on_value_selected(value)

    @Slot(str)
    def _on_value_selected(self, value_id: str) -> None:
        """Show an input or output that is no layer of its own."""
        value = self._index.values.get(value_id) if self._index else None
        if value is None or self._index is None:
            return
        self._jobs.forget(f"{self._topic}-steps")
        self._patience.stop()
        self.selected = ""
        self._marked = self.graph.selected or self._marked
        self.table.select("")
        self.inspector.show_pages(value_pages(self._index, value))

    @Slot(str)
    def _on_container_opened(self, node_id: str) -> None:
        node = self._index.nodes.get(node_id) if self._index else None
        if node is not None and node.bodies:
            self.show_graph(node.bodies[0])

    def _explain(self, node: Node) -> None:
        """Work out the pages in a job; show the plain ones if that takes a while."""
        index = self._index
        assert index is not None

        def work() -> Pages:
            from app.analysis.diagrams import drawing_of
            from app.analysis.steps import explain_node

            steps = explain_node(index.values, node)
            drawing = drawing_of(index.values, node, steps)
            return node_pages(index, node, steps, drawing)

        self._patience.start()
        self._jobs.start(f"{self._topic}-steps", work, self._show_pages)

    def _show_pages(self, pages: Pages) -> None:
        self._patience.stop()
        self.inspector.show_pages(pages)

    @Slot()
    def _show_without_steps(self) -> None:
        node = self._index.nodes.get(self.selected) if self._index else None
        if node is not None and self._index is not None:
            self.inspector.show_pages(node_pages(self._index, node, NodeSteps()))


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    for number, widget in enumerate(widgets):
        splitter.addWidget(widget)
        splitter.setStretchFactor(number, 1 if number == 0 else 0)
        splitter.setCollapsible(number, False)
    return splitter
