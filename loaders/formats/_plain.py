"""Making any tensor plain: what is checked whichever format it lies in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from loaders.formats import format_of, open_source
from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.graph import Model
from loaders.ir.tensors import (
    Packing,
    TensorRef,
    bits_of,
    element_type,
    plain_nbytes,
    plain_type,
)
from loaders.ir.text import file_size, shape_text, shown
from loaders.limits import Limits


def _check(tensor: TensorRef, limits: Limits) -> None:
    """Refuse what cannot be made plain.

    Raises:
        InspectorError: the file does not hold its numbers, they are texts, or too many.
    """
    shape = shape_text(tensor.shape)
    if tensor.packing is Packing.ABSENT:
        raise InspectorError(
            "The file does not hold the numbers of this weight.",
            f"It says that the weight is {tensor.dtype or 'of unknown type'} of shape "
            f"{shape}, and no more.",
        )
    if tensor.dtype == "string":
        raise InspectorError("This array holds texts, not numbers.", f"Shape {shape}.")
    if bits_of(tensor.dtype) is None:
        raise InspectorError(
            "This weight cannot be read.",
            f"Its element type {shown(tensor.dtype)!r} is not known.",
        )
    needed, most = plain_nbytes(tensor), limits.tensor_scratch_bytes
    if needed > most:
        raise InspectorError(
            "This weight is too large to be unpacked.",
            f"{tensor.dtype} of shape {shape} takes {file_size(needed)} when it is "
            f"plain; the limit is {file_size(most)}.",
        )


def plain_blocks(
    model: Model, tensor: TensorRef, limits: Limits
) -> Iterator[NDArray[Any]]:
    """Yield a tensor's numbers; see ``loaders.formats.read_tensor``."""
    _check(tensor, limits)
    path = Path(os.fsdecode(model.path))
    wanted = element_type(plain_type(tensor.dtype))
    left = tensor.size
    try:
        for block in _blocks(path, model, tensor, limits):
            left -= block.size
            if block.dtype.newbyteorder("<") != wanted.newbyteorder("<") or left < 0:
                break
            yield block.reshape(-1).astype(wanted.newbyteorder("<"), copy=False)
        else:
            if left == 0:
                return
    except OSError as error:
        raise InspectorError(
            f"{shown(path.name)} cannot be read.",
            f"{error.strerror or error}.",
            "Perhaps it was moved or changed meanwhile; open it again.",
        ) from None
    except (MemoryError, RecursionError) as error:
        raise InspectorError(
            "This weight is too large to be unpacked.",
            f"{tensor.dtype} of shape {shape_text(tensor.shape)}: "
            f"{type(error).__name__}.",
        ) from None
    raise CorruptFileError(path, "An array of it has another size than it says.")


def _blocks(
    path: Path, model: Model, tensor: TensorRef, limits: Limits
) -> Iterator[NDArray[Any]]:
    if tensor.packing in (Packing.PLAIN, Packing.BIG_ENDIAN):
        return iter((tensor.read(model.files),))
    source = open_source(path, limits)
    format = format_of(source)
    if format is None or format.read_tensor is None:
        raise InspectorError(
            f"{shown(path.name)} changed on disk.",
            "It is no longer of the kind that was opened.",
            "Reload it.",
        )
    return format.read_tensor(tensor, model.files, limits)
