"""Look-up of one vector per token: Embedding and its relatives."""

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of, grouped
from loaders.kinds import (
    COMPUTED,
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
)
from loaders.kinds._arguments import (
    length_text,
    positive,
    switch,
    whole,
    yes_no,
)
from loaders.kinds._quantized import quantization_of
from loaders.kinds._steps import kept


def _keras(settings: Settings, version: int) -> Attributes:
    rank = settings.get("lora_rank")
    return {
        "input_dim": positive(settings["input_dim"]),
        "output_dim": positive(settings["output_dim"]),
        "mask_zero": switch(settings, "mask_zero"),
        "input_length": _input_length(settings) if version < 3 else None,
        "lora_rank": None if rank is None else positive(rank),
        **_stored(settings),
        "reverse": False,
        "tied": True,
    }


def _keras_reversible(settings: Settings, version: int) -> Attributes:
    return {
        **_keras(settings, version),
        "tied": switch(settings, "tie_weights", default=True),
        "reverse": switch(settings, "reverse"),
    }


def _stored(settings: Settings) -> Attributes:
    """Return how Keras 3 stores the table: plainly, or as integers of some bits."""
    found = quantization_of(settings)
    if found is None or found["mode"] not in ("int8", "int4"):
        return {"bits": 0, "block": -1}
    return {"bits": found["bits"], "block": found["block"]}


def _input_length(settings: Settings) -> int | None:
    length = settings.get("input_length")
    return whole(length) if isinstance(length, (int, float)) else None


def _shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    attributes = call.attributes
    if attributes["reverse"]:
        return [_reversed(call)]
    axes = zip(_token_axes(call, len(shape)), shape, strict=True)
    steps = [kept(axis, length, at) for at, (axis, length) in enumerate(axes)]
    if attributes["input_length"] and len(shape) == 2 and shape[1] is None:
        steps[1] = kept(steps[1].axis, attributes["input_length"], 1)
    size = attributes["output_dim"]
    steps.append(
        AxisStep(
            axis=Axis.FEATURE,
            result=size,
            meaning=f"one vector of {count_of(size, 'number')} per token",
        )
    )
    dtype = attributes.get(COMPUTED, "float32")
    return [OutputSteps(axes=tuple(steps), dtype=dtype)]


def _reversed(call: Call) -> OutputSteps | None:
    """ReversibleEmbedding called backwards: vectors to one score per token."""
    shape = call.shape()
    if not shape:
        return None
    axes = list(zip(call.axes(), shape, strict=True))[:-1]
    tokens = call.attributes["input_dim"]
    step = AxisStep(axis=Axis.TOKEN, result=tokens, meaning="one score per token")
    reason = f"{length_text(shape[-1])} numbers are compared with every token's vector"
    return OutputSteps(
        axes=(
            *(kept(axis, length, at) for at, (axis, length) in enumerate(axes)),
            step,
        ),
        ended=(EndedAxis(axis=call.axes()[-1], length=shape[-1], reason=reason),),
    )


def _token_axes(call: Call, rank: int) -> tuple[Axis, ...]:
    """Nothing but the look-up says that the second axis of a text is time."""
    axes = list(call.axes())
    if rank == 2 and axes[1] in (Axis.OTHER, Axis.FEATURE):
        axes[1] = Axis.TIME
    return tuple(axes)


def _weights(call: Call) -> list[WeightSteps]:
    attributes = call.attributes
    tokens, size = attributes["input_dim"], attributes["output_dim"]
    lora, bits = attributes["lora_rank"], attributes["bits"]
    each = f"one vector of {count_of(size, 'number')} for each of {grouped(tokens)}"
    table = WeightSteps(
        role="embeddings",
        shape=(tokens, (size + 1) // 2 if bits == 4 else size),
        axes=(Axis.TOKEN, Axis.FEATURE),
        meaning=f"{each} tokens" + (", stored as integers" if bits else ""),
        trainable=not lora and not bits,
        dtype="int8" if bits else "",
    )
    found = [table]
    if bits:
        found += _integer_state(tokens, size, attributes["block"])
    if lora:
        found += _lora(tokens, size, lora)
    if not attributes["tied"]:
        found += _way_back(tokens, size, bits, attributes["block"])
    return found


def _way_back(tokens: int, size: int, bits: int, block: int) -> list[WeightSteps]:
    """Return the second table of ReversibleEmbedding, perhaps stored as integers."""
    words = f"one vector of {count_of(size, 'number')} for each of {grouped(tokens)} "
    words += "tokens, for the way back"
    table = WeightSteps(
        role="reverse_embeddings",
        shape=((size + 1) // 2 if bits == 4 else size, tokens),
        axes=(Axis.FEATURE, Axis.TOKEN),
        meaning=words + (", stored as integers" if bits else ""),
        trainable=not bits,
        dtype="int8" if bits else "",
    )
    if not bits:
        return [table]
    shape: tuple[int, ...] = (tokens,)
    axes: tuple[Axis, ...] = (Axis.TOKEN,)
    roles = ["reverse_embeddings_scale"]
    if block > 0:
        shape, axes = (-(-size // block), tokens), (Axis.OTHER, Axis.TOKEN)
        roles.append("reverse_embeddings_zero")
    return [
        table,
        *(
            WeightSteps(
                role=role,
                shape=shape,
                axes=axes,
                meaning="how the integers become numbers",
                trainable=False,
            )
            for role in roles
        ),
    ]


def _integer_state(tokens: int, size: int, block: int) -> list[WeightSteps]:
    """How the integers become numbers: Keras counts these weights too."""
    shape: tuple[int, ...] = (tokens,)
    words = f"1 for each of {grouped(tokens)} tokens"
    if block > 0:
        shape = (tokens, -(-size // block))
        words = f"{shape[1]} for each of {grouped(tokens)} tokens"
    axes = (Axis.TOKEN, Axis.OTHER)[: len(shape)]
    roles = [("embeddings_scale", shape, axes, f"scales, {words}", "float32")]
    if block > 0:
        roles += [
            ("embeddings_zero", shape, axes, f"zero points, {words}", "int8"),
            ("g_idx", (size,), (Axis.FEATURE,), "which scale is whose", "float32"),
        ]
    return [
        WeightSteps(
            role=role,
            shape=lengths,
            axes=names,
            meaning=meaning,
            trainable=False,
            dtype=dtype,
        )
        for role, lengths, names, meaning, dtype in roles
    ]


def _lora(tokens: int, size: int, rank: int) -> list[WeightSteps]:
    return [
        WeightSteps(
            role="lora_embeddings_a",
            shape=(tokens, rank),
            axes=(Axis.TOKEN, Axis.OTHER),
            meaning=f"{rank} numbers for each of {grouped(tokens)} tokens",
        ),
        WeightSteps(
            role="lora_embeddings_b",
            shape=(rank, size),
            axes=(Axis.OTHER, Axis.FEATURE),
            meaning=f"{rank} × {size} numbers that widen them",
        ),
    ]


def _reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    if call.attributes["reverse"]:
        return None
    match rank:
        case 1:
            return (Axis.BATCH,)
        case 2:
            return (Axis.BATCH, Axis.TIME)
    return None


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    tokens, size = attributes["input_dim"], attributes["output_dim"]
    fields = [
        Field(
            name="input_dim",
            value=grouped(tokens),
            meaning=f"Token numbers from 0 to {grouped(tokens - 1)} are known.",
        ),
        Field(
            name="output_dim",
            value=grouped(size),
            meaning=f"Each token becomes a vector of {count_of(size, 'number')}.",
        ),
        yes_no(
            "mask_zero",
            attributes["mask_zero"],
            "Token 0 means padding: later layers skip it. Its row is looked up all "
            "the same.",
            "Token 0 is a token like any other: nothing is masked.",
        ),
    ]
    if attributes["input_length"]:
        length = attributes["input_length"]
        meaning = f"Every text has {count_of(length, 'token')}."
        fields.append(Field(name="input_length", value=str(length), meaning=meaning))
    return fields


def _summary(call: Call) -> str:
    tokens, size = call.attributes["input_dim"], call.attributes["output_dim"]
    return f"{count_of(tokens, 'token')} · {count_of(size, 'number')} each"


KINDS.add(
    LayerKind(
        id="embedding",
        title="Embedding",
        category=Category.TENSOR,
        dialects={
            "keras.Embedding": Dialect(translate=_keras),
            "keras.QEmbedding": Dialect(translate=_keras),
            "keras.ReversibleEmbedding": Dialect(translate=_keras_reversible),
        },
        shape=_shape,
        weights=_weights,
        multiply_adds=no_cost,
        fields=_fields,
        reads=_reads,
        summary=_summary,
    )
)


# ONNX: a table in the file that rows are taken from


def onnx_embed_settings(settings: Settings, _version: int) -> Attributes:
    """Return the settings of EmbedLayerNormalization: it has none that matter."""
    return {"mask_index_type": settings.get("mask_index_type", 0)}


_TABLES = ("embeddings", "position_embeddings", "segment_embeddings")


def _embed_shape(call: Call) -> list[OutputSteps | None]:
    """(batch, time, feature), then one mask length per sample."""
    shape, table = call.shape(), call.weights.get("embeddings")
    count = max(1, call.outputs)
    if shape is None or len(shape) != 2 or table is None:
        return [None] * count
    size: Dim = table.shape[-1] if table.tensor.shape else None
    batch, time = kept(Axis.BATCH, shape[0], 0), kept(Axis.TIME, shape[1], 1)
    words = f"one vector of {length_text(size)} numbers per token"
    feature = AxisStep(axis=Axis.FEATURE, result=size, meaning=words)
    main = OutputSteps(axes=(batch, time, feature), dtype=table.tensor.dtype)
    lengths = OutputSteps(axes=(batch,), dtype="int32")
    outputs: list[OutputSteps | None] = [main, lengths, main]
    return outputs[:count]


def _embed_weights(call: Call) -> list[WeightSteps]:
    return [
        WeightSteps(
            role=role,
            shape=call.weights[role].shape,
            axes=(Axis.TOKEN, Axis.FEATURE),
            meaning="one vector per token, position or segment",
        )
        for role in _TABLES
        if role in call.weights and len(call.weights[role].tensor.shape) == 2
    ]


KINDS.add(
    LayerKind(
        id="embedding_onnx",
        title="Embedding with layer normalization",
        category=Category.TENSOR,
        dialects={
            "onnx.com.microsoft.EmbedLayerNormalization": Dialect(
                translate=onnx_embed_settings,
                inputs=("", "", *_TABLES, "gamma", "beta", ""),
            )
        },
        shape=_embed_shape,
        weights=_embed_weights,
        reads=lambda _call, rank: (Axis.BATCH, Axis.TIME) if rank == 2 else None,
    )
)
