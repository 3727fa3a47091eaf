"""A model without its weights, for ONNX's own shape inference.

Tensors of more than 1,024 elements become types without numbers (an input of the main
graph, a ``value_info`` inside bodies); smaller ones stay, or Reshape, Slice and Expand
know nothing. What the file declares about results of standard operations is left out:
what follows from the graph is compared with it later.
"""

import math

from loaders.formats._onnx_records import (
    AttributeValue,
    FunctionRecord,
    GraphRecord,
    ModelRecord,
    NodeRecord,
    TensorRecord,
    TypeRecord,
    ValueRecord,
)
from loaders.formats._onnx_tensors import SMALL_ELEMENTS, Tensors
from loaders.formats._protobuf import Buffer, Span
from loaders.ir.tensors import bits_of
from loaders.kinds._element_types import ELEMENT_TYPES
from loaders.limits import Limits

VERBATIM_BYTES = 64 << 10
"""Nodes up to this size are copied; larger ones hold weights and are written anew."""
IR_VERSION = 8
"""Before 4, initializers had to be inputs as well: inference would not see them."""
STANDARD = frozenset({"", "ai.onnx.ml", "ai.onnx.preview.training"})
POOLS = frozenset({"MaxPool", "AveragePool", "LpPool"})
POOL_OPSET = 22
"""The first whose inference drops a last window that would see padding only, as the
runtimes do for every opset."""
POOL_DOMAIN = "layerscope.pools"


def number(value: int) -> bytes:
    """Return a varint."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    if value < 128:
        return bytes((value,))
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(field: int, payload: bytes) -> bytes:
    """Return a length-delimited field."""
    return number(field << 3 | 2) + number(len(payload)) + payload


def integer(field: int, value: int) -> bytes:
    """Return a varint field."""
    return number(field << 3) + number(value)


class Stripper:
    """Writes the stripped model."""

    def __init__(self, data: Buffer, tensors: Tensors, limits: Limits) -> None:
        self._data, self._tensors = data, tensors
        self._limits = limits
        self._pools: list[bytes] = []
        self._opset = POOL_OPSET

    def model(
        self, model: ModelRecord, graph: GraphRecord, functions: list[FunctionRecord]
    ) -> bytes:
        """Return a ``ModelProto`` of ``graph`` with the ``functions`` worth keeping."""
        parts = [integer(1, IR_VERSION)]
        opsets = imports(model, graph)
        self._opset = opsets.get("", POOL_OPSET)
        parts.append(message(7, self.graph(graph, top=True)))
        if self._pools:
            opsets[POOL_DOMAIN] = 1
            parts.extend(self._pools)
        for domain, opset in opsets.items():
            parts.append(message(8, _text(1, domain) + integer(2, opset)))
        parts.extend(
            message(25, self._copy(function.place))
            for function in functions
            if function.place.size <= VERBATIM_BYTES
        )
        return b"".join(parts)

    def _copy(self, place: Span) -> bytes:
        return bytes(self._data[place.start : place.stop])

    def graph(self, graph: GraphRecord, *, top: bool = False) -> bytes:
        """Return a ``GraphProto``."""
        parts = [_text(2, graph.name[:64] or "g")]
        typed = 11 if top else 13
        foreign: set[str] = set()
        for node in graph.nodes:
            if node.domain not in STANDARD:
                foreign.update(node.outputs)
            parts.append(self._node(node, typed))
        held = {tensor.name for tensor in graph.initializers}
        parts.extend(self._initializer(tensor, typed) for tensor in graph.initializers)
        for sparse in graph.sparse:
            record = ValueRecord(
                sparse.values.name, TypeRecord(sparse.values.dtype, sparse.dims)
            )
            parts.append(message(typed, _value(record)))
        parts.extend(
            message(11, _value(value))
            for value in graph.inputs
            if value.name not in held
        )
        for value in graph.outputs:
            keep = value.name in foreign or not top
            parts.append(message(12, _value(value if keep else _unshaped(value))))
        parts.extend(
            message(13, _value(value))
            for value in graph.values
            if value.name in foreign or not top
        )
        return b"".join(parts)

    def _pool(self, node: NodeRecord) -> bytes:
        """Return a call of a function that holds the node under a newer opset."""
        name = f"{node.op}_{len(self._pools)}"
        parts = [_text(1, name), message(7, self._copy(node.place))]
        parts += [_text(4, value) for value in node.inputs]
        parts += [_text(5, value) for value in node.outputs]
        parts += [message(9, integer(2, POOL_OPSET)), _text(10, POOL_DOMAIN)]
        self._pools.append(message(25, b"".join(parts)))
        call = [_text(1, value) for value in node.inputs]
        call += [_text(2, value) for value in node.outputs]
        return message(1, b"".join((*call, _text(4, name), _text(7, POOL_DOMAIN))))

    def _node(self, node: NodeRecord, typed: int) -> bytes:
        is_old_pool = node.op in POOLS and not node.domain and self._opset < POOL_OPSET
        if is_old_pool and node.attributes.get("ceil_mode") == 1 and all(node.outputs):
            return self._pool(node)
        if node.place.size <= VERBATIM_BYTES:
            return message(1, self._copy(node.place))
        tensor = node.attributes.get("value")
        if node.op == "Constant" and isinstance(tensor, TensorRecord) and node.outputs:
            return self._initializer(tensor, typed, node.outputs[0])
        parts = [_text(1, name) for name in node.inputs]
        parts += [_text(2, name) for name in node.outputs]
        parts += [_text(4, node.op), _text(7, node.domain)]
        for name, value in node.attributes.items():
            payload = self._attribute(value)
            if payload:
                parts.append(message(5, _text(1, name) + payload))
        return message(1, b"".join(parts))

    def _attribute(self, value: AttributeValue) -> bytes:
        match value:
            case int():
                return integer(3, value) + integer(20, 2)
            case bytes():
                return message(4, value) + integer(20, 3)
            case GraphRecord() if not value.too_deep:
                return message(6, self.graph(value)) + integer(20, 5)
            case TensorRecord() if value.place.size <= VERBATIM_BYTES:
                return message(5, self._copy(value.place)) + integer(20, 4)
            case tuple() if value and all(isinstance(item, int) for item in value):
                whole = [item for item in value if isinstance(item, int)]
                return b"".join(integer(8, item) for item in whole) + integer(20, 7)
        return b""  # long lists of floats and texts shape nothing

    def _initializer(
        self, tensor: TensorRecord, typed: int, name: str | None = None
    ) -> bytes:
        name = tensor.name if name is None else name
        if math.prod(tensor.dims) <= SMALL_ELEMENTS:
            if tensor.is_external:
                raw = self._tensors.small_bytes(tensor)
            elif tensor.place.size <= VERBATIM_BYTES and name == tensor.name:
                return message(5, self._copy(tensor.place))
            else:
                raw = None
            if raw is not None and bits_of(tensor.dtype):
                dims = b"".join(integer(1, dim) for dim in tensor.dims)
                payload = dims + integer(2, tensor.data_type) + _text(8, name)
                return message(5, payload + message(9, raw))
        record = ValueRecord(name, TypeRecord(tensor.dtype, tensor.dims))
        return message(typed, _value(record))


def imports(model: ModelRecord, graph: GraphRecord) -> dict[str, int]:
    """Return the opset of every domain that is used; inference refuses to guess.

    The first statement about a domain counts. Files before IR version 3 had no
    opsets and meant 1; domains that nobody imports are somebody's own.
    """
    found: dict[str, int] = {}
    for domain, version in model.opsets:
        found.setdefault(domain, version)
    waiting = [graph.nodes, *(function.nodes for function in model.functions)]
    while waiting:
        for node in waiting.pop():
            found.setdefault(node.domain, 1)
            if node.attributes:
                waiting.extend(body.nodes for _, body in node.graphs)
    return found


def _text(field: int, text: str) -> bytes:
    return message(field, text.encode("utf-8", "replace")) if text else b""


def _unshaped(value: ValueRecord) -> ValueRecord:
    if value.type is None or value.type.container:
        return value
    return ValueRecord(value.name, TypeRecord(value.type.dtype))


_NUMBER_OF = {name: at for at, name in ELEMENT_TYPES.items()}


def _value(value: ValueRecord) -> bytes:
    """Return a ``ValueInfoProto``; containers lose what they contain."""
    type = value.type
    if type is None or not type.dtype or type.container not in _CONTAINED:
        return _text(1, value.name)
    shape = b""
    if type.shape is not None:
        dims = b"".join(message(1, _dim(dim)) for dim in type.shape)
        shape = message(2, dims)
    payload = message(1, integer(1, _NUMBER_OF[type.dtype]) + shape)
    for wrapper in _CONTAINED[type.container]:
        payload = message(wrapper, message(1, payload))
    return _text(1, value.name) + message(2, payload)


_CONTAINED: dict[str, tuple[int, ...]] = {
    "": (),
    "sequence of tensors": (4,),
    "optional of tensors": (9,),
    "optional of sequence of tensors": (4, 9),
}


def _dim(dim: int | str | None) -> bytes:
    if isinstance(dim, int):
        return integer(1, dim)
    return _text(2, dim) if dim else b""
