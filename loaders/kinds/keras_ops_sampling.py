"""``keras.ops`` that sample along axes: resize, quantile, linspace, diagonal, cross."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import grouped
from loaders.kinds import Call, Settings
from loaders.kinds._arguments import (
    argument,
    axis_at,
    constant_shape,
    positive,
    switch,
    whole,
    wholes,
)
from loaders.kinds._broadcast import broadcast
from loaders.kinds._keras_ops import add_op, named_axes
from loaders.kinds._steps import kept

# image.resize


def _resize(settings: Settings, _version: int) -> Attributes:
    height, width = wholes(argument(settings, "size", 1))
    layout = settings.get("data_format") or "channels_last"
    return {"size": [positive(height), positive(width)], "data_format": layout}


def _resize_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    if shape is None:
        return [None]
    if len(shape) not in (3, 4):
        raise ShapeError(f"{call.op} takes pictures; its input has {len(shape)} axes.")
    last = attributes["data_format"] == "channels_last"
    first = len(shape) - (3 if last else 2)
    sizes = dict(zip((first, first + 1), attributes["size"], strict=True))
    names = {first: Axis.HEIGHT, first + 1: Axis.WIDTH}
    steps = [
        AxisStep(axis=names[at], result=sizes[at], meaning="resized", source=at)
        if at in sizes
        else kept(name, length, at)
        for at, name, length in named_axes(call, shape)
    ]
    return [OutputSteps(axes=tuple(steps))]


# quantile


def _quantile(settings: Settings, _version: int) -> Attributes:
    axis = settings.get("axis")
    asked = constant_shape(argument(settings, "q", 1, 0.5))
    return {
        "axes": None if axis is None else wholes(axis),
        "keepdims": switch(settings, "keepdims"),
        "asked": list(asked or ()),
    }


def _quantile_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    if shape is None:
        return [None]
    axes = attributes["axes"]
    places = range(len(shape)) if axes is None else axes
    gone = {axis_at(axis, len(shape), call.op) for axis in places}
    steps = [
        AxisStep(axis=Axis.OTHER, result=length, meaning="one for each quantile")
        for length in attributes["asked"]
    ]
    ended = []
    for at, name, length in named_axes(call, shape):
        if at not in gone:
            steps.append(kept(name, length, at))
        elif attributes["keepdims"]:
            words = "the quantile along it"
            steps.append(AxisStep(axis=name, result=1, meaning=words, source=at))
        else:
            words = "only its quantile is left"
            ended.append(EndedAxis(axis=name, length=length, reason=words))
    return [OutputSteps(axes=tuple(steps), ended=tuple(ended))]


# linspace


def _linspace(settings: Settings, _version: int) -> Attributes:
    return {
        "num": whole(argument(settings, "num", 2, 50)),
        "axis": whole(settings.get("axis", 0)),
    }


def _linspace_shape(call: Call) -> list[OutputSteps | None]:
    met = broadcast(call)
    if met is None:
        return [None]
    place = axis_at(call.attributes["axis"], len(met.axes) + 1, call.op)
    number = call.attributes["num"]
    words = f"{grouped(number)} steps from start to stop"
    steps = list(met.axes)
    steps.insert(place, AxisStep(axis=Axis.OTHER, result=number, meaning=words))
    return [OutputSteps(axes=tuple(steps))]


# diagonal


def _diagonal(settings: Settings, _version: int) -> Attributes:
    return {
        "offset": whole(settings.get("offset", 0)),
        "axes": [whole(settings.get("axis1", 0)), whole(settings.get("axis2", 1))],
    }


def _diagonal_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    if shape is None:
        return [None]
    first, second = (axis_at(at, len(shape), call.op) for at in attributes["axes"])
    offset, length = attributes["offset"], None
    rows, columns = shape[first], shape[second]
    if isinstance(rows, int) and isinstance(columns, int):
        length = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    every = named_axes(call, shape)
    steps = [kept(name, n, at) for at, name, n in every if at not in (first, second)]
    steps.append(AxisStep(axis=Axis.OTHER, result=length, meaning="along the diagonal"))
    ended = tuple(
        EndedAxis(axis=every[at][1], length=shape[at], reason="joined to a diagonal")
        for at in (first, second)
    )
    return [OutputSteps(axes=tuple(steps), ended=ended)]


# cross


def _cross(settings: Settings, _version: int) -> Attributes:
    axis = settings.get("axis")
    names = ("axisa", "axisb", "axisc")
    axes = [whole(settings.get(name, -1)) if axis is None else axis for name in names]
    return {"axes": axes}


def _cross_shape(call: Call) -> list[OutputSteps | None]:
    """Vectors of 3 numbers in the last axis; other forms stay open."""
    one, other = call.shape(0), call.shape(1)
    lasts: list[Dim] = [shape[-1] for shape in (one, other) if shape]
    if call.attributes["axes"] != [-1, -1, -1] or lasts != [3, 3]:
        return [None]
    return [broadcast(call)]


add_op("ops_resize", "Resize pictures", ["resize"], _resize, _resize_shape)
add_op("ops_quantile", "Quantile", ["quantile"], _quantile, _quantile_shape)
add_op("ops_linspace", "Even steps", ["linspace"], _linspace, _linspace_shape)
add_op("ops_diagonal", "Diagonal", ["diagonal"], _diagonal, _diagonal_shape)
add_op("ops_cross", "Cross product", ["cross"], _cross, _cross_shape)
