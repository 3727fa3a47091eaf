"""Rules run over whole models; the models are made by hand."""

import json
from pathlib import Path

import pytest

from loaders.formats import read_model
from loaders.ir.builder import GraphBuilder, ModelBuilder
from loaders.ir.graph import Axis, Node, Value
from loaders.kinds import understand
from loaders.kinds._infer import infer
from tests.keras_files import dense, layer, sequential, start


def add(graph: GraphBuilder, op, id, inputs=(), dialect="keras", bodies=(), **settings):
    kind, attributes, complaint = understand(dialect, op, {"name": id, **settings}, 3)
    assert not complaint, complaint
    return graph.add_node(
        Node(
            id=id,
            name=id,
            op=op,
            dialect=dialect,
            kind=kind.id if kind else "unknown",
            inputs=inputs,
            outputs=(f"{id}:0",),
            attributes=attributes,
            bodies=bodies,
        )
    )


@pytest.fixture
def builder():
    return ModelBuilder(Path("model"), "test")


def picture(graph, side=28, id="input"):
    add(graph, "InputLayer", id, batch_shape=[None, side, side, 1], dtype="float32")
    graph.inputs.append(f"{id}:0")
    return f"{id}:0"


def shapes(model):
    return {id: value.shape for id, value in model.values().items()}


def test_shapes_follow_the_edges(builder):
    graph = builder.graph()
    flow = picture(graph)
    add(graph, "Conv2D", "conv", (flow,), filters=6, kernel_size=[5, 5])
    add(graph, "Flatten", "flat", ("conv:0",))
    add(graph, "Dense", "dense", ("flat:0",), units=10)
    assert shapes(infer(builder.freeze())) == {
        "input:0": (None, 28, 28, 1),
        "conv:0": (None, 24, 24, 6),
        "flat:0": (None, 3456),
        "dense:0": (None, 10),
    }


def test_expected_weights_are_absent_but_counted(builder):
    graph = builder.graph()
    add(graph, "Conv2D", "conv", (picture(graph),), filters=6, kernel_size=[5, 5])
    [kernel, bias] = infer(builder.freeze()).parameters()
    assert (kernel.role, kernel.tensor.shape, kernel.count) == (
        "kernel",
        (5, 5, 1, 6),
        150,
    )
    assert (bias.role, bias.count, bias.trainable) == ("bias", 6, True)


def test_frozen_nodes_have_weights_that_are_not_trained(builder):
    graph = builder.graph()
    add(graph, "Conv2D", "conv", (picture(graph),), filters=6, kernel_size=[5, 5])
    model = infer(builder.freeze(), frozenset({"conv"}))
    assert not any(parameter.trainable for parameter in model.parameters())


def test_a_convolution_names_the_axes_of_the_input_that_it_reads(builder):
    graph = builder.graph()
    add(graph, "Conv2D", "conv", (picture(graph),), filters=6, kernel_size=[5, 5])
    axes = infer(builder.freeze()).values()["input:0"].axes
    assert axes == (Axis.BATCH, Axis.HEIGHT, Axis.WIDTH, Axis.CHANNEL)


def test_a_nested_model_has_the_shapes_of_the_call(builder):
    top = builder.graph()
    flow = picture(top, 32)
    top.add_node(
        Node(
            id="inner",
            name="inner",
            op="Functional",
            dialect="keras",
            kind="model",
            inputs=(flow,),
            outputs=("inner:0",),
            bodies=("inner",),
        )
    )
    body = builder.graph("inner", owner="inner")
    add(body, "InputLayer", "inner/in", batch_shape=[None, None, None, 1])
    body.inputs.append("inner/in:0")
    add(body, "MaxPooling2D", "inner/pool", ("inner/in:0",), pool_size=[2, 2])
    body.outputs.append("inner/pool:0")
    found = shapes(infer(builder.freeze()))
    assert found["inner/in:0"] == (None, 32, 32, 1)
    assert found["inner:0"] == found["inner/pool:0"] == (None, 16, 16, 1)
    inside = infer(builder.freeze()).graphs["inner"].nodes
    assert inside["inner/in"].multiply_adds == 0


def test_a_model_for_each_timestep_keeps_the_time_axis(builder):
    top = builder.graph()
    add(top, "InputLayer", "frames", batch_shape=[None, 7, 8, 8, 1])
    top.inputs.append("frames:0")
    top.add_node(
        Node(
            id="each",
            name="each",
            op="TimeDistributed",
            dialect="keras",
            kind="time_distributed",
            inputs=("frames:0",),
            outputs=("each:0",),
            bodies=("each",),
        )
    )
    body = builder.graph("each", owner="each")
    add(body, "InputLayer", "each/in", batch_shape=[None, 8, 8, 1])
    body.inputs.append("each/in:0")
    add(body, "GlobalMaxPooling2D", "each/max", ("each/in:0",))
    body.outputs.append("each/max:0")
    value = infer(builder.freeze()).values()["each:0"]
    assert value.shape == (None, 7, 1)
    assert value.axes[:2] == (Axis.BATCH, Axis.TIME)


def test_where_shapes_cannot_work_the_layer_says_so_and_what_follows_is_unknown(
    builder,
):
    graph = builder.graph()
    add(graph, "Conv2D", "conv", (picture(graph, 4),), filters=6, kernel_size=[5, 5])
    add(graph, "Flatten", "flat", ("conv:0",))
    model = infer(builder.freeze())
    problem = model.graph.nodes["conv"].problem
    assert "5" in problem
    assert "4" in problem
    assert shapes(model)["flat:0"] is None


def test_onnx_declarations_win_and_rules_fill_their_gaps(builder):
    graph = builder.graph()
    axes = (Axis.OTHER,) * 2
    graph.add_value(Value(id="x", shape=("batch", 8), axes=axes, dtype="float32"))
    graph.inputs.append("x")
    graph.add_value(Value(id="relu:0", shape=(None, 8), axes=axes))
    add(graph, "Relu", "relu", ("x",), dialect="onnx")
    assert shapes(infer(builder.freeze()))["relu:0"] == ("batch", 8)


def test_a_declaration_that_its_rule_contradicts_is_noted(builder):
    graph = builder.graph()
    flow = picture(graph)
    graph.add_value(Value(id="flat:0", shape=(None, 5), axes=(Axis.OTHER,) * 2))
    add(graph, "Flatten", "flat", (flow,))
    model = infer(builder.freeze())
    assert shapes(model)["flat:0"] == (None, 784)
    [note] = model.notes
    assert note.where == "flat"
    assert "None × 5" in note.message
    assert "None × 784" in note.message


def test_a_choice_has_what_its_branches_agree_on(builder):
    top = builder.graph()
    top.add_value(Value(id="x", shape=(2, 8), axes=(Axis.OTHER,) * 2, dtype="float32"))
    top.inputs.append("x")
    top.add_node(
        Node(
            id="if",
            op="If",
            dialect="onnx",
            outputs=("if:0",),
            bodies=("then", "else"),
        )
    )
    for name, op, settings in (("then", "Relu", {}), ("else", "Flatten", {"axis": 0})):
        body = builder.graph(name, owner="if")
        add(body, op, f"{name}/op", ("x",), dialect="onnx", **settings)
        body.outputs.append(f"{name}/op:0")
    found = shapes(infer(builder.freeze()))
    assert found["then/op:0"] == (2, 8)
    assert found["else/op:0"] == (1, 16)
    assert found["if:0"] == (None, None)


def test_a_length_without_sense_is_a_problem_and_no_shape(tmp_path):
    path = tmp_path / "m.json"
    huge = dense("huge", 2**63 - 1)
    path.write_text(json.dumps(sequential("m", start(4), huge, dense("next", 2))))
    model = read_model(path)
    first, second = (model.graph.nodes[name] for name in ("huge", "next"))
    assert "9,223,372,036,854,775,807 long: such a size makes no sense" in first.problem
    assert first.parameters == ()
    assert model.values()[first.outputs[0]].shape is None
    assert second.problem == ""


def test_a_weight_without_sense_is_noted_and_not_counted(tmp_path):
    path = tmp_path / "m.json"
    gates = layer("LSTM", "gates", units=2**47)  # four gates make it too long
    path.write_text(json.dumps(sequential("m", start(5, 4), gates)))
    model = read_model(path)
    assert list(model.parameters()) == []
    said = [note.message for note in model.notes if note.where == "gates"]
    assert sum("its kernel would have 562,949,953,421,312" in one for one in said) == 1
