"""Making calls for tests of rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.graph import Axis, Dim, Parameter, Value
from loaders.ir.tensors import absent_tensor
from loaders.kinds import Call, LayerKind, understand

AXES = {
    "b": Axis.BATCH,
    "t": Axis.TIME,
    "h": Axis.HEIGHT,
    "w": Axis.WIDTH,
    "c": Axis.CHANNEL,
    "f": Axis.FEATURE,
    "?": Axis.OTHER,
}


def value(shape: Sequence[Dim] | None, axes: str = "", name: str = "x") -> Value:
    """Return a value; ``axes`` is a letter per axis, nothing for an unnamed rest."""
    if shape is None:
        return Value(id=f"{name}:0")
    letters = axes or ("b" + "?" * len(shape))[: len(shape)]
    names = tuple(AXES[letter] for letter in letters)
    return Value(id=f"{name}:0", shape=tuple(shape), axes=names, dtype="float32")


def call(
    dialect: str,
    op: str,
    settings: Mapping[str, Any],
    *inputs: Value,
    version: int = 3,
    weights: Mapping[str, tuple[int, ...]] | None = None,
    outputs: int = 0,
) -> tuple[LayerKind, Call]:
    """Return the kind that understands an operation, and a call of it."""
    spelled = op.lower() if dialect == "keras.ops" else op
    kind, attributes, complaint = understand(dialect, spelled, settings, version)
    assert kind is not None, complaint or f"nobody knows {dialect}.{op}"
    parameters = {
        role: Parameter(id=role, role=role, tensor=absent_tensor(shape, "float32"))
        for role, shape in (weights or {}).items()
    }
    return kind, Call(
        op=op,
        attributes=attributes,
        inputs=inputs,
        weights=parameters,
        outputs=outputs,
    )


def keras(
    op: str, settings: Mapping[str, Any], *inputs: Value, version: int = 3
) -> Any:
    """Return kind and call of a Keras layer."""
    return call("keras", op, settings, *inputs, version=version)


def shapes(made: tuple[LayerKind, Call]) -> list[Any]:
    """Return the plain shapes of all outputs."""
    kind, given = made
    return [None if steps is None else steps.shape for steps in kind.shape(given)]


def count(made: tuple[LayerKind, Call]) -> int:
    """Return how many parameters are counted."""
    kind, given = made
    total = 0
    for steps in kind.weights(given):
        size = 1
        for length in steps.shape:
            assert isinstance(length, int)
            size *= length
        total += size if steps.counted else 0
    return total
