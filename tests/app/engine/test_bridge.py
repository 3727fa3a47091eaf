"""The reader's events reach the window's thread, in order, and none after the end."""

import threading

import pytest

from app.engine.bridge import ReaderBridge
from app.engine.client import ReaderClient
from loaders.ir.graph import Model
from loaders.ir.layout import Arrangement

SECONDS = 30_000


@pytest.fixture
def bridge(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    bridge = ReaderBridge()
    yield bridge
    bridge.close()


def test_a_model_arrives_in_this_thread_and_its_picture_follows(bridge, qtbot, samples):
    seen = []
    bridge.read.connect(lambda index: seen.append((index.model, threading.get_ident())))
    with qtbot.waitSignals([bridge.read, bridge.laid_out], timeout=SECONDS):
        bridge.open(samples / "figures_cnn.keras")
    [(model, thread)] = seen
    assert isinstance(model, Model)
    assert thread == threading.get_ident()


def test_a_graph_can_be_laid_out_again(bridge, qtbot, samples):
    with qtbot.waitSignal(bridge.laid_out, timeout=SECONDS):
        bridge.open(samples / "figures_cnn.keras")
    with qtbot.waitSignal(bridge.laid_out, timeout=SECONDS) as laid_out:
        bridge.lay_out(Arrangement(horizontal=True))
    assert laid_out.args[0].horizontal


def test_a_place_of_numbers_arrives(bridge, qtbot, samples):
    with qtbot.waitSignal(bridge.read, timeout=SECONDS) as read:
        bridge.open(samples / "figures_cnn.keras")
    weight = next(read.args[0].model.parameters())
    with qtbot.waitSignal(bridge.tensor_read, timeout=SECONDS) as found:
        bridge.read_tensor(weight.id)
    assert found.args[0].read().shape == weight.tensor.shape


def test_numbers_that_cannot_be_had_leave_the_model_alone(bridge, qtbot, samples):
    with qtbot.waitSignal(bridge.laid_out, timeout=SECONDS):
        bridge.open(samples / "figures_cnn.keras")
    with (
        qtbot.assertNotEmitted(bridge.failed),
        qtbot.waitSignal(bridge.tensor_failed, timeout=SECONDS) as failed,
    ):
        bridge.read_tensor("nothing")
    assert failed.args[0].error.what == "The model has no weight 'nothing'."


def test_an_error_arrives(bridge, qtbot, tmp_path):
    with qtbot.waitSignal(bridge.failed, timeout=SECONDS) as failed:
        bridge.open(tmp_path / "gone.onnx")
    assert failed.args[0].what == "There is no file gone.onnx."


def test_events_of_a_client_that_started_earlier_are_not_lost(qtbot, samples):
    client = ReaderClient()
    client.open(samples / "figures_cnn.keras")
    heard = threading.Event()
    waiting = []
    client.listen(lambda event: (waiting.append(event), heard.set()))
    assert heard.wait(30)
    bridge = ReaderBridge(client)
    with qtbot.waitSignal(bridge.laid_out, timeout=SECONDS):
        pass
    bridge.close()


def test_what_arrived_before_a_cancel_is_not_delivered_after_it(
    bridge, qtbot, tmp_path
):
    arrived = threading.Event()
    real = bridge._client._deliver

    def deliver(event):
        real(event)
        arrived.set()

    bridge._client._deliver = deliver
    with qtbot.assertNotEmitted(bridge.failed, wait=200):
        bridge.open(tmp_path / "gone.onnx")
        assert arrived.wait(30)  # it waits in Qt's queue now
        bridge.cancel()


def test_progress_over_two_thousand_million_bytes_is_scaled(bridge, qtbot):
    from app.engine.messages import Progress

    with qtbot.waitSignal(bridge.progressed) as progressed:
        bridge._pass_on(Progress(what="reading", done=3 << 32, total=6 << 32))
    assert progressed.args == ["reading", 500, 1000]
