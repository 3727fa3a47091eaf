"""The cells inside recurrent layers: their gates, weights and cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.graph import Attributes, Axis, Dim
from loaders.ir.steps import WeightSteps
from loaders.ir.text import count_of
from loaders.kinds import Settings
from loaders.kinds._arguments import features_text, first_of, name_of, positive, switch

GATES: Mapping[str, Sequence[str]] = {
    "LSTM": ("input", "forget", "cell candidate", "output"),
    "GRU": ("update", "reset", "candidate"),
    "SimpleRNN": ("hidden state",),
}
"""Gates by family, in the order in which Keras stores them."""

_KERAS_1_SUFFIXES = {"LSTM": "icfo", "GRU": "zrh"}
"""The order in which Keras 1 creates one matrix per gate."""

_FAMILIES = {
    "LSTM": "LSTM",
    "LSTMCell": "LSTM",
    "CuDNNLSTM": "LSTM",
    "QLSTM": "LSTM",
    "QLSTMCell": "LSTM",
    "PeepholeLSTMCell": "LSTM",
    "GRU": "GRU",
    "GRUCell": "GRU",
    "CuDNNGRU": "GRU",
    "QGRU": "GRU",
    "QGRUCell": "GRU",
    "SimpleRNN": "SimpleRNN",
    "SimpleRNNCell": "SimpleRNN",
    "QSimpleRNN": "SimpleRNN",
    "QSimpleRNNCell": "SimpleRNN",
}
"""Layer and cell classes by family."""


def family_of(op: str) -> str | None:
    """Return ``LSTM``, ``GRU`` or ``SimpleRNN`` for a class; ``None`` for others."""
    return _FAMILIES.get(op)


def cell_settings(op: str, settings: Settings, version: int) -> Attributes:
    """Return what decides about the weights of a cell.

    Raises:
        KeyError, TypeError, ValueError: the settings make no sense.
    """
    family = _FAMILIES[op]
    cuda = op.startswith("CuDNN")
    after = switch(settings, "reset_after", default=version >= 3 or cuda)
    return {
        "family": family,
        "units": positive(first_of(settings, "units", "output_dim")),
        "use_bias": switch(settings, "use_bias", default=True),
        # Two biases per unit: one for the input's part, one for the state's.
        "two_biases": family == "GRU" and after and not cuda,
        "flat_biases": cuda,
        "reset_after": family == "GRU" and after,
        "peephole": op == "PeepholeLSTMCell",
        # Keras 1 has one matrix per gate unless told to fuse them for a GPU.
        "separate": version == 1
        and family in _KERAS_1_SUFFIXES
        and settings.get("consume_less", "cpu") != "gpu",
        "activation": "tanh" if cuda else name_of(settings.get("activation"), "linear"),
        "recurrent_activation": "sigmoid"
        if cuda
        else name_of(first_of(settings, "recurrent_activation", "inner_activation")),
    }


def gate_count(cell: Mapping[str, Any]) -> int:
    """Return how many gates a cell has."""
    return len(GATES[cell["family"]])


def state_sizes(cell: Mapping[str, Any]) -> list[int]:
    """Return the lengths of the states that a cell carries from step to step."""
    units: int = cell["units"]
    return [units, units] if cell["family"] == "LSTM" else [units]


def state_names(cell: Mapping[str, Any]) -> list[str]:
    """Return what those states are called."""
    return (
        ["hidden state", "cell state"] if cell["family"] == "LSTM" else ["hidden state"]
    )


def cell_weights(
    cell: Mapping[str, Any], features: Dim, prefix: str = ""
) -> list[WeightSteps]:
    """Return a cell's weights in the order in which the framework creates them."""
    if cell.get("separate"):
        return _separate_weights(cell, features, prefix)
    units, gates = cell["units"], gate_count(cell)
    wide = gates * units
    each = f"{gates} gates × {units:,} units" if gates > 1 else count_of(units, "unit")
    found = [
        WeightSteps(
            role=f"{prefix}kernel",
            shape=(features, wide),
            axes=(Axis.IN_FEATURE, Axis.GATE),
            meaning=f"{each} × {features_text(features)}",
        ),
        WeightSteps(
            role=f"{prefix}recurrent_kernel",
            shape=(units, wide),
            axes=(Axis.UNIT, Axis.GATE),
            meaning=f"{each} × {count_of(units, 'unit')} of the step before",
        ),
    ]
    if cell.get("peephole"):
        found += _peepholes(units, prefix)
    if cell["use_bias"]:
        found.append(_bias(cell, wide, each, prefix))
    return found


def _bias(cell: Mapping[str, Any], wide: int, each: str, prefix: str) -> WeightSteps:
    shape: tuple[int, ...] = (wide,)
    axes: tuple[Axis, ...] = (Axis.GATE,)
    meaning = f"{each} × 1 bias"
    if cell.get("flat_biases"):
        shape = (2 * wide,)
    if cell.get("two_biases"):
        shape, axes = (2, wide), (Axis.OTHER, Axis.GATE)
    if cell.get("flat_biases") or cell.get("two_biases"):
        meaning = f"{each} × 2 biases, for the input and for the step before"
    return WeightSteps(role=f"{prefix}bias", shape=shape, axes=axes, meaning=meaning)


def _peepholes(units: int, prefix: str) -> list[WeightSteps]:
    return [
        WeightSteps(
            role=f"{prefix}{gate}_gate_peephole_weights",
            shape=(units,),
            axes=(Axis.UNIT,),
            meaning=f"{count_of(units, 'unit')}: how the cell state reaches the gate",
        )
        for gate in ("input", "forget", "output")
    ]


def _separate_weights(
    cell: Mapping[str, Any], features: Dim, prefix: str
) -> list[WeightSteps]:
    units = cell["units"]
    each = count_of(units, "unit")
    found = []
    for gate in _KERAS_1_SUFFIXES[cell["family"]]:
        found += [
            WeightSteps(
                role=f"{prefix}kernel_{gate}",
                shape=(features, units),
                axes=(Axis.IN_FEATURE, Axis.UNIT),
                meaning=f"gate {gate}: {each} × {features_text(features)}",
            ),
            WeightSteps(
                role=f"{prefix}recurrent_kernel_{gate}",
                shape=(units, units),
                axes=(Axis.UNIT, Axis.UNIT),
                meaning=f"gate {gate}: {each} × {each} of the step before",
            ),
            WeightSteps(
                role=f"{prefix}bias_{gate}",
                shape=(units,),
                axes=(Axis.UNIT,),
                meaning=f"gate {gate}: {each} × 1 bias",
            ),
        ]
    return found


def cell_cost(cell: Mapping[str, Any], features: Dim) -> int | None:
    """Return the multiply-adds of one step: gates × units × (inputs + units)."""
    if not isinstance(features, int):
        return None
    units: int = cell["units"]
    return gate_count(cell) * units * (features + units)


def gates_text(cell: Mapping[str, Any]) -> str:
    """Return ``4 gates: input, forget, cell candidate, output``; empty for one."""
    names = GATES[cell["family"]]
    return f"{len(names)} gates: {', '.join(names)}" if len(names) > 1 else ""
