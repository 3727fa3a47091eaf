"""ONNX's LSTM, GRU and RNN: one or two directions, all answers and the last ones."""

from collections.abc import Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import (
    all_of,
    features_text,
    last_of,
    length_text,
    name_of,
    positive,
    whole,
)
from loaders.kinds._steps import kept

_GATES = {"LSTM": 4, "GRU": 3, "RNN": 1, "DynamicQuantizeLSTM": 4}
GATE_NAMES = {
    "LSTM": "input, output, forget, cell candidate",
    "GRU": "update, reset, candidate",
    "RNN": "hidden state",
    "DynamicQuantizeLSTM": "input, output, forget, cell candidate",
}
"""In ONNX's order, which is not Keras'."""

_INPUTS = ("", "kernel", "recurrent_kernel", "bias", "", "", "", "peephole")


def _onnx(settings: Settings, _version: int) -> Attributes:
    direction = str(settings.get("direction", "forward"))
    if direction not in ("forward", "reverse", "bidirectional"):
        raise ValueError("direction is not forward, reverse or bidirectional")
    hidden = settings.get("hidden_size")
    return {
        "direction": direction,
        "directions": 2 if direction == "bidirectional" else 1,
        "layout": whole(settings.get("layout", 0)),
        "hidden_size": None if hidden is None else positive(hidden),
        "linear_before_reset": whole(settings.get("linear_before_reset", 0)),
        "activations": _activations(settings.get("activations")),
    }


def _activations(value: Any) -> list[str]:
    """Return the names of the functions that a file sets; none for the usual ones."""
    if not isinstance(value, (list, tuple)):
        return []
    return [name_of(name).lower() for name in value]


_USUAL = {"LSTM": ("sigmoid", "tanh", "tanh"), "GRU": ("sigmoid", "tanh")}


def functions_of(call: Call) -> tuple[str, str]:
    """Return what shapes the gates, and what shapes the state; empty if they differ.

    A layer of two directions names its functions twice.
    """
    usual = _USUAL.get(call.op.removeprefix("DynamicQuantize"), ("", "tanh"))
    found = call.attributes["activations"] or list(usual)
    size = len(usual)
    directions = {tuple(found[at : at + size]) for at in range(0, len(found), size)}
    if len(directions) != 1:
        return "", ""
    [(gates, *states)] = directions
    return gates, states[0] if len(set(states)) == 1 else ""


def units_of(call: Call) -> int | None:
    """Return how many numbers are remembered from step to step."""
    known = call.attributes["hidden_size"]
    if known is not None:
        return int(known)
    kernel = call.weights.get("recurrent_kernel")
    size = kernel.shape[-1:] if kernel else ()
    return size[0] if size and isinstance(size[0], int) else None


def lengths_of(call: Call) -> tuple[Dim, Dim, Dim] | None:
    """Return steps, samples and features of the input.

    Raises:
        ShapeError: it does not have three axes.
    """
    shape = call.shape()
    if shape is None:
        return None
    batch_first = call.attributes["layout"] == 1
    if len(shape) != 3:
        order = "batch, time, feature" if batch_first else "time, batch, feature"
        raise ShapeError(
            f"{call.op} reads sequences ({order}); its input is {shape_text(shape)}."
        )
    first, second, features = shape
    return (second, first, features) if batch_first else (first, second, features)


def _shape(call: Call) -> list[OutputSteps | None]:
    count = max(1, call.outputs)
    lengths = lengths_of(call)
    if lengths is None:
        return [None] * count
    steps, samples, features = lengths
    batch_first = call.attributes["layout"] == 1
    units, directions = units_of(call), call.attributes["directions"]
    time = kept(Axis.TIME, steps, 1 if batch_first else 0, "one output per step")
    batch = kept(Axis.BATCH, samples, 0 if batch_first else 1)
    way = AxisStep(
        axis=Axis.DIRECTION,
        result=directions,
        meaning="forward and backward" if directions == 2 else "one direction",
    )
    unit = AxisStep(axis=Axis.FEATURE, result=units, meaning="one per unit")
    reason = f"every unit reads {all_of(features, 'feature')} of a step"
    gone = EndedAxis(axis=Axis.FEATURE, length=features, reason=reason)
    last = EndedAxis(
        axis=Axis.TIME,
        length=steps,
        reason=f"only the answer after {last_of(steps)}",
    )
    every = (batch, time, way, unit) if batch_first else (time, way, batch, unit)
    final = (batch, way, unit) if batch_first else (way, batch, unit)
    outputs: list[OutputSteps | None] = [
        OutputSteps(axes=every, ended=(gone,)),
        OutputSteps(axes=final, ended=(last, gone)),
        OutputSteps(axes=final, ended=(last, gone)),
    ]
    return outputs[:count]


def _weights(call: Call) -> list[WeightSteps]:
    units = units_of(call)
    if units is None:
        return []
    lengths = lengths_of(call)
    features = None if lengths is None else lengths[2]
    ways, gates = call.attributes["directions"], _GATES[call.op]
    if call.op == "DynamicQuantizeLSTM":
        return _turned_weights(units, ways, features)
    wide = gates * units
    each = f"{gates} gates × {units:,} units" if gates > 1 else count_of(units, "unit")
    if ways == 2:
        each = f"2 directions × {each}"
    found = [
        WeightSteps(
            role="kernel",
            shape=(ways, wide, features),
            axes=(Axis.DIRECTION, Axis.GATE, Axis.IN_FEATURE),
            meaning=f"{each} × {features_text(features)}",
        ),
        WeightSteps(
            role="recurrent_kernel",
            shape=(ways, wide, units),
            axes=(Axis.DIRECTION, Axis.GATE, Axis.UNIT),
            meaning=f"{each} × {count_of(units, 'unit')} of the step before",
        ),
    ]
    if "bias" in call.weights:
        found.append(
            WeightSteps(
                role="bias",
                shape=(ways, 2 * wide),
                axes=(Axis.DIRECTION, Axis.GATE),
                meaning=f"{each} × 2 biases, for the input and for the step before",
            )
        )
    if "peephole" in call.weights:
        found.append(
            WeightSteps(
                role="peephole",
                shape=(ways, 3 * units),
                axes=(Axis.DIRECTION, Axis.GATE),
                meaning=f"3 gates × {count_of(units, 'unit')}: how the cell state "
                "reaches them",
            )
        )
    return found


def _turned_weights(units: int, ways: int, features: Dim) -> list[WeightSteps]:
    """ONNX Runtime's LSTM on codes keeps its kernels the other way round."""
    each = f"{ways} × 4 gates × {units:,} units" if ways > 1 else f"4 gates × {units:,}"
    return [
        WeightSteps(
            role=role,
            shape=(ways, length, 4 * units),
            axes=(Axis.DIRECTION, axis, Axis.GATE),
            meaning=f"{each} × {length_text(length)} {what}, stored as integers",
        )
        for role, axis, length, what in (
            ("kernel", Axis.IN_FEATURE, features, "input features"),
            ("recurrent_kernel", Axis.UNIT, units, "units of the step before"),
        )
    ]


def _cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Steps × directions × gates × units × (features + units), for one sample."""
    lengths, units = lengths_of(call), units_of(call)
    if lengths is None or units is None:
        return None
    steps, _, features = lengths
    if not isinstance(steps, int) or not isinstance(features, int):
        return None
    ways = int(call.attributes["directions"])
    return steps * ways * _GATES[call.op] * units * (features + units)


def _reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    if rank != 3:
        return None
    if call.attributes["layout"] == 1:
        return (Axis.BATCH, Axis.TIME, Axis.FEATURE)
    return (Axis.TIME, Axis.BATCH, Axis.FEATURE)


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    units = units_of(call)
    fields = [
        Field(
            name="hidden_size",
            value=length_text(units),
            meaning="How many numbers are remembered from step to step.",
        ),
        Field(
            name="direction",
            value=attributes["direction"],
            meaning="Reads forward and backward, side by side on an axis of 2."
            if attributes["directions"] == 2
            else "Reads the sequence once.",
        ),
        Field(
            name="layout",
            value=str(attributes["layout"]),
            meaning="The axes are batch, time, feature."
            if attributes["layout"] == 1
            else "The axes are time, batch, feature.",
        ),
        Field(
            name="gates",
            value=GATE_NAMES[call.op],
            meaning="In the order in which the file stores them.",
        ),
    ]
    if call.op == "GRU":
        after = attributes["linear_before_reset"] != 0
        meaning = "The reset gate acts after the matrix product."
        if not after:
            meaning = "The reset gate acts before the matrix product."
        value = str(attributes["linear_before_reset"])
        fields.append(Field(name="linear_before_reset", value=value, meaning=meaning))
    return fields


def _summary(call: Call) -> str:
    units = units_of(call)
    words = count_of(units, "unit") if units is not None else "? units"
    return f"{words} · {call.attributes['direction']}"


KINDS.add(
    LayerKind(
        id="recurrent_onnx",
        title="Recurrent operation",
        category=Category.RECURRENT,
        dialects={
            "onnx.LSTM": Dialect(translate=_onnx, inputs=_INPUTS),
            "onnx.GRU": Dialect(translate=_onnx, inputs=_INPUTS[:6]),
            "onnx.RNN": Dialect(translate=_onnx, inputs=_INPUTS[:6]),
            "onnx.com.microsoft.DynamicQuantizeLSTM": Dialect(
                translate=_onnx,
                inputs=(
                    *_INPUTS,
                    "@kernel_scale",
                    "@kernel_zero_point",
                    "@recurrent_scale",
                    "@recurrent_zero_point",
                ),
            ),
        },
        shape=_shape,
        weights=_weights,
        multiply_adds=_cost,
        fields=_fields,
        reads=_reads,
        summary=_summary,
    )
)
