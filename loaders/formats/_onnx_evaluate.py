"""Small constant subgraphs, computed: shapes, axes, paddings that exporters spell out.

Only what exporters build shapes from, on at most 1,024 numbers; anything else stays
unknown rather than guessed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from loaders.formats._onnx_tensors import SMALL_ELEMENTS
from loaders.ir.tensors import element_type

Array: TypeAlias = NDArray[Any]
Attributes: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = Callable[[Sequence[Array], Attributes], Array]

_ERRORS = (ValueError, TypeError, IndexError, KeyError, OverflowError, AttributeError)


def evaluate(
    op: str, inputs: Sequence[Array | None], attributes: Attributes
) -> Array | None:
    """Return the first output of an operation on small constants, or ``None``.

    Args:
        op: Operation of the default domain.
        inputs: Values of all inputs; ``None`` for an absent one.
        attributes: Plain values; a tensor is ``{"dtype", "shape", "values"}``.
    """
    rule = _RULES.get(op)
    given = [value for value in inputs if value is not None]
    if rule is None or len(given) != len(inputs):
        return None
    if sum(value.size for value in given) > 2 * SMALL_ELEMENTS:
        return None
    if not _stays_small(op, given):
        return None
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(rule(given, attributes))
    except _ERRORS:
        return None  # constants that do not fit: inference says so
    return (
        found if found.size <= SMALL_ELEMENTS and found.dtype.kind in "biuf" else None
    )


def _stays_small(op: str, inputs: Sequence[Array]) -> bool:
    """Whether the result is small, for the operations that can make much of little."""
    if op in ("ConstantOfShape", "Expand"):
        lengths = inputs[-1].astype(np.float64).reshape(-1)
        return bool(np.prod(np.maximum(np.abs(lengths), 1.0)) <= SMALL_ELEMENTS)
    if op == "Range":
        start, limit, delta = (float(value.reshape(-1)[0]) for value in inputs)
        return delta != 0 and abs((limit - start) / delta) <= SMALL_ELEMENTS
    if op == "Tile":
        return bool(np.prod(inputs[-1].astype(np.float64)) <= SMALL_ELEMENTS)
    return True


def _axes(inputs: Sequence[Array], attributes: Attributes) -> tuple[int, ...] | None:
    if len(inputs) > 1:
        return tuple(int(axis) for axis in inputs[1].reshape(-1))
    axes = attributes.get("axes")
    return None if axes is None else tuple(int(axis) for axis in axes)


def _unsqueeze(inputs: Sequence[Array], attributes: Attributes) -> Array:
    axes = _axes(inputs, attributes)
    return inputs[0] if axes is None else np.expand_dims(inputs[0], axes)


def _squeeze(inputs: Sequence[Array], attributes: Attributes) -> Array:
    return np.squeeze(inputs[0], _axes(inputs, attributes))


def _slice(inputs: Sequence[Array], attributes: Attributes) -> Array:
    if len(inputs) == 1:
        starts, ends = attributes["starts"], attributes["ends"]
        axes, steps = attributes.get("axes"), None
    else:
        starts, ends = inputs[1].tolist(), inputs[2].tolist()
        axes = inputs[3].tolist() if len(inputs) > 3 else None
        steps = inputs[4].tolist() if len(inputs) > 4 else None
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    data = inputs[0]
    region: list[slice] = [slice(None)] * data.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        length = data.shape[axis]
        if step < 0 and end < -length:
            end = None
        region[axis] = slice(int(start), None if end is None else int(end), int(step))
    return data[tuple(region)]


def _reshape(inputs: Sequence[Array], attributes: Attributes) -> Array:
    wanted = inputs[1].tolist() if len(inputs) > 1 else list(attributes["shape"])
    if not attributes.get("allowzero"):
        wanted = [
            inputs[0].shape[at] if length == 0 else length
            for at, length in enumerate(wanted)
        ]
    return inputs[0].reshape(wanted)


def _gather(inputs: Sequence[Array], attributes: Attributes) -> Array:
    return np.take(
        inputs[0], inputs[1].astype(np.int64), int(attributes.get("axis", 0))
    )


def _cast(inputs: Sequence[Array], attributes: Attributes) -> Array:
    return inputs[0].astype(element_type(str(attributes["to_dtype"])))


def _filled(inputs: Sequence[Array], attributes: Attributes) -> Array:
    value = attributes.get("value")
    lengths = tuple(int(length) for length in inputs[0].reshape(-1))
    if value is None:
        return np.zeros(lengths, np.float32)
    return np.full(lengths, value["values"][0], element_type(value["dtype"]))


def _concat(inputs: Sequence[Array], attributes: Attributes) -> Array:
    return np.concatenate(list(inputs), int(attributes.get("axis", 1)))


def _divide(inputs: Sequence[Array], _attributes: Attributes) -> Array:
    one, other = inputs
    if one.dtype.kind == "f":
        return np.asarray(one / other)
    if not np.all(other):
        raise ValueError("division by zero")
    quotient = np.abs(one) // np.abs(other)  # ONNX cuts off, Python rounds down
    return np.asarray(np.sign(one) * np.sign(other) * quotient, one.dtype)


def _reduced(call: Callable[..., Any]) -> Rule:
    def rule(inputs: Sequence[Array], attributes: Attributes) -> Array:
        keep = bool(attributes.get("keepdims", 1))
        axes = _axes(inputs, attributes)
        found = np.asarray(call(inputs[0], axis=axes, keepdims=keep))
        return found.astype(inputs[0].dtype)

    return rule


def _of(call: Callable[..., Any]) -> Rule:
    return lambda inputs, _attributes: np.asarray(call(*inputs))


_RULES: dict[str, Rule] = {
    "Identity": lambda inputs, _: inputs[0],
    "Shape": lambda inputs, given: np.array(
        inputs[0].shape[slice(given.get("start"), given.get("end"))], np.int64
    ),
    "Size": lambda inputs, _: np.array(inputs[0].size, np.int64),
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Slice": _slice,
    "Reshape": _reshape,
    "Gather": _gather,
    "Cast": _cast,
    "Concat": _concat,
    "ConstantOfShape": _filled,
    "Div": _divide,
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "ReduceMax": _reduced(np.max),
    "ReduceMin": _reduced(np.min),
    "Add": _of(np.add),
    "Sub": _of(np.subtract),
    "Mul": _of(np.multiply),
    "Neg": _of(np.negative),
    "Abs": _of(np.abs),
    "Sqrt": _of(np.sqrt),
    "Floor": _of(np.floor),
    "Ceil": _of(np.ceil),
    "Equal": _of(np.equal),
    "Less": _of(np.less),
    "Greater": _of(np.greater),
    "Not": _of(np.logical_not),
    "And": _of(np.logical_and),
    "Or": _of(np.logical_or),
    "Where": _of(np.where),
    "Max": lambda inputs, _: np.asarray(np.max(np.broadcast_arrays(*inputs), axis=0)),
    "Min": lambda inputs, _: np.asarray(np.min(np.broadcast_arrays(*inputs), axis=0)),
    "Transpose": lambda inputs, given: np.transpose(inputs[0], given.get("perm")),
    "Range": _of(lambda start, limit, delta: np.arange(start, limit, delta)),
    "Expand": lambda inputs, _: np.asarray(
        inputs[0]
        * np.ones([int(length) for length in inputs[1].reshape(-1)], inputs[0].dtype)
    ),
    "Tile": lambda inputs, _: np.tile(inputs[0], inputs[1].tolist()),
}
