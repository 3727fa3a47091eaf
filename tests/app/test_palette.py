"""The command palette with real keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.choices import Choice
from app.palette import NOTHING, Palette


@pytest.fixture
def done():
    return []


@pytest.fixture
def palette(qtbot, done):
    window = QWidget()
    window.resize(900, 600)
    window.button = QPushButton("Below", window)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    window.button.setFocus()
    palette = Palette(window)

    def choice(title, **more):
        return Choice(id=title, title=title, act=lambda: done.append(title), **more)

    palette.offer(
        [
            choice("Open", keys="Ctrl+O"),
            choice("Zoom in", missing="no model is open"),
            choice("Zoom out"),
        ],
        [],
    )
    return palette


def titles(palette):
    rows = range(palette.list.count())
    return [palette.list.item(row).data(0x100).choice.title for row in rows]


def test_typing_filters_and_enter_does_the_first(palette, qtbot, done):
    qtbot.keyClicks(palette.field, "out")
    assert titles(palette) == ["Zoom out"]
    with qtbot.waitSignal(palette.used) as used:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert used.args == ["Zoom out"]
    assert done == ["Zoom out"]
    assert not palette.isVisible()


def test_arrows_move_in_the_list_and_round_its_end(palette, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 2


def test_what_cannot_be_done_says_why_and_is_not_done(palette, qtbot, done):
    qtbot.keyClicks(palette.field, "zoom in")
    item = palette.list.item(0)
    assert "no model is open" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == []
    assert palette.isVisible()


def test_escape_puts_it_away_and_gives_the_keyboard_back(palette, qtbot):
    assert palette.field.hasFocus()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert palette.window().button.hasFocus()


def test_a_click_beside_the_card_puts_it_away(palette, qtbot):
    where = palette.rect().bottomLeft()
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=where)
    assert not palette.isVisible()


def test_a_click_on_a_line_does_it(palette, qtbot, done):
    where = palette.list.visualItemRect(palette.list.item(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert done == ["Open"]


def test_letters_that_fit_nowhere_are_answered(palette, qtbot):
    qtbot.keyClicks(palette.field, "qqqq")
    [said] = [
        w for w in palette.card.children() if getattr(w, "text", str)() == NOTHING
    ]
    assert said.isVisible()
    assert not palette.list.isVisible()


def test_it_fits_a_narrow_window(palette, qtbot):
    palette.window().resize(420, 300)
    assert palette.card.width() <= 420
    assert palette.card.geometry().bottom() <= 300
