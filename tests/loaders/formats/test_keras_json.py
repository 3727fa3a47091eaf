"""Descriptions in JSON files, alone and with weights beside them."""

import json
import os

import h5py
import numpy as np
import pytest

from loaders.formats import no_progress, open_source
from loaders.formats.keras_json import first_keys, read, recognises
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.ir.graph import Severity
from loaders.ir.tensors import Packing


def dense(name, units, **config):
    config = {"name": name, "units": units, "use_bias": True, **config}
    return {"class_name": "Dense", "config": config}


LAYERS = [dense("d", 3, batch_input_shape=[None, 2]), dense("e", 1)]
CHAIN = {
    "class_name": "Sequential",
    "config": {"name": "s", "layers": LAYERS},
    "keras_version": "2.3.1",
    "backend": "tensorflow",
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(CHAIN))
    return path


def write_weights(path):
    """Write a weights file as Keras 2 does; the kernel of ``d`` counts upwards."""
    with h5py.File(path, "w") as made:
        made.attrs["layer_names"] = [b"d", b"e"]
        for name, inputs, units in (("d", 2, 3), ("e", 3, 1)):
            group = made.create_group(name)
            group.attrs["weight_names"] = [
                f"{name}/kernel:0".encode(),
                f"{name}/bias:0".encode(),
            ]
            numbers = np.arange(inputs * units, dtype="f4").reshape(inputs, units)
            group[f"{name}/kernel:0"] = numbers
            group[f"{name}/bias:0"] = np.zeros(units, "f4")
    return path


def model_of(path, weights=None):
    return read(open_source(path, weights=weights), no_progress)


def packings(model):
    return {parameter.tensor.packing for parameter in model.parameters()}


def messages(model, severity):
    return [note.message for note in model.notes if note.severity is severity]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(CHAIN),
        "\ufeff\n  " + json.dumps(CHAIN),
        json.dumps({"backend": "tensorflow", **CHAIN}),
        json.dumps({"class_name": "Sequential", "config": LAYERS}),
        json.dumps({"format": "layers-model", "modelTopology": CHAIN}),
    ],
)
def test_descriptions_are_recognised_by_their_keys(tmp_path, text):
    path = tmp_path / "anything.txt"
    path.write_text(text, encoding="utf-8")
    assert recognises(open_source(path))
    assert [node.name for node in model_of(path).nodes()][1:] == ["d", "e"]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "left-pad", "version": "1.0.0"}',
        '{"cells": [{"class_name": "Dense", "config": {}}], "nbformat": 4}',
        '{"note": "the \\"class_name\\": of", "config": 1}',
        '[{"class_name": "Dense", "config": {}}]',
        '{"format": "graph-model", "modelTopology": {"node": []}}',
        "class_name: config",
    ],
)
def test_other_json_is_not(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    assert not recognises(open_source(path))


def test_only_the_outermost_keys_count():
    text = b'{"a": {"b": 1, "c": [{"d": 2}]}, "e \\" f": ":", "g": "h"}'
    assert first_keys(text) == {b"a", b'e \\" f', b"g"}


def test_without_weights_counts_come_from_the_settings(file):
    model = model_of(file)
    assert (model.format, model.producer) == (
        "Keras 2 description (JSON)",
        "Keras 2.3.1",
    )
    assert sum(p.count for p in model.parameters()) == 2 * 3 + 3 + 3 * 1 + 1
    assert packings(model) == {Packing.ABSENT}
    assert not messages(model, Severity.WARNING)
    assert "net.h5" in messages(model, Severity.INFO)[0]


@pytest.mark.parametrize("name", ["net_weights.h5", "net.weights.h5", "net.h5"])
def test_weights_beside_the_file_are_found(file, name):
    write_weights(file.parent / name)
    model = model_of(file)
    assert packings(model) == {Packing.PLAIN}
    kernel = next(p for p in model.parameters() if p.role == "kernel")
    assert kernel.tensor.read(model.files).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert model.files[0].local_path.name == name
    assert name in messages(model, Severity.INFO)[0]


def test_weights_of_keras_3_are_found_by_path(file):
    with h5py.File(file.parent / "net.weights.h5", "w") as made:
        for name, inputs, units in (("dense", 2, 3), ("dense_1", 3, 1)):
            group = made.create_group(f"layers/{name}/vars")
            group["0"] = np.ones((inputs, units), "f4")
            group["1"] = np.ones(units, "f4")
    model = model_of(file)
    assert packings(model) == {Packing.PLAIN}
    assert not messages(model, Severity.WARNING)


def test_chosen_weights_may_lie_elsewhere(file, tmp_path):
    (tmp_path / "other").mkdir()
    place = write_weights(tmp_path / "other" / "epoch_7.h5")
    model = model_of(file, weights=place)
    assert model.files[0].local_path == place
    assert packings(model) == {Packing.PLAIN}


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_links_beside_the_file_are_not_followed(file, tmp_path, link):
    (tmp_path / "other").mkdir()
    link(write_weights(tmp_path / "other" / "w.h5"), tmp_path / "net.h5")
    model = model_of(file)
    assert packings(model) == {Packing.ABSENT}
    assert model.files == ()
    assert "link" in messages(model, Severity.WARNING)[0]


def test_a_pipe_beside_the_file_is_not_waited_for(file):
    os.mkfifo(file.parent / "net.h5")
    assert packings(model_of(file)) == {Packing.ABSENT}


@pytest.mark.parametrize("data", [b"not HDF5", b"\x89HDF\r\n\x1a\n" + bytes(40), b""])
def test_broken_weights_leave_the_layers(file, data):
    (file.parent / "net.h5").write_bytes(data)
    model = model_of(file)
    assert packings(model) == {Packing.ABSENT}
    assert any("net.h5" in text for text in messages(model, Severity.WARNING))


def test_weights_of_another_model_are_told_not_guessed(file):
    with h5py.File(file.parent / "net.h5", "w") as made:
        made.attrs["layer_names"] = [b"d"]
        group = made.create_group("d")
        group.attrs["weight_names"] = [b"d/kernel:0"]
        group["d/kernel:0"] = np.zeros((7, 7), "f4")
    model = model_of(file)
    assert any("7 × 7" in text for text in messages(model, Severity.WARNING))


def test_a_tensorflow_js_model_names_files_that_are_not_read(tmp_path):
    path = tmp_path / "model.json"
    manifest = [{"paths": ["../../secret.bin"], "weights": []}]
    topology = {"keras_version": "2.15.0", "model_config": CHAIN}
    path.write_text(
        json.dumps({"modelTopology": topology, "weightsManifest": manifest})
    )
    model = model_of(path)
    assert model.producer == "Keras 2.15.0"
    assert "outside" in messages(model, Severity.WARNING)[0]
    assert model.files == ()


def test_damage_is_one_clear_error(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(CHAIN)[:-9])
    with pytest.raises(CorruptFileError, match="net\\.json is damaged"):
        model_of(path)
    path.write_text('{"class_name": "Sequential", "config": ' + "[" * 999)
    with pytest.raises(LimitError, match="nested"):
        model_of(path)
