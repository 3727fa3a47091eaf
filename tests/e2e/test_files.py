"""The installed program on every kind of file that a user may point it at."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.keras_files import dense, legacy_h5, numbered, sequential, start
from tests.loaders.formats import saved_models

SECONDS = 30
"""Far more than any of these takes; what hangs fails."""
CONFIG = sequential("net", start(4), dense("d", 3))
GROUPS = [("d", [("d/kernel:0", numbered(4, 3)), ("d/bias:0", numbered(3))])]


def layerscope(*arguments, folder, under=()):
    """Run the installed program in a folder and return what came of it."""
    script = Path(sys.executable).with_name("layerscope")
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    finished = subprocess.run(
        [*under, script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=folder,
        env=environment,
    )
    assert "Traceback" not in finished.stderr
    return finished


def summary(folder, *arguments):
    """Return the JSON summary that the program prints."""
    finished = layerscope("summary", *arguments, "--json", folder=folder)
    assert finished.returncode == 0, finished.stderr
    [line] = finished.stdout.splitlines()
    return json.loads(line)


def complaint(folder, *arguments):
    """Return the one line that the program says of a file that it cannot read."""
    finished = layerscope("summary", *arguments, folder=folder)
    assert finished.returncode == 1
    assert finished.stdout == ""
    [line] = finished.stderr.splitlines()
    probed = layerscope("probe", *arguments, folder=folder)
    assert probed.returncode == 0
    assert json.loads(probed.stdout) == {"outcome": "clear-error", "messages": [line]}
    return line


@pytest.mark.parametrize(
    ("name", "format", "total", "layers"),
    [
        ("figures_cnn.keras", "Keras 3 archive", 20_236, 10),
        ("figures_int8.onnx", "ONNX", 20_236, 12),
        ("sentence_pair.h5", "Keras 3 HDF5", 8_233, 16),
        ("sine_lstm.keras", "Keras 3 archive", 2_557, 4),
    ],
)
def test_a_sample_is_summed_up(samples, tmp_path, name, format, total, layers):
    found = summary(tmp_path, samples / name)
    assert found["format"] == format
    assert found["parameters"]["total"] == total
    assert len(found["layers"]) == layers
    probed = layerscope("probe", samples / name, folder=tmp_path)
    assert json.loads(probed.stdout)["outcome"] == "opens"


def test_every_sample_is_looked_at(samples):
    assert {path.name for path in samples.iterdir()} == {
        "SOURCES.md",
        "figures_cnn.keras",
        "figures_int8.onnx",
        "sentence_pair.h5",
        "sine_lstm.keras",
    }


def test_a_description_is_summed_up_with_weights_beside_it_and_chosen(tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(CONFIG))
    alone = summary(tmp_path, "net.json")
    assert any("without their weights" in note for note in alone["notes"])
    legacy_h5(tmp_path / "other.h5", CONFIG, GROUPS)
    chosen = summary(tmp_path, "net.json", "--weights", "other.h5")
    assert not any("without their weights" in note for note in chosen["notes"])
    (tmp_path / "other.h5").rename(tmp_path / "net.h5")
    beside = summary(tmp_path, "net.json")
    assert beside["parameters"] == chosen["parameters"] == alone["parameters"]
    assert beside["parameters"]["total"] == 15


def test_chosen_weights_that_are_not_there_are_said(tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(CONFIG))
    found = summary(tmp_path, "net.json", "--weights", "gone.h5")
    assert any("gone.h5 cannot be read" in note for note in found["notes"])
    probed = layerscope(
        "probe", "net.json", "--weights", "gone.h5", folder=tmp_path
    ).stdout
    assert json.loads(probed)["outcome"] == "opens-with-warning"


def test_a_folder_and_its_file_are_one_model(tmp_path):
    folder = saved_models.dense(tmp_path)
    assert summary(tmp_path, folder) == summary(tmp_path, folder / "saved_model.pb")


def test_a_missing_file_is_one_line(tmp_path):
    line = complaint(tmp_path, "gone.keras")
    assert line.startswith("There is no file gone.keras.")


def test_a_folder_without_a_model_is_one_line(tmp_path):
    (tmp_path / "photos").mkdir()
    assert "photos" in complaint(tmp_path, "photos")


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "void.onnx").touch()
    assert "empty" in complaint(tmp_path, "void.onnx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
def test_a_pipe_that_nobody_writes_to_is_one_line(tmp_path):
    os.mkfifo(tmp_path / "pipe.keras")
    assert "not a regular file" in complaint(tmp_path, "pipe.keras")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
def test_pipes_in_the_places_of_a_models_parts_keep_nobody_waiting(tmp_path):
    (tmp_path / "net.json").write_text(json.dumps(CONFIG))
    os.mkfifo(tmp_path / "net.weights.h5")
    assert summary(tmp_path, "net.json")["parameters"]["total"] == 15
    folder = saved_models.dense(tmp_path)
    for part in folder.glob("variables/*"):
        part.unlink()
        os.mkfifo(part)
    assert len(summary(tmp_path, folder)["layers"]) == 2


def test_a_device_is_one_line(tmp_path):
    assert "not a regular file" in complaint(tmp_path, os.devnull)


def test_a_file_that_may_not_be_read_is_one_line(samples, tmp_path):
    file = tmp_path / "mine.keras"
    file.write_bytes((samples / "figures_cnn.keras").read_bytes())
    file.chmod(0)
    under = ()
    if os.access(file, os.R_OK):  # nothing is forbidden to root, unless it says so
        if shutil.which("setpriv") is None:
            pytest.skip("nothing is forbidden to this user")
        under = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    finished = layerscope("summary", "mine.keras", folder=tmp_path, under=under)
    assert finished.returncode == 1
    assert finished.stderr == "mine.keras cannot be opened. Permission denied.\n"


@pytest.mark.parametrize("name", ["-n.keras", "summary", "a b\n.keras", "ü.keras"])
def test_files_of_any_name_open(samples, tmp_path, name):
    place = tmp_path / name
    place.write_bytes((samples / "sine_lstm.keras").read_bytes())
    assert summary(tmp_path, f"./{name}")["parameters"]["total"] == 2_557


def test_nothing_is_left_in_the_cache_and_nothing_beside_the_file(samples, tmp_path):
    place = tmp_path / "m.keras"
    place.write_bytes((samples / "sine_lstm.keras").read_bytes())
    summary(tmp_path, "m.keras")
    assert {path.name for path in tmp_path.iterdir()} == {"m.keras", "cache"}
    assert not list((tmp_path / "cache").rglob("work-*"))
