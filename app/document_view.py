"""One tab: reading, an error, or the panels of the model that was read."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.analysis.changes import Changes, compare
from app.analysis.changes_pages import changes_pages
from app.documents import Document, Stage
from app.engine.bridge import ReaderBridge
from app.jobs import JobRunner
from app.notices import NoticePage, ProgressPage
from app.panels import Panels
from loaders.ir.errors import InspectorError
from loaders.ir.folding import Folding
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement, Layout
from viewers.drawing.style import Theme
from viewers.model_panel import CHOOSE_WEIGHTS

PANELS_AFTER_MS = 30
"""The window's first frame comes before the panels, which take longer than a frame."""
PROGRESS_AFTER_MS = 200
"""A file that opens faster shows no progress bar: nothing flashes."""


class DocumentView(QWidget):
    """Shows a document at whatever stage it is.

    Signals:
        changed: What the status bar says of it may have changed.
        close_asked: The user wants the tab closed.
        weights_asked: The user wants to choose a file with weights.
        first_view_done: All is on the screen: boxes painted, nodes that the picture
            stands for, and how many of them are in closed groups.
        rereading: The file is being read again, behind what is shown.
        reread: The file was read again; its ``Changes``.
    """

    changed = Signal()
    close_asked = Signal()
    weights_asked = Signal()
    first_view_done = Signal(int, int, int)
    rereading = Signal()
    reread = Signal(object)

    def __init__(
        self,
        document: Document,
        jobs: JobRunner,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self._jobs, self._theme = jobs, theme
        self.panels: Panels | None = None
        self._painted: tuple[int, int, int] | None = None
        self._before: ModelIndex | None = None
        self.progress = ProgressPage(self)
        self.notice = NoticePage(self)
        self._blank = QWidget(self)
        self._stack = QStackedLayout(self)
        for page in (self._blank, self.progress, self.notice):
            self._stack.addWidget(page)
        self._late = QTimer(self, singleShot=True, interval=PROGRESS_AFTER_MS)
        self._late.timeout.connect(self._show_progress)
        self.progress.cancelled.connect(document.cancel)
        document.progressed.connect(self.progress.show_progress)
        document.opened.connect(self._on_opened)
        document.failed.connect(self._on_failed)
        document.laid_out.connect(self._on_laid_out)
        document.layout_failed.connect(self._on_layout_failed)
        self._spare: Panels | None = None
        self._early = QTimer(self, singleShot=True, interval=PANELS_AFTER_MS)
        self._early.timeout.connect(self._prepare)
        self._early.start()
        self._wait()

    @property
    def layout_shown(self) -> Layout | None:
        """The plan of the picture on the screen."""
        return self.panels.drawing.shown if self.panels is not None else None

    @property
    def takes_weights(self) -> bool:
        """Whether the file is a description that weights can be chosen for."""
        summary = self.panels.summary if self.panels is not None else None
        lacks = summary is not None and summary.lacks_numbers
        return self.document.weights is not None or lacks

    def reload(self, weights: Path | None = None) -> None:
        """Read the file again.

        What is selected, open and in view stays so as far as it is still there;
        ``reread`` then tells what changed.

        Args:
            weights: A weights file for a description that comes without.
        """
        same = weights == self.document.weights
        self._before = self.document.index if same else None
        self._wait()
        self.document.open(weights)
        self.changed.emit()

    def read_again(self) -> None:
        """Read the file once more, behind what is shown, and then tell what changed."""
        if self.document.stage is not Stage.OPEN:
            self.reload(self.document.weights)
            return
        self._before = self.document.index
        self.document.read_again(ReaderBridge())
        self.rereading.emit()

    @Slot(object)
    def fold(self, folding: Folding) -> None:
        """Read the file again, and show other things with the nodes that use them."""
        self.document.folding = folding
        if self.document.stage is Stage.OPEN:
            self._before = None  # the file says what it said
            self.document.read_again(ReaderBridge())
        else:
            self.reload(self.document.weights)

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for panels in (self.panels, self._spare):
            if panels is not None:
                panels.apply_theme(theme)

    # stages

    def _wait(self) -> None:
        self.progress.start(self.document.path.name)
        shown = self.panels
        if shown is None or self._stack.currentWidget() is not shown:
            self._stack.setCurrentWidget(self._blank)
        self._late.start()

    @Slot()
    def _show_progress(self) -> None:
        if self.document.stage is Stage.READING:
            self._stack.setCurrentWidget(self.progress)

    @Slot()
    def _on_opened(self) -> None:
        index = self.document.index
        assert index is not None
        self._late.stop()
        self._early.stop()
        panels = self.panels = self.panels or self._spare or self._make_panels()
        self._spare = None
        self._painted = None
        panels.show_model(index)
        self._stack.setCurrentWidget(panels)
        if (before := self._before) is not None:
            self._before = None
            self._jobs.start(
                self, "changes", lambda: compare(before, index), self.reread.emit
            )
        self.changed.emit()

    def show_changes(self, changes: Changes) -> None:
        """Tell in the inspector what changed in the file."""
        if self.panels is not None:
            self.panels.show_pages(changes_pages(self.document.path.name, changes))

    @Slot()
    def _prepare(self) -> None:
        """Make the panels while the file is being read, behind what is seen."""
        if self.document.stage is Stage.READING and self.panels is None:
            self._spare = self._make_panels()

    def _make_panels(self) -> Panels:
        panels = Panels(self._jobs, self._theme, self)
        # A tab in the background has no size of its own yet.
        panels.arrange_for((self.parentWidget() or self).size())
        panels.drawing.layout_wanted.connect(self._ask_layout)
        explainer = panels.explainer
        explainer.operator_wanted.connect(self.document.ask_operator)
        self.document.operator_read.connect(explainer.show_operator)
        self.document.operator_failed.connect(explainer.show_operator_failure)
        panels.folding_wanted.connect(self.fold)
        panels.painted.connect(self._on_painted)
        panels.ready.connect(self._on_ready)
        panels.command_chosen.connect(self._on_command)
        self._stack.addWidget(panels)
        return panels

    @Slot(object)
    def _on_failed(self, error: InspectorError) -> None:
        self._late.stop()
        offers = {"Try again": self._try_again, "Close": self.close_asked.emit}
        if self.document.weights is not None:
            # The description itself was fine a moment ago; the weights did not fit.
            offers = {
                "Choose other weights…": self.weights_asked.emit,
                "Open without weights": self.reload,
                "Close": self.close_asked.emit,
            }
        self.notice.show_error(error, offers)
        self._stack.setCurrentWidget(self.notice)
        self.changed.emit()

    def _try_again(self) -> None:
        self.reload(self.document.weights)

    # the picture

    @Slot(object)
    def _ask_layout(self, arrangement: Arrangement) -> None:
        layout = self.document.ask_layout(arrangement)
        if layout is not None:
            self._on_laid_out(layout)

    @Slot(object)
    def _on_laid_out(self, layout: Layout) -> None:
        if self.panels is not None:
            self.panels.show_layout(layout)

    @Slot(object)
    def _on_layout_failed(self, error: InspectorError) -> None:
        if self.panels is not None:
            self.panels.drawing.fail(error)

    @Slot(int, int, int)
    def _on_painted(self, painted: int, total: int, closed: int) -> None:
        self._painted = painted, total, closed
        self._tell_when_whole()

    @Slot()
    def _on_ready(self) -> None:
        self.changed.emit()
        self._tell_when_whole()

    def _tell_when_whole(self) -> None:
        ready = self.panels is not None and self.panels.summary is not None
        if self._painted is not None and ready:
            self.first_view_done.emit(*self._painted)

    @Slot(str)
    def _on_command(self, command: str) -> None:
        if command == CHOOSE_WEIGHTS:
            self.weights_asked.emit()
