"""What colours the boxes of one model's picture: their categories, or a metric."""

from PySide6.QtCore import QObject, Signal

from app.analysis.metrics import Measure, make_metric, measures_of
from app.jobs import JobRunner
from loaders.ir.index import ModelIndex
from viewers.drawing.metric import Metric
from viewers.graph import GraphView


class Paint(QObject):
    """Makes the chosen metric of one model and gives it to its picture.

    Signals:
        changed: Another metric was chosen, or others can be.
    """

    changed = Signal()

    def __init__(self, graph: GraphView, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._graph, self._jobs = graph, jobs
        self._index: ModelIndex | None = None
        self.measures: tuple[Measure, ...] = ()
        self.chosen = ""

    def show_model(self, index: ModelIndex) -> None:
        """Take another model; a metric that was chosen is made of it, too."""
        self._index = index
        self.measures = measures_of(index.model)
        self.choose(self.chosen)

    def choose(self, id: str) -> None:
        """Paint a metric on the boxes; an empty id: colours of categories."""
        index = self._index
        measure = next((one for one in self.measures if one.id == id), None)
        self.chosen = measure.id if measure is not None else ""
        self.changed.emit()
        if measure is None or index is None:
            self._jobs.forget(self, "paint")
            self._graph.marks.paint_metric(None)
            return
        self._jobs.start(self, "paint", lambda: make_metric(index, measure), self._show)

    def _show(self, metric: Metric) -> None:
        self._graph.marks.paint_metric(metric)
