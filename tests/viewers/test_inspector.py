"""The inspector draws pages and reports clicks."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor

from viewers.drawing.style import DARK, LIGHT
from viewers.ink import Ink
from viewers.inspector import Inspector
from viewers.sections import (
    Command,
    Formula,
    Line,
    Page,
    Pages,
    Problem,
    Remark,
    Row,
    Section,
)

WHY = Page(
    "Why",
    (
        Section("", (Problem("It breaks.", "Mend it.", where="conv", target="c"),)),
        Section(
            "Why this shape?",
            (
                Row(label="height", detail="⌊(128 − 8) / 2⌋ + 1", value="61"),
                Row(label="input_1", detail="None × 3", target="in"),
                Formula("1 + 2 = 3"),
                Remark("A remark."),
                Line("A line."),
                Command("choose", "Choose weights…"),
            ),
        ),
    ),
)
CONFIG = Page("Config", (Section("", (Row(label="<b>name</b>", detail="&amp;"),)),))


def pages(subject="n", title="conv_1", shown=(WHY, CONFIG)):
    return Pages(subject=subject, title=title, subtitle="Conv2D", pages=shown)


@pytest.fixture
def inspector(qtbot):
    inspector = Inspector(Ink.of(LIGHT))
    qtbot.addWidget(inspector)
    inspector.resize(440, 700)
    inspector.show_pages(pages())
    inspector.show()
    qtbot.waitExposed(inspector)
    return inspector


def click_text(qtbot, sheet, text):
    cursor = sheet.document().find(text)
    assert not cursor.isNull(), text
    cursor.setPosition(cursor.selectionStart() + 1)
    where = sheet.cursorRect(cursor).center() + QPoint(2, 0)
    qtbot.mouseClick(sheet.viewport(), Qt.MouseButton.LeftButton, pos=where)


def choose_tab(qtbot, inspector, number):
    where = inspector.tabs.tabRect(number).center()
    qtbot.mouseClick(inspector.tabs, Qt.MouseButton.LeftButton, pos=where)


def test_everything_on_the_page_is_in_the_text(inspector):
    text = inspector.sheet.toPlainText()
    for words in ("It breaks.", "Mend it.", "height", "61", "1 + 2 = 3", "A remark."):
        assert words in text


def test_a_click_on_a_layers_name_reports_it(inspector, qtbot):
    with qtbot.waitSignal(inspector.node_chosen) as chosen:
        click_text(qtbot, inspector.sheet, "input_1")
    assert chosen.args == ["in"]


def test_a_problem_leads_to_its_layer(inspector, qtbot):
    with qtbot.waitSignal(inspector.node_chosen) as chosen:
        click_text(qtbot, inspector.sheet, "conv")
    assert chosen.args == ["c"]


def test_a_click_on_a_command_reports_it(inspector, qtbot):
    with qtbot.waitSignal(inspector.command_chosen) as chosen:
        click_text(qtbot, inspector.sheet, "Choose weights")
    assert chosen.args == ["choose"]


def test_plain_rows_are_not_clickable(inspector, qtbot):
    with qtbot.assertNotEmitted(inspector.node_chosen, wait=30):
        click_text(qtbot, inspector.sheet, "height")


def test_markup_in_a_name_stays_text(inspector, qtbot):
    choose_tab(qtbot, inspector, 1)
    assert "<b>name</b>" in inspector.sheet.toPlainText()
    assert "&amp;" in inspector.sheet.toPlainText()


def test_the_chosen_tab_stays_while_layers_come_and_go(inspector, qtbot):
    choose_tab(qtbot, inspector, 1)
    inspector.show_pages(pages(subject="other", shown=(WHY,)))
    assert inspector.page is WHY
    inspector.show_pages(pages(subject="third"))
    assert inspector.page is CONFIG


def test_a_single_page_needs_no_tabs(inspector):
    inspector.show_pages(pages(shown=(WHY,)))
    assert not inspector.tabs.isVisible()


def test_the_way_back_to_the_model_is_there_for_layers_only(inspector, qtbot):
    with qtbot.waitSignal(inspector.model_chosen):
        qtbot.mouseClick(inspector.back, Qt.MouseButton.LeftButton)
    inspector.show_pages(pages(subject=""))
    assert not inspector.back.isVisible()


def test_a_long_name_is_cut_in_the_middle_and_whole_once_clicked(inspector, qtbot):
    name = "transformer/" * 30 + "end"
    inspector.show_pages(pages(title=name))
    assert "…" in inspector.title.text()
    assert inspector.title.text().endswith("end")
    inspector.activateWindow()
    inspector.title.setFocus()
    qtbot.waitUntil(lambda: inspector.title.text() == name)


def test_a_name_without_a_break_does_not_widen_the_page(inspector):
    row = Row(label="n" * 400, detail="x" * 4000)
    inspector.show_pages(pages(shown=(Page("Why", (Section("", (row,)),)),)))
    sheet = inspector.sheet
    assert sheet.document().size().width() <= sheet.viewport().width() + 1


def test_a_long_page_is_written_once_when_the_panel_gets_narrower(inspector):
    rows = tuple(Row(label=f"row {number}", detail="3 × 3") for number in range(100))
    page = Page("Why", (Section("Only once", rows),))
    inspector.show_pages(pages(shown=(page,)))
    for width in (400, 340, 420):
        inspector.resize(width, 400)
        assert inspector.sheet.toPlainText().count("Only once") == 1


def test_colours_follow_the_theme(inspector):
    inspector.set_ink(Ink.of(DARK))
    cursor = inspector.sheet.document().find("height")
    color = cursor.charFormat().foreground().color().name()
    assert color == DARK.text


def test_a_selection_runs_across_rows(inspector):
    inspector.sheet.moveCursor(QTextCursor.MoveOperation.Start)
    inspector.sheet.selectAll()
    selected = inspector.sheet.textCursor().selectedText()
    assert "height" in selected
    assert "A line." in selected


def test_in_a_narrow_panel_the_details_stand_below_the_label(inspector, qtbot):
    def cell_with_detail():
        cursor = inspector.sheet.document().find("(128")
        table = cursor.currentTable()
        return table.cellAt(cursor).column(), table.columns()

    assert cell_with_detail() == (1, 3)
    inspector.resize(190, 700)
    qtbot.waitUntil(lambda: cell_with_detail() == (0, 2))


def test_nothing_is_loaded_for_the_text(inspector):
    assert inspector.sheet.loadResource(2, "file:///etc/passwd") is None
