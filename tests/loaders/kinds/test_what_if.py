"""The same model with other input lengths or other settings."""

import json

import pytest

from loaders.formats import read_model
from loaders.kinds._what_if import what_if, with_input_lengths


def layer(kind, name, before, **settings):
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name, **settings},
        "inbound_nodes": [[[before, 0, 0, {}]]] if before else [],
    }


@pytest.fixture
def series(tmp_path):
    """Input of 20 × 2, a convolution, a pooling, one answer."""
    layers = [
        layer("InputLayer", "x", "", batch_input_shape=[None, 20, 2]),
        layer("Conv1D", "c", "x", filters=4, kernel_size=[3], padding="valid"),
        layer("MaxPooling1D", "p", "c", pool_size=[2]),
        layer("Flatten", "f", "p"),
        layer("Dense", "d", "f", units=5),
    ]
    config = {"name": "m", "layers": layers}
    config |= {"input_layers": [["x", 0, 0]], "output_layers": [["d", 0, 0]]}
    path = tmp_path / "m.json"
    text = {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}
    path.write_text(json.dumps(text))
    return read_model(path)


def shapes(model):
    values = model.values()
    return {node.name: values[node.outputs[0]].shape for node in model.nodes()}


def test_all_shapes_follow_another_length(series):
    [value] = series.graph.nodes["x"].outputs
    longer = with_input_lengths(series, {value: (None, 50, 2)})
    assert shapes(longer) == {
        "x": (None, 50, 2),
        "c": (None, 48, 4),
        "p": (None, 24, 4),
        "f": (None, 96),
        "d": (None, 5),
    }
    assert longer.graph.nodes["d"].parameter_count == 5 * 97


def test_a_length_that_does_not_fit_is_a_problem_where_it_breaks(series):
    [value] = series.graph.nodes["x"].outputs
    shorter = with_input_lengths(series, {value: (None, 2, 2)})
    broken = [node.name for node in shorter.nodes() if node.problem]
    assert broken[0] == "c"


def test_the_model_itself_is_not_changed(series):
    [value] = series.graph.nodes["x"].outputs
    before = shapes(series)
    with_input_lengths(series, {value: (None, 50, 2)})
    assert shapes(series) == before


def test_the_same_lengths_give_the_same_model(series):
    [value] = series.graph.nodes["x"].outputs
    again = with_input_lengths(series, {value: (None, 20, 2)})
    assert again.graphs == series.graphs


def test_settings_can_be_others_too(series):
    padded = series.graph.nodes["c"].attributes | {"padding": "same"}
    changed = what_if(series, attributes={"c": padded})
    assert shapes(changed)["c"] == (None, 20, 4)


def test_an_unknown_length_stays_unknown_behind_it(series):
    [value] = series.graph.nodes["x"].outputs
    opened = with_input_lengths(series, {value: (None, None, 2)})
    assert shapes(opened)["p"] == (None, None, 4)
    assert "no fixed length" in opened.graph.nodes["d"].problem
