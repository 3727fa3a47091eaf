"""An open file and its reader."""

import pytest

from app.documents import KEPT, Document
from app.engine.bridge import ReaderBridge
from app.engine.client import ReaderClient
from loaders.ir.layout import Arrangement
from viewers.drawing.layout import first_arrangement

CNN = "figures_cnn.keras"


@pytest.fixture
def document(samples, qtbot):
    """Return a document whose file was being read before there was a document."""
    client = ReaderClient()
    client.open(samples / CNN)
    document = Document(samples / CNN, ReaderBridge(client))
    yield document
    document.close()


@pytest.fixture
def laid_out(document):
    shown = []
    document.laid_out.connect(shown.append)
    return shown


def test_the_first_picture_is_planned_once(document, laid_out, qtbot):
    document.opened.connect(
        lambda: document.ask_layout(first_arrangement(document.model))
    )
    with qtbot.waitSignal(document.laid_out, timeout=20_000):
        pass
    with qtbot.assertNotEmitted(document.laid_out, wait=300):
        pass
    assert document.ask_layout(first_arrangement(document.model)) is laid_out[0]


def test_of_several_wishes_the_newest_is_planned(document, laid_out, qtbot):
    with qtbot.waitSignal(document.laid_out, timeout=20_000):
        pass
    wishes = [
        Arrangement(hidden=("Conv2D",)),
        Arrangement(hidden=("Dense",)),
        Arrangement(hidden=("Flatten",)),
    ]
    for wish in wishes:
        assert document.ask_layout(wish) is None
    qtbot.waitUntil(lambda: len(laid_out) == 3, timeout=10_000)
    asked = [layout.arrangement for layout in laid_out[1:]]
    assert asked == [wishes[0], wishes[2]]  # the first was under way already


def test_after_a_picture_that_failed_the_next_one_is_planned(document, qtbot):
    failed = []
    document.layout_failed.connect(failed.append)
    with qtbot.waitSignal(document.laid_out, timeout=20_000):
        pass
    with qtbot.waitSignal(document.laid_out, timeout=20_000):
        document.ask_layout(Arrangement(root="nobody"))
        document.ask_layout(Arrangement(horizontal=True))
    assert [error.what for error in failed] == ["The model has no group 'nobody'."]


def test_only_the_last_pictures_are_remembered(document, qtbot):
    with qtbot.waitSignal(document.laid_out, timeout=20_000):
        pass
    wishes = [Arrangement(hidden=(f"Op{index}",)) for index in range(KEPT + 1)]
    for wish in wishes:
        with qtbot.waitSignal(document.laid_out, timeout=20_000):
            document.ask_layout(wish)
    assert document.ask_layout(wishes[-1]) is not None
    assert document.ask_layout(wishes[0]) is None
