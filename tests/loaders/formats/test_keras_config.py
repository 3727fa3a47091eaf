"""Keras descriptions of every spelling, by hand-made examples."""

import json
from pathlib import Path

import pytest

from loaders.formats._keras_config import build
from loaders.formats._keras_layer import KerasVersion
from loaders.formats._keras_settings import computed_dtype
from loaders.formats._keras_weights import frozen_nodes
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.ir.folding import FOLDED, Folding
from loaders.ir.graph import Severity, Structure
from loaders.kinds._infer import infer
from loaders.limits import Limits

MODERN, LEGACY, OLD = "3.15.1", "2.3.1", "1.2.2"


def tensor(name, node=0, output=0, shape=(None, 4), dtype="float32"):
    config = {
        "shape": list(shape),
        "dtype": dtype,
        "keras_history": [name, node, output],
    }
    return {"class_name": "__keras_tensor__", "config": config}


def layer(class_name, name, inbound=(), config=None, **more):
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, **(config or {})},
        "registered_name": None,
        "name": name,
        "inbound_nodes": list(inbound),
        **more,
    }


def call(*args, **kwargs):
    return {"args": list(args), "kwargs": kwargs}


def start(name="x", shape=(None, 4)):
    return layer("InputLayer", name, config={"batch_shape": list(shape)})


def operation(class_name, name, *calls):
    return layer(class_name, name, calls, module="keras.src.ops.numpy")


def functional(layers, inputs, outputs, name="m", **more):
    config = {
        "name": name,
        "layers": layers,
        "input_layers": inputs,
        "output_layers": outputs,
    }
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": config,
        "registered_name": "Functional",
        "name": name,
        **more,
    }


def sequential(layers, name="s", **config):
    return {
        "class_name": "Sequential",
        "config": {"name": name, "layers": layers, **config},
        "name": name,
    }


def old(class_name, name, inbound=(), **config):
    return {
        "class_name": class_name,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": list(inbound),
    }


def read(description, version=MODERN, limits=None, folding=FOLDED):
    builder = ModelBuilder(Path("model.json"), "test")
    more = {} if limits is None else {"limits": limits}
    parsed = KerasVersion.parse(version)
    root = build(builder, description, parsed, folding=folding, **more)
    return builder.freeze(), root


def edges(model):
    return {node.id: node.inputs for node in model.nodes()}


def warnings(model):
    return [n.message for n in model.notes if n.severity is Severity.WARNING]


# versions


@pytest.mark.parametrize(
    ("text", "major"),
    [("1.2.2", 1), ("2.2.4-tf", 2), ("3.15.1", 3), ("<b>", 0), (None, 0), ([1], 0)],
)
def test_the_major_version_is_read(text, major):
    assert KerasVersion.parse(text).major == major


def test_a_description_without_version_is_recognised_by_its_spelling():
    assert KerasVersion.guess(functional([start()], [], [])).major == 3
    assert KerasVersion.guess(sequential([old("Dense", "d", units=2)])).major == 2
    old_layer = old("Convolution2D", "c", nb_filter=2)
    assert KerasVersion.guess(sequential([old_layer])).major == 1


def test_a_version_that_is_none_is_told():
    model, _ = read(functional([start()], ["x", 0, 0], ["x", 0, 0]), "<img src=x>")
    assert "version" in warnings(model)[0]


def test_a_newer_keras_is_told():
    model, _ = read(functional([start()], ["x", 0, 0], ["x", 0, 0]), "99.0")
    assert "newer" in warnings(model)[0]


# functional models


def test_ends_may_be_flat_a_list_or_named():
    layers = [start("x"), start("y")]
    for inputs, expected in (
        (["x", 0, 0], ("x:0",)),
        ([["x", 0, 0], ["y", 0, 0]], ("x:0", "y:0")),
        ({"b": ["x", 0, 0], "a": ["y", 0, 0]}, ("y:0", "x:0")),
    ):
        model, _ = read(functional(layers, inputs, inputs))
        assert model.graph.inputs == model.graph.outputs == expected


def test_a_shared_layer_is_one_node_per_call():
    shared = layer("Dense", "d", [call(tensor("x")), call(tensor("d", 0))])
    model, root = read(functional([start(), shared], ["x", 0, 0], ["d", 1, 0]))
    assert edges(model) == {"x": (), "d": ("x:0",), "d#2": ("d:0",)}
    assert model.graph.nodes["d#2"].shared_with == "d"
    assert root.layers[1].nodes == ["d", "d#2"]
    assert model.graph.outputs == ("d#2:0",)


def test_layers_may_be_in_any_order():
    layers = [
        layer("Dense", "b", [call(tensor("a"))]),
        layer("Dense", "a", [call(tensor("x"))]),
        start(),
    ]
    model, _ = read(functional(layers, ["x", 0, 0], ["b", 0, 0]))
    assert list(model.graph.nodes) == ["x", "a", "b"]


def test_shapes_on_the_edges_are_kept():
    joined = layer("Concatenate", "c", [call([tensor("x"), tensor("x")])])
    end = layer("Flatten", "f", [call(tensor("c", shape=(None, 8)))])
    model, _ = read(functional([start(), joined, end], ["x", 0, 0], ["f", 0, 0]))
    assert model.values()["c:0"].shape == (None, 8)
    assert edges(model)["c"] == ("x:0", "x:0")


def test_tensors_given_by_name_follow_in_the_layers_own_order():
    attention = call(key=tensor("k"), value=tensor("v"), query=tensor("q"))
    layers = [start(n) for n in "qvk"]
    layers.append(layer("MultiHeadAttention", "a", [attention]))
    model, _ = read(functional(layers, ["q", 0, 0], ["a", 0, 0]))
    assert edges(model)["a"] == ("q:0", "v:0", "k:0")


def test_legacy_calls_are_lists_of_references():
    layers = [
        old("InputLayer", "x", batch_input_shape=[None, 4]),
        old("InputLayer", "y", batch_input_shape=[None, 4]),
        old("Add", "a", [[["x", 0, 0, {}], ["y", 0, 0, {}]]]),
        old("TFOpLambda", "o", [["a", 0, 0, {"y": ["x", 0, 0], "name": None}]]),
        old("TFOpLambda", "p", [["_CONSTANT_VALUE", -1, 2.0, {"y": ["o", 0, 0]}]]),
    ]
    ends = [["x", 0, 0], ["y", 0, 0]]
    model, _ = read(functional(layers, ends, [["p", 0, 0]]), LEGACY)
    assert edges(model) == {
        "x": (),
        "y": (),
        "a": ("x:0", "y:0"),
        "o": ("a:0", "x:0"),
        "p": ("o:0",),
    }
    assert not [text for text in warnings(model) if "unknown" not in text]


def test_legacy_counts_a_nested_models_own_node_and_modern_only_at_the_ends():
    inner = functional([start("i")], ["i", 0, 0], ["i", 0, 0], name="n")
    modern = {**inner, "inbound_nodes": [call(tensor("x")), call(tensor("n", 0))]}
    model, _ = read(functional([start(), modern], ["x", 0, 0], ["n", 2, 0]))
    assert edges(model)["n#2"] == ("n:0",)
    assert model.graph.outputs == ("n#2:0",)
    legacy = {**inner, "inbound_nodes": [[["x", 0, 0, {}]], [["n", 1, 0, {}]]]}
    model, _ = read(functional([start(), legacy], ["x", 0, 0], ["n", 2, 0]), LEGACY)
    assert edges(model)["n#2"] == ("n:0",)
    assert model.graph.outputs == ("n#2:0",)


def test_a_layer_inside_a_shared_model_shares_its_weights():
    inner = functional(
        [start("i"), layer("Dense", "d", [call(tensor("i"))])],
        ["i", 0, 0],
        ["d", 0, 0],
        name="n",
        inbound_nodes=[call(tensor("x")), call(tensor("n", 0))],
    )
    model, root = read(functional([start(), inner], ["x", 0, 0], ["n", 2, 0]))
    assert root.layers[1].layers[1].nodes == ["n/d", "n#2/d"]
    second = model.graphs["n#2"].nodes["n#2/d"]
    assert (second.shared_with, second.scope) == ("n/d", ("n",))
    assert model.graphs["n#2"].owner == "n#2"


def frozen_inside(outer_trained=True):
    """Return a model with a frozen model that holds a frozen and a free layer."""
    members = [
        start("i"),
        layer("Dense", "a", [call(tensor("i"))], {"units": 2, "trainable": False}),
        layer("Dense", "b", [call(tensor("a"))], {"units": 2, "trainable": True}),
    ]
    inner = functional(members, ["i", 0, 0], ["b", 0, 0], name="n")
    inner["config"]["trainable"] = False
    inner["inbound_nodes"] = [call(tensor("x"))]
    whole = functional([start(), inner], ["x", 0, 0], ["n", 1, 0])
    whole["config"]["trainable"] = outer_trained
    return whole


@pytest.mark.parametrize("version", [MODERN, LEGACY])
def test_layers_of_a_frozen_model_answer_for_themselves(version):
    model, root = read(frozen_inside(), version)
    trained = {one.name: one.trainable for one in root.layers[1].layers}
    assert trained == {"i": True, "a": False, "b": True}
    [note] = [one for one in model.notes if "frozen" in one.message]
    assert note.severity is Severity.INFO
    assert "n (Functional)" in note.message


def test_a_frozen_outermost_model_stays_frozen_in_keras_3_alone():
    _, root = read(frozen_inside(outer_trained=False), MODERN)
    assert not any(one.trainable for one in root.layers[1].layers)
    _, root = read(frozen_inside(outer_trained=False), LEGACY)
    assert root.layers[1].layers[2].trainable


def test_the_mark_of_a_sequential_model_is_lost_when_it_is_loaded():
    _, root = read(sequential([start(), layer("Dense", "d")], trainable=False))
    assert root.layers[1].trainable


@pytest.mark.parametrize(("version", "trained"), [(MODERN, True), (LEGACY, False)])
def test_a_frozen_wrapper_freezes_what_it_wraps_before_keras_3(version, trained):
    config = {"trainable": False, "layer": layer("Dense", "d")}
    wrapper = layer("TimeDistributed", "t", [call(tensor("x"))], config)
    _, root = read(functional([start(), wrapper], ["x", 0, 0], ["t", 0, 0]), version)
    assert root.layers[1].children["layer"].trainable is trained
    assert frozen_nodes(root) == (frozenset() if trained else {"t"})


@pytest.mark.parametrize(("version", "trained"), [(MODERN, True), (LEGACY, False)])
def test_parts_that_no_file_describes_are_made_anew_by_keras_3(version, trained):
    attention = layer("MultiHeadAttention", "a", config={"trainable": False})
    _, root = read(sequential([start(), attention]), version)
    assert root.layers[1].trainable is trained


@pytest.mark.parametrize(
    ("class_name", "config", "dialect"),
    [
        ("Add", {}, "keras.ops"),
        ("Add", {"trainable": True}, "keras"),
        ("Cast", {"dtype": "int32"}, "keras.ops"),
        ("Discretization", {"dtype": "float32", "num_bins": 3}, "keras"),
        ("SpatialDropout2D", {"dtype": "float32", "rate": 0.5}, "keras"),
        ("NotYetThere", {}, "keras.ops"),
    ],
)
def test_operations_are_known_without_their_module(class_name, config, dialect):
    one = layer(class_name, "one", [call([tensor("x"), tensor("x")])], config)
    del one["module"], one["registered_name"]
    model, _ = read(functional([start(), one], ["x", 0, 0], ["one", 0, 0]))
    assert model.graph.nodes["one"].dialect == dialect


@pytest.mark.parametrize(("axis", "count"), [(-1, 3), (1, 1), (9, 1), (None, 1)])
def test_unstack_has_as_many_outputs_as_its_axis_is_long(axis, count):
    given = tensor("x", shape=(None, None, 3))
    one = operation("Unstack", "u", call(given))
    one["config"] |= {"num": None, "axis": axis}
    begin = start(shape=(None, None, 3))
    model, _ = read(functional([begin, one], ["x", 0, 0], ["u", 0, 0]))
    assert len(model.graph.nodes["u"].outputs) == count


def test_a_recurrent_layer_has_its_states_as_outputs():
    config = {"return_state": True}
    for class_name, count in (("LSTM", 3), ("GRU", 2), ("ConvLSTM2D", 3)):
        one = layer(class_name, "r", [call(tensor("x"))], config)
        model, _ = read(functional([start(), one], ["x", 0, 0], ["r", 0, 0]))
        assert len(model.graph.nodes["r"].outputs) == count


def test_initial_states_are_inputs():
    states = call(tensor("x"), initial_state=[tensor("h"), tensor("c")])
    layers = [start(n) for n in "xhc"]
    layers.append(layer("LSTM", "r", [states]))
    model, _ = read(functional(layers, ["x", 0, 0], ["r", 0, 0]))
    assert edges(model)["r"] == ("x:0", "h:0", "c:0")


# operations and masks


def test_operations_are_nodes_but_no_layers():
    add = operation("Add", "plus", call(tensor("x"), 2.0))
    model, root = read(functional([start(), add], ["x", 0, 0], ["plus", 0, 0]))
    node = model.graph.nodes["plus"]
    assert (node.op, node.dialect, node.inputs) == ("Add", "keras.ops", ("x:0",))
    assert root.layers[1].is_op


def test_operations_that_only_make_a_mask_fold_into_the_edge():
    layers = [
        start("tokens", (None, 9)),
        operation("NotEqual", "ne", call(tensor("tokens", shape=(None, 9)), 0)),
        layer(
            "LSTM",
            "r",
            [call(tensor("tokens"), mask=tensor("ne", shape=(None, 9), dtype="bool"))],
        ),
    ]
    model, _ = read(functional(layers, ["tokens", 0, 0], ["r", 0, 0]))
    assert list(model.graph.nodes) == ["tokens", "r"]
    assert model.graph.nodes["r"].masks == ("ne:0",)
    mask = model.values()["ne:0"]
    assert (mask.name, mask.note, mask.dtype) == ("tokens ≠ 0", "mask", "bool")
    model, _ = read(
        functional(layers, ["tokens", 0, 0], ["r", 0, 0]), folding=Folding(masks=False)
    )
    assert list(model.graph.nodes) == ["tokens", "ne", "r"]
    assert model.graph.nodes["r"].masks == ("ne:0",)


def test_a_comparison_that_is_also_used_as_data_stays():
    layers = [
        start(),
        operation("NotEqual", "ne", call(tensor("x"), 0)),
        layer("LSTM", "r", [call(tensor("x"), mask=tensor("ne"))]),
        operation("Mean", "mean", call(tensor("ne"))),
    ]
    ends = [["r", 0, 0], ["mean", 0, 0]]
    model, _ = read(functional(layers, ["x", 0, 0], ends))
    assert "ne" in model.graph.nodes


# sequential models


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        ({"batch_input_shape": [None, 7, 3]}, (None, 7, 3)),
        ({"input_shape": [7, 3]}, (None, 7, 3)),
        ({"input_dim": 5}, (None, 5)),
        ({"input_dim": 5, "input_length": 9}, (None, 9, 5)),
        ({"input_dim": 5, "input_length": None}, (None, None, 5)),
        ({}, None),
    ],
)
def test_the_input_of_a_chain_comes_from_its_first_layer(config, shape):
    model, root = read(sequential([old("Dense", "d", **config)]), LEGACY)
    assert edges(model) == {"d_input": (), "d": ("d_input:0",)}
    assert model.values()["d_input:0"].shape == shape
    assert [one.name for one in root.layers] == ["d"]


def test_an_embeddings_input_dim_is_not_a_length():
    one = old("Embedding", "e", input_dim=1000, input_length=9)
    model, _ = read(sequential([one]), LEGACY)
    assert model.values()["e_input:0"].shape == (None, 9)


def test_a_chain_built_late_tells_its_shape():
    chain = sequential([old("Dense", "d")], build_input_shape=[None, 6])
    model, _ = read(chain, LEGACY)
    assert model.values()["d_input:0"].shape == (None, 6)


def test_a_chain_of_chains_takes_what_the_innermost_takes():
    inner = sequential([old("Dense", "d", batch_input_shape=[None, 4])], name="i")
    model, _ = read(sequential([inner, old("Dense", "e")]), LEGACY)
    assert model.values()["i_input:0"].shape == (None, 4)
    assert edges(model)["e"] == ("i:0",)


def test_an_old_chain_is_a_bare_list():
    layers = [old("Dense", "d", input_dim=3), old("Dense", "e")]
    model, _ = read({"class_name": "Sequential", "config": layers}, OLD)
    assert edges(model)["e"] == ("d:0",)


def test_an_old_merge_holds_its_branches():
    branches = [
        {"class_name": "Sequential", "config": [old("Dense", f"d{i}", input_dim=i)]}
        for i in (2, 3)
    ]
    merge = {"class_name": "Merge", "config": {"name": "m", "layers": branches}}
    chain = {"class_name": "Sequential", "config": [merge, old("Dense", "e")]}
    model, root = read(chain, OLD)
    assert len(model.graph.inputs) == 2
    assert [model.values()[id].shape for id in model.graph.inputs] == [
        (None, 2),
        (None, 3),
    ]
    assert len(edges(model)["m"]) == 2
    assert edges(model)["e"] == ("m:0",)
    assert len(root.layers[0].layers) == 2


def test_wrapped_layers_are_children():
    inner = layer("LSTM", "lstm", config={"units": 3})
    both = layer("Bidirectional", "b", config={"layer": inner})
    _, root = read(sequential([start(), both]))
    assert list(root.layers[1].children) == ["forward_layer", "backward_layer"]
    cells = [layer("LSTMCell", "c1"), layer("GRUCell", "c2")]
    stack = layer("StackedRNNCells", "s", config={"cells": cells})
    _, root = read(sequential([start(), layer("RNN", "r", config={"cell": stack})]))
    cell = root.layers[1].children["cell"]
    assert list(cell.children) == ["cells/0", "cells/1"]
    assert cell.nodes is root.layers[1].nodes


def test_a_model_per_time_step_opens():
    inner = functional([start("i")], ["i", 0, 0], ["i", 0, 0], name="n")
    wrapper = layer("TimeDistributed", "t", config={"layer": inner})
    model, _ = read(sequential([start(shape=(None, 5, 4)), wrapper]))
    node = model.graph.nodes["t"]
    assert node.bodies == ("t",)
    assert node.attributes["layer"]["kind"] == "model"
    assert list(model.graphs["t"].nodes) == ["t/i"]


def test_one_object_in_two_models_is_one_layer():
    def chain(name):
        both = layer("Dense", "d", shared_object_id=7)
        return sequential([start(f"{name}x"), both], name=name)

    model, _ = read(sequential([start(), chain("s1"), chain("s2")]))
    assert model.graphs["s2"].nodes["s2/d"].shared_with == "s1/d"


# what is not told


def test_a_subclassed_model_shows_one_node_and_says_why():
    description = {
        "module": "mine",
        "class_name": "MyModel",
        "config": {"name": "net"},
        "registered_name": "Custom>MyModel",
    }
    model, root = read(description)
    assert model.structure is Structure.LAYERS
    assert root.nodes == list(model.graph.nodes) == ["net"]
    assert "subclassed" in warnings(model)[0]


def test_a_subclassed_model_shows_the_layers_in_its_settings():
    config = {
        "name": "net",
        "encoder": sequential([start(), layer("Dense", "d")], name="enc"),
        "head": layer("Dense", "out", config={"units": 2}),
        "start": {
            "module": "keras.initializers",
            "class_name": "Zeros",
            "config": {},
            "registered_name": None,
        },
    }
    description = {"class_name": "Net", "config": config, "registered_name": "a>Net"}
    model, root = read(description)
    assert model.structure is Structure.LAYERS
    assert [node.id for node in model.nodes()] == [
        "net",
        "enc",
        "enc/x",
        "enc/d",
        "out",
    ]
    assert root.children["encoder"].layers[1].nodes == ["enc/d"]


def test_an_old_graph_model_lists_its_layers():
    description = {"class_name": "Graph", "config": {}}
    description["config"] = {"nodes": {"a": old("Dense", "a")}, "node_config": []}
    model, _ = read(description, OLD)
    assert model.structure is Structure.LAYERS
    assert list(model.graph.nodes) == ["a"]


@pytest.mark.parametrize(
    ("module", "registered"),
    [("evil", None), ("builtins", None), (None, "Custom>Dense"), ("keras.utils", None)],
)
def test_a_known_name_from_elsewhere_is_custom(module, registered):
    one = layer("Dense", "d", [call(tensor("x"))], {"units": 2})
    one |= {"module": module, "registered_name": registered}
    model, _ = read(functional([start(), one], ["x", 0, 0], ["d", 0, 0]))
    assert model.graph.nodes["d"].kind == "unknown"
    assert any("custom" in text for text in warnings(model))


def test_a_package_before_the_name_is_taken_off():
    one = old("qkeras>QDense", "d", units=2)
    model, root = read(sequential([one]), LEGACY)
    assert model.graph.nodes["d"].op == root.layers[0].class_name == "QDense"
    assert root.layers[0].registered == "qkeras>QDense"


# damage


@pytest.mark.parametrize(
    "description",
    [
        [1, 2],
        {"class_name": 7, "config": {}},
        {"class_name": "Sequential", "config": None},
        {"class_name": "Sequential", "config": {"name": "s"}},
        {"class_name": "Functional", "config": {"layers": {"a": 1}}},
    ],
)
def test_what_is_no_model_is_one_clear_error(description):
    with pytest.raises(CorruptFileError):
        read(description)


def test_layers_that_are_none_do_not_stop_the_others():
    layers = [
        start(),
        5,
        None,
        {"name": "n"},
        layer("Dense", "a", inbound=[5]),
        {**layer("Dense", "b"), "inbound_nodes": 5},
        layer("Dense", "c", [{"args": "x", "kwargs": [1]}]),
        {**layer("Dense", "d", [call(tensor("x"))]), "config": None},
        layer("Dense", "e", [call(tensor("x", shape=("a", -1.5, None)))]),
    ]
    model, _ = read(functional(layers, ["x", 0, 0], ["e", 0, 0]))
    assert edges(model)["e"] == ("x:0",)
    assert len(warnings(model)) >= 3


def test_missing_inputs_are_told_and_keep_their_place():
    layers = [start(), layer("Add", "a", [call([tensor("ghost"), tensor("x")])])]
    model, _ = read(functional(layers, ["x", 0, 0], [["a", 10**9, -3]]))
    assert edges(model)["a"] == ("", "x:0")
    assert model.graph.outputs == ()
    assert "missing" in warnings(model)[0]
    assert "ghost" in warnings(model)[0]


@pytest.mark.parametrize("second", ["a", "b"])
def test_a_cycle_is_told(second):
    layers = [
        start(),
        layer("Dense", "a", [call(tensor(second))]),
        layer("Dense", "b", [call(tensor("a"))]),
    ]
    model, _ = read(functional(layers, ["x", 0, 0], ["b", 0, 0]))
    assert len(model.graph.nodes) == 3
    assert any("cycle" in text for text in warnings(model))


def test_equal_names_are_told_and_both_are_shown():
    layers = [start(), *(layer("Dense", "d", [call(tensor("x"))]) for _ in range(2))]
    model, _ = read(functional(layers, ["x", 0, 0], ["d", 0, 0]))
    assert list(model.graph.nodes) == ["x", "d", "d#2"]
    assert not model.graph.nodes["d#2"].shared_with
    assert any("twice" in text for text in warnings(model))


@pytest.mark.parametrize(
    "name", ["../../x", "a\\b", "", "n\x00l", "x" * 60_000, "\ud800", "a\u202eb"]
)
def test_odd_names_are_told_and_can_be_sent(name):
    model, _ = read(
        functional([start(), layer("Dense", name, [call(tensor("x"))])], [], [])
    )
    assert any("name" in text for text in warnings(model))
    for node in model.nodes():
        f"{node.id}{node.name}".encode()
        assert len(node.id) <= 200


def test_a_slash_alone_is_an_ordinary_name():
    one = layer("ReLU", "block_1/relu", [call(tensor("x"))])
    model, _ = read(functional([start(), one], ["x", 0, 0], []))
    assert not any("name" in text for text in warnings(model))


def test_too_many_layers_are_refused_before_they_are_made():
    with pytest.raises(LimitError, match="too many layers"):
        read(sequential([old("Dense", "d")] * 11), limits=Limits(nodes=10))


def test_a_model_called_twice_at_each_level_is_refused():
    inner = functional([start("i")], ["i", 0, 0], ["i", 0, 0], name="n0")
    for level in range(1, 12):
        calls = [call(tensor("i")), call(tensor(f"n{level - 1}", 0))]
        outer = [start("i"), {**inner, "inbound_nodes": calls}]
        end = [f"n{level - 1}", 2, 0]
        inner = functional(outer, ["i", 0, 0], end, name=f"n{level}")
    with pytest.raises(LimitError, match="too many layers"):
        read(inner, limits=Limits(nodes=500))


def test_models_nested_too_deep_are_left_out_and_told():
    inner = functional([start("i")], ["i", 0, 0], ["i", 0, 0], name="n")
    for _ in range(4):
        outer = [start("i"), {**inner, "inbound_nodes": [call(tensor("i"))]}]
        inner = functional(outer, ["i", 0, 0], ["n", 1, 0], name="n")
    model, _ = read(inner, limits=Limits(model_depth=2))
    assert len(list(model.nodes())) < 12
    assert any("nested" in text for text in warnings(model))


# code and outside files


def test_code_in_a_lambda_is_measured_not_run():
    function = {
        "class_name": "__lambda__",
        "config": {"code": "A" * 400, "defaults": None, "closure": None},
    }
    one = layer("Lambda", "l", [call(tensor("x"))], {"function": function})
    model, _ = read(functional([start(), one], ["x", 0, 0], ["l", 0, 0]))
    [text] = warnings(model)
    assert "Python code" in text
    assert "300 bytes" in text


def test_code_in_a_legacy_lambda_is_measured():
    one = old("Lambda", "l", function=["QUJD" * 10, None, None], function_type="lambda")
    model, _ = read(sequential([one]), LEGACY)
    assert "30 bytes" in warnings(model)[0]


@pytest.mark.parametrize(
    ("class_name", "config", "words"),
    [
        ("StringLookup", {"vocabulary": "/etc/passwd"}, ("vocabulary", "outside")),
        ("TFSMLayer", {"filepath": "/models/x"}, ("TFSMLayer", "/models/x")),
        ("TorchModuleWrapper", {"module": "gAJj" * 4}, ("pickle", "12 bytes")),
        (
            "Dense",
            {"activation": {"module": "os", "class_name": "system", "config": {}}},
            ("custom", "os.system"),
        ),
        (
            "Lambda",
            {
                "function": {
                    "module": "os",
                    "class_name": "function",
                    "config": "system",
                    "registered_name": "function",
                }
            },
            ("custom", "os.system"),
        ),
    ],
)
def test_what_a_naive_loader_would_follow_is_named(class_name, config, words):
    one = layer(class_name, "l", [call(tensor("x"))], config)
    model, _ = read(functional([start(), one], ["x", 0, 0], ["l", 0, 0]))
    text = " ".join(warnings(model))
    assert all(word in text for word in words)


def test_known_packages_are_not_called_custom():
    quantizer = {
        "module": "qkeras.quantizers",
        "class_name": "quantized_bits",
        "config": {"bits": 4},
        "registered_name": "qkeras>quantized_bits",
    }
    one = layer("Dense", "d", [call(tensor("x"))], {"units": 2, "k": quantizer})
    model, _ = read(functional([start(), one], ["x", 0, 0], ["d", 0, 0]))
    assert not any("custom" in text for text in warnings(model))


# what is shown


def test_half_precision_shows_on_what_computes_in_it():
    half = {"module": "keras", "class_name": "DTypePolicy"}
    half["config"] = {"name": "mixed_float16"}
    layers = [
        start(),
        layer("Dense", "d", [call(tensor("x"))], {"units": 2, "dtype": half}),
        layer("Flatten", "f", [call(tensor("x"))], {"dtype": half}),
    ]
    ends = [["d", 0, 0], ["f", 0, 0]]
    model, _ = read(functional(layers, ["x", 0, 0], ends))
    values = infer(model).values()
    assert (values["d:0"].dtype, values["f:0"].dtype) == ("float16", "float16")
    facts = {fact.name: fact.text for fact in model.facts}
    assert facts["Precision"] == "mixed_float16"


@pytest.mark.parametrize(
    ("given", "class_name", "settings", "result"),
    [
        ("uint8", "Flatten", {"dtype": "float16"}, "uint8"),
        ("uint8", "Rescaling", {"dtype": "float16", "scale": 0.5}, "float16"),
        ("int32", "Dense", {"dtype": "bfloat16", "units": 2}, "bfloat16"),
        ("int32", "Embedding", {"dtype": "float16", "input_dim": 9}, "float16"),
        ("float64", "Activation", {"dtype": "float32"}, "float32"),
        ("float64", "Activation", {}, "float64"),
    ],
)
def test_numbers_are_turned_into_the_type_that_a_layer_computes_in(
    given, class_name, settings, result
):
    settings = {"activation": "relu", "output_dim": 3, **settings}
    one = layer(class_name, "one", config=settings)
    begin = layer("InputLayer", "x", config={"batch_shape": [None, 4], "dtype": given})
    model, _ = read(sequential([begin, one]))
    assert infer(model).values()["one:0"].dtype == result


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ("mixed_bfloat16", "bfloat16"),
        ("int8_from_mixed_float16", "float16"),
        ({"config": {"mode": "int8", "source_name": "float64"}}, "float64"),
        ({"config": {"default_policy": {"config": {"name": "float16"}}}}, "float16"),
        ("int32", ""),
        (None, ""),
    ],
)
def test_a_policy_names_the_type_that_is_computed_in(policy, name):
    assert computed_dtype(policy) == name


def test_a_chain_without_a_shape_says_so():
    model, _ = read(sequential([old("Dense", "d", units=2)]), LEGACY)
    assert "shape" in model.notes[0].message
    assert model.notes[0].severity is Severity.INFO


def test_a_long_setting_is_shortened_for_display():
    words = ["word"] * 100_000
    one = layer("Custom", "t", [call(tensor("x"))], {"vocabulary": words, "a": 1})
    model, _ = read(functional([start(), one], ["x", 0, 0], ["t", 0, 0]))
    shown = json.loads(model.graph.nodes["t"].config)
    assert shown["a"] == 1
    assert "not shown" in shown["vocabulary"]


def test_the_configuration_is_kept_verbatim_and_is_json():
    config = {"units": 2, "odd": float("nan"), "activation": "relu"}
    one = layer("Dense", "d", [call(tensor("x"))], config)
    model, _ = read(functional([start(), one], ["x", 0, 0], ["d", 0, 0]))
    node = model.graph.nodes["d"]
    assert json.loads(node.config) == {"name": "d", **config, "odd": "nan"}
    assert node.activation == "relu"


def test_a_models_configuration_leaves_its_layers_to_the_graph():
    inner = functional([start("i")], ["i", 0, 0], ["i", 0, 0], name="n")
    inner |= {"inbound_nodes": [call(tensor("x"))]}
    model, _ = read(functional([start(), inner], ["x", 0, 0], ["n", 1, 0]))
    assert "layers" not in json.loads(model.graph.nodes["n"].config)


def test_training_settings_become_facts():
    adam = {"class_name": "Adam", "config": {"name": "Adam", "learning_rate": 0.001}}
    compiled = {"optimizer": adam, "loss": "mse", "metrics": ["accuracy"]}
    description = functional([start()], ["x", 0, 0], ["x", 0, 0])
    model, _ = read({**description, "compile_config": compiled})
    facts = {fact.name: fact.text for fact in model.facts if fact.section == "Training"}
    assert facts == {
        "Optimizer": "Adam (learning_rate 0.001)",
        "Loss": "mse",
        "Metrics": "accuracy",
    }


def test_custom_training_settings_are_told():
    compiled = {"optimizer": {"module": "os", "class_name": "system", "config": {}}}
    description = functional([start()], ["x", 0, 0], ["x", 0, 0])
    model, _ = read({**description, "compile_config": compiled})
    assert "custom" in warnings(model)[0]
