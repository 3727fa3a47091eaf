"""Shapes that meet in element-wise operations: numpy's rule, with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Shape, Value
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.ir.text import grouped_shape, shown
from loaders.kinds import Call
from loaders.kinds._arguments import length_text, ordinal
from loaders.kinds._steps import kept

_VAGUE = (Axis.OTHER,)


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of an element-wise operation.

    Attributes:
        name: Where it comes from, for a sentence: ``block_2``.
        shape: Its lengths.
        axes: What they stand for; as long as ``shape``.
        index: Which input it is; -1 for a constant.
        skip: Axes in front that do not take part.
    """

    name: str
    shape: Shape
    axes: tuple[Axis, ...]
    index: int = -1
    skip: int = 0

    @property
    def lengths(self) -> Shape:
        """The lengths that take part."""
        return self.shape[self.skip :]

    @property
    def names(self) -> tuple[Axis, ...]:
        """What they stand for."""
        return self.axes[self.skip :]

    @classmethod
    def of(cls, value: Value, index: int) -> "Operand | None":
        """Describe an input; ``None`` if its rank is unknown."""
        if value.shape is None:
            return None
        return cls(source_name(value, index), value.shape, value.axes, index)


def source_name(value: Value, index: int) -> str:
    """Return where a value comes from, in the file's words."""
    name = value.name or value.id
    head, colon, tail = name.rpartition(":")
    if colon and tail.isdecimal():
        name = head
    return shown(name, 60) or f"the {ordinal(index)} input"


def operands(call: Call) -> list[Operand] | None:
    """Return all operands, constants last; ``None`` if a rank is unknown."""
    found = []
    for index, value in enumerate(call.inputs):
        operand = None if value is None else Operand.of(value, index)
        if operand is None:
            return None
        found.append(operand)
    for role, parameter in call.weights.items():
        if role.startswith("constant"):
            continue  # those are among the inputs already
        shape = parameter.shape
        known = len(parameter.axes) == len(shape)
        axes = parameter.axes if known else _VAGUE * len(shape)
        found.append(Operand(f"the constant {role}", shape, axes))
    for shape in call.attributes.get("constants", ()):
        lengths = tuple(shape)
        found.append(Operand("the constant", lengths, _VAGUE * len(lengths)))
    return found


def broadcast(
    call: Call, *, cautious: bool = False, batch_apart: bool = False, dtype: str = ""
) -> OutputSteps | None:
    """Return the common shape of all operands; ``None`` if a rank is unknown.

    Args:
        call: Every input and every constant takes part.
        cautious: As Keras' merging layers: an unknown length that meets a known one
            leaves the result unknown.
        batch_apart: As Keras' merging layers: the first axes are left out; only the
            others are aligned, from the last one on, and returned.
        dtype: Element type of the result; empty for the first input's.

    Raises:
        ShapeError: two lengths differ and neither is 1.
    """
    sides = operands(call)
    if not sides:
        return None
    if batch_apart:
        sides = [replace(side, skip=1) for side in sides]
    rank = max(len(side.lengths) for side in sides)
    steps = tuple(_axis(call, sides, rank, at, cautious) for at in range(rank))
    return OutputSteps(axes=steps, dtype=dtype)


def common_length(lengths: Sequence[Dim], cautious: bool = False) -> Dim:
    """Return the length that lengths are stretched to.

    Raises:
        ValueError: two known lengths differ and neither is 1.
    """
    known = {length for length in lengths if isinstance(length, int) and length != 1}
    if len(known) > 1:
        raise ValueError("lengths differ")
    open_ended = [length for length in lengths if not isinstance(length, int)]
    if known:
        return None if open_ended and cautious else known.pop()
    if not open_ended:
        return 1
    first = open_ended[0]
    return first if all(length == first for length in open_ended) else None


def _axis(
    call: Call, sides: Sequence[Operand], rank: int, at: int, cautious: bool
) -> AxisStep:
    present = [
        (side, at - (rank - len(side.lengths)))
        for side in sides
        if at >= rank - len(side.lengths)
    ]
    lengths = [side.lengths[place] for side, place in present]
    axis = _name(present)
    try:
        result = common_length(lengths, cautious)
    except ValueError:
        raise _mismatch(call, sides) from None
    first, place = present[0]
    source = place + first.skip if first.index == 0 else None
    meaning = _how_met(sides, present, result)
    if not meaning:
        return kept(axis, result, source)
    return AxisStep(axis=axis, result=result, meaning=meaning, source=source)


def _how_met(
    sides: Sequence[Operand], present: Sequence[tuple[Operand, int]], result: Dim
) -> str:
    """Return which operands are stretched along an axis; empty if none is."""
    here = [side for side, _ in present]
    short = [side for side, place in present if side.lengths[place] == 1]
    absent = [side for side in sides if side not in here and side.lengths]
    if result != 1 and short and len(short) < len(present):
        verb = "has" if len(short) == 1 else "have"
        length = length_text(result)
        return f"{_listed(short)} {verb} length 1 here, stretched to {length}"
    if absent:
        verb = "has" if len(absent) == 1 else "have"
        return f"{_listed(absent)} {verb} no such axis and is repeated along it"
    return ""


def _name(present: Sequence[tuple[Operand, int]]) -> Axis:
    for side, place in present:
        if side.names[place] is not Axis.OTHER and side.lengths[place] != 1:
            return side.names[place]
    for side, place in present:
        if side.names[place] is not Axis.OTHER:
            return side.names[place]
    return Axis.OTHER


def _listed(sides: Sequence[Operand]) -> str:
    names = [
        side.name
        if side.index < 0 or side.name.startswith("the ")
        else f"the {ordinal(side.index)} input ({side.name})"
        for side in sides
    ]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"


# what to say when it does not work


def _mismatch(call: Call, sides: Sequence[Operand]) -> ShapeError:
    one, other = _first_pair(sides)
    pairs = list(_differing(one, other))
    both = " and ".join(
        f"{grouped_shape(side.shape)} from {side.name}" for side in (one, other)
    )
    must = "; ".join(
        f"{_axis_word(axis)} {a:,} and {b:,} must be equal" for axis, a, b in pairs
    )
    return ShapeError(f"{call.op} gets {both}: {must}.", _cure(one, other, pairs))


def _first_pair(sides: Sequence[Operand]) -> tuple[Operand, Operand]:
    for at, one in enumerate(sides):
        for other in sides[at + 1 :]:
            if any(_differing(one, other)):
                return one, other
    return sides[0], sides[-1]


def _differing(one: Operand, other: Operand) -> list[tuple[Axis, int, int]]:
    """Return the aligned axes on which two operands cannot meet."""
    found = []
    for back in range(1, min(len(one.lengths), len(other.lengths)) + 1):
        a, b = one.shape[-back], other.shape[-back]
        if isinstance(a, int) and isinstance(b, int) and a != b and 1 not in (a, b):
            axis = one.axes[-back]
            found.append((other.axes[-back] if axis is Axis.OTHER else axis, a, b))
    return found[::-1]


def _axis_word(axis: Axis) -> str:
    return "the lengths" if axis in (Axis.OTHER, Axis.TIME) else f"the {axis} lengths"


_POSITIONS = (Axis.TIME, Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)


def _cure(
    one: Operand,
    other: Operand,
    pairs: Sequence[tuple[Axis, int, int]],
) -> str:
    """Return what would make two branches fit, worked out from their lengths."""
    if one.index < 0 or other.index < 0 or len(one.shape) != len(other.shape):
        return ""
    rank = len(one.shape)
    places = [(axis, a, b) for axis, a, b in pairs if axis in _POSITIONS]
    channels = [(a, b) for axis, a, b in pairs if axis in (Axis.CHANNEL, Axis.FEATURE)]
    if not 3 <= rank <= 5 or len(places) + len(channels) != len(pairs):
        return ""
    if places and len({a > b for _, a, b in places}) > 1:
        return "Use padding same and the same strides in both branches."
    long, short = (
        (one, other)
        if not places or places[0][1] > places[0][2]
        else (
            other,
            one,
        )
    )
    if not places:  # only the channels differ: change the branch with fewer layers
        long, short = other, one
    strides = {-(-max(a, b) // min(a, b)) for _, a, b in places} or {1}
    fits = all(-(-max(a, b) // s) == min(a, b) for _, a, b in places for s in strides)
    if len(strides) > 1 or not fits:
        return (
            "Use padding same and the same strides in both branches, so that "
            "neither loses more positions than the other."
        )
    stride = strides.pop()
    filters = next(
        (
            length
            for axis, length in zip(short.axes, short.shape, strict=True)
            if axis in (Axis.CHANNEL, Axis.FEATURE)
        ),
        None,
    )
    if not isinstance(filters, int):
        return ""
    kernel = " × ".join("1" * (rank - 2))
    return (
        f"Put a convolution of kernel {kernel}, stride {stride} and {filters:,} "
        f"filters on the branch from {long.name}"
        + (", or use stride 1 in the other branch." if stride > 1 else ".")
    )
