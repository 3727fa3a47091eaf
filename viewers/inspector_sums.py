"""How the sizes of a layer's weights make up its parameters, in one line: pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from loaders.ir.graph import Axis, Parameter
from loaders.ir.text import count_of, grouped

_PARTS = (Axis.TOKEN, Axis.FILTER, Axis.GATE, Axis.UNIT, Axis.CHANNEL, Axis.FEATURE)
"""What a layer has several of, each with numbers of its own."""
_WORDS = {
    "kernel": ("weight", "weights"),
    "bias": ("bias", "biases"),
    "recurrent_kernel": ("recurrent weight", "recurrent weights"),
    "depthwise_kernel": ("weight", "weights"),
    "embeddings": ("number", "numbers"),
}
_MOST_PRODUCTS = 4
"""More weights than these are added up without the lengths of each."""


def sum_text(weights: Sequence[Parameter]) -> str:
    """Return how the sizes of weights make up their number, in words, then in numbers.

    ``24 filters × (8 × 8 × 3 weights + 1 bias)``, and in a second line
    ``24 × (8 × 8 × 3 + 1) = 4,632``. Where the weights do not belong to equal parts of
    the layer it is a plain sum: ``768 + 576 + 48 = 1,392``. Empty for one number.

    Args:
        weights: At least one; all their lengths are known.
    """
    total = grouped(sum(weight.count for weight in weights))
    ways, one_way = _one_direction([_per_channel(weight) for weight in weights])
    for part in _PARTS:
        counts = {_length_of(weight, part) for weight in one_way}
        count = counts.pop()
        if counts or count < 1:
            continue
        parts, numbers = count_of(count, str(part)), grouped(count)
        if part is Axis.GATE:
            if not (gates := _gates(one_way, count)):
                continue
            parts, numbers = gates
        shares = " + ".join(_share(weight, part) for weight in one_way)
        each = " + ".join(_lengths_text(weight, part) for weight in one_way)
        if len(one_way) > 1:
            shares, each = f"({shares})", f"({each})"
        if ways > 1:
            parts, numbers = f"{ways} directions × {parts}", f"{ways} × {numbers}"
        return f"{parts} × {shares}\n{numbers} × {each} = {total}"
    return _plain_sum(weights, total)


def _plain_sum(weights: Sequence[Parameter], total: str) -> str:
    counts = " + ".join(grouped(weight.count) for weight in weights)
    if len(weights) == 1:
        lengths = _product(weights[0].tensor.shape)
        return "" if "×" not in lengths else f"{lengths} = {total}"
    if len(weights) > _MOST_PRODUCTS:
        return f"{counts} = {total}"
    products = " + ".join(_product(weight.tensor.shape) for weight in weights)
    return (
        f"{products}\n= {counts} = {total}"
        if "×" in products
        else f"{counts} = {total}"
    )


def _product(lengths: Sequence[int]) -> str:
    """Return ``8 × 8 × 3``, lengths of 1 left out if there are others."""
    told = [length for length in lengths if length != 1]
    return " × ".join(map(grouped, told)) or "1"


def _per_channel(weight: Parameter) -> Parameter:
    """Return a depthwise kernel with one kernel per channel as what it is."""
    axes, shape = weight.axes, weight.tensor.shape
    if Axis.MULTIPLIER not in axes or len(axes) != len(shape):
        return weight
    if shape[axes.index(Axis.MULTIPLIER)] != 1:
        return weight
    named = {Axis.IN_CHANNEL: Axis.CHANNEL}
    return replace(weight, axes=tuple(named.get(axis, axis) for axis in axes))


def _one_direction(weights: Sequence[Parameter]) -> tuple[int, Sequence[Parameter]]:
    """Return in how many directions a layer reads, and the weights of one of them."""
    forward, backward = (
        [
            replace(weight, role=weight.role.removeprefix(prefix))
            for weight in weights
            if weight.role.startswith(prefix)
        ]
        for prefix in ("forward.", "backward.")
    )
    alike = [(w.role, w.axes, w.tensor.shape) for w in forward] == [
        (w.role, w.axes, w.tensor.shape) for w in backward
    ]
    if forward and alike and len(weights) == 2 * len(forward):
        return 2, forward
    return 1, weights


def _gates(weights: Sequence[Parameter], columns: int) -> tuple[str, str] | None:
    """Return ``4 gates × 12 units`` and ``4 × 12`` for a recurrent layer's columns."""
    lengths = {_length_of(weight, Axis.UNIT) for weight in weights} - {0}
    if len(lengths) != 1:
        return None
    [unit] = lengths
    if columns % unit:
        return None
    units, gates = count_of(unit, "unit"), columns // unit
    if gates == 1:
        return units, grouped(unit)
    return f"{gates} gates × {units}", f"{gates} × {grouped(unit)}"


def _length_of(weight: Parameter, part: Axis) -> int:
    """Return how many of the parts a weight has; 0 if it is not split into them."""
    axes, shape = weight.axes, weight.tensor.shape
    if len(axes) != len(shape) or axes.count(part) != 1:
        return 0
    return shape[axes.index(part)]


def _rest(weight: Parameter, part: Axis) -> list[int]:
    """Return the lengths of what one part has of a weight."""
    pairs = zip(weight.axes, weight.tensor.shape, strict=True)
    return [length for axis, length in pairs if axis != part]


def _lengths_text(weight: Parameter, part: Axis) -> str:
    """Return ``3 × 3 × 1``: a kernel's one input channel is worth its place."""
    lengths = _rest(weight, part)
    if weight.role == "kernel" and lengths:
        return " × ".join(map(grouped, lengths))
    return _product(lengths)


def _share(weight: Parameter, part: Axis) -> str:
    """Return what one part has of a weight: ``8 × 8 × 3 weights``, ``1 bias``."""
    lengths = _rest(weight, part)
    one, several = _WORDS.get(weight.role, (weight.role, weight.role))
    if not lengths or lengths == [1]:
        return f"1 {one}"
    numbers = _lengths_text(weight, part)
    return f"{numbers} {several if numbers != '1' else one}"
