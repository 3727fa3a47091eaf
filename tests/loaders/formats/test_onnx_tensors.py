"""Where the numbers of ONNX tensors lie, and what is said when they cannot be right."""

import os
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import SparseTensorProto, TensorProto, helper, numpy_helper

from loaders.formats._onnx_read import read_packed
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.tensors import ChangedFileError, Packing, TensorRef
from tests.loaders.formats.onnx_files import (
    model,
    opened,
    save,
    tensor,
    value,
    warnings,
)


def using(weight: TensorProto, folder: Path) -> Model:
    """Open a model that multiplies by one weight."""
    made = model(
        [helper.make_node("MatMul", ["x", weight.name], ["y"])],
        [value("x", [1, 4])],
        [value("y", None)],
        [weight],
    )
    return opened(made, folder)


def weight_of(found: Model) -> TensorRef:
    [node] = found.nodes()
    [parameter] = node.parameters
    return parameter.tensor


TYPES = [
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.FLOAT16,
    TensorProto.BFLOAT16,
    TensorProto.INT8,
    TensorProto.UINT8,
    TensorProto.INT16,
    TensorProto.UINT16,
    TensorProto.INT32,
    TensorProto.UINT32,
    TensorProto.INT64,
    TensorProto.UINT64,
    TensorProto.FLOAT8E4M3FN,
    TensorProto.FLOAT8E5M2,
    TensorProto.UINT4,
    TensorProto.INT4,
    TensorProto.UINT2,
    TensorProto.INT2,
    TensorProto.FLOAT4E2M1,
    TensorProto.BOOL,
]


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("kind", TYPES)
def test_numbers_are_what_onnx_reads_however_they_are_stored(
    tmp_path: Path, kind: int, raw: bool
) -> None:
    numbers = [0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1]
    made = helper.make_tensor("w", kind, [4, 3], numbers)
    expected = numpy_helper.to_array(made)
    if raw:
        made = numpy_helper.from_array(expected, "w")
        assert made.data_type == kind
    found = using(made, tmp_path)
    ref = weight_of(found)
    assert ref.shape == (4, 3)
    assert not warnings(found)
    got = read_packed(ref, found.files)
    assert got.astype(np.float64).tolist() == expected.astype(np.float64).tolist()


def test_small_types_are_packed_places(tmp_path: Path) -> None:
    made = helper.make_tensor("w", TensorProto.INT4, [4, 3], [-8, 7] * 6)
    made = numpy_helper.from_array(numpy_helper.to_array(made), "w")
    found = using(made, tmp_path)
    ref = weight_of(found)
    assert (ref.packing, ref.dtype, ref.nbytes) == (Packing.HALF_BYTE, "int4", 6)
    assert read_packed(ref, found.files).reshape(-1).tolist() == [-8, 7] * 6


def test_packed_floats_are_as_plain_as_raw_bytes(tmp_path: Path) -> None:
    made = helper.make_tensor("w", TensorProto.FLOAT, [4, 1], [1, 2, 3, 4])
    found = using(made, tmp_path)
    ref = weight_of(found)
    assert ref.packing is Packing.PLAIN
    assert ref.read(found.files).reshape(-1).tolist() == [1, 2, 3, 4]


def test_a_transposed_weight_is_transposed_when_read(tmp_path: Path) -> None:
    stored = np.arange(8, dtype=np.float32).reshape(2, 4)
    made = model(
        [
            helper.make_node("Transpose", ["w"], ["wt"], perm=[1, 0]),
            helper.make_node("MatMul", ["x", "wt"], ["y"]),
        ],
        [value("x", [1, 4])],
        [value("y", None)],
        [tensor("w", stored)],
    )
    found = opened(made, tmp_path)
    ref = weight_of(found)
    assert ref.packing is Packing.READER
    assert read_packed(ref, found.files).tolist() == stored.T.tolist()


def test_a_sparse_weight_is_filled_when_read(tmp_path: Path) -> None:
    sparse = SparseTensorProto()
    sparse.values.CopyFrom(tensor("w", [5.0, 7.0]))
    sparse.indices.CopyFrom(tensor("i", [1, 6], "int64"))
    sparse.dims.extend([4, 2])
    made = model(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", [1, 4])],
        [value("y", None)],
    )
    made.graph.sparse_initializer.append(sparse)
    found = opened(made, tmp_path)
    numbers = read_packed(weight_of(found), found.files)
    assert numbers.tolist() == [[0, 5], [0, 0], [0, 0], [7, 0]]


def test_sparse_indices_outside_the_shape_are_a_warning(tmp_path: Path) -> None:
    sparse = SparseTensorProto()
    sparse.values.CopyFrom(tensor("w", [5.0]))
    sparse.indices.CopyFrom(tensor("i", [-5], "int64"))
    sparse.dims.extend([1 << 31, 1 << 31])
    made = model(
        [helper.make_node("Relu", ["x"], ["y"])], [value("x", [1])], [value("y", [1])]
    )
    made.graph.sparse_initializer.append(sparse)
    assert any("index" in message for message in warnings(opened(made, tmp_path)))


def test_a_changed_file_is_not_read(tmp_path: Path) -> None:
    made = helper.make_tensor("w", TensorProto.INT4, [4, 3], [0] * 12)
    found = using(numpy_helper.from_array(numpy_helper.to_array(made), "w"), tmp_path)
    save(b"something else", tmp_path)
    with pytest.raises(ChangedFileError):
        read_packed(weight_of(found), found.files)


def broken(**changes: Any) -> TensorProto:
    made = tensor("w", np.ones((4, 4)))
    for name, new in changes.items():
        if isinstance(new, list):
            made.ClearField(name)
            getattr(made, name).extend(new)
        else:
            setattr(made, name, new)
    return made


@pytest.mark.parametrize(
    ("weight", "word"),
    [
        (broken(raw_data=b"1234567"), "7 bytes"),
        (broken(raw_data=b""), "0 bytes"),
        (broken(dims=[-1, 4]), "negative"),
        (broken(dims=[1 << 32, 1 << 32]), "dimensions"),
        (broken(data_type=999), "type 999"),
        (broken(data_type=TensorProto.STRING), "string"),
        (broken(float_data=[1.0] * 16), "twice"),
        (TensorProto(name="w", data_type=1, dims=[4, 4]), "no data"),
        (TensorProto(name="w", data_type=1, dims=[2], int64_data=[1, 2]), "type"),
        (TensorProto(name="w", data_type=7, dims=[2], int64_data=[1]), "stores 1"),
    ],
)
def test_a_tensor_that_cannot_be_right_is_a_warning_and_absent(
    tmp_path: Path, weight: TensorProto, word: str
) -> None:
    found = using(weight, tmp_path)
    assert any(word in message for message in warnings(found))
    for node in found.nodes():
        for parameter in node.parameters:
            assert parameter.tensor.packing is Packing.ABSENT
            with pytest.raises(InspectorError):
                read_packed(parameter.tensor, found.files)


# external data


def outside(folder: Path, *, name: str = "m.onnx", **settings: str) -> Model:
    """Open a model whose weight of 16 bytes lies elsewhere."""
    weight = TensorProto(name="w", data_type=1, dims=[4, 1])
    weight.data_location = TensorProto.EXTERNAL
    for key, text in settings.items():
        entry = weight.external_data.add()
        entry.key, entry.value = key, text
    made = model(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", [1, 4])],
        [value("y", None)],
        [weight],
    )
    return opened(save(made, folder, name), folder)


NUMBERS = np.array([1, 2, 3, 4], np.float32)


def test_numbers_beside_the_model_are_places_in_their_file(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(b"\0" * 8 + NUMBERS.tobytes())
    found = outside(tmp_path, location="w.bin", offset="8", length="16")
    assert not warnings(found)
    assert weight_of(found).read(found.files).reshape(-1).tolist() == [1, 2, 3, 4]
    assert any(fact.name == "External data" for fact in found.facts)


def test_a_cache_of_links_is_followed_into_the_models_real_folder(
    tmp_path: Path,
) -> None:
    blobs, shown = tmp_path / "blobs", tmp_path / "snapshot"
    blobs.mkdir()
    shown.mkdir()
    (blobs / "abc").write_bytes(NUMBERS.tobytes())
    outside(blobs, name="def", location="w.bin")
    (shown / "m.onnx").symlink_to(blobs / "def")
    (shown / "w.bin").symlink_to(blobs / "abc")
    found = opened(shown / "m.onnx", shown)
    assert not warnings(found)
    assert weight_of(found).read(found.files).reshape(-1).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "location",
    [
        "../secret.bin",
        "sub/../../secret.bin",
        "..\\secret.bin",
        "/etc/passwd",
        "\\\\host\\share\\x",
        "C:\\x",
        "file:///etc/passwd",
        "http://127.0.0.1/x",
    ],
)
def test_locations_outside_the_folder_are_not_looked_for(
    tmp_path: Path, location: str
) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(NUMBERS.tobytes())
    found = outside(folder, location=location)
    assert any("outside" in message for message in warnings(found))
    assert weight_of(found).packing is Packing.ABSENT


def test_links_that_lead_outside_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(NUMBERS.tobytes())
    (folder / "w.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "dir").symlink_to(tmp_path)
    for location in ("w.bin", "dir/secret.bin"):
        found = outside(folder, location=location)
        assert any("leads outside" in message for message in warnings(found))


def test_hard_links_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(NUMBERS.tobytes())
    os.link(tmp_path / "secret.bin", tmp_path / "w.bin")
    found = outside(tmp_path, location="w.bin")
    assert any("hard link" in message for message in warnings(found))
    assert weight_of(found).packing is Packing.ABSENT


def test_pipes_sockets_and_folders_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # a socket's path may have only 100 characters
        try:
            listener.bind("socket")
        finally:
            os.chdir(here)
        for location in ("pipe", "folder", "socket"):
            found = outside(tmp_path, location=location)
            assert any("not a regular file" in text for text in warnings(found))


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"location": "w.bin", "offset": "-1"}, "whole"),
        ({"location": "w.bin", "length": "ten"}, "whole"),
        ({"location": "w.bin", "offset": str(1 << 40)}, "size"),
        ({"location": "w.bin", "offset": "8"}, "too short"),
        ({"location": "w.bin", "length": str(1 << 62)}, "size"),
        ({"location": "gone.bin"}, "missing"),
        ({}, "missing"),
        ({"location": "w.bin", "__class__": "x"}, "unknown key __class__"),
    ],
)
def test_what_is_wrong_with_external_data_is_a_warning(
    tmp_path: Path, settings: dict[str, str], word: str
) -> None:
    (tmp_path / "w.bin").write_bytes(NUMBERS.tobytes())
    found = outside(tmp_path, **settings)
    assert any(word in message for message in warnings(found))


def test_small_external_constants_shape_the_graph(tmp_path: Path) -> None:
    (tmp_path / "s.bin").write_bytes(np.array([2, 6], np.int64).tobytes())
    shape = TensorProto(name="s", data_type=TensorProto.INT64, dims=[2])
    shape.data_location = TensorProto.EXTERNAL
    entry = shape.external_data.add()
    entry.key, entry.value = "location", "s.bin"
    made = model(
        [helper.make_node("Reshape", ["x", "s"], ["y"])],
        [value("x", [3, 4])],
        [value("y", None)],
        [shape],
    )
    assert opened(made, tmp_path).graph.values["y"].shape == (2, 6)
