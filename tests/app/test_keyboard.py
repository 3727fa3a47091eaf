"""The window without a mouse, and for those who hear it read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)

CNN = "figures_cnn.keras"


def controls(window):
    """Return every visible widget that can have the keyboard or be clicked."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and not isinstance(widget, QLabel)
        and (
            widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            or isinstance(widget, QAbstractButton)
        )
        and not _is_part(widget)
    ]


def _is_part(widget):
    """Whether a widget belongs to another one that has the name."""
    parent = widget.parentWidget()
    if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
        return True
    return widget.objectName().startswith("qt_") or (
        isinstance(widget, QAbstractButton) and isinstance(parent, QAbstractScrollArea)
    )


def nameless(window):
    """Return the controls that a screen reader could say nothing of."""
    found = []
    for widget in controls(window):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not widget.accessibleName() and not any(map(str.isalpha, text)):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def test_every_control_of_the_start_page_has_a_name(window):
    assert controls(window)
    assert nameless(window) == []


@pytest.mark.parametrize("sample", [CNN, "sentence_pair.h5", "figures_int8.onnx"])
def test_every_control_around_a_model_has_a_name(opened, window, sample, qtbot):
    view = opened(sample)
    panels = view.panels
    assert len(controls(window)) > 8
    assert nameless(window) == []
    panels.select(next(iter(view.document.model.graph.nodes)))
    qtbot.waitUntil(lambda: panels.inspector.back.isVisible())
    assert nameless(window) == []


def test_every_control_of_palette_keys_and_notice_has_a_name(opened, window):
    opened(CNN)
    window.banner.say("Something.", {"Do it": lambda: None})
    for command in ("palette", "keys"):
        window.commands[command].trigger()
        assert nameless(window) == []


def test_tab_goes_round_through_every_panel(opened, window, qtbot):
    panels = opened(CNN).panels
    panels.graph.setFocus()
    seen = set()
    for _ in range(60):
        focused = QApplication.focusWidget()
        seen.add(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    wanted = {
        panels.graph.canvas,
        panels.table.table,
        panels.inspector.sheet,
        window.strip.menu,
        *window.tools.findChildren(QLineEdit),
    }
    assert {type(widget).__name__ for widget in wanted - seen} == set()


def test_f6_goes_from_panel_to_panel_and_back(opened, window, qtbot):
    panels = opened(CNN).panels
    panels.graph.setFocus()
    order = [panels.table, panels.inspector, panels.drawing]
    for panel in order:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        assert panel.isAncestorOf(QApplication.focusWidget())
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, shift)
    assert panels.inspector.isAncestorOf(QApplication.focusWidget())


def test_f6_leaves_out_a_panel_that_is_hidden(opened, window, qtbot):
    panels = opened(CNN).panels
    qtbot.keyClick(window, Qt.Key.Key_F8)
    panels.graph.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    assert panels.inspector.isAncestorOf(QApplication.focusWidget())


def test_the_palette_opens_by_its_key_and_runs_a_command(opened, window, qtbot):
    panels = opened(CNN).panels
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_P, both)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "layer table")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not panels.table.isVisible()
    assert window.settings.commands_used == ["table"]


def test_the_palette_opens_files_by_name(window, samples, qtbot):
    window.settings.add_recent(samples / CNN)
    window.commands["palette"].trigger()
    field = QApplication.focusWidget()
    qtbot.keyClicks(field, "figures cnn")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.workspace.current.document.path == samples / CNN


def test_a_question_mark_shows_the_keys_unless_it_is_typed(opened, window, qtbot):
    opened(CNN)
    window.activateWindow()
    qtbot.keyClicks(window, "?")
    assert window.popups.keys.isVisible()
    qtbot.keyClick(window.popups.keys, Qt.Key.Key_Escape)
    assert not window.popups.keys.isVisible()
    window.find_bar.field.setFocus()
    qtbot.keyClicks(window.find_bar.field, "?")
    assert not window.popups.keys.isVisible()


def test_larger_text_reaches_every_panel_and_is_remembered(
    opened, window, settings, qtbot
):
    panels = opened(CNN).panels

    def heights():
        return [
            window.strip.tabs.height(),
            panels.table.table.verticalHeader().defaultSectionSize(),
            panels.inspector.title.fontMetrics().height(),
            window.status.text.fontMetrics().height(),
            panels.inspector.sheet.document().size().height(),
        ]

    before = heights()
    control = Qt.KeyboardModifier.ControlModifier
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Greater, control)
    assert settings.text_percent == 150
    qtbot.wait(50)
    assert all(new > old for new, old in zip(heights(), before, strict=True))
    qtbot.keyClick(window, Qt.Key.Key_Less, control)
    assert settings.text_percent == 125
    window.commands["text-usual"].trigger()
    assert settings.text_percent == 100
    qtbot.wait(50)
    assert heights() == before


def test_back_and_forward_lead_through_what_was_selected(opened, window, qtbot):
    panels = opened(CNN).panels
    for name in ("edges", "halve"):
        panels.select(name)
    alt = Qt.KeyboardModifier.AltModifier
    seen = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(window, key, alt)
        seen.append(panels.selected)
    assert seen == ["edges", "", "edges"]


def test_ctrl_i_turns_to_the_weights_and_stays_there(opened, window, qtbot):
    panels = opened(CNN).panels
    panels.select("edges")
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "edges")
    qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert panels.inspector.page.title == "Weights"
    panels.select("parts")
    qtbot.waitUntil(lambda: panels.inspector.title.text() == "parts")
    assert panels.inspector.page.title == "Weights"
