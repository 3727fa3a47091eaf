"""What differs between two readings of a file."""

from msgspec.structs import replace

from app.analysis.changes import Difference, compare
from loaders.ir.graph import Fact, Value
from loaders.ir.index import ModelIndex
from tests.small_models import IMAGE, conv_model, weight


def changed(model, name, **fields):
    """Return a model in which one node of the main graph differs."""
    main = model.graph
    node = replace(main.nodes[name], **fields)
    main = replace(main, nodes={**main.nodes, name: node})
    return replace(model, graphs={**model.graphs, "": main})


def changes(after, before=None):
    return compare(ModelIndex(before or conv_model()), ModelIndex(after))


def differences(after):
    [change] = changes(after).changed
    return [(one.what, one.before, one.after) for one in change.differences]


def test_the_same_model_has_no_changes():
    found = changes(conv_model())
    assert not found.any
    assert found.facts == ()
    assert found.phrase == (
        "the layers, shapes and settings are the same; "
        "the weights may have other values"
    )


def test_more_filters_show_in_setting_weight_shape_and_sum():
    model = conv_model()
    values = {
        **model.graph.values,
        "c": Value(id="c", shape=(None, 61, 61, 32), axes=IMAGE, dtype="float32"),
    }
    main = replace(model.graph, values=values)
    model = replace(model, graphs={**model.graphs, "": main})
    model = changed(
        model,
        "conv_1",
        config='{"filters": 32, "kernel_size": [8, 8], "name": "conv_1"}',
        parameters=(
            weight("conv_1", "kernel", (8, 8, 3, 32)),
            weight("conv_1", "bias", (32,)),
        ),
    )
    assert differences(model) == [
        ("output shape", "None × 61 × 61 × 24", "None × 61 × 61 × 32"),
        ("kernel", "8 × 8 × 3 × 24 float32", "8 × 8 × 3 × 32 float32"),
        ("bias", "24 float32", "32 float32"),
        ("filters", "24", "32"),
    ]
    phrase = "1 layer changed; +1,544 parameters (95,481 now)"
    assert changes(model).phrase == phrase


def test_layers_that_come_and_go_are_named():
    model = conv_model()
    new = replace(model.graph.nodes["conv_1"], id="conv_2", parameters=())
    nodes = {**model.graph.nodes, "conv_2": new}
    del nodes["conv_1"]
    after = replace(
        model, graphs={**model.graphs, "": replace(model.graph, nodes=nodes)}
    )
    found = changes(after)
    assert [node.id for node in found.added] == ["conv_2"]
    assert [node.id for node in found.removed] == ["conv_1"]
    assert found.phrase == ("1 layer added, 1 removed; −4,632 parameters (89,305 now)")


def test_layers_inside_nested_models_are_compared_too():
    model = conv_model()
    head = model.graphs["head"]
    dense = replace(head.nodes["head/output"], op="DenseX")
    head = replace(head, nodes={**head.nodes, "head/output": dense})
    [change] = changes(replace(model, graphs={**model.graphs, "head": head})).changed
    assert change.after.id == "head/output"
    assert change.differences == (
        Difference(what="type", before="Dense", after="DenseX"),
    )


def test_a_weight_that_is_no_longer_trained_is_told():
    frozen = (
        weight("conv_1", "kernel", (8, 8, 3, 24), trainable=False),
        weight("conv_1", "bias", (24,)),
    )
    model = changed(conv_model(), "conv_1", parameters=frozen)
    assert differences(model) == [("kernel", "trained", "not trained")]


def test_another_source_of_an_input_is_told_by_name():
    model = changed(conv_model(), "head", inputs=("x",))
    assert differences(model) == [("inputs", "conv_1", "input_1")]


def test_a_weight_that_is_gone_is_told():
    model = changed(conv_model(), "conv_1", parameters=())
    assert ("kernel", "8 × 8 × 3 × 24 float32", "none") in differences(model)


def test_settings_that_are_no_json_are_compared_as_they_are():
    model = changed(conv_model(), "conv_1", config="{broken")
    assert ("filters", "24", "none") in differences(model)
    assert ("settings", "none", "{broken") in differences(model)


def test_an_activation_that_no_setting_tells_is_compared():
    model = changed(conv_model(), "conv_1", activation="gelu")
    assert differences(model) == [("activation", "relu", "gelu")]


def test_words_about_the_whole_file_are_told_apart_from_layers():
    facts = (Fact(section="Training", name="optimizer", text="SGD"),)
    found = changes(replace(conv_model(), facts=facts, producer="Keras 3.16"))
    assert not found.any
    assert [(one.what, one.before, one.after) for one in found.facts] == [
        ("written by", "Keras 3.15.1", "Keras 3.16"),
        ("optimizer", "Adam", "SGD"),
    ]


def test_names_from_the_file_are_made_harmless():
    model = changed(conv_model(), "conv_1", op="Conv\u202e2D")
    assert differences(model) == [("type", "Conv2D", "Conv⟨202E⟩2D")]
