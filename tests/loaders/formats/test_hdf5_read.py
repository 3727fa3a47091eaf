"""Arrays that only the reader can make plain."""

import io
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from loaders.formats._hdf5_read import read_dataset
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.ir.tensors import ChangedFileError, ModelFile

ARRAY = np.arange(4000, dtype=">i4").reshape(100, 40)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x/y", data=ARRAY, chunks=(7, 9), compression="gzip")
        file["scalar"] = np.float32(2.5)
    return path


def test_a_chunked_array_is_read_whole(packed: Path) -> None:
    read = read_dataset(ModelFile.of(packed), ":/x/y", 1 << 20)
    np.testing.assert_array_equal(read, ARRAY)
    assert read.dtype.str == "<i4"


def test_some_rows_are_read_alone(packed: Path) -> None:
    read = read_dataset(ModelFile.of(packed), ":/x/y", 20 * 160, slice(30, 50))
    np.testing.assert_array_equal(read, ARRAY[30:50])


def test_one_number_is_read(packed: Path) -> None:
    assert read_dataset(ModelFile.of(packed), ":/scalar", 4) == np.float32(2.5)


def test_more_than_the_budget_is_refused(packed: Path) -> None:
    with pytest.raises(LimitError, match="16,000 bytes"):
        read_dataset(ModelFile.of(packed), ":/x/y", 15_999)


def test_a_missing_array_is_an_error(packed: Path) -> None:
    with pytest.raises(CorruptFileError):
        read_dataset(ModelFile.of(packed), ":/x/z", 1 << 20)


def test_a_changed_file_is_not_read(packed: Path) -> None:
    before = ModelFile.of(packed)
    packed.write_bytes(packed.read_bytes() + b"\0")
    with pytest.raises(ChangedFileError):
        read_dataset(before, ":/x/y", 1 << 20)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_arrays_inside_an_archive_are_read(
    packed: Path, tmp_path: Path, method: int
) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.write(packed, "model.weights.h5")
    read = read_dataset(ModelFile.of(path), "model.weights.h5:/x/y", 1 << 20)
    np.testing.assert_array_equal(read, ARRAY)


def test_the_archive_is_left_as_it_was(packed: Path) -> None:
    data = packed.read_bytes()
    read_dataset(ModelFile.of(packed), ":/x/y", 1 << 20)
    assert io.BytesIO(packed.read_bytes()).getvalue() == data
