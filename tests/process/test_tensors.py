"""Numbers on request, through real processes."""

import os
import signal
import stat
import sys

import h5py
import numpy as np
import pytest

from app.engine.client import ReaderClient
from app.engine.messages import TensorRead
from app.engine.session import TensorFailed
from loaders.ir.graph import Model
from loaders.ir.layout import Layout
from tests.process.conftest import until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are looked at through /proc"
)

NUMBERS = np.arange(4000, dtype="<f4").reshape(100, 40)


@pytest.fixture
def packed(tmp_path):
    path = tmp_path / "packed.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("dense/k", data=NUMBERS, chunks=(7, 9), compression="gzip")
        file.create_dataset("dense/p", data=NUMBERS)
        file.create_dataset("dense/words", data=["a", "b"])
    return path


def ids(model):
    """Return the ids of all weights by the last part of their names."""
    every = [*model.parameters(), *(t for group in model.others for t in group.tensors)]
    return {one.name.rpartition("/")[2]: one.id for one in every}


@pytest.fixture
def opened(client, ears, packed):
    """The ids of the weights of an open file."""
    client.open(packed)
    model = ears.next(Model)
    ears.next(Layout)
    return ids(model)


def scratch(tmp_path):
    return next((tmp_path / "cache" / "layerscope").glob("work-*"))


def test_a_packed_weight_is_unpacked_into_the_scratch_folder(
    client, ears, opened, tmp_path
):
    client.read_tensor(opened["k"])
    found = ears.next(TensorRead)
    np.testing.assert_array_equal(found.read(), NUMBERS)
    path = found.file.local_path
    assert path.parent == scratch(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_plain_weight_is_read_from_the_users_file(client, ears, opened, packed):
    client.read_tensor(opened["p"])
    found = ears.next(TensorRead)
    assert found.file.local_path == packed
    np.testing.assert_array_equal(found.read(), NUMBERS)


def test_answers_come_in_the_order_of_the_questions(client, ears, opened):
    for name in ("p", "k", "p"):
        client.read_tensor(opened[name])
    answers = [ears.next(TensorRead).id for _ in range(3)]
    assert answers == [opened["p"], opened["k"], opened["p"]]


def test_what_cannot_be_had_is_said_of_that_weight_alone(client, ears, opened):
    client.read_tensor(opened["words"])
    failed = ears.next(TensorFailed)
    assert (failed.id, failed.part) == (opened["words"], "")
    assert failed.error.what == "This array holds texts, not numbers."
    client.read_tensor(opened["p"])
    assert ears.next(TensorRead)


def test_a_new_reader_unpacks_too_and_earlier_numbers_stay(client, ears, opened):
    client.read_tensor(opened["k"])
    first = ears.next(TensorRead)
    client.cancel()
    client.read_tensor(opened["k"])
    second = ears.next(TensorRead)
    np.testing.assert_array_equal(first.read(), second.read())


def test_a_new_reader_finds_the_plain_places_again(client, ears, opened, packed):
    client.cancel()
    client.read_tensor(opened["p"])
    assert ears.next(TensorRead).file.local_path == packed


def test_a_file_that_changed_since_is_not_read(client, ears, opened, packed):
    client.cancel()
    packed.write_bytes(b"another model")
    client.read_tensor(opened["k"])
    failed = ears.next(TensorFailed)
    assert failed.error.what == "packed.h5 changed on disk."


def test_a_file_that_is_broken_since_says_so_once_for_each_weight(
    client, ears, opened, packed
):
    status = packed.stat()
    client.cancel()
    packed.write_bytes(bytes(status.st_size))
    os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
    client.read_tensor(opened["k"])
    client.read_tensor(opened["p"])
    failed = [ears.next(TensorFailed) for _ in range(2)]
    assert {one.id for one in failed} == {opened["k"], opened["p"]}
    assert ears.silence(0.2)


def test_a_death_is_said_of_the_weight(client, ears, opened):
    until(lambda: not client._session.pending)
    os.kill(client._session._child.pid, signal.SIGSTOP)
    client.read_tensor(opened["k"])
    os.kill(client._session._child.pid, signal.SIGKILL)
    failed = ears.next(TensorFailed)
    assert "stopped unexpectedly (signal 9)" in failed.error.what


def test_too_slow_an_answer_is_said_of_the_weight(client, ears, opened):
    until(lambda: not client._session.pending)
    os.kill(client._session._child.pid, signal.SIGSTOP)
    client.read_tensor(opened["k"], seconds=0.1)
    assert "takes too long" in ears.next(TensorFailed).error.what


def test_before_a_file_is_open_there_are_no_numbers(client, ears):
    client.read_tensor("k")
    assert ears.next(TensorFailed).error.what == "No model is open."


def test_another_file_takes_the_room_of_the_one_before(
    client, ears, opened, samples, tmp_path
):
    client.read_tensor(opened["k"])
    ears.next(TensorRead)
    client.open(samples / "figures_cnn.keras")
    model = ears.next(Model)
    client.read_tensor(next(model.parameters()).id)
    ears.next(TensorRead)
    assert not list(scratch(tmp_path).glob("tensor-*"))


def test_a_reader_that_points_elsewhere_is_not_believed(client, ears, opened, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(16_000))
    client._session.files = ()
    client.read_tensor(opened["p"])  # answered with a file that is now not expected
    failed = ears.next(TensorFailed)
    assert "makes no sense" in failed.error.what
    assert "outside the model's files" in failed.error.why


def test_nothing_is_left_of_a_client_that_was_closed_before_it_began(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for _ in range(5):
        ReaderClient().close()
    until(lambda: not list((tmp_path / "cache").rglob("work-*")))
