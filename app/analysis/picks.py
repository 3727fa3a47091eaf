"""Which part of a weight belongs to what: ``weights[:, :, 0, k] is filter k``."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.graph import Axis, Node, Parameter
from loaders.ir.steps import WeightSteps
from loaders.ir.text import count_of, grouped
from loaders.kinds._cells import GATES

_SPACE = (Axis.TIME, Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)


def picks_of(node: Node, weights: Sequence[WeightSteps]) -> dict[str, str]:
    """Return for each weight, by role, how to take out one filter, unit, row or gate.

    Args:
        node: The layer.
        weights: What its rule says of them, for axes that the file does not name.
    """
    axes = {weight.role: weight.axes for weight in weights}
    found = {}
    for parameter in node.parameters:
        names = parameter.axes or axes.get(parameter.role, ())
        if len(names) == len(parameter.tensor.shape) and parameter.known:
            text = _pick(parameter, names) or _gates(node, parameter, names)
            if text:
                found[parameter.role] = text
    return found


def _pick(parameter: Parameter, names: Sequence[Axis]) -> str:
    if Axis.FILTER in names and Axis.IN_CHANNEL in names:
        return _filters(parameter.tensor.shape, names)
    if Axis.MULTIPLIER in names and Axis.IN_CHANNEL in names:
        return _channels(parameter.tensor.shape, names)
    match list(names):
        case [Axis.TOKEN, Axis.FEATURE]:
            return "weights[t] is the row of token t."
        case [Axis.IN_FEATURE, Axis.UNIT] | [Axis.UNIT, Axis.IN_FEATURE]:
            index = _index(names, {Axis.UNIT: "k"})
            return f"weights[{index}] are the weights of unit k."
    return ""


def _index(names: Sequence[Axis], letters: Mapping[Axis, str]) -> str:
    return ", ".join(letters.get(name, ":") for name in names)


def _tiles(shape: Sequence[int], names: Sequence[Axis]) -> str:
    """Return ``3 × 3``: the lengths in space."""
    pairs = zip(names, shape, strict=True)
    return " × ".join(grouped(n) for name, n in pairs if name in _SPACE)


def _noun(names: Sequence[Axis]) -> str:
    """Return what a kernel is for one channel: a tile, or a strip along time."""
    return "strip" if sum(name in _SPACE for name in names) == 1 else "tile"


def _filters(shape: Sequence[int], names: Sequence[Axis]) -> str:
    filters, channels = (
        shape[names.index(axis)] for axis in (Axis.FILTER, Axis.IN_CHANNEL)
    )
    size = _tiles(shape, names)
    if all(n == 1 for name, n in zip(names, shape, strict=True) if name in _SPACE):
        letters = {Axis.FILTER: "k"} | dict.fromkeys(_SPACE, "0")
        return f"weights[{_index(names, letters)}] are the weights of filter k."
    if channels == 1:
        index = _index(names, {Axis.FILTER: "k", Axis.IN_CHANNEL: "0"})
        tiles = count_of(filters, _noun(names))
        return f"weights[{index}] is filter k: {tiles} of {size}."
    whole = _index(names, {Axis.FILTER: "k"})
    part = _index(names, {Axis.FILTER: "k", Axis.IN_CHANNEL: "c"})
    return (
        f"weights[{whole}] is filter k; weights[{part}] is its part for input channel "
        f"c: {grouped(filters)} × {grouped(channels)} {_noun(names)}s of {size}."
    )


def _channels(shape: Sequence[int], names: Sequence[Axis]) -> str:
    many = shape[names.index(Axis.MULTIPLIER)]
    channels = shape[names.index(Axis.IN_CHANNEL)]
    letters = {Axis.IN_CHANNEL: "c", Axis.MULTIPLIER: "0" if many == 1 else "m"}
    tiles = count_of(channels * many, _noun(names))
    return (
        f"weights[{_index(names, letters)}] is the kernel of channel c: {tiles} of "
        f"{_tiles(shape, names)}."
    )


def _gates(node: Node, parameter: Parameter, names: Sequence[Axis]) -> str:
    """Return which columns belong to which gate, in Keras' order."""
    cell = _cell(node.attributes)
    if cell is None or Axis.GATE not in names or len(names) > 2:
        return ""
    gates, units = GATES[cell["family"]], int(cell["units"])
    if parameter.tensor.shape[names.index(Axis.GATE)] != len(gates) * units:
        return ""
    if len(gates) == 1:
        return ""
    parts = [
        f"{grouped(at * units)} – {grouped((at + 1) * units - 1)} {gate}"
        for at, gate in enumerate(gates)
    ]
    return f"Columns by gate: {', '.join(parts)}."


def _cell(attributes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the settings of the cell of a recurrent layer or of a wrapped one."""
    inner = attributes.get("layer")
    if isinstance(inner, Mapping):
        attributes = inner["attributes"]
    return attributes if "family" in attributes and "units" in attributes else None
