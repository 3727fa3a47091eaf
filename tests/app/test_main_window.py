"""The window with real readers, and what a user does in it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar

from app.commands import COMMANDS
from app.documents import Stage
from app.main_window import MainWindow
from viewers.drawing.style import DARK

CNN, LSTM = "figures_cnn.keras", "sine_lstm.keras"


def left_click(qtbot, widget, where=None):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=where or QPoint())


def table_row(panels, name):
    table = panels.table.table
    for row in range(table.model().rowCount()):
        if table.model().index(row, 0).data().strip() == name:
            return table.visualRect(table.model().index(row, 0)).center()
    raise AssertionError(name)


def inspector_says(panels):
    return panels.inspector.title.text(), panels.inspector.sheet.toPlainText()


def controls(window):
    """Count what can be clicked: buttons, and lines of lists."""
    buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
    lists = [window.start_page.samples, window.start_page.recent]
    return len(buttons) + sum(files.count() for files in lists)


def test_before_a_file_is_open_there_are_at_most_seven_controls(window):
    assert controls(window) <= 7
    assert window.start_page.samples.count() == 4
    assert not window.tools.isVisible()


@pytest.mark.parametrize("count", range(1, 10))
def test_recent_files_take_the_place_of_samples(window, settings, count):
    for number in range(count):
        settings.add_recent(Path(f"/models/{number}.keras"))
    window.workspace.current_changed.emit()
    assert window.start_page.recent.count() == min(count, 5)
    assert window.start_page.samples.count() == max(0, min(4, 5 - count))
    assert controls(window) <= 7


def test_an_open_model_shows_graph_table_and_overview(opened, window):
    view = opened(CNN)
    panels = view.panels
    assert panels.table.table.model().rowCount() == 10
    title, text = inspector_says(panels)
    assert title == CNN
    assert "20,236" in text
    assert "20,236 parameters" in window.status.text.text()
    assert window.status.calm.text() == "No warnings"


def test_a_row_of_the_table_selects_the_layer_everywhere(opened, qtbot):
    panels = opened(CNN).panels
    left_click(qtbot, panels.table.table.viewport(), table_row(panels, "edges"))
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "edges")
    assert panels.graph.selected == "edges"
    qtbot.waitUntil(lambda: "28 − 3" in inspector_says(panels)[1])
    assert "Why 80 parameters?" in inspector_says(panels)[1]


def test_a_node_of_the_graph_selects_its_row(opened, qtbot):
    panels = opened(CNN).panels
    canvas = panels.graph.canvas
    where = canvas.mapFromScene(canvas.graph.rect_of("halve").center())
    left_click(qtbot, canvas.viewport(), where)
    [row] = panels.table.table.selectionModel().selectedRows()
    assert row.data() == "halve"
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "halve")


def test_an_onnx_input_is_a_link_that_marks_its_box(opened, qtbot):
    panels = opened("figures_int8.onnx").panels
    panels.inspector.node_chosen.emit("in:picture")
    assert panels.graph.selected == "in:picture"
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "picture")
    assert "28" in inspector_says(panels)[1]
    panels.show_whole_model()
    assert panels.graph.selected == ""


def test_letting_go_of_the_selection_shows_the_model_again(opened, qtbot):
    panels = opened(CNN).panels
    panels.select("edges")
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "edges")
    left_click(qtbot, panels.inspector.back)
    assert panels.inspector.title.text() == CNN
    assert panels.graph.selected == ""
    assert not panels.table.table.selectionModel().hasSelection()


def test_choosing_quickly_shows_the_last_choice(opened, qtbot):
    panels = opened(CNN).panels
    for name in ("edges", "halve", "parts"):
        panels.select(name)
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "parts")
    qtbot.wait(200)
    assert panels.inspector.title.text() == "parts"


def test_a_layer_inside_a_nested_model_is_shown_by_opening_the_model(opened, qtbot):
    panels = opened("sentence_pair.h5").panels
    picture = panels.drawing.picture
    lines = panels.summary.rows.lines
    [inner] = [
        each.node for each in lines if each.node and each.node.name == "phrases"
    ][:1]
    picture.close_all()
    panels.select(inner.id)
    [group] = picture.arrangement.opened
    shown = panels.drawing
    qtbot.waitUntil(lambda: shown.shown.arrangement.opened == (group,), timeout=10_000)
    qtbot.keyClick(panels.table.table, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: shown.shown.arrangement.opened == (), timeout=10_000)
    assert panels.selected == group


def test_a_group_is_shown_alone_and_the_trail_leads_back(opened, qtbot):
    panels = opened("sentence_pair.h5").panels
    [group, *_] = panels.drawing.picture.arrangement.opened or (
        next(iter(panels._index.model.grouping.groups)),
    )
    panels.drawing.show_alone(group)
    shown = panels.drawing
    qtbot.waitUntil(lambda: shown.shown.arrangement.root == group, timeout=10_000)
    assert shown.trail.isVisible()
    qtbot.keyClick(panels.table.table, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: shown.shown.arrangement.root == "", timeout=10_000)
    assert not shown.trail.isVisible()
    assert panels.selected == group


def test_a_second_file_gets_a_tab_and_closing_returns_to_the_first(
    opened, window, qtbot
):
    opened(CNN)
    opened(LSTM)
    tabs = window.strip.tabs
    assert [tabs.tabText(n) for n in range(2)] == [CNN, LSTM]
    qtbot.mouseClick(tabs, Qt.MouseButton.MiddleButton, pos=tabs.tabRect(1).center())
    assert tabs.count() == 1
    assert window.workspace.current.document.path.name == CNN
    left_click(qtbot, tabs.tabButton(0, QTabBar.ButtonPosition.RightSide))
    assert window.workspace.current is None
    assert window.start_page.isVisible()


def test_a_file_that_is_open_is_not_opened_twice(opened, window, samples):
    first = opened(CNN)
    opened(LSTM)
    window.open(samples / CNN)
    assert window.workspace.current is first
    assert len(window.workspace.views) == 2


def test_a_dropped_file_is_opened(window, samples, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(samples / CNN)), QUrl("https://a.b/c.onnx")])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, left, none))
    qtbot.waitUntil(lambda: len(window.workspace.views) == 1)
    [view] = window.workspace.views
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        pass


def test_an_error_stays_in_its_tab_and_can_be_closed(window, tmp_path, qtbot):
    file = tmp_path / "broken.keras"
    file.write_bytes(b"PK\x03\x04 and then nothing")
    window.open(file)
    view = window.workspace.current
    qtbot.waitUntil(lambda: view.document.stage is Stage.FAILED, timeout=20_000)
    assert view.notice.isVisible()
    assert view.notice.what.text().startswith("broken.keras")
    assert not window.commands["export"].isEnabled()
    left_click(qtbot, view.notice.buttons[-1])
    assert window.workspace.current is None


def test_trying_again_opens_a_file_that_was_mended(window, samples, tmp_path, qtbot):
    file = tmp_path / "model.keras"
    file.write_bytes(b"PK\x03\x04 and then nothing")
    window.open(file)
    view = window.workspace.current
    qtbot.waitUntil(lambda: view.document.stage is Stage.FAILED, timeout=20_000)
    file.write_bytes((samples / CNN).read_bytes())
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        left_click(qtbot, view.notice.buttons[0])


def test_reloading_keeps_the_selection(opened, window, qtbot):
    view = opened(CNN)
    view.panels.select("halve")
    qtbot.waitUntil(lambda: view.panels.inspector.title.text() == "halve")
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: view.panels.inspector.title.text() == "halve")
    assert view.panels.graph.selected == "halve"


def test_cancelling_says_so_and_offers_to_try_again(window, samples, qtbot):
    window.open(samples / CNN)
    view = window.workspace.current
    view.document.cancel()
    assert view.notice.what.text() == f"Reading {CNN} was cancelled."
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        left_click(qtbot, view.notice.buttons[0])


def test_opened_files_are_remembered_and_offered(opened, window, settings, samples):
    opened(CNN)
    assert settings.recent == [samples / CNN]
    window.workspace.close_current()
    assert window.start_page.recent.count() == 1


def test_the_start_page_fits_a_small_screen(window, settings):
    for number in range(9):
        settings.add_recent(Path(f"/models/{number}.keras"))
    window.workspace.current_changed.emit()
    assert window.start_page.recent.count() == 5
    assert window.minimumSizeHint().height() <= 600
    assert window.minimumSizeHint().width() <= 900


def test_a_digit_opens_a_recent_file(opened, window, samples, qtbot):
    opened(CNN)
    window.workspace.close_current()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.current.document.path == samples / CNN


def test_ctrl_k_turns_the_graph(opened, window, qtbot):
    view = opened(CNN)
    assert not view.layout_shown.horizontal
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.layout_shown.horizontal, timeout=10_000)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not view.layout_shown.horizontal


def test_space_shows_the_whole_graph(opened, qtbot):
    panels = opened(CNN).panels
    canvas = panels.graph.canvas
    last = canvas.graph.rect_of("figure").bottomRight()
    assert not canvas.viewport().rect().contains(canvas.mapFromScene(last))
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.viewport().rect().contains(canvas.mapFromScene(last))


def test_panels_can_be_hidden_and_stay_so_for_the_next_file(opened, window, qtbot):
    view = opened(CNN)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not view.panels.table.isVisible()
    other = opened(LSTM)
    assert not other.panels.table.isVisible()
    assert other.panels.inspector.isVisible()


def test_the_theme_is_changed_in_place_and_remembered(opened, window, settings):
    view = opened(CNN)
    window.looks.choose_theme("dark")
    assert settings.appearance == "dark"
    cursor = view.panels.inspector.sheet.document().find("total")
    assert cursor.charFormat().foreground().color().name() == DARK.text
    window.looks.choose_theme("light")


@pytest.mark.usefixtures("look")
def test_a_theme_asked_for_at_the_start_stays_with_another_text_size(qtbot, settings):
    window = MainWindow(settings, DARK, "dark")
    qtbot.addWidget(window)
    window.looks.resize_text(1)
    assert window.looks.theme.name == DARK.name
    assert window.commands["theme-dark"].isChecked()
    assert settings.appearance == "system"


def test_a_description_takes_weights_from_another_file(
    window, samples, tmp_path, qtbot, monkeypatch
):
    import zipfile

    with zipfile.ZipFile(samples / CNN) as archive:
        config = archive.read("config.json")
        (tmp_path / "weights.h5").write_bytes(archive.read("model.weights.h5"))
    file = tmp_path / "architecture.json"
    file.write_bytes(config)
    window.open(file)
    view = window.workspace.current
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        pass
    assert view.panels.summary.lacks_numbers
    assert window.commands["weights"].isEnabled()
    monkeypatch.setattr(
        "app.dialogs.choose_weights", lambda *_: tmp_path / "weights.h5"
    )
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        window.commands["weights"].trigger()
    assert not view.panels.summary.lacks_numbers


def test_the_graph_is_exported_as_shown(opened, window, tmp_path, monkeypatch):
    opened(CNN)
    target = tmp_path / "graph"
    monkeypatch.setattr(
        "app.dialogs.QFileDialog.getSaveFileName",
        lambda *_: (str(target), "SVG (*.svg)"),
    )
    window.commands["export"].trigger()
    assert (tmp_path / "graph.svg").read_bytes().startswith(b"<?xml")
    assert "graph.svg" in window.banner.text.text()


def test_a_picture_that_cannot_be_saved_is_said(opened, window, tmp_path, monkeypatch):
    opened(CNN)
    monkeypatch.setattr(
        "app.dialogs.QFileDialog.getSaveFileName",
        lambda *_: (str(tmp_path / "no" / "folder.png"), ""),
    )
    window.commands["export"].trigger()
    assert window.banner.isVisible()
    assert "folder.png" in window.banner.text.text()


def test_the_menu_names_every_command_with_its_key(opened, window):
    opened(CNN)
    left = window.strip.menu
    left.click()
    menu = window.popups.menu
    entries = {
        entry.text(): entry.shortcut().toString()
        for topic in menu.actions()
        for entry in topic.menu().actions()
        if entry.isVisible() and entry.text()
    }
    absent = {"Choose weights…"}  # only a description without weights has it
    for command in COMMANDS:
        assert (command.title in entries) == (command.title not in absent)
    assert entries["Reload"] == "F5"
    assert entries["Fit"] == "Space"
    menu.close()


def test_closing_the_window_ends_every_reader(opened, window):
    clients = [opened(name).document._bridge._client for name in (CNN, LSTM)]
    window.close()
    assert all(client._closed for client in clients)


def test_paths_are_compared_as_absolute_ones(opened, window, samples, monkeypatch):
    opened(CNN)
    monkeypatch.chdir(samples)
    window.open(Path(CNN))
    assert len(window.workspace.views) == 1
