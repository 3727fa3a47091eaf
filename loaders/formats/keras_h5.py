"""Whole models in HDF5 (``.h5``, ``.hdf5``), by Keras 1.1 to 3.

The root group has the description as the attribute ``model_config``; the weights lie
in ``model_weights``, one group per top-level layer.
"""

from typing import Any

from loaders.formats import FORMATS, Format, Progress, Source
from loaders.formats._hdf5 import Hdf5File
from loaders.formats._hdf5_read import read_tensor
from loaders.formats._json import read_json
from loaders.formats._keras_config import build
from loaders.formats._keras_facts import describe_training
from loaders.formats._keras_hdf5 import CONFIG, WEIGHTS, has_description, opened
from loaders.formats._keras_layer import KerasVersion
from loaders.formats._keras_legacy import map_groups, read_groups
from loaders.formats._keras_versions import set_producer
from loaders.formats._keras_weights import attach_weights, frozen_nodes
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import CorruptFileError
from loaders.ir.graph import Model
from loaders.kinds._infer import infer


def recognises(source: Source) -> bool:
    """Whether it is HDF5 with a description, or too damaged to tell."""
    return has_description(source) is not False


def read(source: Source, progress: Progress) -> Model:
    """Read a model in HDF5; see ``Format.read``."""
    builder = ModelBuilder(source.path, "Keras HDF5")
    with opened(source, builder) as file:
        return _read(source, builder, file, progress)


def _read(
    source: Source, builder: ModelBuilder, file: Hdf5File, progress: Progress
) -> Model:
    config = _description(source, builder, file)
    version = _version(builder, file)
    builder.fact("File", "Backend", file.word("", "backend"))
    root = build(builder, config, version, progress, source.limits, source.folding)
    describe_training(builder, _json(source, builder, file, "training_config"))
    progress("Listing the weights", 0, 0)
    tree = file.tree()
    for oddity in tree.notes:
        builder.note(oddity)
    top = WEIGHTS if WEIGHTS in tree.groups else ""
    groups, loose, notes = read_groups(file, tree, top)
    builder.notes += notes
    progress("Reading the shapes", 0, 0)
    model = infer(builder.freeze(), frozen_nodes(root))
    return attach_weights(model, map_groups(root, model, groups, loose))


def _description(
    source: Source, builder: ModelBuilder, file: Hdf5File
) -> dict[str, Any]:
    config = _json(source, builder, file, CONFIG)
    if not isinstance(config, dict):
        raise CorruptFileError(
            source.path, f"Its {CONFIG} is no JSON object, so no layer can be read."
        )
    return config


def _json(source: Source, builder: ModelBuilder, file: Hdf5File, name: str) -> Any:
    text = file.text("", name)
    if text is None:
        return None
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return read_json(data, name, source.path, source.limits, builder.note)


def _version(builder: ModelBuilder, file: Hdf5File) -> KerasVersion:
    text = file.word("", "keras_version") or file.word(WEIGHTS, "keras_version")
    version = KerasVersion.parse(text)
    set_producer(builder, version)
    if version.major:
        builder.format = f"Keras {version.major} HDF5"
    elif text is None:
        builder.fact("File", "Keras version", "not given, as by Keras 1.1 and older")
    return version


FORMATS.add(
    Format(
        id="keras_h5",
        title="Keras model in HDF5 (.h5, .hdf5)",
        recognises=recognises,
        read=read,
        read_tensor=read_tensor,
    )
)
