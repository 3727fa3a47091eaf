"""Files that are opened together, and those that are remembered."""

import shutil
from pathlib import Path

from app.opening import MOST_AT_ONCE

CNN, LSTM = "figures_cnn.keras", "sine_lstm.keras"


def names(window):
    return [view.document.path.name for view in window.workspace.views]


def test_of_files_opened_together_the_first_is_in_front_and_the_others_wait(
    window, samples, qtbot
):
    window.opening.open_all([samples / CNN, samples / LSTM])
    first, second = window.workspace.views
    assert window.workspace.current is first
    with qtbot.waitSignal(first.first_view_done, timeout=20_000):
        pass
    assert second.document.model is None
    with qtbot.waitSignal(second.first_view_done, timeout=20_000):
        window.commands["next-tab"].trigger()


def test_a_folder_of_models_that_is_dropped_stands_for_its_files(
    window, samples, tmp_path, qtbot
):
    for name in (CNN, LSTM):
        shutil.copy(samples / name, tmp_path)
    (tmp_path / "notes.txt").write_text("no model")
    window.opening.open_dropped([tmp_path])
    qtbot.waitUntil(lambda: sorted(names(window)) == [CNN, LSTM], timeout=10_000)


def test_too_many_files_at_once_are_counted_and_the_first_are_opened(window):
    window.opening.open_all([Path(f"/m/{n}.onnx") for n in range(1234)])
    assert len(window.workspace.views) == MOST_AT_ONCE
    assert window.banner.text.text() == "Of 1,234 files, the first 20 are opened."


def test_chosen_files_are_opened(window, samples, monkeypatch):
    paths = [samples / CNN, samples / LSTM]
    monkeypatch.setattr("app.dialogs.choose_models", lambda *_: paths)
    window.commands["open"].trigger()
    assert names(window) == [CNN, LSTM]


def test_a_recent_file_with_an_ampersand_is_named_whole(window, settings):
    window.opening.remember(Path("/m/a&b.onnx"))
    assert settings.recent == [Path("/m/a&b.onnx")]
    assert window.opening.recents[0].text() == "a&&b.onnx"
    assert not window.opening.recents[1].isVisible()


def test_recent_files_can_be_forgotten(window, settings):
    assert not window.commands["forget-recent"].isEnabled()
    window.opening.remember(Path("/m/secret.onnx"))
    settings.note_command("Open /m/secret.onnx")
    window.workspace.current_changed.emit()
    window.commands["forget-recent"].trigger()
    assert settings.recent == []
    assert settings.commands_used == []
    assert window.start_page.recent.count() == 0
    assert not window.opening.recents[0].isEnabled()
    assert not window.commands["forget-recent"].isEnabled()
