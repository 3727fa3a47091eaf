"""Small messages of ONNX files: numbers, pairs, tensors.

``data`` is the file, or a piece of it that starts at ``base``; places in the records
are counted from the start of the file.
"""

import struct
from collections.abc import Mapping

from loaders.formats._onnx_records import SparseRecord, TensorRecord
from loaders.formats._protobuf import VARINT, Buffer, Span, fields, signed, varint

_TYPED = frozenset({4, 5, 7, 10, 11})


def float_of(bits: int | Span) -> float:
    """Return a float field's value from its bits."""
    if isinstance(bits, Span):
        return 0.0
    number: float = struct.unpack("<f", struct.pack("<I", bits & 0xFFFF_FFFF))[0]
    return number


def floats_of(data: Buffer, found: list[int | Span]) -> tuple[float, ...]:
    """Return repeated floats, packed or one by one."""
    numbers: list[float] = []
    for value in found:
        if isinstance(value, Span):
            raw = bytes(data[value.start : value.start + value.size // 4 * 4])
            numbers.extend(struct.unpack(f"<{len(raw) // 4}f", raw))
        else:
            numbers.append(float_of(value))
    return tuple(numbers)


def ints_of(data: Buffer, found: list[int | Span]) -> tuple[int, ...]:
    """Return repeated whole numbers, packed or one by one."""
    numbers: list[int] = []
    for value in found:
        if not isinstance(value, Span):
            numbers.append(signed(value))
            continue
        at, stop = value
        while at < stop:
            number, at = varint(data, at, stop)
            numbers.append(signed(number))
    return tuple(numbers)


def pair(texts: Mapping[bytes, str], data: Buffer, span: Span) -> tuple[str, str]:
    """Read a ``StringStringEntryProto``."""
    key = text = ""
    for field, _, value in fields(data, span):
        if isinstance(value, Span) and field in (1, 2):
            found = texts[bytes(data[value.start : value.stop])]
            key, text = (found, text) if field == 1 else (key, found)
    return key, text


def tensor(
    texts: Mapping[bytes, str], data: Buffer, span: Span, base: int
) -> TensorRecord:
    """Read a ``TensorProto`` and note where its numbers lie."""
    found = TensorRecord(
        Span(span.start + base, span.stop + base),
        typed={},
        strings=[],
        external=[],
    )
    dims: list[int | Span] = []
    for field, wire, value in fields(data, span):
        if isinstance(value, Span):
            place = Span(value.start + base, value.stop + base)
            if field == 9:
                found.raw = place
            elif field == 8:
                found.name = texts[bytes(data[value.start : value.stop])]
            elif field == 1:
                dims.append(value)
            elif field in _TYPED:
                found.typed.setdefault(field, []).append(place)
            elif field == 6:
                found.strings.append(place)
            elif field == 13:
                found.external.append(pair(texts, data, value))
        elif field == 1:
            dims.append(value)
        elif field == 2:
            found.data_type = value
        elif field in _TYPED:
            found.typed.setdefault(field, []).append(value)
        elif field == 14 and wire == VARINT:
            found.is_external = value == 1
    found.dims = ints_of(data, dims)
    return found


def sparse(
    texts: Mapping[bytes, str], data: Buffer, span: Span, base: int
) -> SparseRecord:
    """Read a ``SparseTensorProto``."""
    values = indices = TensorRecord(Span(span.start + base, span.start + base))
    dims: list[int | Span] = []
    for field, _, value in fields(data, span):
        if field == 3:
            dims.append(value)
        elif field == 1 and isinstance(value, Span):
            values = tensor(texts, data, value, base)
        elif field == 2 and isinstance(value, Span):
            indices = tensor(texts, data, value, base)
    place = Span(span.start + base, span.stop + base)
    return SparseRecord(values, indices, ints_of(data, dims), place)
