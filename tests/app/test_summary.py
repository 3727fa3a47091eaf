"""The summary counts what Keras counts and says what it does not know."""

from pathlib import Path

import pytest

from app.summary import as_json, as_text, node_names, outcome_of
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Axis, Category, Node, Parameter, Severity, Structure, Value
from loaders.ir.tensors import absent_tensor

IMAGE = (Axis.BATCH, Axis.CHANNEL)


def weight(id, *shape, **details):
    return Parameter(
        id=id, role="kernel", tensor=absent_tensor(shape, "float32"), **details
    )


def call(id, source, target, *, op="Dense", dialect="keras", **details):
    return Node(
        id=id,
        op=op,
        dialect=dialect,
        inputs=(source,) if source else (),
        outputs=(target,),
        **details,
    )


@pytest.fixture
def builder():
    builder = ModelBuilder(Path("/models/wide.keras"), "Keras 3 archive")
    builder.producer = "Keras 3.15.1"
    graph = builder.graph()
    graph.add_value(Value(id="x", shape=(None, 4), axes=IMAGE, dtype="float32"))
    graph.inputs.append("x")
    return builder


def finish(builder, *nodes, output="y"):
    graph = builder.graphs[""]
    for node in nodes:
        graph.add_node(node)
    graph.outputs.append(output)
    return builder.freeze()


def test_a_layer_called_twice_is_two_entries_and_counts_once(builder):
    shared = (weight("d/kernel", 4, 4), weight("d/bias", 4))
    model = finish(
        builder,
        call("d", "x", "h", name="d", parameters=shared),
        call("d#2", "h", "y", name="d", parameters=shared, shared_with="d"),
    )
    summary = as_json(model)
    assert [layer["parameters"] for layer in summary["layers"]] == [20, 20]
    assert summary["parameters"] == {"total": 20, "trainable": 20, "non_trainable": 0}


def test_frozen_weights_are_not_trainable_and_listed_state_is_not_counted(builder):
    weights = (
        weight("k", 4, 4),
        weight("mean", 4, trainable=False),
        weight("seed", 2, trainable=False, counted=False),
    )
    summary = as_json(finish(builder, call("d", "x", "y", parameters=weights)))
    assert summary["parameters"] == {"total": 20, "trainable": 16, "non_trainable": 4}


def test_a_container_is_followed_by_its_layers_and_sums_them_up(builder):
    inner = builder.graph("inner", "inner", owner="block")
    inner.add_node(
        Node(
            id="block/d",
            name="d",
            op="Dense",
            dialect="keras",
            scope=("block",),
            parameters=(weight("k", 4, 4),),
            multiply_adds=16,
        )
    )
    block = call("block", "x", "y", op="Functional", name="block", bodies=("inner",))
    layers = as_json(finish(builder, block))["layers"]
    assert [(each["name"], each["scope"]) for each in layers] == [
        ("block", ""),
        ("d", "block"),
    ]
    assert [each["parameters"] for each in layers] == [16, 16]
    assert [each["macs"] for each in layers] == [16, 16]


def test_a_cost_is_unknown_if_a_part_of_it_is(builder):
    inner = builder.graph("inner", "inner", owner="block")
    inner.add_node(Node(id="a", op="Dense", dialect="keras", multiply_adds=16))
    inner.add_node(Node(id="b", op="Odd", dialect="keras"))
    block = call("block", "x", "y", op="Functional", bodies=("inner",))
    assert as_json(finish(builder, block))["layers"][0]["macs"] is None


def test_a_distributed_layer_costs_its_inside_once_per_step(builder):
    graph = builder.graphs[""]
    graph.add_value(
        Value(id="y", shape=(None, 7, 4), axes=(Axis.BATCH, Axis.TIME, Axis.FEATURE))
    )
    inner = builder.graph("inner", "inner", owner="td")
    inner.add_node(Node(id="a", op="Dense", dialect="keras", multiply_adds=16))
    td = call("td", "x", "y", op="TimeDistributed", bodies=("inner",))
    assert as_json(finish(builder, td))["layers"][0]["macs"] == 7 * 16


def test_a_loop_costs_nobody_knows_what(builder):
    inner = builder.graph("inner", "body", owner="loop")
    inner.add_node(Node(id="a", op="Gemm", dialect="onnx", multiply_adds=16))
    loop = call("loop", "x", "y", op="Loop", dialect="onnx", bodies=("inner",))
    assert as_json(finish(builder, loop))["layers"][0]["macs"] is None


def test_nodes_without_a_name_are_called_by_operation_and_position(builder):
    model = finish(
        builder,
        call("a", "x", "h", op="Relu", dialect="onnx", name="first"),
        call("b", "h", "y", op="Gemm", dialect="onnx"),
    )
    assert node_names(model) == {"a": "first", "b": "Gemm_1"}


def test_a_made_name_keeps_the_position_in_the_file(builder):
    model = finish(builder, call("then/Gemm_12", "x", "y", op="Gemm", dialect="onnx"))
    assert node_names(model) == {"then/Gemm_12": "Gemm_12"}


def test_unknown_shapes_are_null_and_named_lengths_are_text(builder):
    builder.graphs[""].add_value(
        Value(id="h", shape=("batch", None, 3), axes=(Axis.OTHER,) * 3)
    )
    model = finish(builder, call("a", "x", "h"), call("b", "h", "y"))
    shapes = [each["output_shapes"] for each in as_json(model)["layers"]]
    assert shapes == [[["batch", None, 3]], [None]]


def test_inputs_carry_the_name_of_their_layer(builder):
    model = finish(
        builder, call("in", "", "h", op="InputLayer", name="image"), output="h"
    )
    assert as_json(model)["outputs"] == [
        {"name": "image", "shape": None, "dtype": None}
    ]
    assert as_json(model)["inputs"] == [
        {"name": "x", "shape": [None, 4], "dtype": "float32"}
    ]


def test_weights_of_unknown_size_are_not_called_zero(builder):
    model = finish(builder, call("d", "x", "y", parameters=(weight("k", -1, 4),)))
    assert as_json(model)["layers"][0]["parameters"] is None
    assert "1 weight of a size that the input decides" in as_json(model)["notes"][0]
    assert "unknown" in as_text(model)


def test_a_layer_that_cannot_work_makes_a_warning(builder):
    bad = call("add", "x", "y", op="Add", name="add", problem="4 is not 5.")
    assert outcome_of(finish(builder, bad)) == (
        "opens-with-warning",
        ["add (Add): 4 is not 5."],
    )


def test_information_alone_is_no_warning(builder):
    builder.note("Compiled with Adam.", severity=Severity.INFO)
    assert outcome_of(finish(builder, call("d", "x", "y"))) == (
        "opens",
        ["Compiled with Adam."],
    )


def test_of_very_many_notes_the_first_are_told_and_the_rest_counted(builder):
    for at in range(1000):
        builder.note(f"Note {at}.")
    _outcome, messages = outcome_of(finish(builder, call("d", "x", "y")))
    assert messages[0] == "Note 0."
    assert messages[-1] == "... and 800 more."


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_table_fits_the_terminal(builder, width):
    model = finish(
        builder, call("n" * 300, "x", "y", name="n" * 300, op="VeryLongClassName" * 4)
    )
    assert max(map(len, as_text(model, width).splitlines())) <= width


def test_the_table_shows_both_ends_of_a_long_name(builder):
    model = finish(builder, call("d", "x", "y", name="start" + "n" * 300 + "end"))
    assert "start" in as_text(model, 80)
    assert "nend " in as_text(model, 80)


def test_hostile_names_stay_on_their_line(builder):
    model = finish(builder, call("d", "x", "y", name="a\nb\x1b[31m"))
    assert "a␊b␛[31m" in as_text(model)


def test_a_sentence_said_often_is_told_once(builder):
    for _ in range(3):
        builder.note("Odd.")
    text = as_text(finish(builder, call("d", "x", "y")))
    assert "! Odd. (3 times)" in text


def test_the_table_says_which_layers_share_their_weights(builder):
    shared = (weight("d/kernel", 4, 4),)
    model = finish(
        builder,
        call("d", "x", "h", name="d", parameters=shared),
        call("d#2", "h", "y", name="d", parameters=shared, shared_with="d"),
    )
    rows = [line.split() for line in as_text(model).splitlines() if "Dense" in line]
    assert ["shared" in row for row in rows] == [False, True]


def test_a_file_of_weights_does_not_say_which_are_trained(builder):
    builder.structure = Structure.TENSORS
    text = as_text(finish(builder, call("d", "x", "y", parameters=(weight("k", 4),))))
    assert "Total parameters    4" in text
    assert "trainable" not in text


def test_a_total_of_unknown_weights_alone_is_unknown(builder):
    broken = call("d", "x", "y", problem="It fits nowhere.", category=Category.DENSE)
    text = as_text(finish(builder, broken))
    assert "Total parameters    unknown" in text
