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
    of the multiplication is the transpose. Codes that only fill the last block are not
    part of it. ``None`` if the settings do not fit the bytes.
    """
    match settings:
        case {"K": int(k), "N": int(n), "bits": int(bits), "block_size": int(block)}:
            pass
        case {"K": int(k), "N": int(n), "block_size": int(block)}:
            bits = 4
        case _:
            return None
    if bits not in _PACKINGS or block <= 0:
        return None
    filled = -(-k // block) * block
    if n * filled * bits // 8 != ref.size:
        return None
    found = _codes(ref, (n, filled), bits)
    if found is None or filled == k:
        return found
    cut = found.packing is not Packing.ABSENT
    return TensorRef(
        file=found.file,
        offset=found.offset,
        nbytes=found.nbytes,
        shape=(n, k),
        dtype=found.dtype,
        packing=Packing.READER if cut else Packing.ABSENT,
        key=f"{found.packing}@{found.dtype}:{n},{filled}>keep:{k}" if cut else "",
    )


def unpacked_rows(ref: TensorRef, settings: Mapping[str, Any]) -> TensorRef | None:
    """Return GatherBlockQuantized's table as its codes.

    Bytes hold 8 ∕ bits neighbours along the last axis, lowest bits first. ``None`` for
    a table whose element type says already how it is packed.
    """
    bits = settings.get("bits", 4)
    if bits not in _PACKINGS or not ref.shape:
        return None
    return _codes(ref, (*ref.shape[:-1], ref.shape[-1] * (8 // bits)), bits)


def _codes(ref: TensorRef, shape: tuple[int, ...], bits: int) -> TensorRef | None:
    packing, dtype = _PACKINGS[bits]
    if ref.dtype != "uint8" or ref.packing not in (Packing.PLAIN, Packing.ABSENT):
        return None
    return TensorRef(
        file=ref.file,
        offset=ref.offset,
        nbytes=ref.nbytes,
        shape=shape,
        dtype=dtype,
        packing=packing if ref.packing is Packing.PLAIN else Packing.ABSENT,
    )
