"""Tensors whose numbers lie in a file beside the model.

A location in a model is a stranger's text. It may only lead to an ordinary file with
one link whose real path lies in the real folder of the model, or in the folder that it
was opened from (download caches are folders of links). Nothing else is even opened.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from loaders.formats import Source
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import TensorRecord
from loaders.ir.builder import ModelBuilder
from loaders.ir.tensors import ModelFile
from loaders.ir.text import file_size, shown

_KEYS = frozenset({"location", "offset", "length", "checksum"})
_DRIVE = re.compile(r"^[A-Za-z]:")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_MAX_LOCATION = 4096


@dataclass(frozen=True, slots=True)
class ExternalPlace:
    """Where a tensor's numbers lie outside the model's own file."""

    file: int
    path: Path
    offset: int
    size: int
    """Bytes from ``offset`` that the file says are the tensor's, or to its end."""


class ExternalFiles:
    """Finds and checks the files that hold a model's numbers."""

    def __init__(
        self, source: Source, builder: ModelBuilder, problems: Problems
    ) -> None:
        self._source, self._builder, self._problems = source, builder, problems
        self._known: dict[str, tuple[int, ModelFile] | str] = {}
        self._allowed = {
            Path(os.path.realpath(source.path.parent)),
            source.real.parent,
        }

    def find(self, tensor: TensorRecord) -> ExternalPlace | None:
        """Return where the numbers are, or ``None`` after noting why they are not."""
        settings = self._settings(tensor)
        location = settings.get("location", "")
        found = self._known.get(location)
        if found is None:
            found = self._known[location] = self._look(location)
        name = shown(tensor.name, 60)
        if isinstance(found, str):
            self._problems.add(
                f"external {location}",
                f"External data of {name} is not read: {found}",
            )
            return None
        index, file = found
        offset = _whole_number(settings.get("offset", "0"))
        length = _whole_number(settings.get("length", str(file.size)))
        if offset is None or length is None:
            self._problems.add(
                "external numbers",
                f"External data of {name} is not read: its offset "
                f"({shown(settings.get('offset', '0'), 30)}) or length "
                f"({shown(settings.get('length', ''), 30) or 'not given'}) is not a "
                "whole number.",
            )
            return None
        if offset > file.size or ("length" in settings and offset + length > file.size):
            self._problems.add(
                "external size",
                f"External data of {name} is not read: it would lie at bytes "
                f"{offset:,} to {offset + length:,}, the size of "
                f"{shown(location, 60)} is {file.size:,}.",
            )
            return None
        size = min(length, file.size - offset)
        return ExternalPlace(index, file.local_path, offset, size)

    def _settings(self, tensor: TensorRecord) -> dict[str, str]:
        settings: dict[str, str] = {}
        for key, value in tensor.external:
            if key in _KEYS:
                if key in settings:
                    self._problems.add(
                        "external twice",
                        f"External data of {shown(tensor.name, 60)} gives "
                        f"{key} twice; the first one is used.",
                    )
                settings.setdefault(key, value)
            elif not key.startswith("prepacked"):  # ONNX Runtime's cached layouts
                self._problems.add(
                    "external key",
                    f"External data of {shown(tensor.name, 60)} has the unknown key "
                    f"{shown(key, 60)}; it is ignored.",
                )
        return settings

    def _look(self, location: str) -> tuple[int, ModelFile] | str:
        """Return the file's index and state, or a sentence that says why not."""
        name = shown(location, 80)
        reason = _bad_location(location)
        if reason:
            return reason
        folders = dict.fromkeys((self._source.path.parent, self._source.real.parent))
        for folder in folders:
            real = Path(os.path.realpath(folder / location))
            if not any(real.is_relative_to(allowed) for allowed in self._allowed):
                return f"{name} is a link that leads outside the model's folder."
            try:
                status = real.lstat()
            except (OSError, ValueError):
                continue
            if not stat.S_ISREG(status.st_mode):
                return f"{name} is not a regular file."
            if status.st_nlink > 1:
                return (
                    f"{name} is a hard link: {status.st_nlink} names share its "
                    "contents, which may belong to another file outside the model. "
                    "Copy it to read it."
                )
            file = ModelFile.of(real, status)
            return self._builder.file(file), file
        return f"{name} is missing from the model's folder."

    def used(self) -> list[str]:
        """Say which files are used: ``weights.bin (6.4 GB)``."""
        return [
            f"{shown(location, 80)} ({file_size(found[1].size)})"
            for location, found in self._known.items()
            if not isinstance(found, str)
        ]


def _bad_location(location: str) -> str:
    """Return why a location is not even looked for, or nothing."""
    name = shown(location, 80)
    if not location:
        return "it names no file (a location is missing)."
    if len(location) > _MAX_LOCATION or "\0" in location:
        return "its location is not a file name."
    outside = f"{name} points outside the model's folder."
    if location.startswith(("/", "\\")) or _DRIVE.match(location):
        return outside
    if "\\" in location or _URL.match(location):
        return outside
    parts = location.split("/")
    return outside if ".." in parts else ""


def _whole_number(text: str) -> int | None:
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        return None
    return int(text)
