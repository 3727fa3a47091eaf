"""A file's words stay words: never markup, never a picture, never a link."""

import json
from collections.abc import Iterator

import pytest
from onnx import helper
from PySide6.QtCore import QAbstractListModel, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)

from app.graph_menu import show_graph_menu
from loaders.ir.text import shown
from tests.keras_files import dense, layer, sequential, start
from tests.loaders.formats.onnx_files import model, save, tensor, value

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


# an ONNX file whose every word is odd, looked at from all sides

RAW = "\u202e"
"""What would turn the words behind it around; ``shown`` writes it as an escape."""
SCOPE = f"<img src=x><b>bold<b>&{RAW}"
"""Without slashes, which part scopes, and semicolons, which part names."""
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.StatusTipRole,
)


def words_of(widget: QWidget) -> Iterator[str]:
    """Return what a widget says, but for its tooltip."""
    yield widget.windowTitle()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(at) for at in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from (str(text or "") for role in _ROLES for text in said(widget, role))


def tips_of(widget: QWidget) -> Iterator[str]:
    """Return the tooltips of a widget and of what is in it."""
    yield widget.toolTip()
    if isinstance(widget, QTabBar):
        yield from (widget.tabToolTip(at) for at in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        tips = said(widget, Qt.ItemDataRole.ToolTipRole)
        yield from (str(text or "") for text in tips)


def said(view: QAbstractItemView, role: Qt.ItemDataRole) -> list[object]:
    model = view.model()
    # Qt keeps the number of columns of a list to itself.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    return [
        model.index(row, column).data(role)
        for row in range(model.rowCount())
        for column in range(columns)
    ]


def check_all_words(see: str) -> None:
    """Hold all that is on the screen to its promise, and find a word on it."""
    found = []
    for widget in QApplication.allWidgets():
        words = [word for word in words_of(widget) if word]
        found += words
        assert not [word for word in words if RAW in word], widget
        assert not [tip for tip in tips_of(widget) if MARKUP in tip or RAW in tip]
        for action in widget.findChildren(QAction):
            assert RAW not in action.text()
            assert MARKUP not in action.toolTip() or "<" not in action.text()
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText
    assert any(see in word for word in found), see


@pytest.fixture
def odd(window, tmp_path, qtbot):
    """Return the view of a file whose groups, values, axes and text are odd."""
    nodes, last = [], "x"
    for at in range(12):
        name = f"/{SCOPE} {at // 4}/inner {SCOPE}/n{at} {SCOPE}"
        made = f"v{at} {EVIL}"
        kind, domain = ("Add", "") if at % 4 else (f"Op {EVIL}", EVIL)
        given = [last, "w"] if at % 4 else [last]
        nodes.append(
            helper.make_node(kind, given, [made], name=name, domain=domain, note=EVIL)
        )
        last = made
    file = model(
        nodes,
        [value("x", [f"dim {EVIL}", 4])],
        [value(last, [f"dim {EVIL}", 4])],
        [tensor("w", [1.0, 2.0, 3.0, 4.0])],
        domains=[EVIL],
        producer_name=EVIL,
        doc_string=EVIL,
    )
    window.open(save(file, tmp_path, "<b>&evil<b>.onnx"))
    view = window.workspace.current
    with qtbot.waitSignal(view.first_view_done, timeout=20_000):
        pass
    return view


def test_groups_and_their_trail_show_markup_as_letters(odd, qtbot):
    panels = odd.panels
    groups = odd.document.model.grouping.groups
    assert len(groups) >= 3
    for id in groups:
        before = panels.inspector.page
        panels.select(id)
        qtbot.waitUntil(lambda: panels.inspector.page is not before)  # noqa: B023
        check_all_words("<b>bold<b>")
        panels.drawing.show_alone(id)
        qtbot.waitUntil(lambda: not panels.graph._maker.is_busy)
        check_all_words("<b>bold<b>")
    assert not panels.drawing.trail.isHidden()


def test_what_is_found_shows_markup_as_letters(odd, window, qtbot):
    window.commands["find"].trigger()
    for typed in ("img", "<img", "shape has 4", "type = Add"):
        window.find_bar.field.setText(typed)
        window.find_bar.field.textEdited.emit(typed)
        found = odd.panels.found.list.model()
        qtbot.waitUntil(lambda: found.rowCount() > 0)  # noqa: B023
        check_all_words("<b>bold<b>")


def test_palette_tabs_and_menu_show_markup_as_letters(odd, window, qtbot):
    window.commands["palette"].trigger()
    check_all_words("<b>&&evil<b>.onnx")
    rows = window.findChildren(QAbstractItemView)
    texts = [str(text) for row in rows for text in said(row, _ROLES[1]) if text]
    assert any("<b>&evil<b>.onnx" in text for text in texts)
    node = next(n for n in odd.document.model.nodes() if n.op.startswith("Op"))
    odd.panels.select(node.id)
    menu = show_graph_menu(odd.panels, node.id, QPoint(10, 10), window.commands, window)
    titles = [action.text() for action in menu.actions()]
    assert not [title for title in titles if RAW in title]
    assert any(MARKUP in title for title in titles)
    menu.close()


def test_edges_values_and_columns_show_markup_as_letters(odd, qtbot):
    panels = odd.panels
    panels.drawing.change(lambda picture: picture.open_all())
    qtbot.waitUntil(lambda: len(panels.drawing.shown.routes) > 12)
    qtbot.waitUntil(lambda: not panels.graph._maker.is_busy)
    for route in panels.drawing.shown.routes[:4]:
        before = panels.inspector.page
        panels.graph.edge_selected.emit(route)
        qtbot.waitUntil(lambda: panels.inspector.page is not before)  # noqa: B023
        check_all_words("<b>bold</b>")
    scene = panels.graph.canvas.graph
    for box in list(scene.places.index):
        assert RAW not in scene.card(box).words


def test_a_file_that_cannot_be_read_is_named_letter_by_letter(window, tmp_path, qtbot):
    path = tmp_path / "<img src=x>&.onnx"
    path.write_bytes(b"no model")
    window.open(path)
    view = window.workspace.current
    qtbot.waitUntil(lambda: view.document.error is not None)
    check_all_words("<img src=x>")
