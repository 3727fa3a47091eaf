"""Files that come back at the next start."""

import pytest

from app.main_window import MainWindow
from app.settings import Settings
from viewers.drawing.style import LIGHT

CNN, LSTM = "figures_cnn.keras", "sine_lstm.keras"


@pytest.fixture
def start(qtbot, tmp_path):
    """Return a function that starts the main window with what is remembered."""

    def start_window(restore=True):
        window = MainWindow(Settings(tmp_path / "settings.ini"), LIGHT)
        qtbot.addWidget(window)
        window.session.begin(restore=restore)
        window.show()
        return window

    return start_window


@pytest.fixture
def left_open(start, samples):
    """Leave two samples open, the first in front, as a program does that is killed."""
    window = start()
    for name in (CNN, LSTM):
        window.open(samples / name)
    window.open(samples / CNN)
    window.settings.save()
    window.following.files.close()
    window.workspace.close_all()


def names(window):
    return [view.document.path.name for view in window.workspace.views]


def is_restoring(window):
    window.settings.save()
    return window.settings.flag("restoring", False)


def test_files_come_back_with_the_same_one_in_front(left_open, start, qtbot):
    window = start()
    assert names(window) == [CNN, LSTM]
    view = window.workspace.current
    assert view.document.path.name == CNN
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        pass
    assert not is_restoring(window)


def test_files_behind_are_read_when_they_are_looked_at(left_open, start, qtbot):
    window = start()
    behind = window.workspace.views[1]
    assert behind.document._bridge._client._session is None
    with qtbot.waitSignal(behind.first_view_done, timeout=20_000):
        window.commands["next-tab"].trigger()


def test_a_start_with_files_of_its_own_offers_those_of_last_time(
    left_open, start, samples, qtbot
):
    window = start(restore=False)
    assert names(window) == []
    window.open(samples / "figures_int8.onnx")
    assert window.commands["reopen-session"].isEnabled()
    window.commands["reopen-session"].trigger()
    assert names(window) == ["figures_int8.onnx", CNN, LSTM]
    assert not window.commands["reopen-session"].isEnabled()


def test_who_does_not_want_it_starts_with_the_start_page(left_open, start):
    window = start(restore=False)
    window.commands["open-last"].trigger()
    window.close()
    assert names(start()) == []


def test_files_that_ended_the_program_are_not_opened_by_themselves_again(
    left_open, start, qtbot
):
    crashed = start()
    assert is_restoring(crashed)
    crashed.following.files.close()
    crashed.workspace.close_all()  # and nothing else: it is dead
    window = start()
    assert names(window) == []
    assert "ended before the files of last time were shown" in window.banner.text.text()
    [offer] = window.banner.offers
    assert offer.text() == "Open 2 files"
    offer.click()
    assert names(window) == [CNN, LSTM]


def test_closing_before_the_files_are_shown_is_no_crash(left_open, start):
    start().close()
    assert names(start()) == [CNN, LSTM]


def test_a_closed_file_does_not_come_back(left_open, start):
    window = start()
    window.workspace.close_current()
    window.close()
    assert names(start()) == [LSTM]


def test_only_the_window_that_began_a_session_changes_it(left_open, start, settings):
    other = MainWindow(settings, LIGHT)
    other.open(settings.session[0][0] if settings.session[0] else __file__)
    other.close()
    assert names(start()) == [CNN, LSTM]
