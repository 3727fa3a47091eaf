"""The layer table: what it lists, what it reports, and what it does not."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Node
from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model
from viewers.drawing.style import DARK
from viewers.layer_columns import ORDER, Column
from viewers.layer_copy import as_markdown, as_tsv
from viewers.layer_rows import LayerRows
from viewers.layers import ROW_HEIGHT, LayerTable

LEFT = Qt.MouseButton.LeftButton
LAYER = ORDER.index(Column.LAYER)


@pytest.fixture
def table(qtbot):
    table = LayerTable()
    qtbot.addWidget(table)
    table.resize(900, 300)
    table.show_rows(LayerRows(ModelIndex(conv_model())))
    table.show()
    qtbot.waitExposed(table)
    return table


@pytest.fixture
def opened(table):
    table.table.model().open_all()
    return table


def names(table):
    model = table.table.model()
    return [model.index(row, LAYER).data() for row in range(model.rowCount())]


def row_of(table, name):
    return names(table).index(name)


def cell(table, name, column=Column.LAYER):
    return table.table.model().index(row_of(table, name), ORDER.index(column))


def click(qtbot, table, name):
    where = table.table.visualRect(cell(table, name)).center()
    qtbot.mouseClick(table.table.viewport(), LEFT, pos=where)


def click_arrow(qtbot, table, name):
    view, index = table.table, cell(table, name)
    names_of = view.itemDelegateForIndex(index)
    where = names_of.arrow(index.row(), view.visualRect(index)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=where)


def sort_by(qtbot, table, column):
    header = table.table.horizontalHeader()
    left = header.sectionViewportPosition(ORDER.index(column))
    where = QPoint(left + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=where)


def header(table, column):
    return table.table.model().headerData(
        ORDER.index(column), Qt.Orientation.Horizontal
    )


def test_groups_are_closed_where_the_graph_closes_them(table):
    rows = table.table.model().rows
    inside = {"flatten", "output"} <= set(names(table))
    assert inside is ("head" in rows.model.grouping.opened)


def test_the_arrow_opens_and_closes_a_group_and_selects_nothing(opened, qtbot):
    with qtbot.assertNotEmitted(opened.node_selected, wait=20):
        click_arrow(qtbot, opened, "head")
        assert names(opened) == ["input_1", "conv_1", "head"]
        click_arrow(qtbot, opened, "head")
    assert names(opened)[-1] == "output"


def test_left_and_right_close_and_open_a_group(opened, qtbot):
    click(qtbot, opened, "output")
    qtbot.keyClick(opened.table, Qt.Key.Key_Left)
    assert opened.table.currentIndex().row() == row_of(opened, "head")
    qtbot.keyClick(opened.table, Qt.Key.Key_Left)
    assert names(opened)[-1] == "head"
    qtbot.keyClick(opened.table, Qt.Key.Key_Right)
    assert names(opened)[-1] == "output"


def test_rows_are_as_high_as_designed_and_numbers_stand_right(table):
    assert table.table.rowHeight(0) == ROW_HEIGHT == 26
    number = cell(table, "conv_1", Column.PARAMETERS)
    right = Qt.AlignmentFlag.AlignRight
    assert number.data(Qt.ItemDataRole.TextAlignmentRole) & right


def test_a_click_reports_the_layer(table, qtbot):
    with qtbot.waitSignal(table.node_selected) as chosen:
        click(qtbot, table, "conv_1")
    assert chosen.args == ["conv_1"]


def test_arrow_keys_report_the_next_layer(table, qtbot):
    click(qtbot, table, "conv_1")
    with qtbot.waitSignal(table.node_selected) as chosen:
        qtbot.keyClick(table.table, Qt.Key.Key_Down)
    assert chosen.args == ["head"]


def test_a_selection_made_by_code_opens_its_groups_and_is_not_reported(table, qtbot):
    table.table.model().close_all()
    with qtbot.assertNotEmitted(table.node_selected, wait=30):
        table.select("head/output")
    [row] = table.table.selectionModel().selectedRows(LAYER)
    assert row.data() == "output"


def test_escape_lets_go_of_the_selection(table, qtbot):
    click(qtbot, table, "conv_1")
    with qtbot.waitSignal(table.selection_cleared):
        qtbot.keyClick(table.table, Qt.Key.Key_Escape)
    assert not table.table.selectionModel().hasSelection()


def test_sorting_lists_layers_alone_and_returns_to_the_groups(opened, qtbot):
    sort_by(qtbot, opened, Column.PARAMETERS)  # the largest first
    assert "head" not in names(opened)
    assert names(opened)[0] == "output"
    assert header(opened, Column.PARAMETERS) == "▾ Parameters"
    sort_by(qtbot, opened, Column.PARAMETERS)
    assert names(opened)[-1] == "output"
    assert header(opened, Column.PARAMETERS) == "▴ Parameters"
    sort_by(qtbot, opened, Column.PARAMETERS)
    assert names(opened) == ["input_1", "conv_1", "head", "flatten", "output"]


def test_thousands_of_layers_are_sorted_by_somebody_else(qtbot):
    made = ModelBuilder(Path("/x.onnx"), "test")
    graph = made.graph()
    for at in range(3_000):
        cost = (at * 7) % 3_000
        name = f"n{at}"
        node = Node(id=name, name=name, op="X", dialect="onnx", multiply_adds=cost)
        graph.add_node(node)
    table = LayerTable()
    qtbot.addWidget(table)
    table.show_rows(LayerRows(ModelIndex(made.freeze())))
    asked = []
    table.order_asked.connect(asked.append)
    column = ORDER.index(Column.MULTIPLY_ADDS)
    table.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert names(table)[1] == "n1"
    [order] = asked
    order.find()
    table.show_order(order)
    assert names(table)[1] == f"n{next(n for n in range(3_000) if n * 7 % 3_000 == 1)}"
    table.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert names(table)[1] == "n1"
    table.show_order(order)  # comes late: the graph's order is wanted by now
    assert names(table)[1] == "n1"
    table.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert len(asked) == 1  # it is known


def test_names_in_a_group_stand_without_its_name_until_they_are_sorted(qtbot):
    made = ModelBuilder(Path("/x.onnx"), "test")
    name = "/model/layers.0/Add"
    made.graph().add_node(Node(id="n", name=name, op="Add", dialect="onnx"))
    group = Group(id="g", title="model/layers.0", kind=GroupKind.SCOPE, members=("n",))
    grouping = Grouping(top=("g",), groups={"g": group}, opened=("g",))
    table = LayerTable()
    qtbot.addWidget(table)
    rows = LayerRows(ModelIndex(replace(made.freeze(), grouping=grouping)))
    table.show_rows(rows)
    assert names(table) == ["model/layers.0", "Add"]
    assert as_tsv(rows, (1,), (Column.LAYER,)).splitlines()[-1] == name
    table.table.sortByColumn(ORDER.index(Column.TYPE), Qt.SortOrder.AscendingOrder)
    assert names(table) == [name]


def test_the_selected_layer_stays_selected_while_sorting(opened, qtbot):
    opened.select("conv_1")
    sort_by(qtbot, opened, Column.PARAMETERS)
    [row] = opened.table.selectionModel().selectedRows(LAYER)
    assert row.data() == "conv_1"


def test_a_double_click_opens(table, qtbot):
    where = table.table.visualRect(cell(table, "head")).center()
    viewport = table.table.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=where)
    with qtbot.waitSignal(table.node_opened) as opened:
        qtbot.mouseDClick(viewport, LEFT, pos=where)
    assert opened.args == ["head"]


def test_a_name_that_looks_like_html_stays_text_in_the_tooltip(table):
    tip = cell(table, "input_1").data(Qt.ItemDataRole.ToolTipRole)
    assert "input_1" in tip
    assert "white-space" in tip


def test_columns_shrink_to_fit_until_one_is_set_by_hand(table):
    header = table.table.horizontalHeader()
    table.resize(800, 300)
    assert header.length() <= table.table.viewport().width()
    header.resizeSection(LAYER, 400)
    table.resize(700, 300)
    assert header.sectionSize(LAYER) == 400


def test_what_cannot_work_is_coloured_and_says_why(qtbot):
    model = conv_model()
    broken = replace(model.graph.nodes["conv_1"], problem="5 − 8 is negative.")
    nodes = {**model.graph.nodes, "conv_1": broken}
    graphs = {**model.graphs, "": replace(model.graph, nodes=nodes)}
    table = LayerTable()
    qtbot.addWidget(table)
    table.apply_theme(DARK)
    table.show_rows(LayerRows(ModelIndex(replace(model, graphs=graphs))))
    bad, good = cell(table, "conv_1"), cell(table, "input_1")
    assert bad.data(Qt.ItemDataRole.ForegroundRole).name() == DARK.error
    assert "5 − 8 is negative." in bad.data(Qt.ItemDataRole.ToolTipRole)
    assert good.data(Qt.ItemDataRole.ForegroundRole) is None


def test_columns_are_switched_on_and_off_in_a_menu(table, qtbot):
    menu = table.columns_menu()
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["Name"].isEnabled()
    with qtbot.waitSignal(table.columns_chosen):
        actions["Input shape"].trigger()
    actions["Memory"].trigger()
    assert Column.INPUT in table.shown_columns
    assert Column.MEMORY not in table.shown_columns
    assert table.chosen_columns.split()[-1] == Column.INPUT
    actions["Usual columns"].trigger()
    assert Column.MEMORY in table.shown_columns


def test_chosen_columns_come_back_in_their_order(table):
    table.choose_columns("memory layer nonsense type")
    assert table.shown_columns == (Column.MEMORY, Column.LAYER, Column.TYPE)


def test_typing_asks_for_a_filter_and_its_result_is_shown(table, qtbot):
    with qtbot.waitSignal(table.filter_typed) as typed:
        qtbot.keyClicks(table.field, "o")
    assert typed.args == ["o"]
    table.show_filtered(table.table.model().rows.kept(["head/output"]))
    assert names(table) == ["head", "output"]
    assert table.totals.text(Column.LAYER) == "1 of 5 layers"
    table.show_filtered(None)
    assert len(names(table)) >= 3


def test_a_filter_that_is_not_understood_says_so(table):
    rows = table.table.model().rows
    table.show_filtered(rows.kept([]), "params > needs a number, such as params > 1e6.")
    assert table.word.text().startswith("params > needs")


def test_totals_stand_below_and_are_read_as_a_sentence(table):
    assert table.totals.text(Column.PARAMETERS) == "93,937"
    assert table.totals.accessibleName() == (
        "5 of 5 layers have 93,937 parameters, 93,936 of them trained; a weight that "
        "several layers share counts once. 17,231,304 multiply-adds for one sample."
    )


def test_selected_lines_are_copied_with_whole_numbers(opened, qtbot):
    click(qtbot, opened, "conv_1")
    with qtbot.waitSignal(opened.copy_asked) as asked:
        qtbot.keyClick(opened.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    [copy] = asked.args
    text = as_tsv(copy.rows, copy.lines, copy.columns)
    first, second = text.splitlines()
    assert first.split("\t")[3] == "Parameters"
    assert second.split("\t")[3:5] == ["4632", "17142000"]


def test_everything_is_copied_as_markdown(opened, qtbot):
    actions = {a.text(): a for a in opened.menu().actions()}
    with qtbot.waitSignal(opened.copy_asked) as asked:
        actions["Copy whole table as Markdown"].trigger()
    [copy] = asked.args
    lines = as_markdown(copy.rows, copy.lines, copy.columns).splitlines()
    assert lines[1].startswith("| :--- | :---")
    assert len(lines) == 2 + 5
    assert "input\\_1" in lines[2]


def test_is_drawn_in_both_themes_and_larger(opened):
    light = opened.grab().toImage()
    opened.apply_theme(replace(DARK, scale=1.5))
    assert opened.grab().toImage() != light
    assert opened.table.rowHeight(0) == 39
