"""What TensorFlow's operations and references are called, and what they mean."""

import json
from dataclasses import dataclass
from typing import Any

from loaders.formats._tf_messages import Constant, FunctionName, Operation
from loaders.ir.graph import Category, Parameter, Shape

PASSED_ON = frozenset({"Identity", "IdentityN", "ReadVariableOp", "StopGradient"})
VARIABLES = frozenset({"VarHandleOp", "VariableV2", "Variable"})
INPUTS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"})
BODIES = ("f", "then_branch", "else_branch", "cond", "body", "branches")

# Which input of an operation holds which weight, and what it is called there.
ROLES: dict[str, dict[int, str]] = {
    "MatMul": {0: "kernel", 1: "kernel"},
    "BatchMatMulV2": {0: "kernel", 1: "kernel"},
    "Conv1D": {1: "kernel"},
    "Conv2D": {1: "kernel"},
    "Conv3D": {1: "kernel"},
    "Conv2DBackpropInput": {1: "kernel"},
    "DepthwiseConv2dNative": {1: "depthwise_kernel"},
    "BiasAdd": {1: "bias"},
    "FusedBatchNorm": {1: "gamma", 2: "beta", 3: "moving_mean", 4: "moving_variance"},
    "FusedBatchNormV3": {1: "gamma", 2: "beta", 3: "moving_mean", 4: "moving_variance"},
    "GatherV2": {0: "embeddings"},
    "ResourceGather": {0: "embeddings"},
}
_OPS_BY_CATEGORY = {
    Category.CONVOLUTION: "Conv1D Conv2D Conv3D DepthwiseConv2dNative "
    "Conv2DBackpropInput Conv3DBackpropInputV2",
    Category.DENSE: "MatMul BatchMatMul BatchMatMulV2 BiasAdd Einsum",
    Category.NORMALIZATION: "FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3",
    Category.ACTIVATION: "Relu Relu6 Elu Selu Sigmoid Tanh Softmax LeakyRelu "
    "Softplus Softsign LogSoftmax",
    Category.POOLING: "MaxPool AvgPool MaxPool3D AvgPool3D MaxPoolV2",
    Category.TENSOR: "Reshape Transpose ConcatV2 StridedSlice Slice Squeeze "
    "ExpandDims Pack Unpack Shape Split SplitV Pad PadV2 Tile Cast Gather GatherV2 "
    "ResourceGather Fill",
}
CATEGORY = {
    op: category for category, ops in _OPS_BY_CATEGORY.items() for op in ops.split()
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A weight that an operation reads, by its name."""

    name: str
    dtype: str
    shape: Shape | None


def split(reference: str) -> tuple[str, int]:
    """Return the operation and the output's number of a reference.

    Graphs write ``name`` or ``name:1``, functions ``argument`` or ``name:port:1``.
    """
    parts = reference.split(":")
    return parts[0], whole_number(parts[-1]) or 0 if len(parts) > 1 else 0


def whole_number(text: str) -> int | None:
    """Return a number as the format writes it; ``None`` for anything else."""
    # "²" is a digit to Python, but no number.
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if is_number else None


def suffix_of(reference: str) -> str:
    """Return the part of a reference behind the operation's name."""
    return reference.partition(":")[2] or "0"


def variable_of(operation: Operation) -> Variable:
    """Return the variable that an operation stands for."""
    shared = operation.attributes.get("shared_name")
    shape = operation.attributes.get("shape")
    dtype = operation.attributes.get("dtype")
    return Variable(
        shared if isinstance(shared, str) and shared else operation.name,
        dtype if isinstance(dtype, str) else "",
        shape if isinstance(shape, tuple) else None,
    )


def is_weight(constant: Constant) -> bool:
    """Frozen weights are constants; shapes, axes and single numbers are settings."""
    size = 1
    for length in constant.shape:
        size *= length
    return size > 1 and constant.dtype.startswith(("float", "bfloat"))


def in_role(parameter: Parameter, role: str, taken: list[Parameter]) -> Parameter:
    """Return a parameter under a role that none of ``taken`` has."""
    wanted = role or parameter.role
    roles = {one.role for one in taken}
    at, free = 2, wanted
    while free in roles:
        free, at = f"{wanted}_{at}", at + 1
    return Parameter(
        id=parameter.id,
        role=free,
        tensor=parameter.tensor,
        name=parameter.name,
        trainable=parameter.trainable,
        counted=parameter.counted,
    )


def dtype_of(operation: Operation) -> str:
    """Return the element type of an operation's outputs; empty if it does not say."""
    for key in ("dtype", "DstT", "out_type", "T"):
        value = operation.attributes.get(key)
        if isinstance(value, str) and value:
            return value
    return ""


def config_of(operation: Operation) -> str:
    """Return the attributes as JSON text."""
    return json.dumps({key: _plain(one) for key, one in operation.attributes.items()})


def _plain(value: Any) -> Any:
    match value:
        case Constant():
            return f"{value.dtype} tensor of shape {list(value.shape)}"
        case FunctionName():
            return f"function {value.name}"
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
