"""Where one is inside groups."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from loaders.grouping import group
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Node
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model
from viewers.trail import Trail


def buttons(trail):
    return [b for b in trail.findChildren(QToolButton) if not b.isHidden()]


def index_of(model):
    return ModelIndex(replace(model, grouping=group(model)))


@pytest.fixture
def trail(qtbot):
    trail = Trail()
    qtbot.addWidget(trail)
    return trail


def test_is_not_there_for_the_whole_model(trail):
    trail.show_path(index_of(conv_model()), "")
    assert trail.isHidden()


def test_names_the_groups_around_and_a_click_goes_there(trail, qtbot):
    trail.show_path(index_of(conv_model()), "head")
    model, here = buttons(trail)
    assert (model.text(), here.text()) == ("Whole model", "head")
    assert not here.isEnabled()
    with qtbot.waitSignal(trail.group_chosen) as chosen:
        qtbot.mouseClick(model, Qt.MouseButton.LeftButton)
    assert chosen.args == [""]


def branches(tmp_path):
    made = ModelBuilder(tmp_path / "a.onnx", "ONNX")
    bodies = ("then", "else")
    made.graph().add_node(Node(id="if", op="If", dialect="onnx", bodies=bodies))
    for body in bodies:
        inner = made.graph(body, name=f"{body}_branch", owner="if")
        for name in ("a", "b"):
            inner.add_node(Node(id=f"{body}/{name}", op="Relu", dialect="onnx"))
    return made.freeze()


def test_offers_the_other_bodies_of_the_same_node(trail, qtbot, tmp_path):
    trail.show_path(index_of(branches(tmp_path)), "then")
    *_path, here, other = buttons(trail)
    assert (here.text(), other.text()) == ("then_branch", "else_branch")
    with qtbot.waitSignal(trail.group_chosen) as chosen:
        qtbot.mouseClick(other, Qt.MouseButton.LeftButton)
    assert chosen.args == ["else"]
