"""Which files are meant by the names on a command line."""

import os
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = (".keras", ".h5", ".hdf5", ".onnx")
_OF_ONE_MODEL = frozenset({"saved_model.pb", "metadata.json", "variables", "assets"})
"""Where one of these lies, the folder is one model, or was meant to be."""
_LOOKED_AT = 10_000
"""Names in a folder; one with more is no place where somebody keeps models."""


def model_files(paths: Iterable[Path]) -> list[Path]:
    """Return the paths with the model files of a folder in the folder's place.

    A folder that is a model stays, and so does one without model files: the reader says
    what it is. Folders in a folder are left alone. Lists folders, so it can take long.
    """
    return [file for path in paths for file in _in_folder(path) or [path]]


def _in_folder(path: Path) -> list[Path]:
    try:
        names = []
        with os.scandir(path) as entries:
            for entry, _ in zip(entries, range(_LOOKED_AT)):
                names.append(entry.name)
    except OSError:
        return []  # a file, or nothing that can be listed
    if not _OF_ONE_MODEL.isdisjoint(names):
        return []
    models = [name for name in names if name.lower().endswith(SUFFIXES)]
    return [path / name for name in sorted(models, key=str.lower)]
