"""Drawings of several inputs that become one, and of one that becomes several."""

from collections.abc import Sequence

from app.analysis.diagrams import products
from app.analysis.diagrams._case import (
    FIRST,
    Case,
    Made,
    block,
    counted,
    label_of,
    labels_of,
    picture,
    product,
    sentence,
)
from loaders.ir.diagram import Block, Blocks, Joined
from loaders.ir.graph import Axis, Dim
from loaders.kinds._arguments import axis_at, length_text
from loaders.kinds._broadcast import Operand, operands
from loaders.kinds._spatial import whole
from loaders.kinds.merge import mode_of

_MOST_DRAWN = 2
"""Inputs of an element-wise operation that are drawn; the others are counted."""
_SIGNS = {
    "add": "+",
    "sum": "+",
    "biasadd": "+",
    "sub": "−",
    "subtract": "−",
    "mul": "×",
    "multiply": "×",
    "div": "÷",
    "divide": "÷",
    "truedivide": "÷",
    "dividenonan": "÷",
    "max": "max",
    "maximum": "max",
    "fmax": "max",
    "min": "min",
    "minimum": "min",
    "fmin": "min",
    "mean": "mean",
    "average": "mean",
    "pow": "^",
    "power": "^",
    "mod": "mod",
    "fmod": "mod",
    "equal": "=",
    "notequal": "≠",
    "greater": ">",
    "greaterequal": "≥",
    "greaterorequal": "≥",
    "less": "<",
    "lessequal": "≤",
    "lessorequal": "≤",
    "and": "and",
    "logicaland": "and",
    "or": "or",
    "logicalor": "or",
    "xor": "xor",
    "logicalxor": "xor",
}
"""What stands between the inputs, by operation in small letters."""


def merging(case: Case) -> Made:
    """Keras' layers with several inputs."""
    match mode_of(case.call):
        case "function":
            return None
        case "Concatenate":
            return concatenated(case)
        case "Dot":
            return products.dot(case)
        case mode:
            return _element_wise(case, mode)


def arithmetic(case: Case) -> Made:
    """Element-wise operations with several inputs."""
    return _element_wise(case, case.call.op)


def choice(case: Case) -> Made:
    """One of two values, by a condition."""
    return _element_wise(case, "choose")


def _element_wise(case: Case, mode: str) -> Made:
    sides, result = operands(case.call), case.result
    if not sides or result is None:
        return None
    if len(sides) == 1:
        return None
    cut = 1 if result.names[:1] == (Axis.BATCH,) else 0
    rank = len(result.axes)
    drawn = [_operand(side, cut, rank) for side in sides[:_MOST_DRAWN]]
    blocks = tuple(found for found in drawn if found is not None)
    made = picture(
        "output",
        result.names[cut:],
        labels_of(result.names)[cut:],
        result.shape[cut:],
        [FIRST] * (rank - cut),
    )
    if made is None or len(blocks) != len(drawn):
        return None
    sign = _SIGNS.get(mode.lower().removeprefix("qlinear"), "")
    shapes = {side.shape for side in sides}
    if len(shapes) == 1:
        many = "both" if len(sides) == 2 else f"all {len(sides)}"
        met = f"{many} inputs have the same shape"
    else:
        met = (
            "where an input has length 1, or lacks an axis, its numbers serve all "
            "places of the others"
        )
    caption = sentence("element by element, at the same place of every input", met)
    diagram = Blocks(
        inputs=blocks,
        result=made,
        sign=sign,
        more=len(sides) - len(blocks),
        note="" if sign else mode.lower(),
    )
    return diagram, caption


def _operand(side: Operand, cut: int, rank: int) -> Block | None:
    skip = cut if len(side.shape) == rank else 0
    labels = [
        label_of(axis, at + rank - len(side.shape)) for at, axis in enumerate(side.axes)
    ]
    title = "input" if side.index >= 0 else "constant"
    count = len(side.shape) - skip
    axes, shape = side.axes[skip:], side.shape[skip:]
    return picture(title, axes, labels[skip:], shape, [FIRST] * count)


def scaled_channels(case: Case) -> Made:
    """Every channel times a learned factor of its own."""
    shape, channels = case.call.shape(), case.call.attributes["channels"]
    if shape is None:
        return None
    axes = case.call.axes()
    cut = 1 if axes[:1] == (Axis.BATCH,) else 0
    labels, rank = labels_of(axes)[cut:], len(shape) - cut
    first = [FIRST] * rank
    given = picture("input", axes[cut:], labels, shape[cut:], first)
    made = picture("output", axes[cut:], labels, shape[cut:], first)
    factors = block("factors", ["channel"], [channels], [FIRST])
    if given is None or made is None or factors is None:
        return None
    caption = sentence(
        f"every number is multiplied by the factor of its channel; there are {channels}"
    )
    return Blocks(inputs=(given, factors), result=made, sign="×"), caption


def concatenated(case: Case) -> Made:
    """Inputs side by side along one axis."""
    sides, result = operands(case.call), case.result
    if not sides or result is None:
        return None
    rank = len(result.axes)
    place = axis_at(whole(case.call.attributes.get("axis", -1)), rank, case.call.op)
    pieces = tuple(side.shape[place] for side in sides)
    return _joined(case, place, pieces, result.shape, is_cut=False)


def stacked(case: Case) -> Made:
    """Inputs on top of each other along a new axis."""
    sides, result = operands(case.call), case.result
    if not sides or result is None:
        return None
    place = axis_at(case.call.attributes["axis"], len(result.axes), case.call.op)
    return _joined(case, place, (1,) * len(sides), result.shape, is_cut=False)


def _joined(
    case: Case, place: int, pieces: tuple[Dim, ...], shape: Sequence[Dim], is_cut: bool
) -> Made:
    axes = case.call.axes()
    if not is_cut and case.result is not None:
        axes = case.result.names
    cut = 1 if axes[:1] == (Axis.BATCH,) and place > 0 else 0
    others = [n for at, n in enumerate(shape) if at != place][cut:]
    label = label_of(axes[place], place)
    total = shape[place]
    diagram = Joined(
        label=label, pieces=pieces, whole=total, others=product(others), is_cut=is_cut
    )
    sizes = " + ".join(map(length_text, pieces[:6])) + (" + …" * (len(pieces) > 6))
    verb = "is cut into" if is_cut else "is put together of"
    name = label if label.startswith("axis") else f"the {label} axis"
    caption = sentence(
        f"{name} {verb} {counted(len(pieces), 'piece')}: "
        f"{length_text(total)} = {sizes}",
        f"all share the other axes: {product(others)}" if others else "",
    )
    return diagram, caption


def split(case: Case) -> Made:
    """One input cut into pieces along an axis."""
    shape = case.call.shape()
    if shape is None:
        return None
    place = axis_at(case.call.attributes["axis"], len(shape), case.call.op)
    found = [steps.shape for steps in case.outputs if steps is not None]
    if len(found) != len(case.outputs):
        return None
    whole_rank = len(found[0]) == len(shape)
    pieces = tuple(lengths[place] if whole_rank else 1 for lengths in found)
    return _joined(case, place, pieces, shape, is_cut=True)
