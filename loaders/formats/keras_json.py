"""Keras descriptions as JSON text, with their weights in a file beside them or none.

``model.to_json()`` of Keras 1 to 3, and the ``model.json`` of TensorFlow.js, which
holds the same description. Weights are looked for beside the file by name; whoever
opens it may also name a file.
"""

import os
import re
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from loaders.formats import FORMATS, Format, Progress, Source
from loaders.formats._hdf5 import Hdf5File, open_hdf5
from loaders.formats._hdf5_read import read_tensor
from loaders.formats._hdf5_window import find_signature
from loaders.formats._json import read_json
from loaders.formats._keras_config import build
from loaders.formats._keras_layer import KerasLayer, KerasVersion
from loaders.formats._keras_legacy import map_groups, read_groups
from loaders.formats._keras_paths import map_paths
from loaders.formats._keras_versions import set_producer
from loaders.formats._keras_weights import Mapped, attach_weights, frozen_nodes
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model, Note, Severity
from loaders.ir.tensors import ModelFile
from loaders.ir.text import count_of, shown
from loaders.kinds._infer import infer

BESIDE = (
    ".weights.h5",
    "_weights.h5",
    "_weights.hdf5",
    "-weights.h5",
    ".h5",
    ".hdf5",
    ".keras.h5",
)
"""Endings of weights files, put after the description's own name, first choice first.
Files that can only hold weights come before those that may be another model."""

_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|[\[\]{}:]', re.DOTALL)


def recognises(source: Source) -> bool:
    """Whether it is a JSON object whose first keys are those of a description."""
    if source.is_folder:
        return False
    head = source.head.removeprefix(_BOM).lstrip()
    if not head.startswith(b"{"):
        return False
    keys = first_keys(head)
    if b"modelTopology" in keys:
        return b"graph-model" not in head
    return b"class_name" in keys and (b"config" in keys or source.size > len(head))


def first_keys(text: bytes) -> set[bytes]:
    """Return the keys of the outermost object that show in the start of a JSON text."""
    keys: set[bytes] = set()
    depth = 0
    last: bytes | None = None
    for token in _TOKEN.finditer(text):
        match token[0]:
            case b"{" | b"[":
                depth += 1
            case b"}" | b"]":
                depth -= 1
            case b":":
                if depth == 1 and last is not None:
                    keys.add(last)
            case _ if depth == 1:
                last = token[1]
    return keys


def read(source: Source, progress: Progress) -> Model:
    """Read a description and the weights beside it; see ``Format.read``."""
    builder = ModelBuilder(source.path, "Keras description (JSON)")
    with source.real.open("rb") as stream:
        data = stream.read(source.limits.text_bytes + 1)
    found = read_json(data, source.path.name, source.path, source.limits, builder.note)
    config, text = _description(builder, found)
    version = KerasVersion.parse(text)
    set_producer(builder, version)
    if version.major:
        builder.format = f"Keras {version.major} description (JSON)"
    if isinstance(config, dict):
        builder.fact("File", "Backend", config.get("backend"))
    root = build(builder, config, version, progress, source.limits, source.folding)
    place = _weights(source, builder)
    if place is None:
        return infer(builder.freeze(), frozen_nodes(root))
    return _with_weights(source, builder, root, place, progress)


def _description(builder: ModelBuilder, found: Any) -> tuple[Any, Any]:
    """Return the description inside the JSON and the version that it gives."""
    match found:
        case {"modelTopology": dict() as topology}:
            builder.format = "TensorFlow.js layers model (JSON)"
            _note_manifest(builder, found.get("weightsManifest"))
            inner = topology.get("model_config", topology)
            text = topology.get("keras_version")
            training = topology.get("training_config")
            if isinstance(inner, dict) and isinstance(training, dict):
                inner = {"compile_config": training, **inner}
            return inner, text
        case dict():
            return found, found.get("keras_version")
        case _:
            return found, None


def _note_manifest(builder: ModelBuilder, manifest: Any) -> None:
    paths: list[str] = []
    for group in manifest if isinstance(manifest, list) else ():
        named = group.get("paths") if isinstance(group, dict) else None
        paths += [path for path in named or () if isinstance(path, str)]
    if paths:
        others = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        builder.note(
            "The file names its weights in files outside it, which are not read: "
            f"{shown(paths[0], 120)}{others}."
        )


def _weights(source: Source, builder: ModelBuilder) -> Path | None:
    """Return the weights file to read: the chosen one, else one found by name.

    Only a regular file with a single link in the real folder of the description is
    taken, so that neither links nor devices are followed on the word of a name.
    """
    if source.weights is not None:
        return source.weights
    stem = source.real.stem
    for ending in BESIDE:
        path = source.real.parent / f"{stem}{ending}"
        try:
            status = path.lstat()
        except (OSError, ValueError):
            continue  # there is none of this name
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            return path
        builder.note(
            f"{shown(path.name)} beside the file is a link or no regular file, so it "
            "is not read as its weights."
        )
    builder.note(
        "The file describes the layers without their weights. Weights in a file called "
        f"{shown(stem, 60)}.weights.h5 or {shown(stem, 60)}.h5 beside it are found.",
        severity=Severity.INFO,
    )
    return None


def _with_weights(
    source: Source,
    builder: ModelBuilder,
    root: KerasLayer,
    place: Path,
    progress: Progress,
) -> Model:
    """Return the model with weights, or without and a note why."""
    name = shown(place.name)
    model = mapped = None
    try:
        with ExitStack() as stack:
            stream, status = _opened(stack, place, source.weights is not None)
            if find_signature(stream, status.st_size) is None:
                raise InspectorError("It is not an HDF5 file.")
            builder.file(ModelFile.of(place, status))
            file = stack.enter_context(
                open_hdf5(place, stream, 0, status.st_size, limits=source.limits)
            )
            progress("Listing the weights", 0, 0)
            model = infer(builder.freeze(), frozen_nodes(root))
            mapped = _mapped(file, root, model)
    except InspectorError as error:
        builder.note(f"The weights in {name} cannot be read. {error}")
    except OSError as error:
        builder.note(
            f"The weights in {name} cannot be read: {error.strerror or error}."
        )
    if model is None or mapped is None:
        return infer(builder.freeze(), frozen_nodes(root))
    count = sum(map(len, mapped.claims.values()))
    chosen = "chosen" if source.weights is not None else "found beside the file"
    mapped.notes.append(
        Note(
            message=f"The weights come from {name}, {chosen}: "
            f"{count_of(count, 'array')}.",
            severity=Severity.INFO,
        )
    )
    return attach_weights(model, mapped)


def _opened(
    stack: ExitStack, place: Path, chosen: bool
) -> tuple[BinaryIO, os.stat_result]:
    """Open a weights file and check again that it is what its name promised."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    if not chosen:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(place, flags)
    stream = stack.enter_context(os.fdopen(descriptor, "rb", buffering=0))
    status = os.fstat(stream.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise InspectorError("It is not a regular file.")
    if not chosen and status.st_nlink != 1:
        raise InspectorError(f"It has {status.st_nlink:,} links.")
    return stream, status


def _mapped(file: Hdf5File, root: KerasLayer, model: Model) -> Mapped:
    """Return which arrays are for which layer, in either layout of Keras."""
    tree = file.tree()
    top = "model_weights" if file.has("model_weights", "layer_names") else ""
    if top or file.texts("", "layer_names") is not None:
        groups, loose, notes = read_groups(file, tree, top)
        mapped = map_groups(root, model, groups, loose)
        mapped.notes += notes
    else:
        mapped = map_paths(root, tree)
    mapped.notes += [Note(message=oddity) for oddity in tree.notes]
    return mapped


FORMATS.add(
    Format(
        id="keras_json",
        title="Keras description (.json)",
        recognises=recognises,
        read=read,
        read_tensor=read_tensor,
    )
)
