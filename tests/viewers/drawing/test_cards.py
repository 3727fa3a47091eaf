"""What is written on a box."""

import subprocess
import sys

import pytest

from loaders.ir.builder import replace
from loaders.ir.graph import Category, Severity, Structure, Value
from loaders.ir.layout import Box
from loaders.ir.quantization import Affine
from viewers.drawing.cards import Cards


def card(net, box, **more):
    return Cards(net.model()).card(Box(box, 0.0, 0.0, **more))


def test_a_layer_says_name_type_activation_shape_and_parameters(network):
    net = network()
    net.add("conv_1", op="Conv2D", activation="relu", shape=(None, 61, 24), count=4632)
    found = card(net, "conv_1")
    assert (found.title, found.kind) == ("conv_1", "Conv2D · relu")
    assert (found.shape, found.number) == ("None × 61 × 24", "4,632")


def test_a_large_number_has_a_short_form(network):
    net = network()
    net.add("dense", count=123_456_789)
    found = card(net, "dense")
    assert (found.number, found.short_number) == ("123,456,789", "123.5 M")


def test_a_linear_activation_is_no_word(network):
    net = network()
    net.add("dense", activation="linear")
    assert card(net, "dense").kind == "Dense"


def test_a_wrapper_names_the_layer_inside(network):
    net = network()
    net.add("td", op="TimeDistributed", attributes={"layer": {"op": "Conv1D"}})
    assert card(net, "td").kind == "TimeDistributed · Conv1D"


def test_the_second_call_of_a_layer_says_whose_weights_it_has(network):
    net = network()
    net.add("encoder", count=100)
    net.add("encoder#2", count=100, shared_with="encoder")
    found = card(net, "encoder#2")
    assert found.kind == "Dense · shared"
    assert "100 parameters, the same as those of encoder" in found.words


def test_an_unknown_shape_is_called_so(network):
    net = network()
    net.add("custom", shape=None)
    assert card(net, "custom").shape == "unknown shape"


def test_a_value_that_is_no_tensor_says_what_it_is(network):
    net = network("onnx")
    net.add("split", shape=None)
    net.main.values["split"] = Value(id="split", note="sequence of tensors")
    assert card(net, "split").shape == "sequence of tensors"


def test_further_outputs_are_counted(network):
    net = network("onnx")
    net.add("lstm")
    net.main.nodes["lstm"] = replace(
        net.main.nodes["lstm"], outputs=("lstm", "state", "cell")
    )
    assert card(net, "lstm").shape == "None × 8  +2"


def test_no_parameters_is_a_zero_for_layers_and_nothing_for_operations(network):
    numbers = {}
    for dialect in ("keras", "onnx"):
        net = network(dialect)
        net.add("relu")
        numbers[dialect] = card(net, "relu").number
    assert numbers == {"keras": "0", "onnx": ""}


def test_an_input_layer_has_no_number(network):
    net = network()
    net.add("input", category=Category.ENDPOINT)
    assert card(net, "input").number == ""


def test_weights_of_unknown_length_give_no_number(network):
    net = network()
    net.add("dense", count=-1)
    found = card(net, "dense")
    assert (found.number, found.short_number) == ("unknown", "?")


def test_a_container_counts_its_layers_and_their_weights_once(network):
    net = network()
    inner = net.builder.graph("body", owner="nested")
    net.add("first", graph=inner, count=100)
    net.add("again", graph=inner)
    inner.nodes["again"] = replace(
        inner.nodes["again"], parameters=inner.nodes["first"].parameters
    )
    net.add("nested", op="Functional", bodies=("body",))
    found = card(net, "nested")
    assert (found.kind, found.number) == ("Functional · 2 layers", "100")
    assert found.container


def test_a_quantized_weight_gives_a_badge(network):
    net = network()
    net.add("dense", count=8)
    node = net.main.nodes["dense"]
    per_channel = Affine(code_dtype="int8", bits=8, scale=None, axis=1)
    [weight] = node.parameters
    net.main.nodes["dense"] = replace(
        node, parameters=(replace(weight, quantizer=per_channel),)
    )
    assert card(net, "dense").badge == "int8 · per channel"


def test_warnings_and_problems_stand_with_their_node(network):
    net = network()
    net.add("add", problem="32 and 64 channels do not add up.")
    net.builder.note("Its weights were not found.", where="add")
    net.builder.note("Seen.", where="add", severity=Severity.INFO)
    found = card(net, "add")
    assert found.problem == "32 and 64 channels do not add up."
    assert found.warnings == ("Its weights were not found.",)
    assert found.words.endswith("add up.\nIts weights were not found.")


def test_names_from_a_file_cannot_hide_or_break_lines(network):
    net = network()
    net.add("a", name="evil\u202e\nname" + "x" * 500, op="Op\x00")
    found = card(net, "a")
    assert found.title.startswith("evil⟨202E⟩␊name")
    assert len(found.title) == 200
    assert found.kind == "Op␀"


def test_long_names_keep_the_ends_that_tell_them_apart(network):
    net = network()
    way = "/encoder_block" * 30
    net.add(f"{way}/MatMul")
    net.add(f"{way}/Relu")
    titles = [card(net, f"{way}/{end}").title for end in ("MatMul", "Relu")]
    assert all(len(title) == 200 for title in titles)
    assert [title.rsplit("/", 1)[1] for title in titles] == ["MatMul", "Relu"]


def test_input_and_output_boxes_speak_of_their_value(network):
    net = network("onnx")
    net.main.add_value(Value(id="x", name="image", dtype="float32"))
    net.main.inputs.append("x")
    net.main.outputs.append("gone")
    found = card(net, "in:x")
    assert (found.title, found.kind) == ("image", "Input · float32")
    assert found.category is Category.ENDPOINT
    assert card(net, "out:gone").title == "gone"


def test_a_box_that_is_not_in_the_graph_is_our_mistake(network):
    with pytest.raises(KeyError):
        card(network(), "nobody")


def test_a_group_of_weights_counts_its_tensors(network):
    net = network()
    net.builder.structure = Structure.TENSORS
    net.add("conv", count=9)
    assert card(net, "conv").shape == "1 tensor"


def test_cards_need_no_window():
    code = "import sys, viewers.drawing.cards; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "PySide6" not in loaded


def test_a_group_tells_what_is_in_it_and_what_it_costs(framed):
    model, _layout = framed
    groups = dict(model.grouping.groups)
    groups["inner"] = replace(groups["inner"], multiply_adds=47_700_000)
    groups["twin"] = replace(groups["inner"], id="twin")
    model = replace(model, grouping=replace(model.grouping, groups=groups))
    found = Cards(model).card(Box("inner", 0.0, 0.0))
    assert (found.title, found.kind) == ("inner", "1 node · one of 2 alike")
    assert (found.shape, found.number) == ("47.7 M multiply-adds", "100")
    assert found.short_shape == "47.7 M mult-adds"
    assert found.container
    assert found.section
    assert "cut so that it can be looked at" in found.words


def test_a_section_says_where_it_begins_and_ends(framed):
    model, _layout = framed
    groups = dict(model.grouping.groups)
    groups["inner"] = replace(groups["inner"], subtitle="layers.0 – layers.9")
    groups["twin"] = replace(groups["inner"], id="twin")
    model = replace(model, grouping=replace(model.grouping, groups=groups))
    found = Cards(model).card(Box("inner", 0.0, 0.0))
    assert found.kind == "layers.0 – layers.9"
    assert "1 node" in found.words
    assert "One of 2 groups of the same structure" in found.words


def test_a_module_says_its_class(framed):
    model, _layout = framed
    groups = dict(model.grouping.groups)
    groups["outer"] = replace(groups["outer"], subtitle="DecoderLayer", likeness=5)
    groups["twin"] = replace(groups["outer"], id="twin")
    model = replace(model, grouping=replace(model.grouping, groups=groups))
    found = Cards(model).card(Box("outer", 0.0, 0.0))
    assert found.kind == "DecoderLayer · one of 2 alike"


def test_a_group_with_unknown_weights_says_so(framed):
    model, _layout = framed
    groups = dict(model.grouping.groups)
    groups["outer"] = replace(groups["outer"], parameters=None, multiply_adds=None)
    model = replace(model, grouping=replace(model.grouping, groups=groups))
    found = Cards(model).card(Box("outer", 0.0, 0.0))
    assert (found.number, found.short_number, found.shape) == ("unknown", "?", "")


def test_names_lose_the_scopes_that_are_drawn_around_them(framed):
    model, layout = framed
    cards = Cards(model)
    for _step in cards.fill(layout):
        pass
    by_id = {box.node: cards.card(box) for box in layout.boxes}
    assert by_id["outer/b"].title == "b"
    assert by_id["outer/b"].words.startswith("outer/b\n")
    # A section has no part in names.
    assert by_id["outer/inner/c"].title == "inner/c"
    assert by_id["a"].title == "a"


def test_a_stroke_that_begins_every_name_is_left_out(network):
    net = network("onnx")
    net.add("n", name="/edges/Conv")
    net.add("m", name="/")
    found = card(net, "n")
    assert (found.title, found.words.split("\n")[0]) == ("edges/Conv", "/edges/Conv")
    assert card(net, "m").title == "/"


def test_a_folded_activation_stands_on_the_box_of_its_layer(network):
    net = network("onnx")
    net.add("conv", op="Conv", shape=(1, 8))
    net.add("act", "conv", op="Relu", shape=(1, 9))
    found = card(net, "conv", folded=("act",))
    assert found.kind == "Conv · Relu"
    assert found.shape == "1 × 9"


@pytest.mark.parametrize(
    ("op", "function", "kind"),
    [
        ("Activation", "relu", "Activation · relu"),
        ("ReLU", "relu", "ReLU"),
        ("LeakyReLU", "leaky_relu", "LeakyReLU"),
        ("Activation", "linear", "Activation"),
    ],
)
def test_an_activation_layer_says_which_function_it_is(network, op, function, kind):
    net = network()
    attributes = {"function": function}
    net.add("a", op=op, category=Category.ACTIVATION, attributes=attributes)
    assert card(net, "a").kind == kind


def test_settings_are_written_if_wanted(network):
    net = network()
    attributes = {"kernel_size": [3, 3], "strides": [2, 2]}
    net.add("a", op="Conv2D", attributes=attributes, activation="relu")
    cards = Cards(net.model(), settings=True)
    found = cards.card(Box("a", 0.0, 0.0))
    assert found.kind == "Conv2D · 3 × 3 · stride 2 · relu"


def test_an_edge_tells_its_value_and_both_ends(network):
    net = network()
    net.chain("a", "b")
    cards = Cards(net.model())
    assert cards.edge("a", ["a"], ["b"]) == "a\nNone × 8\nfrom a\nto b"
    many = cards.edge("a", ["a"], list("bcdefg"))
    assert many.endswith("to b, c, d and 3 more")
