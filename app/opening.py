"""How files come to be opened: chosen, dropped, taken from the recent ones."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.command import Need
from app.engine.bridge import ReaderBridge
from app.rows import Banner
from app.samples import samples
from app.settings import MOST_RECENT, Settings
from app.workspace import Workspace
from loaders.ir.text import grouped, shown
from viewers.start_page import Entry, StartPage

MOST_AT_ONCE = 20
"""Files that are opened together: each gets a tab."""
LINES_SHOWN = 5
"""Files on the start page, recent ones before samples: with its button and the menu a
newcomer sees seven controls. Menu and palette have all."""


class Opening(QObject):
    """Opens files in a workspace and remembers them.

    Attributes:
        recents: An action for each recent file, with the keys Ctrl+1 to Ctrl+9.
    """

    def __init__(
        self,
        workspace: Workspace,
        banner: Banner,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._banner = workspace, banner
        self._settings, self._window = settings, window
        self.recents = [self._recent_action(number) for number in range(MOST_RECENT)]
        self._show_recents()

    def open(
        self, path: Path, make_bridge: Callable[[], ReaderBridge] | None = None
    ) -> None:
        """Open a file in a tab of its own.

        Args:
            path: The file or folder.
            make_bridge: Makes the bridge to a reader that reads this file already.
        """
        self._workspace.open(path, make_bridge)

    @Slot(object)
    def open_all(
        self,
        paths: Sequence[Path],
        make_bridge: Callable[[], ReaderBridge] | None = None,
    ) -> None:
        """Open files together: the first is read, the others when they are looked at.

        Args:
            paths: The files.
            make_bridge: Makes the bridge to a reader that reads the first already.
        """
        for number, path in enumerate(paths[:MOST_AT_ONCE]):
            if number == 0:
                self._workspace.open(path, make_bridge)
            else:
                self._workspace.open(path, is_waiting=True)
        if len(paths) > 1:
            self._workspace.open(paths[0])
        if len(paths) > MOST_AT_ONCE:
            self._banner.say(
                f"Of {grouped(len(paths))} files, the first {MOST_AT_ONCE} are opened."
            )

    @Slot(object)
    def open_dropped(self, paths: Sequence[Path]) -> None:
        """Open files that were dropped together, and the model files of folders."""

        def find() -> list[Path]:
            from app.model_files import model_files

            return model_files(paths)

        self._workspace.jobs.start(self, "dropped", find, self.open_all)

    def choose_files(self) -> None:
        """Let the user choose files to open."""
        from app.dialogs import choose_models

        if paths := choose_models(self._window, self._folder()):
            self.open_all(paths)

    def choose_folder(self) -> None:
        """Let the user choose a SavedModel folder to open."""
        from app.dialogs import choose_folder

        path = choose_folder(self._window, self._folder())
        if path is not None:
            self.open_dropped([path])

    def choose_weights(self) -> None:
        """Let the user choose the weights of a description that has none."""
        from app.dialogs import choose_weights

        view = self._workspace.current
        if view is None:
            return
        path = choose_weights(self._window, view.document.path.parent)
        if path is not None:
            view.reload(path)

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        return {
            "open": self.choose_files,
            "open-folder": self.choose_folder,
            "weights": self.choose_weights,
            "forget-recent": self.forget,
        }

    def remember(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        if self._settings.recent[:1] != [path]:
            self._settings.add_recent(path)
            self._show_recents()

    def forget(self) -> None:
        """Forget the recent files."""
        self._settings.forget_recent()
        self._show_recents()
        self._workspace.current_changed.emit()

    def needs_met(self) -> set[Need]:
        """Return what is there for commands to act on."""
        return {Need.RECENT} if self._settings.recent else set()

    def fill(self, page: StartPage) -> None:
        """List on the start page what could be opened."""
        recent = self._settings.recent[:LINES_SHOWN]
        unknown = [sample for sample in samples() if sample.path not in recent]
        offered = unknown[: LINES_SHOWN - len(recent)]
        page.show_recent([Entry(path, str(path.parent)) for path in recent])
        page.show_samples([Entry(sample.path, sample.about) for sample in offered])

    def _recent_action(self, number: int) -> QAction:
        action = QAction(self)
        action.setShortcut(QKeySequence(f"Ctrl+{number + 1}"))
        action.triggered.connect(partial(self._open_recent, number))
        self._window.addAction(action)
        return action

    def _open_recent(self, number: int, _checked: bool = False) -> None:
        if number < len(self._settings.recent):
            self.open(self._settings.recent[number])

    def _show_recents(self) -> None:
        """Name the recent files; actions without a file are hidden and do nothing."""
        paths = self._settings.recent
        for number, action in enumerate(self.recents):
            there = number < len(paths)
            action.setVisible(there)
            action.setEnabled(there)
            if there:
                action.setText(shown(paths[number].name, 60).replace("&", "&&"))

    def _folder(self) -> Path | None:
        """Return the folder in which the user may want to look."""
        view = self._workspace.current
        if view is not None:
            return view.document.path.parent
        return self._settings.recent[0].parent if self._settings.recent else None
