"""A file's words stay words: never markup, never a picture, never a link."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from loaders.ir.text import shown
from tests.keras_files import dense, layer, sequential, start

EVIL = '<img src="file:///etc/passwd"><b>bold</b>&amp;\u202e'
MARKUP = "<img"


@pytest.fixture
def view(window, tmp_path, qtbot):
    inner = sequential(f"model {EVIL}", start(4), dense(f"dense {EVIL}", 2))
    odd = layer(f"Odd {EVIL}", f"odd {EVIL}", note=EVIL)
    path = tmp_path / "<b>evil<b>.json"
    path.write_text(json.dumps(sequential(EVIL, start(4), inner, odd)))
    window.open(path)
    view = window.workspace.current
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        pass
    return view


def every_layer(view, qtbot):
    """Look at every layer of every graph, as a user would, and pass on its name."""
    inspector = view.panels.inspector
    for node in view.document.model.nodes():
        before = inspector.page
        view.panels.select(node.id)
        qtbot.waitUntil(lambda: inspector.page is not before)  # noqa: B023
        yield shown(node.name, 1000)


def test_every_label_is_plain_text(window, view, qtbot):
    assert len(list(every_layer(view, qtbot))) == 5
    labels = window.findChildren(QLabel)
    assert len(labels) > 10
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_no_tooltip_holds_markup_of_the_file(window, view, qtbot):
    for _name in every_layer(view, qtbot):
        tips = {widget.toolTip() for widget in window.findChildren(QWidget)}
        assert not [tip for tip in tips if MARKUP in tip]
    table = view.panels.table.table.model()
    for row in range(table.rowCount()):
        for column in range(table.columnCount()):
            tip = table.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
            assert MARKUP not in (tip or "")


def test_the_inspector_shows_markup_as_letters(view, qtbot):
    names = []
    for name in every_layer(view, qtbot):
        names.append(name)
        # A picture would stand there as one character of its own.
        assert "\ufffc" not in view.panels.inspector.sheet.toPlainText()
    assert sum("<b>bold</b>" in name for name in names) == 3
    assert not [name for name in names if "\u202e" in name]
