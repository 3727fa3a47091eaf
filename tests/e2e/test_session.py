"""Files that come back when the program is started again."""

import signal
import sys

import pytest

from app.settings import Settings
from tests.e2e.desktop import until
from tests.e2e.user import SECONDS

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="files are handed over to no window there"
)

FIRST, SECOND, OTHER = "sine_lstm.keras", "figures_cnn.keras", "figures_int8.onnx"


@pytest.fixture
def left_open(user, samples):
    """Open two files, kill the program, and forget what was opened lately."""
    window = user.start(samples / FIRST)
    until(lambda: user.has_read(samples / FIRST))
    user.hand_over(samples / SECOND)
    files = (samples / FIRST, samples / SECOND)
    until(lambda: user.has_read(files[1]) and settings_of(user).session == (files, 1))
    window.send_signal(signal.SIGKILL)
    window.wait(SECONDS)
    settings = settings_of(user)
    settings.forget_recent()
    settings.save()


def settings_of(user):
    return Settings(user.settings_file)


def test_a_start_without_files_shows_the_one_that_was_in_front(
    left_open, user, samples
):
    user.start()
    until(lambda: user.has_read(samples / SECOND))
    assert settings_of(user).recent == [samples / SECOND]
    assert settings_of(user).session == ((samples / FIRST, samples / SECOND), 1)


def test_a_start_with_a_file_shows_that_file_alone(left_open, user, samples):
    user.start(samples / OTHER)
    until(lambda: user.has_read(samples / OTHER))
    assert settings_of(user).recent == [samples / OTHER]


def test_a_start_that_failed_is_not_repeated(left_open, user, samples):
    settings = settings_of(user)
    settings.set_flag("restoring", True)
    settings.save()
    user.start()
    until(lambda: not settings_of(user).flag("restoring", True))
    user.hand_over(samples / OTHER)  # it is there, and has opened nothing by itself
    until(lambda: user.has_read(samples / OTHER))
    assert settings_of(user).recent == [samples / OTHER]
