"""Drawings on a page: their room, their caption, the pointer."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from loaders.ir.diagram import Drawing, Slide, Sliding
from viewers.drawing.style import DARK, LIGHT
from viewers.ink import Ink
from viewers.sections import Line, Page, Picture, Section
from viewers.sheet import SheetView
from viewers.sheet_writer import MARGIN

CAPTION = "A window of 3 steps over all 2 channels, moved by 2."
DRAWING = Drawing(
    diagram=Sliding(
        slides=(Slide(label="time", length=20, result=9, size=3, stride=2),),
        channels=2,
        results=4,
    ),
    caption=CAPTION,
)


@pytest.fixture
def sheet(qtbot):
    sheet = SheetView(Ink.of(LIGHT))
    qtbot.addWidget(sheet)
    sheet.resize(340, 500)
    sheet.show()
    qtbot.waitExposed(sheet)
    sections = (
        Section("Before", (Line("Some words."),)),
        Section("What it does", (Picture(DRAWING),)),
        Section("After", (Line("Other words."),)),
    )
    sheet.show_page(Page("Why", sections))
    return sheet


def grab(sheet):
    return sheet.viewport().grab().toImage()


def colored(image, color):
    """Return the places that have a colour."""
    wanted = QColor(color).rgb()
    return [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixel(x, y) == wanted
    ]


def test_the_caption_can_be_read_and_selected(sheet):
    assert CAPTION in sheet.toPlainText()


def test_the_drawing_has_room_between_the_words_above_and_its_caption(sheet):
    document = sheet.document()
    heading = document.find("What it does").block()
    caption = document.find("A window of").block()
    layout = document.documentLayout()
    room = (
        layout.blockBoundingRect(caption).top()
        - layout.blockBoundingRect(heading).bottom()
    )
    strong = colored(grab(sheet), LIGHT.accent)
    assert room > 100
    assert strong
    assert all(
        layout.blockBoundingRect(heading).bottom()
        < y
        < layout.blockBoundingRect(caption).top()
        for _, y in strong
    )


def test_the_window_follows_the_output_element_under_the_pointer(sheet, qtbot):
    before = grab(sheet)
    strong = [at for at in colored(before, LIGHT.accent) if at[1] > 0]
    bottom = max(y for _, y in strong)
    left = min(x for x, y in strong if y == bottom)
    cell = sum(1 for _, y in strong if y == bottom) + 1
    over = QPoint(left + 5 * cell + cell // 2, bottom - 2)
    qtbot.mouseMove(sheet.viewport(), over)
    qtbot.waitUntil(lambda: grab(sheet) != before)
    moved = colored(grab(sheet), LIGHT.accent)
    assert max(x for x, y in moved if y == bottom) > left + 5 * cell
    qtbot.mouseMove(sheet.viewport(), QPoint(MARGIN, 5))
    qtbot.waitUntil(lambda: grab(sheet) == before)


def test_a_scroll_bar_takes_nothing_of_the_margin(sheet):
    sheet.resize(340, 150)
    sheet.show_page(sheet._page)
    assert sheet.verticalScrollBar().isVisible()
    room = sheet.viewport().width() - 2 * MARGIN
    [placed] = sheet._pictures._placed
    assert placed.sketch.width == pytest.approx(room, abs=2)


def test_a_narrower_page_makes_its_drawing_anew(sheet, qtbot):
    sheet.resize(260, 500)
    widest = max(x for x, _ in colored(grab(sheet), LIGHT.accent))
    assert widest < 260 - MARGIN


def test_other_colours_repaint_the_drawing(sheet):
    before = grab(sheet)
    sheet.set_ink(Ink.of(DARK))
    assert colored(grab(sheet), DARK.accent)
    assert grab(sheet) != before


def test_scrolling_takes_the_drawing_along(sheet, qtbot):
    sheet.resize(340, 160)
    first = colored(grab(sheet), LIGHT.accent)
    sheet.verticalScrollBar().setValue(40)
    assert sheet.verticalScrollBar().value() == 40
    assert min(y for _, y in colored(grab(sheet), LIGHT.accent)) <= min(
        y for _, y in first
    )
