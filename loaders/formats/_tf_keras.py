"""The Keras layers of a SavedModel, where the folder tells them.

Keras 2 writes a JSON description of the model and of every layer: into the object graph
(to TF 2.4) or into ``keras_metadata.pb`` (later). The root of the object graph leads to
the layers by position, and each layer to its variables in the framework's order.
"""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from loaders.formats import Progress, open_source
from loaders.formats._json import read_json
from loaders.formats._keras_config import build
from loaders.formats._keras_layer import KerasLayer, KerasVersion
from loaders.formats._keras_legacy import Group, map_groups, plain_name, role_of
from loaders.formats._keras_pairing import Stored
from loaders.formats._keras_weights import (
    attach_weights,
    frozen_nodes,
)
from loaders.formats._open_file import OpenFile
from loaders.formats._protobuf import WireError
from loaders.formats._tf_messages import MetaGraph
from loaders.formats._tf_meta_graph import keras_metadata
from loaders.formats._tf_variables import Variables
from loaders.formats._tf_words import whole_number
from loaders.ir.builder import ModelBuilder, unknown_axes
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model, Shape
from loaders.ir.tensors import absent_tensor
from loaders.kinds._infer import infer
from loaders.limits import Limits

METADATA_FILE = "keras_metadata.pb"


def read_keras(
    builder: ModelBuilder,
    folder: Path,
    meta: MetaGraph,
    variables: Variables,
    limits: Limits,
    progress: Progress,
) -> Model | None:
    """Return the model as Keras layers; ``None`` if the folder does not tell them.

    Raises:
        InspectorError: the description is there but is not one of a model.
    """
    described = _descriptions(builder, folder, meta, limits)
    root = _description(builder, described.get(0, ""), limits)
    config = root.get("model_config", root)
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        return None
    if not config["config"].get("layers"):
        return None  # a subclassed model: its operations say more
    version = KerasVersion.parse(root.get("keras_version"))
    training = root.get("training_config")
    if isinstance(training, dict):
        config = {**config, "compile_config": training}
    builder.format = "TensorFlow SavedModel with Keras layers"
    if version.text:
        builder.producer = f"Keras {version.text}, {builder.producer}"
    tree = build(builder, config, version, progress, limits)
    layers = _layers(builder, meta, described, limits)
    _declare_shapes(builder, meta, tree, layers)
    groups = _groups(meta, layers, variables)
    model = infer(builder.freeze(), frozen_nodes(tree))
    model = attach_weights(model, map_groups(tree, model, groups, []))
    variables.list_unused("Variables that belong to no layer")
    return _with_others(model, builder)


def _with_others(model: Model, builder: ModelBuilder) -> Model:
    """Add what was listed after the builder was frozen."""
    listed = {group.title for group in model.others}
    fresh = [group for group in builder.others if group.title not in listed]
    return replace(model, others=(*model.others, *fresh))


def _descriptions(
    builder: ModelBuilder, folder: Path, meta: MetaGraph, limits: Limits
) -> dict[int, str]:
    """Return the JSON text of each Keras object by its number."""
    file = folder / METADATA_FILE
    if file.exists():
        try:
            with OpenFile(open_source(file, limits)) as opened:
                found = keras_metadata(opened.contents(), limits)
        except (WireError, InspectorError) as error:
            builder.note(f"{METADATA_FILE} cannot be read: {error}.")
        else:
            return {
                number: text
                for number, (identifier, text) in found.items()
                if identifier.startswith("_tf_keras")
            }
    return {
        number: one.metadata
        for number, one in enumerate(meta.objects)
        if one.identifier.startswith("_tf_keras") and one.metadata
    }


def _description(builder: ModelBuilder, text: str, limits: Limits) -> dict[str, Any]:
    if not text:
        return {}
    data = text.encode("utf-8", "surrogatepass")
    found = _plain(read_json(data, "the Keras metadata", builder.path, limits))
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    """Return JSON with Keras' written-out tuples and shapes as plain lists.

    ``{"class_name": "__tuple__", "items": [1, 2]}`` is ``[1, 2]``. The depth is that of
    the JSON text, which has a limit.
    """
    match value:
        case {"class_name": "__tuple__" | "TensorShape", "items": list(items)}:
            return [_plain(item) for item in items]
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value


def _layers(
    builder: ModelBuilder, meta: MetaGraph, described: dict[int, str], limits: Limits
) -> dict[int, str]:
    """Return the names of the top-level layers by the numbers of their objects."""
    found: dict[int, str] = {}
    for name, number in meta.objects[0].children if meta.objects else ():
        if name.startswith("layer-") and number not in found:
            layer = _description(builder, described.get(number, ""), limits).get("name")
            if isinstance(layer, str) and 0 <= number < len(meta.objects):
                found[number] = layer
    return found


def _declare_shapes(
    builder: ModelBuilder, meta: MetaGraph, tree: KerasLayer, layers: dict[int, str]
) -> None:
    """Give custom layers the output shapes that their traced calls returned."""
    graph = builder.graphs[""]
    by_name = {layer.name: layer for layer in tree.layers}
    for number, name in layers.items():
        layer = by_name.get(name)
        shapes = _traced_shapes(meta, number)
        if layer is None or layer.kind != "unknown" or len(layer.nodes) != 1:
            continue
        outputs = graph.nodes[layer.nodes[0]].outputs
        for id, shape in zip(outputs, shapes, strict=False):
            value = graph.values[id]
            if value.shape is None and shape is not None:
                axes = unknown_axes(len(shape))
                graph.add_value(replace(value, shape=shape, axes=axes))


def _traced_shapes(meta: MetaGraph, number: int) -> list[Shape | None]:
    for name, at in meta.objects[number].children:
        if name == "__call__" and 0 <= at < len(meta.objects):
            for function in meta.objects[at].functions:
                if meta.results.get(function):
                    return meta.results[function]
    return []


def _groups(
    meta: MetaGraph, layers: dict[int, str], variables: Variables
) -> list[Group]:
    """Return the variables of each top-level layer in the framework's order."""
    return [
        Group(
            layer,
            [
                Stored(
                    one,
                    variables.tensor(one) or absent_tensor(*_declared(meta, one)),
                    role_of(one, layer),
                    fallback=plain_name(one),
                )
                for one in _variables_of(meta, number)
            ],
        )
        for number, layer in layers.items()
    ]


def _variables_of(meta: MetaGraph, number: int) -> list[str]:
    """Return the names of a layer's variables, in its own order."""
    if not 0 <= number < len(meta.objects):
        return []
    lists = [at for name, at in meta.objects[number].children if name == "variables"]
    if not lists or not 0 <= lists[0] < len(meta.objects):
        return []
    places = {
        order: at
        for name, at in meta.objects[lists[0]].children
        if (order := whole_number(name)) is not None and 0 <= at < len(meta.objects)
    }
    names = [meta.objects[places[order]].variable for order in sorted(places)]
    return [name for name in names if name]


def _declared(meta: MetaGraph, name: str) -> tuple[tuple[int, ...], str]:
    for one in meta.objects:
        if one.variable == name:
            shape = tuple(n if isinstance(n, int) else -1 for n in one.shape or ())
            return shape, one.dtype or "float32"
    return (), "float32"
