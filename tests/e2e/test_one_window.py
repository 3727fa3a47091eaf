"""Starting the program again and again, as a file manager does."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.e2e.desktop import until
from tests.e2e.user import PROGRAM, SECONDS

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="every start has a window of its own there"
)


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
