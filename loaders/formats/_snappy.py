"""Snappy's raw format, for the small blocks of a checkpoint's index.

https://github.com/google/snappy/blob/main/format_description.txt
"""

from loaders.formats._protobuf import WireError, varint

LARGEST = 16 << 20
"""A block declares its size first; index blocks have some kilobytes."""


def decompress(data: bytes) -> bytes:
    """Return the plain bytes of one raw Snappy block.

    Raises:
        WireError: it is not one, or would be larger than 16 MiB.
    """
    size, at = varint(data, 0, len(data))
    if size > LARGEST:
        raise WireError(f"a compressed block declares {size:,} bytes")
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length, at = _literal_length(data, tag, at)
            out += data[at : at + length]
            at += length
        else:
            length, offset, at = _copy(data, tag, at)
            if not 0 < offset <= len(out):
                raise WireError(f"a copy at byte {at:,} points before the block")
            for _ in range(length):  # may overlap what it writes
                out.append(out[-offset])
        if len(out) > size:
            break
    if len(out) != size:
        raise WireError(f"a compressed block has {len(out):,} bytes, not {size:,}")
    return bytes(out)


def _literal_length(data: bytes, tag: int, at: int) -> tuple[int, int]:
    length = tag >> 2
    if length < 60:
        return length + 1, at
    count = length - 59
    return int.from_bytes(data[at : at + count], "little") + 1, at + count


def _copy(data: bytes, tag: int, at: int) -> tuple[int, int, int]:
    """Return length, offset and the position behind the element."""
    if tag & 3 == 1:
        low = int.from_bytes(data[at : at + 1], "little")
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | low, at + 1
    count = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(data[at : at + count], "little"), at + count
