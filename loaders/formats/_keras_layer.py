"""What a Keras description says of one layer, before anyone calls it.

A description is a tree: models hold layers, wrappers hold the layer that they wrap.
``read_layers`` walks it once, without recursion, and makes one ``KerasLayer`` per layer
object. Nothing named in it is imported; a class is known only if its module is in a
fixed table.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from loaders.formats._keras_known import is_known, within
from loaders.formats._keras_notices import Notices
from loaders.ir.errors import CorruptFileError, LimitError
from loaders.ir.text import shown
from loaders.kinds import find_kind
from loaders.limits import Limits


class Arrangement(StrEnum):
    """How the members of a layer hang together."""

    NONE = "none"
    """It has none: an ordinary layer."""
    CHAIN = "chain"
    """One after another: ``Sequential``."""
    GRAPH = "graph"
    """As the calls of each say: ``Functional``, ``Model`` of Keras 1 and 2."""
    BRANCHES = "branches"
    """Side by side into one: ``Merge`` of Keras 1 with layers of its own."""
    UNTOLD = "untold"
    """The file does not say: a subclassed model, ``Graph`` of Keras 0."""


@dataclass(frozen=True, slots=True)
class KerasVersion:
    """Which Keras wrote a file.

    Attributes:
        major: 1, 2 or 3; larger for a Keras that does not exist yet; 0 if unknown.
        text: As the file has it; empty if it does not say.
    """

    major: int = 0
    text: str = ""

    @classmethod
    def parse(cls, text: object) -> "KerasVersion":
        """Read ``1.2.2``, ``2.2.4-tf``, ``3.15.1``; anything else has major 0."""
        if not isinstance(text, str):
            return cls(0, "" if text is None else f"{type(text).__name__} value")
        found = re.match(r"(\d{1,4})(?:\.|$)", text)
        return cls(int(found[1]) if found else 0, text)

    @classmethod
    def guess(cls, config: object) -> "KerasVersion":
        """Tell from spellings which Keras wrote a description without a version."""
        modern = legacy = 0
        waiting: list[Any] = [config]
        for _ in range(20_000):
            if not waiting:
                break
            match waiting.pop():
                case dict() as one:
                    modern += "registered_name" in one or "keras_history" in one
                    legacy += "nb_filter" in one or "init" in one
                    waiting.extend(one.values())
                case list() as many:
                    waiting.extend(many)
        return cls(3 if modern else 1 if legacy else 2)


@dataclass(slots=True, eq=False)
class KerasLayer:
    """One layer object; a model or a wrapper holds others.

    Attributes:
        class_name: Without a package: ``QDense`` for ``qkeras>QDense``.
        name: As the file has it, however odd; show it through ``shown``.
        module: As the file has it; empty before Keras 3.
        registered: The registered name with its package, else empty.
        config: The settings as the file has them.
        trainable: Whether training changes the weights that are its own, as Keras has
            it once the file is loaded: see ``_Reader._trainable``.
        nodes: Ids of the nodes that call it, the first call first. What is wrapped
            shares the list of its wrapper.
        layers: The members of a model in file order, ``keras.ops`` nodes included. An
            object that the file shares between models is in each of them.
        children: What is wrapped: ``layer``, ``forward_layer``, ``backward_layer``,
            ``cell``, ``cells/0`` ...
        kind: Id of the ``LayerKind``; ``model`` for models, ``unknown`` if none.
        build_config: What Keras 3 says of the shapes it was built with.
        is_op: A ``keras.ops`` call, which Keras does not count as a layer.
        arrangement: How ``layers`` hang together.
        inbound: The ``inbound_nodes`` as the file has them.
        known: Whether its class is the framework's own (or QKeras', HGQ's).
    """

    class_name: str
    name: str
    module: str = ""
    registered: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    trainable: bool = True
    nodes: list[str] = field(default_factory=list)
    layers: list["KerasLayer"] = field(default_factory=list)
    children: dict[str, "KerasLayer"] = field(default_factory=dict)
    kind: str = "unknown"
    build_config: dict[str, Any] | None = None
    is_op: bool = False
    arrangement: Arrangement = Arrangement.NONE
    inbound: Any = None
    known: bool = True

    @property
    def is_model(self) -> bool:
        """Whether it is a model whose layers can be drawn."""
        return self.arrangement in (Arrangement.CHAIN, Arrangement.GRAPH)

    @property
    def label(self) -> str:
        """Name and class for a message, made safe to show."""
        return f"{shown(self.name, 60)} ({shown(self.class_name, 60)})"


_MADE_ANEW = frozenset(
    {"MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"}
    | {"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"}
)
_OPS = ("keras.src.ops", "keras.ops")
_WRAPPED = ("layer", "backward_layer", "cell")
_MODEL_CLASSES = frozenset(
    {"Sequential", "Functional", "Model", "Container", "Network"}
)


def is_entry(value: object) -> bool:
    """Whether something looks like a serialized object."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("class_name"), str)
        and "config" in value
    )


class _Reader:
    def __init__(
        self, path: Path, version: KerasVersion, limits: Limits, notices: Notices
    ) -> None:
        self._path, self._limits, self._notices = path, limits, notices
        self._modern = version.major >= 3
        self._count = 0
        self._shared: dict[tuple[str, int], KerasLayer] = {}
        self._waiting: list[tuple[KerasLayer, Any]] = []
        self._root: KerasLayer | None = None

    def read(self, entry: dict[str, Any]) -> KerasLayer:
        self._root = root = self._make(entry, 0, None)
        while self._waiting:
            layer, config = self._waiting.pop()
            self._members(layer, config)
            if not layer.is_model:
                self._wrapped(layer)
        return root

    def _make(self, entry: Any, position: int, parent: KerasLayer | None) -> KerasLayer:
        if not isinstance(entry, dict):
            self._notices.odd_entry(f"entry {position:,} is {_what(entry)}")
            entry = {}
        shared = self._already(entry)
        if shared is not None:
            return shared
        raw = entry.get("class_name")
        config = entry.get("config")
        if not isinstance(raw, str):
            self._notices.odd_entry(f"entry {position:,} has no class name")
        spelled = raw if isinstance(raw, str) else "?"
        package, _, class_name = spelled.rpartition(">")
        registered = _text(entry.get("registered_name"))
        if package and ">" not in registered:
            registered = spelled
        layer = KerasLayer(
            class_name=class_name or spelled,
            name=_name(entry, config, class_name or spelled, position),
            module=_text(entry.get("module")),
            registered=registered,
            config=config if isinstance(config, dict) else {},
            inbound=entry.get("inbound_nodes"),
        )
        if not isinstance(config, dict | list) and raw is not None:
            self._notices.odd_entry(f"{layer.label} has {_what(config)} as its config")
        build = entry.get("build_config")
        layer.build_config = build if isinstance(build, dict) else None
        layer.is_op = _is_operation(layer)
        layer.known = is_known(layer.module, registered)
        layer.arrangement = _arrangement(layer, config)
        layer.trainable = self._trainable(layer, parent)
        layer.kind = self._kind(layer)
        self._remember(entry, layer)
        self._waiting.append((layer, config))
        return layer

    def _trainable(self, layer: KerasLayer, parent: KerasLayer | None) -> bool:
        """Say whether a layer's own weights are trained once the file is loaded.

        Freezing a model in Python freezes its layers, and the file has that; the flag
        that the model itself has in the file does nothing when it is loaded. Only a
        Functional model at the top keeps it, in Keras 3. In Keras 1 and 2 a frozen
        wrapper freezes what it wraps; in Keras 3 each layer answers for itself, and
        layers whose parts the file does not describe make these anew, not frozen.
        """
        flag = layer.config.get("trainable") is not False
        if parent is None:
            kept = not layer.is_model or layer.arrangement is Arrangement.GRAPH
            return flag or not (self._modern and kept)
        above = parent
        if self._modern and self._root is not None:
            above = self._root
        if layer.is_model or (self._modern and layer.class_name in _MADE_ANEW):
            return above.trainable
        return flag and above.trainable

    def _kind(self, layer: KerasLayer) -> str:
        if layer.is_model:
            return "model"
        if not layer.known:
            return "unknown"
        name = layer.class_name
        found = (
            find_kind("keras.ops", name.lower())
            if layer.is_op
            else find_kind("keras", name)
        )
        return found[0].id if found else "unknown"

    def _already(self, entry: dict[str, Any]) -> KerasLayer | None:
        """Return the layer that the file says is the very same object."""
        number = entry.get("shared_object_id")
        if isinstance(number, int) and isinstance(entry.get("class_name"), str):
            found = self._shared.get((entry["class_name"], number))
            # The calls are told where the object is a member; sharing within one
            # model is told by its calls instead.
            if found is not None and entry.get("inbound_nodes") in (None, []):
                return found
        return None

    def _remember(self, entry: dict[str, Any], layer: KerasLayer) -> None:
        number = entry.get("shared_object_id")
        if isinstance(number, int):
            self._shared.setdefault((str(entry.get("class_name")), number), layer)

    def _members(self, layer: KerasLayer, config: Any) -> None:
        entries: Any = []
        if layer.arrangement is not Arrangement.NONE:
            entries = config if isinstance(config, list) else config.get("layers")
        if layer.class_name == "Graph" and isinstance(layer.config.get("nodes"), dict):
            entries = [
                {**entry, "name": name}
                for name, entry in layer.config["nodes"].items()
                if isinstance(entry, dict)
            ]
        if not isinstance(entries, list) or not entries:
            return
        self._count += len(entries)
        if self._count > self._limits.nodes:
            raise LimitError(
                self._path,
                "many layers",
                f"at least {self._count:,}",
                f"{self._limits.nodes:,}",
            )
        layer.layers = [
            self._make(entry, position, layer) for position, entry in enumerate(entries)
        ]

    def _wrapped(self, layer: KerasLayer) -> None:
        config = layer.config
        for key, value in config.items():
            match value:
                case dict() if is_entry(value) and (
                    key in _WRAPPED or _is_layer(value)
                ):
                    self._wrap(layer, key, value)
                case list() if len(value) <= 256 and key != "inbound_nodes":
                    if layer.arrangement is not Arrangement.NONE and key == "layers":
                        continue
                    for index, one in enumerate(value):
                        if is_entry(one) and (key == "cells" or _is_layer(one)):
                            self._wrap(layer, f"{key}/{index}", one)
        if layer.class_name in ("Bidirectional", "QBidirectional"):
            self._both_directions(layer)

    def _wrap(self, layer: KerasLayer, key: str, entry: dict[str, Any]) -> None:
        self._count += 1
        child = self._make(entry, 0, layer)
        # A subclassed model wraps nothing: what its config tells are its own layers.
        if layer is not self._root or layer.kind != "unknown":
            child.nodes = layer.nodes
        layer.children[key] = child

    def _both_directions(self, layer: KerasLayer) -> None:
        """Name what runs forward and backward; the file may tell only the first."""
        forward = layer.children.pop("layer", None)
        if forward is None:
            return
        backward = layer.children.pop("backward_layer", None)
        layer.children["forward_layer"] = forward
        if backward is None:
            self._wrap(layer, "backward_layer", layer.config["layer"])
            layer.children["backward_layer"].name = f"backward_{forward.name}"
        else:
            layer.children["backward_layer"] = backward


def read_layers(
    entry: dict[str, Any],
    path: Path,
    version: KerasVersion,
    limits: Limits,
    notices: Notices,
) -> KerasLayer:
    """Return the tree of layers that a description tells.

    Args:
        entry: The root: ``{"class_name": ..., "config": ...}``.
        path: The file, for messages.
        version: Which Keras wrote it.
        limits: How many layers there may be.
        notices: Is told what is odd.

    Raises:
        CorruptFileError: the root is no model.
        LimitError: there are too many layers.
    """
    class_name, config = entry.get("class_name"), entry.get("config")
    if not isinstance(class_name, str):
        raise CorruptFileError(
            path, f"The class of the model's config is {_what(class_name)}, not a name."
        )
    if not isinstance(config, dict | list):
        raise CorruptFileError(
            path, f"The config of the model is {_what(config)}, not an object."
        )
    plain = class_name.rpartition(">")[2]
    if plain in _MODEL_CLASSES and isinstance(config, dict):
        members = config.get("layers")
        if not isinstance(members, list):
            raise CorruptFileError(
                path, f"The layers in the model's config are {_what(members)}, no list."
            )
    return _Reader(path, version, limits, notices).read(entry)


def _arrangement(layer: KerasLayer, config: Any) -> Arrangement:
    if isinstance(config, list):
        return Arrangement.CHAIN
    if layer.class_name == "Graph" and "node_config" in layer.config:
        return Arrangement.UNTOLD
    members = layer.config.get("layers")
    if not isinstance(members, list):
        return Arrangement.NONE
    if "output_layers" in layer.config or "input_layers" in layer.config:
        return Arrangement.GRAPH
    if layer.class_name == "Sequential":
        return Arrangement.CHAIN
    if layer.class_name == "Merge" and members:
        return Arrangement.BRANCHES
    if layer.class_name in _MODEL_CLASSES:
        return Arrangement.UNTOLD
    return Arrangement.NONE


def _is_layer(entry: dict[str, Any]) -> bool:
    """Whether a serialized object inside a config is a layer, not an initializer."""
    if isinstance(entry.get("config"), dict) and isinstance(
        entry["config"].get("layers"), list
    ):
        return True
    module = _text(entry.get("module"))
    return within(module, "keras.layers") or within(module, "keras.src.layers")


def _name(entry: dict[str, Any], config: Any, class_name: str, position: int) -> str:
    """Return the name by which others refer to a layer, or one made from its class."""
    for place in (entry, config):
        if isinstance(place, dict) and isinstance(place.get("name"), str):
            return str(place["name"])
    return f"{class_name.lower()}_{position + 1}"


def _is_operation(layer: KerasLayer) -> bool:
    """Whether it is a ``keras.ops`` call.

    HDF5 files of Keras 3 leave the module out. Almost all layers, and no operations,
    write whether they are trained; the other layers have names that no operation has.
    """
    if layer.module:
        return any(within(layer.module, ops) for ops in _OPS)
    match layer.inbound:
        case [{"args": list()}, *_] if not layer.registered:
            pass
        case _:
            return False
    if layer.config.keys() & {"trainable", "layers"}:
        return False
    name = layer.class_name
    is_operation = find_kind("keras.ops", name.lower()) is not None
    return is_operation or find_kind("keras", name) is None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _what(value: object) -> str:
    """Return what a JSON value is, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"
