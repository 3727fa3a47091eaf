"""Why agrees with what is shown, for every layer that Keras has been asked about."""

import json
from math import prod
from pathlib import Path

import pytest

from app.analysis.remarks import known_kinds
from app.analysis.why import explain
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Axis, Node, Value
from loaders.ir.index import ModelIndex
from loaders.kinds import KINDS, understand
from loaders.kinds._infer import infer

KIND_TESTS = Path(__file__).parents[2] / "loaders" / "kinds"
ROWS = [
    {"version": version, **row}
    for version, name in ((3, "keras"), (2, "tf_keras"))
    for row in json.loads((KIND_TESTS / f"{name}_shapes.json").read_text())
]
GENERIC = {"kept as it is", "any number of samples", "samples, kept", ""}


def named(row):
    settings = json.dumps(row["config"], separators=(",", ":"))
    return f"{row['version']}-{row['class']}-{settings[:70]}-{row['inputs']}"


def model_of(row):
    """Return a model of one layer, with everything filled in."""
    kind, attributes, complaint = understand(
        "keras", row["class"], row["config"], row["version"]
    )
    assert kind is not None, complaint
    made = ModelBuilder(Path("case"), "case")
    graph = made.graph()
    inputs = []
    for at, shape in enumerate(row["inputs"]):
        axes = (Axis.BATCH, *[Axis.OTHER] * (len(shape) - 1))
        value = Value(id=f"x{at}", shape=tuple(shape), axes=axes, dtype=row["dtype"])
        graph.add_value(value)
        inputs.append(value.id)
    outputs = [f"y{at}" for at in range(len(row["outputs"]))]
    for id in outputs:
        graph.add_value(Value(id=id))
    graph.add_node(
        Node(
            id="layer",
            name="layer",
            op=row["class"],
            dialect="keras",
            kind=kind.id,
            category=kind.category,
            inputs=tuple(inputs),
            outputs=tuple(outputs),
            attributes=attributes,
        )
    )
    graph.inputs, graph.outputs = inputs, outputs
    return infer(made.freeze())


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_why_says_the_shape_and_the_count_that_are_shown(row):
    index = ModelIndex(model_of(row))
    why = explain(index, index.nodes["layer"])
    node = index.nodes["layer"]
    shown = [index.values[id].shape for id in node.outputs]
    assert [list(shape) for shape in shown] == row["outputs"]
    assert [steps and steps.shape for steps in why.steps.outputs] == shown
    told = sum(prod(weight.shape) for weight in why.steps.weights if weight.counted)
    assert told == node.parameter_count
    assert sum(prod(shape) for _, shape, _ in row["weights"]) >= told
    for steps, paths in zip(why.steps.outputs, why.paths, strict=False):
        assert len(paths) == len(steps.axes)


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_every_layer_says_more_than_that_axes_are_kept(row):
    index = ModelIndex(model_of(row))
    why = explain(index, index.nodes["layer"])
    meanings = {step.meaning for steps in why.steps.outputs for step in steps.axes}
    assert why.remarks or meanings - GENERIC
    assert not any(word in "".join(why.remarks) for word in ("{", "None None"))


def test_no_kind_is_without_a_word():
    assert {kind.id for kind in KINDS} == known_kinds()
