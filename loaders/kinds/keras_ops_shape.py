"""``keras.ops`` that move axes and elements about without computing."""

from loaders.ir.graph import Attributes, Axis, Dim
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import (
    Call,
    Settings,
    no_settings,
)
from loaders.kinds._arguments import (
    argument,
    axis_at,
    length_text,
    whole,
    wholes,
)
from loaders.kinds._keras_ops import add_op, named_axes
from loaders.kinds._steps import kept, product_text, same_shape, times


def _ravel_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    step = AxisStep(
        axis=Axis.OTHER,
        result=times(shape),
        meaning="all numbers one after another",
        rule="the product of all lengths",
        numbers=product_text(shape),
    )
    return [OutputSteps(axes=(step,))]


# repetition


def _repeats(settings: Settings, _version: int) -> Attributes:
    repeats = argument(settings, "repeats", 1)
    axis = settings.get("axis")
    return {
        "repeats": None if repeats is None else wholes(repeats),
        "axis": None if axis is None else whole(axis),
    }


def _longer(axis: Axis, length: Dim, times_: int, at: int) -> AxisStep:
    return AxisStep(
        axis=axis,
        result=length * times_ if isinstance(length, int) else None,
        meaning="repeated",
        rule="length × repeats",
        numbers=f"{length_text(length)} × {times_}",
        source=at,
    )


def _repeat_shape(call: Call) -> list[OutputSteps | None]:
    shape, repeats = call.shape(), call.attributes["repeats"]
    axis = call.attributes["axis"]
    if shape is None or repeats is None or axis is None:
        return [None]
    place = axis_at(axis, len(shape), call.op)
    steps = []
    for at, name, length in named_axes(call, shape):
        if at != place:
            steps.append(kept(name, length, at))
        elif len(repeats) == 1:
            steps.append(_longer(name, length, repeats[0], at))
        else:
            words = "each element repeated as often as the model says"
            steps.append(kept(name, sum(repeats), at, words))
    return [OutputSteps(axes=tuple(steps))]


add_op("ops_ravel", "All numbers in a row", ["ravel"], no_settings, _ravel_shape)
add_op("ops_repeat", "Repetition of elements", ["repeat"], _repeats, _repeat_shape)
add_op(
    "ops_reorder",
    "Elements in another order",
    ["flip", "fliplr", "flipud", "roll", "sort", "cumsum", "cumprod", "tril", "triu"],
    no_settings,
    same_shape,
)
