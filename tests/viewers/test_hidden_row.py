"""What is left out of a picture."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from viewers.hidden_row import HiddenRow


@pytest.fixture
def row(qtbot):
    row = HiddenRow()
    qtbot.addWidget(row)
    return row


def buttons(row):
    return [b for b in row.findChildren(QToolButton) if b.isVisible()]


def test_is_not_there_while_nothing_is_left_out(row):
    row.show_hidden(())
    assert row.isHidden()


def test_a_click_on_an_operation_brings_it_back(row, qtbot):
    row.show_hidden(("Cast", "Reshape"))
    first, _second, every = buttons(row)
    assert first.accessibleName() == "Show Cast again"
    with qtbot.waitSignal(row.wanted_back) as wanted:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert wanted.args == ["Cast"]
    with qtbot.waitSignal(row.wanted_back) as wanted:
        qtbot.mouseClick(every, Qt.MouseButton.LeftButton)
    assert wanted.args == [""]


def test_many_operations_are_counted(row):
    row.show_hidden([f"Op{number}" for number in range(9)])
    words = [label.text() for label in row.findChildren(QLabel)]
    assert "and 3 more kinds" in words
    assert len(buttons(row)) == 7
