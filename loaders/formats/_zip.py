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
