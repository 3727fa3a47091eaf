"""One open file: the model, its reader process, and where the opening stands."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.garbage import free_slowly
from loaders.ir.documentation import OperatorText
from loaders.ir.errors import InspectorError
from loaders.ir.folding import FOLDED
from loaders.ir.graph import Model
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement, Layout

if TYPE_CHECKING:
    from app.engine.bridge import ReaderBridge

KEPT = 8
"""Plans of pictures that are remembered: one of 50,000 layers takes 30 MB."""


class Stage(StrEnum):
    """Where the opening of a file stands."""

    READING = "reading"
    OPEN = "open"
    FAILED = "failed"


class CancelledError(InspectorError):
    """The user stopped the reading."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Reading {name} was cancelled.")


class Document(QObject):
    """A file, its model and its layouts. Lives in the UI thread.

    Signals:
        progressed: What the reader does, how much is done, of how much.
        opened: The model is here.
        failed: The ``InspectorError`` that keeps the file from being opened.
        laid_out: A ``Layout`` that was asked for.
        layout_failed: The ``InspectorError`` that came instead of a layout.
        operator_read: Name and domain of an ONNX operator, and its ``OperatorText``;
            ``None`` if nobody has defined it.
        operator_failed: Name and domain of one that nothing can be said about now.
        reread_failed: The ``InspectorError`` that keeps the file from being read again;
            the model of before stays.
    """

    progressed = Signal(str, int, int)
    opened = Signal()
    failed = Signal(object)
    laid_out = Signal(object)
    layout_failed = Signal(object)
    reread_failed = Signal(object)
    operator_read = Signal(str, str, object)
    operator_failed = Signal(str, str)

    def __init__(
        self, path: Path, bridge: "ReaderBridge", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.weights: Path | None = None
        self.folding = FOLDED
        self.stage = Stage.READING
        self.index: ModelIndex | None = None
        self.error: InspectorError | None = None
        self._fresh: ReaderBridge | None = None
        self._layouts: dict[Arrangement, Layout] = {}
        self._operators: dict[tuple[str, str], OperatorText | None] = {}
        self._is_planning = True  # the reader sends the first picture unasked
        self._wanted: Arrangement | None = None
        self._bridge = bridge
        self._listen()

    @property
    def model(self) -> Model | None:
        """The model, once it is read."""
        return None if self.index is None else self.index.model

    def open(self, weights: Path | None = None) -> None:
        """Read the file, for the first time or again.

        Args:
            weights: A weights file for a description that comes without.
        """
        self._drop_fresh()
        self.weights = weights
        self.stage, self.error = Stage.READING, None
        self._layouts.clear()
        self._operators.clear()
        self._is_planning, self._wanted = True, None  # the first picture comes unasked
        self._bridge.open(self.path, weights, self.folding)

    def read_again(self, fresh: "ReaderBridge") -> None:
        """Read the file once more, behind the model that is open until it is read.

        Args:
            fresh: A reader of its own; it takes the place of the one before.
        """
        self._drop_fresh()
        self._fresh = fresh
        fresh.setParent(self)
        fresh.read.connect(self._on_reread)
        fresh.failed.connect(self._on_reread_failed)
        fresh.open(self.path, self.weights, self.folding)

    @property
    def is_rereading(self) -> bool:
        """Whether the file is being read once more behind the model that is open."""
        return self._fresh is not None

    def stop_rereading(self) -> None:
        """Stay with the model that is open."""
        self._drop_fresh()

    def cancel(self) -> None:
        """Stop reading."""
        if self.stage is Stage.READING:
            self._bridge.cancel()
            self._fail(CancelledError(self.path.name))

    def ask_layout(self, arrangement: Arrangement) -> Layout | None:
        """Return the plan of a picture if there is one; else it comes as a signal.

        While one is being made, only the newest wish waits behind it.
        """
        self._wanted = None
        found = self._layouts.get(arrangement)
        if found is None and self.stage is Stage.OPEN:
            self._wanted = arrangement
            self._plan()
        return found

    def ask_operator(self, op: str, domain: str) -> None:
        """Ask what the definition of an ONNX operator says; the answer is a signal."""
        if (op, domain) in self._operators:
            self.operator_read.emit(op, domain, self._operators[op, domain])
        elif self.stage is Stage.OPEN:
            self._bridge.read_operator(op, domain)

    def close(self) -> None:
        """End the reader process."""
        self._drop_fresh()
        self._bridge.close()
        free_slowly(self._tables())

    def _listen(self) -> None:
        bridge = self._bridge
        bridge.setParent(self)
        bridge.progressed.connect(self.progressed)
        bridge.read.connect(self._on_read)
        bridge.laid_out.connect(self._on_laid_out)
        bridge.operator_read.connect(self._on_operator_read)
        bridge.operator_failed.connect(self.operator_failed)
        bridge.failed.connect(self._on_failed)

    @Slot(object)
    def _on_reread(self, index: ModelIndex) -> None:
        """Let the fresh reader take over; its first picture follows."""
        fresh, old = self._fresh, self._bridge
        assert fresh is not None
        self._fresh = None
        fresh.read.disconnect(self._on_reread)
        fresh.failed.disconnect(self._on_reread_failed)
        old.close()
        old.deleteLater()
        self._bridge = fresh
        self._listen()
        free_slowly(self._tables())
        self._layouts.clear()
        self._operators.clear()
        self._is_planning, self._wanted = True, None
        self._on_read(index)

    @Slot(object)
    def _on_reread_failed(self, error: InspectorError) -> None:
        self._drop_fresh()
        self.reread_failed.emit(error)

    def _drop_fresh(self) -> None:
        if (fresh := self._fresh) is not None:
            self._fresh = None
            fresh.close()
            fresh.deleteLater()

    @Slot(object)
    def _on_read(self, index: ModelIndex) -> None:
        self.index = index
        self.stage = Stage.OPEN
        self.opened.emit()

    @Slot(object)
    def _on_laid_out(self, layout: Layout) -> None:
        while len(self._layouts) >= KEPT:
            del self._layouts[next(iter(self._layouts))]
        self._layouts[layout.arrangement] = layout
        self._is_planning = False
        self.laid_out.emit(layout)
        self._plan()

    @Slot(str, str, object)
    def _on_operator_read(
        self, op: str, domain: str, found: OperatorText | None
    ) -> None:
        self._operators[op, domain] = found
        self.operator_read.emit(op, domain, found)

    @Slot(object)
    def _on_failed(self, error: InspectorError) -> None:
        if self.stage is Stage.OPEN:
            self._is_planning = False
            self.layout_failed.emit(error)
            self._plan()
        else:
            self._fail(error)

    def _tables(self) -> Iterator[Sequence[object]]:
        """Yield the large tables of model and plans."""
        for layout in self._layouts.values():
            yield layout.boxes
            yield layout.routes
        if self.index is not None:
            for graph in self.index.model.graphs.values():
                yield list(graph.nodes.values())
                yield list(graph.values.values())

    def _plan(self) -> None:
        """Ask the reader for the picture that is wanted, unless it is at work."""
        wanted = self._wanted
        if wanted is None or self._is_planning:
            return
        self._wanted = None
        if wanted not in self._layouts:
            self._is_planning = True
            self._bridge.lay_out(wanted)

    def _fail(self, error: InspectorError) -> None:
        self.stage, self.error = Stage.FAILED, error
        self.failed.emit(error)
