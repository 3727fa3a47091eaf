"""The calls inside one model, and what a layer says of its own input."""

from dataclasses import dataclass, field
from typing import Any

from loaders.formats._keras_calls import shape_of
from loaders.formats._keras_layer import KerasLayer
from loaders.ir.graph import Shape

End = tuple[int, int]
"""A step's index and which of its outputs."""


@dataclass(slots=True)
class Step:
    """One call inside a model.

    Attributes:
        layer: What is called.
        inputs: Where each input comes from; ``None`` if what it names is missing.
        masks: Where masks come from.
        args: Positional constants, ``None`` where a tensor stands.
        kwargs: Named constants.
        keys: Keys of the inputs if they are given as a dict.
        outputs: How many outputs it has.
        declared: Shape and element type of outputs where the file tells.
        made_up: Whether only we name it: the input that a ``Sequential`` implies.
        hidden: Not empty for operations that only make a mask: the mask in words.
    """

    layer: KerasLayer
    inputs: list[End | None] = field(default_factory=list)
    masks: list[End] = field(default_factory=list)
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    outputs: int = 1
    declared: dict[int, tuple[Shape | None, str]] = field(default_factory=dict)
    made_up: bool = False
    hidden: str = ""


@dataclass(slots=True)
class Wiring:
    """All calls inside one model, and its own ends."""

    steps: list[Step] = field(default_factory=list)
    inputs: list[End] = field(default_factory=list)
    outputs: list[End] = field(default_factory=list)
    input_names: list[str] = field(default_factory=list)


def declared_input(layer: KerasLayer) -> tuple[Shape | None, str]:
    """Return the input shape in a layer's own settings, and the input's dtype.

    Keras 1 and 2 keep ``batch_input_shape`` (or ``input_dim``, ``input_length``) on the
    first layer of a ``Sequential``.
    """
    config = layer.config
    dtype = input_dtype(layer)
    for key in ("batch_shape", "batch_input_shape"):
        shape = shape_of(config.get(key))
        if shape is not None:
            return shape, dtype
    shape = shape_of(config.get("input_shape"))
    if shape is not None:
        return (None, *shape), dtype
    length, width = (_count(config.get(key)) for key in ("input_length", "input_dim"))
    if layer.class_name == "Embedding":
        return ((None, length), dtype) if "input_length" in config else (None, dtype)
    if width is not None:
        if "input_length" in config:
            return (None, length, width), dtype
        return (None, width), dtype
    return None, dtype


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def input_dtype(layer: KerasLayer) -> str:
    """Return the element type that a layer computes in, empty if it does not say."""
    for key in ("input_dtype", "dtype"):
        match layer.config.get(key):
            case str() as name:
                return name.removeprefix("mixed_") if len(name) < 40 else ""
            case {"config": {"name": str() as name}}:
                return name.removeprefix("mixed_") if len(name) < 40 else ""
    return ""


def declares(layer: KerasLayer) -> bool:
    """Whether a first layer tells, itself or inside it, what shape it takes."""
    return layer.is_model or declared_input(layer)[0] is not None
