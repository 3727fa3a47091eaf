"""Layers that keep every number and change how axes divide them."""

import math
from collections.abc import Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._spatial import Layout, argument, layout_of, whole, whole_list
from loaders.kinds._steps import kept, product_text, times


def _flatten_keras(settings: Settings, _version: int) -> Attributes:
    return {"axis": 1, "data_format": layout_of(settings).value}


def _flatten_onnx(settings: Settings, _opset: int) -> Attributes:
    return {"axis": whole(settings.get("axis", 1)), "matrix": True}


def _flatten_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    if not shape and not call.attributes.get("matrix"):
        raise ShapeError(f"{call.op} expects a batch axis; its input is one number.")
    if call.attributes.get("matrix"):
        return [_matrix(call, shape)]
    order = reading_order(call, len(shape))
    joined = [(call.axes()[at], shape[at]) for at in order]
    batch = kept(Axis.BATCH, shape[0], 0)
    if not joined:
        one = AxisStep(axis=Axis.FEATURE, result=1, meaning="one number per sample")
        return [OutputSteps(axes=(batch, one))]
    if len(joined) == 1:
        return [OutputSteps(axes=(batch, kept(Axis.FEATURE, shape[1], 1)))]
    return [OutputSteps(axes=(batch, _joined_step(call, joined)), ended=_ended(joined))]


def reading_order(call: Call, rank: int) -> list[int]:
    """Return in which order Keras lays the axes behind the batch one after another."""
    if call.attributes["data_format"] == Layout.FIRST and rank > 2:
        return [*range(2, rank), 1]
    return list(range(1, rank))


def _joined_step(call: Call, joined: Sequence[tuple[Axis, Dim]]) -> AxisStep:
    lengths = [length for _, length in joined]
    meaning = "every number behind the batch in one row, the last axis fastest"
    if call.attributes.get("data_format") == Layout.FIRST and len(joined) > 1:
        meaning = "channels_first: the channels are moved to the end, then " + meaning
    if None in lengths:
        meaning += "; its length changes with the size of the input"
    return AxisStep(
        axis=Axis.FEATURE,
        result=times(lengths),
        meaning=meaning,
        rule=" × ".join(axis.value for axis, _ in joined),
        numbers=product_text(lengths),
    )


def _ended(joined: Sequence[tuple[Axis, Dim]]) -> tuple[EndedAxis, ...]:
    rule = " × ".join(axis.value for axis, _ in joined)
    numbers = product_text([length for _, length in joined])
    return tuple(
        EndedAxis(
            axis=axis, length=length, reason=f"all in one row, {rule} = {numbers}"
        )
        for axis, length in joined
    )


def _matrix(call: Call, shape: Shape) -> OutputSteps:
    """Return ONNX's Flatten: always a matrix, cut before ``axis``."""
    axis = whole(call.attributes["axis"])
    cut = axis + len(shape) if axis < 0 else axis
    if not 0 <= cut <= len(shape):
        raise ShapeError(
            f"{call.op} cuts before axis {axis}; its input has {len(shape)} axes."
        )
    axes = call.axes()
    sides = [
        [(axes[at], shape[at], at) for at in part]
        for part in (range(cut), range(cut, len(shape)))
    ]
    steps: list[AxisStep] = []
    ended: list[EndedAxis] = []
    for side, name in zip(sides, (Axis.BATCH, Axis.FEATURE), strict=True):
        joined = [(old, length) for old, length, _ in side]
        if len(side) == 1:
            [(old, length, place)] = side
            steps.append(kept(old if name is Axis.BATCH else name, length, place))
        elif not side:
            steps.append(AxisStep(axis=name, result=1, meaning="there is only one"))
        else:
            steps.append(_joined_step(call, joined))
            ended += _ended(joined)
    return OutputSteps(axes=tuple(steps), ended=tuple(ended))


def _flatten_fields(call: Call) -> list[Field]:
    if call.attributes.get("matrix"):
        axis = str(call.attributes["axis"])
        meaning = "Axes before it become rows, the others columns."
        return [Field(name="axis", value=axis, meaning=meaning)]
    layout, shape = call.attributes["data_format"], call.shape()
    order = "all axes behind the batch"
    if shape is not None and len(shape) > 1:
        places = reading_order(call, len(shape))
        order = " × ".join(call.axes()[at].value for at in places)
    meaning = f"Numbers are laid out in the order {order}."
    return [Field(name="data_format", value=layout, meaning=meaning)]


# Reshape


def _reshape_keras(settings: Settings, _version: int) -> Attributes:
    return {"target": _target(settings["target_shape"]), "keep_batch": True}


def _reshape_ops(settings: Settings, _version: int) -> Attributes:
    return {"target": _target(argument(settings, "newshape", 1)), "keep_batch": False}


def _reshape_onnx(settings: Settings, _opset: int) -> Attributes:
    shape = settings.get("shape")
    return {
        **({} if shape is None else {"shape": whole_list(shape)}),
        "copy_zero": not settings.get("allowzero", 0),
        "keep_batch": False,
    }


def _target(value: Any) -> list[int | None]:
    entries = value if isinstance(value, list | tuple) else [value]
    return [None if entry is None else whole(entry) for entry in entries]


def _reshape_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    target = call.attributes.get("target", call.attributes.get("shape"))
    if target is None:
        return [_of_rank(call)]
    if call.attributes["keep_batch"]:
        return [_behind_batch(call, shape, target)]
    if shape is None:
        lengths = [n if n is not None and n > 0 else None for n in target]
        return [_unplaced(lengths)]
    resolved = _resolved(call, shape, target)
    return [_placed(call, shape, resolved, _first_stays(shape, target))]


def _first_stays(shape: Shape, target: Sequence[int | None]) -> int:
    """Return 1 if the first axis, of unknown length, is the very same as before."""
    if not shape or target[:1] != [-1] or isinstance(shape[0], int):
        return 0
    rest = times(shape[1:])
    return int(isinstance(rest, int) and rest == times(target[1:]))


def _of_rank(call: Call) -> OutputSteps | None:
    """Return what is known if the wanted shape is computed: its number of axes."""
    wanted = call.shape(1)
    if wanted is None or len(wanted) != 1 or not isinstance(wanted[0], int):
        return None
    return _unplaced([None] * min(wanted[0], 64))


def _unplaced(lengths: Sequence[Dim]) -> OutputSteps:
    return OutputSteps(
        axes=tuple(
            AxisStep(axis=Axis.OTHER, result=length, meaning="set by the wanted shape")
            for length in lengths
        )
    )


def _behind_batch(
    call: Call, shape: Shape | None, target: Sequence[int | None]
) -> OutputSteps:
    if shape is None:
        rest = [n if n is not None and n >= 0 else None for n in target]
        batch = kept(Axis.BATCH, None, None)
        return OutputSteps(axes=(batch, *_unplaced(rest).axes))
    if not shape:
        raise ShapeError(f"{call.op} expects a batch axis; its input is one number.")
    resolved = _resolved(call, shape[1:], target)
    return _placed(call, shape, [shape[0], *resolved], 1)


def _resolved(call: Call, shape: Shape, target: Sequence[int | None]) -> list[Dim]:
    """Return the wanted lengths with −1 and 0 replaced.

    Unknown lengths that occur on both sides cancel, so that −1 may be found even if
    the batch is unknown.

    Raises:
        ShapeError: the number of elements would change.
    """
    lengths: list[Dim] = list(target)
    if call.attributes.get("copy_zero"):
        lengths = [
            _copied(call, shape, at) if n == 0 else n for at, n in enumerate(target)
        ]
    if lengths.count(-1) > 1:
        raise ShapeError(
            f"{call.op} to {product_text(lengths)} has more than one −1: only one "
            "length can follow from the others."
        )
    open_at = lengths.index(-1) if -1 in lengths else None
    others = [n for at, n in enumerate(lengths) if at != open_at]
    have, want = _without_common(shape, others)
    if open_at is None:
        total, wanted = times(have), times(want)
        if isinstance(total, int) and isinstance(wanted, int):
            _check_equal(call, shape, lengths, total, wanted)
        return lengths
    lengths[open_at] = _open_length(call, shape, target, have, want)
    return lengths


def _copied(call: Call, shape: Shape, at: int) -> Dim:
    if at >= len(shape):
        raise ShapeError(
            f"{call.op} copies the length of axis {at}; its input has "
            f"{len(shape)} axes."
        )
    return shape[at]


def _without_common(
    have: Sequence[Dim], want: Sequence[Dim]
) -> tuple[list[Dim], list[Dim]]:
    """Take away named lengths that both sides have."""
    left, right = list(have), list(want)
    for length in have:
        if isinstance(length, str) and length in right:
            left.remove(length)
            right.remove(length)
    return left, right


def _check_equal(
    call: Call, shape: Shape, lengths: Sequence[Dim], have: int, want: int
) -> None:
    if have == want:
        return
    raise ShapeError(
        f"{call.op} cannot make {product_text(lengths)} = {want:,} numbers of "
        f"{product_text(shape)} = {have:,}.",
        "The number of elements must stay the same; use −1 for one length to let it "
        "follow from the others.",
    )


def _open_length(
    call: Call,
    shape: Shape,
    target: Sequence[int | None],
    have: Sequence[Dim],
    want: Sequence[Dim],
) -> Dim:
    """Return the length that −1 stands for."""
    divisor = times(want)
    if not isinstance(divisor, int) or divisor == 0:
        return None
    names = [length for length in have if not isinstance(length, int)]
    number = math.prod(length for length in have if isinstance(length, int))
    if not names:
        if number % divisor:
            text = _target_text(target)
            raise ShapeError(
                f"{call.op} cannot divide {product_text(shape)} = {number:,} numbers "
                f"into {text}: {number:,} is not a multiple of {divisor:,}."
            )
        return number // divisor
    return names[0] if len(names) == 1 and number == divisor else None


def _placed(
    call: Call, shape: Shape, lengths: Sequence[Dim], fixed: int
) -> OutputSteps:
    """Return the steps, with the axes that stay as they are recognised.

    Numbers keep their order, so equal lengths at the start and at the end are the same
    axes as before, if the number of elements between them is known to agree.
    """
    axes, least = call.axes(), min(len(shape), len(lengths))
    head = fixed
    while head < least and _same(shape[head], lengths[head]):
        head += 1
    tail = 0
    while tail < least - head and _same(shape[-1 - tail], lengths[-1 - tail]):
        tail += 1
    middle = shape[head : len(shape) - tail]
    names = axes[head : len(shape) - tail]
    steps = []
    for at, length in enumerate(lengths):
        if at < head:
            steps.append(kept(axes[at], length, at))
        elif at >= len(lengths) - tail:
            place = at - len(lengths) + len(shape)
            steps.append(kept(axes[place], length, place))
        else:
            steps.append(_middle_step(length, middle, names, head, lengths, tail))
    ended = tuple(
        EndedAxis(axis=name, length=length, reason="divided anew")
        for name, length in zip(names, middle, strict=True)
        if len(lengths) - head - tail != len(middle) or length != 1
    )
    return OutputSteps(axes=tuple(steps), ended=ended)


def _same(one: Dim, other: Dim) -> bool:
    return one is not None and one == other


def _middle_step(
    length: Dim,
    middle: Shape,
    names: Sequence[Axis],
    head: int,
    lengths: Sequence[Dim],
    tail: int,
) -> AxisStep:
    alone = len(lengths) - head - tail == 1
    if not middle:
        return AxisStep(axis=Axis.OTHER, result=length, meaning="an axis of length 1")
    if alone and len(middle) > 1:
        return AxisStep(
            axis=Axis.OTHER,
            result=length,
            meaning="joined, the last of them fastest",
            rule=" × ".join(name.value for name in names),
            numbers=product_text(middle),
        )
    total = product_text(middle)
    meaning = f"{total} numbers divided anew, the last axis fastest"
    return AxisStep(axis=Axis.OTHER, result=length, meaning=meaning)


def _reshape_fields(call: Call) -> list[Field]:
    target = call.attributes.get("target", call.attributes.get("shape"))
    if target is None:
        return []
    meaning = "The wanted lengths"
    if call.attributes["keep_batch"]:
        meaning += " behind the batch"
    if -1 in target:
        meaning += "; −1 follows from the others"
    if call.attributes.get("copy_zero") and 0 in target:
        meaning += "; 0 keeps the input's length"
    text = _target_text(target)
    return [Field(name="target_shape", value=text, meaning=meaning + ".")]


def _target_text(target: Sequence[int | None]) -> str:
    words = {-1: "−1", None: "?"}
    return " × ".join(words.get(length, str(length)) for length in target)


def _reshape_summary(call: Call) -> str:
    target = call.attributes.get("target", call.attributes.get("shape"))
    return "" if target is None else f"to {_target_text(target)}"


KINDS.add(
    LayerKind(
        id="flatten",
        title="Flatten",
        category=Category.TENSOR,
        dialects={
            "keras.Flatten": Dialect(translate=_flatten_keras),
            "onnx.Flatten": Dialect(translate=_flatten_onnx),
        },
        shape=_flatten_shape,
        multiply_adds=no_cost,
        fields=_flatten_fields,
    )
)

KINDS.add(
    LayerKind(
        id="reshape",
        title="Reshape",
        category=Category.TENSOR,
        dialects={
            "keras.Reshape": Dialect(translate=_reshape_keras),
            "keras.QReshape": Dialect(translate=_reshape_keras),
            "keras.ops.reshape": Dialect(translate=_reshape_ops),
            "onnx.Reshape": Dialect(translate=_reshape_onnx, inputs=("", "@shape")),
        },
        shape=_reshape_shape,
        multiply_adds=no_cost,
        fields=_reshape_fields,
        summary=_reshape_summary,
    )
)
