"""A window with real readers behind it."""

import pytest
from PySide6.QtCore import QEvent

from app.appearance import apply_appearance
from app.main_window import MainWindow
from app.settings import Settings
from viewers.drawing.style import LIGHT


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def look(qapp):
    """Dress the program for one test: others see widgets as Qt has them."""
    font, colours = qapp.font(), qapp.palette()
    apply_appearance(qapp, LIGHT)
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # closed windows
    qapp.setStyleSheet("")
    qapp.setPalette(colours)
    qapp.setFont(font)


@pytest.fixture
def window(look, qtbot, settings):
    window = MainWindow(settings, LIGHT)
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def opened(window, samples, qtbot):
    """Return a function that opens a sample and waits for its picture."""

    def open_sample(name):
        window.open(samples / name)
        view = window.workspace.current
        done = []
        view.first_view_done.connect(lambda *_: done.append(True))
        qtbot.waitUntil(lambda: bool(done or view.document.error), timeout=20_000)
        assert view.document.error is None, str(view.document.error)
        return view

    return open_sample
