"""Reading protobuf by its wire format: fields are places, nothing is copied.

Protobuf's own parser copies every weight and cannot be stopped. Here a message is a
range of bytes; iterating gives ``(field, wire type, value)`` where the value of a
length-delimited field is itself a range. https://protobuf.dev/programming-guides/encoding
"""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """The bytes are not protobuf; says where and why."""


class Buffer(Protocol):
    """Bytes at positions: ``bytes``, ``mmap`` or a windowed file."""

    def __getitem__(self, index: Any, /) -> Any: ...

    def __len__(self) -> int: ...


class Span(NamedTuple):
    """A range of bytes in the buffer: a nested message, a string, packed numbers."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.stop - self.start


def varint(data: Buffer, at: int, stop: int) -> tuple[int, int]:
    """Return the unsigned number at ``at`` and the position behind it."""
    result = shift = 0
    while at < stop:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift > 63:
            raise WireError(f"a number at byte {at:,} is longer than 10 bytes")
    raise WireError(f"a number is cut off at byte {stop:,}")


def signed(number: int) -> int:
    """Return a varint's value as protobuf's int64 and int32 read it."""
    return number - (1 << 64) if number >= 1 << 63 else number


def fields(data: Buffer, span: Span) -> Iterator[tuple[int, int, int | Span]]:
    """Yield ``(field number, wire type, value)`` of one message.

    A value is an unsigned int (``VARINT``; ``FIXED64`` and ``FIXED32`` as the raw
    bits) or a ``Span`` (``LENGTH``), always inside ``span``.

    Raises:
        WireError: the bytes are not protobuf.
    """
    at, stop = span
    while at < stop:
        key, at = varint(data, at, stop)
        field, wire = key >> 3, key & 7
        if field == 0:
            raise WireError(f"field number 0 at byte {at:,}")
        if wire == LENGTH:
            size, at = varint(data, at, stop)
            if size > stop - at:
                raise WireError(
                    f"field {field} at byte {at:,} declares {size:,} bytes, "
                    f"{stop - at:,} are left"
                )
            yield field, wire, Span(at, at + size)
            at += size
        elif wire == VARINT:
            number, at = varint(data, at, stop)
            yield field, wire, number
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
            if size > stop - at:
                raise WireError(f"field {field} is cut off at byte {stop:,}")
            raw = bytes(data[at : at + size])
            yield field, wire, struct.unpack("<Q" if size == 8 else "<I", raw)[0]
            at += size
        else:
            raise WireError(f"wire type {wire} at byte {at:,}")


def text(data: Buffer, span: Span) -> str:
    """Return a string field; bytes that are not UTF-8 become visible marks."""
    return bytes(data[span.start : span.stop]).decode("utf-8", "replace")
