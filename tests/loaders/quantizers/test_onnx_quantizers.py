"""ONNX's spellings of quantizers."""

import pytest

from loaders.ir.tensors import Packing, TensorRef, absent_tensor
from loaders.quantizers.onnx_packed import unpacked_nbits, unpacked_rows
from loaders.quantizers.onnx_qdq import affine
from loaders.quantizers.onnx_qonnx import named


def scales(*shape: int) -> TensorRef:
    return absent_tensor(shape, "float32")


def test_one_scale_has_no_axis() -> None:
    for one in (scales(), scales(1)):
        assert affine("int8", one, None, 1, 0, (4, 8)).axis is None


def test_a_negative_axis_counts_from_the_end() -> None:
    assert affine("int8", scales(8), None, -1, 0, (4, 8)).axis == 1


def test_blocks_need_a_scale_for_every_started_block() -> None:
    found = affine("int4", scales(3, 8), None, 0, 4, (10, 8))
    assert (found.block, found.axis, found.bits) == (4, 0, 4)
    with pytest.raises(ValueError, match="3 are needed for 10 in blocks of 4"):
        affine("int4", scales(2, 8), None, 0, 4, (10, 8))


def test_scales_of_another_length_than_the_axis_are_refused_with_numbers() -> None:
    with pytest.raises(ValueError, match="7 entries along axis 1, 8 are needed"):
        affine("int8", scales(7), None, 1, 0, (4, 8))


def test_an_axis_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="has 2 axes"):
        affine("int8", scales(4), None, 99, 0, (4, 8))


def test_scales_that_are_computed_are_none() -> None:
    assert affine("uint8", None, None, 1, 0, None).scale is None


def stored(size: int) -> TensorRef:
    shape = (size,)
    return TensorRef(file=0, offset=8, nbytes=size, shape=shape, dtype="uint8")


@pytest.mark.parametrize(
    ("bits", "packing", "dtype"),
    [
        (2, Packing.QUARTER_BYTE, "uint2"),
        (4, Packing.HALF_BYTE, "uint4"),
        (8, Packing.PLAIN, "uint8"),
    ],
)
def test_nbits_weights_are_their_codes_in_place(
    bits: int, packing: Packing, dtype: str
) -> None:
    settings = {"N": 3, "K": 64, "bits": bits, "block_size": 32}
    found = unpacked_nbits(stored(3 * 64 * bits // 8), settings)
    assert found is not None
    assert (found.shape, found.packing, found.dtype) == ((3, 64), packing, dtype)
    assert found.offset == 8


def test_nbits_codes_that_only_fill_the_last_block_are_no_weights() -> None:
    padded = {"N": 3, "K": 60, "bits": 4, "block_size": 32}
    found = unpacked_nbits(stored(3 * 32), padded)
    assert found is not None
    assert (found.shape, found.size) == ((3, 60), 180)
    assert (found.packing, found.key) == (
        Packing.READER,
        "half-byte@uint4:3,64>keep:60",
    )


def test_nbits_weights_of_other_sizes_are_left_alone() -> None:
    wrong = {"N": 3, "K": 64, "bits": 4, "block_size": 32}
    assert unpacked_nbits(stored(5), wrong) is None
    assert unpacked_nbits(stored(5), {}) is None


@pytest.mark.parametrize(("bits", "length"), [(2, 32), (4, 16), (8, 8)])
def test_bytes_of_a_table_count_once_per_code(bits: int, length: int) -> None:
    table = TensorRef(file=0, offset=8, nbytes=24, shape=(3, 8), dtype="uint8")
    found = unpacked_rows(table, {"bits": bits})
    assert found is not None
    assert (found.shape, found.offset, found.nbytes) == ((3, length), 8, 24)


def test_a_table_that_says_its_own_packing_is_left_alone() -> None:
    assert unpacked_rows(absent_tensor((3, 8), "uint4"), {"bits": 4}) is None


def test_qonnx_settings_are_said_with_their_numbers() -> None:
    found = named("Quant", [[0.5] * 3, None, [4.0]], {"signed": 1})
    assert found.settings == (
        "scale per channel (3), zero_point varies, bit_width 4, signed 1"
    )
