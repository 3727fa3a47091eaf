"""From ``TensorProto`` records to places: every size checked, no numbers copied."""

import math
import os

import numpy as np
from numpy.typing import NDArray

from loaders.formats import Source
from loaders.formats._onnx_external import ExternalFiles, ExternalPlace
from loaders.formats._onnx_numbers import (
    DOUBLE_DATA,
    FLOAT_DATA,
    decode,
    typed_count,
    typed_field,
)
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import SparseRecord, TensorRecord
from loaders.formats._open_file import read_at
from loaders.formats._protobuf import Buffer, Span, WireError
from loaders.ir.tensors import Packing, TensorRef, absent_tensor, bits_of
from loaders.ir.text import shape_text, shown
from loaders.limits import Limits

SMALL_ELEMENTS = 1024
"""Up to this many elements a constant's values are looked at while opening."""
_PACKED = {4: Packing.HALF_BYTE, 2: Packing.QUARTER_BYTE}


class Tensors:
    """Makes checked places of one file's tensors.

    ``READER`` tensors have the key ``tensor@start:stop`` (``sparse@start:stop``): the
    bytes of their ``TensorProto`` (``SparseTensorProto``) in the model's file. Or
    ``plain@float32:2,3``: a region as other tensors have it, followed by what is to be
    done to it: ``>transpose:1,0``, ``>reshape:6``, ``>cast:float16``.

    Attributes:
        file: Index of the model's own file.
    """

    def __init__(
        self,
        source: Source,
        data: Buffer,
        file: int,
        external: ExternalFiles,
        problems: Problems,
    ) -> None:
        self._data, self.file = data, file
        self._limits: Limits = source.limits
        self._external, self._problems = external, problems
        self._refs: dict[int, TensorRef] = {}
        self._places: dict[int, ExternalPlace | None] = {}

    # places

    def ref(self, tensor: TensorRecord) -> TensorRef:
        """Return where a tensor's numbers lie; notes what is wrong with it, once."""
        known = self._refs.get(tensor.place.start)
        if known is None:
            known = self._refs[tensor.place.start] = self._make(tensor)
        return known

    def sparse_ref(self, tensor: SparseRecord) -> TensorRef:
        """Return a sparse tensor's place; only the reader can make it plain."""
        name = shown(tensor.values.name or "a sparse tensor", 60)
        shape, dtype = tensor.dims, tensor.values.dtype
        if not self._meaningful(name, shape):
            return absent_tensor(tuple(max(dim, -1) for dim in shape), dtype)
        problem = self._bad_indices(tensor)
        if problem:
            self._problems.add(
                "sparse", f"The sparse tensor {name} is not read: {problem}"
            )
            return absent_tensor(shape, dtype)
        start, stop = tensor.place
        return TensorRef(
            file=self.file,
            offset=0,
            nbytes=stop - start,
            shape=shape,
            dtype=dtype,
            packing=Packing.READER,
            key=f"sparse@{start}:{stop}",
        )

    def _make(self, tensor: TensorRecord) -> TensorRef:
        name = shown(tensor.name or "a constant", 60)
        shape, dtype = tensor.dims, tensor.dtype
        if not dtype:
            self._problems.add(
                "tensor type",
                f"{name} has the unknown element type {tensor.data_type}; "
                "it is not read.",
            )
        if not self._meaningful(name, shape):
            return absent_tensor(tuple(max(dim, -1) for dim in shape), dtype)
        absent = absent_tensor(shape, dtype)
        if not dtype:
            return absent
        if tensor.is_external:
            return self._outside(tensor, name) or absent
        if tensor.raw is not None:
            return self._raw(tensor, name) or absent
        return self._typed(tensor, name) or absent

    def _meaningful(self, name: str, shape: tuple[int, ...]) -> bool:
        if any(dim < 0 for dim in shape):
            self._problems.add(
                "negative dimension",
                f"{name} has a negative dimension: {shape_text(shape)}.",
            )
            return False
        size = math.prod(shape)
        if any(dim >= self._limits.dim for dim in shape) or (
            size >= self._limits.elements
        ):
            self._problems.add(
                "dimension",
                f"{name} has dimensions of no meaningful size: {shape_text(shape)}.",
            )
            return False
        return True

    def _raw(self, tensor: TensorRecord, name: str) -> TensorRef | None:
        raw = tensor.raw
        assert raw is not None
        if tensor.dtype == "string":
            self._problems.add(
                "tensor type",
                f"{name} is of type string but its contents are stored as raw "
                "bytes; it is not read.",
            )
            return None
        if tensor.typed or tensor.strings:
            self._problems.add(
                "two payloads",
                f"{name} has its numbers twice, both as raw bytes and as a list; "
                "they may differ, so it is not read.",
            )
            return None
        needed = stored_bytes(tensor.dtype, math.prod(tensor.dims))
        if raw.size != needed:
            self._problems.add(
                "raw size",
                f"{name} has a size of {raw.size:,} bytes; {shape_text(tensor.dims)} "
                f"of {tensor.dtype} needs {needed:,} bytes.",
            )
            return None
        return self._plain(tensor, self.file, raw.start, raw.size)

    def _plain(
        self, tensor: TensorRecord, file: int, offset: int, nbytes: int
    ) -> TensorRef:
        return TensorRef(
            file=file,
            offset=offset,
            nbytes=nbytes,
            shape=tensor.dims,
            dtype=tensor.dtype,
            packing=_PACKED.get(bits_of(tensor.dtype) or 0, Packing.PLAIN),
        )

    def _typed(self, tensor: TensorRecord, name: str) -> TensorRef | None:
        wanted = typed_field(tensor.dtype)
        size = math.prod(tensor.dims)
        wrong = [field for field in tensor.typed if field != wanted]
        if wrong or (tensor.strings and tensor.dtype != "string"):
            self._problems.add(
                "tensor type",
                f"{name} is of type {tensor.dtype} but its numbers are stored as "
                "another type; it is not read.",
            )
            return None
        found = typed_count(self._data, tensor)
        if found is not None and found != size:
            words = f"stores {found:,}" if found else "has no data"
            self._problems.add(
                "typed size",
                f"{name} {words}; its size of {shape_text(tensor.dims)} needs "
                f"{size:,} numbers.",
            )
            return None
        parts = tensor.typed.get(wanted, [])
        if wanted in (FLOAT_DATA, DOUBLE_DATA) and len(parts) == 1:
            [part] = parts  # packed floats lie as plainly as raw bytes
            if isinstance(part, Span) and part.size == stored_bytes(tensor.dtype, size):
                return self._plain(tensor, self.file, part.start, part.size)
        start, stop = tensor.place
        return TensorRef(
            file=self.file,
            offset=0,
            nbytes=stop - start,
            shape=tensor.dims,
            dtype=tensor.dtype,
            packing=Packing.READER,
            key=f"tensor@{start}:{stop}",
        )

    def _outside(self, tensor: TensorRecord, name: str) -> TensorRef | None:
        place = self._place(tensor)
        if place is None:
            return None
        if tensor.dtype == "string":
            self._problems.add(
                "tensor type", f"{name} is external and of type string; not read."
            )
            return None
        needed = stored_bytes(tensor.dtype, math.prod(tensor.dims))
        if place.size < needed:
            self._problems.add(
                "external short",
                f"External data of {name} is too short: {shape_text(tensor.dims)} of "
                f"{tensor.dtype} needs {needed:,} bytes, the size from byte "
                f"{place.offset:,} on is {place.size:,}.",
            )
            return None
        return self._plain(tensor, place.file, place.offset, needed)

    def _place(self, tensor: TensorRecord) -> ExternalPlace | None:
        key = tensor.place.start
        if key not in self._places:
            self._places[key] = self._external.find(tensor)
        return self._places[key]

    def _bad_indices(self, tensor: SparseRecord) -> str:
        """Return what is wrong with a sparse tensor's indices, or nothing."""
        count = math.prod(tensor.values.dims)
        rank = len(tensor.dims)
        if tensor.indices.dims not in ((count,), (count, rank)):
            return (
                f"it has {count:,} values, its indices have the shape "
                f"{shape_text(tensor.indices.dims)}."
            )
        found = self.values(tensor.indices)
        if found is None or not found.size:
            return ""  # too many to look at now; checked when they are read
        ends = (math.prod(tensor.dims),) if found.ndim == 1 else tensor.dims
        rows = found.reshape(-1, len(ends))
        for end, column in zip(ends, rows.T, strict=True):
            if int(column.min()) < 0 or int(column.max()) >= end:
                worst = int(column.min()) if column.min() < 0 else int(column.max())
                return f"the index {worst:,} does not lie in 0 to {end - 1:,}."
        return ""

    # values of small constants

    def values(self, tensor: TensorRecord) -> NDArray[np.generic] | None:
        """Return a small constant's numbers; ``None`` if large, broken or absent."""
        if math.prod(tensor.dims) > SMALL_ELEMENTS:
            return None
        ref = self.ref(tensor)
        if ref.packing is Packing.ABSENT:
            return None
        raw = self.small_bytes(tensor)
        return decode(self._data, tensor, raw)

    def small_bytes(self, tensor: TensorRecord) -> bytes | None:
        """Return a small tensor's plain bytes; ``None`` if it has none."""
        if math.prod(tensor.dims) > SMALL_ELEMENTS or not bits_of(tensor.dtype):
            return None
        if not tensor.is_external:
            if tensor.raw is None:
                return None
            return bytes(self._data[tensor.raw.start : tensor.raw.stop])
        place = self._place(tensor)
        needed = stored_bytes(tensor.dtype, math.prod(tensor.dims))
        if place is None or place.size < needed:
            return None
        return _read_outside(place, needed)


def stored_bytes(dtype: str, elements: int) -> int:
    """Return the bytes that so many elements take; 0 for strings."""
    return (elements * (bits_of(dtype) or 0) + 7) // 8


def _read_outside(place: ExternalPlace, count: int) -> bytes | None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(place.path, flags | getattr(os, "O_BINARY", 0))
    except OSError:
        return None  # its place was noted; the numbers are asked for again when shown
    try:
        return read_at(descriptor, place.offset, count)
    except WireError:
        return None
    finally:
        os.close(descriptor)
