"""Files that are written again, replaced or removed while somebody watches."""

import pytest

from app.watch import FileWatch, print_of


@pytest.fixture
def watch(qtbot, monkeypatch):
    monkeypatch.setattr("app.watch.PERIOD_MS", 30)
    watch = FileWatch()
    yield watch
    watch.close()


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "model.onnx"
    file.write_bytes(b"one")
    return file


def known(watch, file, qtbot):
    watch.watch(file)
    qtbot.waitUntil(lambda: watch._files[file].known is not None)


def test_a_file_that_is_written_again_is_told_once(watch, file, qtbot):
    told = []
    watch.rewritten.connect(told.append)
    known(watch, file, qtbot)
    file.write_bytes(b"another")
    qtbot.waitUntil(lambda: told == [file])
    qtbot.wait(150)
    assert told == [file]


def test_a_file_that_is_replaced_by_renaming_is_told(watch, file, qtbot):
    known(watch, file, qtbot)
    fresh = file.with_suffix(".tmp")
    fresh.write_bytes(b"replaced")
    with qtbot.waitSignal(watch.rewritten):
        fresh.replace(file)


def test_a_file_that_is_still_being_written_is_waited_for(watch, file, qtbot):
    known(watch, file, qtbot)
    with file.open("ab") as stream, qtbot.assertNotEmitted(watch.rewritten):
        for _ in range(12):
            stream.write(b"more")
            stream.flush()
            qtbot.wait(20)
    qtbot.waitUntil(lambda: watch._files[file].known == print_of(file))


def test_a_file_that_goes_and_comes_back_is_told_both_times(watch, file, qtbot):
    known(watch, file, qtbot)
    with qtbot.waitSignal(watch.gone) as gone:
        file.unlink()
    assert gone.args == [file]
    with qtbot.waitSignal(watch.rewritten):
        file.write_bytes(b"back again")


def test_a_file_that_was_never_there_is_told_when_it_comes(watch, tmp_path, qtbot):
    file = tmp_path / "later.onnx"
    known(watch, file, qtbot)
    with qtbot.waitSignal(watch.rewritten):
        file.write_bytes(b"here")


def test_a_forgotten_file_is_not_told(watch, file, qtbot):
    known(watch, file, qtbot)
    watch.forget(file)
    with qtbot.assertNotEmitted(watch.rewritten, wait=200):
        file.write_bytes(b"another")


def test_a_folder_changes_with_the_files_in_it(tmp_path):
    (tmp_path / "variables").mkdir()
    (tmp_path / "saved_model.pb").write_bytes(b"1")
    (tmp_path / "variables" / "variables.index").write_bytes(b"1")
    before = print_of(tmp_path)
    assert before == print_of(tmp_path)
    (tmp_path / "variables" / "variables.index").write_bytes(b"22")
    assert print_of(tmp_path) != before
