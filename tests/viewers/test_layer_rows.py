"""What the cells of the layer table say."""

from pathlib import Path

from msgspec.structs import replace

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Axis, Node, Structure, Value
from tests.small_models import conv_model, weight
from viewers.layer_rows import NOTHING, UNKNOWN, Column, LayerRows


def rows_of(model):
    return LayerRows(model, model.values())


def line(rows, node_id):
    node = rows.nodes[rows.row_of[node_id]]
    return [rows.text(node, column) for column in Column]


def test_a_layer_says_type_activation_shape_and_sizes():
    assert line(rows_of(conv_model()), "conv_1") == [
        "conv_1",
        "Conv2D · relu",
        "None × 61 × 61 × 24",
        "4,632",
        "17.1 M",
        "18.5 kB",
        "float32",
    ]


def test_containers_come_before_what_they_hold_and_sum_it():
    rows = rows_of(conv_model())
    names = [node.id for node in rows.nodes]
    assert names == ["input_1", "conv_1", "head", "head/flatten", "head/output"]
    assert line(rows, "head")[3:6] == ["89,305", "89.3 k", "357.2 kB"]


def test_an_input_has_nothing_to_count():
    assert line(rows_of(conv_model()), "input_1")[3:6] == [NOTHING] * 3


def test_a_group_of_tensors_has_neither_shape_nor_cost():
    made = ModelBuilder(Path("/x.h5"), "weights")
    made.structure = Structure.TENSORS
    group = Node(
        id="g", op="Weights", dialect="keras", parameters=(weight("g", "kernel", (4,)),)
    )
    made.graph().add_node(group)
    assert line(rows_of(made.freeze()), "g")[2:6] == [NOTHING, "4", NOTHING, "16 B"]


def test_what_nobody_knows_is_not_shown_as_zero():
    made = ModelBuilder(Path("/x.keras"), "test")
    graph = made.graph()
    open_kernel = weight("n", "kernel", (-1, 4))
    node = Node(
        id="n", op="Dense", dialect="keras", outputs=("y",), parameters=(open_kernel,)
    )
    graph.add_node(node)
    cells = line(rows_of(made.freeze()), "n")
    assert cells[2:6] == ["unknown shape", UNKNOWN, UNKNOWN, UNKNOWN]


def test_sorting_puts_the_largest_first_and_the_unknown_last():
    made = ModelBuilder(Path("/x.keras"), "test")
    graph = made.graph()
    for name, cost in (("a", 5), ("b", None), ("c", 70), ("d", 6)):
        graph.add_node(Node(id=name, op="X", dialect="keras", multiply_adds=cost))
    rows = rows_of(made.freeze())
    order = rows.order(Column.MULTIPLY_ADDS, descending=True)
    assert [rows.nodes[row].id for row in order] == ["c", "d", "a", "b"]


def test_names_from_the_file_are_made_showable():
    made = ModelBuilder(Path("/x.keras"), "test")
    made.graph().add_node(Node(id="n", name="a\nb\u202ec", op="X", dialect="keras"))
    assert line(rows_of(made.freeze()), "n")[0] == "a␊b⟨202E⟩c"


def test_shapes_sort_by_the_size_of_one_sample():
    made = ModelBuilder(Path("/x.keras"), "test")
    graph = made.graph()
    for name, width in (("a", 30), ("b", 4), ("c", None)):
        axes = (Axis.BATCH, Axis.FEATURE)
        graph.add_value(Value(id=f"{name}/y", shape=(None, width), axes=axes))
        graph.add_node(Node(id=name, op="X", dialect="keras", outputs=(f"{name}/y",)))
    rows = rows_of(made.freeze())
    order = rows.order(Column.SHAPE, descending=False)
    assert [rows.nodes[row].id for row in order] == ["b", "a", "c"]


def test_a_layer_that_cannot_work_says_so_and_has_no_count():
    model = conv_model()
    broken = replace(
        model.graph.nodes["conv_1"], problem="5 − 8 is negative.", parameters=()
    )
    nodes = {**model.graph.nodes, "conv_1": broken}
    graphs = {**model.graphs, "": replace(model.graph, nodes=nodes)}
    model = replace(model, graphs=graphs)
    rows = LayerRows(model, model.values())
    assert rows.troubles(broken)[0] == "5 − 8 is negative."
    assert rows.text(broken, Column.PARAMETERS) == "?"
    assert rows.text(broken, Column.MEMORY) == "?"
