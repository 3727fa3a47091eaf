"""Weights without a description."""

from pathlib import Path

import numpy as np
import pytest

from loaders.formats import read_model
from loaders.ir.errors import CorruptFileError
from loaders.ir.graph import Structure
from tests.keras_files import legacy_h5, numbered, weights_h5


def test_groups_of_a_legacy_weights_file_are_layers(tmp_path: Path) -> None:
    bn = [(f"bn/{name}:0", numbered(3)) for name in ("gamma", "beta", "moving_mean")]
    groups = [("first", [("first/kernel:0", numbered(4, 3))]), ("bn", bn), ("drop", [])]
    path = legacy_h5(tmp_path / "w.h5", None, groups, top="")
    model = read_model(path)
    assert model.structure is Structure.TENSORS
    assert list(model.graph.nodes) == ["first", "bn"]
    assert [p.role for p in model.graph.nodes["bn"].parameters] == [
        "gamma",
        "beta",
        "moving_mean",
    ]
    assert [p.trainable for p in model.parameters()] == [True, True, True, False]


def test_groups_of_a_keras_3_weights_file_have_the_layers_names(tmp_path: Path) -> None:
    path = tmp_path / "m.weights.h5"
    arrays = {
        "layers/dense/vars/0": numbered(4, 3),
        "layers/dropout/seed_generator/vars/0": np.zeros(2, "u4"),
        "optimizer/vars/0": numbered(1),
    }
    path.write_bytes(weights_h5(arrays, {"layers/dense/vars": "head"}))
    model = read_model(path)
    assert model.format == "Keras 3 weights (HDF5)"
    assert model.graph.nodes["head"].parameters[0].tensor.shape == (4, 3)
    assert sum(parameter.count for parameter in model.parameters()) == 12
    assert [group.title for group in model.others] == ["Optimizer state"]


def test_numbers_are_read_from_where_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "w.h5"
    path.write_bytes(weights_h5({"a/b": numbered(2, 3)}))
    model = read_model(path)
    [parameter] = model.parameters()
    np.testing.assert_array_equal(parameter.tensor.read(model.files), numbered(2, 3))


def test_an_hdf5_file_without_arrays_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "w.h5"
    path.write_bytes(weights_h5({}))
    with pytest.raises(CorruptFileError, match="neither a model nor an array"):
        read_model(path)
