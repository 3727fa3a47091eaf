"""The thin rows of the window."""

import pytest
from PySide6.QtCore import Qt

from app.rows import Banner, StatusRow
from viewers.model_panel import PARTED


@pytest.fixture
def banner(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    return banner


def test_an_offer_is_taken_up_once_and_the_sentence_is_gone(banner, qtbot):
    taken = []
    banner.say("It changed.", {"Details": lambda: taken.append(1)})
    assert [button.text() for button in banner.offers] == ["Details"]
    qtbot.mouseClick(banner.offers[0], Qt.MouseButton.LeftButton)
    assert taken == [1]
    assert not banner.isVisible()


def test_offers_of_an_earlier_sentence_are_not_there_any_more(banner):
    banner.say("Old.", {"Old offer": lambda: None})
    banner.say("New.")
    assert banner.offers == []
    assert banner.text.text() == "New."


def test_what_is_said_of_a_file_goes_with_it(banner):
    banner.say("This file changed.")
    banner.leave_file()
    assert not banner.isVisible()


def test_what_is_said_of_the_program_stays_when_files_change(banner):
    banner.say("The last start did not end well.", stays=True)
    banner.leave_file()
    assert banner.isVisible()


def test_a_sentence_is_plain_text_whatever_it_says(banner):
    banner.say("<b>x</b>\u202e")
    assert banner.text.textFormat() is Qt.TextFormat.PlainText
    assert banner.text.text() == "<b>x</b>⟨202E⟩"


@pytest.mark.parametrize(
    ("width", "said"),
    [(900, ["Keras", "8 parameters", "9 multiply-adds"]), (10, ["Keras"])],
)
def test_the_status_leaves_out_whole_parts_at_its_end(qtbot, width, said):
    row = StatusRow()
    qtbot.addWidget(row)
    row.show()
    row.show_model(PARTED.join(["Keras", "8 parameters", "9 multiply-adds"]), 0)
    row.resize(width, 30)
    assert row.text.text().split(PARTED) == said
    row.resize(900, 30)
    assert row.text.text().endswith("multiply-adds")
