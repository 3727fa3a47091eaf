"""The layer table: what it lists, what it reports, and what it does not."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt

from tests.small_models import conv_model
from viewers.drawing.style import DARK
from viewers.layer_rows import Column, LayerRows
from viewers.layers import ROW_HEIGHT, LayerTable


@pytest.fixture
def table(qtbot):
    model = conv_model()
    table = LayerTable()
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show_rows(LayerRows(model, model.values()))
    table.show()
    qtbot.waitExposed(table)
    return table


def names(table):
    model = table.table.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def click(qtbot, table, row):
    index = table.table.model().index(row, 0)
    where = table.table.visualRect(index).center()
    viewport = table.table.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)


def sort_by(qtbot, table, column):
    header = table.table.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(column) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)


def test_layers_inside_a_group_are_indented(table):
    assert names(table) == ["input_1", "conv_1", "head", "    flatten", "    output"]


def test_rows_are_as_high_as_designed_and_numbers_stand_right(table):
    assert table.table.rowHeight(0) == ROW_HEIGHT == 26
    cell = table.table.model().index(1, Column.PARAMETERS)
    assert cell.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_a_click_reports_the_layer(table, qtbot):
    with qtbot.waitSignal(table.node_selected) as chosen:
        click(qtbot, table, 1)
    assert chosen.args == ["conv_1"]


def test_arrow_keys_report_the_next_layer(table, qtbot):
    click(qtbot, table, 1)
    with qtbot.waitSignal(table.node_selected) as chosen:
        qtbot.keyClick(table.table, Qt.Key.Key_Down)
    assert chosen.args == ["head"]


def test_a_selection_made_by_code_is_shown_and_not_reported(table, qtbot):
    with qtbot.assertNotEmitted(table.node_selected, wait=30):
        table.select("head/output")
    [row] = table.table.selectionModel().selectedRows()
    assert row.row() == 4


def test_escape_lets_go_of_the_selection(table, qtbot):
    click(qtbot, table, 1)
    with qtbot.waitSignal(table.selection_cleared):
        qtbot.keyClick(table.table, Qt.Key.Key_Escape)
    assert not table.table.selectionModel().hasSelection()


def test_sorting_follows_the_header_and_returns_to_graph_order(table, qtbot):
    sort_by(qtbot, table, Column.PARAMETERS)
    assert names(table)[-1] == "output"
    assert names(table)[0] == "input_1"
    sort_by(qtbot, table, Column.PARAMETERS)
    assert names(table)[:2] == ["head", "output"]
    sort_by(qtbot, table, Column.PARAMETERS)
    assert names(table)[3] == "    flatten"


def test_the_selected_layer_stays_selected_while_sorting(table, qtbot):
    table.select("conv_1")
    sort_by(qtbot, table, Column.PARAMETERS)
    [row] = table.table.selectionModel().selectedRows()
    assert row.data() == "conv_1"
    click(qtbot, table, names(table).index("output"))
    [row] = table.table.selectionModel().selectedRows()
    assert row.data() == "output"


def test_a_double_click_opens(table, qtbot):
    index = table.table.model().index(2, 0)
    where = table.table.visualRect(index).center()
    viewport = table.table.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(table.node_opened) as opened:
        qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == ["head"]


def test_a_name_that_looks_like_html_stays_text_in_the_tooltip(table):
    tip = table.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "input_1" in tip
    assert "white-space" in tip


def test_columns_shrink_to_fit_until_one_is_set_by_hand(table):
    header = table.table.horizontalHeader()
    table.resize(780, 300)
    assert header.length() <= table.table.viewport().width()
    header.resizeSection(Column.LAYER, 400)
    table.resize(700, 300)
    assert header.sectionSize(Column.LAYER) == 400


def test_what_cannot_work_is_marked_and_coloured(qtbot):
    model = conv_model()
    broken = replace(model.graph.nodes["conv_1"], problem="5 − 8 is negative.")
    nodes = {**model.graph.nodes, "conv_1": broken}
    graphs = {**model.graphs, model.graph.id: replace(model.graph, nodes=nodes)}
    table = LayerTable()
    qtbot.addWidget(table)
    table.apply_theme(DARK)
    changed = replace(model, graphs=graphs)
    table.show_rows(LayerRows(changed, changed.values()))
    lines = table.table.model()
    row = lines.row_of("conv_1")
    cell, other = lines.index(row, Column.LAYER), lines.index(row - 1, Column.LAYER)
    assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert cell.data(Qt.ItemDataRole.ForegroundRole).name() == DARK.error
    assert "5 − 8 is negative." in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert other.data(Qt.ItemDataRole.ForegroundRole) is None
