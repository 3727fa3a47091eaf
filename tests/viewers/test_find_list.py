import pytest
from PySide6.QtCore import Qt

from viewers.drawing.style import DARK
from viewers.find_delegate import FoundRow, pieces
from viewers.find_field import FindField
from viewers.find_list import EXAMPLES, FindList


def row(number):
    return FoundRow(
        id=f"id{number}",
        title=f"layers.{number}/MatMul",
        about="MatMul",
        shape="1 × 8",
        number="64",
        path="model › layers",
    )


@pytest.fixture
def view(qtbot):
    view = FindList()
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.show()
    return view


@pytest.fixture
def full(view):
    view.show_found([row(number) for number in range(3)], 40, 50, ("matmul",))
    return view


def test_says_how_many_there_are_and_how_many_are_listed(full):
    assert full.count.text() == "40 hits of 50"
    assert full.word.text() == "The first 3 are listed."


def test_moving_previews_and_goes_round(full, qtbot):
    seen = []
    full.previewed.connect(seen.append)
    for by in (1, 1, 1, 1, -1):
        full.step(by)
    assert seen == ["id0", "id1", "id2", "id0", "id2"]
    assert full.count.text() == "3 of 40 hits"


def test_a_page_stops_at_the_end(full):
    full.step(1)
    full.step(8)
    assert full.current == "id2"


def test_a_click_previews_and_a_double_click_goes_there(full, qtbot):
    place = full.list.visualRect(full.list.model().index(1, 0)).center()
    with qtbot.waitSignal(full.previewed) as previewed:
        qtbot.mouseClick(full.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert previewed.args == ["id1"]
    with qtbot.waitSignal(full.chosen) as chosen:
        qtbot.mouseDClick(full.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["id1"]


def test_enter_goes_to_the_first_hit_if_none_is_current(full, qtbot):
    with qtbot.waitSignal(full.chosen) as chosen:
        full.choose()
    assert chosen.args == ["id0"]


def test_escape_closes(full, qtbot):
    with qtbot.waitSignal(full.closed):
        qtbot.keyClick(full.list, Qt.Key.Key_Escape)


def test_without_a_query_there_are_examples_to_click(view, qtbot):
    view.show_nothing()
    buttons = view.examples.findChildren(type(view.close_button))
    assert [button.text() for button in buttons] == list(EXAMPLES)
    with qtbot.waitSignal(view.example_chosen) as chosen:
        qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [EXAMPLES[1]]


def test_a_complaint_takes_the_place_of_hits(full):
    full.complain("params > needs a number, such as params > 1e6.")
    assert full.word.text().startswith("params > needs a number")
    assert full.list.model().rowCount() == 0
    full.step(1)
    assert full.current == ""


def test_names_with_markup_are_shown_letter_by_letter(view):
    hostile = FoundRow(id="x", title="<b>bold</b>", about="Conv2D")
    view.show_found([hostile], 1, 1, ())
    index = view.list.model().index(0, 0)
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data() == "<b>bold</b>"


def test_is_drawn_in_both_themes(full):
    light = full.grab().toImage()
    full.apply_theme(DARK)
    full.step(1)
    assert full.grab().toImage() != light


def test_marks_every_place_of_every_word():
    assert pieces("MatMul_mat", ("mat", "ul")) == [
        ("Mat", True),
        ("M", False),
        ("ul", True),
        ("_", False),
        ("mat", True),
    ]


@pytest.mark.parametrize(
    ("key", "by"),
    [(Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, -1), (Qt.Key.Key_PageDown, 8)],
)
def test_keys_of_the_field_move_in_the_list(qtbot, key, by):
    field = FindField()
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.stepped) as stepped:
        qtbot.keyClick(field, key)
    assert stepped.args == [by]


def test_enter_and_escape_leave_the_field(qtbot):
    field = FindField()
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.chosen):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    with qtbot.waitSignal(field.escaped):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
