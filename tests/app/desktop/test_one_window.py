"""A second start hands its files to the window that is there."""

import os
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.desktop.handover import MOST_BYTES, Delivery, decoded, encoded
from app.desktop.instance import Claim, Outcome, address_of, enter
from app.desktop.reception import Reception


@pytest.fixture
def environment():
    """Return the environment of a start on a display that nobody else uses."""
    with tempfile.TemporaryDirectory(prefix="run-") as runtime:
        yield {"XDG_RUNTIME_DIR": runtime, "DISPLAY": ":7"}


@pytest.fixture
def claim(environment):
    claim = enter([], environment)
    assert isinstance(claim, Claim)
    yield claim
    claim.give_up()


@pytest.fixture
def reception(claim, qtbot):
    reception = Reception(claim, lambda: 0)
    heard = []
    reception.asked.connect(lambda *asked: heard.append(asked))
    reception.heard = heard
    yield reception
    reception.close()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as pool:
        yield pool


def answer(future, qtbot):
    qtbot.waitUntil(future.done, timeout=20_000)
    return future.result()


def grown_old(environment):
    """Let the first start be one of ten minutes ago."""
    lock = address_of(environment).with_suffix(".lock")
    os.utime(lock, (time.time() - 600,) * 2)


def test_files_arrive_with_their_whole_paths_and_the_token(
    reception, environment, pool, qtbot, tmp_path
):
    files = [tmp_path / "a model.keras", Path(os.fsdecode(b"/tmp/\xff.onnx"))]
    second = {**environment, "XDG_ACTIVATION_TOKEN": "t-1"}
    future = pool.submit(enter, [*files, Path("here.h5")], second)
    assert answer(future, qtbot) is Outcome.HANDED_OVER
    assert reception.heard == [((*files, Path.cwd() / "here.h5"), "t-1")]


def test_a_start_without_files_only_asks_for_the_window(
    reception, environment, pool, qtbot
):
    assert answer(pool.submit(enter, [], environment), qtbot) is Outcome.HANDED_OVER
    assert reception.heard == [((), "")]


def test_of_many_starts_at_once_one_becomes_the_window(environment, pool, qtbot):
    files = [Path(f"/m/{number}.keras") for number in range(8)]
    starts = [pool.submit(enter, [file], environment) for file in files]
    qtbot.waitUntil(lambda: any(start.done() for start in starts))
    [first] = [start for start in starts if start.done()]
    reception = Reception(first.result(), lambda: 0)
    heard = []
    reception.asked.connect(lambda paths, _: heard.extend(paths))
    others = [start for start in starts if start is not first]
    assert {answer(start, qtbot) for start in others} == {Outcome.HANDED_OVER}
    assert len(heard) == 7
    assert {*heard, files[starts.index(first)]} == set(files)
    reception.close()


def test_a_window_that_hangs_costs_a_second_and_gets_nothing(claim, environment):
    claim.listen()
    grown_old(environment)
    started = time.monotonic()
    assert enter([Path("/m/a.keras")], environment) is Outcome.ALONE
    assert time.monotonic() - started >= 1
    guest, _ = claim.listener.accept()
    with guest:
        assert guest.recv(100) == b""


def test_what_a_crash_left_behind_is_in_nobodys_way(environment, pool, qtbot):
    address = address_of(environment)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(address))
    address.with_suffix(".lock").touch()
    claim = enter([], environment)
    assert isinstance(claim, Claim)
    reception = Reception(claim, lambda: 0)
    assert answer(pool.submit(enter, [], environment), qtbot) is Outcome.HANDED_OVER
    reception.close()


def test_after_the_window_closed_the_next_start_is_the_window(reception, environment):
    reception.close()
    following = enter([], environment)
    assert isinstance(following, Claim)
    following.give_up()


def test_a_start_that_meets_a_closing_window_becomes_the_window(
    claim, environment, pool, qtbot
):
    grown_old(environment)
    claim.listen()
    future = pool.submit(enter, [Path("/m/a.keras")], environment)
    qtbot.wait(100)
    claim.give_up()
    following = answer(future, qtbot)
    assert isinstance(following, Claim)
    following.give_up()


def test_each_display_has_a_window_of_its_own(claim, environment):
    other = enter([], {**environment, "DISPLAY": ":8"})
    assert isinstance(other, Claim)
    other.give_up()


def test_a_folder_that_others_can_reach_is_not_used(environment):
    runtime = Path(environment["XDG_RUNTIME_DIR"])
    assert address_of(environment).parent == runtime / "layerscope"
    runtime.chmod(0o755)
    address = address_of(environment)
    assert runtime not in address.parents
    assert address.parent.stat().st_mode & 0o777 == 0o700


def test_a_place_whose_name_is_too_long_for_a_socket_is_not_used(environment):
    assert address_of({**environment, "DISPLAY": "x" * 100}) is None
    assert enter([], {**environment, "DISPLAY": "x" * 100}) is Outcome.ALONE


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b'{"files": "L20="}\n',
        b'{"files": [7]}\n',
        b'{"files": [], "token": 1}\n',
        encoded(Delivery(files=(b"relative.keras",))),
        b"x" * (MOST_BYTES + 1),
    ],
    ids=["nonsense", "text", "number", "token", "relative", "endless"],
)
def test_what_is_no_delivery_is_shown_the_door(reception, claim, qtbot, line):
    answers = []

    def say():
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(claim.listener.getsockname())
            answers.append(door.recv(1000))
            try:
                door.sendall(line)
                answers.append(door.recv(1000))
            except OSError:
                answers.append(b"")

    thread = threading.Thread(target=say)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=20_000)
    assert answers[0].startswith(b"{")
    assert answers[1] == b""
    assert reception.heard == []


def test_a_guest_that_says_nothing_has_to_leave(reception, claim, qtbot):
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(claim.listener.getsockname())
        door.setblocking(False)

        def has_ended():
            try:
                return door.recv(1000) == b""
            except BlockingIOError:
                return False

        qtbot.waitUntil(has_ended, timeout=10_000)


def test_a_path_of_any_bytes_travels():
    delivery = Delivery(files=(bytes(range(1, 256)),), token="t")
    line = encoded(delivery)
    assert line.count(b"\n") == 1
    assert decoded(line, Delivery) == delivery
