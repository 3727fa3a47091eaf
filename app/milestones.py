"""Tells what the first file has come to: events, the screenshot, the exit code."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.document_view import DocumentView
from app.events import EventLog, WindowOptions
from loaders.ir.errors import InspectorError


class Milestones(QObject):
    """Follows one document until its first view is whole, or it has failed.

    ``drawn`` is told once every widget of the first view has painted itself, and no
    earlier; the screenshot holds that very frame.
    """

    def __init__(self, options: WindowOptions, log: EventLog, window: QWidget) -> None:
        super().__init__(window)
        self._options, self._log, self._window = options, log, window
        self._over = self._follows = False
        self.exit_code = 0

    def window_shown(self) -> None:
        """The window is on the screen."""
        self._log.log("window")

    @Slot(object)
    def follow_first(self, view: DocumentView) -> None:
        """Tell what becomes of the first document that comes."""
        if self._follows:
            return
        self._follows = True
        view.document.opened.connect(self._on_opened)
        view.document.failed.connect(self._on_failed)
        view.document.layout_failed.connect(self._on_failed)
        view.first_view_done.connect(self._on_first_view)

    @Slot()
    def _on_opened(self) -> None:
        if not self._over:
            self._log.log("opened")

    @Slot(int, int, int)
    def _on_first_view(self, painted: int, total: int, closed: int) -> None:
        # Behind the paint events that are waiting: they belong to the first view.
        QTimer.singleShot(0, self, lambda: self._tell_drawn(painted, total, closed))

    def _tell_drawn(self, painted: int, total: int, closed: int) -> None:
        if self._over:
            return
        self._over = True
        self._log.log(
            "drawn",
            nodes_painted=painted,
            nodes_in_graph=total,
            nodes_collapsed=closed,
        )
        if self._options.screenshot is not None:
            picture = self._window.grab()
            if not picture.save(str(self._options.screenshot)):
                self._say(f"{self._options.screenshot} cannot be written.")
                self.exit_code = 1
        if self._options.quit_after == "drawn":
            self._quit()

    @Slot(object)
    def _on_failed(self, error: InspectorError) -> None:
        if self._over:
            return
        self._over = True
        self.exit_code = 1 if self._options.quit_after else 0
        self._log.log("failed", message=str(error))
        if self._options.quit_after:
            self._say(str(error))
            self._quit()

    def _say(self, text: str) -> None:
        import sys

        sys.stderr.write(text + "\n")

    def _quit(self) -> None:
        self._window.close()
        QApplication.exit(self.exit_code)
