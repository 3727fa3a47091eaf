"""The reader answers, dies, hangs, comes back; what is left is one clear sentence."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.engine.child import child_command, child_environment
from app.engine.client import ReaderClient
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.layout import Arrangement, Layout
from tests.process.conftest import Ears, readers, until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are looked at through /proc"
)


def the_reader():
    """Return the one reader process, as soon as it is there."""
    until(readers)
    [pid] = readers()
    return pid


def test_a_model_and_its_picture_arrive(client, ears, samples):
    client.open(samples / "figures_cnn.keras")
    model = ears.next(Model)
    layout = ears.next(Layout)
    assert {box.node for box in layout.boxes} >= set(model.graph.nodes)


def test_events_before_anyone_listens_are_kept(client, samples):
    client.open(samples / "figures_cnn.keras")
    time.sleep(1.5)
    assert Ears(client).next(Model).graph.nodes


def test_a_missing_file_is_a_clear_error(client, ears, tmp_path):
    client.open(tmp_path / "nowhere.keras")
    assert ears.next(InspectorError).what == "There is no file nowhere.keras."


def test_a_name_that_is_no_text_is_opened(client, ears, samples, tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9 \n.keras")
    path.write_bytes((samples / "figures_cnn.keras").read_bytes())
    client.open(path)
    assert ears.next(Model).path == os.fsencode(path)


def test_the_next_file_is_read_after_an_error(client, ears, samples, tmp_path):
    client.open(tmp_path / "nowhere.keras")
    ears.next(InspectorError)
    client.open(samples / "figures_cnn.keras")
    assert ears.next(Model)


def test_a_death_is_one_sentence(client, ears, samples):
    pid = the_reader()
    os.kill(pid, signal.SIGSTOP)
    client.open(samples / "figures_cnn.keras")
    os.kill(pid, signal.SIGSEGV)
    os.kill(pid, signal.SIGCONT)
    assert ears.next(InspectorError).what == (
        "Reading figures_cnn.keras stopped unexpectedly (signal 11)."
    )


def test_after_a_death_the_next_request_works(client, ears, samples):
    pid = the_reader()
    os.kill(pid, signal.SIGSTOP)
    client.open(samples / "figures_cnn.keras")
    os.kill(pid, signal.SIGKILL)
    ears.next(InspectorError)
    client.open(samples / "figures_cnn.keras")
    assert ears.next(Model)


def test_a_new_reader_knows_the_open_model(client, ears, samples):
    client.open(samples / "figures_cnn.keras")
    ears.next(Layout)
    until(lambda: not client._session.pending)
    os.kill(the_reader(), signal.SIGKILL)
    until(lambda: client._session is None)
    client.lay_out(Arrangement(horizontal=True))
    assert ears.next(Layout).horizontal


def test_work_that_comes_just_as_a_reader_leaves_is_done_by_the_next(
    client, ears, samples
):
    client.open(samples / "figures_cnn.keras")
    ears.next(Layout)
    until(lambda: not client._session.pending)
    pid = the_reader()
    os.kill(pid, signal.SIGSTOP)
    client.lay_out(Arrangement(horizontal=True))
    client._session._child._process.stdin.close()  # it leaves as if for want of work
    os.kill(pid, signal.SIGCONT)
    assert ears.next(Layout).horizontal


def test_a_file_that_changed_is_not_laid_out_anew(client, ears, samples, tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes((samples / "figures_cnn.keras").read_bytes())
    client.open(path)
    ears.next(Layout)
    client.cancel()
    path.write_bytes(b"another model")
    client.lay_out(Arrangement())
    assert ears.next(InspectorError).what == "model.keras changed on disk."


def test_cancel_ends_a_stuck_reader_within_a_second(client, ears, samples):
    pid = the_reader()
    os.kill(pid, signal.SIGSTOP)
    client.open(samples / "figures_cnn.keras")
    began = time.monotonic()
    client.cancel()
    until(lambda: pid not in readers())
    assert time.monotonic() - began < 1
    assert ears.silence(0.2)


def test_a_reader_over_time_is_ended(client, ears, samples):
    pid = the_reader()
    os.kill(pid, signal.SIGSTOP)
    client.open(samples / "figures_cnn.keras", seconds=0.2)
    error = ears.next(InspectorError)
    assert error.what == "Reading figures_cnn.keras takes too long."
    assert error.why == "It was stopped after 0.2 seconds."
    until(lambda: pid not in readers())


def test_a_reader_over_memory_is_ended(client, ears, samples, monkeypatch):
    monkeypatch.setattr("app.engine.client.memory_allowance", lambda _size: 1 << 20)
    client.open(samples / "figures_cnn.keras")
    error = ears.next(InspectorError)
    assert error.what == "Reading figures_cnn.keras takes too much memory."
    assert "may take 1.0 MB" in error.why


def test_a_picture_that_takes_too_long_leaves_the_model(
    client, ears, tmp_path, monkeypatch
):
    monkeypatch.setattr("app.engine.session.PICTURE_SECONDS", 0.0)
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}},
        *({"class_name": "ReLU", "config": {"name": f"r{at}"}} for at in range(5000)),
    ]
    config = {"class_name": "Sequential", "config": {"layers": layers}}
    path = tmp_path / "long.json"
    path.write_text(json.dumps(config))
    client.open(path)
    assert len(ears.next(Model).graph.nodes) == 5001
    error = ears.next(InspectorError)
    assert error.what == "Drawing the graph takes too long."


def test_requests_after_an_end_by_force_start_a_new_reader(client, ears, samples):
    os.kill(the_reader(), signal.SIGSTOP)
    client.open(samples / "figures_cnn.keras", seconds=0.1)
    ears.next(InspectorError)
    client.open(samples / "figures_cnn.keras")
    assert ears.next(Model)


def test_another_file_takes_the_place_of_one_being_read(client, ears, samples):
    os.kill(the_reader(), signal.SIGSTOP)
    client.open(samples / "sine_lstm.keras")
    client.open(samples / "figures_cnn.keras")
    assert b"figures_cnn" in ears.next(Model).path


def test_the_reader_ends_when_its_owner_is_killed(samples):
    code = (
        "from app.engine.client import ReaderClient; import time\n"
        "c = ReaderClient(); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as owner:
        until(lambda: readers(owner.pid))
        [pid] = readers(owner.pid)
        owner.kill()
        owner.wait()
    until(lambda: not Path(f"/proc/{pid}").exists(), seconds=5)


def start(tmp_path, **options):
    """Start a reader by hand."""
    return subprocess.Popen(
        child_command("reader"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=child_environment(tmp_path),
        **options,
    )


def test_the_reader_ends_when_its_input_ends(tmp_path):
    with start(tmp_path) as reader:
        reader.stdin.close()
        assert reader.wait(10) == 0
        assert reader.stderr.read() == b""


def test_a_reader_without_work_ends(tmp_path):
    code = (
        "import app.reader.__main__ as reader\n"
        "reader.IDLE_SECONDS = 0.2\n"
        "reader.main(['--reader'])"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=tmp_path) as reader:
        assert reader.wait(20) == 0


def test_nonsense_on_its_input_ends_the_reader(tmp_path):
    with start(tmp_path) as reader:
        reader.stdin.write(b"\x05\0\0\0hello")
        reader.stdin.flush()
        assert reader.wait(20) == 1
        assert b"ProtocolError" in reader.stderr.read()


def test_only_the_environment_that_a_child_needs_is_passed_on(tmp_path, monkeypatch):
    for name in ("HDF5_PLUGIN_PATH", "LD_PRELOAD", "PYTHONPATH", "HF_TOKEN"):
        monkeypatch.setenv(name, "x")
    environment = child_environment(tmp_path)
    assert not {"HDF5_PLUGIN_PATH", "LD_PRELOAD", "PYTHONPATH", "HF_TOKEN"} & set(
        environment
    )
    assert environment["HOME"] == str(tmp_path)


def test_what_a_dead_program_left_behind_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    stale = tmp_path / "layerscope" / f"work-{gone.pid}-abc"
    stale.mkdir(parents=True)
    client = ReaderClient()
    client.open(tmp_path / "nowhere")
    Ears(client).next(InspectorError)
    client.close()
    assert not stale.exists()


def test_a_scratch_folder_is_for_the_user_alone(client, ears, tmp_path):
    client.open(tmp_path / "nowhere")
    ears.next(InspectorError)
    [folder] = (tmp_path / "cache" / "layerscope").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_fork_of_the_reader_ends_with_it():
    """ONNX's shape inference is such a fork."""
    code = (
        "import os, time\n"
        "from app.engine import sandbox\n"
        "sandbox.enter(None)\n"
        "if os.fork() == 0: time.sleep(60); os._exit(0)\n"
        "print(os.getpid(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as reader:
        children = Path(f"/proc/{reader.pid}/task/{reader.pid}/children")
        reader.stdout.readline()
        fork = int(children.read_text())
        reader.kill()
    until(lambda: not Path(f"/proc/{fork}").exists())
