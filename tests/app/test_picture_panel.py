"""The picture of one model, with plans made in this process."""

import pytest
from msgspec.structs import replace

from app.picture_panel import PATIENCE_MS, PicturePanel
from loaders.grouping import group
from loaders.ir.errors import InspectorError
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model
from viewers.drawing.layout import lay_out
from viewers.drawing.style import LIGHT


@pytest.fixture
def index():
    model = conv_model()
    return ModelIndex(replace(model, grouping=group(model)))


@pytest.fixture
def panel(qtbot):
    panel = PicturePanel(LIGHT)
    qtbot.addWidget(panel)
    panel.resize(800, 600)
    panel.show()
    return panel


@pytest.fixture
def plans(panel, index):
    """Return the list of what is wanted, and a function that plans the newest."""
    wanted = []
    panel.layout_wanted.connect(wanted.append)

    def plan(arrangement=None):
        chosen = wanted[-1] if arrangement is None else arrangement
        panel.show_layout(lay_out(index.model, chosen))

    return wanted, plan


def test_only_the_newest_wish_is_shown(panel, index, plans):
    wanted, plan = plans
    panel.show_model(index)
    plan()
    panel.turn(True)
    panel.turn(False)
    panel.turn(True)
    plan(wanted[-2])
    assert not panel.shown.horizontal
    assert panel.shown.arrangement == wanted[0]
    plan()
    assert panel.shown.horizontal


def test_nothing_is_asked_for_what_changes_nothing(panel, index, plans):
    wanted, plan = plans
    panel.show_model(index)
    plan()
    panel.toggle("conv_1")  # no group
    panel.change(lambda picture: picture.take_in())
    panel.turn(False)
    assert len(wanted) == 1


def test_a_picture_that_takes_its_time_says_so(panel, index, plans, qtbot):
    _wanted, plan = plans
    panel.show_model(index)
    plan()
    panel.turn(True)
    assert not panel.word.isVisible()
    qtbot.waitUntil(panel.word.isVisible, timeout=PATIENCE_MS * 10)
    assert panel.word.text() == "Drawing the graph …"
    plan()
    assert not panel.word.isVisible()


def test_a_picture_that_fails_leaves_the_one_before(panel, index, plans):
    _wanted, plan = plans
    panel.show_model(index)
    plan()
    before = panel.shown
    panel.toggle("head")
    panel.fail(InspectorError("It did not work."))
    assert panel.word.text() == "It did not work."
    assert panel.shown is before
    assert panel.picture.arrangement == before.arrangement


def test_a_first_picture_that_fails_is_said_where_it_would_be(panel, index):
    panel.show_model(index)
    panel.fail(InspectorError("It did not work."))
    assert panel.shown is None
    assert panel.graph._notice.text() == "It did not work."
