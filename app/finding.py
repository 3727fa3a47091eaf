"""Finding in one model: index and searches are jobs; a list and the table show hits."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import JobRunner
from loaders.ir.grouping import Group
from loaders.ir.text import count_of, grouped, shown
from viewers.find_delegate import FoundRow
from viewers.find_list import FindList
from viewers.layer_columns import Column
from viewers.layer_rows import Kept, LayerRows
from viewers.layers import LayerTable

if TYPE_CHECKING:
    from app.analysis.find import FindIndex

T = TypeVar("T")


class Search(QObject):
    """Looks through one model in jobs. The index is made once, for the first search.

    Attributes:
        rows: The lines of the layer table of the model; ``None`` before there is one.
    """

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._index: FindIndex | None = None
        self._waiting: dict[QObject, Callable[[FindIndex], None]] = {}
        self.rows: LayerRows | None = None

    def show_model(self, rows: LayerRows) -> None:
        """Search in another model."""
        self._jobs.forget(self, "index")
        self.rows, self._index = rows, None
        self._waiting.clear()

    def ask(
        self,
        owner: QObject,
        work: "Callable[[FindIndex], T]",
        done: Callable[[T], None],
    ) -> None:
        """Do something with the index in a job; the newest of an owner wins."""
        if self.rows is None:
            return

        def start(index: "FindIndex") -> None:
            self._jobs.start(owner, "find", lambda: work(index), done)

        if self._index is not None:
            start(self._index)
            return
        is_making = bool(self._waiting)
        self._waiting[owner] = start
        if not is_making:
            self._make(self.rows)

    def forget(self, owner: QObject) -> None:
        """Drop what was asked: its owner waits for it no more."""
        if owner in self._waiting:
            self._waiting[owner] = lambda _index: None  # the index is still wanted
        self._jobs.forget(owner, "find")

    def _make(self, rows: LayerRows) -> None:
        def make() -> "FindIndex":
            from app.analysis.find import FindIndex

            made = FindIndex(rows.index)
            made.warm_up()
            return made

        self._jobs.start(self, "index", make, self._take)

    def _take(self, index: "FindIndex") -> None:
        self._index = index
        waiting, self._waiting = self._waiting, {}
        for start in waiting.values():
            start(index)


class _Hits:
    """What a search found, written for the list."""

    def __init__(self, index: "FindIndex", rows: LayerRows, text: str) -> None:
        from app.analysis.find import words_of

        found = index.find(text)
        self.total, self.of, self.complaint = found.total, found.of, found.complaint
        self.rows = [_row(rows, id) for id in found.ids]
        self.words: Sequence[str] = words_of(text)


class Finder(QObject):
    """Searches while the user types; the newest text wins.

    Attributes:
        text: What is looked for.

    Signals:
        previewed: Id of a hit that shall be seen in the graph as it is.
        chosen: Id of a hit to go to.
        found: Ids of all that is listed, to be marked in the graph.
        left: The list was closed.
    """

    previewed = Signal(str)
    chosen = Signal(str)
    found = Signal(object)
    left = Signal()

    def __init__(
        self, search: Search, view: FindList, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._search, self._view = search, view
        self.text = ""
        view.previewed.connect(self.previewed)
        view.chosen.connect(self.chosen)
        view.closed.connect(self.close)
        view.hide()

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return not self._view.isHidden()

    def open(self) -> None:
        """Show the list with what was looked for last."""
        self._view.show()
        self.look_for(self.text)

    @Slot()
    def close(self) -> None:
        """Hide the list."""
        if self.is_open:
            self._search.forget(self)
            self._view.hide()
            self.found.emit(())
            self.left.emit()

    @Slot(str)
    def look_for(self, text: str) -> None:
        """Look for something else."""
        self.text = text
        rows = self._search.rows
        if rows is None or not self.is_open:
            return
        if not text.strip():
            self._view.show_nothing()
            self.found.emit(())
        # Also for no text: the index is then there when the first letter comes.
        self._search.ask(self, lambda index: _Hits(index, rows, text), self._show)

    def step(self, by: int) -> None:
        """Move in the list."""
        if not self.is_open:
            self.open()
        self._view.step(by)

    def choose(self) -> None:
        """Go to the current hit."""
        self._view.choose()

    def _show(self, hits: _Hits) -> None:
        if not self.text.strip():
            return
        self.found.emit(tuple(row.id for row in hits.rows))
        if hits.complaint:
            self._view.complain(hits.complaint)
        else:
            self._view.show_found(hits.rows, hits.total, hits.of, hits.words)


class TableFilter(QObject):
    """Filters the layer table by what the user types over it."""

    def __init__(
        self, search: Search, table: LayerTable, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._search, self._table = search, table
        table.filter_typed.connect(self._filter)

    @Slot(str)
    def _filter(self, text: str) -> None:
        rows = self._search.rows
        if not text.strip() or rows is None:
            self._search.forget(self)
            self._table.show_filtered(None)
            return

        def find(index: "FindIndex") -> tuple[Kept, str]:
            found = index.find(text, len(rows.lines))
            return rows.kept(found.ids), found.complaint

        self._search.ask(self, find, lambda found: self._table.show_filtered(*found))


def _row(rows: LayerRows, id: str) -> FoundRow:
    """Return the line of one hit."""
    at = rows.line_of[id]
    line = rows.lines[at]
    if line.node is None:
        assert line.group is not None
        return _group_row(line.group, rows.noun, rows.path(at))
    plain = rows.has_nothing(at) or not rows.weights(at).total
    return FoundRow(
        id=id,
        title=rows.inner_name(at),
        about=rows.text(at, Column.TYPE),
        shape=rows.text(at, Column.SHAPE),
        number="" if plain else f"{rows.text(at, Column.PARAMETERS)} params",
        path=rows.path(at),
    )


def _group_row(group: Group, noun: str, around: str) -> FoundRow:
    return FoundRow(
        id=group.id,
        title=shown(group.title, 1000),
        about=f"Group · {count_of(group.nodes, noun)}",
        number=f"{grouped(group.parameters)} params" if group.parameters else "",
        path=around,
    )
