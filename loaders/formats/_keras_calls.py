"""The calls of one layer, as its ``inbound_nodes`` tell them, in every spelling.

Keras 3 writes ``{"args": [...], "kwargs": {...}}`` with tensors inside; Keras 1 and 2
write lists ``[layer, node, tensor, kwargs]``, one level deep (operations) or two.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loaders.ir.graph import Shape
from loaders.limits import LIMITS

CONSTANT = "_CONSTANT_VALUE"
"""What Keras 2 writes instead of a layer's name for a constant."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One output of one call of one layer.

    Attributes:
        layer: The layer's name.
        call: Which of its calls, as the file counts them.
        output: Which of its outputs.
        shape: What the file declares for it; ``None`` if nothing, or nonsense.
        dtype: As declared, else empty.
        legacy: Whether it is spelled as Keras 1 and 2 do, which count a nested model's
            own node 0 among its calls.
    """

    layer: str
    call: int
    output: int
    shape: Shape | None = None
    dtype: str = ""
    legacy: bool = True


@dataclass(slots=True)
class CallRecord:
    """One call of a layer.

    Attributes:
        tensors: What flows in, in the order of the call's arguments.
        masks: Masks among the arguments.
        args: Positional arguments with ``None`` where a tensor stands.
        kwargs: Named arguments likewise, masks left out.
        keys: If the first argument is a dict of tensors: its keys in order.
        odd: What could not be read, in words; empty if all could.
    """

    tensors: list[Reference] = field(default_factory=list)
    masks: list[Reference] = field(default_factory=list)
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    odd: str = ""


# Arguments that Keras' layers take by position, for calls that name them.
_ORDER = {"inputs": 0, "sequences": 0, "query": 0, "value": 1, "key": 2}


def read_calls(inbound: Any) -> list[CallRecord]:
    """Return the calls that ``inbound_nodes`` tells, in the file's order.

    Nested arguments are read by recursion: JSON is at most 200 levels deep.
    """
    if inbound is None:
        return []
    if not isinstance(inbound, list):
        return [CallRecord(odd="its inbound nodes are no list")]
    return [_read_call(node) for node in inbound]


def _read_call(node: Any) -> CallRecord:
    if isinstance(node, dict) and "args" in node:
        return _read_modern(node)
    return _read_legacy(node)


def _read_modern(node: dict[str, Any]) -> CallRecord:
    record = CallRecord()
    args, kwargs = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, dict | None):
        record.odd = "the arguments of a call are no list and no object"
        return record
    if args and isinstance(args[0], dict) and not _is_object(args[0]):
        record.keys = tuple(sorted(map(str, args[0])))
    record.args = [_take(arg, record.tensors, record) for arg in args]
    named = kwargs or {}
    for key in sorted(named, key=lambda key: _ORDER.get(key, 3)):
        if _is_mask(key):
            _take(named[key], record.masks, record)
        else:
            record.kwargs[key] = _take(named[key], record.tensors, record)
    return record


def _take(value: Any, into: list[Reference], record: CallRecord) -> Any:
    """Return a value with its tensors replaced by ``None`` and put into a list."""
    match value:
        case {"class_name": "__keras_tensor__", "config": config}:
            reference = _keras_tensor(config)
            if reference is None:
                record.odd = "a tensor in a call has no history"
            else:
                into.append(reference)
            return None
        case {"class_name": "__tuple__", "config": dict() as config}:
            return _take(config.get("items"), into, record)
        case {"class_name": str(), "config": _}:
            return value  # a slice, a dtype, a number type: a constant
        case dict():
            return {key: _take(value[key], into, record) for key in sorted(value)}
        case list():
            return [_take(one, into, record) for one in value]
        case _:
            return value


def _keras_tensor(config: Any) -> Reference | None:
    match config:
        case {"keras_history": [str() as layer, int() as call, int() as output]}:
            dtype = config.get("dtype")
            return Reference(
                layer,
                call,
                output,
                shape_of(config.get("shape")),
                dtype if isinstance(dtype, str) else "",
                legacy=False,
            )
    return None


def _read_legacy(node: Any) -> CallRecord:
    record = CallRecord()
    leaves = list(_leaves(node))
    if not leaves:
        record.odd = "a call has no input that can be read"
    if isinstance(node, dict):
        record.keys = tuple(sorted(map(str, node)))
    kwargs: dict[str, Any] = {}
    for leaf in leaves:
        if leaf[0] == CONSTANT:
            record.args.append(leaf[2])
        else:
            record.args.append(None)
            record.tensors.append(Reference(leaf[0], leaf[1], leaf[2]))
        if len(leaf) > 3 and isinstance(leaf[3], dict):
            kwargs = kwargs or leaf[3]
    for key in sorted(kwargs, key=lambda key: _ORDER.get(key, 3)):
        if _is_mask(key):
            record.masks += _references(kwargs[key])
        else:
            record.kwargs[key] = _take_legacy(kwargs[key], record.tensors)
    return record


def _leaves(node: Any) -> Iterator[list[Any]]:
    if _is_leaf(node):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _leaves(one)
    elif isinstance(node, dict):
        for key in sorted(node):
            yield from _leaves(node[key])


def _references(node: Any) -> list[Reference]:
    return [Reference(*leaf[:3]) for leaf in _leaves(node) if leaf[0] != CONSTANT]


def _is_leaf(node: Any) -> bool:
    return (
        isinstance(node, list)
        and len(node) in (3, 4)
        and isinstance(node[0], str)
        and type(node[1]) is int
        and (type(node[2]) is int or node[0] == CONSTANT)
    )


def _take_legacy(value: Any, into: list[Reference]) -> Any:
    if _is_leaf(value):
        if value[0] == CONSTANT:
            return value[2]
        into.append(Reference(*value[:3]))
        return None
    match value:
        case dict():
            return {key: _take_legacy(value[key], into) for key in sorted(value)}
        case list():
            return [_take_legacy(one, into) for one in value]
        case _:
            return value


def read_ends(value: Any) -> tuple[list[Reference], tuple[str, ...]]:
    """Return what ``input_layers`` or ``output_layers`` names, in order, and its keys.

    One flat ``[layer, node, tensor]``, a list of them, or a dict (by sorted key, as
    Keras flattens it).
    """
    keys = tuple(sorted(value)) if isinstance(value, dict) else ()
    return _references(value), keys


def shape_of(value: Any) -> Shape | None:
    """Return a declared shape; ``None`` if there is none or it makes no sense."""
    match value:
        case {"class_name": "TensorShape" | "__tuple__", "items": items}:
            value = items
        case {"class_name": "__tuple__", "config": {"items": items}}:
            value = items
    if not isinstance(value, list) or len(value) > 64:
        return None
    lengths = [None if length == -1 else length for length in value]
    if all(
        length is None or (type(length) is int and 0 <= length <= LIMITS.dim)
        for length in lengths
    ):
        return tuple(lengths)
    return None


def _is_mask(key: str) -> bool:
    """Whether an argument is a mask; ``use_causal_mask`` is a yes or no."""
    return key == "mask" or (key.endswith("_mask") and not key.startswith("use_"))


def _is_object(value: dict[str, Any]) -> bool:
    return isinstance(value.get("class_name"), str) and "config" in value
