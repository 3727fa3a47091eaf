"""Files that change while they are open: read again, and said what is new."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from app.analysis.changes import Changes
from app.document_view import DocumentView
from app.documents import Stage
from app.rows import Banner
from app.settings import Settings
from app.watch import FileWatch
from app.workspace import Workspace
from loaders.ir.errors import InspectorError
from viewers.plain import short_name

PATIENCE_MS = 600
"""A file that is read again faster needs no word before that."""
FLAG = "watch"
"""The setting: whether files that were written again are read at once."""


class Following(QObject):
    """Watches the open files and reads the one in front again when it changes.

    A file behind it waits until it is looked at: exporting may write many.
    """

    def __init__(
        self,
        workspace: Workspace,
        banner: Banner,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._banner, self._settings = workspace, banner, settings
        self._changed: set[Path] = set()
        self._words: dict[Path, Callable[[], None]] = {}
        self.files = FileWatch(self)
        self.files.rewritten.connect(self._on_rewritten)
        self.files.gone.connect(self._on_gone)
        workspace.view_added.connect(self._on_added)
        workspace.view_closed.connect(self._on_closed)
        workspace.view_changed.connect(self.catch_up)

    @property
    def is_on(self) -> bool:
        """Whether a file that was written again is read at once."""
        return self._settings.flag(FLAG, True)

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        return {"watch": self.toggle}

    def toggle(self) -> None:
        """Read files again by themselves from now on, or only when told to."""
        self._settings.set_flag(FLAG, not self.is_on)
        self.catch_up()

    @Slot()
    def catch_up(self) -> None:
        """Do for the file in front what has waited for it; called when one comes."""
        view = self._workspace.current
        if view is None:
            return
        path, weights = view.document.path, view.document.weights
        if weights is not None:
            self.files.watch(weights)
        if path in self._changed:
            name = short_name(path.name)
            if self.is_on or view.document.stage is Stage.FAILED:
                self._read(view)
            else:
                self._say(
                    view,
                    f"{name} was written again.",
                    {"Read it again": partial(self._read, view)},
                )
        elif words := self._words.pop(path, None):
            words()

    @Slot(object)
    def _on_added(self, view: DocumentView) -> None:
        path = view.document.path
        self.files.watch(path)
        view.rereading.connect(partial(self._tell_late, view))
        view.reread.connect(partial(self._tell_changes, view))
        view.document.reread_failed.connect(partial(self._tell_failure, view))

    @Slot(object)
    def _on_closed(self, view: DocumentView) -> None:
        path, weights = view.document.path, view.document.weights
        self.files.forget(path)
        if weights is not None:
            self.files.forget(weights)
        self._changed.discard(path)
        self._words.pop(path, None)

    @Slot(object)
    def _on_rewritten(self, path: Path) -> None:
        for view in self._workspace.views:
            document = view.document
            if path in (document.path, document.weights):
                self._changed.add(document.path)
                self._words.pop(document.path, None)
        self.catch_up()

    @Slot(object)
    def _on_gone(self, path: Path) -> None:
        self._changed.discard(path)
        view = next((v for v in self._workspace.views if v.document.path == path), None)
        if view is not None and view.document.stage is Stage.OPEN:
            words = (
                f"{short_name(path.name)} is no longer in its folder. The model stays."
            )
            self._say(view, words)

    def _read(self, view: DocumentView) -> None:
        self._changed.discard(view.document.path)
        view.read_again()

    def _tell_late(self, view: DocumentView) -> None:
        QTimer.singleShot(PATIENCE_MS, view, partial(self._tell_reading, view))

    def _tell_reading(self, view: DocumentView) -> None:
        document = view.document
        if document.is_rereading and view is self._workspace.current:
            words = f"Reading {short_name(document.path.name)} again …"
            self._banner.say(words, {"Stop": document.stop_rereading})

    def _tell_changes(self, view: DocumentView, changes: Changes) -> None:
        name = short_name(view.document.path.name)
        details = {"Details": partial(view.show_changes, changes)}
        is_told = changes.any or changes.facts
        self._say(
            view,
            f"{name} was read again: {changes.phrase}.",
            details if is_told else {},
        )

    def _tell_failure(self, view: DocumentView, error: InspectorError) -> None:
        name = short_name(view.document.path.name)
        words = (
            f"{name} could not be read again: {error.what} "
            "The model of before is shown."
        )
        self._say(view, words, {"Try again": partial(self._read, view)})

    def _say(
        self,
        view: DocumentView,
        words: str,
        offers: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        """Say something of a file at once, or when it is looked at."""
        if view is self._workspace.current:
            self._banner.say(words, offers)
        else:
            self._words[view.document.path] = partial(self._banner.say, words, offers)
