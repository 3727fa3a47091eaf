"""Products of two matrices, or stacks of them, where either side may be a weight."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import Call
from loaders.kinds._steps import kept, product_text, times


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a product.

    Attributes:
        shape: Its lengths; of a vector, the axis that numpy adds is missing.
        axes: What they stand for.
        first: Whether it is the call's first data input.
        weight: Its role if it is a weight, else empty.
    """

    shape: Shape
    axes: tuple[Axis, ...]
    first: bool
    weight: str


def sides_of(call: Call) -> tuple[Side, Side] | None:
    """Return both sides; ``None`` if a rank is unknown.

    A weight is named by its side: ``left_kernel`` or ``kernel``. A constant that the
    description itself holds is no input either.
    """
    left, right = (_weight(call, role) for role in ("left_kernel", "kernel"))
    left = left or _constant(call, "left_constant")
    right = right or _constant(call, "right_constant")
    inputs = 0
    if left is None:
        left, inputs = _data(call, 0), 1
    if right is None:
        right = _data(call, inputs)
    return None if left is None or right is None else (left, right)


def _weight(call: Call, role: str) -> Side | None:
    saved = call.weights.get(role)
    if saved is None:
        return None
    shape = saved.shape
    axes = (Axis.OTHER,) * len(shape)
    return Side(shape=shape, axes=axes, first=False, weight=role)


def _constant(call: Call, name: str) -> Side | None:
    shape = call.attributes.get(name)
    if shape is None:
        return None
    axes = (Axis.OTHER,) * len(shape)
    return Side(shape=tuple(shape), axes=axes, first=False, weight="")


def _data(call: Call, index: int) -> Side | None:
    shape = call.shape(index)
    if shape is None:
        return None
    return Side(shape=shape, axes=call.axes(index), first=index == 0, weight="")


def transposed(side: Side, transpose: bool) -> Side:
    """Return a side with its last two axes swapped, if asked for."""
    if not transpose or len(side.shape) < 2:
        return side
    *shape, rows, columns = side.shape
    *axes, row_axis, column_axis = side.axes
    return Side(
        shape=(*shape, columns, rows),
        axes=(*axes, column_axis, row_axis),
        first=side.first,
        weight=side.weight,
    )


def inner_lengths(left: Side, right: Side) -> tuple[Dim, Dim]:
    """Return the lengths of the two axes that are multiplied and summed."""
    return left.shape[-1], right.shape[-2 if len(right.shape) > 1 else 0]


def product_steps(call: Call, left: Side, right: Side, dtype: str = "") -> OutputSteps:
    """Return the steps of ``left @ right``, with numpy's rules.

    Raises:
        ShapeError: an inner length differs, a stack cannot be stretched, or a side
            is a single number.
    """
    if not left.shape or not right.shape:
        raise ShapeError(f"{call.op} needs two matrices; one input is a single number.")
    inner, other = inner_lengths(left, right)
    if isinstance(inner, int) and isinstance(other, int) and inner != other:
        raise ShapeError(
            f"{call.op} multiplies {shape_text(left.shape)} by "
            f"{shape_text(right.shape)}: the last length of the first, {inner}, must "
            f"equal the length before last of the second, {other}.",
            "Transpose one of them, or the weights belong to another input.",
        )
    steps = _stacked(call, left, right)
    rank = len(steps) + (len(left.shape) > 1) + (len(right.shape) > 1)
    if len(left.shape) > 1:
        steps.append(_row(left))
    if len(right.shape) > 1:
        steps.append(_column(left, right, rank))
    return OutputSteps(axes=tuple(steps), ended=_ended(left, right, inner), dtype=dtype)


def _row(left: Side) -> AxisStep:
    if left.weight:
        axis, meaning = Axis.FEATURE, "one per row of the saved matrix"
        return AxisStep(axis=axis, result=left.shape[-2], meaning=meaning)
    place = len(left.shape) - 2 if left.first else None
    return kept(left.axes[-2], left.shape[-2], place)


def _column(left: Side, right: Side, rank: int) -> AxisStep:
    if right.weight:
        axis = Axis.CHANNEL if rank > 2 else Axis.FEATURE
        meaning = "one per column of the saved matrix"
        return AxisStep(axis=axis, result=right.shape[-1], meaning=meaning)
    axis, place = right.axes[-1], len(right.shape) - 1
    meaning = "one per column of the second matrix"
    return AxisStep(
        axis=axis,
        result=right.shape[-1],
        meaning="kept as it is" if left.weight else meaning,
        source=place if right.first else None,
    )


def _ended(left: Side, right: Side, inner: Dim) -> tuple[EndedAxis, ...]:
    data, place = (left, -1) if left.first else (right, -2)
    if not data.first:
        return ()
    if len(data.shape) == 1:
        place = 0
    numbers = "numbers" if inner is None else f"{product_text([inner])} numbers"
    partner = "the weights" if left.weight or right.weight else "the other's"
    reason = f"its {numbers} are multiplied with {partner} and summed"
    return (EndedAxis(axis=data.axes[place], length=data.shape[place], reason=reason),)


def _stacked(call: Call, left: Side, right: Side) -> list[AxisStep]:
    """Return the axes of the stack of matrices, stretched to one another."""
    stacks = [(side, max(len(side.shape) - 2, 0)) for side in (left, right)]
    rank = max(count for _, count in stacks)
    steps = []
    for at in range(rank):
        present = [
            (side, at - (rank - count)) for side, count in stacks if at >= rank - count
        ]
        steps.append(_stack_step(call, present, left, right))
    return steps


def _stack_step(
    call: Call, present: Sequence[tuple[Side, int]], left: Side, right: Side
) -> AxisStep:
    lengths = [side.shape[place] for side, place in present]
    known = {length for length in lengths if isinstance(length, int) and length != 1}
    if len(known) > 1:
        raise ShapeError(
            f"{call.op} multiplies stacks of matrices, {shape_text(left.shape)} by "
            f"{shape_text(right.shape)}: "
            f"{' and '.join(map(str, sorted(known)))} differ and none is 1.",
        )
    data = [(side, place) for side, place in present if not side.weight]
    side, place = next(
        ((s, p) for s, p in data if s.axes[p] is not Axis.OTHER),
        (data or [*present])[0],
    )
    source = next((p for s, p in present if s.first), None)
    unsure = [length for length in lengths if not isinstance(length, int)]
    length: Dim = 1
    if known:
        [length] = known
    elif unsure:
        length = unsure[0] if len(set(unsure)) == 1 else None
    return kept(side.axes[place], length, source)


def product_weights(call: Call) -> list[WeightSteps]:
    """Return the weights of a product with their axes named."""
    found = []
    for role in ("left_kernel", "kernel"):
        side = _weight(call, role)
        if side is None:
            continue
        stack = (Axis.OTHER,) * (len(side.shape) - 2)
        ends = (Axis.UNIT, Axis.IN_FEATURE)
        if role == "kernel":
            ends = (Axis.IN_FEATURE, Axis.UNIT)
        if _is_transposed(call, role):
            ends = (ends[1], ends[0])
        axes = (*stack, *ends)[-len(side.shape) :] if side.shape else ()
        meaning = f"{product_text(side.shape)} weights"
        found.append(
            WeightSteps(role=role, shape=side.shape, axes=axes, meaning=meaning)
        )
    bias = call.weights.get("bias")
    if bias is not None:
        shape = bias.tensor.shape
        axes = ((Axis.OTHER,) * len(shape) + (Axis.UNIT,))[-len(shape) :]
        found.append(
            WeightSteps(
                role="bias",
                shape=shape,
                axes=axes if shape else (),
                meaning="added to the sums",
            )
        )
    return found


def _is_transposed(call: Call, role: str) -> bool:
    return bool(call.attributes.get("transA" if role == "left_kernel" else "transB"))


def product_cost(outputs: Sequence[OutputSteps], inner: Dim) -> int | None:
    """Return multiply-adds of one sample: each output sums ``inner`` products."""
    lengths = [step.result for step in outputs[0].axes if step.axis is not Axis.BATCH]
    total = times((*lengths, inner))
    return total if isinstance(total, int) else None
