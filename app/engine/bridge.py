"""The reader's events as Qt signals in the window's thread."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.engine.client import ReaderClient
from app.engine.messages import OperatorRead, Progress, TensorRead
from app.engine.session import Event, OperatorFailed, TensorFailed
from loaders.ir.errors import InspectorError
from loaders.ir.folding import FOLDED, Folding
from loaders.ir.graph import Model
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement, Layout

_QT_INT = (1 << 31) - 1


class ReaderBridge(QObject):
    """One document's reader. Lives in the window's thread and blocks it never.

    Models are decoded in the client's thread; the signals arrive in this one. After
    ``cancel``, ``close`` or another ``open``, nothing of earlier requests arrives.

    Args:
        client: A client that was started earlier; its events until now arrive first,
            as soon as the event loop runs.
        parent: Qt's owner.
    """

    progressed = Signal(str, int, int)
    """What is being done, how much, of how much (0: nobody knows)."""
    read = Signal(object)
    """``ModelIndex`` of a whole model, its tables made."""
    laid_out = Signal(object)
    """``Layout``; that of the first picture follows ``read`` unasked."""
    tensor_read = Signal(object)
    """``TensorRead``: where the numbers of a weight lie plainly. Read it in a job."""
    tensor_failed = Signal(object)
    """``TensorFailed``: which weight, and why not."""
    operator_read = Signal(str, str, object)
    """Name and domain of an operator, and its ``OperatorText``; ``None`` if nobody has
    defined it."""
    operator_failed = Signal(str, str)
    """Name and domain of an operator that nothing can be said about now."""
    failed = Signal(object)
    """``InspectorError``: opening or drawing did not work."""
    _arrived = Signal(int, object)

    def __init__(
        self, client: ReaderClient | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._client = client if client is not None else ReaderClient()
        self._client.listen(self._pass_on)

    def open(
        self, path: Path, weights: Path | None = None, folding: Folding = FOLDED
    ) -> None:
        """Read a file; what was asked for before is given up.

        Args:
            path: The file or folder.
            weights: A weights file for a description without weights.
            folding: What to show with the nodes that use it.
        """
        self._client.open(path, weights, folding=folding)

    def lay_out(self, arrangement: Arrangement) -> None:
        """Plan a picture of the open model."""
        self._client.lay_out(arrangement)

    def read_tensor(self, id: str, part: str = "") -> None:
        """Ask where the numbers of a weight of the open model lie."""
        self._client.read_tensor(id, part)

    def read_operator(self, op: str, domain: str = "") -> None:
        """Ask what the definition of an ONNX operator says."""
        self._client.read_operator(op, domain)

    def cancel(self) -> None:
        """Give up all that was asked for."""
        self._client.cancel()

    def close(self) -> None:
        """End the reader for good; the window does not wait for it."""
        self._client.close(wait=False)

    def _pass_on(self, event: Event) -> None:
        """Called in the client's threads."""
        if isinstance(event, Model):
            index = ModelIndex(event)
            index.make_tables()
            self._arrived.emit(self._client.generation, index)
            return
        self._arrived.emit(self._client.generation, event)

    @Slot(int, object)
    def _deliver(self, generation: int, event: "Event | ModelIndex") -> None:
        if generation != self._client.generation:
            return
        match event:
            case Progress():
                done, total = event.done, event.total
                if not 0 <= max(done, total) <= _QT_INT:
                    done, total = (1000 * done // total if total > 0 else 0), 1000
                self.progressed.emit(event.what, min(done, _QT_INT), total)
            case ModelIndex():
                self.read.emit(event)
            case Layout():
                self.laid_out.emit(event)
            case TensorRead():
                self.tensor_read.emit(event)
            case TensorFailed():
                self.tensor_failed.emit(event)
            case OperatorRead():
                self.operator_read.emit(event.op, event.domain, event.found)
            case OperatorFailed():
                self.operator_failed.emit(event.op, event.domain)
            case InspectorError():
                self.failed.emit(event)
