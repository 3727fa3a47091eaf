"""Curves are those of the framework; keras_activations.json is written beside."""

import json
import math
from pathlib import Path

import pytest

from app.analysis.diagrams import drawn
from app.analysis.diagrams._case import Case
from app.analysis.diagrams.functions import activation_function
from loaders.ir.diagram import Curved
from tests.loaders.kinds.calls import call, keras, value

GOLDEN = json.loads(Path(__file__).with_name("keras_activations.json").read_text())
X = value((None, 4))


def named(row):
    return f"{row['version']}-{row['class']}-{row['config']}"


def drawing(made):
    kind, given = made
    return drawn(kind.id, Case(given, tuple(kind.shape(given))))


@pytest.mark.parametrize("row", GOLDEN["rows"], ids=named)
def test_every_activation_is_what_keras_computes(row):
    _, given = keras(row["class"], row["config"], X, version=row["version"])
    function = activation_function(given.op, given.attributes)
    found = [function(x) for x in GOLDEN["x"]]
    assert found == pytest.approx(row["y"], abs=1e-5, rel=1e-5)


def test_a_curve_goes_through_the_function():
    found = drawing(keras("Activation", {"activation": "tanh"}, X))
    assert isinstance(found.diagram, Curved)
    [piece] = found.diagram.pieces
    for x, y in zip(piece[::2], piece[1::2], strict=True):
        assert y == pytest.approx(math.tanh(x))


def test_a_curve_is_broken_where_the_function_has_no_value():
    found = drawing(call("onnx", "Log", {}, X))
    assert all(x > 0 for piece in found.diagram.pieces for x in piece[::2])
    assert len(drawing(call("onnx", "Tan", {}, X)).diagram.pieces) == 3


def test_settings_stand_in_the_caption():
    found = drawing(keras("LeakyReLU", {"negative_slope": 0.3}, X))
    assert "negative_slope 0.3" in found.caption


def test_the_number_of_an_operation_counts_by_name_and_by_position():
    for settings in ({"negative_slope": 0.4}, {"args": [None, 0.4]}):
        found = drawing(call("keras.ops", "LeakyRelu", settings, X))
        [piece] = found.diagram.pieces
        assert piece[1] == pytest.approx(-4.0 * 0.4)


def test_what_is_computed_while_the_model_runs_is_not_drawn():
    bound = value((), name="low")
    assert drawing(call("onnx", "Clip", {}, X, bound)) is None


def test_hard_sigmoid_is_drawn_as_each_version_of_keras_defines_it():
    old, new = (
        drawing(keras("Activation", {"activation": "hard_sigmoid"}, X, version=version))
        for version in (2, 3)
    )
    assert old.diagram.pieces != new.diagram.pieces
