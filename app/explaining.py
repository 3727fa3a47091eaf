"""What the inspector shows of a selection: pages made in jobs, newest wins."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.analysis.contrib_operators import OWN_WORDS
from app.jobs import JobRunner
from app.pages import pages_of, plain_pages_of
from loaders.ir.documentation import OperatorText
from loaders.ir.graph import Node
from loaders.ir.index import ModelIndex
from viewers.inspector import Inspector
from viewers.operator_page import domain_of, failed_page, operator_page
from viewers.sections import Pages

PATIENCE_MS = 80
"""How long a newly chosen layer waits for its rules before it is shown without."""


class Explainer(QObject):
    """Fills the inspector of one model.

    Signals:
        operator_wanted: Name and domain of an ONNX operator whose definition is shown.
    """

    operator_wanted = Signal(str, str)

    def __init__(self, inspector: Inspector, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._inspector, self._jobs = inspector, jobs
        self._index: ModelIndex | None = None
        self._subject = ""
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_without_rules)

    def show_model(self, index: ModelIndex) -> None:
        """Take another model; nothing is explained."""
        self.stop()
        self._index = index

    def explain(self, id: str) -> None:
        """Explain a node or group; a node without its rules if they take a while."""
        index = self._index
        assert index is not None
        self._start(id, lambda: pages_of(index, id))
        self._patience.start()

    def show_made(self, work: Callable[[], Pages]) -> None:
        """Show pages that are no node's or group's."""
        self._start("", work)

    def stop(self) -> None:
        """Drop what is being made: something else is shown."""
        self._subject = ""
        self._jobs.forget(self, "explain")
        self._patience.stop()

    @Slot(str, str, object)
    def show_operator(self, op: str, domain: str, found: OperatorText | None) -> None:
        """Show what the definition of the explained node's operator says."""
        if (node := self._node_of(op, domain)) is not None:
            page = operator_page(node, found, OWN_WORDS.get((domain, op), ""))
            self._inspector.add_page(node.id, page)

    @Slot(str, str)
    def show_operator_failure(self, op: str, domain: str) -> None:
        """Say that nothing can be said about the explained node's operator now."""
        if (node := self._node_of(op, domain)) is not None:
            self._inspector.add_page(node.id, failed_page(node))

    # inside

    def _start(self, subject: str, work: Callable[[], Pages]) -> None:
        self.stop()
        self._subject = subject
        self._jobs.start(self, "explain", work, self._show)

    def _show(self, pages: Pages) -> None:
        self._patience.stop()
        self._inspector.show_pages(pages)
        node = self._node
        if node is not None and (domain := domain_of(node)) is not None:
            self.operator_wanted.emit(node.op, domain)

    @Slot()
    def _show_without_rules(self) -> None:
        if self._index is not None:
            pages = plain_pages_of(self._index, self._subject)
            if pages is not None:
                self._inspector.show_pages(pages)

    @property
    def _node(self) -> Node | None:
        return self._index.nodes.get(self._subject) if self._index else None

    def _node_of(self, op: str, domain: str) -> Node | None:
        """Return the explained node if it is of an operator."""
        node = self._node
        is_it = node is not None and (node.op, domain_of(node)) == (op, domain)
        return node if is_it else None
