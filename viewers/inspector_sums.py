"""How the sizes of a layer's weights make up its parameters, in one line: pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from loaders.ir.graph import Axis, Parameter
from loaders.ir.text import count_of, grouped

_PARTS = (Axis.FILTER, Axis.GATE, Axis.UNIT, Axis.CHANNEL, Axis.FEATURE)
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
    ways, one_way = _one_direction(weights)
    for part in _PARTS:
        counts = {_length_of(weight, part) for weight in one_way}
        count = counts.pop()
        if counts or count < 1:
            continue
        parts = count_of(count, str(part))
        if part is Axis.GATE and not (parts := _gates(one_way, count)):
            continue
        shares = " + ".join(_share(weight, part) for weight in one_way)
        each = grouped(sum(weight.count // count for weight in one_way))
        numbers = f"{grouped(count)} × {each}"
        if ways > 1:
            parts, numbers = f"{ways} directions × {parts}", f"{ways} × {numbers}"
        return f"{parts} × ({shares}) = {numbers} = {total}"
    return f"{' + '.join(grouped(weight.count) for weight in weights)} = {total}"


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


def _gates(weights: Sequence[Parameter], columns: int) -> str:
    """Return ``4 gates × 12 units`` for the columns of a recurrent layer's weights."""
    lengths = {_length_of(weight, Axis.UNIT) for weight in weights} - {0}
    if len(lengths) != 1:
        return ""
    [unit] = lengths
    if columns % unit:
        return ""
    units = count_of(unit, "unit")
    return units if columns == unit else f"{columns // unit} gates × {units}"


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
