"""Registering with the desktop from inside the window: offered once, done if asked."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.rows import Banner
from app.settings import Settings
from app.workspace import Workspace

if TYPE_CHECKING:
    from app.desktop.install import Report

_OFFERED = "desktop-offered"
_TOPIC = "desktop"
_OFFER = "Layerscope can open .keras and .onnx files when you double-click them."
_DONE = ".keras and .onnx files now open with Layerscope."
_DONE_WITH_HDF = ".keras, .onnx, .h5 and .hdf5 files now open with Layerscope."


class DesktopOffer(QObject):
    """Says that files can open with a double-click, and sees to it.

    Lives in the UI thread; files are looked at and written by jobs, whose errors
    ``jobs.failed`` tells.
    """

    def __init__(
        self,
        banner: Banner,
        settings: Settings,
        workspace: Workspace,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._banner, self._settings, self._workspace = banner, settings, workspace
        self._jobs = workspace.jobs

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this part do."""
        return {"double-click": self.install}

    def offer_once(self) -> None:
        """Offer it when a model is open, unless that was done before.

        Not earlier: who sees the program for the first time has enough to look at.
        """
        if sys.platform not in ("win32", "darwin"):
            self._workspace.view_changed.connect(self._consider)
            self._consider()

    @Slot()
    def _consider(self) -> None:
        view = self._workspace.current
        if view is None or view.document.model is None:
            return
        self._workspace.view_changed.disconnect(self._consider)
        if not self._settings.flag(_OFFERED, False):
            self._jobs.start(self, _TOPIC, _makes_sense, self._offer)

    def install(self, h5: bool = False) -> None:
        """Register this program, and say what came of it.

        Args:
            h5: Whether .h5 and .hdf5 files open with it first, too.
        """
        self._settings.set_flag(_OFFERED, True)
        self._jobs.start(self, _TOPIC, lambda: _install(h5), self._tell)

    def _offer(self, makes_sense: bool) -> None:
        # What the banner says already is about what the user does.
        if makes_sense and not self._banner.isVisible():
            self._settings.set_flag(_OFFERED, True)
            self._banner.say(_OFFER, {"Set up": self.install}, stays=True)

    def _tell(self, report: "Report") -> None:
        from app.desktop.entry import HDF

        has_hdf = HDF in report.opens
        sentences = [_DONE_WITH_HDF if has_hdf else _DONE, *report.problems]
        more = {} if has_hdf else {"Also .h5 and .hdf5": lambda: self.install(h5=True)}
        self._banner.say(" ".join(sentences), more, stays=True)


def _makes_sense() -> bool:
    from app.desktop.install import is_installed
    from app.desktop.verbs import this_program
    from loaders.ir.errors import InspectorError

    try:
        this_program()
    except InspectorError:
        return False  # run from its sources, it cannot be started by a desktop
    return not is_installed()


def _install(h5: bool) -> "Report":
    from app.desktop.verbs import register

    return register(h5=h5)
