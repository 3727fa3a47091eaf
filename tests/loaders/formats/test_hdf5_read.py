"""Arrays that only the reader can make plain."""

import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from loaders.formats import _hdf5_read
from loaders.ir.errors import CorruptFileError, InspectorError, LimitError
from loaders.ir.tensors import ChangedFileError, ModelFile, Packing, TensorRef
from loaders.limits import LIMITS, Limits

ARRAY = np.arange(4000, dtype=">i4").reshape(100, 40)


def read(
    file: Path | ModelFile,
    key: str,
    shape: tuple[int, ...] = ARRAY.shape,
    limits: Limits = LIMITS,
) -> list[NDArray[Any]]:
    """Return the blocks in which an array comes."""
    found = file if isinstance(file, ModelFile) else ModelFile.of(file)
    tensor = TensorRef(
        file=0,
        offset=0,
        nbytes=0,
        shape=shape,
        dtype="int32",
        packing=Packing.READER,
        key=key,
    )
    return list(_hdf5_read.read_tensor(tensor, [found], limits))


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x/y", data=ARRAY, chunks=(7, 9), compression="gzip")
        file["scalar"] = np.float32(2.5)
        file["words"] = ["a", "b"]
    return path


def test_a_chunked_array_is_read_whole(packed: Path) -> None:
    [block] = read(packed, ":/x/y")
    np.testing.assert_array_equal(block, ARRAY)
    assert block.dtype.str == "<i4"


def test_a_large_array_comes_in_whole_rows_of_chunks(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_hdf5_read, "BLOCK_BYTES", 20 * 160)
    blocks = read(packed, ":/x/y")
    assert [len(block) for block in blocks] == [14] * 7 + [2]
    np.testing.assert_array_equal(np.concatenate(blocks), ARRAY)


def test_one_number_is_read(packed: Path) -> None:
    [block] = read(packed, ":/scalar", ())
    assert block == np.float32(2.5)


def test_a_row_over_the_limit_is_refused(packed: Path) -> None:
    with pytest.raises(LimitError, match="160 bytes"):
        read(packed, ":/x/y", limits=Limits(tensor_whole_bytes=159))


def test_a_missing_array_is_an_error(packed: Path) -> None:
    with pytest.raises(CorruptFileError):
        read(packed, ":/x/z")


def test_an_array_of_another_shape_is_an_error(packed: Path) -> None:
    with pytest.raises(CorruptFileError, match="another shape"):
        read(packed, ":/x/y", (40, 100))


def test_texts_are_no_numbers(packed: Path) -> None:
    with pytest.raises(InspectorError, match="texts"):
        read(packed, ":/words", (2,))


def test_a_changed_file_is_not_read(packed: Path) -> None:
    before = ModelFile.of(packed)
    packed.write_bytes(packed.read_bytes() + b"\0")
    with pytest.raises(ChangedFileError):
        read(before, ":/x/y")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_arrays_inside_an_archive_are_read(
    packed: Path, tmp_path: Path, method: int
) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.write(packed, "model.weights.h5")
    [block] = read(path, "model.weights.h5:/x/y")
    np.testing.assert_array_equal(block, ARRAY)


def test_the_file_is_left_as_it_was(packed: Path) -> None:
    data = packed.read_bytes()
    read(packed, ":/x/y")
    assert packed.read_bytes() == data
