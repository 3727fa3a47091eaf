"""Starts the window: the one thing that the command line needs of it."""

import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.appearance import apply_appearance
from app.engine.bridge import ReaderBridge
from app.events import EventLog, WindowOptions
from app.garbage import GarbageTimer
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
    window = MainWindow(settings, theme, choice.value)
    GarbageTimer(window)
    milestones = Milestones(options, EventLog(options.events), window)
    window.workspace.view_added.connect(milestones.follow_first)
    if claim is not None or (sys.platform == "win32" and not _is_followed(options)):
        window.session.begin(restore=not options.files)
    if options.files:
        make_bridge = None if client is None else lambda: ReaderBridge(client)
        window.opening.open_all(options.files, make_bridge)
    _take_over_endings(window)
    window.show()
    milestones.window_shown()
    # Behind the first frame, for which somebody waits.
    QTimer.singleShot(0, window, lambda: _settle_in(window, options, claim))
    code = application.exec()
    return milestones.exit_code or code


def _take_over_endings(window: MainWindow) -> None:
    """Show our own mistakes in the window, and let Ctrl+C in a terminal end it."""

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        sys.__excepthook__(kind, error, trace)
        name = f"{kind.__name__}: {error}."
        window.report(
            InspectorError("This program made a mistake.", name, "Please report it.")
        )

    sys.excepthook = report
    # The reader ends with us; what it leaves behind is removed at the next start.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _is_followed(options: WindowOptions) -> bool:
    """Whether another program follows what happens: nothing happens by itself then."""
    return bool(options.events or options.quit_after or options.screenshot)


def _settle_in(
    window: MainWindow, options: WindowOptions, claim: "Claim | None"
) -> None:
    """Do what makes this a program of the desktop."""
    from app.desktop.front import program_icon

    QApplication.setWindowIcon(program_icon())
    if claim is not None:
        _receive(window, claim)
    if not _is_followed(options):
        window.desktop.offer_once()


def _receive(window: MainWindow, claim: "Claim") -> None:
    """Take the files of later starts until the window closes."""
    from app.desktop.front import come_forward, number_on_x11
    from app.desktop.reception import Reception

    def take(files: tuple[Path, ...], token: str) -> None:
        window.opening.open_all(files)
        come_forward(window, token)

    reception = Reception(claim, lambda: number_on_x11(window), window)
    reception.asked.connect(take)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.lastWindowClosed.connect(reception.close)
