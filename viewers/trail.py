"""Where one is inside nested models: a line of names over the graph."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from loaders.ir.graph import Graph
from loaders.ir.index import ModelIndex
from loaders.ir.text import shown
from viewers.plain import short_name
from viewers.plain_label import plain_label


class Trail(QWidget):
    """Names the graphs around the one that is shown; a click goes there.

    Hidden while the main graph is shown, which has nothing around it.

    Signals:
        graph_chosen: Id of the graph that was clicked.
    """

    graph_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 2, 8, 2)
        self._row.setSpacing(2)
        self.setVisible(False)

    def show_path(self, index: ModelIndex, graph: Graph) -> None:
        """Show the way to a graph, and the other bodies of the same layer."""
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        path = index.path(graph)
        for number, step in enumerate(path):
            if number:
                self._row.addWidget(plain_label(self, "notice-text", "›"))
            self._add(self._name(index, step), step.id, step.id == graph.id)
        for other in self._siblings(index, graph):
            self._row.addSpacing(12)
            self._add(shown(other.name, 40), other.id, here=False)
        self._row.addStretch(1)
        self.setVisible(len(path) > 1)

    def _name(self, index: ModelIndex, graph: Graph) -> str:
        owner = index.nodes.get(graph.owner)
        if owner is None:
            return "Model"
        several = len(owner.bodies) > 1
        title = short_name(owner.title, 40)
        return f"{title} · {shown(graph.name, 40)}" if several else title

    def _siblings(self, index: ModelIndex, graph: Graph) -> Sequence[Graph]:
        owner = index.nodes.get(graph.owner)
        bodies = owner.bodies if owner is not None else ()
        return [index.model.graphs[body] for body in bodies if body != graph.id]

    def _add(self, text: str, graph: str, here: bool) -> None:
        button = QToolButton(self)
        button.setObjectName("quiet-button")
        button.setAutoRaise(True)
        # An ampersand in a name would underline a letter.
        button.setText(text.replace("&", "&&"))
        button.setEnabled(not here)
        button.clicked.connect(lambda _checked=False: self.graph_chosen.emit(graph))
        self._row.addWidget(button)
