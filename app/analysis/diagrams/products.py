"""Drawings of weighted sums: dense layers, matrix products, equations."""

from collections.abc import Sequence

from app.analysis.diagrams._case import (
    ALL,
    FIRST,
    Case,
    Made,
    Mark,
    at_each,
    block,
    counted,
    each_of,
    every,
    labels_of,
    product,
    sentence,
    without_batch,
)
from loaders.ir.diagram import Block, Blocks
from loaders.ir.graph import Axis, Dim, Shape
from loaders.kinds._arguments import length_text
from loaders.kinds._products import Side, inner_lengths, sides_of, transposed
from loaders.kinds._steps import times
from loaders.kinds.einsum import equation_terms, output_names, term_names
from loaders.kinds.keras_ops_product import contracted_axes
from loaders.kinds.merge import dot_places
from loaders.kinds.product_microsoft import fused_sides


def dense(case: Case) -> Made:
    """Every unit sums all numbers of the last axis, or rows meet columns."""
    if "product" in case.call.attributes:
        sides = sides_of(case.call)
        if sides is None:
            return None
        left = transposed(sides[0], bool(case.call.attributes.get("transA")))
        right = transposed(sides[1], bool(case.call.attributes.get("transB")))
        return _product(case, left, right)
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    return weighted(case, shape, result.shape[-1], "unit")


def maxout(case: Case) -> Made:
    """Every unit gives on the largest of several sums."""
    pieces = case.call.attributes["pieces"]
    told = f"each makes {counted(pieces, 'weighted sum')} of them and gives the largest"
    return _mixed(case, "sums, largest", told)


def highway(case: Case) -> Made:
    """A weighted sum, mixed with the input's own number at the same place."""
    told = (
        "it mixes a weighted sum of them with number k of the input; a gate, a second "
        "weighted sum, decides how much of each"
    )
    return _mixed(case, "sum, mix", told)


def _mixed(case: Case, note: str, told: str) -> Made:
    """Draw one number of the output that is made of the whole input."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or len(shape) != len(result.axes):
        return None
    given = block("input", ["feature"], shape[-1:], [ALL])
    made = block("output", ["unit"], result.shape[-1:], [FIRST])
    if given is None or made is None:
        return None
    reads = f"number k of the output reads {every(shape[-1], 'number')} of the input"
    return Blocks(inputs=(given,), result=made, note=note), sentence(reads, told)


def weighted(case: Case, shape: Shape, units: Dim, noun: str) -> Made:
    """Draw units that each sum all numbers of the last axis."""
    labels, lengths, _ = without_batch(case.call.axes(), shape)
    marks = [*[FIRST] * (len(lengths) - 1), ALL]
    given = block("input", labels, lengths, marks)
    made = block(
        "output", (*labels[:-1], noun), (*lengths[:-1], units), [FIRST] * len(lengths)
    )
    if given is None or made is None:
        return None
    places = lengths[:-1]
    same = ""
    if places:
        same = f"the same weights are used at {at_each(places, 'place')}"
    caption = sentence(
        f"{each_of(units, noun)} sums all "
        f"{counted(lengths[-1], 'number')} of the last axis, each with a weight of "
        "its own",
        same,
    )
    return Blocks(inputs=(given,), result=made, note="weigh, sum"), caption


def fused_product(case: Case) -> Made:
    """Products of Microsoft's domain."""
    sides = fused_sides(case.call)
    if sides is None:
        return None
    shape, axes, other = sides
    weight = "kernel" if "kernel" in case.call.weights else ""
    left = Side(shape=shape, axes=axes, first=True, weight="")
    names = (Axis.OTHER,) * len(other)
    right = Side(shape=other, axes=names, first=False, weight=weight)
    return _product(case, left, right)


def few_bits(case: Case) -> Made:
    """Weights of few bits: the output tells how many units there are."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or not shape:
        return None
    return weighted(case, shape, result.shape[-1], "column")


def _product(case: Case, left: Side, right: Side) -> Made:
    """Draw a row of the left matrix that meets a column of the right one."""
    result = case.result
    if result is None or not left.shape or not right.shape:
        return None
    cut = 1 if result.names[:1] == (Axis.BATCH,) and len(result.axes) > 1 else 0
    stacked = max(len(left.shape), len(right.shape))
    names = [
        _title(case, side, name)
        for side, name in ((left, "left_constant"), (right, "right_constant"))
    ]
    one = _side(left, names[0], [FIRST] * (len(left.shape) - 1) + [ALL], cut, stacked)
    other = _side(right, names[1], _column(right), cut, stacked)
    made = block(
        "output",
        labels_of(result.names)[cut:],
        result.shape[cut:],
        [FIRST] * (len(result.axes) - cut),
    )
    if one is None or other is None or made is None:
        return None
    inner = next((n for n in inner_lengths(left, right) if isinstance(n, int)), None)
    caption = sentence(
        f"{counted(inner, 'number')} of a row {'meets' if inner == 1 else 'meet'} "
        f"{'as many' if inner is None else length_text(inner)} of a column: their "
        "products are summed to one number",
        f"there are {product(result.shape[cut:])} of them"
        if len(result.axes) > cut
        else "",
    )
    return Blocks(inputs=(one, other), result=made, sign="×", note="sum"), caption


def _column(side: Side) -> list[Mark]:
    if len(side.shape) == 1:
        return [ALL]
    return [*[FIRST] * (len(side.shape) - 2), ALL, FIRST]


def _title(case: Case, side: Side, name: str) -> str:
    """Return what a side is: it may be written into the file."""
    if side.weight:
        return "weights"
    return "constant" if name in case.call.attributes else "input"


def _side(
    side: Side, title: str, marks: Sequence[Mark], cut: int, rank: int
) -> Block | None:
    """Return one side, without the batch if the output has one and this side, too."""
    skip = cut if title == "input" and len(side.shape) == rank else 0
    labels = labels_of(side.axes)
    if title != "input" and len(side.shape) == 2:
        labels = ("row", "column")
    return block(title, labels[skip:], side.shape[skip:], marks[skip:])


def dot(case: Case) -> Made:
    """Products summed along an axis of each input."""
    one, other, result = case.call.shape(0), case.call.shape(1), case.result
    if one is None or other is None or result is None:
        return None
    first, second = dot_places(case.call, one, other)
    if 0 in (first, second):
        return None
    return _contracted(case, one, other, [first], [second], cut=1)


def tensordot(case: Case) -> Made:
    """As ``dot``, along several axes."""
    one, other = case.call.shape(0), case.call.shape(1)
    if one is None or other is None:
        return None
    first, second = contracted_axes(case.call, one, other)
    return _contracted(case, one, other, first, second, cut=0)


def _contracted(
    case: Case,
    one: Shape,
    other: Shape,
    first: Sequence[int],
    second: Sequence[int],
    cut: int,
) -> Made:
    result = case.result
    if result is None:
        return None
    blocks = []
    for index, (shape, gone) in enumerate(((one, first), (other, second))):
        marks = [ALL if at in gone else FIRST for at in range(len(shape))][cut:]
        labels = labels_of(case.call.axes(index))[cut:]
        blocks.append(block("input", labels, shape[cut:], marks))
    names, lengths = labels_of(result.names)[cut:], result.shape[cut:]
    made = block("output", names, lengths, [FIRST] * len(lengths))
    if blocks[0] is None or blocks[1] is None or made is None:
        return None
    many = times(one[at] for at in first)
    caption = sentence(
        f"{counted(many, 'number')} of the first input and as many of the second are "
        "multiplied pair by pair and summed to one number"
    )
    both = (blocks[0], blocks[1])
    return Blocks(inputs=both, result=made, sign="×", note="sum"), caption


def einsum(case: Case) -> Made:
    """Every letter of the equation that the output lacks is summed over."""
    equation = case.call.attributes["equation"]
    terms, out = equation_terms(equation)
    shapes = [case.call.shape(index) for index in range(len(terms))]
    known = [shape for shape in shapes if shape is not None]
    if len(known) != len(terms):
        return None
    return _equation(case, terms, out, known)


def einsum_dense(case: Case) -> Made:
    """As ``einsum``; the second term is the layer's kernel.

    Its lengths are those of the letters, however the file packs its numbers.
    """
    terms, out = equation_terms(case.call.attributes["equation"])
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    data = term_names(terms[0], len(shape), len(shape))
    lengths = dict(zip(data, shape, strict=True))
    lengths |= dict(zip(output_names(terms, out, data), result.shape, strict=True))
    kernel = tuple(lengths.get(letter) for letter in terms[1])
    return _equation(case, terms, out, [shape, kernel])


def _equation(
    case: Case, terms: Sequence[str], out: str | None, shapes: Sequence[Shape]
) -> Made:
    result = case.result
    if result is None or not 1 <= len(terms) <= 2:
        return None
    names = [
        term_names(term, len(shape), len(shape))
        for term, shape in zip(terms, shapes, strict=True)
    ]
    seen = list(dict.fromkeys(name for term in names for name in term))
    kept = output_names(terms, out, seen)
    gone = [name for name in seen if name not in kept]
    blocks = []
    for at, (term, shape) in enumerate(zip(names, shapes, strict=True)):
        title = "kernel" if at and case.call.op.endswith("EinsumDense") else "input"
        marks = [ALL if name in gone else FIRST for name in term]
        blocks.append(block(title, [_letter(n) for n in term], shape, marks))
    made = block(
        "output", [_letter(n) for n in kept], result.shape, [FIRST] * len(kept)
    )
    inputs = tuple(found for found in blocks if found is not None)
    if made is None or len(inputs) != len(blocks):
        return None
    lengths = {
        name: length
        for term, shape in zip(names, shapes, strict=True)
        for name, length in zip(term, shape, strict=True)
    }
    summed = " and ".join(f"{name} ({product([lengths[name]])})" for name in gone)
    how = "the marked numbers are multiplied" if len(terms) > 1 else ""
    over = f"summed over {summed}" if gone else "nothing is summed"
    caption = sentence(" and ".join(filter(None, (how, over))), "")
    sign = "×" if len(terms) > 1 else ""
    note = "sum" if gone else ""
    return Blocks(inputs=inputs, result=made, sign=sign, note=note), caption


def _letter(name: str) -> str:
    return "…" if name.isdigit() else name
