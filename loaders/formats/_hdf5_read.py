"""Making arrays plain that do not lie plainly in their file: ``Packing.READER``."""

import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.formats._hdf5 import HDF5_ERRORS, Hdf5File, open_hdf5, reason
from loaders.formats._zip import STORED, read_directory
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.ir.tensors import ChangedFileError, ModelFile, element_type
from loaders.ir.text import shown
from loaders.limits import LIMITS, MIB, Limits


def read_dataset(
    file: ModelFile,
    key: str,
    budget: int,
    rows: slice = slice(None),
    limits: Limits = LIMITS,
) -> NDArray[Any]:
    """Copy an array, or some rows of its first axis, into memory, little-endian.

    Args:
        file: The user's file, as it was when it was opened.
        key: ``TensorRef.key``: the archive's member, a colon, the path inside.
        budget: How many bytes the rows may have.
        rows: Which rows, without a stride.
        limits: What the file may ask for.

    Raises:
        ChangedFileError: the file is another one than at opening.
        LimitError: the rows have more bytes than ``budget``.
        CorruptFileError: the array is missing or damaged.
    """
    inside, _, place = key.partition(":/")
    path = file.local_path
    with _opened(file, inside, limits) as hdf5:
        dataset = hdf5.open(place)
        try:
            return _rows(path, dataset, budget, rows)
        except HDF5_ERRORS as error:
            why = f"The array {shown(place, 120)} cannot be read ({reason(error)})."
            raise CorruptFileError(path, why) from None


def _rows(path: Path, dataset: Any, budget: int, rows: slice) -> NDArray[Any]:
    from h5py import h5d, h5s

    if not isinstance(dataset, h5d.DatasetID):
        raise CorruptFileError(path, "An array of it is gone.")
    shape, dtype = dataset.shape, dataset.dtype
    start, stop, step = rows.indices(shape[0] if shape else 1)
    if step != 1:
        raise LimitError(path, "odd a region", f"a stride of {step}", 1)
    wanted = (max(0, stop - start), *shape[1:]) if shape else ()
    size = math.prod(wanted) * dtype.itemsize
    if size > budget:
        raise LimitError(path, "large an array", f"{size:,} bytes", f"{budget:,} bytes")
    if dtype.kind == "V":  # two opaque bytes that Keras marked as bfloat16
        dtype = np.dtype("V2")
    data = np.empty(wanted, dtype)
    if 0 not in wanted:
        target = h5s.create_simple(wanted) if wanted else h5s.create(h5s.SCALAR)
        source = dataset.get_space()
        if wanted:
            source.select_hyperslab((start, *(0 for _ in shape[1:])), wanted)
        dataset.read(target, source, data)
    if dtype.kind == "V":
        return data.view(element_type("bfloat16"))
    return data.astype(dtype.newbyteorder("<"), copy=False)


@contextmanager
def _opened(file: ModelFile, inside: str, limits: Limits) -> Iterator[Hdf5File]:
    """Open the HDF5 file that a key means: the file itself, or an archive's member."""
    path = file.local_path
    with path.open("rb", buffering=0) as stream:
        if ModelFile.of(path, os.fstat(stream.fileno())) != file:
            raise ChangedFileError(file)
        if not inside:
            with open_hdf5(path, stream, 0, file.size, limits=limits) as hdf5:
                yield hdf5
            return
        archive = read_directory(path, stream, file.size, limits)
        if archive is None or inside not in archive:
            raise ChangedFileError(file)
        member = archive.members[inside]
        if member.method == STORED:
            start = archive.place(inside)
            with open_hdf5(path, stream, start, member.stored, limits=limits) as hdf5:
                yield hdf5
            return
        budget = limits.inflate_ratio * member.stored + MIB
        with tempfile.TemporaryFile(buffering=0) as scratch:
            archive.pump(inside, budget, scratch.write)
            with open_hdf5(path, scratch, 0, member.size, limits=limits) as hdf5:
                yield hdf5
