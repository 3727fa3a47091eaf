import os

import numpy as np
import pytest

from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.tensors import (
    ChangedFileError,
    ModelFile,
    Packing,
    TensorRef,
    bits_of,
    element_type,
)

NUMBERS = np.arange(12, dtype="f4").reshape(4, 3)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"head" + NUMBERS.tobytes())
    return ModelFile.of(path)


def ref(**changes):
    plain = {"file": 0, "offset": 4, "nbytes": 48, "shape": (4, 3), "dtype": "float32"}
    return TensorRef(**{**plain, **changes})


def test_numbers_are_copied_from_their_place(file):
    np.testing.assert_array_equal(ref().read([file]), NUMBERS)


def test_some_rows_are_copied_alone(file):
    np.testing.assert_array_equal(ref().read([file], slice(1, 3)), NUMBERS[1:3])
    assert ref().read([file], slice(3, 1)).shape == (0, 3)


def test_big_endian_numbers_are_turned_round(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(NUMBERS.astype(">f4").tobytes())
    tensor = ref(offset=0, packing=Packing.BIG_ENDIAN)
    np.testing.assert_array_equal(tensor.read([ModelFile.of(path)]), NUMBERS)


def test_scalars_have_no_rows_and_can_be_read(file):
    assert ref(shape=(), nbytes=4, offset=8).read([file]) == 1


def test_a_tensor_behind_the_end_is_an_error_with_both_numbers(file):
    with pytest.raises(CorruptFileError, match=r"byte 124.*52"):
        ref(shape=(10, 3)).read([file])


def test_a_changed_file_is_noticed(file):
    path = file.local_path
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(0, 0))
    with pytest.raises(ChangedFileError, match="changed on disk"):
        ref().read([file])


def test_packed_tensors_are_not_regions(file):
    with pytest.raises(InspectorError, match="half-byte"):
        ref(packing=Packing.HALF_BYTE).read([file])


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("float32", 32),
        ("int4", 4),
        ("uint2", 2),
        ("float8_e4m3fn", 8),
        ("bfloat16", 16),
        ("bool", 8),
        ("string", None),
    ],
)
def test_bits_of_element_types(name, bits):
    assert bits_of(name) == bits


def test_small_types_are_known():
    assert element_type("bfloat16").itemsize == 2
    assert element_type("float8_e5m2").itemsize == 1
