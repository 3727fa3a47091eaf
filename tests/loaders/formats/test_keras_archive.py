"""Keras archives: what is in them, and where their numbers lie."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from loaders.formats import read_model, read_tensor
from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.graph import Model, Parameter, Severity
from loaders.ir.tensors import Packing
from tests.keras_files import archive, dense, numbered, sequential, start, weights_h5

CONFIG = sequential("net", start(4), dense("first", 3), dense("last", 2))
ARRAYS = {
    "layers/dense/vars/0": numbered(4, 3),
    "layers/dense/vars/1": numbered(3, start=100),
    "layers/dense_1/vars/0": numbered(3, 2, start=200),
    "layers/dense_1/vars/1": numbered(2, start=300),
}


def weights(model: Model) -> dict[str, Parameter]:
    return {parameter.id: parameter for parameter in model.parameters()}


def warnings(model: Model) -> list[str]:
    return [note.message for note in model.notes if note.severity is Severity.WARNING]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.keras"


def test_every_weight_is_read_from_where_it_lies_in_the_archive(path: Path) -> None:
    model = read_model(archive(path, CONFIG, weights_h5(ARRAYS)))
    found = weights(model)
    assert list(found) == ["first/kernel", "first/bias", "last/kernel", "last/bias"]
    for parameter, array in zip(found.values(), ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(parameter.tensor.read(model.files), array)
    assert warnings(model) == []


def test_version_and_date_are_told(path: Path) -> None:
    model = read_model(archive(path, CONFIG, weights_h5(ARRAYS)))
    assert (model.format, model.producer) == ("Keras 3 archive", "Keras 3.15.1")
    assert "2026-11-02 at 10:00:00" in {fact.text for fact in model.facts}


def test_the_suffix_does_not_matter_but_is_told(tmp_path: Path) -> None:
    model = read_model(archive(tmp_path / "m.h5", CONFIG, weights_h5(ARRAYS)))
    assert len(weights(model)) == 4
    assert "extension .h5" in warnings(model)[0]


def test_an_archive_packed_again_in_another_order_is_read(path: Path) -> None:
    archive(path, CONFIG, weights_h5(ARRAYS))
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in reversed(old.namelist())}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            new.writestr(name, data)
    model = read_model(path)
    tensor = weights(model)["last/kernel"].tensor
    assert tensor.packing is Packing.READER
    read = np.concatenate(list(read_tensor(model, tensor))).reshape(tensor.shape)
    np.testing.assert_array_equal(read, ARRAYS["layers/dense_1/vars/0"])


def test_layers_open_without_weights(path: Path) -> None:
    model = read_model(archive(path, CONFIG))
    assert {p.tensor.packing for p in model.parameters()} == {Packing.ABSENT}
    assert sum(p.count for p in model.parameters()) == 4 * 3 + 3 + 3 * 2 + 2
    assert warnings(model) == [
        "The archive has no weights (model.weights.h5 is missing); the layers are "
        "shown without numbers."
    ]


def test_layers_open_with_weights_that_are_no_hdf5(path: Path) -> None:
    model = read_model(archive(path, CONFIG, b"garbage" * 100))
    assert "model.weights.h5 cannot be read" in warnings(model)[0]
    assert sum(p.count for p in model.parameters()) == 23


def test_weights_in_a_pickling_format_are_not_opened(path: Path) -> None:
    model = read_model(archive(path, CONFIG, more={"model.weights.npz": b"PK"}))
    assert "pickle" in warnings(model)[0]


def test_weights_in_several_parts_are_joined(path: Path) -> None:
    names = list(ARRAYS)
    parts = [names[:2], names[2:]]
    more = {
        f"model_{number:05}.weights.h5": weights_h5({n: ARRAYS[n] for n in part})
        for number, part in enumerate(parts)
    }
    places = {
        "/layers/dense/vars": "model_00000.weights.h5",
        "/layers/dense_1/vars": ["model_00001.weights.h5"],
    }
    shards = {"metadata": {}, "weight_map": places}
    more["model.weights.json"] = str(shards).replace("'", '"').encode()
    model = read_model(archive(path, CONFIG, more=more))
    for parameter, array in zip(model.parameters(), ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(parameter.tensor.read(model.files), array)


def test_a_missing_part_is_named(path: Path) -> None:
    shards = b'{"weight_map": {"/layers/dense/vars": "gone.weights.h5"}}'
    model = read_model(archive(path, CONFIG, more={"model.weights.json": shards}))
    assert "lacks gone.weights.h5" in warnings(model)[0]


def test_a_flipped_bit_in_a_weight_is_damage(path: Path) -> None:
    data = weights_h5(ARRAYS)
    archive(path, CONFIG, data)
    whole = bytearray(path.read_bytes())
    whole[whole.index(ARRAYS["layers/dense/vars/0"].tobytes()) + 7] ^= 0x40
    path.write_bytes(whole)
    with pytest.raises(CorruptFileError, match="CRC"):
        read_model(path)


def test_a_version_that_is_no_text_is_told(path: Path) -> None:
    model = read_model(archive(path, CONFIG, weights_h5(ARRAYS), version=[3]))
    assert any("version" in text for text in warnings(model))
    assert len(weights(model)) == 4


def test_a_newer_version_is_told(path: Path) -> None:
    model = read_model(archive(path, CONFIG, weights_h5(ARRAYS), version="3.99.0"))
    assert "Keras 3.99.0, newer than the 3.15" in warnings(model)[0]


def test_a_zip_without_a_description_is_not_a_model(path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "hello")
    path.write_bytes(out.getvalue())
    with pytest.raises(InspectorError, match=r"holds a\.txt, and no config\.json"):
        read_model(path)


def test_a_shell_script_before_the_archive_is_told(path: Path) -> None:
    archive(path, CONFIG, weights_h5(ARRAYS))
    path.write_bytes(b"#!/bin/sh\nexit\n" + path.read_bytes())
    model = read_model(path)
    assert "15 bytes lie before the archive" in warnings(model)[0]
    kernel = weights(model)["first/kernel"].tensor.read(model.files)
    np.testing.assert_array_equal(kernel, ARRAYS["layers/dense/vars/0"])


def test_a_shape_that_the_settings_do_not_give_is_told(path: Path) -> None:
    arrays = ARRAYS | {"layers/dense/vars/0": numbered(5, 3)}
    [text] = warnings(read_model(archive(path, CONFIG, weights_h5(arrays))))
    assert "kernel of first is 5 × 3, its settings say 4 × 3" in text
