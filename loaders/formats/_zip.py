"""Reading zip archives distrustfully: no member is ever unpacked to a file of its name.

The directory at the end of the file is read by hand (format: PKWARE APPNOTE 6.3.10),
because every check needs places and sizes, and because a stored member can then be
read where it lies.
"""

import stat
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

from loaders.ir.errors import (
    CorruptFileError,
    InspectorError,
    LimitError,
    UnsafeFileError,
)
from loaders.ir.text import shown
from loaders.limits import LIMITS, MIB, Limits

STORED, DEFLATED = 0, 8
_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STEP = 4 * MIB

Taker: TypeAlias = Callable[[bytes], object]
"""Takes a member's bytes, one piece after another."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive.

    Attributes:
        name: As the directory spells it.
        method: ``STORED``, ``DEFLATED``, or one that is not read.
        flags: Bit 0 says encrypted.
        crc: CRC-32 of the plain bytes.
        stored: Bytes in the archive.
        size: Plain bytes, as declared.
        header: Where its own header starts in the file.
        mode: Unix file mode, 0 if the archive does not tell.
        name_bytes: How long the name is in the file.
    """

    name: str
    method: int
    flags: int
    crc: int
    stored: int
    size: int
    header: int
    mode: int
    name_bytes: int


@dataclass(slots=True)
class Archive:
    """An archive's directory; the members' bytes stay where they are.

    Attributes:
        path: The file.
        stream: The open file; the caller closes it.
        members: By name; the first of two equal names.
        repeated: Names that occur more than once.
        prefix: Bytes before the archive's own first byte.
        directory: Where the directory starts in the file.
    """

    path: Path
    stream: IO[bytes]
    members: dict[str, Member]
    repeated: list[str]
    prefix: int
    directory: int
    limits: Limits = LIMITS
    _places: dict[str, int] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def check(self) -> list[str]:
        """Refuse what makes an archive ambiguous or dangerous; return milder oddities.

        Raises:
            CorruptFileError: a name occurs twice, or members overlap.
            InspectorError: a member is encrypted.
            UnsafeFileError: a member is a link.
        """
        name = shown(self.path.name)
        if self.repeated:
            twice = shown(self.repeated[0], 80)
            raise CorruptFileError(
                self.path,
                f"The zip archive has the member {twice} twice: two programs may "
                "read two different models from it.",
            )
        for member in self.members.values():
            if stat.S_IFMT(member.mode) == stat.S_IFLNK:
                raise UnsafeFileError(
                    self.path,
                    f"The member {shown(member.name, 80)} is a symbolic link, "
                    "so it would be read from outside the archive.",
                )
            if member.flags & 1:
                raise InspectorError(
                    f"{name} is encrypted.",
                    f"The member {shown(member.name, 80)} needs a password.",
                    "Save the model without a password.",
                )
        self._check_overlap()
        return self._oddities()

    def _check_overlap(self) -> None:
        end, before = 0, ""
        for member in sorted(self.members.values(), key=lambda m: m.header):
            if member.header < end:
                raise CorruptFileError(
                    self.path,
                    f"In the zip archive the members {shown(before, 60)} and "
                    f"{shown(member.name, 60)} overlap.",
                )
            end = member.header + _LOCAL.size + member.name_bytes + member.stored
            before = member.name
        if end > self.directory:
            raise CorruptFileError(
                self.path,
                f"In the zip archive the member {shown(before, 60)} ends at byte "
                f"{end:,}, inside the directory at byte {self.directory:,}.",
            )

    def _oddities(self) -> list[str]:
        notes = []
        if self.prefix:
            notes.append(
                f"{self.prefix:,} bytes lie before the archive, which does not start "
                "at the file's first byte; they are not read."
            )
        outside = [
            member.name
            for member in self.members.values()
            if ".." in member.name.replace("\\", "/").split("/")
            or member.name.startswith(("/", "\\"))
            or member.name[1:2] == ":"
        ]
        if outside:
            notes.append(
                f"The archive has a member named {shown(outside[0], 80)}, which points "
                "outside of it; members are never unpacked."
            )
        return notes

    def place(self, name: str) -> int:
        """Return where a member's bytes start in the file.

        Raises:
            CorruptFileError: its own header contradicts the directory.
        """
        if name in self._places:
            return self._places[name]
        member = self.members[name]
        self.stream.seek(member.header)
        head = self.stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise self._damaged(member, f"has no header at byte {member.header:,}")
        _, _, _, method, *_, name_bytes, extra = _LOCAL.unpack(head)
        if method != member.method:
            raise self._damaged(member, "has two different compression methods")
        start = member.header + _LOCAL.size + int(name_bytes) + int(extra)
        if start + member.stored > self.directory:
            raise self._damaged(member, "ends behind the start of the directory")
        self._places[name] = start
        return start

    def read(self, name: str, budget: int) -> bytes:
        """Return a member's bytes, checked against its CRC.

        Raises:
            LimitError: it has more than ``budget`` bytes.
            CorruptFileError: it is damaged.
            InspectorError: its compression method is not read.
        """
        parts: list[bytes] = []
        self.pump(name, budget, parts.append)
        return b"".join(parts)

    def pump(self, name: str, budget: int, take: Taker) -> None:
        """Give a member's bytes to ``take`` piece by piece; see ``read``."""
        member = self.members[name]
        if member.size > budget:
            raise LimitError(
                self.path,
                f"large ({shown(name, 60)})",
                f"{member.size:,} bytes",
                f"{budget:,} bytes",
            )
        left = member.stored
        self.place(name)
        inflate = self._inflater(member)
        crc = done = 0
        self.stream.seek(self._places[name])
        while left:
            piece = self.stream.read(min(left, _STEP))
            if not piece:
                raise self._damaged(member, f"is cut off {left:,} bytes before its end")
            left -= len(piece)
            more = True
            while more:
                plain, piece, more = self._plain(
                    member, inflate, piece, member.size - done
                )
                crc, done = zlib.crc32(plain, crc), done + len(plain)
                if done > member.size:
                    raise self._damaged(
                        member, f"declares {member.size:,} bytes and holds more"
                    )
                take(plain)
        if done != member.size:
            raise self._damaged(
                member, f"declares {member.size:,} bytes and holds {done:,}"
            )
        if crc != member.crc:
            raise self._damaged(member, "does not have the checksum (CRC) that it says")

    def _inflater(self, member: Member) -> "zlib._Decompress | None":
        match member.method:
            case 0:
                return None
            case 8:
                return zlib.decompressobj(-zlib.MAX_WBITS)
        raise InspectorError(
            f"{shown(self.path.name)} cannot be read.",
            f"The member {shown(member.name, 80)} uses compression method "
            f"{member.method}; a model uses 0 (stored) or 8 (deflate).",
            "Save the model again.",
        )

    def _plain(
        self,
        member: Member,
        inflate: "zlib._Decompress | None",
        piece: bytes,
        wanted: int,
    ) -> tuple[bytes, bytes, bool]:
        """Return plain bytes, what of the piece is left, and whether more may come."""
        if inflate is None:
            return piece, b"", False
        # One byte more than declared, so that a lie is seen and costs nothing.
        most = min(wanted, _STEP) + 1
        try:
            plain = inflate.decompress(piece, most)
        except zlib.error as error:
            raise self._damaged(member, f"does not inflate ({error})") from None
        rest = inflate.unconsumed_tail
        return plain, rest, bool(rest) or len(plain) == most

    def _damaged(self, member: Member, how: str) -> CorruptFileError:
        return CorruptFileError(
            self.path, f"In the zip archive the member {shown(member.name, 80)} {how}."
        )

    def verify(self, name: str) -> None:
        """Check the CRC of a stored or deflated member without keeping its bytes."""
        self.pump(name, self.members[name].size, lambda _piece: None)


# the directory


def looks_like_zip(head: bytes) -> bool:
    """Whether a file starts as zip archives do."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


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
