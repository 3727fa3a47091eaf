"""The graph of one model as the user arranges it, and the way back."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.picture import Picture
from loaders.ir.errors import InspectorError
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement, Layout
from loaders.ir.text import shown
from viewers.drawing.layout import first_arrangement
from viewers.drawing.style import Theme
from viewers.graph import GraphView
from viewers.hidden_row import HiddenRow
from viewers.plain import short_name
from viewers.plain_label import plain_label
from viewers.trail import Trail

PATIENCE_MS = 200
"""A picture that comes sooner needs no word about it."""


class PicturePanel(QWidget):
    """Keeps the picture as the user arranges it; asks for plans and shows them.

    What is marked stays marked whatever is opened or closed around it.

    Signals:
        layout_wanted: An ``Arrangement`` that needs a layout; only the newest counts.
        arranged: What the picture shows was changed.
    """

    layout_wanted = Signal(object)
    arranged = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index: ModelIndex | None = None
        self.picture: Picture | None = None
        self.shown: Layout | None = None
        self.marked = ""
        self.is_traced = False
        self._anchor = ""
        self._asked: Arrangement | None = None
        self._before: tuple[float, QPointF] | None = None
        self._found: tuple[str, ...] = ()
        self.trail = Trail(self)
        self.hidden = HiddenRow(self)
        self.graph = GraphView(self)
        self.graph.apply_theme(theme)
        self.word = plain_label(self.graph, "passing-word")
        self.word.hide()
        self._late = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._late.timeout.connect(lambda: self._say("Drawing the graph …"))
        self.graph.installEventFilter(self)
        self.graph.marks.traced.connect(self._note_trace)
        self.trail.group_chosen.connect(self.show_alone)
        self.hidden.wanted_back.connect(self._show_again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (self.trail, self.hidden):
            column.addWidget(row)
        column.addWidget(self.graph, 1)

    def show_model(self, index: ModelIndex) -> None:
        """Show a model, or another version of it in the same arrangement.

        The picture follows with ``show_layout``.
        """
        self._index, self.shown = index, None
        if self.picture is None:
            first = first_arrangement(index.model)
            self.picture = Picture(index, first)
            self.graph.clear("Drawing the graph …")
        else:
            self.picture.move_to(index)
        self._ask(self.picture.arrangement)

    def show_layout(self, layout: Layout) -> None:
        """Show a picture if it is the one that is waited for."""
        if self._index is None or layout.arrangement != self._asked:
            return
        self._late.stop()
        self.word.hide()
        self.shown = layout
        self.mark_found(self._found)
        self.graph.show_picture(self._index.model, layout, self._anchor)
        self._mark()

    def fail(self, error: InspectorError) -> None:
        """Say why there is no picture; one that is there stays."""
        self._late.stop()
        if self.shown is None or self._index is None:
            self.graph.clear(str(error))
            return
        self._asked = self.shown.arrangement
        self.picture = Picture(self._index, self._asked)
        self._say(str(error))
        self.arranged.emit()

    def mark(self, id: str) -> None:
        """Mark a node, a group or an input's box, and open what is around it."""
        self.marked = id
        picture = self.picture
        if picture is not None and id and not picture.is_seen(id):
            self.change(lambda picture: picture.reveal(id))
        else:
            self._mark()
        node = self._index.nodes.get(id) if self._index and id else None
        if node is not None and picture is not None and node.op in picture.hidden:
            self._say(f"{shown(node.op, 60)} is left out of this picture")
        elif not self._late.isActive():
            self.word.hide()

    @Slot(str)
    def preview(self, id: str) -> None:
        """Point at a node or group, or the closed group that it is in; open nothing."""
        picture, canvas = self.picture, self.graph.canvas
        if picture is None or self._index is None:
            return
        if self._before is None:
            self._before = canvas.zoom, canvas.seen().center()
        box = picture.box_of(id)
        self.graph.preview(box)
        if box == id:
            self.word.hide()
        else:
            group = self._index.model.grouping.groups.get(box)
            where = f"inside {short_name(group.title)}" if group else "not in this view"
            self._say(f"It is {where}: Enter goes there")

    @Slot(object)
    def mark_found(self, ids: Sequence[str]) -> None:
        """Mark the boxes that nodes and groups are seen as; none to end that."""
        self._found = tuple(ids)
        if self.picture is not None:
            boxes = (self.picture.box_of(id) for id in self._found)
            self.graph.marks.mark_found(box for box in boxes if box)

    @Slot()
    def end_preview(self) -> None:
        """Point at nothing; look again where the preview began."""
        before, canvas = self._before, self.graph.canvas
        self.forget_preview()
        if before is not None:
            zoom, middle = before
            canvas.restore(zoom, middle, QPointF(canvas.viewport().rect().center()))

    def forget_preview(self) -> None:
        """Point at nothing, and stay."""
        self._before = None
        self.graph.preview("")
        self.word.hide()

    def change(self, act: Callable[[Picture], object], anchor: str = "") -> None:
        """Change what the picture shows.

        Args:
            act: Changes it.
            anchor: The box that stays where it is; what is marked if not given.
        """
        if self.picture is None:
            return
        act(self.picture)
        if (wanted := self.picture.arrangement) != self._asked:
            self._ask(wanted, anchor)

    def toggle(self, group: str, recursive: bool = False) -> None:
        """Open a closed group in place, or close an open one."""
        self.change(lambda picture: picture.toggle(group, recursive), anchor=group)

    @Slot(str)
    def show_alone(self, group: str) -> None:
        """Fill the picture with one group; with the model if empty."""
        self.change(lambda picture: picture.show_alone(group))

    @property
    def is_horizontal(self) -> bool:
        """Whether the picture runs from left to right."""
        return self.picture is not None and self.picture.horizontal

    def turn(self, horizontal: bool) -> None:
        """Draw the picture from left to right, or from top to bottom."""
        self.change(lambda picture: setattr(picture, "horizontal", horizontal))

    @property
    def folds_activations(self) -> bool:
        """Whether activations are written on the boxes of the layers before them."""
        return self.picture is not None and self.picture.fold_activations

    @Slot(str)
    def _show_again(self, op: str) -> None:
        ops = (op,) if op else ()
        self.change(lambda picture: picture.take_in(*ops))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep the word over the graph where it belongs."""
        if watched is self.graph and event.type() is QEvent.Type.Resize:
            self._place_word()
        return super().eventFilter(watched, event)

    # inside

    @Slot(bool)
    def _note_trace(self, traced: bool) -> None:
        self.is_traced = traced

    def _ask(self, wanted: Arrangement, anchor: str = "") -> None:
        assert self.picture is not None
        assert self._index is not None
        self._anchor = anchor or self.picture.box_of(self.marked) or self.graph.middle
        self.trail.show_path(self._index, self.picture.root)
        self.hidden.show_hidden(self.picture.hidden)
        self._late.start()
        self.arranged.emit()
        self._asked = wanted
        self.layout_wanted.emit(wanted)

    def _mark(self) -> None:
        box = self.picture.box_of(self.marked) if self.picture else ""
        if self.graph.selected != box:
            self.graph.select(box)

    def _say(self, words: str) -> None:
        self.word.setText(words)
        self._place_word()
        self.word.show()
        self.word.raise_()

    def _place_word(self) -> None:
        self.word.adjustSize()
        self.word.move((self.graph.width() - self.word.width()) // 2, 12)
