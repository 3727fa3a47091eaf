"""What stands in a tab while there is no model in it."""

from PySide6.QtCore import Qt

from app.notices import NoticePage, ProgressPage
from loaders.ir.errors import InspectorError


def test_an_error_is_shown_with_its_reason_and_advice(qtbot):
    page = NoticePage()
    qtbot.addWidget(page)
    page.show_error(InspectorError("It broke.", "5 < 8.", "Mend it."), {})
    assert page.what.text() == "It broke."
    assert page.why.text() == "5 < 8."
    assert page.advice.text() == "Mend it."


def test_an_error_is_plain_text_whatever_it_says(qtbot):
    page = NoticePage()
    qtbot.addWidget(page)
    page.show_error(InspectorError("<b>x</b>\u202e"), {})
    assert page.what.textFormat() is Qt.TextFormat.PlainText
    assert page.what.text() == "<b>x</b>⟨202E⟩"


def test_what_is_offered_happens_at_a_click(qtbot):
    page, seen = NoticePage(), []
    qtbot.addWidget(page)
    page.show_error(InspectorError("Old."), {"Old offer": lambda: seen.append("old")})
    page.show_error(
        InspectorError("It broke."),
        {"Try again": lambda: seen.append("again"), "Close": lambda: seen.append("x")},
    )
    assert [button.text() for button in page.buttons] == ["Try again", "Close"]
    qtbot.mouseClick(page.buttons[1], Qt.MouseButton.LeftButton)
    assert seen == ["x"]


def test_progress_shows_how_far_it_is_even_beyond_31_bits(qtbot):
    page = ProgressPage()
    qtbot.addWidget(page)
    page.start("big.onnx")
    assert page.bar.maximum() == 0
    page.show_progress("Reading tensors", 2**40, 2**42)
    assert page.text.text() == "Reading tensors"
    assert page.bar.value() / page.bar.maximum() == 0.25


def test_cancel_is_reported(qtbot):
    page = ProgressPage()
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.cancelled):
        qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
