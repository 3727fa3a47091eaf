"""The numbers of constants inside a TensorFlow graph.

Large ones lie plainly in ``tensor_content``. Others stand in protobuf's typed fields
(tensorflow/core/framework/tensor.proto), where one number may stand for many: the last
one is repeated until the tensor is full, and none at all means zeros.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.formats._open_file import read_region
from loaders.formats._protobuf import Span, WireError, fields, varint
from loaders.formats._tf_messages import Constant
from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.tensors import (
    ModelFile,
    Packing,
    TensorRef,
    absent_tensor,
    element_type,
)
from loaders.limits import LIMITS, Limits

BLOCK_ELEMENTS = 1 << 20
_KEY = re.compile(r"constant@(\d+):(\d+)")
_FIELDS = {
    "float32": (5, "<u4"),
    "float64": (6, "<u8"),
    "float16": (13, "<u2"),
    "bfloat16": (13, "<u2"),
    **{f"float8_{kind}": (18, "u1") for kind in ("e5m2", "e4m3fn", "e4m3fnuz")},
    **{f"float8_{kind}": (18, "u1") for kind in ("e4m3b11fnuz", "e5m2fnuz")},
}
"""The field that holds a type, and the bits of one number. Weights are floats."""


def constant_ref(constant: Constant, file: int) -> TensorRef:
    """Return where a constant's numbers lie; absent if they cannot be its numbers."""
    absent = absent_tensor(constant.shape, constant.dtype)
    if constant.dtype not in _FIELDS:
        return absent
    if constant.content is None:
        return TensorRef(
            file=file,
            offset=0,
            nbytes=constant.place.size,
            shape=constant.shape,
            dtype=constant.dtype,
            packing=Packing.READER,
            key=f"constant@{constant.place.start}:{constant.place.stop}",
        )
    needed = math.prod(constant.shape) * int(element_type(constant.dtype).itemsize)
    if constant.content.size != needed:
        return absent
    return TensorRef(
        file=file,
        offset=constant.content.start,
        nbytes=needed,
        shape=constant.shape,
        dtype=constant.dtype,
    )


def read_tensor(
    ref: TensorRef, files: Sequence[ModelFile], limits: Limits = LIMITS
) -> Iterator[NDArray[Any]]:
    """Yield the numbers of a constant in typed fields, in blocks.

    Raises:
        ChangedFileError: the file is another one than at opening.
        CorruptFileError: there are more numbers than elements, or no numbers.
        InspectorError: there are too many to be read at once.
    """
    file, place = files[ref.file], _KEY.fullmatch(ref.key)
    if place is None or ref.dtype not in _FIELDS:
        raise InspectorError("This tensor cannot be read.")
    start, stop = int(place[1]), int(place[2])
    if stop - start > limits.tensor_whole_bytes:
        raise InspectorError(
            "The tensor is too large to be unpacked at once.",
            f"It has {stop - start:,} bytes; the limit is "
            f"{limits.tensor_whole_bytes:,}.",
        )
    try:
        numbers = _typed(read_region(file, start, stop - start), ref.dtype)
    except (WireError, ValueError) as error:
        raise CorruptFileError(
            file.local_path, f"A tensor's numbers do not fit: {error}."
        ) from None
    if numbers.size > ref.size:
        raise CorruptFileError(
            file.local_path,
            f"A tensor of {ref.size:,} elements has {numbers.size:,} numbers.",
        )
    yield numbers
    fill = numbers[-1:] if numbers.size else np.zeros(1, element_type(ref.dtype))
    for at in range(numbers.size, ref.size, BLOCK_ELEMENTS):
        yield np.repeat(fill, min(BLOCK_ELEMENTS, ref.size - at))


def _typed(raw: bytes, dtype: str) -> NDArray[Any]:
    wanted, form = _FIELDS[dtype]
    is_varint = wanted == 13
    bits: list[NDArray[Any]] = []
    for number, _wire, value in fields(raw, Span(0, len(raw))):
        if number != wanted:
            continue
        if not isinstance(value, Span):
            bits.append(np.array([value]).astype(form))
        elif is_varint:
            bits.append(np.array(_varints(raw, value), np.uint64).astype(form))
        else:
            bits.append(np.frombuffer(raw[value.start : value.stop], form))
    together = np.concatenate(bits) if bits else np.empty(0, form)
    return together.view(element_type(dtype))


def _varints(raw: bytes, span: Span) -> list[int]:
    found, at = [], span.start
    while at < span.stop:
        one, at = varint(raw, at, span.stop)
        found.append(one)
    return found
