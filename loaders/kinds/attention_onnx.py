"""Attention as one ONNX operation, in the default and in Microsoft's domain."""

from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import positive, switch, whole
from loaders.kinds._steps import kept


def _heads(settings: Settings, name: str) -> int | None:
    value = settings.get(name)
    return None if value in (None, 0) else positive(value)


def _onnx(settings: Settings, _version: int) -> Attributes:
    return {
        "query_heads": _heads(settings, "q_num_heads"),
        "key_heads": _heads(settings, "kv_num_heads"),
        "causal": switch(settings, "is_causal"),
    }


def _microsoft(settings: Settings, _version: int) -> Attributes:
    heads = _heads(settings, "num_heads")
    return {
        "query_heads": heads,
        "key_heads": _heads(settings, "kv_num_heads"),
        "causal": switch(settings, "unidirectional"),
    }


def _rotary(settings: Settings, version: int) -> Attributes:
    """Of numbers of a head, as many as ``turned`` are turned; 0 for all."""
    return {
        **_microsoft(settings, version),
        "interleaved": switch(settings, "interleaved"),
        "turned": whole(settings.get("rotary_embedding_dim", 0)),
    }


def _rest(call: Call, main: OutputSteps | None) -> list[OutputSteps | None]:
    return [main, *[None] * (max(1, call.outputs) - 1)]


def _size(length: Dim, parts: int | None) -> Dim:
    if isinstance(length, int) and parts and length % parts == 0:
        return length // parts
    return None


def _product(one: Dim, other: Dim) -> Dim:
    return one * other if isinstance(one, int) and isinstance(other, int) else None


def _onnx_shape(call: Call) -> list[OutputSteps | None]:
    """(batch, queries, heads × numbers), or with the heads on an axis of their own."""
    query, value = call.shape(0), call.shape(2)
    if query is None or value is None or len(query) != len(value):
        return _rest(call, None)
    heads = call.attributes["query_heads"]
    batch = kept(Axis.BATCH, query[0], 0)
    match len(query):
        case 3:
            size = _size(value[2], call.attributes["key_heads"])
            words = "the heads side by side"
            joined = AxisStep(
                axis=Axis.FEATURE, result=_product(heads, size), meaning=words
            )
            return _rest(
                call, OutputSteps(axes=(batch, kept(Axis.TIME, query[1], 1), joined))
            )
        case 4:
            words = "one vector per head"
            axes = (
                batch,
                kept(Axis.HEAD, query[1], 1),
                kept(Axis.TIME, query[2], 2),
                AxisStep(axis=Axis.FEATURE, result=value[3], meaning=words),
            )
            return _rest(call, OutputSteps(axes=axes))
    return _rest(call, None)


def _like_query(call: Call) -> list[OutputSteps | None]:
    """Microsoft's: (batch, time, features), as wide as the values."""
    query = call.shape(0)
    if query is None or len(query) != 3:
        return _rest(call, None)
    width = _width(call, query)
    axes = (
        kept(Axis.BATCH, query[0], 0),
        kept(Axis.TIME, query[1], 1),
        AxisStep(axis=Axis.FEATURE, result=width, meaning="the heads side by side"),
    )
    return _rest(call, OutputSteps(axes=axes))


def _width(call: Call, query: Shape) -> Dim:
    kernel = call.weights.get("kernel")
    if call.op in ("Attention", "QAttention"):
        if kernel is None or len(kernel.tensor.shape) != 2:
            return None
        wide = kernel.tensor.shape[1]  # queries, keys and values side by side
        return wide // 3 if wide % 3 == 0 else None
    value = call.shape(2)
    if call.op == "MultiHeadAttention" and value is not None and len(value) == 3:
        return value[2]
    return query[2] if value is not None else None


def _rotary_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return _rest(call, None)
    axes = zip(call.axes(), shape, strict=True)
    steps = tuple(kept(axis, length, at) for at, (axis, length) in enumerate(axes))
    return _rest(call, OutputSteps(axes=steps))


def _fields(call: Call) -> list[Field]:
    heads, groups = call.attributes["query_heads"], call.attributes["key_heads"]
    fields = []
    if heads:
        meaning = f"{heads} heads look at the sequence side by side."
        fields.append(Field(name="num_heads", value=str(heads), meaning=meaning))
    if groups and groups != heads:
        meaning = "Several query heads share one head of keys and values."
        fields.append(Field(name="kv_num_heads", value=str(groups), meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="attention_onnx",
        title="Attention operation",
        category=Category.ATTENTION,
        dialects={"onnx.Attention": Dialect(translate=_onnx)},
        shape=_onnx_shape,
        fields=_fields,
    )
)
KINDS.add(
    LayerKind(
        id="attention_microsoft",
        title="Fused attention",
        category=Category.ATTENTION,
        dialects={
            "onnx.com.microsoft.Attention": Dialect(
                translate=_microsoft, inputs=("", "kernel", "bias", "")
            ),
            "onnx.com.microsoft.QAttention": Dialect(
                translate=_microsoft,
                inputs=(
                    "",
                    "kernel",
                    "bias",
                    "@input_scale",
                    "@weight_scale",
                    "",
                    "@input_zero_point",
                    "@weight_zero_point",
                    "",
                ),
            ),
            "onnx.com.microsoft.MultiHeadAttention": Dialect(
                translate=_microsoft, inputs=("", "", "", "bias", "")
            ),
            "onnx.com.microsoft.GroupQueryAttention": Dialect(translate=_microsoft),
        },
        shape=_like_query,
        fields=_fields,
    )
)
KINDS.add(
    LayerKind(
        id="rotary_embedding",
        title="Rotary position embedding",
        category=Category.ATTENTION,
        dialects={
            "onnx.RotaryEmbedding": Dialect(translate=_rotary),
            "onnx.com.microsoft.RotaryEmbedding": Dialect(translate=_rotary),
        },
        shape=_rotary_shape,
        fields=_fields,
    )
)
