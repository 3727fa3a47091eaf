"""What a window shows before a file is open."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea

from viewers.drawing.style import BASE, text_font
from viewers.start_page import Entry, StartPage

ENTRIES = [Entry(Path(f"/m/{n}.keras"), "About it.") for n in "abc"]


@pytest.fixture
def page(qtbot):
    page = StartPage()
    page.setFont(text_font())
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show_samples(ENTRIES)
    page.show()
    qtbot.waitExposed(page)
    return page


def test_a_click_on_a_sample_reports_its_path(page, qtbot):
    item = page.samples.item(1)
    where = page.samples.visualItemRect(item).center()
    with qtbot.waitSignal(page.file_chosen) as chosen:
        viewport = page.samples.viewport()
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    assert chosen.args == [Path("/m/b.keras")]


def test_the_button_asks_for_a_file(page, qtbot):
    with qtbot.waitSignal(page.open_asked):
        qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)


def test_recent_files_show_only_if_there_are_any(page):
    assert not page.recent.isVisible()
    page.show_recent(ENTRIES[:1])
    assert page.recent.isVisible()
    assert page.recent_title.isVisible()


def test_a_newcomer_sees_few_controls(page):
    page.show_samples([*ENTRIES, Entry(Path("/m/d.onnx"), "")])
    buttons = [b for b in page.findChildren(QAbstractButton) if b.isVisible()]
    # Beside them the window has its menu button.
    assert len(buttons) + page.samples.count() + 1 <= 7


def test_every_line_of_the_list_is_visible(page):
    last = page.samples.visualItemRect(page.samples.item(2))
    assert last.bottom() <= page.samples.viewport().rect().bottom()


def test_what_does_not_fit_can_be_scrolled_to(page, qtbot):
    page.resize(500, 260)
    [scroll] = page.findChildren(QScrollArea)
    bar = scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    needed = scroll.widget().minimumSizeHint().height()
    assert bar.maximum() + scroll.viewport().height() >= needed


def test_the_page_and_its_lines_grow_with_the_letters(page, qtbot):
    list_height, column = page.samples.height(), page.samples.width()
    font = page.font()
    font.setPixelSize(2 * BASE)
    page.setFont(font)
    page.resize(1900, 900)
    qtbot.waitUntil(lambda: page.samples.width() > 1.5 * column)
    assert page.samples.height() > 1.5 * list_height
