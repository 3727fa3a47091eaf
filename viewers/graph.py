"""The picture of a graph: show it, move in it, point at its nodes."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from loaders.ir.graph import Model, Structure
from loaders.ir.layout import Layout, Route
from viewers.drawing.scene import Aim, GraphScene
from viewers.drawing.style import LIGHT, Theme
from viewers.drawing.wires import INPUT_PREFIX, OUTPUT_PREFIX
from viewers.graph_canvas import ZOOM_STEP, GraphCanvas
from viewers.graph_corners import GraphCorners
from viewers.graph_maker import PictureMaker
from viewers.graph_marks import GraphMarks
from viewers.graph_place import Place, is_kept, remember
from viewers.graph_travel import Step, travel
from viewers.plain_label import plain_label

NOTHING_OPEN = "Open a model, or drop its file here, to see its layers."
NOTHING_INSIDE = "There is nothing in this graph."

_CAPTIONS = {
    Structure.LAYERS: "The file lists its layers, but not how they are joined.",
    Structure.TENSORS: "The file holds weights only: a box is a group of tensors.",
}


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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._model: Model | None = None
        self._layout: Layout | None = None
        self._selected = ""
        self._is_sought = False
        """Whether what is selected is to come into view with the next picture."""
        self._edge: Route | None = None
        self.canvas = GraphCanvas(self)
        self._corners = GraphCorners(self.canvas)
        self.minimap, self.legend = self._corners.minimap, self._corners.legend
        self._maker = PictureMaker(self.canvas, self._corners.spare_steps, self)
        self.marks = GraphMarks(self.canvas, self._maker, self._corners, self)
        self._notice = plain_label(self, text=NOTHING_OPEN)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notice.setWordWrap(True)
        self._caption = plain_label(self)
        self._caption.setWordWrap(True)
        self._caption.setMargin(8)
        self._caption.hide()
        self._arrange()
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
        place = self._place(anchor) if self._shown_before(layout) else None
        self._model, self._layout = model, layout
        if not layout.boxes:
            self._say(NOTHING_INSIDE)
            QTimer.singleShot(0, self, self._report_empty)
            return
        self._explain(model, layout)
        if place is None:
            self._maker.put(None)
            self.minimap.forget()
        self._stack.setCurrentWidget(self.canvas)
        scene = GraphScene(model, layout, self._theme, self)
        self._maker.bring(scene, place, self._dress(scene))

    def clear(self, words: str = NOTHING_OPEN) -> None:
        """Show no graph, but these words instead."""
        self._model = self._layout = None
        self._selected, self._edge = "", None
        self.marks.forget_trace()
        self._say(words)

    def select(self, box: str) -> None:
        """Mark a node or group (or an input's or output's box) and bring it into view.

        A node that is written on another's box marks that box. An empty name, or one
        that is not in this picture, marks nothing. Reports nothing: the user did not
        do it.
        """
        self._edge = None
        if self._maker.coming is not None:
            # Looked up, marked and brought into view when the picture is there.
            self._selected, self._is_sought = box, True
            return
        scene = self.canvas.graph
        self._selected = self._known(scene, box)
        if scene is None:
            return
        scene.select(self._selected)
        self._describe(scene)
        if self._selected:
            self.canvas.look_for(scene.rect_of(self._selected))

    @property
    def selected(self) -> str:
        """The marked box, or an empty name."""
        return self._selected

    @property
    def middle(self) -> str:
        """The box nearest to the middle of what is seen; empty if there is none."""
        place = remember(self.canvas, ())
        return place.boxes[0][0] if place is not None and place.boxes else ""

    def preview(self, box: str) -> None:
        """Point at a box without selecting it; an empty name: at none."""
        scene = self.canvas.graph
        if scene is None:
            return
        found = self._known(scene, box)
        scene.preview(found)
        if found:
            self.canvas.look_for(scene.rect_of(found))

    def show_legend(self, wanted: bool) -> None:
        """List the categories in the picture, or not; a metric has a legend anyway."""
        self._corners.list_categories(wanted)

    def show_minimap(self, wanted: bool) -> None:
        """Show the map of the picture where it is useful, or never."""
        self.minimap.switch(wanted)

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
        for scene in (self.canvas.graph, self._maker.coming):
            if scene is not None:
                scene.show_theme(theme)
        self.canvas.show_theme(theme)
        if self.canvas.graph is not None:
            self.canvas.graph.select(self._selected)
            self._corners.show_legend()
            self._redraw()

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
        self._maker.swapped.connect(self._on_swapped)
        self._maker.first_seen.connect(self._report)

    def _explain(self, model: Model, layout: Layout) -> None:
        """Say above the picture what it cannot show."""
        words = (_CAPTIONS.get(model.structure, ""), layout.fallback)
        caption = " ".join(filter(None, words))
        self._caption.setText(caption)
        self._caption.setVisible(bool(caption))

    def _say(self, words: str) -> None:
        self._caption.hide()
        self._maker.stop()
        self._maker.put(None)
        self._corners.clear()
        self._notice.setText(words)
        self._stack.setCurrentWidget(self._notice)

    def _dress(self, scene: GraphScene) -> Iterator[None]:
        """Give a new picture what was chosen for the one before."""
        self._selected = self._known(scene, self._selected)
        yield from self.marks.dress(scene)

    @Slot()
    def _on_swapped(self) -> None:
        scene, canvas = self.canvas.graph, self.canvas
        if scene is None:
            return
        if self._edge is not None:
            self._edge = scene.select_same_edge(self._edge)
        else:
            scene.select(self._selected)
        if self._selected and (self._is_sought or not canvas.touched):
            canvas.look_for(scene.rect_of(self._selected))
        self._is_sought = False
        self._corners.outdate()
        self._corners.show_legend()
        self._corners.follow()

    def _redraw(self) -> None:
        """Let the picture and its map be made anew, as something looks different."""
        self._corners.outdate()
        self._maker.look()

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
            self._edge = self._layout.routes[aim.route]
            scene.select_edge(aim.route)
            self.edge_selected.emit(self._edge)
        else:
            self._choose(aim.box)

    def _choose(self, box: str) -> None:
        """Select a box as the user wishes, and say so."""
        scene = self.canvas.graph
        if scene is None:
            return
        self._selected, self._edge = box, None
        scene.select(box)
        self._describe(scene)
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
        if self.marks.is_tracing:
            self.marks.clear_trace()
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

    def _shown_before(self, layout: Layout) -> bool:
        """Whether the picture is another one of what is seen."""
        before = self.canvas.graph
        return before is not None and is_kept(before.layout, layout)

    def _place(self, anchor: str) -> Place | None:
        return remember(self.canvas, (self._selected, anchor))

    def _describe(self, scene: GraphScene) -> None:
        """Tell those who cannot see it what is marked."""
        words = scene.card(self._selected).words if self._selected else ""
        self.canvas.setAccessibleDescription(words)

    def _known(self, scene: GraphScene | None, box: str) -> str:
        """Return the box that stands for a node or group; empty if none does."""
        return scene.known(box) if scene is not None else ""
