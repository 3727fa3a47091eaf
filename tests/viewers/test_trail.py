"""Where one is inside nested models."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from loaders.ir.index import ModelIndex
from tests.small_models import conv_model
from viewers.trail import Trail


def buttons(trail):
    return [b for b in trail.findChildren(QToolButton) if not b.isHidden()]


def test_is_not_there_for_the_main_graph(qtbot):
    trail, index = Trail(), ModelIndex(conv_model())
    qtbot.addWidget(trail)
    trail.show_path(index, index.model.graph)
    assert trail.isHidden()


def test_names_the_graphs_around_and_a_click_goes_there(qtbot):
    trail, index = Trail(), ModelIndex(conv_model())
    qtbot.addWidget(trail)
    trail.show_path(index, index.model.graphs["head"])
    model, here = buttons(trail)
    assert (model.text(), here.text()) == ("Model", "head")
    assert not here.isEnabled()
    with qtbot.waitSignal(trail.graph_chosen) as chosen:
        qtbot.mouseClick(model, Qt.MouseButton.LeftButton)
    assert chosen.args == [""]
