"""Keras' attention layers: queries look at keys and take from values."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import (
    features_text,
    length_text,
    optional_list,
    positive,
    switch,
)
from loaders.kinds._steps import kept, times


def _multi_head(settings: Settings, _version: int) -> Attributes:
    key_dim = positive(settings["key_dim"])
    value_dim = settings.get("value_dim")
    heads = positive(settings["num_heads"])
    return {
        "query_heads": heads,
        "key_heads": heads,
        "key_dim": key_dim,
        "value_dim": key_dim if value_dim is None else positive(value_dim),
        "use_bias": switch(settings, "use_bias", default=True),
        "use_gate": switch(settings, "use_gate"),
        "output_shape": optional_list(settings.get("output_shape")),
        # Keras 2 writes what it was built for; it helps where nothing else tells.
        "built": [
            optional_list(settings.get(name))
            for name in ("query_shape", "value_shape", "key_shape")
        ],
        "scores": switch(settings, "return_attention_scores"),
        "causal": _is_causal(settings),
    }


def _is_causal(settings: Settings) -> bool:
    """Whether no query sees later keys; Keras 2 set it up so, all may call it so."""
    return switch(settings, "use_causal_mask") or switch(settings, "causal")


def _grouped(settings: Settings, _version: int) -> Attributes:
    heads = positive(settings["num_query_heads"])
    groups = positive(settings["num_key_value_heads"])
    if heads % groups:
        raise ValueError(f"{heads} query heads do not share {groups} key heads evenly")
    size = positive(settings["head_dim"])
    return {
        "query_heads": heads,
        "key_heads": groups,
        "key_dim": size,
        "value_dim": size,
        "use_bias": switch(settings, "use_bias", default=True),
        "use_gate": switch(settings, "use_gate"),
        "output_shape": None,
        "built": [None, None, None],
        "scores": switch(settings, "return_attention_scores"),
        "causal": _is_causal(settings),
    }


def given_shape(call: Call, index: int) -> Shape | None:
    """Return the shape of query (0), value (1) or key (2); the key may be the value."""
    shape = call.shape(index)
    if shape is None and index == 2 and len(call.inputs) < 3:
        return given_shape(call, 1)
    if shape is None and len(call.inputs) < 2 and index == 1:
        shape = call.shape(0) if call.inputs else None
    if shape is None:
        built = call.attributes.get("built", [None, None, None])[index]
        return None if built is None else tuple(built)
    return shape


def _check(call: Call, query: Shape, value: Shape, key: Shape) -> None:
    for shape, name in ((query, "query"), (value, "value"), (key, "key")):
        if len(shape) < 3:
            raise ShapeError(
                f"{call.op} reads (batch, time, feature); its {name} is "
                f"{shape_text(shape)}."
            )
    for one, other in zip(value[1:-1], key[1:-1], strict=False):
        if isinstance(one, int) and isinstance(other, int) and one != other:
            raise ShapeError(
                f"{call.op} needs one value per key: {one:,} values and {other:,} keys."
            )


def _shape(call: Call) -> list[OutputSteps | None]:
    query, value, key = (given_shape(call, index) for index in range(3))
    scores = call.attributes["scores"] or call.outputs > 1
    if query is None or call.shape(0) is None:
        return [None] * (2 if scores else 1)
    if value is not None and key is not None:
        _check(call, query, value, key)
    heads = count_of(call.attributes["query_heads"], "head")
    axes = list(zip(call.axes(), query, strict=True))
    steps = [kept(axis, n, at) for at, (axis, n) in enumerate(axes[:-1])]
    out = call.attributes["output_shape"] or [query[-1]]
    steps += [
        AxisStep(axis=Axis.FEATURE, result=n, meaning=f"{heads} joined and mixed")
        for n in out
    ]
    source: Dim = None if value is None or len(value) < 2 else value[1]
    reason = f"every query takes a weighted mean of {length_text(source)} values"
    gone = EndedAxis(axis=Axis.KEY, length=source, reason=reason)
    main = OutputSteps(axes=tuple(steps), ended=(gone,))
    return [main, _scores(call, query, key)] if scores else [main]


def _scores(call: Call, query: Shape, key: Shape | None) -> OutputSteps | None:
    if key is None or len(query) != 3 or len(key) != 3:
        return None
    return OutputSteps(
        axes=(
            kept(Axis.BATCH, query[0], 0),
            AxisStep(
                axis=Axis.HEAD,
                result=call.attributes["query_heads"],
                meaning="one table of scores per head",
            ),
            AxisStep(
                axis=Axis.QUERY, result=query[1], meaning="one row per query", source=1
            ),
            AxisStep(axis=Axis.KEY, result=key[1], meaning="one score per key"),
        )
    )


def _projection(
    name: str, size: Dim, heads: int, width: int, bias: bool
) -> list[WeightSteps]:
    each = f"{count_of(heads, 'head')} × {count_of(width, 'number')}"
    found = [
        WeightSteps(
            role=f"{name}.kernel",
            shape=(size, heads, width),
            axes=(Axis.IN_FEATURE, Axis.HEAD, Axis.UNIT),
            meaning=f"{each} × {features_text(size)}",
        )
    ]
    if bias:
        found.append(
            WeightSteps(
                role=f"{name}.bias",
                shape=(heads, width),
                axes=(Axis.HEAD, Axis.UNIT),
                meaning=f"{each}: 1 bias each",
            )
        )
    return found


def _weights(call: Call) -> list[WeightSteps]:
    attributes = call.attributes
    query, value, key = (given_shape(call, index) for index in range(3))
    sizes = [shape[-1] if shape else None for shape in (query, value, key)]
    heads, groups = attributes["query_heads"], attributes["key_heads"]
    width, depth = attributes["key_dim"], attributes["value_dim"]
    bias = attributes["use_bias"]
    found = _projection("query", sizes[0], heads, width, bias)
    found += _projection("key", sizes[2], groups, width, bias)
    if attributes["use_gate"]:
        found += _projection("gate", sizes[0], heads, depth, bias)
    found += _projection("value", sizes[1], groups, depth, bias)
    return found + _output(heads, depth, attributes["output_shape"] or [sizes[0]], bias)


def _output(
    heads: int, depth: int, out: Sequence[Dim], bias: bool
) -> list[WeightSteps]:
    wide = " × ".join(map(length_text, out))
    axes = (Axis.FEATURE,) * len(out)
    found = [
        WeightSteps(
            role="output.kernel",
            shape=(heads, depth, *out),
            axes=(Axis.HEAD, Axis.IN_FEATURE, *axes),
            meaning=f"{count_of(heads, 'head')} × {count_of(depth, 'number')} for each "
            f"of {wide} outputs",
        )
    ]
    if bias:
        words = f"1 bias for each of {wide} outputs"
        found.append(
            WeightSteps(role="output.bias", shape=tuple(out), axes=axes, meaning=words)
        )
    return found


def _cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Four projections, then queries × keys × heads × (key + value numbers)."""
    query, value, key = (given_shape(call, index) for index in range(3))
    if query is None or value is None or key is None:
        return None
    attributes = call.attributes
    heads, groups = attributes["query_heads"], attributes["key_heads"]
    width, depth = attributes["key_dim"], attributes["value_dim"]
    rows, columns = times(query[1:-1]), times(value[1:-1])
    out = times(attributes["output_shape"] or [query[-1]])
    parts = [
        times([rows, query[-1], heads, width]),
        times([columns, key[-1], groups, width]),
        times([columns, value[-1], groups, depth]),
        times([rows, columns, heads, width + depth]),
        times([rows, heads, depth, out]),
    ]
    if attributes["use_gate"]:
        parts.append(times([rows, query[-1], heads, depth]))
    known = [part for part in parts if isinstance(part, int)]
    return sum(known) if len(known) == len(parts) else None


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    heads, groups = attributes["query_heads"], attributes["key_heads"]
    width = attributes["key_dim"]
    fields = [
        Field(
            name="num_heads",
            value=str(heads),
            meaning=f"{count_of(heads, 'head')} look at the sequence side by side.",
        ),
        Field(
            name="key_dim",
            value=str(width),
            meaning=f"Queries and keys are compared by {count_of(width, 'number')}.",
        ),
        Field(
            name="value_dim",
            value=str(attributes["value_dim"]),
            meaning="What each head takes from a position.",
        ),
    ]
    if groups != heads:
        meaning = f"{heads // groups} query heads share one head of keys and values."
        fields.insert(1, Field(name="key heads", value=str(groups), meaning=meaning))
    return fields


def _summary(call: Call) -> str:
    attributes = call.attributes
    heads = count_of(attributes["query_heads"], "head")
    return f"{heads} · {count_of(attributes['key_dim'], 'number')} each"


def _reads(_call: Call, rank: int) -> tuple[Axis, ...] | None:
    return (Axis.BATCH, Axis.TIME, Axis.FEATURE) if rank == 3 else None


KINDS.add(
    LayerKind(
        id="multi_head_attention",
        title="Multi-head attention",
        category=Category.ATTENTION,
        dialects={
            "keras.MultiHeadAttention": Dialect(translate=_multi_head),
            "keras.QMultiHeadAttention": Dialect(translate=_multi_head),
            "keras.GroupQueryAttention": Dialect(translate=_grouped),
            "keras.GroupedQueryAttention": Dialect(translate=_grouped),
        },
        shape=_shape,
        weights=_weights,
        multiply_adds=_cost,
        fields=_fields,
        reads=_reads,
        summary=_summary,
    )
)


# attention without projections


def _dot(settings: Settings, _version: int) -> Attributes:
    mode = settings.get("score_mode", "dot")
    roles = ["scale"] if switch(settings, "use_scale") else []
    if mode == "concat":
        roles.append("concat_score_weight")
    return {
        "mode": str(mode),
        "roles": roles,
        "scores": switch(settings, "return_attention_scores"),
        "causal": _is_causal(settings),
    }


def _additive(settings: Settings, _version: int) -> Attributes:
    roles = ["scale"] if switch(settings, "use_scale", default=True) else []
    scores = switch(settings, "return_attention_scores")
    return {
        "mode": "additive",
        "roles": roles,
        "scores": scores,
        "causal": _is_causal(settings),
    }


def _plain_shape(call: Call) -> list[OutputSteps | None]:
    """(…, queries, features of the values)."""
    query, value, key = (given_shape(call, index) for index in range(3))
    scores = call.attributes["scores"] or call.outputs > 1
    if query is None or value is None or call.shape(0) is None:
        return [None] * (2 if scores else 1)
    _check(call, query, value, value if key is None else key)
    axes = zip(call.axes(), query, strict=True)
    steps = [kept(axis, n, at) for at, (axis, n) in enumerate(axes)][:-1]
    last = AxisStep(axis=Axis.FEATURE, result=value[-1], meaning="from the values")
    reason = f"every query takes a weighted mean of {length_text(value[-2])} values"
    gone = EndedAxis(axis=Axis.KEY, length=value[-2], reason=reason)
    main = OutputSteps(axes=(*steps, last), ended=(gone,))
    if not scores:
        return [main]
    keys = AxisStep(axis=Axis.KEY, result=value[-2], meaning="one score per key")
    return [main, OutputSteps(axes=(*steps, keys))]


def _plain_weights(call: Call) -> list[WeightSteps]:
    value = given_shape(call, 1)
    found = []
    for role in call.attributes["roles"]:
        lengths: Shape = ()
        if call.attributes["mode"] == "additive":
            lengths = (value[-1] if value else None,)
        each = f"{length_text(lengths[0])} features" if lengths else "the scores"
        found.append(
            WeightSteps(
                role=role,
                shape=lengths,
                axes=(Axis.FEATURE,) * len(lengths),
                meaning=f"1 factor for {'each of ' if lengths else ''}{each}",
            )
        )
    return found


def _plain_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Queries × keys × (numbers compared + numbers taken)."""
    query, value, key = (given_shape(call, index) for index in range(3))
    if query is None or value is None or key is None:
        return None
    compared, taken = key[-1], value[-1]
    if not isinstance(compared, int) or not isinstance(taken, int):
        return None
    cost = times([*query[1:-1], value[-2], compared + taken])
    return cost if isinstance(cost, int) else None


def _plain_fields(call: Call) -> list[Field]:
    words = {
        "dot": "A query and a key are compared by the sum of their products.",
        "concat": "A query and a key are added, bent by tanh and summed.",
        "additive": "A query and a key are added, bent by tanh and summed.",
    }
    mode = call.attributes["mode"]
    return [Field(name="score_mode", value=mode, meaning=words.get(mode, ""))]


KINDS.add(
    LayerKind(
        id="attention",
        title="Attention",
        category=Category.ATTENTION,
        dialects={
            "keras.Attention": Dialect(translate=_dot),
            "keras.AdditiveAttention": Dialect(translate=_additive),
        },
        shape=_plain_shape,
        weights=_plain_weights,
        multiply_adds=_plain_cost,
        fields=_plain_fields,
        reads=_reads,
    )
)
