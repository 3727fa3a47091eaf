"""Making arrays plain that do not lie plainly in their file: ``Packing.READER``."""

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.formats._hdf5 import Hdf5File, open_hdf5, reason
from loaders.formats._hdf5_arrays import HDF5_ERRORS
from loaders.formats._zip import STORED
from loaders.formats._zip_directory import read_directory
from loaders.ir.errors import CorruptFileError, InspectorError, LimitError
from loaders.ir.tensors import ChangedFileError, ModelFile, TensorRef, element_type
from loaders.ir.text import shown
from loaders.limits import LIMITS, MIB, Limits

BLOCK_BYTES = 16 * MIB
"""How much of an array is unpacked at once, unless one row of chunks is larger."""


def read_tensor(
    tensor: TensorRef, files: Sequence[ModelFile], limits: Limits = LIMITS
) -> Iterator[NDArray[Any]]:
    """Yield an array's numbers in blocks of rows.

    Raises:
        ChangedFileError: the file is another one than at opening.
        LimitError: a single row has more bytes than may be read at once.
        CorruptFileError: the array is missing or damaged.
    """
    budget = limits.tensor_whole_bytes
    with _dataset(files[tensor.file], tensor.key, limits) as (path, dataset):
        if dataset.shape != tensor.shape:
            raise CorruptFileError(path, "An array of it has another shape by now.")
        rows = dataset.shape[0] if dataset.shape else 1
        step = _block_rows(dataset, budget)
        for start in range(0, max(1, rows), step):
            yield _rows(path, dataset, budget, start, min(start + step, rows))


def _block_rows(dataset: Any, budget: int) -> int:
    """Return how many rows to read at once: whole chunks, if they fit, none twice."""
    from h5py import h5d

    if not dataset.shape:
        return 1
    row: int = max(1, math.prod(dataset.shape[1:]) * dataset.dtype.itemsize)
    fitting = max(1, min(BLOCK_BYTES, budget) // row)
    settings = dataset.get_create_plist()
    if settings.get_layout() != h5d.CHUNKED:
        return fitting
    deep = int(settings.get_chunk()[0])
    return max(deep, fitting - fitting % deep) if deep * row <= budget else fitting


@contextmanager
def _dataset(file: ModelFile, key: str, limits: Limits) -> Iterator[tuple[Path, Any]]:
    """Open the array that a key names; what the library raises becomes damage."""
    from h5py import h5d

    inside, _, place = key.partition(":/")
    path = file.local_path
    with _opened(file, inside, limits) as hdf5:
        dataset = hdf5.open(place)
        if not isinstance(dataset, h5d.DatasetID):
            raise CorruptFileError(path, "An array of it is gone.")
        try:
            yield path, dataset
        except HDF5_ERRORS as error:
            why = f"The array {shown(place, 120)} cannot be read ({reason(error)})."
            raise CorruptFileError(path, why) from None


def _rows(path: Path, dataset: Any, budget: int, start: int, stop: int) -> NDArray[Any]:
    from h5py import h5s

    shape, dtype = dataset.shape, dataset.dtype
    if dtype.kind in "OSU":  # what lies there are places of texts, not numbers
        raise InspectorError("This array holds texts, not numbers.")
    wanted = (stop - start, *shape[1:]) if shape else ()
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
        import tempfile

        budget = limits.inflate_ratio * member.stored + MIB
        with tempfile.TemporaryFile(buffering=0) as scratch:
            archive.pump(inside, budget, scratch.write)
            with open_hdf5(path, scratch, 0, member.size, limits=limits) as hdf5:
                yield hdf5
