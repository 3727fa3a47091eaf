"""Layers that put axes in another order, add and take away axes of length 1, repeat."""

from collections.abc import Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._spatial import argument, whole, whole_list
from loaders.kinds._steps import kept, need_rank, product_text, times

# transpose


def _permute(settings: Settings, _version: int) -> Attributes:
    return {"order": [0, *whole_list(settings["dims"])]}


def _transpose_onnx(settings: Settings, _opset: int) -> Attributes:
    order = settings.get("perm")
    return {"order": None if order is None else whole_list(order)}


def _transpose_ops(settings: Settings, _version: int) -> Attributes:
    order = argument(settings, "axes", 1, default=None)
    return {"order": None if order is None else whole_list(order)}


def _swapaxes_ops(settings: Settings, _version: int) -> Attributes:
    pair = [argument(settings, name, at) for name, at in (("axis1", 1), ("axis2", 2))]
    return {"swap": [whole(axis) for axis in pair]}


def _moveaxis_ops(settings: Settings, _version: int) -> Attributes:
    names = (("source", 1), ("destination", 2))
    source, target = (whole_list(argument(settings, name, at)) for name, at in names)
    return {"move": [list(pair) for pair in zip(source, target, strict=True)]}


def _order(call: Call, rank: int) -> list[int]:
    """Return for each output axis the input axis it was.

    Raises:
        ShapeError: the order names an axis twice, or one that is not there.
    """
    attributes = call.attributes
    places = list(range(rank))
    if "swap" in attributes:
        one, other = (place_of(axis, rank, call.op) for axis in attributes["swap"])
        places[one], places[other] = places[other], places[one]
        return places
    if "move" in attributes:
        return _moved(call, attributes["move"], rank)
    order = attributes["order"]
    if order is None:
        return places[::-1]
    found = [axis + rank if axis < 0 else axis for axis in order]
    if sorted(found) != places:
        raise ShapeError(
            f"{call.op} orders {len(order)} axes as {', '.join(map(str, order))}; its "
            f"input has {rank}, and each must be named once."
        )
    return found


def _moved(call: Call, pairs: Sequence[Sequence[int]], rank: int) -> list[int]:
    moves = {
        place_of(target, rank, call.op): place_of(source, rank, call.op)
        for source, target in pairs
    }
    rest = iter([at for at in range(rank) if at not in moves.values()])
    return [moves[at] if at in moves else next(rest) for at in range(rank)]


def place_of(axis: int, rank: int, op: str) -> int:
    """Return an axis counted from the start.

    Raises:
        ShapeError: there is no such axis.
    """
    place = axis + rank if axis < 0 else axis
    if not 0 <= place < rank:
        raise ShapeError(f"{op} names axis {axis}; there are {rank} axes.")
    return place


def _transpose_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    axes, order = call.axes(), _order(call, len(shape))
    steps = []
    for to, place in enumerate(order):
        moved = "kept as it is" if to == place else f"was axis {place}, moved here"
        steps.append(kept(axes[place], shape[place], place, moved))
    return [OutputSteps(axes=tuple(steps))]


def _transpose_fields(call: Call) -> list[Field]:
    order = call.attributes.get("order")
    if not order:
        return []
    text = ", ".join(map(str, order))
    meaning = "Which input axis comes at each place (0 is the batch)."
    return [Field(name="order", value=text, meaning=meaning)]


# axes of length 1


def _axes_onnx(settings: Settings, _opset: int) -> Attributes:
    axes = settings.get("axes")
    return {} if axes is None else {"axes": whole_list(axes)}


def _squeeze_ops(settings: Settings, _version: int) -> Attributes:
    axes = argument(settings, "axis", 1, default=None)
    return {"all": True} if axes is None else {"axes": whole_list(axes)}


def _expand_ops(settings: Settings, _version: int) -> Attributes:
    return {"axes": whole_list(argument(settings, "axis", 1))}


def _squeeze_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    names, rank = call.axes(), len(shape)
    if "axes" in call.attributes:
        wanted = whole_list(call.attributes["axes"])
        gone = {place_of(axis, rank, call.op) for axis in wanted}
    elif any(call.inputs[1:]) or any(not isinstance(n, int) for n in shape):
        return [None]  # which axes go depends on numbers that are not here
    else:
        gone = {at for at, length in enumerate(shape) if length == 1}
    for at in sorted(gone):
        if isinstance(shape[at], int) and shape[at] != 1:
            raise ShapeError(
                f"{call.op} takes axis {at} ({names[at].value}) away, but it has "
                f"{shape[at]} elements, not 1."
            )
    steps = [kept(names[at], shape[at], at) for at in range(rank) if at not in gone]
    ended = tuple(
        EndedAxis(axis=names[at], length=shape[at], reason="one element: taken away")
        for at in sorted(gone)
    )
    return [OutputSteps(axes=tuple(steps), ended=ended)]


def _unsqueeze_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None or "axes" not in call.attributes:
        return [None]
    wanted = whole_list(call.attributes["axes"])
    rank = len(shape) + len(wanted)
    new = {place_of(axis, rank, call.op) for axis in wanted}
    if len(new) != len(wanted):
        raise ShapeError(f"{call.op} adds the same axis twice: {product_text(wanted)}.")
    names, rest, steps = call.axes(), iter(range(len(shape))), []
    for at in range(rank):
        if at in new:
            steps.append(
                AxisStep(axis=Axis.OTHER, result=1, meaning="new, of length 1")
            )
        else:
            place = next(rest)
            steps.append(kept(names[place], shape[place], place))
    return [OutputSteps(axes=tuple(steps))]


def _axes_fields(call: Call) -> list[Field]:
    axes = call.attributes.get("axes")
    if axes is None:
        return []
    text = ", ".join(map(str, whole_list(axes)))
    meaning = "Which axes; negative ones count from the end."
    return [Field(name="axes", value=text, meaning=meaning)]


# repeating


def _repeat_vector(settings: Settings, _version: int) -> Attributes:
    return {"n": whole(settings["n"])}


def _repeat_shape(call: Call) -> list[OutputSteps | None]:
    shape = need_rank(call, (2,), "batch, feature")
    if shape is None:
        shape = (None, None)
    n = whole(call.attributes["n"])
    time = AxisStep(axis=Axis.TIME, result=n, meaning="the same numbers n times")
    steps = (kept(Axis.BATCH, shape[0], 0), time, kept(Axis.CHANNEL, shape[1], 1))
    return [OutputSteps(axes=steps)]


def _repeat_fields(call: Call) -> list[Field]:
    n = whole(call.attributes["n"])
    meaning = f"Every sample is written {n} times, one after another."
    return [Field(name="n", value=str(n), meaning=meaning)]


def _tile_onnx(settings: Settings, _opset: int) -> Attributes:
    repeats = settings.get("repeats")
    return {} if repeats is None else {"repeats": whole_list(repeats)}


def _tile_ops(settings: Settings, _version: int) -> Attributes:
    return {"repeats": whole_list(argument(settings, "repeats", 1))}


def _tile_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    repeats: list[Any] = [None] * len(shape)
    if "repeats" in call.attributes:
        repeats = whole_list(call.attributes["repeats"])
    if len(repeats) < len(shape):
        repeats = [1] * (len(shape) - len(repeats)) + repeats
    added = len(repeats) - len(shape)
    lengths: list[Dim] = [*([1] * added), *shape]
    names = [*([Axis.OTHER] * added), *call.axes()]
    steps = []
    for at, (length, count, name) in enumerate(
        zip(lengths, repeats, names, strict=True)
    ):
        source = at - added if at >= added else None
        if count == 1:
            steps.append(kept(name, length, source))
            continue
        steps.append(
            AxisStep(
                axis=name,
                result=times((length, count)),
                meaning="the whole is repeated",
                rule="n × r",
                numbers=product_text([length, count]),
                source=source,
            )
        )
    return [OutputSteps(axes=tuple(steps))]


def _expand_onnx(settings: Settings, _opset: int) -> Attributes:
    shape = settings.get("shape")
    return {} if shape is None else {"shape": whole_list(shape)}


def _broadcast_ops(settings: Settings, _version: int) -> Attributes:
    return {"shape": whole_list(argument(settings, "shape", 1))}


def _expand_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if "shape" not in call.attributes:
        return [_open_expand(call, shape)]
    wanted: list[Dim] = list(whole_list(call.attributes["shape"]))
    if shape is None:
        return [None]
    rank = max(len(shape), len(wanted))
    lengths: list[Dim] = [*[1] * (rank - len(shape)), *shape]
    wanted = [*[1] * (rank - len(wanted)), *wanted]
    names = [Axis.OTHER] * (rank - len(shape)) + list(call.axes())
    steps = []
    for at, (have, want, name) in enumerate(zip(lengths, wanted, names, strict=True)):
        source = at - rank + len(shape) if at >= rank - len(shape) else None
        steps.append(_stretched(call, have, want, name, source))
    return [OutputSteps(axes=tuple(steps))]


def _stretched(
    call: Call, have: Dim, want: Dim, name: Axis, source: int | None
) -> AxisStep:
    if want in (1, -1) or have == want:
        return kept(name, have, source)
    if isinstance(have, int) and have != 1:
        raise ShapeError(
            f"{call.op} stretches axes of length 1; this one ({name.value}) has {have} "
            f"elements and should have {want}."
        )
    meaning = "the one element is repeated"
    return AxisStep(axis=name, result=want, meaning=meaning, source=source)


def _open_expand(call: Call, shape: Shape | None) -> OutputSteps | None:
    """Return what is known if the wanted shape is computed: the number of axes."""
    wanted = call.shape(1)
    if shape is None or wanted is None or len(wanted) != 1:
        return None
    if not isinstance(wanted[0], int):
        return None
    rank = max(min(wanted[0], 64), len(shape))
    added = rank - len(shape)
    steps = []
    for at in range(rank):
        source = at - added if at >= added else None
        name = Axis.OTHER if source is None else call.axes()[source]
        length = None if source is None or shape[source] == 1 else shape[source]
        meaning = "as long as the computed shape says"
        if length is not None:
            meaning = "kept as it is"
        steps.append(AxisStep(axis=name, result=length, meaning=meaning, source=source))
    return OutputSteps(axes=tuple(steps))


def _shape_fields(call: Call) -> list[Field]:
    fields = []
    for name, meaning in (
        ("repeats", "How often each axis is repeated."),
        ("shape", "The wanted lengths; 1 keeps the input's."),
    ):
        numbers = call.attributes.get(name)
        if numbers is not None:
            text = product_text(whole_list(numbers))
            fields.append(Field(name=name, value=text, meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="transpose",
        title="Transpose",
        category=Category.TENSOR,
        dialects={
            "keras.Permute": Dialect(translate=_permute),
            "keras.ops.transpose": Dialect(translate=_transpose_ops),
            "keras.ops.swapaxes": Dialect(translate=_swapaxes_ops),
            "keras.ops.moveaxis": Dialect(translate=_moveaxis_ops),
            "onnx.Transpose": Dialect(translate=_transpose_onnx),
        },
        shape=_transpose_shape,
        multiply_adds=no_cost,
        fields=_transpose_fields,
    )
)

KINDS.add(
    LayerKind(
        id="squeeze",
        title="Take axes away",
        category=Category.TENSOR,
        dialects={
            "keras.ops.squeeze": Dialect(translate=_squeeze_ops),
            "onnx.Squeeze": Dialect(translate=_axes_onnx, inputs=("", "@axes")),
        },
        shape=_squeeze_shape,
        multiply_adds=no_cost,
        fields=_axes_fields,
    )
)

KINDS.add(
    LayerKind(
        id="unsqueeze",
        title="Add axes",
        category=Category.TENSOR,
        dialects={
            "keras.ops.expanddims": Dialect(translate=_expand_ops),
            "onnx.Unsqueeze": Dialect(translate=_axes_onnx, inputs=("", "@axes")),
        },
        shape=_unsqueeze_shape,
        multiply_adds=no_cost,
        fields=_axes_fields,
    )
)

KINDS.add(
    LayerKind(
        id="repeat_vector",
        title="Repeat vector",
        category=Category.TENSOR,
        dialects={"keras.RepeatVector": Dialect(translate=_repeat_vector)},
        shape=_repeat_shape,
        multiply_adds=no_cost,
        fields=_repeat_fields,
        summary=lambda call: f"{call.attributes['n']} times",
    )
)

KINDS.add(
    LayerKind(
        id="tile",
        title="Repeat",
        category=Category.TENSOR,
        dialects={
            "keras.ops.tile": Dialect(translate=_tile_ops),
            "onnx.Tile": Dialect(translate=_tile_onnx, inputs=("", "@repeats")),
        },
        shape=_tile_shape,
        multiply_adds=no_cost,
        fields=_shape_fields,
    )
)

KINDS.add(
    LayerKind(
        id="expand",
        title="Stretch",
        category=Category.TENSOR,
        dialects={
            "keras.ops.broadcastto": Dialect(translate=_broadcast_ops),
            "onnx.Expand": Dialect(translate=_expand_onnx, inputs=("", "@shape")),
        },
        shape=_expand_shape,
        multiply_adds=no_cost,
        fields=_shape_fields,
    )
)
