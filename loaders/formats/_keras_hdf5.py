"""What every HDF5 file of Keras has in common, whole model or weights alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from loaders.formats import Source
from loaders.formats._hdf5 import Hdf5File, open_hdf5
from loaders.formats._hdf5_window import find_signature
from loaders.formats._naming import suffix_note
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import InspectorError
from loaders.ir.tensors import ModelFile

CONFIG, WEIGHTS = "model_config", "model_weights"
"""The attribute and the group of a whole model."""


def has_description(source: Source) -> bool | None:
    """Whether an HDF5 file has a description; ``None`` if it cannot be opened.

    ``False`` also if it is no HDF5 at all.
    """
    if source.is_folder or source.head.startswith(b"PK\x03\x04"):
        return False
    with source.real.open("rb", buffering=0) as stream:
        if find_signature(stream, source.size) is None:
            return False
        try:
            with open_hdf5(
                source.path, stream, 0, source.size, limits=source.limits
            ) as file:
                return file.has("", CONFIG)
        except InspectorError:
            return None


@contextmanager
def opened(source: Source, builder: ModelBuilder) -> Iterator[Hdf5File]:
    """Open the file for a model that is being made; note what is odd outside HDF5."""
    with source.real.open("rb", buffering=0) as stream:
        status = os.fstat(stream.fileno())
        builder.file(ModelFile.of(source.real, status))
        start = find_signature(stream, status.st_size)
        if start:
            builder.note(
                f"{start:,} bytes lie before the HDF5 data, which does not start at "
                "the file's first byte; they are not read."
            )
        wrong = suffix_note(source.path, "an HDF5 file", (".h5", ".hdf5"))
        if wrong is not None:
            builder.notes.append(wrong)
        with open_hdf5(
            source.path, stream, 0, status.st_size, limits=source.limits
        ) as file:
            yield file
