"""What the colours of a picture mean."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from loaders.ir.graph import Category
from tests.viewers.drawing.extents import extent_of
from viewers.drawing.metric import Metric, Scale
from viewers.drawing.shading import Shading
from viewers.drawing.style import LIGHT
from viewers.legend import Legend


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    window.show()
    return window


@pytest.fixture
def legend(window):
    return Legend(window)


def words(legend):
    labels = legend.findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible() and label.text()]


def show(legend, numbers, **more):
    metric = Metric(id="m", title="Parameters", numbers=numbers, **more)
    shading = Shading(metric, extent_of(metric, numbers), LIGHT)
    legend.show_metric(shading, LIGHT)


def test_a_scale_has_its_range_and_its_unit(legend):
    show(legend, {"a": 0, "b": 4_000_000}, unit="B", note="groups: sum")
    assert words(legend) == ["Parameters", "0 B", "1.0 MB", "4.0 MB", "groups: sum"]


def test_what_nobody_knows_has_an_entry_only_if_it_is_there(legend):
    show(legend, {"a": 1})
    assert "Unknown" not in words(legend)
    show(legend, {"a": 1, "b": None})
    assert "Unknown" in words(legend)


def test_a_scale_without_length_is_one_number(legend):
    show(legend, {"a": 0, "b": 0, "c": None})
    assert words(legend) == ["Parameters", "0", "Unknown"]


def test_where_nothing_is_known_there_is_no_scale(legend):
    show(legend, {"a": None})
    assert words(legend) == ["Parameters", "Unknown"]


def test_words_are_listed_up_to_a_number(legend):
    numbers = {str(n): f"type{n}" for n in range(12)}
    show(legend, numbers, scale=Scale.NAMES)
    assert "type0" in words(legend)
    assert "and 4 more" in words(legend)


def test_categories_are_listed_and_chosen(legend, qtbot):
    counts = {Category.DENSE: 2, Category.CONVOLUTION: 1_200}
    legend.show_categories(counts, LIGHT)
    buttons = [b for b in legend.findChildren(QToolButton) if b.isVisible()]
    assert [b.accessibleName() for b in buttons] == [
        "Convolution  1,200",
        "Dense  2",
    ]
    with qtbot.waitSignal(legend.category_chosen) as chosen:
        qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["dense"]
