"""Files that are exported again while they are open, with real readers."""

import shutil
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.documents import Stage

CNN, LSTM = "figures_cnn.keras", "sine_lstm.keras"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("app.watch.PERIOD_MS", 40)


@pytest.fixture
def copied(window, samples, tmp_path, qtbot):
    """Return a function that opens a copy of a sample and waits until it is watched."""

    def open_copy(name, source=None):
        file = Path(shutil.copy(samples / (source or name), tmp_path / name))
        window.open(file)
        view = window.workspace.current
        with qtbot.waitSignal(view.first_view_done, timeout=20_000):
            pass
        watched = window.following.files._files
        qtbot.waitUntil(lambda: watched[file].known is not None)
        return view

    return open_copy


def replace(view, source):
    """Put another file in the place of the one that is open, as exporters do."""
    fresh = view.document.path.with_suffix(".fresh")
    shutil.copy(source, fresh)
    fresh.replace(view.document.path)


def test_a_file_that_is_written_again_is_read_again_and_tells_what_changed(
    copied, window, samples, qtbot
):
    view = copied("net.keras", CNN)
    with qtbot.waitSignal(view.reread, timeout=20_000) as reread:
        replace(view, samples / LSTM)
    [changes] = reread.args
    assert window.banner.isVisible()
    assert window.banner.text.text() == f"net.keras was read again: {changes.phrase}."
    assert changes.any
    [details] = window.banner.offers
    qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
    assert "Removed" in view.panels.inspector.sheet.toPlainText()


def test_what_is_selected_stays_and_the_panels_never_go(copied, samples, qtbot):
    view = copied("net.keras", CNN)
    view.panels.select("halve")
    hidden = []
    view.panels.drawing.graph.canvas.installEventFilter(hide_spy(view, hidden))
    with qtbot.waitSignal(view.reread, timeout=20_000):
        replace(view, samples / CNN)
    assert view.panels.selected == "halve"
    assert view.panels.isVisible()
    assert hidden == []


def hide_spy(view, seen):
    from PySide6.QtCore import QEvent, QObject

    class Spy(QObject):
        def eventFilter(self, _watched, event):  # noqa: N802
            if event.type() is QEvent.Type.Hide:
                seen.append(True)
            return False

    return Spy(view)


def test_a_file_that_cannot_be_read_any_more_leaves_the_model_of_before(
    copied, window, samples, tmp_path, qtbot
):
    view = copied("net.keras", CNN)
    broken = tmp_path / "broken"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    with qtbot.waitSignal(view.document.reread_failed, timeout=20_000):
        replace(view, broken)
    assert view.document.stage is Stage.OPEN
    assert view.panels.isVisible()
    assert "The model of before is shown." in window.banner.text.text()
    # … whose picture can still be changed, and which is replaced once it can be.
    view.panels.drawing.turn(True)
    qtbot.waitUntil(lambda: view.layout_shown.horizontal, timeout=10_000)
    with qtbot.waitSignal(view.reread, timeout=20_000):
        replace(view, samples / CNN)


def test_a_file_that_failed_is_opened_when_it_is_mended(
    window, samples, tmp_path, qtbot
):
    file = tmp_path / "net.keras"
    file.write_bytes(b"PK\x03\x04 and then nothing")
    window.open(file)
    view = window.workspace.current
    qtbot.waitUntil(lambda: view.document.stage is Stage.FAILED, timeout=20_000)
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        replace(view, samples / CNN)


def test_a_file_that_is_gone_is_said_and_its_model_stays(copied, window, qtbot):
    view = copied("net.keras", CNN)
    view.document.path.unlink()
    qtbot.waitUntil(lambda: window.banner.isVisible(), timeout=10_000)
    assert "no longer in its folder" in window.banner.text.text()
    assert view.panels.isVisible()


def test_a_file_behind_another_waits_until_it_is_looked_at(
    copied, window, samples, qtbot
):
    behind, front = copied("behind.keras", CNN), copied("front.keras", LSTM)
    with qtbot.waitSignal(window.following.files.rewritten, timeout=10_000):
        replace(behind, samples / LSTM)
    assert window.workspace.current is front
    assert not window.banner.isVisible()
    with qtbot.waitSignal(behind.reread, timeout=20_000):
        window.commands["previous-tab"].trigger()
    assert "behind.keras was read again" in window.banner.text.text()


def test_who_does_not_want_it_is_asked(copied, window, samples, qtbot):
    window.commands["watch"].trigger()
    assert not window.commands["watch"].isChecked()
    view = copied("net.keras", CNN)
    replace(view, samples / LSTM)
    qtbot.waitUntil(lambda: window.banner.isVisible(), timeout=10_000)
    assert window.banner.text.text() == "net.keras was written again."
    [read] = window.banner.offers
    with qtbot.waitSignal(view.reread, timeout=20_000):
        qtbot.mouseClick(read, Qt.MouseButton.LeftButton)


def test_a_file_that_takes_long_to_read_again_says_so_and_can_be_stopped(
    copied, window, samples, qtbot, monkeypatch
):
    monkeypatch.setattr("app.following.PATIENCE_MS", 0)
    view = copied("net.keras", CNN)
    replace(view, samples / LSTM)
    qtbot.waitUntil(lambda: window.banner.isVisible(), timeout=10_000)
    assert window.banner.text.text() == "Reading net.keras again …"
    [stop] = window.banner.offers
    with qtbot.assertNotEmitted(view.reread, wait=1500):
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not view.document.is_rereading
    assert "halve" in view.document.model.graph.nodes


def test_a_closed_file_is_not_watched_any_more(copied, window):
    view = copied("net.keras", CNN)
    path = view.document.path
    window.workspace.close_current()
    assert path not in window.following.files._files


def test_weights_that_were_chosen_are_followed_too(window, samples, tmp_path, qtbot):
    with zipfile.ZipFile(samples / CNN) as archive:
        description = tmp_path / "net.json"
        description.write_bytes(archive.read("config.json"))
        weights = tmp_path / "weights.h5"
        weights.write_bytes(archive.read("model.weights.h5"))
    window.open(description)
    view = window.workspace.current
    for act in (lambda: None, lambda: view.reload(weights)):
        with qtbot.waitSignal(view.first_view_done, timeout=20_000):
            act()
    watched = window.following.files._files
    qtbot.waitUntil(lambda: watched[weights].known is not None)
    with qtbot.waitSignal(view.reread, timeout=20_000):
        weights.touch()
    assert view.document.weights == weights
