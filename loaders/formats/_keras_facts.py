"""Rows of the model panel that a Keras description gives."""

import json
from collections.abc import Iterator
from typing import Any

from loaders.formats._keras_calls import shape_of
from loaders.formats._keras_layer import KerasLayer
from loaders.formats._keras_notices import Notices, check_settings
from loaders.ir.builder import ModelBuilder
from loaders.ir.text import count_of, shape_text, shown

_TRAINING = ("optimizer", "optimizer_config", "loss", "loss_weights", "metrics")
_LATER = ("weighted_metrics", "sample_weight_mode", "run_eagerly", "jit_compile")


def describe_model(builder: ModelBuilder, root: KerasLayer) -> None:
    """Tell the model panel what the model is."""
    builder.fact("Model", "Class", shown(root.class_name))
    builder.fact("Model", "Name", shown(root.name))
    if root.registered and root.registered != root.class_name:
        builder.fact("Model", "Registered as", shown(root.registered))
    built = shape_of((root.build_config or {}).get("input_shape"))
    if built is not None:
        builder.fact("Model", "Built for", shape_text(built))
    counts: dict[str, int] = {}
    for layer in _layers(root):
        name = policy(layer.config.get("dtype"))
        if name and layer.class_name != "InputLayer":
            counts[name] = counts.get(name, 0) + 1
    if len(counts) == 1:
        builder.fact("Model", "Precision", next(iter(counts)))
    elif counts:
        told = ", ".join(f"{n}: {count_of(c, 'layer')}" for n, c in counts.items())
        builder.fact("Model", "Precision", told)


def _layers(root: KerasLayer) -> Iterator[KerasLayer]:
    waiting, seen = [root], {id(root)}
    while waiting:
        layer = waiting.pop()
        if not layer.is_model and not layer.is_op:
            yield layer
        fresh = [
            one
            for one in (*layer.layers, *layer.children.values())
            if id(one) not in seen
        ]
        seen.update(map(id, fresh))
        waiting.extend(fresh)


def policy(value: Any) -> str:
    """Return the name of a dtype policy in any spelling, empty if there is none."""
    match value:
        case str():
            return shown(value, 60)
        case {"config": {"name": str() as name}}:
            return shown(name, 60)
        case {"class_name": str() as name}:
            return shown(name, 60)
        case _:
            return ""


def describe_training(builder: ModelBuilder, training: Any) -> None:
    """Tell the model panel how the model was trained.

    Args:
        builder: Where to.
        training: ``compile_config`` of a ``.keras``, ``training_config`` of an HDF5
            file; nothing is told of anything but an object.
    """
    if not isinstance(training, dict):
        return
    for key in (*_TRAINING, *_LATER):
        value = training.get(key)
        name = key.removesuffix("_config").replace("_", " ").capitalize()
        if value in (None, [], {}, False, ""):
            continue
        match value:
            case {"class_name": str() as made, "config": dict() as config}:
                builder.fact("Training", name, _object_text(made, config))
            case str():
                builder.fact("Training", name, shown(value))
            case _:
                builder.fact("Training", name, _plain(value))
    notices = Notices()
    who = "optimizer, loss or metrics"
    check_settings(notices, who, "", training, "", subject="The way it was trained")
    notices.tell(builder)


def _object_text(name: str, config: dict[str, Any]) -> str:
    settings = ", ".join(
        f"{key} {_plain(value)}"
        for key, value in config.items()
        if key != "name" and value not in (None, [], {}) and not isinstance(value, bool)
    )
    return f"{name.rpartition('>')[2]} ({settings})" if settings else name


def _plain(value: Any) -> str:
    match value:
        case float():
            return f"{value:.6g}"
        case str():
            return shown(value, 60)
        case {"class_name": str() as name}:
            return shown(name, 60)
        case list() if len(value) <= 20:
            return ", ".join(_plain(one) for one in value)
        case _:
            return shown(json.dumps(value), 300)
