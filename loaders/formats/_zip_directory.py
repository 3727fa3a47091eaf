"""The directory at the end of a zip archive, read by hand, with every number doubted.

Format: PKWARE APPNOTE 6.3.10.
"""

import struct
from pathlib import Path
from typing import IO

from loaders.formats._zip import Archive, Member
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.limits import LIMITS, Limits

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")


def read_directory(
    path: Path, stream: IO[bytes], size: int, limits: Limits = LIMITS
) -> Archive | None:
    """Read an archive's directory; ``None`` if the file has none at its end.

    Args:
        path: The file, for messages.
        stream: The open file.
        size: Its size in bytes.
        limits: How many members it may have.

    Raises:
        CorruptFileError: there is a directory, and it contradicts itself.
        LimitError: too many members.
    """
    tail_start = max(0, size - 0xFFFF - _END.size - _END64_PLACE.size)
    stream.seek(tail_start)
    tail = stream.read(size - tail_start)
    at = _find_end(tail)
    if at is None:
        return None
    _, disk, first_disk, _, count, length, offset, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    if 0xFFFF in (count, disk) or 0xFFFFFFFF in (length, offset):
        wide = _read_end64(stream, tail, at, tail_start)
        if wide is not None:
            count, length, offset, end, disk, first_disk = wide
    if disk or first_disk:
        raise CorruptFileError(
            path, "It is one part of a zip archive in several files."
        )
    if count > limits.zip_members:
        raise LimitError(path, "many members", f"{count:,}", f"{limits.zip_members:,}")
    start = end - length
    prefix = start - offset
    if start < 0 or prefix < 0:
        raise CorruptFileError(
            path,
            f"The directory of the zip archive should start at byte {offset:,} and "
            f"have {length:,} bytes, but ends at byte {end:,}: the file is incomplete.",
        )
    stream.seek(start)
    members, repeated = _entries(path, stream.read(length), count, prefix)
    return Archive(
        path, stream, members, repeated, _true_prefix(members), start, limits
    )


def _true_prefix(members: dict[str, Member]) -> int:
    """Return where the first member starts: what is before is not the archive's."""
    return min((member.header for member in members.values()), default=0)


def _find_end(tail: bytes) -> int | None:
    """Return where the end record starts: the last one whose comment fits."""
    at = len(tail)
    while (at := tail.rfind(b"PK\x05\x06", 0, at)) >= 0:
        if at + _END.size <= len(tail):
            comment = _END.unpack_from(tail, at)[-1]
            if at + _END.size + comment == len(tail):
                return at
    return None


def _read_end64(
    stream: IO[bytes], tail: bytes, at: int, tail_start: int
) -> tuple[int, int, int, int, int, int] | None:
    """Return what the zip64 end record says, or ``None`` if there is none."""
    place = at - _END64_PLACE.size
    if place < 0 or tail[place : place + 4] != b"PK\x06\x07":
        return None
    _, _, declared, _ = _END64_PLACE.unpack_from(tail, place)
    # With bytes before the archive the declared place is too small; the record then
    # ends right before its locator.
    for start in (declared, tail_start + place - _END64.size):
        stream.seek(start)
        record = stream.read(_END64.size)
        if len(record) == _END64.size and record[:4] == b"PK\x06\x06":
            _, _, _, _, disk, first, _, count, length, offset = _END64.unpack(record)
            return count, length, offset, start, disk, first
    return None


def _entries(
    path: Path, directory: bytes, count: int, prefix: int
) -> tuple[dict[str, Member], list[str]]:
    members: dict[str, Member] = {}
    repeated: list[str] = []
    at = 0
    for number in range(count):
        if directory[at : at + 4] != b"PK\x01\x02" or at + _ENTRY.size > len(directory):
            raise CorruptFileError(
                path,
                f"The directory of the zip archive has {count:,} members by its own "
                f"count, and {number:,} can be read.",
            )
        found = _ENTRY.unpack_from(directory, at)
        made_by, flags, method = found[1], found[3], found[4]
        crc, stored, size, name_bytes, extra_bytes, comment_bytes = found[7:13]
        attributes, header = found[15:17]
        at += _ENTRY.size
        raw = directory[at : at + name_bytes]
        extra = directory[at + name_bytes : at + name_bytes + extra_bytes]
        at += name_bytes + extra_bytes + comment_bytes
        size, stored, header = _wide(extra, size, stored, header)
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if name in members:
            repeated.append(name)
            continue
        members[name] = Member(
            name=name,
            method=method,
            flags=flags,
            crc=crc,
            stored=stored,
            size=size,
            header=header + prefix,
            mode=attributes >> 16 if made_by >> 8 in (3, 19) else 0,
            name_bytes=name_bytes,
        )
    return members, repeated


def _wide(extra: bytes, size: int, stored: int, header: int) -> tuple[int, int, int]:
    """Return the three numbers, from the zip64 extra field where they need it."""
    wanted = [size, stored, header]
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            body = extra[at + 4 : at + 4 + length]
            for index, number in enumerate(wanted):
                if number == 0xFFFFFFFF and len(body) >= 8:
                    wanted[index] = struct.unpack_from("<Q", body)[0]
                    body = body[8:]
            break
        at += 4 + length
    return wanted[0], wanted[1], wanted[2]
