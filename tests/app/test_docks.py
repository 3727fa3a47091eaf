"""Panels that are moved, floated and hidden."""

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from app.docks import BAR, GRIP, Dock, DockFrame

CNN, LSTM = "figures_cnn.keras", "sine_lstm.keras"


@pytest.fixture
def frame(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    below = Dock("Below", QLabel("below"), host)
    beside = Dock("Beside", QLabel("beside"), host)
    frame = DockFrame(QLabel("middle"), below, beside, host)
    host.resize(1000, 700)
    frame.resize(1000, 700)
    frame.share_out(below=200, beside=300)
    host.show()
    qtbot.waitExposed(host)
    yield frame
    host.close()


def docks(frame):
    return frame.findChildren(Dock)


def click(qtbot, dock, text):
    [button] = [b for b in dock.findChildren(QToolButton) if b.text() == text]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_docks_get_the_sizes_they_are_given(frame):
    below, beside = docks(frame)
    assert (below.height(), beside.width()) == (200, 300)
    assert beside.height() == 700  # the corner belongs to the side


def test_a_dock_has_a_thin_grip_until_it_floats(frame, qtbot):
    _below, beside = docks(frame)
    bar = beside.titleBarWidget()
    assert bar.height() == GRIP
    beside.setFloating(True)
    qtbot.waitUntil(lambda: bar.height() == BAR)
    click(qtbot, beside, "Put back")
    assert not beside.isFloating()


def test_a_dock_that_is_closed_says_so(frame, qtbot):
    _below, beside = docks(frame)
    beside.setFloating(True)
    with qtbot.waitSignal(beside.closed):
        click(qtbot, beside, "Close")
    assert not beside.isVisible()


def test_what_floats_goes_and_comes_with_its_frame(frame):
    below, beside = docks(frame)
    beside.setFloating(True)
    frame.hide()
    assert not beside.isVisible()
    frame.show()
    assert beside.isVisible()
    assert below.isVisible()


def test_the_places_are_restored(frame):
    below, beside = docks(frame)
    frame.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, below)
    beside.setFloating(True)
    state = frame.state
    frame.share_out(below=200, beside=300)
    assert not beside.isFloating()
    frame.restore(state)
    assert beside.isFloating()
    assert frame.dockWidgetArea(below) is Qt.DockWidgetArea.LeftDockWidgetArea


def test_a_state_that_makes_no_sense_changes_nothing(frame):
    before = frame.state
    frame.restore(QByteArray(b"\x00\xffnonsense"))
    assert frame.state == before


def test_a_floating_panel_is_remembered_for_the_next_file(
    opened, window, settings, qtbot
):
    first = opened(CNN).panels
    with qtbot.waitSignal(first.arranged):
        qtbot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert first.docks["inspector"].isFloating()
    second = opened(LSTM).panels
    assert second.docks["inspector"].isFloating()
    assert second.docks["inspector"].isVisible()
    assert not first.docks["inspector"].isVisible()
    window.commands["panels-usual"].trigger()
    assert not second.docks["inspector"].isFloating()


@pytest.mark.parametrize("command", ["palette", "find"])
def test_a_command_for_typing_takes_the_keys_from_a_floating_panel(
    opened, window, qtbot, command
):
    panels = opened(CNN).panels
    qtbot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    dock = panels.docks["inspector"]
    dock.activateWindow()
    qtbot.waitUntil(dock.isActiveWindow)
    window.commands[command].trigger()
    qtbot.waitUntil(window.isActiveWindow)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_a_panel_that_was_closed_can_be_brought_back(opened, window, qtbot):
    panels = opened(CNN).panels
    dock = panels.docks["table"]
    qtbot.keyClick(window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    click(qtbot, dock, "Close")
    assert not window.commands["table"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert dock.isVisible()
    assert window.commands["table"].isChecked()
