"""What the rules say of one node, and that it agrees with what is shown."""

from app.analysis.steps import explain_node
from loaders.ir.graph import Axis, Node, Value
from loaders.kinds import understand

IMAGE = (Axis.BATCH, Axis.HEIGHT, Axis.WIDTH, Axis.CHANNEL)
SETTINGS = {
    "filters": 24,
    "kernel_size": [8, 8],
    "strides": [2, 2],
    "padding": "valid",
    "data_format": "channels_last",
    "dilation_rate": [1, 1],
    "groups": 1,
    "activation": "relu",
    "use_bias": True,
}


def convolution(**changes):
    kind, attributes, complaint = understand("keras", "Conv2D", SETTINGS, 3)
    assert not complaint
    node = {"id": "conv", "op": "Conv2D", "dialect": "keras", "kind": kind.id}
    node |= {"inputs": ("x",), "outputs": ("y",), "attributes": attributes}
    return Node(**(node | changes))


def values(length=128, output=(None, 61, 61, 24)):
    return {
        "x": Value(id="x", shape=(None, length, length, 3), axes=IMAGE),
        "y": Value(id="y", shape=output, axes=IMAGE),
    }


def test_each_axis_has_its_rule_with_the_numbers():
    steps = explain_node(values(), convolution())
    [output] = steps.outputs
    assert output.shape == (None, 61, 61, 24)
    assert "128" in output.axes[1].numbers
    assert [weight.shape for weight in steps.weights] == [(8, 8, 3, 24), (24,)]


def test_settings_are_put_in_words():
    names = [setting.name for setting in explain_node(values(), convolution()).settings]
    assert "filters" in names


def test_a_declared_shape_is_never_contradicted():
    steps = explain_node(values(output=(None, 60, 61, 24)), convolution())
    [output] = steps.outputs
    assert output.shape == (None, 60, 61, 24)
    assert "rule gives 61" in output.axes[1].meaning
    assert not output.axes[1].numbers


def test_shapes_that_cannot_work_are_explained_with_the_numbers():
    steps = explain_node(values(length=5), convolution())
    assert steps.outputs == ()
    assert "5" in steps.problem
    assert "8" in steps.problem


def test_an_operation_that_nobody_knows_is_left_alone():
    node = convolution(kind="unknown", problem="It breaks here.")
    steps = explain_node(values(), node)
    assert steps.outputs == ()
    assert steps.problem == "It breaks here."


def test_nonsense_settings_raise_nothing():
    steps = explain_node(values(), convolution(attributes={"filters": "many"}))
    assert steps.outputs == ()
    assert steps.weights == ()
