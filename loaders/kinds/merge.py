"""Layers that make one value of several: Add, Multiply, Concatenate, Dot ..."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import shape_text
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
)
from loaders.kinds._arguments import (
    argument,
    axis_at,
    axis_words,
    length_text,
    name_of,
    whole,
)
from loaders.kinds._broadcast import Operand, broadcast, operands
from loaders.kinds._steps import kept, times

# element-wise

_MODES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "min": "Minimum",
    "concat": "Concatenate",
    "dot": "Dot",
    "cos": "Dot",
}
"""Keras 1: ``Merge(mode=...)`` and the layers that took its place."""

_WORDS = {
    "Add": ("the sum of all inputs", "a + b"),
    "Subtract": ("the first input minus the second", "a − b"),
    "Multiply": ("the product of all inputs", "a × b"),
    "Average": ("the mean of all inputs", "(a + b) ∕ 2"),
    "Maximum": ("the largest of all inputs", "max(a, b)"),
    "Minimum": ("the smallest of all inputs", "min(a, b)"),
}


def _element_wise(op: str) -> Dialect:
    return Dialect(translate=lambda _settings, _version: {"mode": op})


def _merge_mode(settings: Settings, _version: int) -> Attributes:
    mode = settings.get("mode", "sum")
    if settings.get("mode_type", "raw") != "raw" or not isinstance(mode, str):
        return {"mode": "function"}
    merged: Attributes = {"mode": _MODES[mode]}
    if merged["mode"] == "Concatenate":
        merged["axis"] = whole(settings.get("concat_axis", -1))
    if merged["mode"] == "Dot":
        merged["axes"] = _dot_axes(settings.get("dot_axes", -1))
        merged["normalize"] = mode == "cos"
    return merged


def mode_of(call: Call) -> str:
    """Return how a layer merges: ``Add``, ``Concatenate``, ``Dot`` ..."""
    return str(call.attributes.get("mode", call.op))


def _shape(call: Call) -> list[OutputSteps | None]:
    match mode_of(call):
        case "function":
            return [None]
        case "Concatenate":
            return [concatenated(call, cautious=True)]
        case "Dot":
            return [_dot(call)]
        case _:
            return [_sum(call)]


def _sum(call: Call) -> OutputSteps | None:
    """Keras keeps the batch axis apart: it is neither aligned nor stretched."""
    if any(value is not None and value.shape == () for value in call.inputs):
        return broadcast(call, cautious=True)
    merged = broadcast(call, cautious=True, batch_apart=True)
    if merged is None:
        return None
    batches = {
        value.shape[0]
        for value in call.inputs
        if value is not None and value.shape and value.shape[0] is not None
    }
    if len(batches) > 1 and all(isinstance(size, int) for size in batches):
        sizes = " and ".join(sorted(map(str, batches)))
        raise ShapeError(f"{call.op} gets batches of {sizes}: they must be equal.")
    batch = kept(call.axes()[0], batches.pop() if len(batches) == 1 else None, 0)
    return OutputSteps(axes=(batch, *merged.axes))


def _fields(call: Call) -> list[Field]:
    match mode_of(call):
        case "Concatenate":
            axis = whole(call.attributes.get("axis", -1))
            where = "the last axis" if axis == -1 else f"axis {axis}"
            meaning = f"The inputs are put side by side along {where}."
            return [Field(name="axis", value=str(axis), meaning=meaning)]
        case "Dot":
            axes = call.attributes.get("axes")
            text = str(axes)
            fields = [
                Field(
                    name="axes",
                    value=text,
                    meaning="Products are summed along these axes of the two inputs.",
                )
            ]
            if call.attributes.get("normalize"):
                fields.append(
                    Field(
                        name="normalize",
                        value="yes",
                        meaning="Both inputs are scaled to length 1 first: cosines.",
                    )
                )
            return fields
        case "function":
            meaning = "The inputs are merged by Python code, which is not run."
            return [Field(name="mode", value="function", meaning=meaning)]
        case mode:
            words, formula = _WORDS.get(mode, ("", ""))
            meaning = f"Element by element: {words}." if words else ""
            return [Field(name="operation", value=formula or mode, meaning=meaning)]


# side by side


def concatenated(call: Call, *, cautious: bool = False) -> OutputSteps | None:
    """Return inputs put side by side along ``attributes["axis"]``.

    Args:
        call: All inputs, then constants.
        cautious: As Keras: the other axes are the first input's, however little is
            known of them.

    Raises:
        ShapeError: another axis differs, or there is no such axis.
    """
    sides = operands(call)
    if not sides:
        return None
    rank = len(sides[0].shape)
    axis = axis_at(whole(call.attributes.get("axis", -1)), rank, call.op)
    odd = next((side for side in sides if len(side.shape) != rank), None)
    if odd is not None:
        raise ShapeError(
            f"{call.op} needs inputs with the same number of axes: "
            f"{sides[0].name} has {rank} ({shape_text(sides[0].shape)}), "
            f"{odd.name} has {len(odd.shape)} ({shape_text(odd.shape)})."
        )
    steps = [
        _joined(sides, at) if at == axis else _shared(call, sides, at, axis, cautious)
        for at in range(rank)
    ]
    return OutputSteps(axes=tuple(steps))


def _joined(sides: list[Operand], at: int) -> AxisStep:
    lengths: list[Dim] = [side.shape[at] for side in sides]
    known = [length for length in lengths if isinstance(length, int)]
    total = sum(known) if len(known) == len(lengths) else None
    named = next(
        (side.axes[at] for side in sides if side.axes[at] is not Axis.OTHER), Axis.OTHER
    )
    return AxisStep(
        axis=named,
        result=total,
        meaning=f"{len(sides)} inputs side by side",
        rule="the sum of the lengths",
        numbers=" + ".join(map(length_text, lengths[:12]))
        + (" + …" if len(lengths) > 12 else ""),
        source=at if sides[0].index == 0 else None,
    )


def _shared(
    call: Call, sides: list[Operand], at: int, axis: int, cautious: bool
) -> AxisStep:
    lengths = [side.shape[at] for side in sides]
    known = [(i, length) for i, length in enumerate(lengths) if isinstance(length, int)]
    for index, length in known[1:]:
        first, expected = known[0]
        if length != expected:
            raise ShapeError(
                f"{call.op} puts its inputs side by side along axis {axis}, so their "
                f"other axes must be equal: axis {at} is {expected:,} in "
                f"{sides[first].name} ({shape_text(sides[first].shape)}) and "
                f"{length:,} in {sides[index].name} "
                f"({shape_text(sides[index].shape)}).",
                "Use the same padding and strides in all branches, or another axis.",
            )
    named = next(
        (side.axes[at] for side in sides if side.axes[at] is not Axis.OTHER), Axis.OTHER
    )
    shown_length: Dim = lengths[0]
    if not cautious and known:
        shown_length = known[0][1]
    return kept(named, shown_length, at if sides[0].index == 0 else None)


# products


def _dot_axes(value: object) -> int | list[int]:
    if isinstance(value, (list, tuple)):
        flat = [item[0] if isinstance(item, (list, tuple)) else item for item in value]
        first, second = map(whole, flat)
        return [first, second]
    return whole(value)


def dot_places(call: Call, one: Shape, other: Shape) -> tuple[int, int]:
    """Return the axes of both inputs along which products are summed."""
    axes = call.attributes["axes"]
    first, second = axes if isinstance(axes, (list, tuple)) else (axes, axes)
    return (
        axis_at(whole(first), len(one), call.op),
        axis_at(whole(second), len(other), call.op),
    )


def _dot(call: Call) -> OutputSteps | None:
    one, other = call.shape(0), call.shape(1)
    if one is None or other is None:
        return None
    first, second = dot_places(call, one, other)
    a, b = one[first], other[second]
    if isinstance(a, int) and isinstance(b, int) and a != b:
        raise ShapeError(
            f"{call.op} sums products along axis {first} of {shape_text(one)} and "
            f"axis {second} of {shape_text(other)}: {a:,} and {b:,} must be equal."
        )
    left = zip(call.axes(0), one, strict=True)
    right = zip(call.axes(1), other, strict=True)
    steps = [kept(axis, n, at) for at, (axis, n) in enumerate(left) if at != first]
    steps += [
        AxisStep(axis=axis, result=n, meaning="from the second input")
        for at, (axis, n) in enumerate(right)
        if at not in (0, second)
    ]
    if len(steps) == 1:
        steps.append(
            AxisStep(axis=Axis.FEATURE, result=1, meaning="one sum of products")
        )
    reason = f"products are summed over {length_text(a)} pairs"
    return OutputSteps(
        axes=tuple(steps),
        ended=(EndedAxis(axis=call.axes(0)[first], length=a, reason=reason),),
    )


def _cost(call: Call, outputs: object) -> int | None:
    if mode_of(call) != "Dot":
        return no_cost(call, ())
    one, other = call.shape(0), call.shape(1)
    if one is None or other is None:
        return None
    _, second = dot_places(call, one, other)
    rest = [n for at, n in enumerate(other) if at not in (0, second)]
    cost = times([*one[1:], *rest])
    return cost if isinstance(cost, int) else None


def _keras_concatenate(settings: Settings, _version: int) -> Attributes:
    return {"mode": "Concatenate", "axis": whole(settings.get("axis", -1))}


def _keras_dot(settings: Settings, _version: int) -> Attributes:
    return {
        "mode": "Dot",
        "axes": _dot_axes(settings["axes"]),
        "normalize": bool(settings.get("normalize", False)),
    }


def _summary(call: Call) -> str:
    count = len(call.inputs)
    match mode_of(call):
        case "Concatenate":
            return f"{count} inputs side by side"
        case "Dot":
            return "cosines" if call.attributes.get("normalize") else "sums of products"
        case "function":
            return "merged by Python code"
        case mode:
            return f"{_WORDS.get(mode, (name_of(mode), ''))[0]}"


KINDS.add(
    LayerKind(
        id="merge",
        title="Merging of branches",
        category=Category.TENSOR,
        dialects={
            **{f"keras.{op}": _element_wise(op) for op in _WORDS},
            **{f"keras.Q{op}": _element_wise(op) for op in _WORDS},
            "keras.HAdd": _element_wise("Add"),
            "keras.Merge": Dialect(translate=_merge_mode),
            "keras.Concatenate": Dialect(translate=_keras_concatenate),
            "keras.PConcatenate": Dialect(translate=_keras_concatenate),
            "keras.QConcatenate": Dialect(translate=_keras_concatenate),
            "keras.TFDConcat": Dialect(translate=_keras_concatenate),
            "keras.Dot": Dialect(translate=_keras_dot),
            "keras.QDot": Dialect(translate=_keras_dot),
        },
        shape=_shape,
        multiply_adds=_cost,
        fields=_fields,
        summary=_summary,
    )
)


# concatenation of plain tensors


def _onnx_concat(settings: Settings, version: int) -> Attributes:
    axis = settings.get("axis", 1 if version < 4 else None)
    return {"axis": whole(axis)}


def _ops_concatenate(settings: Settings, _version: int) -> Attributes:
    return {"axis": whole(argument(settings, "axis", 1, 0))}


def _ops_hstack(_settings: Settings, _version: int) -> Attributes:
    return {"axis": 1}


def _ops_vstack(_settings: Settings, _version: int) -> Attributes:
    return {"axis": 0}


def _concat_shape(call: Call) -> list[OutputSteps | None]:
    return [concatenated(call, cautious=call.op in ("Concatenate", "Hstack", "Vstack"))]


def _concat_fields(call: Call) -> list[Field]:
    axis = whole(call.attributes.get("axis", 0))
    meaning = f"The inputs are put one after another along {axis_words(axis)}."
    return [Field(name="axis", value=str(axis), meaning=meaning)]


KINDS.add(
    LayerKind(
        id="concatenation",
        title="Concatenation",
        category=Category.TENSOR,
        dialects={
            "onnx.Concat": Dialect(translate=_onnx_concat, inputs=("weight",)),
            "onnx.com.microsoft.QLinearConcat": Dialect(
                translate=_onnx_concat, inputs=("@y_scale", "@y_zero_point", "")
            ),
            "keras.ops.concatenate": Dialect(translate=_ops_concatenate),
            "keras.ops.hstack": Dialect(translate=_ops_hstack),
            "keras.ops.vstack": Dialect(translate=_ops_vstack),
        },
        shape=_concat_shape,
        multiply_adds=no_cost,
        fields=_concat_fields,
    )
)
