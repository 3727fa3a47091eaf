"""TensorFlow checkpoints: a sorted table of names, and plain numbers in shards.

The index is a LevelDB table (github.com/google/leveldb, doc/table_format.md) of
BundleEntryProto messages (tensorflow/core/protobuf/tensor_bundle.proto).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from loaders.formats._protobuf import Span, WireError, fields, text, varint
from loaders.formats._snappy import decompress
from loaders.formats._tf_messages import dtype_name, parts, shape_of, spans

FOOTER_BYTES = 48
MAGIC = 0xDB4775248B80FB57
OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one tensor of a checkpoint lies."""

    dtype: str
    shape: tuple[int, ...]
    shard: int
    offset: int
    nbytes: int
    sliced: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All entries by key, and in how many shards they lie."""

    entries: dict[str, Entry]
    shards: int
    big_endian: bool


def read_index(data: bytes) -> Checkpoint:
    """Read a ``variables.index`` file.

    Raises:
        WireError: it is not such a table.
    """
    if len(data) < FOOTER_BYTES or int.from_bytes(data[-8:], "little") != MAGIC:
        raise WireError("it does not end as a LevelDB table does")
    at = len(data) - FOOTER_BYTES
    for _ in range(2):  # the handle of the meta index is not needed
        _, at = varint(data, at, len(data))
    start, at = varint(data, at, len(data))
    size, _ = varint(data, at, len(data))
    entries: dict[str, Entry] = {}
    shards, big_endian = 1, False
    for _key, handle in _block(data, start, size):
        offset, at = varint(handle, 0, len(handle))
        length, _ = varint(handle, at, len(handle))
        for key, value in _block(data, offset, length):
            if not key:
                shards, big_endian = _header(value)
            else:
                entries[key.decode("utf-8", "replace")] = _entry(value)
    return Checkpoint(entries, shards, big_endian)


def _block(data: bytes, start: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield keys and values of one block; keys share prefixes with the one before."""
    stop = start + size
    if size < 4 or stop + 1 > len(data):
        raise WireError(f"a block at byte {start:,} ends behind the file")
    compression = data[stop]
    if compression == 1:
        data = decompress(data[start:stop])
        start, stop = 0, len(data)
    elif compression != 0:
        raise WireError(f"a block at byte {start:,} is compressed in an unknown way")
    restarts = int.from_bytes(data[stop - 4 : stop], "little")
    stop -= 4 + 4 * restarts
    key, at = b"", start
    while at < stop:
        shared, at = varint(data, at, stop)
        unshared, at = varint(data, at, stop)
        length, at = varint(data, at, stop)
        if shared > len(key) or unshared + length > stop - at:
            raise WireError(f"an entry at byte {at:,} ends behind its block")
        key = key[:shared] + data[at : at + unshared]
        at += unshared
        yield key, data[at : at + length]
        at += length


def _header(value: bytes) -> tuple[int, bool]:
    shards, big_endian = 1, False
    for number, one in parts(value, Span(0, len(value))):
        if number == 1 and isinstance(one, int):
            shards = one
        elif number == 2:
            big_endian = bool(one)
    return shards, big_endian


def _entry(value: bytes) -> Entry:
    dtype, numbers, sliced = "", {3: 0, 4: 0, 5: 0}, False
    shape: tuple[int, ...] = ()
    for number, _wire, one in fields(value, Span(0, len(value))):
        if number == 1 and isinstance(one, int):
            dtype = dtype_name(one)
        elif number == 2 and isinstance(one, Span):
            known = shape_of(value, one) or ()
            shape = tuple(length for length in known if isinstance(length, int))
        elif number in numbers and isinstance(one, int):
            numbers[number] = one
        elif number == 7:
            sliced = True
    return Entry(dtype, shape, numbers[3], numbers[4], numbers[5], sliced)


def names_by_key(graph: bytes) -> dict[str, str]:
    """Return each variable's own name by its key, from a TrackableObjectGraph."""
    found: dict[str, str] = {}
    for node in spans(graph, Span(0, len(graph)), 1):
        for attribute in spans(graph, node, 2):
            name = key = ""
            for number, one in parts(graph, attribute):
                if number == 2 and isinstance(one, Span):
                    name = text(graph, one)
                elif number == 3 and isinstance(one, Span):
                    key = text(graph, one)
            if key:
                found[key] = name
    return found


def string_tensor(data: bytes) -> bytes:
    """Return the text of a one-string tensor: varint length, a checksum, the bytes."""
    size, at = varint(data, 0, len(data))
    at += 4
    if size > len(data) - at:
        raise WireError("a string tensor ends behind its place")
    return data[at : at + size]
