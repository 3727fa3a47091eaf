"""What layers do that read steps or tokens: recurrent ones, look-ups, attention."""

from collections.abc import Mapping
from typing import Any

from app.analysis.remarks._words import Outputs, each_of
from loaders.ir.graph import Axis, Dim
from loaders.kinds import Call
from loaders.kinds._arguments import length_text
from loaders.kinds._cells import GATES, gate_count
from loaders.kinds._kernel_words import counted
from loaders.kinds._spatial import whole
from loaders.kinds._steps import product_text

_READS = (
    "Reads one step after another, always with the same weights: the number of "
    "parameters does not depend on how many steps there are."
)


def recurrent(call: Call, _outputs: Outputs) -> list[str]:
    """Step by step, with a state that is carried on."""
    found = [_length_words(call), _gates(call.attributes)]
    if call.attributes["return_sequences"]:
        found.append("It gives its state after every step as the answer of that step.")
    else:
        found.append("It sees every step and gives one answer, after the last.")
    return found


def _length_words(call: Call) -> str:
    shape = call.shape() or ()
    at = 0 if call.attributes.get("time_major") else 1
    if len(shape) > 1 and not isinstance(shape[at], int):
        return f"{_READS} Any length is accepted."
    return _READS


def _gates(cell: Mapping[str, Any]) -> str:
    units: int = cell["units"]
    names = GATES[cell["family"]]
    carried = f"It carries {counted(units, 'number')} from step to step"
    if len(names) == 1:
        return f"{carried}; each is a weighted sum of the step and of all of them."
    return (
        f"{carried}, one per unit. {gate_count(cell)} gates ({', '.join(names)}) "
        "decide what is let in, kept and given out; each gate has weights of its own "
        "for the step and for the state before it."
    )


def recurrent_cell(_call: Call, _outputs: Outputs) -> list[str]:
    """The part of a recurrent layer that does one step."""
    return ["One step of a recurrent layer: it takes a step and the state before it."]


def recurrent_run(_call: Call, _outputs: Outputs) -> list[str]:
    """A layer with cells of its own."""
    return [_READS]


def recurrent_onnx(call: Call, _outputs: Outputs) -> list[str]:
    """ONNX gives all steps and the last states."""
    ways = {
        "forward": "from the first step to the last",
        "reverse": "from the last step to the first",
        "bidirectional": "once forward and once backward, with weights of their own",
    }
    order = (
        "batch, time, feature" if call.attributes["layout"] else "time, batch, feature"
    )
    return [
        _READS,
        f"It reads {ways[call.attributes['direction']]}. The axes are {order}.",
        "ONNX keeps an axis for the direction, and stores the gates one after another "
        "in another order than Keras does.",
    ]


def recurrent_convolution(call: Call, _outputs: Outputs) -> list[str]:
    """A recurrent layer whose products are convolutions."""
    size, filters = call.attributes["kernel_size"], call.attributes["filters"]
    return [
        _READS,
        f"Step and state are pictures: each of 4 gates looks at both with "
        f"{counted(filters, 'filter')} of {product_text(size)}.",
        f"The layer is {call.attributes['data_format']}.",
    ]


def embedding(call: Call, _outputs: Outputs) -> list[str]:
    """A table of rows."""
    tokens, size = call.attributes["input_dim"], call.attributes["output_dim"]
    if call.attributes["reverse"]:
        return [
            f"Used backwards: each vector of {size:,} numbers is compared with the row "
            f"of each of {tokens:,} tokens, which gives one score per token."
        ]
    found = [
        f"A table of {counted(tokens, 'row')}: each whole number from 0 to "
        f"{tokens - 1:,} picks its row of {counted(size, 'number')}. Nothing is "
        "multiplied; the numbers are looked up."
    ]
    if call.attributes["mask_zero"]:
        found.append(
            "Where the token is 0 the step is masked: later layers that know masks "
            "leave it out. Row 0 is still looked up."
        )
    return found


def masking(call: Call, _outputs: Outputs) -> list[str]:
    """A mask per step."""
    shape, value = call.shape() or (), call.attributes["mask_value"]
    size: Dim = shape[-1] if shape else None
    return [
        f"Makes a mask with one yes or no per step: a step is masked where all "
        f"{length_text(size)} features equal {value:g}, and its numbers become 0. "
        "Where only some do, the step counts."
    ]


def multi_head(call: Call, _outputs: Outputs) -> list[str]:
    """Queries look at keys, several times side by side."""
    attributes = call.attributes
    query, value = call.shape(0), call.shape(1)
    steps: Dim = query[1] if query and len(query) > 1 else None
    keys: Dim = value[1] if value and len(value) > 1 else None
    heads, width = attributes["query_heads"], attributes["key_dim"]
    found = [
        f"{each_of(steps, Axis.TIME).capitalize()} asks a question (query) and "
        f"compares it with {each_of(keys, Axis.TIME)} of the values by "
        f"{counted(width, 'number')}; how well they match decides how much is taken "
        "from each.",
        f"{counted(heads, 'head')} do this side by side with weights of their own; a "
        "last product mixes their answers.",
    ]
    if attributes["key_heads"] != heads:
        found.append(
            f"{heads // attributes['key_heads']} heads share one set of keys and "
            "values."
        )
    return [*found, "The number of parameters does not depend on the number of steps."]


def attention(call: Call, _outputs: Outputs) -> list[str]:
    """Dot-product or additive attention of Keras."""
    query = call.shape(0)
    steps: Dim = query[1] if query and len(query) > 1 else None
    return [
        f"{each_of(steps, Axis.TIME).capitalize()} of the query is compared with every "
        "step of the keys; the answer is the mean of the values, weighted by how well "
        "they match."
    ]


def attention_operation(_call: Call, _outputs: Outputs) -> list[str]:
    """Fused attention of ONNX."""
    return [
        "Each query is compared with every key (their product, scaled, then softmax); "
        "the answer is the mean of the values with these weights, head by head."
    ]


def repeat_vector(call: Call, _outputs: Outputs) -> list[str]:
    """One vector, many times."""
    many = whole(call.attributes["n"]) if "n" in call.attributes else None
    return [f"Adds a time axis: the same vector at each of {counted(many, 'step')}."]


def input_layer(call: Call, _outputs: Outputs) -> list[str]:
    """What may be fed."""
    shape = call.attributes["shape"]
    if shape is None:
        return []
    sample = [None if length is None else int(length) for length in shape[1:]]
    words = "one number" if not sample else product_text(sample)
    if len(sample) < 2:
        found = [
            f"One sample is {words if sample else 'one'} number{'s' * bool(sample)}."
        ]
    else:
        found = [f"One sample is an array of {words} numbers."]
    if None in sample:
        found.append(
            "Where it says None any length is accepted, the same for all samples of a "
            "batch. Were there a number, as in Input((20,)), only that length would be."
        )
    return found
