"""What tabs are called and what their menu does."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.tab_titles import tab_titles


@pytest.mark.parametrize(
    ("paths", "titles"),
    [
        ([], []),
        (["/a/x.onnx", "/b/y.onnx"], ["x.onnx", "y.onnx"]),
        (["/a/x.onnx", "/b/x.onnx"], ["x.onnx – a", "x.onnx – b"]),
        (
            ["/a/run/x.onnx", "/b/run/x.onnx", "/c/y.onnx"],
            ["x.onnx – a/run", "x.onnx – b/run", "y.onnx"],
        ),
        (["/run/x.onnx", "/a/run/x.onnx"], ["x.onnx – /run", "x.onnx – a/run"]),
        (["/x.onnx", "/a/x.onnx"], ["x.onnx – /", "x.onnx – a"]),
    ],
)
def test_titles_name_as_many_folders_as_tell_files_apart(paths, titles):
    assert tab_titles([Path(path) for path in paths]) == titles


@pytest.fixture
def three(window, tmp_path):
    for name in "abc":
        window.open(tmp_path / f"{name}.onnx")
    return window


def menu_of(window, number):
    tabs = window.strip.tabs
    tabs.customContextMenuRequested.emit(tabs.tabRect(number).center())
    return QApplication.activePopupWidget()


def choose(menu, title):
    assert isinstance(menu, QMenu)
    [action] = [a for a in menu.actions() if a.text() == title]
    action.trigger()
    menu.close()


def names(window):
    return [view.document.path.name for view in window.workspace.views]


def test_files_of_the_same_name_show_their_folders_until_one_is_closed(
    window, tmp_path
):
    for folder in ("one", "two"):
        window.open(tmp_path / folder / "net.onnx")
    tabs = window.strip.tabs
    assert [tabs.tabText(n) for n in range(2)] == ["net.onnx – one", "net.onnx – two"]
    window.workspace.close_current()
    assert tabs.tabText(0) == "net.onnx"


def test_the_menu_of_a_tab_closes_the_others_without_going_there(three):
    choose(menu_of(three, 1), "Close other files")
    assert names(three) == ["b.onnx"]


def test_the_menu_of_a_tab_closes_it(three):
    choose(menu_of(three, 0), "Close")
    assert names(three) == ["b.onnx", "c.onnx"]
    assert three.workspace.current.document.path.name == "c.onnx"


def test_the_menu_of_a_tab_copies_its_path(three, tmp_path):
    choose(menu_of(three, 0), "Copy path")
    assert QApplication.clipboard().text() == str(tmp_path / "a.onnx")


def test_the_menu_key_opens_the_menu_of_the_tab_in_front(three):
    three.strip.tabs.customContextMenuRequested.emit(QPoint(-1, -1))
    choose(QApplication.activePopupWidget(), "Close")
    assert names(three) == ["a.onnx", "b.onnx"]


def test_a_closed_file_is_reopened_last_first(three, qtbot):
    three.workspace.close_current()
    three.workspace.close_current()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(three, Qt.Key.Key_T, both)
    assert names(three) == ["a.onnx", "b.onnx"]
    qtbot.keyClick(three, Qt.Key.Key_T, both)
    assert names(three) == ["a.onnx", "b.onnx", "c.onnx"]
    assert not three.commands["reopen-tab"].isEnabled()


def test_a_tab_that_is_moved_takes_its_file_along(three):
    three.strip.tabs.moveTab(2, 0)
    assert names(three) == ["c.onnx", "a.onnx", "b.onnx"]
    assert three.workspace.current.document.path.name == "c.onnx"
    three.commands["next-tab"].trigger()
    assert three.workspace.current.document.path.name == "a.onnx"
    assert three.strip.tabs.currentIndex() == 1
