"""One open file: the model, its reader process, and where the opening stands."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Layout

if TYPE_CHECKING:
    from app.engine.bridge import ReaderBridge


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
    """

    progressed = Signal(str, int, int)
    opened = Signal()
    failed = Signal(object)
    laid_out = Signal(object)
    layout_failed = Signal(object)

    def __init__(
        self, path: Path, bridge: "ReaderBridge", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.weights: Path | None = None
        self.stage = Stage.READING
        self.index: ModelIndex | None = None
        self.error: InspectorError | None = None
        self._bridge = bridge
        self._layouts: dict[tuple[str, bool], Layout] = {}
        bridge.setParent(self)
        bridge.progressed.connect(self.progressed)
        bridge.read.connect(self._on_read)
        bridge.laid_out.connect(self._on_laid_out)
        bridge.failed.connect(self._on_failed)

    @property
    def model(self) -> Model | None:
        """The model, once it is read."""
        return None if self.index is None else self.index.model

    def open(self, weights: Path | None = None) -> None:
        """Read the file, for the first time or again.

        Args:
            weights: A weights file for a description that comes without.
        """
        self.weights = weights
        self.stage, self.error = Stage.READING, None
        self._layouts.clear()
        self._bridge.open(self.path, weights)

    def cancel(self) -> None:
        """Stop reading."""
        if self.stage is Stage.READING:
            self._bridge.cancel()
            self._fail(CancelledError(self.path.name))

    def ask_layout(self, graph: str, horizontal: bool) -> Layout | None:
        """Return a layout if there is one already; else it comes as a signal."""
        found = self._layouts.get((graph, horizontal))
        if found is None and self.stage is Stage.OPEN:
            self._bridge.lay_out(graph, horizontal)
        return found

    def close(self) -> None:
        """End the reader process."""
        self._bridge.close()

    @Slot(object)
    def _on_read(self, model: Model) -> None:
        self.index = ModelIndex(model)
        self.stage = Stage.OPEN
        self.opened.emit()

    @Slot(object)
    def _on_laid_out(self, layout: Layout) -> None:
        self._layouts[layout.graph, layout.horizontal] = layout
        self.laid_out.emit(layout)

    @Slot(object)
    def _on_failed(self, error: InspectorError) -> None:
        if self.stage is Stage.OPEN:
            self.layout_failed.emit(error)
        else:
            self._fail(error)

    def _fail(self, error: InspectorError) -> None:
        self.stage, self.error = Stage.FAILED, error
        self.failed.emit(error)
