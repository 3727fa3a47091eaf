"""What is known before any input arrives: weights, shapes, and what follows from them.

Initializers and Constant nodes are stored constants; an operation on nothing but
constants makes a computed one. Both disappear from the graph into their consumers.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.formats._onnx_attributes import settings_of
from loaders.formats._onnx_evaluate import evaluate
from loaders.formats._onnx_records import (
    AttributeValue,
    NodeRecord,
    SparseRecord,
    TensorRecord,
    TypeRecord,
)
from loaders.formats._onnx_shapes import Body, Inference
from loaders.formats._onnx_tensors import SMALL_ELEMENTS, Tensors
from loaders.ir.tensors import TensorRef, absent_tensor
from loaders.quantizers.onnx_qonnx import NAMES as QONNX
from loaders.quantizers.onnx_qonnx import is_quantizer

RANDOM = frozenset(
    {
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
        "Multinomial",
        "Bernoulli",
        "Dropout",
    }
)
QUANTIZING = frozenset({"QuantizeLinear", "DequantizeLinear"})
VIEWS = frozenset({"Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Cast"})
"""Operations that show the same numbers in another order, shape or precision."""


_NEW, _WAITING, _DONE = range(3)


@dataclass(slots=True, eq=False)
class Constant:
    """One constant of a graph.

    Attributes:
        id: Unique in the model; weights that layers share have one id.
        name: The file's name of the value.
        stored: The tensor, if it is one in the file.
        node: What computes it, if nothing is stored; its ``attributes`` are resolved.
        inputs: What it is computed from; ``None`` for an absent input.
        body: Where it is computed, to find its inferred type.
        is_initializer: Whether the file keeps it apart from the nodes.
        literal: Numbers or texts of a Constant node's plain attribute.
        is_shown: Whether what makes it is a node of the graph, too.
    """

    id: str
    name: str
    stored: TensorRecord | SparseRecord | None = None
    node: NodeRecord | None = None
    inputs: "tuple[Constant | None, ...]" = ()
    body: Body = ()
    literal: NDArray[Any] | None = None
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    is_initializer: bool = False
    is_shown: bool = False
    _values: NDArray[Any] | None = None
    _state: int = _NEW

    @property
    def op(self) -> str:
        """The operation that computes it; empty for a stored one."""
        return self.node.op if self.node is not None else ""


def constant_of_node(
    node: NodeRecord, attributes: dict[str, AttributeValue], id: str, body: Body
) -> Constant:
    """Return what a Constant node holds, in whichever attribute it holds it."""
    name = node.outputs[0]
    for key, value in attributes.items():
        match key, value:
            case "value" | "sparse_value", TensorRecord() | SparseRecord():
                return Constant(id, name, stored=value, body=body)
            case "value_float", float():
                literal: Any = np.float32(value)
            case "value_int", int():
                literal = np.int64(value)
            case "value_floats", tuple():
                literal = np.array(value, np.float32)
            case "value_ints", tuple():
                literal = np.array(value, np.int64)
            case _:
                continue
        return Constant(id, name, literal=np.asarray(literal), body=body)
    return Constant(id, name, node=node, attributes=attributes, body=body)


def is_foldable(node: NodeRecord) -> bool:
    """Whether an operation gives the same result at every run, known before it."""
    if node.op in RANDOM or not node.outputs:
        return False
    if any(node.graphs):
        return False
    if node.domain == "":
        return True
    if node.domain == "com.microsoft":
        return node.op in QUANTIZING
    return node.op in QONNX and is_quantizer(node.domain)


class Constants:
    """Answers questions about constants: place, type, small values, origin."""

    def __init__(self, tensors: Tensors, inference: Inference | None) -> None:
        self.tensors = tensors
        self.inference = inference

    def type(self, constant: Constant) -> TypeRecord:
        """Return element type and shape, as far as anything tells them."""
        match constant.stored:
            case TensorRecord() as tensor:
                return TypeRecord(tensor.dtype, tensor.dims)
            case SparseRecord() as sparse:
                return TypeRecord(sparse.values.dtype, sparse.dims)
        if constant.literal is not None:
            return TypeRecord(str(constant.literal.dtype), constant.literal.shape)
        found = None
        if self.inference is not None:
            found = self.inference.types(constant.body).get(constant.name)
        if found is not None and found.shape is not None:
            return found
        values = self.values(constant)
        if values is not None:
            return TypeRecord(str(values.dtype), values.shape)
        return found or TypeRecord()

    def ref(self, constant: Constant) -> TensorRef | None:
        """Return where its numbers lie; ``None`` if not even its rank is known."""
        match constant.stored:
            case TensorRecord() as tensor:
                return self.tensors.ref(tensor)
            case SparseRecord() as sparse:
                return self.tensors.sparse_ref(sparse)
        type = self.type(constant)
        if type.shape is None:
            return None
        lengths = tuple(dim if isinstance(dim, int) else -1 for dim in type.shape)
        return absent_tensor(lengths, type.dtype)

    def values(self, constant: Constant) -> NDArray[Any] | None:
        """Return the numbers if they are at most 1,024 and known, else ``None``."""
        # Chains of constants are as long as a hostile file likes: no recursion.
        waiting = [constant]
        while waiting:
            top = waiting[-1]
            before = [
                source
                for source in top.inputs
                if source is not None and source._state == _NEW
            ]
            if top._state == _NEW and before:
                top._state = _WAITING
                waiting.extend(before)
                continue
            waiting.pop()
            if top._state != _DONE:
                top._values = self._compute(top)
                top._state = _DONE
        return constant._values

    def _compute(self, constant: Constant) -> NDArray[Any] | None:
        if constant.literal is not None:
            small = constant.literal.size <= SMALL_ELEMENTS
            return constant.literal if small else None
        if isinstance(constant.stored, TensorRecord):
            return self.tensors.values(constant.stored)
        node = constant.node
        if node is None or node.domain or constant.stored is not None:
            return None
        if node.op in ("Shape", "Size"):
            return self._shape_of(constant)
        inputs = [None if one is None else one._values for one in constant.inputs]
        if any(value is None for value in inputs):
            return None
        return evaluate(node.op, inputs, settings_of(constant.attributes, self.tensors))

    def _shape_of(self, constant: Constant) -> NDArray[Any] | None:
        source = constant.inputs[0] if constant.inputs else None
        shape = None if source is None else self.type(source).shape
        if shape is None or not all(isinstance(dim, int) for dim in shape):
            return None
        if constant.op == "Size":
            size = math.prod(dim for dim in shape if isinstance(dim, int))
            return np.array(size, np.int64) if size < 1 << 63 else None
        given = settings_of(constant.attributes, self.tensors)
        return np.array(shape[slice(given.get("start"), given.get("end"))], np.int64)
