"""The bytes of a protobuf file, read where they are looked at.

An ONNX file or a ``saved_model.pb`` may hold gigabytes of weights between its nodes.
Small files are read whole; large ones through a block that grows while reading goes
straight on and starts small again after a jump. The user's file is never mapped:
touching a mapped page of a file that somebody shortens kills the process.
"""

import os
from types import TracebackType
from typing import Any, overload

from loaders.formats import Source
from loaders.formats._protobuf import Buffer, WireError
from loaders.ir.tensors import ChangedFileError, ModelFile

WHOLE_BYTES = 4 << 20
"""Files up to this size are read in one go."""
FIRST_BLOCK, LARGEST_BLOCK = 4 << 10, 256 << 10


class OpenFile:
    """One file, open for reading, as it was when it was opened."""

    def __init__(self, source: Source) -> None:
        # O_NONBLOCK and the checks of the source: never a pipe that keeps us waiting.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        self.descriptor = os.open(source.path, flags)
        self.status = os.fstat(self.descriptor)
        self.file = ModelFile.of(source.path, self.status)
        self.size = self.status.st_size

    def __enter__(self) -> "OpenFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self.descriptor)

    def contents(self) -> Buffer:
        """Return the file's bytes: all at once if few, else where looked at."""
        if self.size <= WHOLE_BYTES:
            return read_at(self.descriptor, 0, self.size)
        return Window(self.descriptor, self.size)


def read_at(descriptor: int, start: int, count: int) -> bytes:
    """Return exactly ``count`` bytes from ``start``.

    Raises:
        WireError: the file ends before (somebody shortened it).
    """
    parts: list[bytes] = []
    at, stop = start, start + count
    while at < stop:
        part = _pread(descriptor, min(stop - at, 1 << 30), at)
        if not part:
            raise WireError(f"the file ends at byte {at:,}, byte {stop:,} is needed")
        parts.append(part)
        at += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def read_region(file: ModelFile, start: int, count: int) -> bytes:
    """Return exactly ``count`` bytes of a file that was opened earlier.

    Raises:
        ChangedFileError: the file is another one than at opening.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file.local_path, flags)
    try:
        if ModelFile.of(file.local_path, os.fstat(descriptor)) != file:
            raise ChangedFileError(file)
        return read_at(descriptor, start, count)
    except WireError:
        raise ChangedFileError(file) from None
    finally:
        os.close(descriptor)


def _pread(descriptor: int, count: int, at: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, count, at)
    os.lseek(descriptor, at, os.SEEK_SET)  # Windows; the reader is one thread
    return os.read(descriptor, count)


class Window:
    """A large file that looks like ``bytes``."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self._size = descriptor, size
        self._start = self._stop = 0
        self._block = b""
        self._next = FIRST_BLOCK

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int, /) -> int: ...
    @overload
    def __getitem__(self, index: slice, /) -> bytes: ...
    def __getitem__(self, index: Any, /) -> Any:
        if isinstance(index, int):
            if not self._start <= index < self._stop:
                if not 0 <= index < self._size:
                    raise IndexError(index)
                self._load(index)
            return self._block[index - self._start]
        start, stop, _ = index.indices(self._size)
        if stop <= start:
            return b""
        if self._start <= start and stop <= self._stop:
            return self._block[start - self._start : stop - self._start]
        if stop - start > LARGEST_BLOCK:
            return read_at(self._descriptor, start, stop - start)
        self._load(start, stop - start)
        return self._block[: stop - start]

    def _load(self, start: int, least: int = 1) -> None:
        goes_on = 0 <= start - self._stop < FIRST_BLOCK or (
            self._start <= start <= self._stop
        )
        self._next = min(self._next * 4, LARGEST_BLOCK) if goes_on else FIRST_BLOCK
        count = min(max(self._next, least), self._size - start)
        self._block = read_at(self._descriptor, start, count)
        self._start, self._stop = start, start + count
