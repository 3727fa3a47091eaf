"""TensorFlow functions between the layers of a Keras 2 model.

Keras 2 wraps them in ``TFOpLambda`` (``math.add``), ``SlicingOpLambda`` (``x[:, 0]``)
and ``TensorFlowOpLayer`` (a graph operation with its constants). Those that Keras 3 has
as ``keras.ops`` are read as such; all others stay open.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from loaders.ir.graph import Attributes, Category
from loaders.ir.steps import OutputSteps
from loaders.ir.text import shown
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, understand
from loaders.kinds._arguments import first_of
from loaders.kinds._inner import inner_call, inner_kind

_FUNCTIONS = {
    "__operators__.add": "add",
    "math.add": "add",
    "add": "add",
    "__operators__.subtract": "subtract",
    "math.subtract": "subtract",
    "subtract": "subtract",
    "math.multiply": "multiply",
    "multiply": "multiply",
    "math.divide": "divide",
    "math.truediv": "truedivide",
    "truediv": "truedivide",
    "math.floordiv": "floordivide",
    "math.pow": "power",
    "pow": "power",
    "math.maximum": "maximum",
    "maximum": "maximum",
    "math.minimum": "minimum",
    "minimum": "minimum",
    "math.floormod": "mod",
    "math.abs": "abs",
    "abs": "abs",
    "math.negative": "negative",
    "math.exp": "exp",
    "exp": "exp",
    "math.log": "log",
    "math.log1p": "log1p",
    "math.sqrt": "sqrt",
    "sqrt": "sqrt",
    "math.rsqrt": "rsqrt",
    "math.square": "square",
    "square": "square",
    "math.sin": "sin",
    "math.cos": "cos",
    "math.sign": "sign",
    "math.round": "round",
    "math.floor": "floor",
    "math.ceil": "ceil",
    "math.reciprocal": "reciprocal",
    "math.erf": "erf",
    "clip_by_value": "clip",
    "stop_gradient": "stopgradient",
    "identity": "copy",
    "nn.relu": "relu",
    "nn.relu6": "relu6",
    "nn.elu": "elu",
    "nn.selu": "selu",
    "nn.gelu": "gelu",
    "nn.silu": "silu",
    "nn.swish": "silu",
    "nn.softplus": "softplus",
    "math.softplus": "softplus",
    "nn.leaky_relu": "leakyrelu",
    "math.sigmoid": "sigmoid",
    "nn.sigmoid": "sigmoid",
    "sigmoid": "sigmoid",
    "math.tanh": "tanh",
    "nn.tanh": "tanh",
    "tanh": "tanh",
    "nn.softmax": "softmax",
    "nn.log_softmax": "logsoftmax",
    "math.equal": "equal",
    "math.not_equal": "notequal",
    "math.greater": "greater",
    "math.greater_equal": "greaterequal",
    "math.less": "less",
    "math.less_equal": "lessequal",
    "math.logical_and": "logicaland",
    "math.logical_or": "logicalor",
    "math.logical_not": "logicalnot",
    "math.reduce_mean": "mean",
    "reduce_mean": "mean",
    "math.reduce_sum": "sum",
    "math.reduce_max": "max",
    "math.reduce_min": "min",
    "math.reduce_prod": "prod",
    "math.reduce_std": "std",
    "math.reduce_variance": "var",
    "math.reduce_any": "any",
    "math.reduce_all": "all",
    "math.reduce_logsumexp": "logsumexp",
    "reshape": "reshape",
    "transpose": "transpose",
    "expand_dims": "expanddims",
    "squeeze": "squeeze",
    "concat": "concatenate",
    "stack": "stack",
    "tile": "tile",
    "cast": "cast",
    "linalg.matmul": "matmul",
    "__operators__.getitem": "getitem",
}
"""TensorFlow's name -> the ``keras.ops`` class in lower case."""

_NODES = {
    "Add": "add",
    "AddV2": "add",
    "Sub": "subtract",
    "Mul": "multiply",
    "RealDiv": "truedivide",
    "FloorDiv": "floordivide",
    "Maximum": "maximum",
    "Minimum": "minimum",
    "Pow": "power",
    "Abs": "abs",
    "Neg": "negative",
    "Exp": "exp",
    "Log": "log",
    "Sqrt": "sqrt",
    "Rsqrt": "rsqrt",
    "Square": "square",
    "Relu": "relu",
    "Relu6": "relu6",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softmax": "softmax",
    "Identity": "copy",
    "Transpose": "transpose",
    "Reshape": "reshape",
    "ExpandDims": "expanddims",
    "Mean": "mean",
    "Sum": "sum",
    "Max": "max",
    "Min": "min",
}
"""TensorFlow's graph operations -> the ``keras.ops`` class in lower case."""

_WORDS = {
    "perm": "axes",
    "shape": "newshape",
    "multiples": "repeats",
    "keep_dims": "keepdims",
    "slice_spec": "key",
}
"""TensorFlow's arguments -> those of ``keras.ops``."""

_ARGUMENT = {
    "transpose": "axes",
    "reshape": "newshape",
    "expanddims": "axis",
    "mean": "axis",
    "sum": "axis",
    "max": "axis",
    "min": "axis",
}
"""What the second input of a graph operation is, where it is a setting."""


def _inner(op: str | None, settings: Settings) -> Attributes:
    if op is None:
        return {"op": "", "name": "", "kind": "unknown", "attributes": {}}
    kind, attributes, _complaint = understand("keras.ops", op, settings, 3)
    named = {"op": op, "name": "", "attributes": attributes}
    return {**named, "kind": "unknown" if kind is None else kind.id}


def _function(settings: Settings, _version: int) -> Attributes:
    name = str(settings.get("function", ""))
    op = _FUNCTIONS.get(name)
    kept = {_WORDS.get(key, key): value for key, value in settings.items()}
    if op == "squeeze" and "axis" not in kept:
        kept["axis"] = None
    if op in ("concatenate", "stack"):
        # concat(values, axis): the axis may stand behind the list of tensors
        kept.setdefault("axis", _last_number(settings.get("args")))
    if op == "getitem" and "key" not in kept:
        kept["args"] = _slices(settings.get("args"))
    return {"function": shown(name, 80), "layer": _inner(op, kept)}


def _last_number(args: Any) -> Any:
    match args:
        case [*_, int() as axis]:
            return axis
        case _:
            return 0


def _slices(args: Any) -> Any:
    match args:
        case [None, key]:
            return [None, key]
        case _:
            raise ValueError("a slice without its bounds")


def _graph_operation(settings: Settings, _version: int) -> Attributes:
    node = settings["node_def"]
    name = str(node["op"]) if isinstance(node, Mapping) else "unknown"
    op = _NODES.get(name)
    constants = settings.get("constants")
    given = constants if isinstance(constants, Mapping) else {}
    kept: dict[str, Any] = {"args": [None, *given.values()]}
    if op in _ARGUMENT and given:
        kept = {_ARGUMENT[op]: next(iter(given.values()))}
    attributes = node.get("attr") if isinstance(node, Mapping) else None
    if isinstance(attributes, Mapping) and "keep_dims" in attributes:
        kept["keepdims"] = first_of(attributes["keep_dims"], "b") is True
    return {"function": shown(name, 80), "layer": _inner(op, kept)}


def _shape(call: Call) -> list[OutputSteps | None]:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return [None] * max(1, call.outputs)
    return kind.shape(_given(call, inner))


def _given(call: Call, inner: Mapping[str, Any]) -> Call:
    first = call.inputs[0] if call.inputs else None
    return inner_call(call, inner, first)


def _cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    return None if kind is None else kind.multiply_adds(_given(call, inner), outputs)


def _fields(call: Call) -> list[Field]:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    meaning = "A TensorFlow function between the layers."
    name = Field(name="function", value=call.attributes["function"], meaning=meaning)
    return [name, *([] if kind is None else kind.fields(_given(call, inner)))]


_SPELLINGS: dict[str, Callable[[Settings, int], Attributes]] = {
    "TFOpLambda": _function,
    "SlicingOpLambda": _function,
    "TensorFlowOpLayer": _graph_operation,
}

KINDS.add(
    LayerKind(
        id="tensorflow_operation",
        title="TensorFlow function",
        category=Category.TENSOR,
        dialects={
            f"keras.{op}": Dialect(translate=how) for op, how in _SPELLINGS.items()
        },
        shape=_shape,
        multiply_adds=_cost,
        fields=_fields,
        summary=lambda call: str(call.attributes["function"]),
    )
)
