"""Finding in the open window: typed, walked through, previewed, gone to."""

import pytest
from PySide6.QtCore import Qt

from viewers.drawing.style import LIGHT
from viewers.find_list import FindList


@pytest.fixture
def window(opened):
    view = opened("sentence_pair.h5")
    window = view.window()
    window.activateWindow()
    return window


def titles(found: FindList) -> list[str]:
    model = found.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def look_for(window, qtbot, text):
    panels = window.workspace.panels
    window.commands["find"].trigger()
    field = window.find_bar.field
    qtbot.keyClicks(field, text)
    qtbot.waitUntil(lambda: bool(titles(panels.found)))
    return panels, field


def test_hits_inside_nested_models_are_listed_while_typing(window, qtbot):
    panels, _field = look_for(window, qtbot, "phrases_norm")
    assert titles(panels.found) == ["phrases_norm", "phrases_norm"]
    assert panels.found.count.text().startswith("2 hits of ")


def test_moving_points_at_a_hit_and_selects_nothing(window, qtbot):
    panels, field = look_for(window, qtbot, "type = Dense")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert panels.found.current == "same_topic"
    assert panels.selected == ""


def test_enter_goes_to_the_hit_and_opens_the_groups_around_it(window, qtbot):
    panels, field = look_for(window, qtbot, "phrases relu")
    panels.drawing.change(lambda picture: picture.close_all())
    qtbot.keyClick(field, Qt.Key.Key_Down)
    hit = panels.found.current
    assert panels.drawing.picture.box_of(hit) != hit
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert panels.selected == hit
    assert panels.drawing.picture.is_seen(hit)


def test_escape_closes_the_list_and_looks_where_one_looked_before(window, qtbot):
    panels = window.workspace.panels
    canvas = panels.graph.canvas
    qtbot.waitUntil(lambda: canvas.graph is not None)
    panels, field = look_for(window, qtbot, "type = Dense")
    before = canvas.seen().center()
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert panels.found.isHidden()
    moved = canvas.seen().center() - before
    assert abs(moved.y()) < 2


def edge_colour(canvas, box):
    """Return the colour of a box's upper edge."""
    area = canvas.graph.rect_of(box)
    canvas.centerOn(area.center())
    place = canvas.mapFromScene(area.center().x(), area.top())
    return canvas.viewport().grab().toImage().pixelColor(place).name()


def test_hits_are_marked_until_the_list_is_closed(window, qtbot):
    panels, field = look_for(window, qtbot, "type = Dense")
    canvas = panels.graph.canvas
    qtbot.waitUntil(lambda: edge_colour(canvas, "same_topic") == LIGHT.warning)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: edge_colour(canvas, "same_topic") != LIGHT.warning)


def test_a_closed_group_around_a_hit_is_marked(window, qtbot):
    panels, field = look_for(window, qtbot, "phrases relu")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    hit = panels.found.current
    panels.drawing.change(lambda picture: picture.close_all())
    canvas, tower = panels.graph.canvas, panels.drawing.picture.box_of(hit)
    assert tower != hit
    qtbot.waitUntil(lambda: not canvas.graph.places.is_frame(tower))
    qtbot.waitUntil(lambda: edge_colour(canvas, tower) == LIGHT.warning)


def test_what_is_not_understood_is_said(window, qtbot):
    panels = window.workspace.panels
    window.commands["find"].trigger()
    qtbot.keyClicks(window.find_bar.field, "params >")
    qtbot.waitUntil(lambda: "needs a number" in panels.found.word.text())


def test_an_example_is_tried_with_a_click(window, qtbot):
    panels = window.workspace.panels
    window.commands["find"].trigger()
    panels.found.example_chosen.emit("shape has 24")
    assert window.find_bar.field.text() == "shape has 24"
    qtbot.waitUntil(lambda: len(titles(panels.found)) > 3)


def test_the_table_is_filtered_by_the_same_words(window, qtbot):
    table = window.workspace.panels.table
    qtbot.keyClicks(table.field, "phrases_norm")
    qtbot.waitUntil(lambda: table.totals.text("layer").startswith("2 of "))
    table.field.clear()
    qtbot.waitUntil(lambda: " of " not in table.totals.text("layer"))


def test_lines_of_the_table_are_copied(window, qtbot):
    from PySide6.QtGui import QGuiApplication

    panels = window.workspace.panels
    QGuiApplication.clipboard().clear()
    panels.table.copy(everything=True)
    qtbot.waitUntil(lambda: "same_topic" in QGuiApplication.clipboard().text())


def test_chosen_columns_are_remembered_for_the_next_model(window, opened):
    from viewers.layer_columns import Column

    window.workspace.panels.table.show_column(Column.MEMORY, False)
    assert "memory" not in window.settings.columns.split()
    window.workspace.panels.table.show_usual_columns()
    assert window.settings.columns == ""
