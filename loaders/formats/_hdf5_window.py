"""A part of a file as a file of its own, and what an HDF5 file says of its length."""

import io
import os
from pathlib import Path
from typing import IO, Any

from loaders.ir.errors import CorruptFileError
from loaders.limits import MIB

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NEAR_BYTES = 16384


class Window(io.RawIOBase):
    """A part of an open file that h5py takes for a whole one.

    The library asks for a few hundred bytes at a time; they are read 16 KiB at a time.
    """

    def __init__(self, descriptor: int, start: int, size: int) -> None:
        super().__init__()
        self._descriptor, self._start, self._size = descriptor, start, size
        self._at = 0
        self._near, self._near_at = b"", 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; the end is the part's end."""
        if whence == os.SEEK_CUR:
            offset += self._at
        elif whence == os.SEEK_END:
            offset += self._size
        self._at = max(0, offset)
        return self._at

    def tell(self) -> int:
        """Return the position in the part."""
        return self._at

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the part goes; never reads beyond the part."""
        at = self._at
        wanted = min(len(buffer), self._size - at)
        if wanted <= 0:
            return 0
        skip = at - self._near_at
        if skip < 0 or skip + wanted > len(self._near):
            count = min(max(wanted, _NEAR_BYTES), self._size - at)
            self._near, self._near_at, skip = self._read(at, count), at, 0
        data = self._near[skip : skip + wanted]
        buffer[: len(data)] = data
        self._at = at + len(data)
        return len(data)

    def _read(self, at: int, count: int) -> bytes:
        if hasattr(os, "pread"):  # one call instead of two; not on Windows
            return os.pread(self._descriptor, count, self._start + at)
        os.lseek(self._descriptor, self._start + at, os.SEEK_SET)
        return os.read(self._descriptor, count)


def find_signature(stream: IO[bytes], size: int) -> int | None:
    """Return where an HDF5 file starts: at 0, 512, 1024, 2048 and so on."""
    at = 0
    while at + len(SIGNATURE) <= size and at <= 64 * MIB:
        stream.seek(at)
        if stream.read(len(SIGNATURE)) == SIGNATURE:
            return at
        at = at * 2 or 512
    return None


def check_length(path: Path, stream: IO[bytes], start: int, size: int) -> None:
    """Refuse a file that is shorter than its superblock says.

    Format: "HDF5 File Format Specification 3.0", II.A.

    Raises:
        CorruptFileError: with both numbers.
    """
    stream.seek(start)
    head = stream.read(2048 + 100)
    at = head.find(SIGNATURE)
    if at < 0:
        return  # the library says what is wrong
    version = head[at + 8] if len(head) > at + 8 else 255
    place = {0: at + 40, 1: at + 44, 2: at + 28, 3: at + 28}.get(version)
    if place is None or len(head) < place + 8:
        return
    if head[at + (13 if version < 2 else 9)] != 8:  # bytes of an address
        return
    end = int.from_bytes(head[place : place + 8], "little")
    if size < end < 1 << 60:
        raise CorruptFileError(
            path,
            f"The HDF5 file is incomplete (truncated): it says that it has {end:,} "
            f"bytes, and it has {size:,}.",
            "Download or copy it again.",
        )
