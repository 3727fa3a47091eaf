"""The row in which other lengths of the input are tried."""

import pytest
from PySide6.QtCore import Qt

from viewers.length_bar import LengthBar, OpenLength, shapes_with

TIME = OpenLength(label="time", length=None, places=(("x", 1),))
SIZE = OpenLength(label="height", length=64, places=(("a", 1), ("b", 2)))


@pytest.fixture
def bar(qtbot):
    bar = LengthBar()
    qtbot.addWidget(bar)
    bar.show_lengths((TIME, SIZE))
    bar.show()
    return bar


def test_each_length_has_a_field_that_shows_what_the_file_says(bar):
    assert [field.placeholderText() for field in bar.fields] == ["None", "64"]
    assert bar.fields[0].accessibleName() == "Length of time to try"


def test_enter_asks_for_the_length(bar, qtbot):
    qtbot.keyClicks(bar.fields[0], "100")
    with qtbot.waitSignal(bar.tried) as tried:
        qtbot.keyClick(bar.fields[0], Qt.Key.Key_Return)
    assert tried.args == [{0: 100}]
    assert bar.is_trying
    assert bar.undo.isVisible()


def test_the_same_length_is_not_asked_for_twice(bar, qtbot):
    qtbot.keyClicks(bar.fields[0], "100")
    qtbot.keyClick(bar.fields[0], Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(bar.tried, wait=50):
        qtbot.keyClick(bar.fields[0], Qt.Key.Key_Return)


def test_only_whole_numbers_above_zero_are_lengths(bar, qtbot):
    with qtbot.assertNotEmitted(bar.tried, wait=50):
        qtbot.keyClicks(bar.fields[0], "-0x")
        qtbot.keyClick(bar.fields[0], Qt.Key.Key_Return)


def test_the_files_lengths_come_back_with_one_click(bar, qtbot):
    qtbot.keyClicks(bar.fields[1], "32")
    qtbot.keyClick(bar.fields[1], Qt.Key.Key_Return)
    with qtbot.waitSignal(bar.tried) as tried:
        qtbot.mouseClick(bar.undo, Qt.MouseButton.LeftButton)
    assert tried.args == [{}]
    assert not bar.is_trying
    assert bar.fields[1].text() == ""


def test_another_model_forgets_what_was_tried(bar, qtbot):
    qtbot.keyClicks(bar.fields[0], "9")
    qtbot.keyClick(bar.fields[0], Qt.Key.Key_Return)
    bar.show_lengths((SIZE,))
    assert not bar.is_trying
    assert [field.text() for field in bar.fields] == [""]


def test_a_length_goes_to_every_axis_that_shares_it():
    shapes = {"x": (None, None, 2), "a": (None, 64), "b": (None, 3, 64)}
    assert shapes_with((TIME, SIZE), {1: 32}, shapes) == {
        "a": (None, 32),
        "b": (None, 3, 32),
    }
