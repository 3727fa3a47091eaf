"""How long the result of a Range is, where it counts along an axis that has a name.

Exporters of text models write positions as Range(0, length of the input, 1), the
length read off by Shape and Gather. ONNX's inference forgets the axis' name there.
"""

from collections.abc import Callable, Iterable, Mapping

from loaders.formats._onnx_constants import Constant, Constants
from loaders.formats._onnx_records import NodeRecord, TypeRecord
from loaders.ir.graph import Dim

_PASSES = frozenset({"Cast", "Identity", "Squeeze", "Unsqueeze", "Reshape"})
"""What changes nothing about a single number."""
_LONGEST_CHAIN = 16


def range_lengths(
    nodes: Iterable[NodeRecord | None],
    find: Callable[[str], Constant | None],
    constants: Constants,
    types: Mapping[str, TypeRecord],
) -> dict[str, Dim]:
    """Return the length of what each Range from 0 in steps of 1 makes, by its name."""
    kept = [node for node in nodes if node is not None and not node.domain]
    ranges = [node for node in kept if node.op == "Range" and len(node.inputs) == 3]
    if not ranges:
        return {}
    makers = {name: node for node in kept for name in node.outputs}

    def number(name: str) -> int | None:
        constant = find(name)
        values = None if constant is None else constants.values(constant)
        if values is None or values.size != 1 or values.dtype.kind not in "iu":
            return None
        return int(values.reshape(-1)[0])

    def length(name: str) -> Dim:
        """Follow a single number back to the axis whose length it is."""
        for _ in range(_LONGEST_CHAIN):
            node = makers.get(name)
            if node is None or not node.inputs:
                return None
            if node.op == "Gather" and len(node.inputs) == 2:
                at, source = number(node.inputs[1]), makers.get(node.inputs[0])
                if at is None or source is None:
                    return None
                return _axis(source, at, types)
            if node.op not in _PASSES:
                return None
            name = node.inputs[0]
        return None

    found = {}
    for node in ranges:
        start, limit, delta = node.inputs
        if number(start) == 0 and number(delta) == 1:
            found[node.outputs[0]] = length(limit)
    return {name: dim for name, dim in found.items() if dim is not None}


def _axis(source: NodeRecord, at: int, types: Mapping[str, TypeRecord]) -> Dim:
    """Return one length of what a Shape looks at."""
    if source.op != "Shape" or source.attributes or not source.inputs:
        return None
    shape = types.get(source.inputs[0], TypeRecord()).shape
    if shape is None or not -len(shape) <= at < len(shape):
        return None
    return shape[at]
