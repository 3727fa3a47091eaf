"""Starts the window: the one thing that the command line needs of it."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.appearance import apply_appearance
from app.engine.bridge import ReaderBridge
from app.events import EventLog, WindowOptions
from app.main_window import MainWindow
from app.milestones import Milestones
from app.settings import Settings
from loaders.ir.errors import InspectorError
from viewers.drawing.style import ThemeChoice, theme_for

if TYPE_CHECKING:
    from app.desktop.instance import Claim
    from app.engine.client import ReaderClient


def run_window(
    options: WindowOptions,
    client: "ReaderClient | None",
    claim: "Claim | None" = None,
) -> int:
    """Show the window, open the files of the command line, and run until the end.

    Args:
        options: What the command line asks for.
        client: A reader that reads the first file already; ``None`` without files.
        claim: What makes this the window for the files of later starts.

    Returns:
        The exit code: 1 if the program was to quit after an event and the file failed.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("layerscope")
    application.setApplicationDisplayName("Layerscope")
    application.setDesktopFileName("layerscope")
    settings = Settings()
    choice = ThemeChoice(options.theme or settings.appearance)
    theme = theme_for(choice, settings.text_percent / 100)
    apply_appearance(application, theme)
    window = MainWindow(settings, theme)
    milestones = Milestones(options, EventLog(options.events), window)
    window.workspace.view_added.connect(milestones.follow_first)
    _open_all(window, options.files, client)
    _take_over_endings(window)
    window.show()
    milestones.window_shown()
    if claim is not None:
        # Behind the first view, for which somebody waits.
        QTimer.singleShot(0, window, lambda: receive(window, claim, application))
    code = application.exec()
    return milestones.exit_code or code


def _take_over_endings(window: MainWindow) -> None:
    """Show our own mistakes in the window, and let Ctrl+C in a terminal end it."""

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        sys.__excepthook__(kind, error, trace)
        name = f"{kind.__name__}: {error}"
        window.report(
            InspectorError("This program made a mistake.", name, "Please report it.")
        )

    sys.excepthook = report
    # The reader ends with us; what it leaves behind is removed at the next start.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _open_all(
    window: MainWindow, files: Sequence[Path], client: "ReaderClient | None"
) -> None:
    for number, path in enumerate(files):
        if number == 0 and client is not None:
            window.open(path, lambda: ReaderBridge(client))
        else:
            window.open(path)
    if len(files) > 1:
        window.workspace.step(1)  # round the end, back to the first
