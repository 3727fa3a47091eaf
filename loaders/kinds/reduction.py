"""Operations that end axes: sums, means, largest, norms ... over whole axes."""

from collections.abc import Mapping
from typing import Any

from loaders.ir.graph import Attributes, Category
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import (
    argument,
    axis_at,
    axis_words,
    counted,
    whole,
    wholes,
)
from loaders.kinds._steps import kept

_ONNX = {
    "ReduceL1": "the sum of absolute values",
    "ReduceL2": "the root of the sum of squares",
    "ReduceLogSum": "the logarithm of the sum",
    "ReduceLogSumExp": "the logarithm of the sum of exp",
    "ReduceMax": "the largest",
    "ReduceMean": "the mean",
    "ReduceMin": "the smallest",
    "ReduceProd": "the product",
    "ReduceSum": "the sum",
    "ReduceSumSquare": "the sum of squares",
}
_OPS = {
    "mean": "the mean",
    "average": "the mean",
    "sum": "the sum",
    "max": "the largest",
    "amax": "the largest",
    "min": "the smallest",
    "amin": "the smallest",
    "prod": "the product",
    "std": "the standard deviation",
    "var": "the variance",
    "median": "the middle number",
    "logsumexp": "the logarithm of the sum of exp",
    "norm": "the length as a vector",
    "ptp": "the largest minus the smallest",
    "nanmax": "the largest, without what is not a number",
    "nanmean": "the mean, without what is not a number",
    "nanmedian": "the middle number, without what is not a number",
    "nanmin": "the smallest, without what is not a number",
    "nanprod": "the product, without what is not a number",
    "nanstd": "the standard deviation, without what is not a number",
    "nansum": "the sum, without what is not a number",
    "nanvar": "the variance, without what is not a number",
}
_TESTS = {
    "any": "whether any is true",
    "all": "whether all are true",
}
_PLACES = {
    "argmax": "the place of the largest",
    "argmin": "the place of the smallest",
    "countnonzero": "how many are not zero",
}


def _onnx(settings: Settings, version: int) -> Attributes:
    axes = settings.get("axes")
    known = axes is not None and len(wholes(axes)) > 0
    return {
        "axes": wholes(axes) if known else None,
        "keepdims": bool(whole(settings.get("keepdims", 1))),
        # Without axes everything is reduced, or nothing if the file says so.
        "nothing": not known and bool(settings.get("noop_with_empty_axes", 0)),
        "opset": version,
    }


def _onnx_place(settings: Settings, _version: int) -> Attributes:
    return {
        "axes": [whole(settings.get("axis", 0))],
        "keepdims": bool(whole(settings.get("keepdims", 1))),
        "nothing": False,
    }


def _ops(settings: Settings, _version: int) -> Attributes:
    axis = argument(settings, "axis", 1, argument(settings, "axes", 1))
    return {
        "axes": None if axis is None else wholes(axis),
        "keepdims": bool(settings.get("keepdims") or False),
        "nothing": False,
    }


def _open(call: Call) -> bool:
    """Whether the axes are computed while the model runs."""
    attributes = call.attributes
    return (
        attributes["axes"] is None
        and len(call.inputs) > 1
        and call.inputs[1] is not None
        and "opset" in attributes
    )


def reduced(call: Call, words: str, dtype: str = "") -> OutputSteps | None:
    """Return the input without the axes in ``attributes["axes"]``.

    Args:
        call: ``axes`` are the axes, ``None`` for all; ``keepdims`` leaves length 1.
        words: What is left of an axis: ``the mean``.
        dtype: Element type of the result; empty for the input's.
    """
    shape = call.shape()
    attributes = call.attributes
    if shape is None or _open(call):
        return None
    rank = len(shape)
    axes = attributes["axes"]
    gone = (
        set(range(rank))
        if axes is None
        else {axis_at(axis, rank, call.op) for axis in axes}
    )
    if attributes["nothing"]:
        gone = set()
    steps, ended = [], []
    for at, (axis, length) in enumerate(zip(call.axes(), shape, strict=True)):
        what = f"{words} over {counted(length, axis)}"
        if at not in gone:
            steps.append(kept(axis, length, at))
            continue
        ended.append(EndedAxis(axis=axis, length=length, reason=what))
        if attributes["keepdims"]:
            step = AxisStep(axis=axis, result=1, meaning=what, source=at)
            steps.append(step)
    if attributes["keepdims"]:
        ended = []
    return OutputSteps(axes=tuple(steps), ended=tuple(ended), dtype=dtype)


def reduction_words(call: Call) -> str:
    """Return what is left of the numbers along an axis: ``the mean``."""
    return _ALL.get(call.op) or _ALL.get(call.op.lower(), "the result")


_ALL: Mapping[str, str] = {
    **_ONNX,
    **_OPS,
    **_TESTS,
    **_PLACES,
    "ArgMax": _PLACES["argmax"],
    "ArgMin": _PLACES["argmin"],
}


def _dtype(call: Call) -> str:
    if call.op in ("ArgMax", "ArgMin"):
        return "int64"
    name = call.op.lower()
    if name in _TESTS:
        return "bool"
    return "int32" if name in _PLACES else ""


def _shape(call: Call) -> list[OutputSteps | None]:
    return [reduced(call, reduction_words(call), _dtype(call))]


def _moments(call: Call) -> list[OutputSteps | None]:
    return [reduced(call, "the mean"), reduced(call, "the variance")]


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    axes: Any = attributes["axes"]
    words = reduction_words(call)
    where = "all axes" if axes is None else " and ".join(map(axis_words, axes))
    fields = [
        Field(
            name="axes",
            value="all" if axes is None else ", ".join(map(str, axes)),
            meaning=f"{words[0].upper()}{words[1:]} is taken over {where}."
            if words.startswith("the ")
            else f"Looks along {where}: {words}.",
        )
    ]
    if attributes["keepdims"]:
        meaning = "The axes stay, with length 1."
        fields.append(Field(name="keepdims", value="yes", meaning=meaning))
    return fields


_AXES = Dialect(translate=_onnx, inputs=("", "@axes"))

KINDS.add(
    LayerKind(
        id="reduction",
        title="Reduction",
        category=Category.TENSOR,
        dialects={
            **{f"onnx.{op}": _AXES for op in _ONNX},
            **{
                f"keras.ops.{op}": Dialect(translate=_ops)
                for op in (*_OPS, *_TESTS, *_PLACES)
            },
            "onnx.ArgMax": Dialect(translate=_onnx_place),
            "onnx.ArgMin": Dialect(translate=_onnx_place),
        },
        shape=_shape,
        multiply_adds=no_cost,
        fields=_fields,
    )
)
KINDS.add(
    LayerKind(
        id="moments",
        title="Mean and variance",
        category=Category.TENSOR,
        dialects={"keras.ops.moments": Dialect(translate=_ops)},
        shape=_moments,
        multiply_adds=no_cost,
    )
)
