"""Finding in one model: the index and the searches are jobs, the list shows them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner
from loaders.ir.graph import Category, Model
from loaders.ir.grouping import Group
from loaders.ir.text import count_of, grouped, shown
from viewers.find_list import FindList, FoundRow
from viewers.layer_rows import Column, LayerRows

if TYPE_CHECKING:
    from app.analysis.find import FindIndex, Found


class Finder(QObject):
    """Searches while the user types; the newest text wins.

    Attributes:
        text: What is looked for.

    Signals:
        previewed: Id of a hit that shall be seen in the graph as it is.
        chosen: Id of a hit to go to.
        left: The list was closed without going anywhere.
    """

    previewed = Signal(str)
    chosen = Signal(str)
    left = Signal()

    def __init__(
        self, jobs: JobRunner, view: FindList, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._view = jobs, view
        self._topic = f"find-{id(self)}"
        self._model: Model | None = None
        self._rows: LayerRows | None = None
        self._index: FindIndex | None = None
        self.text = ""
        view.previewed.connect(self.previewed)
        view.chosen.connect(self.chosen)
        view.closed.connect(self.close)
        view.hide()

    def show_model(self, model: Model, rows: LayerRows) -> None:
        """Search in another model; what is looked for stays."""
        self._model, self._rows, self._index = model, rows, None
        self._jobs.forget(self._topic)
        if self._view.isVisible():
            self.search(self.text)

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return not self._view.isHidden()

    def open(self) -> None:
        """Show the list with what was looked for last."""
        self._view.show()
        self.search(self.text)

    @Slot()
    def close(self) -> None:
        """Hide the list and go back to where the graph was."""
        if self.is_open:
            self._jobs.forget(self._topic)
            self._view.hide()
            self.left.emit()

    def search(self, text: str) -> None:
        """Look for something else."""
        self.text = text
        model, rows, index = self._model, self._rows, self._index
        if model is None or rows is None or not self.is_open:
            return
        if not text.strip():
            self._jobs.forget(self._topic)
            self._view.show_nothing()
            if index is not None:
                return

        def work() -> "tuple[FindIndex, Found, Sequence[FoundRow], Sequence[str]]":
            from app.analysis.find import FindIndex, words_of

            made = index
            if made is None:
                made = FindIndex(model)
                made.warm_up()
            found = made.find(text)
            write = _writer(rows, made.columns.path)
            return made, found, [write(id) for id in found.ids], words_of(text)

        self._jobs.start(self._topic, work, self._show)

    def step(self, by: int) -> None:
        """Move in the list."""
        if not self.is_open:
            self.open()
        self._view.step(by)

    def choose(self) -> None:
        """Go to the current hit."""
        self._view.choose()

    def _show(
        self,
        result: "tuple[FindIndex, Found, Sequence[FoundRow], Sequence[str]]",
    ) -> None:
        self._index, found, rows, words = result
        if not self.text.strip():
            self._view.show_nothing()
        elif found.complaint:
            self._view.complain(found.complaint)
        else:
            self._view.show_found(rows, found.total, found.of, words)


def _writer(
    rows: LayerRows, path: Callable[[str], tuple[str, ...]]
) -> Callable[[str], FoundRow]:
    """Return what writes the line of one hit."""
    groups = rows.model.grouping.groups

    def write(id: str) -> FoundRow:
        around = " › ".join(shown(title, 80) for title in path(id))
        number = rows.row_of.get(id)
        if number is None:
            return _group_row(groups[id], around)
        node = rows.nodes[number]
        plain = node.category is Category.ENDPOINT or not node.parameters
        return FoundRow(
            id=id,
            title=shown(node.title, 1000),
            about=rows.text(node, Column.TYPE),
            shape=rows.text(node, Column.SHAPE),
            number="" if plain else rows.text(node, Column.PARAMETERS),
            path=around,
        )

    return write


def _group_row(group: Group, around: str) -> FoundRow:
    return FoundRow(
        id=group.id,
        title=shown(group.title, 1000),
        about=f"Group · {count_of(group.nodes, 'node')}",
        number="" if group.parameters is None else grouped(group.parameters),
        path=around,
    )
