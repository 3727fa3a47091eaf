"""HDF5 files: what is listed, what is left out and why."""

import io
from collections.abc import Callable
from pathlib import Path

import h5py
import ml_dtypes
import numpy as np
import pytest

from loaders.formats._hdf5 import Tree, open_hdf5
from loaders.formats._hdf5_window import Window, find_signature
from loaders.ir.errors import CorruptFileError
from loaders.ir.tensors import ModelFile, Packing
from loaders.limits import Limits

ARRAY = np.arange(12, dtype="f4").reshape(3, 4)


def written(path: Path, fill: Callable[[h5py.File], object], **how: object) -> Path:
    with h5py.File(path, "w", **how) as file:
        fill(file)
    return path


def listed(path: Path, limits: Limits | None = None) -> Tree:
    with path.open("rb", buffering=0) as stream:
        size = path.stat().st_size
        with open_hdf5(path, stream, 0, size, limits=limits or Limits()) as file:
            return file.tree()


def test_arrays_are_found_where_their_numbers_lie(tmp_path: Path) -> None:
    path = written(tmp_path / "a.h5", lambda f: f.create_dataset("x/y/z", data=ARRAY))
    tensor = listed(path).tensors["x/y/z"]
    assert (tensor.shape, tensor.dtype) == ((3, 4), "float32")
    np.testing.assert_array_equal(tensor.read([ModelFile.of(path)]), ARRAY)


def test_a_block_of_the_user_before_the_data_moves_the_places(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("x", data=ARRAY),
        userblock_size=1024,
    )
    with path.open("rb") as stream:
        assert find_signature(stream, path.stat().st_size) == 1024
    tensor = listed(path).tensors["x"]
    np.testing.assert_array_equal(tensor.read([ModelFile.of(path)]), ARRAY)


def test_foreign_bytes_before_the_data_move_the_places(tmp_path: Path) -> None:
    path = written(tmp_path / "a.h5", lambda f: f.create_dataset("x", data=ARRAY))
    path.write_bytes(b"\x7fELF".ljust(512, b"\0") + path.read_bytes())
    tensor = listed(path).tensors["x"]
    np.testing.assert_array_equal(tensor.read([ModelFile.of(path)]), ARRAY)


def test_bfloat16_needs_no_mark_in_files_of_keras(tmp_path: Path) -> None:
    data = np.arange(6).astype(ml_dtypes.bfloat16)

    def fill(file: h5py.File) -> None:
        file.attrs["keras_version"] = "2.15.0"
        file["x"] = data

    path = written(tmp_path / "a.h5", fill)
    read = listed(path).tensors["x"].read([ModelFile.of(path)])
    np.testing.assert_array_equal(read, data)


@pytest.mark.parametrize(
    "dtype", ["<f2", "<f4", "<f8", "<i1", "<u1", "<i8", ">f4", ">i2", "?", "<c8"]
)
def test_numbers_of_many_types_read_back(tmp_path: Path, dtype: str) -> None:
    data = np.arange(6).astype(dtype)
    path = written(tmp_path / "a.h5", lambda f: f.create_dataset("x", data=data))
    tensor = listed(path).tensors["x"]
    assert tensor.dtype == np.dtype(dtype).name
    read = tensor.read([ModelFile.of(path)])
    np.testing.assert_array_equal(read, data)


def test_bfloat16_is_told_by_keras_mark(tmp_path: Path) -> None:
    data = np.arange(6).astype(ml_dtypes.bfloat16)

    def fill(file: h5py.File) -> None:
        file.create_dataset("marked", data=data).attrs["dtype"] = "bfloat16"
        file.create_dataset("unmarked", data=data)

    path = written(tmp_path / "a.h5", fill)
    tree = listed(path)
    assert list(tree.tensors) == ["marked"]
    np.testing.assert_array_equal(
        tree.tensors["marked"].read([ModelFile.of(path)]), data
    )


def test_bfloat16_needs_no_mark_in_a_file_of_keras_weights(tmp_path: Path) -> None:
    data = np.arange(6).astype(ml_dtypes.bfloat16)

    def fill(file: h5py.File) -> None:
        file.create_group("vars")
        file.create_dataset("layers/dense/vars/0", data=data)

    tree = listed(written(tmp_path / "a.weights.h5", fill))
    assert tree.tensors["layers/dense/vars/0"].dtype == "bfloat16"


def test_packed_arrays_are_left_to_the_reader(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("x/y", data=ARRAY, compression="gzip"),
    )
    tensor = listed(path).tensors["x/y"]
    assert (tensor.packing, tensor.key) == (Packing.READER, ":/x/y")


def test_texts_are_left_to_the_reader(tmp_path: Path) -> None:
    path = written(tmp_path / "a.h5", lambda f: f.create_dataset("x", data=["a", "b"]))
    tensor = listed(path).tensors["x"]
    assert (tensor.dtype, tensor.packing) == ("string", Packing.READER)


def test_links_are_not_followed(tmp_path: Path) -> None:
    written(tmp_path / "secret.h5", lambda f: f.create_dataset("x", data=ARRAY))

    def fill(file: h5py.File) -> None:
        file["soft"] = h5py.SoftLink("/nowhere")
        file["far"] = h5py.ExternalLink("secret.h5", "/x")

    tree = listed(written(tmp_path / "a.h5", fill))
    assert tree.tensors == {}
    assert any("soft links" in note for note in tree.notes)
    assert any("outside of the file" in note for note in tree.notes)


def test_arrays_with_numbers_in_other_files_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"\0" * 48)

    def fill(file: h5py.File) -> None:
        place = (str(tmp_path / "raw").encode(), 0, 48)
        file.create_dataset("x", (3, 4), "f4", external=[place])
        layout = h5py.VirtualLayout((12,), "f4")
        layout[:] = h5py.VirtualSource("b.h5", "x", (12,))
        file.create_virtual_dataset("y", layout)

    tree = listed(written(tmp_path / "a.h5", fill))
    packings = {tensor.packing for tensor in tree.tensors.values()}
    assert packings == {Packing.ABSENT}
    assert len(tree.notes) == 2


def test_an_array_that_declares_far_more_than_it_stores_is_not_read(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("x", (1 << 38,), "f4", chunks=True),
    )
    tree = listed(path)
    assert tree.tensors["x"].packing is Packing.ABSENT
    assert "declares 1.1 TB and stores 0 bytes" in tree.notes[0]


def test_groups_in_a_loop_are_listed_once(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        group = file.create_group("a")
        group["x"] = ARRAY
        group["again"] = group

    tree = listed(written(tmp_path / "a.h5", fill))
    assert list(tree.tensors) == ["a/x"]
    assert "a/again" in tree.notes[0]


def test_groups_too_deep_are_left_out(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.h5", lambda f: f.create_dataset("/".join("abcdef"), data=ARRAY)
    )
    tree = listed(path, Limits(hdf5_depth=3))
    assert tree.tensors == {}
    assert "too many levels deep" in tree.notes[0]


def test_too_many_objects_stop_the_listing(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        for number in range(9):
            file[f"x{number}"] = ARRAY

    tree = listed(written(tmp_path / "a.h5", fill), Limits(hdf5_objects=5))
    assert len(tree.tensors) == 5
    assert "too many objects" in tree.notes[0]


def test_things_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file["record"] = np.zeros(2, [("a", "i4"), ("b", "f4")])
        file["reference"] = file.ref

    tree = listed(written(tmp_path / "a.h5", fill))
    assert tree.tensors == {}
    assert "not a number" in tree.notes[0]


def test_a_damaged_chunk_is_seen_by_its_checksum(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("x", data=ARRAY, chunks=(3, 4), fletcher32=True),
    )
    data = bytearray(path.read_bytes())
    data[data.index(ARRAY.tobytes()) + 5] ^= 1
    path.write_bytes(data)
    tree = listed(path)
    assert tree.tensors["x"].packing is Packing.ABSENT
    assert "checksum" in tree.notes[0]


def test_a_file_cut_short_is_told_with_both_sizes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.h5", lambda f: f.create_dataset("x", data=ARRAY))
    data = path.read_bytes()
    path.write_bytes(data[:-40])
    with pytest.raises(CorruptFileError) as caught:
        listed(path)
    assert f"{len(data):,} bytes, and it has {len(data) - 40:,}" in str(caught.value)


def test_something_else_is_no_whole_hdf5_file(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\xff" * 3000)
    with pytest.raises(CorruptFileError, match="HDF5"):
        listed(path)


@pytest.mark.parametrize("size", range(8, 60))
def test_a_file_that_ends_in_its_first_block_is_damaged(
    tmp_path: Path, size: int
) -> None:
    whole = written(tmp_path / "whole.h5", lambda file: None).read_bytes()
    path = tmp_path / "a.h5"
    path.write_bytes(whole[:size])
    with pytest.raises(CorruptFileError, match="HDF5"):
        listed(path)


def test_lists_of_texts_that_are_split_are_joined(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["layer_names0"] = [b"a", b"b"]
        file.attrs["layer_names1"] = [b"c"]
        file.attrs["numbers"] = [1, 2]

    path = written(tmp_path / "a.h5", fill)
    size = path.stat().st_size
    with path.open("rb") as stream, open_hdf5(path, stream, 0, size) as file:
        assert file.texts("", "layer_names") == ["a", "b", "c"]
        assert file.texts("", "numbers") is None
        assert file.texts("", "missing") is None
        with pytest.raises(CorruptFileError, match="numbers is not a text"):
            file.text("", "numbers")


def test_a_window_shows_its_part_of_the_file_only(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(bytes(range(256)) * 200)
    with path.open("rb", buffering=0) as stream:
        window = io.BufferedReader(Window(stream.fileno(), 256, 20_000))
        window.seek(-5, io.SEEK_END)
        assert window.read(100) == bytes(n % 256 for n in range(19_995, 20_000))
        window.seek(3)
        assert window.read(4) == bytes([3, 4, 5, 6])
        assert len(window.read(15_000)) == 15_000
