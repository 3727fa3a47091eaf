"""Keras' JSON description of a model -> a graph.

``build`` is the way in for every container that holds such a description: ``.keras``
archives, HDF5 files, JSON files, SavedModel metadata. It reads the tree of layers
(``_keras_layer``), works out how their calls hang together (``_keras_wiring``,
``_keras_calls``) and draws them (``_keras_emit``).
"""

from typing import Any

from loaders.formats import Progress, no_progress
from loaders.formats._keras_emit import Emitter
from loaders.formats._keras_facts import describe_model, describe_training
from loaders.formats._keras_layer import (
    Arrangement,
    KerasLayer,
    KerasVersion,
    read_layers,
)
from loaders.formats._keras_notices import Notices
from loaders.formats._keras_weights import layers_of
from loaders.formats._keras_wiring import Wirings
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import CorruptFileError
from loaders.ir.folding import FOLDED, Folding
from loaders.ir.graph import Severity
from loaders.ir.text import shown
from loaders.limits import LIMITS, Limits

_NEWEST = 3
"""The newest major version of Keras whose spelling is known here."""


def build(
    builder: ModelBuilder,
    config: Any,
    version: KerasVersion,
    progress: Progress = no_progress,
    limits: Limits = LIMITS,
    folding: Folding = FOLDED,
) -> KerasLayer:
    """Add the model that a Keras description tells to a builder.

    Makes the main graph, one body graph per call of a nested model (its id is that of
    the calling node), notes about what is odd or unsafe, and facts. Shapes are only
    what the file declares; ``infer`` finds the rest.

    Args:
        builder: A fresh one; its path is named in messages.
        config: The parsed JSON, at most 200 levels deep:
            ``{"class_name": ..., "config": ...}``.
        version: Which Keras wrote it; guessed from spellings if unknown.
        progress: Is told how many layers are done.
        limits: What the file may ask for.
        folding: What to show with the layers that use it.

    Returns:
        The root of the tree of layers, for finding their weights.

    Raises:
        CorruptFileError: the description is not one of a model.
        LimitError: it has more layers or connections than any real model.
    """
    if not isinstance(config, dict):
        kind = "a list" if isinstance(config, list) else f"a {type(config).__name__}"
        raise CorruptFileError(
            builder.path,
            f"The model's description (config.json) is {kind}, not an object with "
            "class_name and config.",
        )
    version = _known_version(builder, config, version)
    notices = Notices()
    root = read_layers(config, builder.path, version, limits, notices)
    if not root.is_model:
        _tell_untold(notices, root)
    _tell_half_frozen(notices, root, version)
    wirings = Wirings(notices, folds_masks=folding.masks)
    Emitter(builder, version, wirings, notices, limits, progress).main(root)
    notices.tell(builder)
    _tell_open_input(builder, root)
    describe_model(builder, root)
    training = config.get("compile_config")
    if training is None and "optimizer" in config:
        training = config  # Keras 1 writes these beside the description
    describe_training(builder, training)
    return root


def _known_version(
    builder: ModelBuilder, config: Any, version: KerasVersion
) -> KerasVersion:
    if version.major > _NEWEST:
        builder.note(
            f"The file was written by Keras {shown(version.text, 40)}, a version newer "
            f"than the {_NEWEST} that this program knows; new layers stay unknown."
        )
        return version
    if version.major:
        return version
    guessed = KerasVersion.guess(config)
    if version.text:
        builder.note(
            f"The file's metadata says “{shown(version.text, 60)}” where the version "
            f"of Keras belongs; it is read as Keras {guessed.major}."
        )
    return KerasVersion(guessed.major, version.text)


def _tell_open_input(builder: ModelBuilder, root: KerasLayer) -> None:
    """Say why no shape is known in a chain that was never built."""
    main = builder.graphs[""]
    if root.arrangement is not Arrangement.CHAIN or not main.inputs:
        return
    if main.values[main.inputs[0]].shape is None:
        builder.note(
            "The file does not say which shape the model takes, so shapes and sizes "
            "that depend on it are unknown.",
            severity=Severity.INFO,
        )


def _tell_half_frozen(
    notices: Notices, root: KerasLayer, version: KerasVersion
) -> None:
    """Say where the mark of a frozen layer does nothing once the file is loaded."""
    for layer in layers_of(root):
        if layer is root or layer.config.get("trainable") is not False:
            continue
        inside = [*layer.layers, *layer.children.values()]
        free = any(one.config.get("trainable") is True for one in inside)
        anew = not inside and layer.trainable
        if (layer.is_model or version.major >= 3) and (free or anew):
            notices.add(
                "Marked as frozen in the file, yet with parts that Keras trains once "
                "it has loaded it, so they count as trained: {who}.",
                layer.label,
                severity=Severity.INFO,
            )


def _tell_untold(notices: Notices, root: KerasLayer) -> None:
    if root.class_name == "Graph":
        notices.add(
            "This is a Graph model of Keras 0 or 1: its layers are listed, their "
            "connections are not read: {who}.",
            root.label,
        )
    elif root.kind != "unknown":
        notices.add(
            "The file describes a single layer, not a model: {who}.", root.label
        )
    elif root.arrangement is not Arrangement.NONE:
        notices.add(
            "The file does not say how the layers of this model are connected: {who}.",
            root.label,
        )
    else:
        notices.add(
            "A subclassed model: its layers are made by Python code, so the file does "
            "not say how they are connected: {who}.",
            root.label,
        )
