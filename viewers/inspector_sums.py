"""How the sizes of a layer's weights make up its parameters, in one line: pure."""

from collections.abc import Sequence

from loaders.ir.graph import Axis, Parameter
from loaders.ir.text import count_of, grouped

_PARTS = (Axis.FILTER, Axis.GATE, Axis.UNIT, Axis.CHANNEL)
"""What a layer has several of, each with numbers of its own."""
_WORDS = {
    "kernel": ("weight", "weights"),
    "bias": ("bias", "biases"),
    "recurrent_kernel": ("recurrent weight", "recurrent weights"),
}


def sum_text(weights: Sequence[Parameter]) -> str:
    """Return ``24 filters × (8 × 8 × 3 weights + 1 bias) = 24 × 193 = 4,632``.

    Where the weights do not belong to equal parts of the layer it is a plain sum:
    ``768 + 576 + 48 = 1,392``.

    Args:
        weights: At least one; all their lengths are known.
    """
    total = grouped(sum(weight.count for weight in weights))
    for part in _PARTS:
        counts = {_length_of(weight, part) for weight in weights}
        count = counts.pop()
        if counts or count < 1:
            continue
        shares = " + ".join(_share(weight, part) for weight in weights)
        each = grouped(sum(weight.count // count for weight in weights))
        parts = _gates(weights, count) or count_of(count, str(part))
        return f"{parts} × ({shares}) = {grouped(count)} × {each} = {total}"
    return f"{' + '.join(grouped(weight.count) for weight in weights)} = {total}"


def _gates(weights: Sequence[Parameter], columns: int) -> str:
    """Return ``4 gates × 12 units`` for the columns of a recurrent layer's weights."""
    units = {_length_of(weight, Axis.UNIT) for weight in weights} - {0}
    if not any(Axis.GATE in weight.axes for weight in weights) or len(units) != 1:
        return ""
    [unit] = units
    if columns % unit:
        return ""
    return f"{count_of(columns // unit, 'gate')} × {count_of(unit, 'unit')}"


def _length_of(weight: Parameter, part: Axis) -> int:
    """Return how many of the parts a weight has; 0 if it is not split into them."""
    axes, shape = weight.axes, weight.tensor.shape
    if len(axes) != len(shape) or axes.count(part) != 1:
        return 0
    return shape[axes.index(part)]


def _share(weight: Parameter, part: Axis) -> str:
    """Return what one part has of a weight: ``8 × 8 × 3 weights``, ``1 bias``."""
    lengths = [
        length
        for axis, length in zip(weight.axes, weight.tensor.shape, strict=True)
        if axis != part
    ]
    one, several = _WORDS.get(weight.role, (weight.role, weight.role))
    if not lengths:
        return f"1 {one}"
    numbers = " × ".join(map(grouped, lengths))
    return f"{numbers} {one if lengths == [1] else several}"
