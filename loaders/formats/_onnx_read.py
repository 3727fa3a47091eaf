"""Making ONNX tensors plain that do not lie plainly in their file.

``TensorRef`` of packing ``HALF_BYTE``, ``QUARTER_BYTE`` and ``READER`` (lists of
varints, sparse tensors, weights that the graph transposes or casts first).
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.formats._onnx_messages import sparse, tensor
from loaders.formats._onnx_numbers import decode, unpacked
from loaders.formats._onnx_records import SparseRecord, TensorRecord
from loaders.formats._onnx_wire import Texts
from loaders.formats._open_file import read_region
from loaders.formats._protobuf import Span, WireError
from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.tensors import (
    ModelFile,
    Packing,
    TensorRef,
    bits_of,
    element_type,
)
from loaders.limits import LIMITS, Limits

_STEPS = r"((?:>[a-z]+:[a-z0-9_,]*)*)"
_RECORD = re.compile(r"(tensor|sparse)@(\d+):(\d+)" + _STEPS)
_REGION = re.compile(r"([a-z-]+)@([a-z0-9_]+):([0-9,]*)" + _STEPS)

BLOCK_BYTES = 1 << 20
"""How much of a packed tensor is unpacked at once."""


def read_tensor(
    ref: TensorRef, files: Sequence[ModelFile], limits: Limits = LIMITS
) -> Iterator[NDArray[Any]]:
    """Yield a tensor's numbers; packed ones in blocks. See ``read_packed``."""
    if ref.packing not in (Packing.HALF_BYTE, Packing.QUARTER_BYTE):
        yield read_packed(ref, files, limits)
        return
    each = 2 if ref.packing is Packing.HALF_BYTE else 4
    bits = 8 // each
    for start in range(0, -(-ref.size // each), BLOCK_BYTES):
        left = ref.size - start * each
        count = min(BLOCK_BYTES, -(-left // each))
        raw = read_region(files[ref.file], ref.offset + start, count)
        yield unpacked(raw, ref.dtype, bits, left)


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
    _check_size(ref, limits)
    match ref.packing:
        case Packing.READER:
            return _keyed(ref, files)
        case Packing.ABSENT:
            raise InspectorError(
                "The file describes this tensor but does not hold its numbers."
            )
    return _region(ref, files)


def _check_size(ref: TensorRef, limits: Limits) -> None:
    """Refuse what would take too much memory.

    A region that is turned takes twice its own size at most, and it lies in the file
    as it is; anything else may be made of little.
    """
    turned = ref.key.startswith((f"{Packing.PLAIN}@", f"{Packing.BIG_ENDIAN}@"))
    limit = limits.tensor_scratch_bytes if turned else limits.tensor_whole_bytes
    whole = max(ref.size * ((bits_of(ref.dtype) or 8) + 7) // 8, ref.nbytes)
    if whole > limit:
        raise InspectorError(
            "The tensor is too large to be unpacked at once.",
            f"It has {ref.size:,} elements in {ref.nbytes:,} bytes; the limit is "
            f"{limit:,} bytes.",
        )


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
    raw = read_region(files[ref.file], ref.offset, ref.nbytes)
    bits = 4 if ref.packing is Packing.HALF_BYTE else 2
    return unpacked(raw, ref.dtype, bits, ref.size).reshape(ref.shape)


def _recorded(file: ModelFile, kind: str, start: int, stop: int) -> NDArray[Any]:
    raw = read_region(file, start, stop - start)
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
    """Do one step of a key.

    ``transpose:1,0``, ``reshape:2,3``, ``cast:float32``; ``keep:5`` of each row.
    """
    name, _, text = step.partition(":")
    if name == "cast":
        return numbers.astype(element_type(text))
    if name == "keep":
        return numbers[..., : int(text)]
    order = [int(number) for number in text.split(",") if number]
    return numbers.transpose(order) if name == "transpose" else numbers.reshape(order)
