"""Layers inside layers: reading their description, running their rules."""

from collections.abc import Mapping
from typing import Any

from loaders.ir.graph import Attributes, Parameter, Value
from loaders.ir.text import shown
from loaders.kinds import KINDS, Call, LayerKind, understand

DEPTH_LIMIT = 16
"""Wrappers around wrappers; real models have two."""

_MODELS = ("Functional", "Sequential", "Model", "Container")
_PACKAGES = ("keras", "tf_keras", "tensorflow", "qkeras", "hgq", "HGQ")


def inner_layer(description: object, version: int) -> Attributes:
    """Return ``{"op", "name", "kind", "attributes"}`` of a described layer.

    ``kind`` is ``model`` for a whole model, ``unknown`` for a class that is not built
    in or whose settings make no sense.

    Raises:
        ValueError: the description is none, or wrappers nest too deeply.
    """
    _check_depth(description)
    match description:
        case {"class_name": str(name), "config": Mapping() as settings}:
            config: Mapping[str, Any] = settings
        case {"class_name": str(name), "config": list() as members}:
            config = {"layers": members}  # a Sequential of Keras 1
        case _:
            raise ValueError("the layer inside is described as no layer is")
    op = name.rsplit(">", 1)[-1]
    inner: Attributes = {
        "op": shown(op, 60),
        "name": shown(str(config.get("name", "")), 60),
        "kind": "unknown",
        "attributes": {},
    }
    if op in _MODELS:
        inner["kind"] = "model"
    elif _built_in(description):
        kind, attributes, _complaint = understand("keras", op, config, version)
        if kind is not None:
            inner["kind"], inner["attributes"] = kind.id, attributes
    return inner


def _check_depth(description: object) -> None:
    """Count wrappers inside wrappers, so that a hostile file cannot exhaust us."""
    for _level in range(DEPTH_LIMIT):
        match description:
            case {"config": {"layer": inside}}:
                description = inside
            case _:
                return
    raise ValueError(f"more than {DEPTH_LIMIT} layers are wrapped into each other")


def _built_in(description: Any) -> bool:
    module = description.get("module")
    return module is None or str(module).split(".")[0] in _PACKAGES


def inner_kind(inner: Mapping[str, Any]) -> LayerKind | None:
    """Return the kind of the layer inside; ``None`` if it is a model or unknown."""
    if inner["kind"] in ("model", "unknown"):
        return None
    try:
        return KINDS[inner["kind"]]
    except KeyError:
        return None


def inner_call(
    call: Call, inner: Mapping[str, Any], value: Value | None, prefix: str = ""
) -> Call:
    """Return the call that the layer inside gets."""
    weights: dict[str, Parameter] = {
        role.removeprefix(prefix): parameter
        for role, parameter in call.weights.items()
        if role.startswith(prefix)
    }
    return Call(
        op=inner["op"],
        attributes=inner["attributes"],
        inputs=(value, *call.inputs[1:]),
        weights=weights,
        outputs=call.outputs,
    )


def cost_of(kind: LayerKind, given: Call) -> int | None:
    """Return the multiply-adds of one call; ``None`` if a shape is unknown."""
    outputs = kind.shape(given)
    known = [steps for steps in outputs if steps is not None]
    return kind.multiply_adds(given, known) if len(known) == len(outputs) else None
