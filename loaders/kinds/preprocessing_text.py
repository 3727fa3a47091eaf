"""Layers that turn words, numbers and categories into codes."""

from collections.abc import Mapping
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import grouped
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import counted, positive, switch, whole
from loaders.kinds._steps import kept

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf", "tf-idf", "binary")


def _mode(settings: Settings, default: str) -> str:
    mode = settings.get("output_mode", default)
    if mode not in _MODES:
        raise ValueError("output_mode is not one that Keras knows")
    return {"tf-idf": "tf_idf", "binary": "multi_hot"}.get(mode, str(mode))


def _category_encoding(settings: Settings, _version: int) -> Attributes:
    tokens = settings.get("num_tokens", settings.get("max_tokens"))
    return {
        "mode": _mode(settings, "multi_hot"),
        "depth": None if tokens is None else positive(tokens),
    }


def _discretization(settings: Settings, _version: int) -> Attributes:
    edges, bins = settings.get("bin_boundaries"), settings.get("num_bins")
    depth = len(edges) + 1 if isinstance(edges, (list, tuple)) else bins
    return {
        "mode": _mode(settings, "int"),
        "depth": None if depth is None else positive(depth),
    }


def _hashing(settings: Settings, _version: int) -> Attributes:
    return {"mode": _mode(settings, "int"), "depth": positive(settings["num_bins"])}


def _lookup(settings: Settings, _version: int) -> Attributes:
    return {"mode": _mode(settings, "int"), "depth": _vocabulary_size(settings)}


def _vocabulary_size(settings: Settings) -> int | None:
    """Return how many codes there are: the words and one or more for all others."""
    limit = settings.get("max_tokens")
    if switch(settings, "pad_to_max_tokens") and limit is not None:
        return positive(limit)
    size = settings.get("vocabulary_size")
    if isinstance(size, int) and size > 0:
        return positive(size)
    words = settings.get("vocabulary")
    if not isinstance(words, (list, tuple)):
        return None
    unknown = whole(settings.get("num_oov_indices", 1))
    masked = settings.get("mask_token") is not None
    mode = settings.get("output_mode", "int")
    given = words[:1] in ([settings.get("mask_token")], [settings.get("oov_token")])
    if given:  # the special words are in the list already
        return len(words)
    return len(words) + unknown + (1 if masked and mode == "int" else 0)


def _text(settings: Settings, _version: int) -> Attributes:
    limit = settings.get("output_sequence_length")
    return {
        "mode": _mode(settings, "int"),
        "depth": _vocabulary_size(settings),
        "length": None if limit is None else positive(limit),
        "split": settings.get("split") is not None,
    }


# shapes


def _codes(depth: Dim) -> AxisStep:
    words = "one place per code"
    return AxisStep(axis=Axis.TOKEN, result=depth, meaning=words)


def _encoded(call: Call, shape: Shape, *, one_hot_drops: bool) -> OutputSteps:
    """Return codes as positions: the last axis is encoded, or a new one added."""
    attributes = call.attributes
    mode, depth = attributes["mode"], attributes["depth"]
    axes = list(zip(call.axes(), shape, strict=True))
    steps = [kept(axis, length, at) for at, (axis, length) in enumerate(axes)]
    if mode == "int":
        return OutputSteps(axes=tuple(steps), dtype="int64")
    adds = mode == "one_hot" and not (one_hot_drops and shape[-1:] == (1,))
    if adds or not steps:
        return OutputSteps(axes=(*steps, _codes(depth)), dtype="float32")
    axis, length = axes[-1]
    what = "encoded" if mode == "one_hot" else f"{counted(length, axis)} in one row"
    gone = EndedAxis(axis=axis, length=length, reason=what)
    return OutputSteps(
        axes=(*steps[:-1], _codes(depth)), ended=(gone,), dtype="float32"
    )


def _shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    if call.op == "Discretization" and call.attributes["mode"] not in (
        "int",
        "one_hot",
    ):
        return [_discretized(call, shape)]
    drops = call.op != "Hashing" or call.attributes["mode"] != "one_hot"
    if call.op == "Hashing" and call.attributes["mode"] == "one_hot" and shape:
        return [_last_encoded(call, shape)]
    return [_encoded(call, shape, one_hot_drops=drops and len(shape) > 1)]


def _last_encoded(call: Call, shape: Shape) -> OutputSteps:
    """Hashing encodes its last axis in every mode."""
    axes = list(zip(call.axes(), shape, strict=True))
    steps = [kept(axis, length, at) for at, (axis, length) in enumerate(axes[:-1])]
    gone = EndedAxis(axis=axes[-1][0], length=shape[-1], reason="encoded")
    depth = call.attributes["depth"]
    return OutputSteps(axes=(*steps, _codes(depth)), ended=(gone,), dtype="float32")


def _discretized(call: Call, shape: Shape) -> OutputSteps:
    """Keras drops the second axis, as its eager result does."""
    axes = list(zip(call.axes(), shape, strict=True))
    steps = [kept(axis, length, at) for at, (axis, length) in enumerate(axes)]
    steps = [*steps[:1], *steps[2:]] if len(steps) > 1 else []
    depth = call.attributes["depth"]
    return OutputSteps(axes=(*steps, _codes(depth)), dtype="float32")


def _crossing_shape(call: Call) -> list[OutputSteps | None]:
    one, other = call.shape(0), call.shape(1)
    if one is None or other is None:
        return [None]
    if one[-1:] != other[-1:] and None not in (*one[-1:], *other[-1:]):
        raise ShapeError(
            f"{call.op} crosses two inputs of one shape: {one[-1]} and {other[-1]}."
        )
    return [_encoded(call, one, one_hot_drops=True)]


def _text_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    if shape is None:
        return [None]
    batch = kept(Axis.BATCH, shape[0] if shape else None, 0 if shape else None)
    if attributes["mode"] != "int":
        return [OutputSteps(axes=(batch, _codes(attributes["depth"])), dtype="float32")]
    length = attributes["length"]
    words = "one code per word; as long as the longest text"
    if length is not None:
        words = f"one code per word, cut or padded to {grouped(length)}"
    time = AxisStep(axis=Axis.TIME, result=length, meaning=words)
    return [OutputSteps(axes=(batch, time), dtype="int64")]


_OUTPUTS: Mapping[str, str] = {
    "int": "Every item becomes one number.",
    "one_hot": "Every item becomes a row with a 1 at its code.",
    "multi_hot": "All items of a sample become one row with 1 at their codes.",
    "count": "All items of a sample become one row of counts.",
    "tf_idf": "All items of a sample become one row of weighted counts.",
}


def _fields(call: Call) -> list[Field]:
    attributes: Mapping[str, Any] = call.attributes
    mode = attributes["mode"]
    fields = [Field(name="output_mode", value=mode, meaning=_OUTPUTS[mode])]
    if attributes["depth"] is not None:
        depth = grouped(attributes["depth"])
        meaning = f"There are {depth} different codes."
        fields.append(Field(name="codes", value=depth, meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="category_codes",
        title="Categories as codes",
        category=Category.TENSOR,
        dialects={
            "keras.CategoryEncoding": Dialect(translate=_category_encoding),
            "keras.Discretization": Dialect(translate=_discretization),
            "keras.Hashing": Dialect(translate=_hashing),
            "keras.IntegerLookup": Dialect(translate=_lookup),
            "keras.StringLookup": Dialect(translate=_lookup),
        },
        shape=_shape,
        multiply_adds=no_cost,
        fields=_fields,
    )
)
KINDS.add(
    LayerKind(
        id="crossed_codes",
        title="Pairs of categories as codes",
        category=Category.TENSOR,
        dialects={"keras.HashedCrossing": Dialect(translate=_hashing)},
        shape=_crossing_shape,
        multiply_adds=no_cost,
        fields=_fields,
    )
)
KINDS.add(
    LayerKind(
        id="text_codes",
        title="Text as codes",
        category=Category.TENSOR,
        dialects={"keras.TextVectorization": Dialect(translate=_text)},
        shape=_text_shape,
        multiply_adds=no_cost,
        fields=_fields,
    )
)
