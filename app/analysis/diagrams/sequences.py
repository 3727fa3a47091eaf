"""Drawings of layers that walk along a sequence, or look all over one."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from app.analysis.diagrams._case import (
    Case,
    Made,
    counted,
    each_of,
    every,
    product,
    sentence,
)
from loaders.ir.diagram import Attended, Diagram, PerStep, Unrolled
from loaders.ir.graph import Dim, Shape, Value
from loaders.ir.steps import OutputSteps
from loaders.kinds import Call, LayerKind
from loaders.kinds._cells import GATES, state_names
from loaders.kinds._inner import inner_call, inner_kind
from loaders.kinds.attention import given_shape
from loaders.kinds.recurrent import sequence_shape
from loaders.kinds.recurrent_onnx import (
    GATE_NAMES,
    functions_of,
    lengths_of,
    units_of,
)

MERGED = {
    "concat": "side by side",
    "sum": "added",
    "mul": "multiplied",
    "ave": "averaged",
}

Inner = Callable[[LayerKind, Call, tuple[OutputSteps | None, ...]], Made]
"""Draws the layer inside a wrapper."""


def recurrent(case: Case) -> Made:
    """LSTM, GRU, SimpleRNN."""
    attributes, shape = case.call.attributes, sequence_shape(case.call)
    if case.result is None:
        return None
    steps, features = (None, None) if shape is None else (shape[1], shape[2])
    return _unrolled(attributes, attributes, steps, features)


def recurrent_run(case: Case) -> Made:
    """RNN around cells; several of them are drawn as one."""
    attributes, shape = case.call.attributes, sequence_shape(case.call)
    cells = attributes["cells"]
    if case.result is None or any("custom" in cell for cell in cells):
        return None
    steps, features = (None, None) if shape is None else (shape[1], shape[2])
    if len(cells) == 1:
        return _unrolled(cells[0], attributes, steps, features)
    names = " → ".join(str(cell["op"]) for cell in cells)
    names = f"each step goes through {names}"
    units = cells[-1]["units"]
    diagram = Unrolled(
        cell=f"{len(cells)} cells",
        gates=(),
        steps=steps,
        features=(features,),
        units=(units,),
        every_step=attributes["return_sequences"],
        backwards=attributes["go_backwards"],
        result=(units,),
    )
    return diagram, sentence(_walk_words(diagram), names)


def recurrent_cell(case: Case) -> Made:
    """A cell by itself: one step."""
    cells, shape = case.call.attributes["cells"], case.call.shape()
    if len(cells) != 1 or "custom" in cells[0] or case.result is None:
        return None
    features = shape[-1] if shape else None
    run = {"return_sequences": False, "go_backwards": False, "return_state": True}
    return _unrolled(cells[0], run, 1, features)


def _unrolled(
    cell: Mapping[str, Any], run: Mapping[str, Any], steps: Dim, features: Dim
) -> Made:
    units = cell["units"]
    gates = tuple(GATES[cell["family"]])
    diagram = Unrolled(
        cell=cell["family"],
        gates=gates,
        steps=steps,
        features=(features,),
        units=(units,),
        every_step=bool(run["return_sequences"]),
        backwards=bool(run["go_backwards"]),
        result=(units,),
        states=tuple(state_names(cell)) if run.get("return_state") else (),
        activation=cell["activation"],
        gate_activation=cell["recurrent_activation"] if len(gates) > 1 else "",
    )
    return diagram, sentence(_walk_words(diagram), _gate_words(diagram))


def recurrent_convolution(case: Case) -> Made:
    """ConvLSTM: the numbers that are remembered are pictures."""
    attributes, shape, result = case.call.attributes, case.call.shape(), case.result
    if shape is None or result is None:
        return None
    lead = 2 if attributes["return_sequences"] else 1
    units = result.shape[lead:]
    size = product(attributes["kernel_size"])
    diagram = Unrolled(
        cell="ConvLSTM",
        gates=tuple(GATES["LSTM"]),
        steps=shape[1],
        features=shape[2:],
        units=units,
        every_step=bool(attributes["return_sequences"]),
        backwards=bool(attributes["go_backwards"]),
        result=units,
        states=tuple(state_names({"family": "LSTM"}))
        if attributes["return_state"]
        else (),
        activation=attributes["activation"],
    )
    kernel = f"every gate looks at the step and at the state through {size} windows"
    return diagram, sentence(_walk_words(diagram), _gate_words(diagram), kernel)


def recurrent_onnx(case: Case) -> Made:
    """ONNX's LSTM, GRU and RNN."""
    lengths, attributes = lengths_of(case.call), case.call.attributes
    units = units_of(case.call)
    if lengths is None or case.result is None:
        return None
    steps, _, features = lengths
    op = case.call.op.removeprefix("DynamicQuantize")
    gates = tuple(GATE_NAMES[case.call.op].split(", "))
    both = attributes["directions"] == 2
    gate, state = functions_of(case.call)
    diagram = Unrolled(
        cell=op,
        gates=gates,
        steps=steps,
        features=(features,),
        units=(units,),
        every_step=True,
        backwards=attributes["direction"] == "reverse",
        both=both,
        merged="on an axis of their own" if both else "",
        result=(2, units) if both else (units,),
        states=_onnx_states(case),
        activation=state,
        gate_activation=gate if len(gates) > 1 else "",
    )
    return diagram, sentence(_walk_words(diagram), _gate_words(diagram))


def _onnx_states(case: Case) -> tuple[str, ...]:
    names = ("hidden state", "cell state")
    return names[: max(len(case.outputs) - 1, 0)]


def bidirectional(case: Case, inside: Inner) -> Made:
    """Two copies that read the sequence from both ends."""
    found = _inside(case, case.call.inputs[0] if case.call.inputs else None, inside)
    if found is None or not isinstance(found[0], Unrolled):
        return None
    mode = case.call.attributes["merge_mode"]
    result = case.result.shape[-1:] if case.result is not None else (None,)
    merged = "" if mode is None else MERGED[mode]
    diagram = replace(found[0], both=True, merged=merged, result=tuple(result))
    return diagram, sentence(_walk_words(diagram), _gate_words(diagram))


def time_distributed(case: Case, inside: Inner) -> Made:
    """The layer inside, once per step."""
    value = case.call.inputs[0] if case.call.inputs else None
    if value is None or value.shape is None or len(value.shape) < 3:
        return None
    step = replace(
        value,
        shape=(value.shape[0], *value.shape[2:]),
        axes=(value.axes[0], *value.axes[2:]),
    )
    found = _inside(case, step, inside)
    inner = case.call.attributes["layer"]
    steps = value.shape[1]
    diagram: Diagram | None = None if found is None else found[0]
    each = f"{each_of(steps, 'step')}" if steps is not None else "every step"
    caption = sentence(
        f"the same {inner['op']} with the same weights runs at {each}",
        "" if found is None else f"at one step: {found[1]}",
    )
    return PerStep(steps=steps, op=inner["op"], inner=diagram), caption


def wrapped(case: Case, inside: Inner) -> Made:
    """A wrapper that changes nothing that could be drawn: the layer inside."""
    return _inside(case, case.call.inputs[0] if case.call.inputs else None, inside)


def _inside(case: Case, value: Value | None, inside: Inner) -> Made:
    inner = case.call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return None
    call = inner_call(case.call, inner, value)
    return inside(kind, call, tuple(kind.shape(call)))


def _walk_words(diagram: Unrolled) -> str:
    """Say how the sequence is walked and what comes out."""
    features = counted(diagram.features[0], "number")
    if len(diagram.features) > 1:
        features = f"{product(diagram.features)} numbers"
    steps = diagram.steps
    many = f"{each_of(steps, 'step')}" if steps is not None else "every step"
    reads = f"{diagram.cell} reads {features} at {many} and hands its state on"
    if not diagram.gates:
        reads = f"{diagram.cell} read {features} at {many} and hand their state on"
    if steps == 1:
        reads = f"{diagram.cell} makes one step: it reads {features} and a state"
    if diagram.both:
        reads += "; a second copy reads from the end to the start"
    elif diagram.backwards:
        reads += ", from the last step to the first"
    result = counted(diagram.result[-1], "number")
    if len(diagram.result) > 1:
        result = f"{product(diagram.result)} numbers"
    answer = "only the last answer is given out"
    if diagram.every_step:
        answer = "there is an answer for every step"
    if steps == 1 and not diagram.every_step:
        answer = "it gives an answer and its new state"
    merged = f"; the answers of both are {diagram.merged}" if diagram.merged else ""
    if diagram.both and not diagram.merged:
        merged = "; the answers of both stay apart"
    if merged == "; the answers of both are on an axis of their own":
        merged = "; the answers of both stand on an axis of their own"
    return sentence(reads, f"{answer}, {result}{merged}").removesuffix(".")


def _gate_words(diagram: Unrolled) -> str:
    if len(diagram.gates) < 2:
        return ""
    features, units = diagram.features[-1], diagram.units[-1]
    names = f"{', '.join(diagram.gates[:-1])} and {diagram.gates[-1]}"
    reads = ""
    if len(diagram.features) == 1:
        reads = (
            f"; each reads {every(features, 'feature')} and {every(units, 'unit')} of "
            "the step before"
        )
    return f"{len(diagram.gates)} gates ({names}) decide what is kept{reads}"


# attention


def multi_head(case: Case) -> Made:
    """Keras' layers with projections and heads."""
    query, value, key = (given_shape(case.call, index) for index in range(3))
    if query is None or case.result is None:
        return None
    attributes = case.call.attributes
    key = key or value
    heads, groups = attributes["query_heads"], attributes["key_heads"]
    diagram = Attended(
        queries=query[1] if len(query) == 3 else None,
        keys=key[1] if key is not None and len(key) == 3 else None,
        compared=attributes["key_dim"],
        taken=attributes["value_dim"],
        result=case.result.shape[-1],
        heads=heads,
        key_heads=groups if groups != heads else None,
    )
    return diagram, _attention_words(diagram)


def attention(case: Case) -> Made:
    """Attention without projections."""
    query, value, key = (given_shape(case.call, index) for index in range(3))
    if query is None or value is None or case.result is None:
        return None
    key = key or value
    mode = case.call.attributes["mode"]
    score = "query · key" if mode == "dot" else "tanh(query + key)"
    return _attended(query, key, value, case.result.shape[-1], score)


def plain_attention(case: Case) -> Made:
    """``keras.ops.dot_product_attention``: (batch, time, head, number)."""
    query, key, value = (case.call.shape(index) for index in range(3))
    result = case.result
    if query is None or key is None or value is None or result is None:
        return None
    if not len(query) == len(key) == len(value) == 4:
        return None
    diagram = Attended(
        queries=query[1],
        keys=key[1],
        compared=query[3],
        taken=value[3],
        result=result.shape[-1],
        heads=query[2],
        key_heads=key[2] if key[2] != query[2] else None,
        joined=False,
    )
    return diagram, _attention_words(diagram)


def attention_onnx(case: Case) -> Made:
    """One ONNX operation: heads side by side, or on an axis of their own."""
    shapes = [case.call.shape(index) for index in range(3)]
    query, key, value = shapes
    result = case.result
    if result is None or query is None:
        return None
    heads, groups = (case.call.attributes[k] for k in ("query_heads", "key_heads"))
    if key is None or value is None:
        return None
    if not len(query) == len(key) == len(value) or len(query) not in (3, 4):
        return None
    if len(query) == 4:
        heads, groups = query[1], key[1]
        compared, taken = query[3], value[3]
    else:
        compared, taken = _part(query[2], heads), _part(value[2], groups or heads)
    diagram = Attended(
        queries=query[-2],
        keys=key[-2],
        compared=compared,
        taken=taken,
        result=result.shape[-1],
        heads=heads,
        key_heads=groups if groups not in (None, heads) else None,
        joined=len(query) == 3,
    )
    return diagram, _attention_words(diagram)


def self_attention(case: Case) -> Made:
    """Microsoft's: queries, keys and values are made of one input."""
    if case.call.op not in ("Attention", "QAttention"):
        return attention_onnx(case)
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or len(shape) != 3:
        return None
    heads = case.call.attributes["query_heads"]
    each = _part(result.shape[-1], heads)
    diagram = Attended(
        queries=shape[1],
        keys=shape[1],
        compared=each,
        taken=each,
        result=result.shape[-1],
        heads=heads,
    )
    return diagram, _attention_words(diagram)


def _part(length: Dim, heads: Dim) -> Dim:
    if isinstance(length, int) and isinstance(heads, int) and heads:
        return length // heads
    return None


def _attended(query: Shape, key: Shape, value: Shape, result: Dim, score: str) -> Made:
    diagram = Attended(
        queries=query[-2] if len(query) > 1 else None,
        keys=key[-2] if len(key) > 1 else None,
        compared=query[-1],
        taken=value[-1],
        result=result,
        score=score,
    )
    return diagram, _attention_words(diagram)


def _attention_words(diagram: Attended) -> str:
    keys = diagram.keys
    all_keys = every(keys, "key") if keys is not None else "all keys"
    queries = "every query"
    if diagram.queries is not None:
        queries = f"{each_of(diagram.queries, 'query', 'queries')}"
    heads = ""
    if diagram.heads is not None:
        heads = f"{counted(diagram.heads, 'head')} do this side by side"
        if diagram.heads == 1:
            heads = ""
        if diagram.key_heads is not None:
            shared = counted(diagram.key_heads, "head")
            heads += f"; they share {shared} of keys and values"
    return sentence(
        f"{queries} is compared with {all_keys} by "
        f"{counted(diagram.compared, 'number')}; the scores become weights that add "
        "up to 1",
        f"its answer is the mean of the values with these weights, "
        f"{counted(diagram.taken, 'number')}",
        heads,
    )
