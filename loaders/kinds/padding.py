"""Layers that add elements around an axis, or cut some off."""

from collections.abc import Callable, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import axis_at
from loaders.kinds._kernels import read_axes
from loaders.kinds._sliding import input_of
from loaders.kinds._spatial import (
    argument,
    axes_text,
    first_of,
    layout_is_unsaid,
    layout_of,
    whole,
    whole_list,
)
from loaders.kinds._steps import kept

Translate = Callable[[Settings, int], Attributes]
Pairs = list[list[int]]

_SIDES = (("top", "bottom"), ("left", "right"))


def _keras(rank: int, name: str) -> Translate:
    def translate(settings: Settings, version: int) -> Attributes:
        return {
            "rank": rank,
            "layout_unsaid": layout_is_unsaid(settings, version),
            "pairs": _pairs(first_of(settings, name, default=1), rank, name),
            "data_format": layout_of(settings).value,
        }

    return translate


def _pairs(value: Any, rank: int, name: str) -> Pairs:
    """Return how many elements before and after each axis, in any Keras' words."""
    match value:
        case int():
            return [[whole(value)] * 2] * rank
        case dict():
            return _named_pairs(value, rank, name)
        case [*_] if rank == 1:
            before, after = whole_list(value)
            return [[before, after]]
        case [top, bottom, left, right] if rank == 2:
            return [[whole(top), whole(bottom)], [whole(left), whole(right)]]
        case [*entries] if len(entries) == rank:
            return [_pair(entry) for entry in entries]
    raise ValueError(f"{name} does not give {rank} pairs of numbers")


def _pair(entry: Any) -> list[int]:
    numbers = whole_list(entry)
    if len(numbers) == 1:
        return numbers * 2
    before, after = numbers
    return [before, after]


def _named_pairs(named: Settings, rank: int, name: str) -> Pairs:
    """Return the pairs that Keras 1 gave by name: ``{"top_pad": 1, ...}``."""
    word = "pad" if name == "padding" else "crop"
    sides = _SIDES if rank == 2 else (("left", "right"),)
    return [
        [whole(named.get(f"{side}_{word}", 0)) for side in pair]
        for pair in sides[:rank]
    ]


def _sliding_shape(call: Call, sign: int) -> list[OutputSteps | None]:
    attributes = call.attributes
    given = input_of(call, attributes["rank"], attributes["data_format"])
    by_place = dict(zip(given.space, attributes["pairs"], strict=True))
    steps = []
    for place, (axis, length) in enumerate(zip(given.axes, given.shape, strict=True)):
        before, after = by_place.get(place, (0, 0))
        steps.append(_step(call, axis, length, place, (sign * before, sign * after)))
    return [OutputSteps(axes=tuple(steps))]


def _step(
    call: Call, axis: Axis, length: Dim, place: int, added: Sequence[int]
) -> AxisStep:
    """Return the step of an axis that gets longer, or shorter for numbers below 0."""
    before, after = added
    if not before and not after:
        return kept(axis, length, place)
    start = "n" if length is None else str(length)
    numbers = start + "".join(
        f" + {count}" if count > 0 else f" − {-count}" for count in added if count
    )
    result = length + before + after if isinstance(length, int) else None
    if isinstance(result, int) and result <= 0 and min(added) < 0:
        shape = call.shape()
        raise ShapeError(
            f"{call.op} cuts {-min(before, 0)} + {-min(after, 0)} elements off "
            f"{axis.value}, which has only {length} (input {shape_text(shape)}).",
            "Cut off less, or give a larger input.",
        )
    word = "cut off" if max(added) <= 0 else "added"
    return AxisStep(
        axis=axis,
        result=result,
        meaning=f"{abs(before)} {word} before, {abs(after)} after",
        rule="n − b − a" if word == "cut off" else "n + b + a",
        numbers=numbers,
        source=place,
    )


def _fields(word: str) -> Callable[[Call], list[Field]]:
    def fields(call: Call) -> list[Field]:
        attributes = call.attributes
        given = input_of(call, attributes["rank"], attributes["data_format"])
        layout, axes = given.layout, given.axes
        space = [axis for axis in axes if axis not in (Axis.BATCH, Axis.CHANNEL)]
        parts = [
            f"{axis.value} {before} before and {after} after"
            for axis, (before, after) in zip(
                space, call.attributes["pairs"], strict=True
            )
        ]
        value = " · ".join(f"{a} + {b}" for a, b in call.attributes["pairs"])
        name = "padding" if word == "added" else "cropping"
        meaning = f"So many are {word}: {', '.join(parts)}."
        return [
            Field(name=name, value=value, meaning=meaning),
            Field(
                name="data_format",
                value=layout,
                meaning=f"The axes are {axes_text(axes)}.",
            ),
        ]

    return fields


def _summary(call: Call) -> str:
    pairs = call.attributes.get("pairs", [])
    if all(pair == pairs[0] for pair in pairs) and pairs and len(set(pairs[0])) == 1:
        return f"{pairs[0][0]} at every side"
    return " · ".join(f"{before} + {after}" for before, after in pairs)


# any axes: ONNX Pad


def _pad_onnx(settings: Settings, _opset: int) -> Attributes:
    pads = first_of(settings, "pads", "paddings", default=None)
    attributes: Attributes = {"mode": str(settings.get("mode", "constant"))}
    if pads is not None:
        attributes["pads"] = whole_list(pads)
    if settings.get("axes") is not None:
        attributes["axes"] = whole_list(settings["axes"])
    return attributes


def _pad_ops(settings: Settings, _version: int) -> Attributes:
    width = argument(settings, "pad_width", 1)
    pairs = [_pair(width)] if isinstance(width, int) else [_pair(one) for one in width]
    return {
        "mode": str(first_of(settings, "mode", default="constant")),
        "pads": [before for before, _ in pairs] + [after for _, after in pairs],
        "for_all": len(pairs) == 1,
    }


def _pad_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    by_place = pads_of(call, len(shape))
    if by_place is None:
        return [_unknown_lengths(call)]
    steps = [
        _step(call, axis, shape[at], at, by_place.get(at, (0, 0)))
        for at, axis in enumerate(call.axes())
    ]
    return [OutputSteps(axes=tuple(steps))]


def pads_of(call: Call, rank: int) -> dict[int, tuple[int, int]] | None:
    """Return how much is added before and after each axis; ``None`` if computed.

    Raises:
        ShapeError: there are not two numbers per axis.
    """
    if "pads" not in call.attributes:
        return None
    pads = whole_list(call.attributes["pads"])
    if call.attributes.get("for_all"):
        pads = [pads[0]] * rank + [pads[1]] * rank
    half = len(pads) // 2
    places = list(range(rank))
    if "axes" in call.attributes:
        axes = whole_list(call.attributes["axes"])
        places = [axis_at(axis, rank, call.op) for axis in axes]
    if len(places) != half or len(pads) % 2:
        raise ShapeError(
            f"{call.op} has {len(pads)} numbers for an input of {rank} axes; two per "
            "axis are expected."
        )
    return dict(zip(places, zip(pads[:half], pads[half:], strict=True), strict=True))


def _unknown_lengths(call: Call) -> OutputSteps:
    return OutputSteps(
        axes=tuple(
            AxisStep(
                axis=axis,
                result=None,
                meaning="as much is added as is computed while the model runs",
                source=at,
            )
            for at, axis in enumerate(call.axes())
        )
    )


def _pad_fields(call: Call) -> list[Field]:
    words = {
        "constant": "One number is written around.",
        "reflect": "The inside is mirrored at the border.",
        "edge": "The last element is repeated.",
        "symmetric": "The inside is mirrored, the border included.",
        "wrap": "It goes on at the other end.",
    }
    mode = call.attributes["mode"]
    return [Field(name="mode", value=mode, meaning=words.get(mode, "See the file."))]


KINDS.add(
    LayerKind(
        id="padding",
        title="Padding",
        category=Category.TENSOR,
        dialects={
            f"keras.ZeroPadding{rank}D": Dialect(translate=_keras(rank, "padding"))
            for rank in (1, 2, 3)
        },
        shape=lambda call: _sliding_shape(call, 1),
        multiply_adds=no_cost,
        fields=_fields("added"),
        reads=read_axes,
        summary=_summary,
    )
)

KINDS.add(
    LayerKind(
        id="cropping",
        title="Cropping",
        category=Category.TENSOR,
        dialects={
            f"keras.Cropping{rank}D": Dialect(translate=_keras(rank, "cropping"))
            for rank in (1, 2, 3)
        },
        shape=lambda call: _sliding_shape(call, -1),
        multiply_adds=no_cost,
        fields=_fields("cut off"),
        reads=read_axes,
        summary=_summary,
    )
)

KINDS.add(
    LayerKind(
        id="pad",
        title="Pad",
        category=Category.TENSOR,
        dialects={
            "keras.ops.pad": Dialect(translate=_pad_ops),
            "onnx.Pad": Dialect(
                translate=_pad_onnx, inputs=("", "@pads", "@constant_value", "@axes")
            ),
        },
        shape=_pad_shape,
        multiply_adds=no_cost,
        fields=_pad_fields,
    )
)
