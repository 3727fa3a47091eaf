"""Where numbers lie in a file, and how to copy a region of them."""

import math
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from loaders.ir.errors import CorruptFileError, InspectorError

if TYPE_CHECKING:  # numpy takes 50 ms, and showing a model needs no numbers
    import numpy as np
    from numpy.typing import NDArray


class Packing(StrEnum):
    """How the elements of a tensor are laid out in its file."""

    PLAIN = "plain"
    """Contiguous, row-major, little-endian, ``itemsize`` bytes each."""
    BIG_ENDIAN = "big-endian"
    """As plain, with the bytes of each element reversed."""
    HALF_BYTE = "half-byte"
    """Two elements a byte, low half first (ONNX int4, uint4, float4e2m1)."""
    QUARTER_BYTE = "quarter-byte"
    """Four elements a byte, low bits first (ONNX int2, uint2)."""
    READER = "reader"
    """Only the reader can make it plain: chunked, compressed, sparse, computed, or
    stored in protobuf's typed fields. ``TensorRef.key`` says what to ask for."""
    ABSENT = "absent"
    """The file describes the tensor but does not hold its numbers."""


class ModelFile(Struct, frozen=True, kw_only=True):
    """One file that a model's numbers lie in, as it was when it was opened.

    Attributes:
        path: Absolute, as ``os.fsencode`` gives it: not every path is text.
        device: ``st_dev`` at opening.
        inode: ``st_ino`` at opening.
        size: Bytes at opening.
        modified_ns: ``st_mtime_ns`` at opening.
    """

    path: bytes
    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path, status: os.stat_result | None = None) -> "ModelFile":
        """Describe ``path``; pass ``status`` of an open descriptor if there is one."""
        found = status if status is not None else path.stat()
        return cls(
            path=os.fsencode(path),
            device=found.st_dev,
            inode=found.st_ino,
            size=found.st_size,
            modified_ns=found.st_mtime_ns,
        )

    @property
    def local_path(self) -> Path:
        """The path as this system spells it."""
        return Path(os.fsdecode(self.path))


class ChangedFileError(InspectorError):
    """The file is no longer the one that was opened."""

    def __init__(self, file: ModelFile) -> None:
        super().__init__(
            f"{file.local_path.name} changed on disk.",
            f"It had {file.size:,} bytes when it was opened.",
            "Reload it.",
        )


class TensorRef(Struct, frozen=True, kw_only=True):
    """A place where numbers lie. Copying it copies no numbers.

    Attributes:
        file: Index into ``Model.files``; -1 where ``packing`` is ``ABSENT``.
        offset: Bytes from the start of that file; 0 if only the reader knows.
        nbytes: Stored bytes; 0 if only the reader knows.
        shape: Lengths of the axes. All known, except that an absent tensor may have
            -1 where the input's shape leaves a length open.
        dtype: Element type: a numpy or ml_dtypes name (``float32``, ``bfloat16``,
            ``float8_e4m3fn``, ``int4``, ``float4_e2m1fn``), or ``string``.
        packing: How the elements are laid out.
        key: For ``Packing.READER``: the name under which the reader finds it.
    """

    file: int
    offset: int
    nbytes: int
    shape: tuple[int, ...]
    dtype: str
    packing: Packing = Packing.PLAIN
    key: str = ""

    @property
    def size(self) -> int:
        """Number of elements; exact, however large."""
        return math.prod(self.shape)

    def read(
        self, files: Sequence[ModelFile], rows: slice = slice(None)
    ) -> "NDArray[Any]":
        """Copy the tensor, or some rows of its first axis, into memory.

        Waits for the disk: call it in a job. Checks that the file is still the one
        that was opened, and that the tensor lies inside it.

        Raises:
            ChangedFileError: the file is another one than at opening.
            CorruptFileError: the tensor ends behind the end of the file.
            InspectorError: only the reader can read it (``packing``).
        """
        import numpy as np

        if self.packing not in (Packing.PLAIN, Packing.BIG_ENDIAN):
            raise InspectorError(f"A tensor stored as {self.packing} is not a region.")
        file = files[self.file]
        dtype = element_type(self.dtype)
        row = math.prod(self.shape[1:]) * dtype.itemsize
        start, stop, step = rows.indices(self.shape[0] if self.shape else 1)
        if step != 1:
            raise ValueError("rows of a tensor are copied without a stride")
        count = max(0, stop - start)
        # O_NONBLOCK: what took the file's place may be a pipe that nobody writes to.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(file.local_path, flags), "rb", buffering=0) as stream:
            found = os.fstat(stream.fileno())
            if ModelFile.of(file.local_path, found) != file:
                raise ChangedFileError(file)
            end = self.offset + math.prod(self.shape) * dtype.itemsize
            if end > found.st_size:
                raise CorruptFileError(
                    file.local_path,
                    f"A tensor ends at byte {end:,}, the file at {found.st_size:,}.",
                )
            shape = (count, *self.shape[1:]) if self.shape else ()
            out = np.empty(shape, dtype)
            stream.seek(self.offset + start * row)
            view = memoryview(out.reshape(-1).view(np.uint8).data)
            done = 0
            while done < len(view):  # a raw read may return less than it was asked
                got = stream.readinto(view[done:])
                if not got:
                    raise ChangedFileError(file)
                done += got
        return out.byteswap() if self.packing is Packing.BIG_ENDIAN else out


def absent_tensor(shape: tuple[int, ...], dtype: str) -> TensorRef:
    """Describe numbers that the file does not hold."""
    return TensorRef(
        file=-1, offset=0, nbytes=0, shape=shape, dtype=dtype, packing=Packing.ABSENT
    )


def element_type(name: str) -> "np.dtype[Any]":
    """Return numpy's type for a dtype name, ml_dtypes' small types included."""
    import numpy as np

    if name.startswith(("bfloat", "float8", "float4", "float6_", "int4", "uint4")) or (
        name in ("int2", "uint2")
    ):
        import ml_dtypes

        small: np.dtype[Any] = np.dtype(getattr(ml_dtypes, name))
        return small
    return np.dtype(name)


_BITS = {
    "bool": 8,
    "bfloat16": 16,
    "complex64": 64,
    "complex128": 128,
    "float4_e2m1fn": 4,
    **{f"float{bits}": bits for bits in (16, 32, 64)},
    **{f"{sign}int{bits}": bits for sign in ("", "u") for bits in (2, 4, 8)},
    **{f"{sign}int{bits}": bits for sign in ("", "u") for bits in (16, 32, 64)},
}


def plain_type(name: str) -> str:
    """Return the dtype that a tensor has once the reader has made it plain.

    Elements of less than a byte get one each: 4- and 2-bit whole numbers int8 or
    uint8, 4-bit floats the float32 that they stand for.
    """
    if (bits_of(name) or 8) >= 8:
        return name
    if name.startswith("float"):
        return "float32"
    return "uint8" if name.startswith("uint") else "int8"


def plain_nbytes(tensor: TensorRef) -> int:
    """Return how many bytes a tensor of numbers takes once it is plain."""
    return tensor.size * int(element_type(plain_type(tensor.dtype)).itemsize)


def bits_of(name: str) -> int | None:
    """Return how many bits one element takes; ``None`` for strings and unknown."""
    return 8 if name.startswith("float8") else _BITS.get(name)
