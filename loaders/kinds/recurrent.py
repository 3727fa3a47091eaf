"""Layers that read a sequence step by step: LSTM, GRU, SimpleRNN."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import all_of, counted, last_of, switch, yes_no
from loaders.kinds._cells import (
    cell_cost,
    cell_settings,
    cell_weights,
    gates_text,
    state_names,
    state_sizes,
)
from loaders.kinds._steps import kept

_SEQUENCE = (Axis.BATCH, Axis.TIME, Axis.FEATURE)


def run_settings(settings: Settings) -> Attributes:
    """Return how a recurrent layer walks along its sequence."""
    return {
        "return_sequences": switch(settings, "return_sequences"),
        "return_state": switch(settings, "return_state"),
        "go_backwards": switch(settings, "go_backwards"),
        "stateful": switch(settings, "stateful"),
        "time_major": switch(settings, "time_major"),
        "reverse_state_order": switch(settings, "reverse_state_order"),
    }


def _keras(op: str) -> Dialect:
    def translate(settings: Settings, version: int) -> Attributes:
        return {**cell_settings(op, settings, version), **run_settings(settings)}

    return Dialect(translate=translate)


# shapes


def sequence_shape(call: Call) -> Shape | None:
    """Return the input's shape in the order batch, time, feature.

    Raises:
        ShapeError: the input is not a sequence of vectors.
    """
    shape = call.shape()
    if shape is None:
        return None
    if len(shape) != 3:
        advice = ""
        if len(shape) == 2:
            advice = (
                "One axis is missing. If these are the steps of one series, add a "
                f"feature axis: Reshape(({_text(shape[1])}, 1)). If they are the "
                f"features of one step, add a time axis: Reshape((1, "
                f"{_text(shape[1])}))."
            )
        elif len(shape) > 3:
            advice = (
                "Flatten each step first (TimeDistributed(Flatten()) or Reshape), or "
                "let the layer before it return one vector per step."
            )
        raise ShapeError(
            f"{call.op} reads a sequence of vectors (batch, time, feature); its input "
            f"is {shape_text(shape)}.",
            advice,
        )
    if call.attributes.get("time_major"):
        return (shape[1], shape[0], shape[2])
    return shape


def _text(length: Dim) -> str:
    return str(length) if isinstance(length, int) else "steps"


def sequence_steps(
    call: Call, shape: Shape, units: int, meaning: str, ended: Sequence[EndedAxis]
) -> OutputSteps:
    """Return the main output of a recurrent layer with ``units`` numbers per step."""
    attributes = call.attributes
    time_first = bool(attributes.get("time_major"))
    batch = kept(Axis.BATCH, shape[0], 1 if time_first else 0)
    unit = AxisStep(axis=Axis.FEATURE, result=units, meaning=meaning)
    if attributes["return_sequences"]:
        words = "one output per step"
        if attributes["go_backwards"]:
            words = "one output per step, the last step first"
        time = kept(Axis.TIME, shape[1], 0 if time_first else 1, words)
        axes = (time, batch, unit) if time_first else (batch, time, unit)
        return OutputSteps(axes=axes, ended=tuple(ended))
    over = EndedAxis(
        axis=Axis.TIME, length=shape[1], reason=_last(attributes, shape[1])
    )
    return OutputSteps(axes=(batch, unit), ended=(over, *ended))


def _last(attributes: Mapping[str, Any], length: Dim) -> str:
    if attributes["go_backwards"]:
        return "read backwards: only the answer after the first step, which comes last"
    many = "" if isinstance(length, int) else ", however many there are"
    return f"only the answer after {last_of(length)}{many}"


def state_steps(batch: Dim, size: int, name: str) -> OutputSteps:
    """Return a state that is given out: (batch, units)."""
    unit = AxisStep(axis=Axis.FEATURE, result=size, meaning=f"{name}: one per unit")
    return OutputSteps(axes=(kept(Axis.BATCH, batch, 0), unit))


def _shape(call: Call) -> list[OutputSteps | None]:
    attributes = call.attributes
    count = 1 + (len(state_sizes(attributes)) if attributes["return_state"] else 0)
    shape = sequence_shape(call)
    if shape is None:
        return [None] * count
    reason = f"every unit reads {all_of(shape[2], 'feature')} of a step"
    ended = [EndedAxis(axis=Axis.FEATURE, length=shape[2], reason=reason)]
    outputs: list[OutputSteps | None] = [
        sequence_steps(call, shape, attributes["units"], "one per unit", ended)
    ]
    if attributes["return_state"]:
        names = zip(state_sizes(attributes), state_names(attributes), strict=True)
        outputs += [
            state_steps(shape[0], size, f"{name} after the last step")
            for size, name in names
        ]
    return outputs


def _weights(call: Call) -> list[WeightSteps]:
    shape = sequence_shape(call)
    return cell_weights(call.attributes, None if shape is None else shape[2])


def _cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Steps × gates × units × (features + units)."""
    shape = sequence_shape(call)
    if shape is None or not isinstance(shape[1], int):
        return None
    step = cell_cost(call.attributes, shape[2])
    return None if step is None else shape[1] * step


def reads_sequence(call: Call, rank: int) -> tuple[Axis, ...] | None:
    """Return (batch, time, feature) for three axes."""
    if rank != 3:
        return None
    if call.attributes.get("time_major"):
        return (Axis.TIME, Axis.BATCH, Axis.FEATURE)
    return _SEQUENCE


# words


def run_fields(call: Call) -> list[Field]:
    """Return the settings that say how the sequence is walked."""
    attributes = call.attributes
    length = (call.shape() or (None, None))[1:2]
    steps = counted(length[0] if length else None, Axis.TIME)
    known = bool(length) and isinstance(length[0], int)
    fields = [
        yes_no(
            "return_sequences",
            attributes["return_sequences"],
            f"Gives an answer after each{f' of {steps}' if known else ' step'}.",
            f"Reads {steps} and gives only the last answer.",
        )
    ]
    if attributes["return_state"]:
        meaning = "Gives its state after the last step as further outputs."
        fields.append(Field(name="return_state", value="yes", meaning=meaning))
    if attributes["go_backwards"]:
        meaning = "Reads the last step first."
        fields.append(Field(name="go_backwards", value="yes", meaning=meaning))
    if attributes["stateful"]:
        meaning = "Starts each batch with the state that the batch before it left."
        fields.append(Field(name="stateful", value="yes", meaning=meaning))
    return fields


def cell_fields(cell: Mapping[str, Any]) -> list[Field]:
    """Return the settings of a cell that are worth a sentence."""
    units: int = cell["units"]
    fields = [
        Field(
            name="units",
            value=f"{units:,}",
            meaning=f"Remembers {count_of(units, 'number')} from step to step.",
        )
    ]
    if gates := gates_text(cell):
        meaning = "Each gate has its own weights and decides what is let through."
        fields.append(Field(name="gates", value=gates, meaning=meaning))
    fields.append(
        Field(
            name="activation",
            value=cell["activation"],
            meaning="Shapes the numbers that the layer gives out.",
        )
    )
    if cell["family"] != "SimpleRNN":
        meaning = "Shapes the gates: how much is let through."
        fields.append(
            Field(
                name="recurrent_activation",
                value=cell["recurrent_activation"],
                meaning=meaning,
            )
        )
    if cell["family"] == "GRU":
        fields.append(
            yes_no(
                "reset_after",
                cell["reset_after"],
                "The reset gate acts after the matrix product: two biases per unit.",
                "The reset gate acts before the matrix product: one bias per unit.",
            )
        )
    if not cell["use_bias"]:
        meaning = "No number is added to the sums."
        fields.append(Field(name="use_bias", value="no", meaning=meaning))
    return fields


def _fields(call: Call) -> list[Field]:
    [units, *rest] = cell_fields(call.attributes)
    return [units, *run_fields(call), *rest]


def _summary(call: Call) -> str:
    attributes = call.attributes
    answer = "every step" if attributes["return_sequences"] else "the last step"
    return f"{count_of(attributes['units'], 'unit')} · returns {answer}"


KINDS.add(
    LayerKind(
        id="recurrent",
        title="Recurrent layer",
        category=Category.RECURRENT,
        dialects={
            f"keras.{op}": _keras(op)
            for op in (
                "LSTM",
                "GRU",
                "SimpleRNN",
                "CuDNNLSTM",
                "CuDNNGRU",
                "QLSTM",
                "QGRU",
                "QSimpleRNN",
            )
        },
        shape=_shape,
        weights=_weights,
        multiply_adds=_cost,
        fields=_fields,
        reads=reads_sequence,
        summary=_summary,
    )
)
