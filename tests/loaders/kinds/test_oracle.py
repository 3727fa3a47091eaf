"""Every rule of a Keras layer, held to what Keras itself answers.

keras_shapes.json and tf_keras_shapes.json are written by the scripts beside them from
the installed Keras 3 and Keras 2; no framework is needed here.
"""

import json
from pathlib import Path

import pytest

from loaders.ir.graph import Axis, Value
from loaders.kinds import Call, understand

HERE = Path(__file__).parent
ROWS = [
    {"version": version, **row}
    for version, name in ((3, "keras"), (2, "tf_keras"))
    for row in json.loads((HERE / f"{name}_shapes.json").read_text())
]


def named(row):
    settings = json.dumps(row["config"], separators=(",", ":"))
    return f"{row['version']}-{row['class']}-{settings[:70]}-{row['inputs']}"


def value(index, shape, dtype):
    axes = (Axis.BATCH, *[Axis.OTHER] * (len(shape) - 1))
    return Value(id=f"x{index}", shape=tuple(shape), axes=axes, dtype=dtype)


def call_of(row):
    kind, attributes, complaint = understand(
        "keras", row["class"], row["config"], row["version"]
    )
    assert kind is not None, complaint or "no kind knows this class"
    inputs = [value(at, shape, row["dtype"]) for at, shape in enumerate(row["inputs"])]
    call = Call(op=row["class"], attributes=attributes, inputs=tuple(inputs))
    return kind, call


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_shapes_are_those_of_keras(row):
    kind, call = call_of(row)
    found = [steps and list(steps.shape) for steps in kind.shape(call)]
    assert found == row["outputs"]


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_weights_are_those_of_keras_in_its_order(row):
    kind, call = call_of(row)
    found = [[list(steps.shape), steps.trainable] for steps in kind.weights(call)]
    assert found == [[shape, trainable] for _, shape, trainable in row["weights"]]


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_every_axis_has_a_meaning_and_a_true_source(row):
    kind, call = call_of(row)
    for steps in kind.shape(call):
        for step in steps.axes:
            assert step.meaning
            assert step.source is None or step.source < len(row["inputs"][0])


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_weights_have_an_axis_name_for_every_length_and_a_role_of_their_own(row):
    kind, call = call_of(row)
    weights = kind.weights(call)
    assert all(len(steps.axes) == len(steps.shape) for steps in weights)
    assert len({steps.role for steps in weights}) == len(weights)


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_fields_and_summary_are_sentences_with_numbers_put_in(row):
    kind, call = call_of(row)
    for field in kind.fields(call):
        assert field.name
        assert field.value
        assert "{" not in field.meaning
    if kind.summary is not None:
        assert "None" not in kind.summary(call)


def test_the_rows_cover_the_classes_of_keras():
    assert len({row["class"] for row in ROWS}) >= 133
