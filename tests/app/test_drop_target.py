"""Files that are dragged over a window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.drop_target import DropTarget

HOW = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def target(qtbot):
    window = QWidget()
    window.resize(600, 400)
    qtbot.addWidget(window)
    window.show()
    return DropTarget(window)


def data_of(*urls):
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def drag(target, *urls):
    action, *rest = HOW
    data = data_of(*urls)
    event = QDragEnterEvent(QPoint(9, 9), action, data, *rest)
    QApplication.sendEvent(target.parentWidget(), event)
    return event.isAccepted()


def drop(target, *urls):
    action, *rest = HOW
    data = data_of(*urls)
    event = QDropEvent(QPointF(9, 9), action, data, *rest)
    QApplication.sendEvent(target.parentWidget(), event)


def test_a_file_over_the_window_says_what_a_drop_would_do(target):
    assert drag(target, "file:///models/lenet.keras")
    assert target.isVisible()
    assert target.text.text() == "Drop to open lenet.keras"


def test_several_files_are_counted(target):
    assert drag(target, "file:///a.keras", "file:///b.onnx")
    assert target.text.text() == "Drop to open 2 files"


def test_what_is_no_file_is_not_taken(target):
    assert not drag(target, "https://a.b/c.onnx")
    assert not target.isVisible()


def test_leaving_the_window_ends_it(target):
    drag(target, "file:///a.keras")
    QApplication.sendEvent(target.parentWidget(), QDragLeaveEvent())
    assert not target.isVisible()


def test_a_drop_hands_over_the_files(target, qtbot):
    urls = ("file:///a.keras", "https://a.b/c", "file:///b.onnx")
    drag(target, *urls)
    with qtbot.waitSignal(target.dropped) as dropped:
        drop(target, *urls)
    assert dropped.args == [[Path("/a.keras"), Path("/b.onnx")]]
    assert not target.isVisible()
