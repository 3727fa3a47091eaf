"""The numbers of a tensor from its bytes, whichever way the file spells them."""

import math
import struct

import numpy as np
from numpy.typing import NDArray

from loaders.formats._onnx_messages import ints_of
from loaders.formats._onnx_records import TensorRecord
from loaders.formats._protobuf import Buffer, Span
from loaders.ir.tensors import bits_of, element_type

COUNTED_BYTES = 1 << 20
"""Longer lists of varints are not counted at opening."""

FLOAT_DATA, INT32_DATA, STRING_DATA, INT64_DATA = 4, 5, 6, 7
DOUBLE_DATA, UINT64_DATA = 10, 11


def typed_field(dtype: str) -> int:
    """Return the ``TensorProto`` field that holds numbers of a type."""
    match dtype:
        case "float32" | "complex64":
            return FLOAT_DATA
        case "float64" | "complex128":
            return DOUBLE_DATA
        case "int64":
            return INT64_DATA
        case "uint32" | "uint64":
            return UINT64_DATA
        case "string":
            return STRING_DATA
    return INT32_DATA  # small types too: one number each, or one byte of packed ones


def typed_count(data: Buffer, tensor: TensorRecord) -> int | None:
    """Return how many elements the typed fields hold; ``None`` if nobody counted."""
    if tensor.dtype == "string":
        return len(tensor.strings)
    field = typed_field(tensor.dtype)
    width = {FLOAT_DATA: 4, DOUBLE_DATA: 8}.get(field)
    found = 0
    for part in tensor.typed.get(field, ()):
        if not isinstance(part, Span):
            found += 1
        elif width:
            found += part.size // width
        elif part.size > COUNTED_BYTES:
            return None
        else:
            raw = np.frombuffer(bytes(data[part.start : part.stop]), np.uint8)
            found += int(np.count_nonzero(raw < 0x80))
    if tensor.dtype.startswith("complex"):
        return found // 2
    bits = bits_of(tensor.dtype) or 8
    if bits < 8:  # int32_data holds one packed byte each
        size = math.prod(tensor.dims)
        return size if found == -(-size * bits // 8) else found * (8 // bits)
    return found


def decode(
    data: Buffer, tensor: TensorRecord, raw: bytes | None
) -> NDArray[np.generic] | None:
    """Return a tensor's numbers; ``None`` for strings and what numpy cannot hold.

    Args:
        data: The model's file.
        tensor: The record, checked by ``Tensors.ref``.
        raw: Its plain bytes if it is stored so, else ``None`` for typed fields.
    """
    bits = bits_of(tensor.dtype)
    if not bits:
        return None
    if raw is None:
        raw = _typed_bytes(data, tensor)
    size = math.prod(tensor.dims)
    if bits < 8:
        return unpacked(raw, tensor.dtype, bits, size).reshape(tensor.dims)
    dtype = element_type(tensor.dtype)
    if len(raw) != size * dtype.itemsize:
        return None
    return np.frombuffer(raw, dtype.newbyteorder("<")).reshape(tensor.dims)


def _typed_bytes(data: Buffer, tensor: TensorRecord) -> bytes:
    field = typed_field(tensor.dtype)
    parts = tensor.typed.get(field, [])
    if field in (FLOAT_DATA, DOUBLE_DATA):
        form = "<I" if field == FLOAT_DATA else "<Q"
        return b"".join(
            bytes(data[part.start : part.stop])
            if isinstance(part, Span)
            else struct.pack(form, part)
            for part in parts
        )
    bits = max(8, bits_of(tensor.dtype) or 8)
    mask = (1 << bits) - 1
    return b"".join(
        (number & mask).to_bytes(bits // 8, "little") for number in ints_of(data, parts)
    )


def unpacked(raw: bytes, dtype: str, bits: int, size: int) -> NDArray[np.generic]:
    """Return packed 4- and 2-bit numbers one by one, the lowest bits first.

    Whole numbers come back as int8 or uint8, float4 as the float32 that it stands for.
    """
    packed = np.frombuffer(raw, np.uint8)
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    codes = ((packed[:, None] >> shifts) & ((1 << bits) - 1)).reshape(-1)[:size]
    if dtype.startswith("float"):
        return codes.view(element_type(dtype)).astype(np.float32)
    if dtype.startswith("uint"):
        return codes
    sign = np.uint8(1 << (bits - 1))
    return ((codes ^ sign) - sign).view(np.int8)  # below 0 it wraps, as int8 does
