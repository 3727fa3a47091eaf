"""Operations that compute on codes themselves: where they keep scales and zero points.

Positions are those of ONNX's and ONNX Runtime's operator documentation (1.23, 1.32).
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from loaders.ir.tensors import Packing, TensorRef


class CodeInput(Struct, frozen=True, kw_only=True):
    """One input that holds codes.

    Attributes:
        at: Its position.
        scale: Position of its scales; -1 where a later node holds them.
        zero_point: Position of its zero points; -1 for none.
        axis: The axis that more than one scale runs along.
        first: Name of an attribute that says whether ``axis`` is 0 (``transB``).
    """

    at: int
    scale: int = -1
    zero_point: int = -1
    axis: int = 1
    first: str = ""


CODE_INPUTS: dict[str, CodeInput] = {
    "onnx.QLinearConv": CodeInput(at=3, scale=4, zero_point=5, axis=0),
    "onnx.QLinearMatMul": CodeInput(at=3, scale=4, zero_point=5),
    "onnx.ConvInteger": CodeInput(at=1, zero_point=3, axis=0),
    "onnx.MatMulInteger": CodeInput(at=1, zero_point=3),
    "onnx.com.microsoft.QGemm": CodeInput(at=3, scale=4, zero_point=5, first="transB"),
    "onnx.com.microsoft.QLinearAdd": CodeInput(at=3, scale=4, zero_point=5),
    "onnx.com.microsoft.QLinearMul": CodeInput(at=3, scale=4, zero_point=5),
    "onnx.com.microsoft.DynamicQuantizeMatMul": CodeInput(at=1, scale=2, zero_point=3),
    "onnx.com.microsoft.MatMulIntegerToFloat": CodeInput(at=1, scale=3, zero_point=5),
    "onnx.com.microsoft.QAttention": CodeInput(at=1, scale=4, zero_point=7),
    "onnx.com.microsoft.MatMulNBits": CodeInput(at=1, scale=2, zero_point=3),
    "onnx.com.microsoft.GatherBlockQuantized": CodeInput(
        at=0, scale=2, zero_point=3, axis=0
    ),
}
"""Dialect and operation -> its codes."""

_PACKINGS = {
    2: (Packing.QUARTER_BYTE, "uint2"),
    4: (Packing.HALF_BYTE, "uint4"),
    8: (Packing.PLAIN, "uint8"),
}


def unpacked_nbits(ref: TensorRef, settings: Mapping[str, Any]) -> TensorRef | None:
    """Return MatMulNBits' weight as the N × K codes that its bytes stand for.

    The bytes are ``(N, ⌈K / block⌉, block · bits / 8)``, lowest bits first; the weight
    of the multiplication is the transpose. ``None`` if the last block is padded or
    the settings do not fit the bytes.
    """
    match settings:
        case {"K": int(k), "N": int(n), "bits": int(bits), "block_size": int(block)}:
            pass
        case {"K": int(k), "N": int(n), "block_size": int(block)}:
            bits = 4
        case _:
            return None
    if (
        bits not in _PACKINGS
        or block <= 0
        or k % block
        or n * k * bits // 8 != ref.size
    ):
        return None
    packing, dtype = _PACKINGS[bits]
    if ref.packing is not Packing.PLAIN or ref.dtype != "uint8":
        return None
    return TensorRef(
        file=ref.file,
        offset=ref.offset,
        nbytes=ref.nbytes,
        shape=(n, k),
        dtype=dtype,
        packing=packing,
    )
