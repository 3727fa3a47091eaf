"""The JSON summary of whole files: what a program that reads it may rely on."""

import json

import numpy as np
import pytest
from onnx import TensorProto, helper

from app.summary import as_json
from loaders.formats import read_model
from tests.keras_files import dense, layer, legacy_h5, numbered, sequential, start
from tests.loaders.formats import saved_models
from tests.loaders.formats.onnx_files import model, save, tensor, value

KEYS = {"format", "producer", "inputs", "outputs", "parameters", "layers", "notes"}
LAYER_KEYS = {"name", "type", "scope", "output_shapes", "parameters", "macs"}
GEMM = [
    helper.make_node("Relu", ["x"], ["a"], name="first"),
    helper.make_node("Gemm", ["a", "w", "b"], ["y"]),
]
WEIGHTS = [tensor("w", np.ones((4, 3))), tensor("b", [1, 2, 3])]


def summary(path):
    """Return the summary as a program reads it: through strict JSON."""
    return json.loads(json.dumps(as_json(read_model(path)), allow_nan=False))


def layers(path, *keys):
    return [tuple(one[key] for key in keys) for one in summary(path)["layers"]]


@pytest.fixture
def onnx_file(tmp_path):
    """Save an ONNX model of some nodes from x (batch × 4) and return its path."""

    def onnx_file(nodes, weights=(), inputs=None, outputs=None, **more):
        inputs = inputs or [value("x", ["batch", 4])]
        outputs = outputs or [value("y", None)]
        return save(model(nodes, inputs, outputs, weights, **more), tmp_path)

    return onnx_file


@pytest.fixture
def description(tmp_path):
    """Save a Keras description and return its path."""

    def description(*parts):
        path = tmp_path / "model.json"
        path.write_text(json.dumps(sequential("net", *parts)))
        return path

    return description


def test_every_key_is_there_for_every_kind_of_file(
    onnx_file, description, tmp_path, samples
):
    config = sequential("net", start(4), dense("d", 3))
    groups = [("d", [("d/kernel:0", numbered(4, 3)), ("d/bias:0", numbered(3))])]
    files = [
        onnx_file(GEMM, WEIGHTS),
        description(start(4), dense("d", 3)),
        legacy_h5(tmp_path / "whole.h5", config, groups),
        saved_models.dense(tmp_path),
        *(path for path in samples.iterdir() if path.suffix != ".md"),
    ]
    for path in files:
        found = summary(path)
        assert set(found) >= KEYS
        assert all(set(one) == LAYER_KEYS for one in found["layers"])
        assert all(
            set(one) == {"name", "shape", "dtype"}
            for one in found["inputs"] + found["outputs"]
        )
        counts = found["parameters"]
        assert counts["total"] == counts["trainable"] + counts["non_trainable"] > 0
        assert all(isinstance(note, str) for note in found["notes"])


def test_format_and_producer_are_words(onnx_file):
    path = onnx_file(GEMM, WEIGHTS, producer_name="pytorch", producer_version="2.1")
    found = summary(path)
    assert (found["format"], found["producer"]) == ("ONNX", "pytorch 2.1")


def test_the_type_is_the_files_own_word(onnx_file, description):
    assert layers(onnx_file(GEMM, WEIGHTS), "type") == [("Relu",), ("Gemm",)]
    path = description(start(4), layer("Mystery", "m"))
    assert layers(path, "type") == [("InputLayer",), ("Mystery",)]


def test_a_node_without_a_name_is_called_by_its_position_in_the_file(onnx_file):
    folded = helper.make_node("Constant", [], ["c"], value_float=1.0)
    nodes = [
        folded,
        helper.make_node("Relu", ["x"], ["a"], name="first"),
        helper.make_node("Add", ["a", "c"], ["y"]),
    ]
    assert layers(onnx_file(nodes), "name") == [("first",), ("Add_2",)]


def test_names_of_any_letters_come_through(onnx_file):
    nodes = [helper.make_node("Relu", ["x"], ["y"], name='a/b "ü"\n\x1b[31m')]
    assert layers(onnx_file(nodes), "name") == [('a/b "ü"\n\x1b[31m',)]


def test_a_nested_model_is_followed_by_its_layers(description):
    inner = sequential("inner", start(3), dense("b", 2), dense("c", 2))
    path = description(start(4), dense("a", 3), inner, dense("d", 1))
    assert layers(path, "name", "scope", "parameters") == [
        ("input", "", 0),
        ("a", "", 15),
        ("inner", "", 14),
        ("input", "inner", 0),
        ("b", "inner", 8),
        ("c", "inner", 6),
        ("d", "", 3),
    ]
    assert summary(path)["parameters"]["total"] == 32


def test_models_nested_twice_have_both_names_in_their_scope(description):
    core = sequential("core", start(4), dense("b", 2))
    path = description(start(4), sequential("outer", start(4), core))
    names = dict(layers(path, "name", "scope"))
    assert names["b"] == "outer/core"
    assert names["core"] == "outer"


def test_weights_whose_number_nothing_tells_are_unknown_not_zero(description):
    inner = sequential("inner", start(None), dense("b", 2))
    path = description(start(None), inner)
    found = dict(layers(path, "name", "parameters"))
    assert (found["b"], found["inner"]) == (None, None)
    assert (
        "The weights of 1 layer whose shapes cannot work" in summary(path)["notes"][-1]
    )


def test_a_layer_that_is_called_twice_is_two_entries_and_counts_once(samples):
    found = summary(samples / "sentence_pair.h5")
    names = [one["name"] for one in found["layers"]]
    twice = next(name for name in names if names.count(name) == 2)
    counts = {one["parameters"] for one in found["layers"] if one["name"] == twice}
    assert len(counts) == 1
    top = [one["parameters"] for one in found["layers"] if not one["scope"]]
    assert found["parameters"]["total"] < sum(top)


def test_branches_stand_in_the_scope_of_their_node(onnx_file):
    body = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["r"], name="inside")],
        "then",
        [],
        [value("r", None)],
    )
    choice = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
    inputs = [value("x", ["batch", 4]), value("c", [], TensorProto.BOOL)]
    found = layers(onnx_file([choice], inputs=inputs), "name", "scope", "macs")
    assert found[0] == ("If_0", "", None)
    assert [one[:2] for one in found[1:]] == [
        ("inside", "If_0/then_branch"),
        ("inside", "If_0/else_branch"),
    ]


def test_there_is_a_shape_for_each_output(onnx_file):
    parts = helper.make_node("Split", ["x"], ["y", "z"], axis=1, num_outputs=2)
    outputs = [value("y", None), value("z", None)]
    path = onnx_file([parts], outputs=outputs)
    assert layers(path, "output_shapes") == [([["batch", 2], ["batch", 2]],)]


def test_a_shape_of_unknown_rank_is_null_and_an_unknown_length_too(onnx_file):
    nodes = [
        helper.make_node("Odd", ["x"], ["a"], domain="own", name="odd"),
        helper.make_node("NonZero", ["x"], ["y"], name="found"),
    ]
    found = dict(layers(onnx_file(nodes, domains=["own"]), "name", "output_shapes"))
    assert found["odd"] == [None]
    [[rank, length]] = found["found"]
    assert rank == 2
    assert length is None or isinstance(length, str)


def test_what_an_unknown_layer_costs_is_null(onnx_file):
    nodes = [helper.make_node("Odd", ["x"], ["y"], domain="own")]
    assert layers(onnx_file(nodes, domains=["own"]), "macs") == [(None,)]


def test_multiply_adds_are_those_of_one_sample(description):
    path = description(start(4), dense("d", 3))
    assert dict(layers(path, "name", "macs"))["d"] == 12


def test_ends_have_name_shape_and_dtype(onnx_file):
    inputs = [value("x", ["batch", 4]), value("odd", None), value("n", [None, 2])]
    used = [
        helper.make_node("Gemm", ["x", "w", "b"], ["y"]),
        helper.make_node("Sum", ["odd", "n"], ["z"]),
    ]
    outputs = [value("y", None), value("z", None)]
    found = summary(onnx_file(used, WEIGHTS, inputs=inputs, outputs=outputs))
    assert found["inputs"] == [
        {"name": "x", "shape": ["batch", 4], "dtype": "float32"},
        {"name": "odd", "shape": None, "dtype": "float32"},
        {"name": "n", "shape": [None, 2], "dtype": "float32"},
    ]
    assert found["outputs"][0] == {
        "name": "y",
        "shape": ["batch", 3],
        "dtype": "float32",
    }


def test_operations_of_a_saved_model_stand_in_scopes_that_are_no_entries(tmp_path):
    path = saved_models.dense(tmp_path)
    assert layers(path, "name", "type", "scope", "parameters") == [
        ("MatMul", "MatMul", "layer", 6),
        ("Relu", "Relu", "layer", 0),
    ]
    assert summary(path)["inputs"] == [
        {"name": "x", "shape": [None, 3], "dtype": "float32"}
    ]


def test_a_file_of_weights_lists_groups_without_shapes_to_compute(tmp_path):
    import h5py

    path = tmp_path / "w.weights.h5"
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = numbered(4, 3)
        file["layers/dense/vars/1"] = numbered(3)
    found = summary(path)
    assert (found["inputs"], found["outputs"]) == ([], [])
    assert found["parameters"]["total"] == 15
    assert sum(one["parameters"] for one in found["layers"]) == 15
    assert all(one["macs"] is None for one in found["layers"])


def test_a_description_that_cannot_work_says_where_and_why(description):
    path = description(
        start(6, 1), layer("Conv1D", "c", filters=4, kernel_size=[9], padding="valid")
    )
    found = summary(path)
    assert [one["name"] for one in found["layers"]] == ["input", "c"]
    [note] = [note for note in found["notes"] if note.startswith("c (Conv1D):")]
    assert "6" in note
    assert "9" in note
