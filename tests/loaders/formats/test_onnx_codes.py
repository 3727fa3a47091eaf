"""Operations on codes, and pooling that rounds up, in whole files."""

from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper

from loaders.formats._onnx_read import read_packed
from loaders.ir.graph import Model
from tests.loaders.formats.onnx_files import model, opened, tensor, value, warnings

MICROSOFT = "com.microsoft"


def result(found: Model) -> tuple[object, str]:
    """Return shape and element type of the first output."""
    value = found.values()[found.graph.outputs[0]]
    return value.shape, value.dtype


def test_scales_that_flow_in_do_not_take_the_place_of_operands(tmp_path: Path) -> None:
    codes = TensorProto.UINT8
    scale: list[int] = []
    rounded = [
        value("x", [1, 3, 8, 8], codes),
        value("xs", scale),
        value("xz", scale, codes),
        value("w", [4, 3, 3, 3], codes),
        value("ws", scale),
        value("wz", scale, codes),
        value("ys", scale),
        value("yz", scale, codes),
    ]
    names = [one.name for one in rounded]
    node = helper.make_node("QLinearConv", names, ["y"], name="conv")
    found = opened(model([node], rounded, [value("y", None, codes)]), tmp_path)
    conv = found.graph.nodes["conv"]
    assert conv.problem == ""
    assert conv.inputs == ("x", "w", "xs", "xz", "ws", "wz", "ys", "yz")
    assert result(found) == ((1, 4, 6, 6), "uint8")


def test_real_numbers_have_the_type_of_their_scale(tmp_path: Path) -> None:
    node = helper.make_node("DequantizeLinear", ["x", "s"], ["y"])
    found = opened(
        model(
            [node],
            [value("x", [2, 3], TensorProto.FLOAT8E4M3FN)],
            [value("y", None, TensorProto.FLOAT16)],
            [tensor("s", 0.5, "float16")],
        ),
        tmp_path,
    )
    assert result(found) == ((2, 3), "float16")


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool", "LpPool"])
@pytest.mark.parametrize("opset", [11, 18, 22])
def test_a_last_window_that_sees_padding_only_is_dropped_in_every_opset(
    op: str, opset: int, tmp_path: Path
) -> None:
    window = {"kernel_shape": [2, 2], "strides": [3, 3], "pads": [0, 0, 1, 1]}
    pool = helper.make_node(op, ["x"], ["h"], ceil_mode=1, **window)
    nodes = [pool, helper.make_node("Relu", ["h"], ["y"])]
    ends = [value("x", [1, 3, 5, 5])], [value("y", [1, 3, 2, 2])]
    found = opened(model(nodes, *ends, opset=opset), tmp_path)
    assert {one.shape for one in found.values().values()} == {
        (1, 3, 5, 5),
        (1, 3, 2, 2),
    }
    assert not warnings(found)


def table(bits: int) -> ModelProto:
    """Return a look-up of 2 × 3 rows in a table of 8 × 8 bytes."""
    node = helper.make_node(
        "GatherBlockQuantized",
        ["table", "i", "s"],
        ["y"],
        name="rows",
        domain=MICROSOFT,
        bits=bits,
        block_size=16,
        quantize_axis=1,
    )
    blocks = max(1, 8 * 8 // bits // 16)
    return model(
        [node],
        [value("i", [2, 3], TensorProto.INT64)],
        [value("y", None, TensorProto.FLOAT16)],
        [
            tensor("table", np.arange(64).reshape(8, 8), "uint8"),
            tensor("s", np.ones((8, blocks)), "float16"),
        ],
        domains=[MICROSOFT],
    )


@pytest.mark.parametrize(("bits", "length"), [(4, 16), (8, 8), (2, 32)])
def test_rows_of_codes_are_as_long_as_they_have_codes(
    bits: int, length: int, tmp_path: Path
) -> None:
    found = opened(table(bits), tmp_path)
    assert result(found) == ((2, 3, length), "float16")
    assert found.graph.nodes["rows"].parameter_count == 8 * length
    assert not warnings(found)


def test_codes_of_a_padded_block_are_neither_counted_nor_read(tmp_path: Path) -> None:
    node = helper.make_node(
        "MatMulNBits",
        ["x", "w", "s"],
        ["y"],
        domain=MICROSOFT,
        K=20,
        N=3,
        block_size=16,
    )
    codes = np.arange(3 * 2 * 8).reshape(3, 2, 8)
    found = opened(
        model(
            [node],
            [value("x", [1, 20])],
            [value("y", None)],
            [tensor("w", codes, "uint8"), tensor("s", np.ones(6))],
            domains=[MICROSOFT],
        ),
        tmp_path,
    )
    [weight] = [one for one in found.parameters() if one.counted]
    assert weight.count == 60
    halves = np.stack([codes & 15, codes >> 4], -1).reshape(3, 32)
    assert np.array_equal(read_packed(weight.tensor, found.files), halves[:, :20])
