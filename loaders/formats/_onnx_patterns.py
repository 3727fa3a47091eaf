"""Groups of nodes that stand for one thing: rounding of activations, group norm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from loaders.formats._onnx_constants import Constant, Constants
from loaders.formats._onnx_order import Uses
from loaders.formats._onnx_records import AttributeValue, NodeRecord, TypeRecord
from loaders.ir.folding import Folding

Find: TypeAlias = Callable[[str], Constant | None]
"""A name's constant, or ``None`` if its value depends on the input."""


@dataclass(slots=True)
class Folded:
    """What remains of a graph's nodes.

    Attributes:
        nodes: In order; ``None`` where one was folded away.
        aliases: Name -> the name whose value stands for it now.
        origins: Identity of a changed record -> the record in the file.
        quantized: Name -> the QuantizeLinear node that rounds it.
        pairs: How many QuantizeLinear/DequantizeLinear pairs were folded.
        norms: How many groups of nodes became one GroupNormalization.
    """

    nodes: list[NodeRecord | None]
    aliases: dict[str, str] = field(default_factory=dict)
    origins: dict[int, NodeRecord] = field(default_factory=dict)
    quantized: dict[str, NodeRecord] = field(default_factory=dict)
    pairs: int = 0
    norms: int = 0


def fold(
    nodes: list[NodeRecord],
    uses: Uses,
    find: Find,
    constants: Constants,
    types: Mapping[str, TypeRecord],
    folding: Folding,
) -> Folded:
    """Return the nodes with known patterns folded."""
    found = Folded(list(nodes))
    ops = {node.op for node in nodes}
    if folding.rounding and {"QuantizeLinear", "DequantizeLinear"} <= ops:
        _fold_rounding(found, uses, find)
    if "InstanceNormalization" in ops:
        _GroupNorms(found, uses, find, constants, types).fold()
    return found


def _is(node: NodeRecord | None, op: str) -> bool:
    return (
        node is not None and node.op == op and node.domain in ("", "com.microsoft")
    ) and bool(node.inputs and node.outputs)


def _fold_rounding(found: Folded, uses: Uses, find: Find) -> None:
    """Fold each QuantizeLinear with the DequantizeLinear nodes that follow it.

    A value gets a quantizer only if everybody sees it rounded, and in one way.
    """
    nodes = found.nodes
    maker = {
        name: at
        for at, node in enumerate(nodes)
        if node is not None
        for name in node.outputs
        if name
    }
    for node in list(nodes):
        if node is None or not _is(node, "QuantizeLinear"):
            continue
        name = node.inputs[0]
        if name in found.quantized or name in uses.held or find(name) is not None:
            continue
        readers = uses.readers.get(name, [])
        pairs = _pairs(nodes, uses, readers, node, find)
        if pairs is None:
            continue
        results = [back.outputs[0] for _, back, _ in pairs]
        shown = [result for result in results if result in uses.held]
        if shown and (len(shown) > 1 or name not in maker):
            continue
        if shown:  # an output of the graph keeps its name, the value before it goes
            _rename(found, maker[name], name, shown[0])
            found.aliases[name] = shown[0]
        target = shown[0] if shown else name
        found.quantized[target] = node
        found.pairs += len(readers)
        found.aliases.update((one, target) for one in results if one != target)
        for at, _, codes in pairs:
            nodes[at] = None
            nodes[maker[codes]] = None


def _rename(found: Folded, at: int, old: str, new: str) -> None:
    """Let a node make a value under another name; the record itself stays as it is."""
    node = found.nodes[at]
    assert node is not None
    outputs = [new if name == old else name for name in node.outputs]
    renamed = replace(node, outputs=outputs)
    found.nodes[at] = renamed
    found.origins[id(renamed)] = found.origins.get(id(node), node)


def _pairs(
    nodes: list[NodeRecord | None],
    uses: Uses,
    readers: list[int],
    first: NodeRecord,
    find: Find,
) -> list[tuple[int, NodeRecord, str]] | None:
    """Return the DequantizeLinear nodes, their positions, the names of their codes."""
    pairs: list[tuple[int, NodeRecord, str]] = []
    for at in readers:
        quantize = nodes[at]
        if quantize is None or not _is(quantize, "QuantizeLinear"):
            return None
        if not _same_grid(quantize, first, find):
            return None
        codes = quantize.outputs[0]
        behind = uses.readers.get(codes, [])
        if codes in uses.held or not behind:
            return None
        for back in behind:
            node = nodes[back]
            if node is None or not _is(node, "DequantizeLinear"):
                return None
            if not _same_grid(node, first, find):
                return None
            pairs.append((back, node, codes))
    return pairs


def _same_grid(node: NodeRecord, first: NodeRecord, find: Find) -> bool:
    """Whether two nodes have the same constant scale, zero point and axis."""
    keys = ("axis", "block_size")
    one = [node.attributes.get(key) for key in keys]
    other = [first.attributes.get(key) for key in keys]
    if one != other:
        return False
    ours = [*node.inputs[1:3], "", ""][:2]
    theirs = [*first.inputs[1:3], "", ""][:2]
    for mine, yours in zip(ours, theirs, strict=True):
        if mine != yours and not _equal(find(mine), find(yours)):
            return False
    return find(first.inputs[1]) is not None if len(first.inputs) > 1 else False


def _equal(one: Constant | None, other: Constant | None) -> bool:
    """Whether two constants are certainly the same (exporters repeat scales)."""
    if one is None or other is None:
        return False
    return one is other or one.id == other.id


@dataclass(slots=True)
class _GroupNorms:
    """PyTorch's export of group normalization.

    Reshape to (N, groups, −1), InstanceNormalization with ones and zeros, Reshape
    back, Mul by the weight, Add the bias: one GroupNormalization.
    """

    found: Folded
    uses: Uses
    find: Find
    constants: Constants
    types: Mapping[str, TypeRecord]

    def fold(self) -> None:
        makers = {
            node.outputs[0]: at
            for at, node in enumerate(self.found.nodes)
            if node is not None and node.outputs
        }
        for at, node in enumerate(list(self.found.nodes)):
            if node is not None and _is(node, "InstanceNormalization"):
                self._fold_at(at, node, makers)

    def _fold_at(self, at: int, norm: NodeRecord, makers: Mapping[str, int]) -> None:
        nodes = self.found.nodes
        before = makers.get(norm.inputs[0], -1)
        first = nodes[before] if before >= 0 else None
        groups = self._groups(first, norm)
        if first is None or not groups:
            return
        if self.uses.only_reader(first.outputs[0]) != at:
            return
        back = self._next(norm, "Reshape")
        if back is None or not self._restores(first.inputs[0], back[1]):
            return
        scaled = self._next(back[1], "Mul")
        shifted = self._next(scaled[1], "Add") if scaled else None
        if scaled is None or shifted is None:
            return
        gamma, beta = (
            self._other(scaled[1], back[1]),
            self._other(shifted[1], scaled[1]),
        )
        if gamma is None or beta is None:
            return
        attributes: dict[str, AttributeValue] = {
            "num_groups": groups,
            "epsilon": norm.attributes.get("epsilon", 1e-5),
        }
        last = shifted[0]
        for gone in (before, at, back[0], scaled[0]):
            nodes[gone] = None
        nodes[last] = NodeRecord(
            norm.place,
            "GroupNormalization",
            "",
            norm.name,
            [first.inputs[0], gamma, beta],
            [shifted[1].outputs[0]],
            attributes,
            modules=norm.modules,
        )
        self._drop_shape(back[1])
        self.found.norms += 1

    def _groups(self, reshape: NodeRecord | None, norm: NodeRecord) -> int:
        """Return the number of groups; 0 if this is no group normalization."""
        if reshape is None or not _is(reshape, "Reshape") or len(norm.inputs) != 3:
            return 0
        if len(reshape.inputs) != 2:
            return 0
        wanted = self._values(reshape.inputs[1])
        scale, bias = self._values(norm.inputs[1]), self._values(norm.inputs[2])
        if wanted is None or scale is None or bias is None or wanted.size != 3:
            return 0
        groups = int(wanted.reshape(-1)[1])
        plain = bool(np.all(scale == 1) and np.all(bias == 0))
        fits = int(wanted.reshape(-1)[2]) == -1 or int(wanted.reshape(-1)[0]) in (0, 1)
        if not plain or not fits or groups < 1:
            return 0
        return groups if scale.size == groups else 0

    def _values(self, name: str) -> NDArray[Any] | None:
        constant = self.find(name)
        return None if constant is None else self.constants.values(constant)

    def _next(self, node: NodeRecord, op: str) -> tuple[int, NodeRecord] | None:
        at = self.uses.only_reader(node.outputs[0])
        follower = None if at is None else self.found.nodes[at]
        if at is None or follower is None or not _is(follower, op):
            return None
        return at, follower

    def _restores(self, source: str, reshape: NodeRecord) -> bool:
        """Whether a Reshape gives back the shape of ``source``."""
        before, after = self.types.get(source), self.types.get(reshape.outputs[0])
        if before is None or after is None or None in (before.shape, after.shape):
            return len(reshape.inputs) == 2 and self._made_of_shape(
                reshape.inputs[1], source
            )
        assert before.shape is not None
        assert after.shape is not None
        if len(before.shape) != len(after.shape):
            return False
        return all(
            one == other or not (isinstance(one, int) and isinstance(other, int))
            for one, other in zip(before.shape, after.shape, strict=True)
        )

    def _made_of_shape(self, name: str, source: str) -> bool:
        return any(
            node is not None and node.op == "Shape" and node.inputs[:1] == [source]
            for node in self.found.nodes
            if node is not None and name in node.outputs
        )

    def _other(self, node: NodeRecord, data: NodeRecord) -> str | None:
        """Return the constant of two that a node joins."""
        others = [name for name in node.inputs if name != data.outputs[0]]
        if len(others) != 1 or self.find(others[0]) is None:
            return None
        return others[0]

    def _drop_shape(self, reshape: NodeRecord) -> None:
        """Drop the Shape node that served the Reshape alone."""
        name = reshape.inputs[1] if len(reshape.inputs) > 1 else ""
        if not name or self.uses.only_reader(name) is None:
            return
        for at, node in enumerate(self.found.nodes):
            if node is not None and node.op == "Shape" and node.outputs == [name]:
                self.found.nodes[at] = None
