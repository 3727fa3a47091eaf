"""What commands do to the picture of a graph, with a real window and reader."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.palette_choices import palette_choices

NESTED, PLAIN = "sentence_pair.h5", "figures_cnn.keras"


@pytest.fixture
def arranged(qtbot):
    """Return a function that waits until a picture shows what is wanted of it."""

    def wait(panels, **wanted):
        def is_there():
            shown = panels.drawing.shown
            return shown is not None and all(
                getattr(shown.arrangement, name) == value
                for name, value in wanted.items()
            )

        qtbot.waitUntil(is_there, timeout=10_000)

    return wait


@pytest.fixture
def menus(window):
    """Return a function that gives the entries of the open menu by their titles."""

    def titles():
        menus = [menu for menu in window.findChildren(QMenu) if menu.isVisible()]
        [menu] = menus
        return {
            action.text().split("\t")[0]: action
            for action in menu.actions()
            if action.text()
        }

    return titles


def group_of(panels):
    return next(iter(panels._index.model.grouping.groups))


def test_all_groups_are_opened_and_closed_by_key(opened, arranged, qtbot):
    panels = opened(NESTED).panels
    canvas = panels.graph.canvas
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(canvas, Qt.Key.Key_Up, keys)
    arranged(panels, opened=())
    qtbot.keyClick(canvas, Qt.Key.Key_Down, keys)
    arranged(panels, opened=tuple(sorted(panels._index.model.grouping.groups)))


def test_a_group_is_opened_and_closed_in_place(opened, window, arranged, qtbot):
    panels = opened(NESTED).panels
    group = group_of(panels)
    window.commands["close-all"].trigger()
    arranged(panels, opened=())
    panels.select(group)
    window.commands["toggle-group"].trigger()
    arranged(panels, opened=(group,))
    assert panels.graph.selected == group
    window.commands["toggle-group"].trigger()
    arranged(panels, opened=())
    assert panels.graph.selected == group


def test_a_group_is_shown_alone_by_key_and_backspace_leads_back(
    opened, arranged, qtbot
):
    panels = opened(NESTED).panels
    group = group_of(panels)
    canvas = panels.graph.canvas
    panels.select(group)
    qtbot.waitUntil(lambda: panels.graph.selected == group, timeout=10_000)
    qtbot.keyClick(canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    arranged(panels, root=group)
    assert panels.drawing.trail.isVisible()
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    arranged(panels, root="")
    assert not panels.drawing.trail.isVisible()
    assert panels.graph.selected == group


def test_a_selected_layer_in_a_group_that_closes_is_marked_as_the_group(
    opened, window, arranged, qtbot
):
    panels = opened(NESTED).panels
    group = group_of(panels)
    inner = panels._index.model.grouping.groups[group].members[0]
    panels.select(inner)
    qtbot.waitUntil(lambda: panels.graph.selected == inner, timeout=10_000)
    window.commands["close-all"].trigger()
    arranged(panels, opened=())
    qtbot.waitUntil(lambda: panels.graph.selected == group, timeout=10_000)
    assert panels.selected == inner  # table and inspector still tell of the layer


def test_a_kind_is_left_out_and_comes_back(opened, window, arranged, qtbot):
    panels = opened(PLAIN).panels
    panels.select("halve")
    window.commands["hide-kind"].trigger()
    arranged(panels, hidden=("MaxPooling2D",))
    assert "halve" not in {box.node for box in panels.drawing.shown.boxes}
    assert panels.drawing.hidden.isVisible()
    panels.select("edges")
    assert not panels.drawing.word.isVisible()
    panels.select("halve")
    assert panels.drawing.word.text() == "MaxPooling2D is left out of this picture"
    assert panels.drawing.word.isVisible()
    window.commands["show-kinds"].trigger()
    arranged(panels, hidden=())
    assert "halve" in {box.node for box in panels.drawing.shown.boxes}
    assert not panels.drawing.hidden.isVisible()


def test_check_marks_follow_the_file_in_front(opened, window, arranged):
    opened(PLAIN)
    window.commands["turn"].trigger()
    assert window.commands["turn"].isChecked()
    opened("sine_lstm.keras")
    assert not window.commands["turn"].isChecked()


def test_a_trace_is_shown_and_ended_by_escape(opened, window, qtbot):
    panels = opened(PLAIN).panels
    panels.select("halve")
    with qtbot.waitSignal(panels.graph.marks.traced) as traced:
        qtbot.keyClick(
            panels.graph.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier
        )
    assert traced.args == [True]
    with qtbot.waitSignal(panels.graph.marks.traced) as traced:
        qtbot.keyClick(panels.graph.canvas, Qt.Key.Key_Escape)
    assert traced.args == [False]
    assert panels.selected == "halve"


def test_the_menu_of_a_layer_offers_what_can_be_done_with_it(opened, menus):
    panels = opened(PLAIN).panels
    panels.graph.menu_asked.emit("halve", QPoint(200, 200))
    assert panels.selected == "halve"
    entries = menus()
    assert "Trace what feeds it" in entries
    assert "Leave out every MaxPooling2D" in entries
    assert "Show group alone" not in entries
    entries["Copy name"].trigger()
    assert QGuiApplication.clipboard().text() == "halve"


def test_the_menu_of_a_group_opens_it(opened, window, menus, arranged):
    panels = opened(NESTED).panels
    window.commands["close-all"].trigger()
    arranged(panels, opened=())
    group = group_of(panels)
    panels.graph.menu_asked.emit(group, QPoint(200, 200))
    entries = menus()
    assert "Show group alone" in entries
    entries["Open"].trigger()
    arranged(panels, opened=(group,))


def test_the_menu_of_the_ground_is_about_the_picture(opened, menus):
    panels = opened(PLAIN).panels
    panels.graph.menu_asked.emit("", QPoint(200, 200))
    assert {"Fit", "Open all groups", "Left to right", "Color…"} <= set(menus())


def test_a_metric_is_painted_and_named(opened, window, qtbot):
    panels = opened(PLAIN).panels
    assert window.color.text() == "Color: category ▾"
    actions = {action.text(): action for action in window.color.menu().actions()}
    assert actions["Category"].isChecked()
    actions["Parameters"].trigger()
    qtbot.waitUntil(lambda: panels.graph.marks._metric is not None, timeout=5_000)
    metric = panels.graph.marks._metric
    assert metric.numbers["edges"] == 80
    assert window.color.text() == "Color: parameters ▾"
    actions = {action.text(): action for action in window.color.menu().actions()}
    actions["Category"].trigger()
    assert panels.graph.marks._metric is None


def test_what_is_written_on_boxes_is_the_same_in_every_file(
    opened, window, settings, qtbot
):
    first = opened(PLAIN).panels
    assert not first.graph.marks._settings
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert first.graph.marks._settings
    assert settings.flag("attributes", False)
    second = opened("sine_lstm.keras").panels
    assert second.graph.marks._settings
    window.commands["attributes"].trigger()
    window.commands["previous-tab"].trigger()
    assert not first.graph.marks._settings
    assert not window.commands["attributes"].isChecked()


def test_a_category_of_the_legend_is_left_out_by_a_click(
    opened, window, arranged, qtbot
):
    panels = opened(PLAIN).panels
    window.commands["legend"].trigger()
    assert panels.graph.legend.isVisible()
    panels.graph.legend.category_chosen.emit("pooling")
    arranged(panels, hidden=("MaxPooling2D",))


def test_the_palette_paints_by_name(opened, window, qtbot):
    panels = opened(PLAIN).panels
    choices = {
        choice.title: choice
        for choice in palette_choices(
            window.commands, window.workspace, (), (), window.open
        )
    }
    assert "Color by category" not in choices  # they are shown already
    choices["Color by multiply-adds"].act()
    qtbot.waitUntil(lambda: panels.graph.marks._metric is not None, timeout=5_000)
    assert panels.graph.marks._metric.id == "multiply-adds"
