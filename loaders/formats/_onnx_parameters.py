"""Weights of ONNX nodes: where a constant comes from, how it is rounded, if it counts.

Parameters are what training sets: float weights, or the codes that stand for them.
Scales, zero points, shapes, axes, limits and the one-number constants of formulas
(ε, ½, 1 ∕ √d) are listed with their node and not counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from loaders.formats._onnx_attributes import settings_of
from loaders.formats._onnx_constants import VIEWS, Constant, Constants
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import AttributeValue, NodeRecord
from loaders.ir.graph import Parameter, Shape
from loaders.ir.quantization import Affine, Named, Quantizer
from loaders.ir.tensors import Packing, TensorRef, absent_tensor
from loaders.ir.text import shown
from loaders.limits import LIMITS
from loaders.quantizers.onnx_packed import CODE_INPUTS, unpacked_nbits, unpacked_rows
from loaders.quantizers.onnx_qdq import affine
from loaders.quantizers.onnx_qonnx import is_quantizer, named

ELEMENTWISE = frozenset(
    {"Add", "Sub", "Mul", "Div", "Pow", "Mod", "Sum", "Mean", "Min", "Max"}
)
"""Operations in which a constant may be a number or a table of a formula."""
_LONGEST_SEARCH = 256
_LONGEST_CHAIN = 64


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers of a constant come from.

    Attributes:
        leaf: The stored tensor, if there is exactly one that it shows.
        views: What was done to it: order, shape, precision; empty if nothing.
        quantizer: How it is rounded on the way.
    """

    leaf: Constant | None
    views: tuple[Constant, ...] = ()
    quantizer: Quantizer | None = None


class Parameters:
    """Makes parameters of constants."""

    def __init__(
        self, constants: Constants, problems: Problems, *, weights_are_stored: bool
    ) -> None:
        self._constants, self._problems = constants, problems
        self._weights_are_stored = weights_are_stored
        self._origins: dict[Constant, Origin] = {}

    def make(
        self,
        constant: Constant,
        role: str,
        *,
        weight: bool,
        operand: bool,
        scalar_counts: bool,
    ) -> Parameter | None:
        """Return a constant as a parameter; ``None`` if its rank is unknown.

        Args:
            constant: What a node takes as an input.
            role: What it is to the node.
            weight: Whether the node's kind says that it is a weight.
            operand: Whether it is only one side of an element-wise operation, where
                tables (anchors, masks) are as usual as weights.
            scalar_counts: Whether a single number counts here.
        """
        origin = self.origin(constant)
        tensor = self._tensor(constant, origin)
        if tensor is None:
            return None
        source = origin.leaf if origin.leaf is not None else constant
        counted = (
            weight
            and (scalar_counts or tensor.size > 1)
            and self._is_weight(
                constant, origin, tensor, of_codes=role == "bias" and not operand
            )
            and not (operand and tensor.size != 1 and self._is_table(constant, origin))
        )
        return Parameter(
            id=source.id,
            role=role,
            name=source.name,
            tensor=tensor,
            counted=counted,
            quantizer=origin.quantizer,
        )

    def _is_weight(
        self, constant: Constant, origin: Origin, tensor: TensorRef, *, of_codes: bool
    ) -> bool:
        """Whether the element type is one of trained numbers.

        Args:
            constant: What the node takes.
            origin: Where its numbers come from.
            tensor: Its place.
            of_codes: Whether it may be the bias of a sum of codes, which is int32.
        """
        if not _meaningful(tensor):
            return False
        if origin.quantizer is not None:
            return True
        if tensor.dtype.startswith(("float", "bfloat", "complex")):
            return True
        small = ("int8", "uint8", "int4", "uint4", "int2", "uint2", "int16", "uint16")
        if origin.leaf is None or constant.op:
            return False
        return tensor.dtype in small or (of_codes and tensor.dtype == "int32")

    def _is_table(self, constant: Constant, origin: Origin) -> bool:
        """Whether an operand belongs to a formula: not a trained array.

        It does if no stored array takes part in it, or if it is a Constant node in a
        file that keeps its weights as initializers (exporters put literals there).
        """
        leaves = [origin.leaf] if origin.leaf else self._leaves(constant)
        arrays = [leaf for leaf in leaves if self._is_array(leaf)]
        if not self._weights_are_stored:
            return not arrays
        return not any(leaf.is_initializer for leaf in arrays)

    def _is_array(self, leaf: Constant) -> bool:
        type = self._constants.type(leaf)
        return bool(type.shape) and any(dim != 1 for dim in type.shape or ())

    def _leaves(self, constant: Constant) -> list[Constant]:
        """Return stored float or quantized constants that one is computed from."""
        found: list[Constant] = []
        waiting, seen = [constant], {constant}
        while waiting and len(seen) < _LONGEST_SEARCH:
            at = waiting.pop()
            if at.op in ("Shape", "Size", "ConstantOfShape"):
                continue
            if at.stored is not None or at.literal is not None:
                if "float" in self._constants.type(at).dtype:
                    found.append(at)
                continue
            fresh = {one for one in at.inputs if one is not None} - seen
            seen |= fresh
            waiting.extend(fresh)
        return found

    # where the numbers come from

    def origin(self, constant: Constant) -> Origin:
        """Follow a constant back to the stored tensor that it shows."""
        known = self._origins.get(constant)
        if known is None:
            known = self._origins[constant] = self._follow(constant)
        return known

    def _follow(self, constant: Constant) -> Origin:
        views: list[Constant] = []
        quantizer: Quantizer | None = None
        at = constant
        for _ in range(_LONGEST_CHAIN):
            if at.stored is not None or at.literal is not None:
                return Origin(at, tuple(reversed(views)), quantizer)
            node, first = at.node, at.inputs[0] if at.inputs else None
            if node is None or first is None:
                break
            if node.op == "DequantizeLinear" and quantizer is None:
                quantizer, first = self._rounded(at, first)
                quantizer = _moved(quantizer, views, self._constants)
            elif node.domain and is_quantizer(node.domain) and quantizer is None:
                quantizer = self._named(at)
            elif node.op in VIEWS and not node.domain:
                views.append(at)
            elif node.op != "Identity" or node.domain:
                break
            at = first
        return Origin(None, (), quantizer)

    def _rounded(self, at: Constant, codes: Constant) -> tuple[Quantizer, Constant]:
        """Return a DequantizeLinear's quantizer and what it is applied to.

        Behind it are codes, or a QuantizeLinear of stored floats (training that
        rounds): then the floats are the weights.
        """
        node = codes.node
        if node is not None and node.op == "QuantizeLinear" and codes.inputs:
            source = codes.inputs[0]
            if source is not None:
                return self.affine(at, self._code_dtype(codes, at)), source
        return self.affine(at, self._code_dtype(codes, at)), codes

    def _code_dtype(self, codes: Constant, at: Constant) -> str:
        found = self._constants.type(codes).dtype
        if codes.op == "QuantizeLinear" and not found:
            zero = codes.inputs[2] if len(codes.inputs) > 2 else None
            found = self._constants.type(zero).dtype if zero is not None else "uint8"
        return found or self._constants.type(at).dtype

    def affine(self, at: Constant, code_dtype: str) -> Quantizer:
        """Return the quantizer of a DequantizeLinear on constants."""
        inputs = [*at.inputs, None, None][:3]
        shape = None if inputs[0] is None else self._constants.type(inputs[0]).shape
        assert at.node is not None
        return self.quantizer(
            at.node, at.attributes, code_dtype, inputs[1], inputs[2], shape
        )

    def quantizer(
        self,
        node: NodeRecord,
        attributes: Mapping[str, AttributeValue],
        code_dtype: str,
        scale: Constant | None,
        zero: Constant | None,
        shape: Shape | None,
        default_axis: int = 1,
    ) -> Affine:
        """Return scale and zero point as a quantizer; notes what is wrong with them."""
        axis, block = (
            attributes.get("axis", default_axis),
            attributes.get("block_size", 0),
        )
        axis = axis if isinstance(axis, int) else default_axis
        block = block if isinstance(block, int) and block > 0 else 0
        scales = None if scale is None else self._constants.ref(scale)
        zeros = None if zero is None else self._constants.ref(zero)
        self._check_scale(node, scale)
        try:
            return affine(code_dtype, scales, zeros, axis, block, shape)
        except ValueError as error:
            self._problems.add("scale", f"{_title(node)}: {error}.")
            return affine(code_dtype, None, None, 0, 0, None)

    def _check_scale(self, node: NodeRecord, scale: Constant | None) -> None:
        values = None if scale is None else self._constants.values(scale)
        if scale is None or values is None or not values.size:
            return
        numbers = values.astype(np.float64)
        for words, bad in (
            ("not a number", np.isnan(numbers)),
            ("infinite", np.isinf(numbers)),
            ("zero", numbers == 0),
            ("negative", numbers < 0),
        ):
            if np.any(bad):
                self._problems.add(
                    "scale",
                    f"{_title(node)}: the scale {shown(scale.name, 60)} is {words} in "
                    f"{int(np.count_nonzero(bad)):,} of {numbers.size:,} entries.",
                )
                return

    def annotated(
        self, annotation: Mapping[str, str], find: Callable[[str], Constant | None]
    ) -> Quantizer | None:
        """Return what a ``quantization_annotation`` says, or ``None`` if nothing known.

        ``SCALE_TENSOR`` and ``ZERO_POINT_TENSOR`` name constants (onnx.proto); FINN
        writes the type that its hardware will use as ``finn_datatype``.
        """
        finn = annotation.get("finn_datatype")
        if finn and not finn.startswith("FLOAT"):
            return Named(family="finn", name=shown(finn, 60))
        scale = find(annotation.get("SCALE_TENSOR", ""))
        if scale is None:
            return None
        zero = find(annotation.get("ZERO_POINT_TENSOR", ""))
        dtype = self._constants.type(zero).dtype if zero is not None else "int8"
        zeros = None if zero is None else self._constants.ref(zero)
        return affine(dtype, self._constants.ref(scale), zeros, 0, 0, None)

    def _named(self, at: Constant) -> Named:
        assert at.node is not None
        values = [None if one is None else self._flat(one) for one in at.inputs[1:]]
        settings = settings_of(at.attributes, self._constants.tensors)
        return named(at.node.op, values, settings)

    def _flat(self, constant: Constant) -> list[Any] | None:
        values = self._constants.values(constant)
        return None if values is None else values.reshape(-1).tolist()

    # places

    def place(self, constant: Constant) -> TensorRef | None:
        """Return where a constant's numbers lie, as they are stored."""
        return self._constants.ref(constant)

    def _tensor(self, constant: Constant, origin: Origin) -> TensorRef | None:
        if origin.leaf is None:
            return self._constants.ref(constant)
        stored = self._constants.ref(origin.leaf)
        if stored is None or not origin.views:
            return stored
        type = self._constants.type(constant)
        if type.shape is None:
            return None
        shape = tuple(dim if isinstance(dim, int) else -1 for dim in type.shape)
        is_float = type.dtype and origin.quantizer is None
        dtype = type.dtype if is_float else stored.dtype
        steps = self._steps(origin)
        if steps is None or stored.packing is Packing.ABSENT or -1 in shape:
            return absent_tensor(shape, dtype)
        if dtype != stored.dtype:
            steps += f">cast:{dtype}"
        if stored.packing is Packing.READER:
            base = stored.key
        else:
            base = f"{stored.packing}@{stored.dtype}:{_lengths(stored.shape)}"
        return TensorRef(
            file=stored.file,
            offset=stored.offset,
            nbytes=stored.nbytes,
            shape=shape,
            dtype=dtype,
            packing=Packing.READER,
            key=base + steps,
        )

    def _steps(self, origin: Origin) -> str | None:
        """Return what the reader must do to the stored tensor, as part of its key."""
        text = ""
        for view in origin.views:
            type = self._constants.type(view)
            if view.op == "Transpose":
                perm = view.attributes.get("perm")
                rank = len(type.shape or ())
                order = perm if isinstance(perm, tuple) and perm else range(rank)[::-1]
                text += f">transpose:{_lengths(order)}"
            elif view.op != "Cast":
                lengths = type.shape
                if lengths is None or not all(isinstance(n, int) for n in lengths):
                    return None
                text += f">reshape:{_lengths(lengths)}"
        return text if len(text) < 1000 else None


def _lengths(numbers: Iterable[object]) -> str:
    return ",".join(map(str, numbers))


def _moved(
    quantizer: Quantizer, views: list[Constant], constants: Constants
) -> Quantizer:
    """Return a quantizer whose axis follows the views behind it; they come last first.

    Where it cannot be followed the scales are left out rather than shown at a wrong
    axis.
    """
    if not isinstance(quantizer, Affine) or quantizer.axis is None or not views:
        return quantizer
    axis = quantizer.axis
    for view in reversed(views):
        perm = view.attributes.get("perm")
        if view.op == "Cast":
            continue
        if view.op == "Transpose":
            rank = len(constants.type(view).shape or ())
            order = list(perm) if isinstance(perm, tuple) else list(range(rank))[::-1]
            if axis in order:
                axis = order.index(axis)
                continue
        return affine(quantizer.code_dtype, None, None, 0, 0, None)
    return Affine(
        code_dtype=quantizer.code_dtype,
        bits=quantizer.bits,
        scale=quantizer.scale,
        zero_point=quantizer.zero_point,
        axis=axis,
        block=quantizer.block,
    )


def with_codes(
    parameter: Parameter,
    dialect: str,
    node: NodeRecord,
    position: int,
    settings: Mapping[str, Any],
    find: Callable[[int], Constant | None],
    parameters: Parameters,
) -> Parameter:
    """Return a weight of an operation on codes with the quantizer that it names."""
    spec = CODE_INPUTS.get(f"{dialect}.{node.op}")
    if spec is None or spec.at != position or parameter.quantizer is not None:
        return parameter
    tensor = parameter.tensor
    if node.op == "MatMulNBits":
        tensor = unpacked_nbits(tensor, settings) or tensor
    elif node.op == "GatherBlockQuantized":
        tensor = unpacked_rows(tensor, settings) or tensor
    axis = 0 if spec.first and settings.get(spec.first) else spec.axis
    if node.op == "GatherBlockQuantized":
        axis = int(settings.get("quantize_axis", 1))
    block = {"block_size": settings.get("block_size", 0)}
    scale = find(spec.scale)
    zero = find(spec.zero_point) if spec.zero_point >= 0 else None
    if node.op in ("MatMulNBits", "GatherBlockQuantized"):
        # Their scales lie flat or packed: said by name, read with the codes later.
        found: Quantizer = Affine(
            code_dtype=tensor.dtype,
            bits=int(settings.get("bits", 4)),
            scale=None if scale is None else parameters.place(scale),
            axis=axis,
            block=int(block["block_size"]),
        )
    else:
        found = parameters.quantizer(
            node, {"axis": axis}, tensor.dtype, scale, zero, tensor.shape
        )
    return Parameter(
        id=parameter.id,
        role=parameter.role,
        name=parameter.name,
        tensor=tensor,
        counted=True,
        quantizer=found,
    )


def _meaningful(tensor: TensorRef) -> bool:
    known = all(length >= 0 for length in tensor.shape)
    return known and tensor.size < LIMITS.elements


def _title(node: NodeRecord) -> str:
    return shown(f"{node.op} {node.name}".strip(), 80)
