"""Making ONNX tensors plain that do not lie plainly in their file.

``TensorRef`` of packing ``HALF_BYTE``, ``QUARTER_BYTE`` and ``READER`` (lists of
varints, sparse tensors, weights that the graph transposes or casts first).
"""

import math
import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.formats._onnx_messages import sparse, tensor
from loaders.formats._onnx_numbers import decode, unpacked
from loaders.formats._onnx_records import SparseRecord, TensorRecord
from loaders.formats._onnx_wire import Texts
from loaders.formats._open_file import read_at
from loaders.formats._protobuf import Span, WireError
from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.tensors import (
    ChangedFileError,
    ModelFile,
    Packing,
    TensorRef,
    element_type,
)
from loaders.limits import LIMITS, Limits

_STEPS = r"((?:>[a-z]+:[a-z0-9_,]*)*)"
_RECORD = re.compile(r"(tensor|sparse)@(\d+):(\d+)" + _STEPS)
_REGION = re.compile(r"([a-z-]+)@([a-z0-9_]+):([0-9,]*)" + _STEPS)


def read_packed(
    ref: TensorRef, files: Sequence[ModelFile], limits: Limits = LIMITS
) -> NDArray[Any]:
    """Return a tensor's numbers.

    4- and 2-bit whole numbers come as int8 or uint8, 4-bit floats as float32.

    Raises:
        ChangedFileError: the file is another one than at opening.
        CorruptFileError: the numbers do not fit the shape.
        InspectorError: the tensor is larger than may be read at once, is not in the
            file, or holds texts.
    """
    whole = max(math.prod(ref.shape), ref.nbytes)
    if whole > limits.tensor_whole_bytes:
        raise InspectorError(
            "The tensor is too large to be unpacked at once.",
            f"It has {math.prod(ref.shape):,} elements in {ref.nbytes:,} bytes; the "
            f"limit is {limits.tensor_whole_bytes:,}.",
        )
    match ref.packing:
        case Packing.READER:
            return _keyed(ref, files)
        case Packing.ABSENT:
            raise InspectorError(
                "The file describes this tensor but does not hold its numbers."
            )
    return _region(ref, files)


def _keyed(ref: TensorRef, files: Sequence[ModelFile]) -> NDArray[Any]:
    file = files[ref.file]
    try:
        if found := _RECORD.fullmatch(ref.key):
            numbers = _recorded(file, found[1], int(found[2]), int(found[3]))
            steps = found[4]
        elif found := _REGION.fullmatch(ref.key):
            shape = tuple(int(length) for length in found[3].split(",") if length)
            region = TensorRef(
                file=ref.file,
                offset=ref.offset,
                nbytes=ref.nbytes,
                shape=shape,
                dtype=found[2],
                packing=Packing(found[1]),
            )
            numbers, steps = _region(region, files), found[4]
        else:
            raise InspectorError("This tensor cannot be read.")
        for step in filter(None, steps.split(">")):
            numbers = _changed(numbers, step)
        return numbers.reshape(ref.shape)
    except (WireError, ValueError, IndexError, TypeError) as error:
        raise CorruptFileError(
            file.local_path, f"A tensor's numbers do not fit: {error}."
        ) from None


def _region(ref: TensorRef, files: Sequence[ModelFile]) -> NDArray[Any]:
    if ref.packing in (Packing.PLAIN, Packing.BIG_ENDIAN):
        return ref.read(files)
    raw = _bytes(files[ref.file], ref.offset, ref.nbytes)
    bits = 4 if ref.packing is Packing.HALF_BYTE else 2
    return unpacked(raw, ref.dtype, bits, ref.size).reshape(ref.shape)


def _recorded(file: ModelFile, kind: str, start: int, stop: int) -> NDArray[Any]:
    raw = _bytes(file, start, stop - start)
    whole, texts = Span(0, len(raw)), Texts(LIMITS.name_bytes)
    if kind == "sparse":
        return _dense(sparse(texts, raw, whole, 0), raw)
    return _part(tensor(texts, raw, whole, 0), raw)


def _dense(record: SparseRecord, raw: bytes) -> NDArray[Any]:
    values = _part(record.values, raw)
    indices = _part(record.indices, raw).astype(np.int64)
    dense = np.zeros(math.prod(record.dims), values.dtype)
    if indices.ndim == 2:
        indices = np.asarray(np.ravel_multi_index(tuple(indices.T), record.dims))
    dense[indices.reshape(-1)] = values.reshape(-1)
    return dense.reshape(record.dims)


def _part(record: TensorRecord, raw: bytes) -> NDArray[Any]:
    inside = None if record.raw is None else raw[record.raw.start : record.raw.stop]
    found = decode(raw, record, inside)
    if found is None:
        raise ValueError("they are texts, or too few")
    return found


def _changed(numbers: NDArray[Any], step: str) -> NDArray[Any]:
    """Do one step of a key: ``transpose:1,0``, ``reshape:2,3``, ``cast:float32``."""
    name, _, text = step.partition(":")
    if name == "cast":
        return numbers.astype(element_type(text))
    order = [int(number) for number in text.split(",") if number]
    return numbers.transpose(order) if name == "transpose" else numbers.reshape(order)


def _bytes(file: ModelFile, start: int, count: int) -> bytes:
    descriptor = os.open(file.local_path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        if ModelFile.of(file.local_path, os.fstat(descriptor)) != file:
            raise ChangedFileError(file)
        return read_at(descriptor, start, count)
    except WireError:
        raise ChangedFileError(file) from None
    finally:
        os.close(descriptor)
