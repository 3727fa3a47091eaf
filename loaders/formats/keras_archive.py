"""Keras archives (``.keras``): a zip of a description, metadata and weights.

Written by Keras 3 and by tf_keras since 2.12. The weights are read where they lie:
Keras stores ``model.weights.h5`` without compression.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from loaders.formats import FORMATS, Format, Progress, Source
from loaders.formats._hdf5 import Tree, open_hdf5
from loaders.formats._hdf5_read import read_tensor
from loaders.formats._json import read_json
from loaders.formats._keras_config import build
from loaders.formats._keras_layer import KerasVersion
from loaders.formats._keras_paths import map_paths
from loaders.formats._keras_versions import set_producer
from loaders.formats._keras_weights import attach_weights, frozen_nodes
from loaders.formats._naming import suffix_note
from loaders.formats._zip import STORED, Archive
from loaders.formats._zip_directory import read_directory
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import CorruptFileError, InspectorError
from loaders.ir.graph import Model, Severity
from loaders.ir.tensors import ModelFile
from loaders.ir.text import file_size, shown
from loaders.kinds._infer import infer
from loaders.limits import MIB

CONFIG, METADATA = "config.json", "metadata.json"
WEIGHTS, SHARDS, NPZ = "model.weights.h5", "model.weights.json", "model.weights.npz"
_OWN = frozenset({CONFIG, METADATA, WEIGHTS, SHARDS, NPZ})

CHECKED_BYTES = 8 * MIB
"""Weights up to this size are held against their checksum at opening (10 ms); for
larger ones the wait would be felt."""


def recognises(source: Source) -> bool:
    """Whether it is a zip that holds a description and at least one other own member.

    Archives with bytes before them are found by the directory at their end.
    """
    if source.is_folder or source.size < 22:
        return False
    try:
        with source.real.open("rb", buffering=0) as stream:
            archive = read_directory(source.path, stream, source.size, source.limits)
    except (InspectorError, OSError):
        return False
    if archive is None:
        return False
    return CONFIG in archive and len(_OWN.intersection(archive.members)) > 1


def read(source: Source, progress: Progress) -> Model:
    """Read a Keras archive; see ``Format.read``."""
    with source.real.open("rb", buffering=0) as stream:
        file = ModelFile.of(source.real, os.fstat(stream.fileno()))
        archive = read_directory(source.path, stream, file.size, source.limits)
        if archive is None or CONFIG not in archive:
            raise CorruptFileError(source.path, "It changed while it was being read.")
        return _Archive(source, archive, file, progress).read()


class _Archive:
    def __init__(
        self, source: Source, archive: Archive, file: ModelFile, progress: Progress
    ) -> None:
        self._source, self._archive, self._progress = source, archive, progress
        self._builder = ModelBuilder(source.path, "Keras archive")
        self._builder.file(file)

    def read(self) -> Model:
        builder = self._builder
        for oddity in self._archive.check():
            builder.note(oddity)
        wrong = suffix_note(self._source.path, "a Keras archive", (".keras", ".zip"))
        if wrong is not None:
            builder.notes.append(wrong)
        self._check_damage()
        config = self._json(CONFIG)
        version = self._metadata()
        limits, folding = self._source.limits, self._source.folding
        root = build(builder, config, version, self._progress, limits, folding)
        trees = list(self._trees())
        self._progress("Reading the shapes", 0, 0)
        model = infer(builder.freeze(), frozen_nodes(root))
        if not trees:
            return model
        return attach_weights(model, map_paths(root, _joined(trees)))

    def _json(self, name: str) -> Any:
        data = self._archive.read(name, self._source.limits.text_bytes)
        path, limits = self._source.path, self._source.limits
        return read_json(data, name, path, limits, self._builder.note)

    def _metadata(self) -> KerasVersion:
        builder = self._builder
        found: Any = {}
        if METADATA in self._archive:
            found = self._json(METADATA)
        else:
            builder.note(f"It has no {METADATA}, so the version of Keras is unknown.")
        if not isinstance(found, dict):
            builder.note(f"Its {METADATA} holds no object, so nothing is read from it.")
            found = {}
        version = KerasVersion.parse(found.get("keras_version"))
        set_producer(builder, version)
        saved = found.get("date_saved")
        if saved is None or isinstance(saved, str):
            builder.fact("File", "Saved", saved and saved.replace("@", " at "))
        else:
            builder.note(f"In {METADATA} the date is no text.")
        if version.major:
            builder.format = f"Keras {version.major} archive"
        return version

    def _check_damage(self) -> None:
        """Hold the weights against their checksum if that is quick.

        A flipped bit in a weight is a wrong number that nothing else would show.
        """
        for name, member in self._archive.members.items():
            if name in (CONFIG, METADATA) or not name.endswith((".h5", ".json")):
                continue
            if member.size <= CHECKED_BYTES and member.method == STORED:
                self._archive.verify(name)
            elif member.method == STORED:
                size = file_size(member.size)
                text = f"of {name}: not checked when opening ({size})"
                self._builder.fact("File", "Checksum", text)

    # weights

    def _trees(self) -> Iterator[Tree]:
        names = self._weight_members()
        for number, name in enumerate(names):
            self._progress("Listing the weights", number, len(names))
            try:
                with (
                    self._opened(name) as part,
                    open_hdf5(
                        self._source.path,
                        part.stream,
                        part.start,
                        part.size,
                        inside=name,
                        plain=part.plain,
                        limits=self._source.limits,
                    ) as file,
                ):
                    tree = file.tree()
            except (CorruptFileError, OSError) as error:
                why = error.why if isinstance(error, CorruptFileError) else f"{error}."
                self._builder.note(
                    f"The weights in {shown(name, 60)} cannot be read: {why} "
                    "The layers are shown without numbers."
                )
                continue
            for oddity in tree.notes:
                self._builder.note(oddity)
            yield tree

    def _weight_members(self) -> list[str]:
        if WEIGHTS in self._archive:
            return [WEIGHTS]
        if SHARDS in self._archive:
            return self._shards()
        builder = self._builder
        if NPZ in self._archive:
            builder.note(
                f"The weights lie in {NPZ}, which holds Python objects (pickle) and is "
                "not opened; the layers are shown without numbers."
            )
        else:
            builder.note(
                f"The archive has no weights ({WEIGHTS} is missing); the layers are "
                "shown without numbers."
            )
        return []

    def _shards(self) -> list[str]:
        """Return the members that the map of a sharded weights file names."""
        found = self._json(SHARDS)
        places = found.get("weight_map") if isinstance(found, dict) else None
        named: dict[str, None] = {}
        for value in places.values() if isinstance(places, dict) else ():
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str):
                    named[name] = None
        missing = [name for name in named if name not in self._archive]
        if missing or not named:
            what = shown(missing[0], 80) if missing else "any part"
            self._builder.note(
                f"The weights are split into parts, and the archive lacks {what}."
            )
        return [name for name in named if name in self._archive]

    @contextmanager
    def _opened(self, name: str) -> "Iterator[_Part]":
        member = self._archive.members[name]
        if member.method == STORED:
            start = self._archive.place(name)
            yield _Part(self._archive.stream, start, member.stored, True)
            return
        self._builder.note(
            f"{shown(name, 60)} is compressed in the archive, so its numbers are "
            "unpacked when they are looked at.",
            severity=Severity.INFO,
        )
        budget = self._source.limits.inflate_ratio * member.stored + MIB
        with tempfile.TemporaryFile(buffering=0) as scratch:
            self._archive.pump(name, budget, scratch.write)
            yield _Part(scratch, 0, member.size, False)


@dataclass(frozen=True, slots=True)
class _Part:
    """Where an HDF5 file lies in an open file."""

    stream: IO[bytes]
    start: int
    size: int
    plain: bool


def _joined(trees: list[Tree]) -> Tree:
    whole = Tree()
    for tree in trees:
        whole.tensors |= tree.tensors
        whole.names |= tree.names
    return whole


FORMATS.add(
    Format(
        id="keras_archive",
        title="Keras archive (.keras)",
        recognises=recognises,
        read=read,
        read_tensor=read_tensor,
    )
)
