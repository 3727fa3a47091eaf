"""Starting the program again and again, as a file manager does."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from app.settings import Settings
from tests.e2e.desktop import until

PROGRAM = Path(sys.executable).with_name("layerscope")
SECONDS = 30

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="every start has a window of its own there"
)


class User:
    """Somebody who starts the program; their windows end with the test."""

    def __init__(self, home: Path, runtime: str) -> None:
        self.environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_RUNTIME_DIR": runtime,
        }
        self.runtime = Path(runtime)
        self._settings = home / "config" / "layerscope" / "layerscope.ini"
        self.windows: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the program and leave it running."""
        process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.windows.append(process)
        return process

    def hand_over(self, *arguments: str | Path) -> None:
        """Start the program, which must end at once and say nothing."""
        process = self.start(*arguments)
        assert process.wait(SECONDS) == 0
        assert process.stderr.read() == ""

    def has_read(self, path: Path) -> bool:
        """Whether a model is open or was: only then is it a recent file."""
        return path in Settings(self._settings).recent

    def end(self) -> None:
        for process in self.windows:
            process.kill()
            process.communicate()


@pytest.fixture
def user(tmp_path):
    with tempfile.TemporaryDirectory(prefix="run-") as runtime:
        user = User(tmp_path, runtime)
        yield user
        user.end()


@pytest.fixture
def first(user, samples):
    """Return a window that shows a model."""
    window = user.start(samples / "sine_lstm.keras")
    file = samples / "sine_lstm.keras"
    until(lambda: user.has_read(file) or window.poll() is not None)
    assert window.poll() is None, window.stderr.read()
    return window


def test_later_files_are_opened_by_the_first_window(user, first, samples):
    names = ["figures_cnn.keras", "figures_int8.onnx", "sentence_pair.h5"]
    user.hand_over(samples / names[0])
    until(lambda: user.has_read(samples / names[0]))
    user.hand_over(samples / names[1], samples / names[2])
    until(lambda: user.has_read(samples / names[1]))
    user.hand_over()
    user.hand_over("--theme", "dark", samples / names[2])
    until(lambda: user.has_read(samples / names[2]))
    assert first.poll() is None


def test_a_new_window_can_be_asked_for(user, first, samples):
    other = user.start("--new-window", samples / "figures_cnn.keras")
    until(lambda: user.has_read(samples / "figures_cnn.keras"))
    assert other.poll() is None


def test_a_program_that_follows_events_gets_its_own_window(user, first, samples):
    file = samples / "figures_cnn.keras"
    finished = subprocess.run(
        [PROGRAM, file, "--events", "--quit-after", "drawn"],
        env=user.environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert '"drawn"' in finished.stdout


def test_after_the_window_has_crashed_the_next_start_is_the_window(
    user, first, samples
):
    first.kill()
    first.wait(SECONDS)
    user.start(samples / "figures_cnn.keras")
    until(lambda: user.has_read(samples / "figures_cnn.keras"))
    user.hand_over(samples / "figures_int8.onnx")
    until(lambda: user.has_read(samples / "figures_int8.onnx"))


def test_a_window_that_hangs_keeps_nobody_from_looking_at_a_file(user, first, samples):
    [lock] = user.runtime.rglob("*.lock")
    os.utime(lock, (time.time() - 600,) * 2)  # as if it had been there for long
    time.sleep(0.5)  # not while it holds the lock of the settings
    first.send_signal(signal.SIGSTOP)
    other = user.start(samples / "figures_cnn.keras")
    until(lambda: user.has_read(samples / "figures_cnn.keras"))
    assert other.poll() is None


def test_starts_at_the_same_time_share_one_window(user, samples):
    files = [samples / "sine_lstm.keras", samples / "figures_cnn.keras"]
    starts = [user.start(file) for file in files]
    until(lambda: [start.poll() for start in starts].count(None) == 1)
    assert {start.poll() for start in starts} == {None, 0}
    # The file of the start that ended is the one in front.
    [handed_over] = [file for file, it in zip(files, starts) if it.poll() == 0]
    until(lambda: user.has_read(handed_over))
