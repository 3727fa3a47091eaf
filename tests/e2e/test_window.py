"""The program as a user starts it: events, the picture, the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage


@pytest.fixture
def start(tmp_path):
    """Return a function that runs the program to its end."""

    def start(*arguments):
        program = Path(sys.executable).with_name("layerscope")
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        }
        return subprocess.run(
            [program, *map(str, arguments), "--events", "--quit-after", "drawn"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return start


def events(finished):
    return [json.loads(line) for line in finished.stdout.splitlines()]


def test_a_file_is_opened_drawn_and_photographed(start, samples, tmp_path):
    picture = tmp_path / "shot.png"
    finished = start(samples / "figures_cnn.keras", "--screenshot", picture)
    assert finished.returncode == 0, finished.stderr
    window, opened, drawn = events(finished)
    assert [e["event"] for e in (window, opened, drawn)] == [
        "window",
        "opened",
        "drawn",
    ]
    assert 0 < window["ms"] <= opened["ms"] <= drawn["ms"]
    assert drawn["nodes_in_graph"] == 10
    assert 0 < drawn["nodes_painted"] <= 10
    image = QImage(str(picture))
    assert image.width() > 600
    # Cards, words and lines, not one empty ground.
    seen = {image.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 500, 3)}
    assert len(seen) > 20


def test_a_file_that_cannot_be_read_is_one_sentence_and_exit_code_1(start, tmp_path):
    file = tmp_path / "notes.keras"
    file.write_text("Dear diary")
    finished = start(file)
    assert finished.returncode == 1
    assert events(finished)[-1]["event"] == "failed"
    assert "notes.keras" in events(finished)[-1]["message"]
    assert "Traceback" not in finished.stderr


def test_the_dark_theme_can_be_asked_for(start, samples, tmp_path):
    picture = tmp_path / "shot.png"
    start(samples / "sine_lstm.keras", "--screenshot", picture, "--theme", "dark")
    assert QImage(str(picture)).pixelColor(300, 3).lightness() < 60


def test_a_picture_that_cannot_be_written_is_said(start, samples, tmp_path):
    finished = start(
        samples / "sine_lstm.keras", "--screenshot", tmp_path / "no" / "shot.png"
    )
    assert finished.returncode == 1
    assert "cannot be written" in finished.stderr


def test_several_files_get_a_tab_each_and_the_first_is_drawn(start, samples):
    finished = start(samples / "sine_lstm.keras", samples / "figures_int8.onnx")
    assert finished.returncode == 0, finished.stderr
    assert events(finished)[-1]["nodes_in_graph"] == 4
