"""The lines of the layer table: which there are and what their cells say."""

import gc
import weakref
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Axis, Node, Structure, Value
from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.index import ModelIndex
from loaders.ir.walk import totals
from tests.small_models import conv_model, weight
from viewers.layer_cells import NOTHING, UNKNOWN
from viewers.layer_columns import Column
from viewers.layer_rows import LayerRows
from viewers.layer_totals import texts_of

SEVEN = (
    Column.LAYER,
    Column.TYPE,
    Column.SHAPE,
    Column.PARAMETERS,
    Column.MULTIPLY_ADDS,
    Column.MEMORY,
    Column.DTYPE,
)


def rows_of(model):
    return LayerRows(ModelIndex(model))


def cells(rows, id, columns=SEVEN):
    return [rows.text(rows.line_of[id], column) for column in columns]


def ids(rows, lines):
    return [rows.lines[at].id for at in lines]


@pytest.fixture
def rows():
    return rows_of(conv_model())


def deep_model(depth=3, fan=2):
    """Return nodes in groups in groups, ``fan`` of each at every level."""
    made = ModelBuilder(Path("/x.onnx"), "test")
    main = made.graph()
    groups = {}

    def fill(path):
        members = []
        for number in range(fan):
            id = "/".join((*path, f"n{number}"))
            main.add_node(
                Node(
                    id=id,
                    op="MatMul",
                    dialect="onnx",
                    parameters=(weight(id, "kernel", (2, 3)),),
                    multiply_adds=6,
                )
            )
            members.append(id)
        if len(path) < depth:
            inner = ((*path, f"g{number}") for number in range(fan))
            members.extend(map(open_group, inner))
        return tuple(members)

    def open_group(path):
        id = "group:" + "/".join(path)
        groups[id] = None  # each before the groups inside it
        members = fill(path)
        groups[id] = Group(
            id=id,
            title=path[-1],
            kind=GroupKind.SCOPE,
            members=members,
            parent="group:" + "/".join(path[:-1]) if path[:-1] else "",
            nodes=1,
        )
        return id

    top = fill(())
    return replace(made.freeze(), grouping=Grouping(top=top, groups=groups))


def test_a_layer_says_type_activation_shape_and_sizes(rows):
    assert cells(rows, "conv_1") == [
        "conv_1",
        "Conv2D · relu",
        "None × 61 × 61 × 24",
        "4,632",
        "17.1 M",
        "18.5 kB",
        "float32",
    ]


def test_further_columns_say_where_it_comes_from_and_what_it_weighs(rows):
    more = (Column.INPUT, Column.TRAINED, Column.SHARE, Column.ACTIVATION)
    assert cells(rows, "conv_1", (*more, Column.SOURCES)) == [
        "None × 128 × 128 × 3",
        "4,632",
        "4.9 %",
        "357.2 kB",
        "input_1",
    ]


def test_groups_come_before_what_they_hold_and_sum_it(rows):
    assert ids(rows, range(len(rows.lines))) == [
        "input_1",
        "conv_1",
        "head",
        "head/flatten",
        "head/output",
    ]
    assert cells(rows, "head")[3] == "89,305"
    assert cells(rows, "head")[5] == "357.2 kB"


def test_an_input_has_nothing_to_count(rows):
    assert cells(rows, "input_1")[3:6] == [NOTHING] * 3


def test_programs_get_whole_numbers(rows):
    conv = rows.line_of["conv_1"]
    assert rows.exact(conv, Column.MULTIPLY_ADDS) == "17142000"
    assert rows.exact(conv, Column.SHAPE) == "None × 61 × 61 × 24"


def test_a_group_of_tensors_has_no_columns_for_layers():
    made = ModelBuilder(Path("/x.h5"), "weights")
    made.structure = Structure.TENSORS
    group = Node(
        id="g", op="Weights", dialect="keras", parameters=(weight("g", "kernel", (4,)),)
    )
    made.graph().add_node(group)
    rows = rows_of(made.freeze())
    assert Column.SHAPE not in rows.columns
    assert Column.MULTIPLY_ADDS not in rows.columns
    assert cells(rows, "g", (Column.PARAMETERS, Column.MEMORY)) == ["4", "16 B"]


def test_what_nobody_knows_is_not_shown_as_zero():
    made = ModelBuilder(Path("/x.keras"), "test")
    open_kernel = weight("n", "kernel", (-1, 4))
    made.graph().add_node(
        Node(
            id="n",
            op="Dense",
            dialect="keras",
            outputs=("y",),
            parameters=(open_kernel,),
        )
    )
    rows = rows_of(made.freeze())
    assert cells(rows, "n")[2:6] == ["unknown shape", UNKNOWN, UNKNOWN, UNKNOWN]
    assert rows.exact(0, Column.PARAMETERS) == ""


def test_a_layer_that_cannot_work_says_so_and_has_no_count():
    model = conv_model()
    broken = replace(
        model.graph.nodes["conv_1"], problem="5 − 8 is negative.", parameters=()
    )
    nodes = {**model.graph.nodes, "conv_1": broken}
    graphs = {**model.graphs, "": replace(model.graph, nodes=nodes)}
    rows = rows_of(replace(model, graphs=graphs))
    assert rows.troubles(rows.line_of["conv_1"])[0] == "5 − 8 is negative."
    assert cells(rows, "conv_1", (Column.PARAMETERS, Column.MEMORY)) == ["?", "?"]
    below = texts_of(rows.whole, len(rows.lines))
    assert below[Column.PARAMETERS] == "≥ 89,305"
    alone = texts_of(rows.sums({rows.line_of["conv_1"]}), len(rows.lines))
    assert (alone[Column.PARAMETERS], alone[Column.MEMORY]) == ("?", "?")


def test_sorting_puts_the_largest_first_and_the_unknown_last():
    made = ModelBuilder(Path("/x.keras"), "test")
    graph = made.graph()
    for name, cost in (("a", 5), ("b", None), ("c", 70), ("d", 6)):
        graph.add_node(Node(id=name, op="X", dialect="keras", multiply_adds=cost))
    rows = rows_of(made.freeze())
    order = rows.flat(Column.MULTIPLY_ADDS, True, None)
    assert ids(rows, order) == ["c", "d", "a", "b"]
    order = rows.flat(Column.MULTIPLY_ADDS, True, rows.kept(["b", "d"]))
    assert ids(rows, order) == ["d", "b"]


def test_shapes_sort_by_the_size_of_one_sample():
    made = ModelBuilder(Path("/x.keras"), "test")
    graph = made.graph()
    for name, width in (("a", 30), ("b", 4), ("c", None)):
        axes = (Axis.BATCH, Axis.FEATURE)
        graph.add_value(Value(id=f"{name}/y", shape=(None, width), axes=axes))
        graph.add_node(Node(id=name, op="X", dialect="keras", outputs=(f"{name}/y",)))
    rows = rows_of(made.freeze())
    assert ids(rows, rows.flat(Column.SHAPE, False, None)) == ["b", "a", "c"]


def test_names_from_the_file_are_made_showable():
    made = ModelBuilder(Path("/x.keras"), "test")
    made.graph().add_node(Node(id="n", name="a\nb\u202ec", op="X", dialect="keras"))
    assert cells(rows_of(made.freeze()), "n")[0] == "a␊b⟨202E⟩c"


def test_a_closed_group_hides_its_inside(rows):
    assert ids(rows, rows.tree(set(), None)) == ["input_1", "conv_1", "head"]


def test_a_filter_leaves_the_groups_around_what_it_keeps(rows):
    seen = rows.tree({rows.line_of["head"]}, rows.kept(["head/output"]))
    assert ids(rows, seen) == ["head", "head/output"]


def test_sums_of_what_is_left_count_shared_weights_once(rows):
    sums = rows.kept(["conv_1", "head/output", "no such layer"]).sums
    assert (sums.layers, sums.weights.total) == (2, 4_632 + 89_305)
    assert sums.multiply_adds == 17_142_000 + 89_304


def test_sums_of_all_are_the_model_s():
    model = conv_model()
    assert rows_of(model).whole.weights == totals(model)


@given(st.sets(st.integers(0, 40)), st.none() | st.sets(st.integers(0, 20)))
def test_the_tree_shows_what_walking_down_shows(opened, kept):
    rows = rows_of(deep_model())
    lines = range(len(rows.lines))
    kept = None if kept is None else {at for at in kept if at in lines}

    def is_seen(at):
        if any(group not in opened for group in rows.around(at)):
            return False
        inside = range(at, at + rows.sizes[at])
        return kept is None or any(each in kept for each in inside)

    left = None if kept is None else rows.kept(rows.lines[at].id for at in kept)
    assert rows.tree(opened, left) == [at for at in lines if is_seen(at)]


def test_groups_add_up_what_is_inside_however_deep():
    rows = rows_of(deep_model())
    for at, line in enumerate(rows.lines):
        if line.group is not None:
            inside = rows.lines[at : at + rows.sizes[at]]
            count = sum(each.node is not None for each in inside)
            assert rows.weights(at).total == 6 * count


def test_all_that_is_known_of_a_model_goes_away_with_its_rows():
    gc.collect()
    gc.disable()
    try:
        index = ModelIndex(conv_model())
        rows = LayerRows(index)
        rows.text(0, Column.PARAMETERS)
        there = weakref.ref(index)
        del index, rows
        assert there() is None  # the collector never looks at frozen tables
    finally:
        gc.enable()
