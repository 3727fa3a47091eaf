"""Layers that put axes in another order, add axes of length 1 and take them away."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import axis_at
from loaders.kinds._spatial import argument, whole, whole_list
from loaders.kinds._steps import kept, product_text

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


def axis_order(call: Call, rank: int) -> list[int]:
    """Return for each output axis the input axis it was.

    Raises:
        ShapeError: the order names an axis twice, or one that is not there.
    """
    attributes = call.attributes
    places = list(range(rank))
    if "swap" in attributes:
        one, other = (axis_at(axis, rank, call.op) for axis in attributes["swap"])
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
        axis_at(target, rank, call.op): axis_at(source, rank, call.op)
        for source, target in pairs
    }
    rest = iter([at for at in range(rank) if at not in moves.values()])
    return [moves[at] if at in moves else next(rest) for at in range(rank)]


def _transpose_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    axes, order = call.axes(), axis_order(call, len(shape))
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
        gone = {axis_at(axis, rank, call.op) for axis in wanted}
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
    new = {axis_at(axis, rank, call.op) for axis in wanted}
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
