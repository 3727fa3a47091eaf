"""Which files are open: remembered at every change, opened again at the next start."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.command import Need
from app.document_view import DocumentView
from app.rows import Banner
from app.settings import Settings
from app.workspace import Workspace
from loaders.ir.text import count_of

FLAG = "open-last"
"""The setting: whether a start without files opens those of last time."""
_RESTORING = "restoring"
"""The flag that stands while files are opened by themselves, until one is shown."""


class Session(QObject):
    """Keeps the list of open files, and brings back that of last time.

    Only the main window of the program begins one; others leave the list alone.
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
        self._last: tuple[Path, ...] = ()
        self._front = 0

    @property
    def is_on(self) -> bool:
        """Whether a start without files opens those of last time."""
        return self._settings.flag(FLAG, True)

    def begin(self, restore: bool) -> None:
        """Remember from now on.

        Args:
            restore: Whether the files of last time are opened, if the user wants that
                and the last start did not end while it was doing so.
        """
        self._last, self._front = self._settings.session
        failed = self._settings.flag(_RESTORING, False)
        self._settings.set_flag(_RESTORING, False)
        if restore and self._last and self.is_on:
            if failed:
                self._banner.say(
                    "The program ended before the files of last time were shown. "
                    "They are not opened by themselves again.",
                    {f"Open {count_of(len(self._last), 'file')}": self.reopen},
                    stays=True,
                )
            else:
                self._settings.set_flag(_RESTORING, True)
                self._settings.save()  # it must stand if we end now
                self.reopen()
        workspace = self._workspace
        workspace.view_added.connect(self._remember)
        workspace.view_closed.connect(self._remember)
        workspace.current_changed.connect(self._remember)

    def reopen(self) -> None:
        """Open the files of last time; those behind the front one wait to be read."""
        last, self._last = self._last, ()
        before = self._workspace.views
        for path in last:
            self._workspace.open(path, is_waiting=True)
        front = last[self._front] if self._front < len(last) else last[0]
        self._workspace.open(front)
        view = self._workspace.current
        if view is not None and view not in before:
            view.first_view_done.connect(self._is_shown)
            view.document.failed.connect(self._is_shown)

    def end(self) -> None:
        """The window closes: nothing went wrong."""
        self._settings.set_flag(_RESTORING, False)

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        return {"open-last": self._toggle, "reopen-session": self._reopen_if_any}

    def needs_met(self) -> set[Need]:
        """Return what is there for commands to act on."""
        return {Need.LAST_SESSION} if self._last else set()

    def _toggle(self) -> None:
        self._settings.set_flag(FLAG, not self.is_on)

    def _reopen_if_any(self) -> None:
        if self._last:
            self.reopen()

    @Slot()
    def _is_shown(self) -> None:
        self._settings.set_flag(_RESTORING, False)

    @Slot()
    def _remember(self, _view: DocumentView | None = None) -> None:
        views, current = self._workspace.views, self._workspace.current
        front = views.index(current) if current is not None else 0
        self._settings.remember_session([view.document.path for view in views], front)
