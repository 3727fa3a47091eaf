"""The panels around one open model, and the one selection that they share."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.docks import Dock, DockFrame
from app.explaining import Explainer
from app.finding import Finder, Search, TableFilter
from app.jobs import JobRunner
from app.overview import Overview, is_small, overview
from app.pages import value_pages_of
from app.paint import Paint
from app.picture import Picture
from app.picture_panel import PicturePanel
from app.trial import LengthTrial
from app.visits import Visits
from loaders.ir.folding import FOLDED, Folding
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Layout, Route
from viewers.drawing.style import Theme
from viewers.drawing.wires import INPUT_PREFIX
from viewers.find_list import FindList
from viewers.focus_ring import FocusRing
from viewers.ink import Ink
from viewers.inspector import LEAST_WIDTH, Inspector
from viewers.layer_copy import as_markdown, as_tsv
from viewers.layers import Copy, LayerTable, Order
from viewers.sections import Pages
from viewers.value_pages import edge_pages

_SIDE, _TABLE = 440, 230
"""First width of the inspector and first height of the layer table, in pixels; never
more than these shares of the window:"""
_SIDE_SHARE, _TABLE_SHARE = 0.38, 0.35


class Panels(QWidget):
    """Graph, layer table and inspector of one model, looking at the same thing.

    Attributes:
        docks: What holds the layer table and the inspector.
        selected: Id of the node or group that is looked at; empty for the whole
            model, and while a value is looked at.

    Signals:
        ready: The overview is made; its words are in ``summary``.
        painted: Once a first view is whole: boxes painted, nodes that the picture
            stands for, and how many of them are in closed groups.
        folding_wanted: The ``Folding`` with which the file shall be read again.
        command_chosen: Id of a command that was clicked in a page.
        menu_asked: The box for which a menu is wanted (empty beside all boxes), and
            where on the screen; the box is selected already.
        arranged: The user moved the table or the inspector, or changed its size.
    """

    ready = Signal()
    painted = Signal(int, int, int)
    folding_wanted = Signal(object)
    command_chosen = Signal(str)
    menu_asked = Signal(str, QPoint)
    arranged = Signal()

    def __init__(
        self, jobs: JobRunner, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._index: ModelIndex | None = None
        self.summary: Overview | None = None
        self.selected = ""
        self._visits = Visits()
        self.drawing = PicturePanel(theme, self)
        self.graph = self.drawing.graph
        self.paint = Paint(self.graph, jobs, self)
        self.table = LayerTable(self)
        self.table.apply_theme(theme)
        self.found = FindList(self)
        self.found.apply_theme(theme)
        search = self._search = Search(jobs, self)
        self.finder = Finder(search, self.found, self)
        TableFilter(search, self.table, self)
        self.inspector = Inspector(Ink.of(theme), self)
        self.explainer = Explainer(self.inspector, jobs, self)
        self.trial = LengthTrial(jobs, self.inspector.lengths, self)
        for panel in (
            self.graph.canvas,
            self.table.table,
            self.inspector.sheet,
            self.found.list,
        ):
            FocusRing(panel)
        self._arrange()
        self._connect()

    # what others tell

    def show_model(self, index: ModelIndex) -> None:
        """Show a model, or another version of it; what is selected stays so.

        The picture comes with ``show_layout``.
        """
        self.trial.start_from(index)
        self._show_version(index)

    @Slot(object)
    def _show_version(self, index: ModelIndex) -> None:
        """Show the model as it is, or with the input lengths that are tried."""
        self._index, self.summary = index, None
        self.explainer.show_model(index)
        if self.selected and not self._is_known(self.selected):
            self.selected = self.drawing.marked = ""
        self.drawing.show_model(index)
        self.paint.show_model(index)
        if is_small(index):
            self._show_overview(overview(index))
        else:
            self._jobs.start(
                self, "overview", lambda: overview(index), self._show_overview
            )

    def show_layout(self, layout: Layout) -> None:
        """Show a picture if it is the one that is waited for."""
        self.drawing.show_layout(layout)

    @Slot(str)
    def select(self, id: str) -> None:
        """Look at one node or group in every panel; an empty id: at the whole model."""
        if self._index is None:
            return
        if self._is_known(id):
            self._visits.note(id)
            self.selected = id
            self.table.select(id)
            self.drawing.mark(id)
            self.explainer.explain(id)
        elif id.startswith(INPUT_PREFIX):
            self._visits.note(id)
            self._select_input(id)
        else:
            self.show_whole_model()

    def revisit(self, by: int) -> None:
        """Look at what was looked at before (−1), or after that (1)."""
        self.select(self._visits.step(by))

    def back(self) -> None:
        """Leave the group shown alone, else close the frame around the selection."""
        left = ""

        def act(picture: Picture) -> None:
            nonlocal left
            left = picture.back(self.drawing.marked)

        self.drawing.change(act)
        if left:
            self.select(left)

    @property
    def kind_selected(self) -> str:
        """The operation of the selected node; empty if it is none, or holds others."""
        node = self._index.nodes.get(self.selected) if self._index else None
        return node.op if node is not None and not node.bodies else ""

    def leave_out_kind(self) -> None:
        """Draw no boxes for the operation of the node that is selected."""
        if op := self.kind_selected:
            self.drawing.change(lambda picture: picture.leave_out(op))

    @Slot(str)
    def _leave_out_category(self, category: str) -> None:
        if self._index is not None:
            nodes = self._index.nodes.values()
            ops = {node.op for node in nodes if node.category == category}
            self.drawing.change(lambda picture: picture.leave_out(*ops))

    @property
    def folding(self) -> Folding:
        """What is shown with the nodes that use it."""
        return self._index.model.folding if self._index is not None else FOLDED

    def fold(self, what: str) -> None:
        """Show something with the nodes that use it, or as nodes of its own.

        Args:
            what: A field of ``Folding``.
        """
        switched = {what: not getattr(self.folding, what)}
        self.folding_wanted.emit(replace(self.folding, **switched))

    def copy_name(self) -> None:
        """Put the name of what is selected into the clipboard."""
        if self._index is None:
            return
        node = self._index.nodes.get(self.selected)
        group = self._index.model.grouping.groups.get(self.selected)
        if (named := node or group) is not None:
            QGuiApplication.clipboard().setText(named.title)

    @Slot()
    def show_whole_model(self) -> None:
        """Show the model's own pages and let go of the selection."""
        self._visits.note("")
        self.explainer.stop()
        self.selected = ""
        self.table.select("")
        self.drawing.mark("")
        if self.summary is not None:
            self.inspector.show_pages(self.summary.pages)

    def show_pages(self, pages: Pages) -> None:
        """Show other pages than those of what is selected, until something is."""
        self.show_whole_model()
        self.inspector.show_pages(pages)

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.graph.apply_theme(theme)
        self.table.apply_theme(theme)
        self.found.apply_theme(theme)
        self.inspector.set_ink(Ink.of(theme))

    def arrange_for(self, size: QSize) -> None:
        """Share out a size that nobody has shared out yet."""
        self.resize(size)
        self.frame.resize(size)
        self.share_out()

    def share_out(self) -> None:
        """Put table and inspector to their usual places, in their usual sizes."""
        side = min(_SIDE, round(self.width() * _SIDE_SHARE))
        table = min(_TABLE, round(self.height() * _TABLE_SHARE))
        self.frame.share_out(below=table, beside=side)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the graph its share of a window that became narrow."""
        super().resizeEvent(event)
        width = event.size().width()
        most = max(LEAST_WIDTH, round(width * _SIDE_SHARE))
        beside = self.docks["inspector"]
        shrinks = event.oldSize().width() > width
        if shrinks and not beside.isFloating() and beside.width() > most:
            self.frame.narrow(most)

    # inside

    def _arrange(self) -> None:
        stage = QWidget(self)
        row = QHBoxLayout(stage)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.found)
        row.addWidget(self.drawing, 1)
        table = Dock("Layer table", self.table, self)
        inspector = Dock("Inspector", self.inspector, self)
        self.docks = {"table": table, "inspector": inspector}
        self.frame = DockFrame(stage, below=table, beside=inspector, parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.frame)

    def _connect(self) -> None:
        self.graph.node_selected.connect(self._on_node_selected)
        self.graph.value_selected.connect(self._on_value_selected)
        self.graph.edge_selected.connect(self._on_edge_selected)
        self.graph.group_toggled.connect(self.drawing.toggle)
        self.graph.alone_asked.connect(self.drawing.show_alone)
        self.graph.menu_asked.connect(self._on_menu_asked)
        self.graph.legend.category_chosen.connect(self._leave_out_category)
        self.graph.painted.connect(self.painted)
        self.table.node_selected.connect(self._on_node_selected)
        self.table.selection_cleared.connect(self.show_whole_model)
        self.table.node_opened.connect(self.drawing.toggle)
        self.table.copy_asked.connect(self._copy)
        self.table.order_asked.connect(self._sort)
        self.finder.previewed.connect(self.drawing.preview)
        self.finder.chosen.connect(self._go_to)
        self.finder.found.connect(self.drawing.mark_found)
        self.finder.left.connect(self.drawing.end_preview)
        self.inspector.node_chosen.connect(self.select)
        self.inspector.model_chosen.connect(self.show_whole_model)
        self.inspector.command_chosen.connect(self.command_chosen)
        self.trial.shown.connect(self._show_version)
        self.frame.arranged.connect(self.arranged)

    def _is_known(self, id: str) -> bool:
        """Whether there is a node or group of that id."""
        index = self._index
        return index is not None and (
            id in index.nodes or id in index.model.grouping.groups
        )

    def _show_overview(self, made: Overview) -> None:
        self.summary = made
        self.table.show_rows(made.rows)
        self._search.show_model(made.rows)
        self.finder.look_for(self.finder.text)
        if self.selected:
            self.table.select(self.selected)
            self.explainer.explain(self.selected)
        else:
            self.inspector.show_pages(made.pages)
        self.ready.emit()

    @Slot(str)
    def _on_node_selected(self, id: str) -> None:
        if id != self.selected or not id:
            self.select(id)

    @Slot(str)
    def _go_to(self, id: str) -> None:
        """Look at something that was found."""
        self.drawing.forget_preview()
        self.select(id)

    @Slot(object)
    def _copy(self, wanted: Copy) -> None:
        """Put lines of the table on the clipboard; thousands take a moment."""
        write = as_markdown if wanted.markdown else as_tsv
        self._jobs.start(
            self,
            "copy",
            lambda: write(wanted.rows, wanted.lines, wanted.columns),
            QGuiApplication.clipboard().setText,
        )

    @Slot(object)
    def _sort(self, order: Order) -> None:
        """Find an order of many lines."""
        self._jobs.start(
            self, "sort", order.find, lambda _: self.table.show_order(order)
        )

    @Slot(str, QPoint)
    def _on_menu_asked(self, box: str, at: QPoint) -> None:
        if self._is_known(box):
            self._on_node_selected(box)
        self.menu_asked.emit(box, at)

    def _select_input(self, box: str) -> None:
        """Look at an input of a graph that no layer of the file makes."""
        assert self._index is not None
        value = box.removeprefix(INPUT_PREFIX)
        graphs = self._index.model.graphs.values()
        place = next((graph for graph in graphs if value in graph.inputs), None)
        if place is None:
            return
        if place.id:  # the box stands for the group that the value is given to
            groups = self._index.model.grouping.groups
            box = place.id if place.id in groups else place.owner
        self.drawing.mark(box)
        self._on_value_selected(value)

    @Slot(str)
    def _on_value_selected(self, id: str) -> None:
        """Show an input or output that is no layer of its own."""
        index = self._index
        value = index.values.get(id) if index is not None else None
        if index is not None and value is not None:
            self.drawing.marked = self.graph.selected
            self._look_at_values(lambda: value_pages_of(index, value))

    @Slot(object)
    def _on_edge_selected(self, route: Route) -> None:
        """Show what flows along an edge."""
        index = self._index
        if index is None:
            return
        values = [
            index.values[id] for id in (route.value, *route.more) if id in index.values
        ]
        if values:
            self.drawing.marked = ""
            self._look_at_values(lambda: edge_pages(index, values))

    def _look_at_values(self, work: Callable[[], Pages]) -> None:
        self.selected = ""
        self.table.select("")
        self.explainer.show_made(work)
