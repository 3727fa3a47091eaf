"""``keras.ops`` that pick elements or find their places."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import (
    Call,
    Settings,
    no_settings,
)
from loaders.kinds._arguments import (
    argument,
    axis_at,
    bound,
    constant_shape,
    counted,
    length_text,
    positive,
    whole,
    wholes,
)
from loaders.kinds._keras_ops import add_op, named_axes
from loaders.kinds._steps import kept, one_replaced, passed_through

# x[…]


def _get_item(settings: Settings, _version: int) -> Attributes:
    key = settings.get("key")
    args = settings.get("args")
    if key is None and isinstance(args, (list, tuple)) and len(args) > 1:
        key = args[1]
    parts = key if isinstance(key, (list, tuple)) else [key]
    return {"key": [_key_part(part) for part in parts]}


def _key_part(part: Any) -> Any:
    """Return an index, ``"new"``, ``"..."``, or ``[start, stop, step]``."""
    match part:
        case None:
            return "new"
        case {"class_name": "__slice__", "config": Mapping() as bounds}:
            return [bound(bounds.get(name)) for name in ("start", "stop", "step")]
        case {"class_name": "__ellipsis__"} | "...":
            return "..."
        case {"start": start, "stop": stop, "step": step}:
            return [bound(start), bound(stop), bound(step)]
        case bool():
            raise TypeError("a mask as an index")
        case _:
            return whole(part)


def _get_item_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    if len(call.inputs) > 1:
        return [None]  # the indices are computed while the model runs
    steps: list[AxisStep] = []
    ended: list[EndedAxis] = []
    waiting = iter(named_axes(call, shape))
    for part in whole_key(call, shape):
        if part == "new":
            words = "new, of length 1"
            steps.append(AxisStep(axis=Axis.OTHER, result=1, meaning=words))
            continue
        at, axis, length = next(waiting)
        if isinstance(part, list):
            steps.append(_slice_step(axis, length, at, part))
        else:
            _check_index(call, part, at, length)
            ended.append(EndedAxis(axis=axis, length=length, reason=_picked(part)))
    return [OutputSteps(axes=tuple(steps), ended=tuple(ended))]


def whole_key(call: Call, shape: Shape) -> list[Any]:
    """Return what is taken of every axis: an index, a slice, or ``"new"``.

    Raises:
        ShapeError: it names more axes than there are.
    """
    key = list(call.attributes["key"])
    used = sum(1 for part in key if part not in ("new", "..."))
    if used > len(shape):
        raise ShapeError(
            f"{call.op} takes {count_of(used, 'index', 'indices')}; its input is "
            f"{shape_text(shape)}."
        )
    if "..." not in key:
        key.append("...")
    spot = key.index("...")
    key[spot : spot + 1] = [[None, None, None]] * (len(shape) - used)
    return key


def _check_index(call: Call, index: int, at: int, length: Dim) -> None:
    if isinstance(length, int) and not -length <= index < length:
        raise ShapeError(
            f"{call.op} picks index {index} of axis {at}, which has {length:,}."
        )


def _picked(index: int) -> str:
    if index < 0:
        return "the last one is picked" if index == -1 else f"{-index} from the end"
    return f"index {index} is picked (they count from 0)"


def _slice_step(axis: Axis, length: Dim, at: int, bounds: Sequence[Any]) -> AxisStep:
    start, stop, step = bounds
    if (start in (None, 0)) and stop is None and step in (None, 1, -1):
        words = "read backwards" if step == -1 and start is None else ""
        if words or step != -1:
            return kept(axis, length, at, *([words] if words else []))
    text = ":".join("" if n is None else str(n) for n in (start, stop, step)).rstrip(
        ":"
    )
    result: Dim = None
    if isinstance(length, int):
        result = len(range(*slice(start, stop, step).indices(length)))
    shown = text if ":" in text else f"{text}:"
    return AxisStep(
        axis=axis,
        result=result,
        meaning=f"elements {shown} of {counted(length, axis)}",
        source=at,
    )


# take


def _take(settings: Settings, _version: int) -> Attributes:
    axis = settings.get("axis")
    indices = argument(settings, "indices", 1)
    shape = constant_shape(indices) if indices is not None else None
    return {
        "axis": None if axis is None else whole(axis),
        "indices": None if shape is None else list(shape),
    }


def _take_shape(call: Call) -> list[OutputSteps | None]:
    shape, axis = call.shape(), call.attributes["axis"]
    constant = call.attributes["indices"]
    picked = tuple(constant) if constant is not None else call.shape(1)
    if shape is None or axis is None or picked is None:
        return [None]
    place = axis_at(axis, len(shape), call.op)
    steps: list[AxisStep] = []
    for at, name, length in named_axes(call, shape):
        if at != place:
            steps.append(kept(name, length, at))
            continue
        for n in picked:
            words = f"picked out of {counted(length, name)}"
            axis_name = name if len(picked) == 1 else Axis.OTHER
            source = at if len(picked) == 1 else None
            steps.append(
                AxisStep(axis=axis_name, result=n, meaning=words, source=source)
            )
    return [OutputSteps(axes=tuple(steps))]


def _take_along(call: Call) -> list[OutputSteps | None]:
    shape, indices, axis = call.shape(), call.shape(1), call.attributes["axis"]
    if shape is None or indices is None or axis is None or len(shape) != len(indices):
        return [None]
    place = axis_at(axis, len(shape), call.op)
    steps = [
        AxisStep(axis=name, result=indices[at], meaning="one per index", source=at)
        if at == place
        else kept(name, length, at)
        for at, name, length in named_axes(call, shape)
    ]
    return [OutputSteps(axes=tuple(steps))]


# slices of a given size


def _slice(settings: Settings, _version: int) -> Attributes:
    size = argument(settings, "shape", 2)
    start = argument(settings, "start_indices", 1, None)
    is_plain = isinstance(start, list | tuple) and all(type(n) is int for n in start)
    return {
        "shape": None if size is None else wholes(size),
        "start": list(start) if is_plain else None,
    }


def _slice_shape(call: Call) -> list[OutputSteps | None]:
    shape, sizes = call.shape(), call.attributes["shape"]
    if shape is None or sizes is None or len(shape) != len(sizes):
        return [None]
    steps = [
        kept(name, length, at)
        if sizes[at] == length or sizes[at] == -1
        else AxisStep(
            axis=name,
            result=sizes[at],
            meaning=f"cut out of {counted(length, name)}",
            source=at,
        )
        for at, name, length in named_axes(call, shape)
    ]
    return [OutputSteps(axes=tuple(steps))]


# places and counts


def _top(settings: Settings, _version: int) -> Attributes:
    return {"k": positive(argument(settings, "k", 1))}


def _last_axis(
    call: Call, length: Dim, words: str, dtype: str = ""
) -> OutputSteps | None:
    shape = call.shape()
    if not shape:
        return None
    *rest, (at, name, _) = named_axes(call, shape)
    steps = [kept(axis, n, place) for place, axis, n in rest]
    last = AxisStep(axis=name, result=length, meaning=words, source=at)
    return OutputSteps(axes=(*steps, last), dtype=dtype)


def _top_shape(call: Call) -> list[OutputSteps | None]:
    k = call.attributes["k"]
    words = f"the {k} largest"
    return [_last_axis(call, k, words), _last_axis(call, k, words, "int32")]


def _last(settings: Settings, _version: int) -> Attributes:
    return {"axis": whole(argument(settings, "axis", 1, -1))}


def _glu_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    place = axis_at(call.attributes["axis"], len(shape), call.op)
    length = shape[place]
    step = AxisStep(
        axis=call.axes()[place],
        result=length // 2 if isinstance(length, int) else None,
        meaning="one half opens and closes the other",
        rule="length / 2",
        numbers=f"{length_text(length)} / 2",
        source=place,
    )
    return [OutputSteps(axes=one_replaced(call, step))]


def _diff(settings: Settings, _version: int) -> Attributes:
    return {
        "n": whole(argument(settings, "n", 1, 1)),
        "axis": whole(argument(settings, "axis", 2, -1)),
    }


def _diff_shape(call: Call) -> list[OutputSteps | None]:
    shape, n = call.shape(), call.attributes["n"]
    if shape is None:
        return [None]
    place = axis_at(call.attributes["axis"], len(shape), call.op)
    length = shape[place]
    step = AxisStep(
        axis=call.axes()[place],
        result=max(length - n, 0) if isinstance(length, int) else None,
        meaning="differences between neighbours",
        rule="length − n",
        numbers=f"{length_text(length)} − {n}",
        source=place,
    )
    return [OutputSteps(axes=one_replaced(call, step))]


def _one_hot(settings: Settings, _version: int) -> Attributes:
    return {
        "classes": positive(argument(settings, "num_classes", 1)),
        "axis": whole(argument(settings, "axis", 2, -1)),
        "dtype": str(settings.get("dtype") or ""),
    }


def _one_hot_shape(call: Call) -> list[OutputSteps | None]:
    shape, classes = call.shape(), call.attributes["classes"]
    if shape is None:
        return [None]
    place = axis_at(call.attributes["axis"], len(shape) + 1, call.op)
    steps = [kept(name, n, at) for at, name, n in named_axes(call, shape)]
    new = AxisStep(axis=Axis.OTHER, result=classes, meaning="1 at the number, else 0")
    steps.insert(place, new)
    return [OutputSteps(axes=tuple(steps), dtype=call.attributes["dtype"])]


def _sorted_places(call: Call) -> list[OutputSteps | None]:
    return [passed_through(call, dtype="int32")]


add_op("ops_getitem", "Part of a value", ["getitem"], _get_item, _get_item_shape)
add_op("ops_take", "Elements picked", ["take"], _take, _take_shape)
add_op("ops_take_along", "Elements picked", ["takealongaxis"], _take, _take_along)
add_op("ops_slice", "Part of a value", ["slice"], _slice, _slice_shape)
add_op("ops_topk", "Largest elements", ["topk"], _top, _top_shape)
add_op(
    "ops_glu",
    "Gated linear unit",
    ["glu"],
    lambda s, v: {"axis": whole(argument(s, "axis", 1, -1))},
    _glu_shape,
)
add_op("ops_diff", "Differences", ["diff"], _diff, _diff_shape)
add_op("ops_onehot", "One-hot", ["onehot"], _one_hot, _one_hot_shape)
add_op("ops_argsort", "Places in order", ["argsort"], no_settings, _sorted_places)
