"""Cells by themselves, and RNN: a layer that runs any cell along a sequence."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import all_of, length_text, name_of
from loaders.kinds._cells import (
    cell_cost,
    cell_settings,
    cell_weights,
    family_of,
    state_names,
    state_sizes,
)
from loaders.kinds._steps import kept
from loaders.kinds.recurrent import (
    cell_fields,
    reads_sequence,
    run_fields,
    run_settings,
    sequence_shape,
    sequence_steps,
    state_steps,
)

STACK_LIMIT = 256
"""Cells on top of each other; real models have a handful."""


def stacked(description: object, version: int) -> Attributes:
    """Return the cells that a description names: ``{"cells": [...], "stack": bool}``.

    A cell that is not built in is ``{"custom": its class}``: nothing is known of it.

    Raises:
        KeyError, TypeError, ValueError: the description makes no sense.
    """
    match description:
        case {"class_name": "StackedRNNCells", "config": {"cells": [*cells]}}:
            if len(cells) > STACK_LIMIT:
                raise ValueError(f"{len(cells)} cells on top of each other")
            return {"cells": [_cell(cell, version) for cell in cells], "stack": True}
        case list() as cells:
            return stacked(
                {"class_name": "StackedRNNCells", "config": {"cells": cells}}, version
            )
        case _:
            return {"cells": [_cell(description, version)], "stack": False}


def _cell(description: object, version: int) -> Attributes:
    match description:
        case {"class_name": str(name), "config": Mapping() as config}:
            op = name.rsplit(">", 1)[-1]
            if family_of(op) is None or not _built_in(description):
                return {"custom": name_of(name)}
            return {**cell_settings(op, config, version), "op": op}
        case _:
            raise ValueError("a cell is described as no layer is")


def _built_in(description: Any) -> bool:
    module = description.get("module")
    return module is None or str(module).split(".")[0] in (
        "keras",
        "tf_keras",
        "tensorflow",
        "qkeras",
    )


def _keras_rnn(settings: Settings, version: int) -> Attributes:
    return {**stacked(settings["cell"], version), **run_settings(settings)}


def _keras_stack(settings: Settings, version: int) -> Attributes:
    return stacked({"class_name": "StackedRNNCells", "config": settings}, version)


def _keras_cell(op: str) -> Dialect:
    def translate(settings: Settings, version: int) -> Attributes:
        cell = {**cell_settings(op, settings, version), "op": op}
        return {"cells": [cell], "stack": False}

    return Dialect(translate=translate)


def _cells(call: Call) -> list[Mapping[str, Any]] | None:
    """Return the cells, lowest first; ``None`` if one is custom."""
    cells: list[Mapping[str, Any]] = call.attributes["cells"]
    return None if any("custom" in cell for cell in cells) else cells


def _states(call: Call, cells: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    found = []
    order = reversed(cells) if call.attributes.get("reverse_state_order") else cells
    for index, cell in enumerate(order):
        of = f" of cell {index + 1}" if len(cells) > 1 else ""
        pairs = zip(state_sizes(cell), state_names(cell), strict=True)
        found += [(size, name + of) for size, name in pairs]
    return found


def _stack_weights(call: Call, features: Dim) -> list[WeightSteps]:
    cells = _cells(call)
    if cells is None:
        return []
    found: list[WeightSteps] = []
    for index, cell in enumerate(cells):
        prefix = f"{index}." if call.attributes["stack"] else ""
        found += cell_weights(cell, features, prefix)
        features = cell["units"]
    return found


def _stack_cost(call: Call, features: Dim) -> int | None:
    cells = _cells(call)
    if cells is None:
        return None
    total = 0
    for cell in cells:
        cost = cell_cost(cell, features)
        if cost is None:
            return None
        total += cost
        features = cell["units"]
    return total


# RNN


def _run_shape(call: Call) -> list[OutputSteps | None]:
    cells, shape = _cells(call), sequence_shape(call)
    if cells is None:
        return [None] * max(1, call.outputs)
    states = _states(call, cells) if call.attributes["return_state"] else []
    if shape is None:
        return [None] * (1 + len(states))
    reason = f"every unit reads {all_of(shape[2], 'feature')} of a step"
    ended = [EndedAxis(axis=Axis.FEATURE, length=shape[2], reason=reason)]
    words = "one per unit"
    if len(cells) > 1:
        words = f"one per unit of the last of {len(cells)} cells"
    main = sequence_steps(call, shape, cells[-1]["units"], words, ended)
    return [main, *(state_steps(shape[0], size, name) for size, name in states)]


def _run_weights(call: Call) -> list[WeightSteps]:
    if _cells(call) is None:
        return []
    shape = sequence_shape(call)
    return _stack_weights(call, None if shape is None else shape[2])


def _run_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    shape = sequence_shape(call)
    if shape is None or not isinstance(shape[1], int):
        return None
    step = _stack_cost(call, shape[2])
    return None if step is None else shape[1] * step


def _run_fields(call: Call) -> list[Field]:
    return [*_stack_fields(call), *run_fields(call)]


def _stack_fields(call: Call) -> list[Field]:
    cells: list[Mapping[str, Any]] = call.attributes["cells"]
    if len(cells) == 1 and "custom" not in cells[0]:
        return cell_fields(cells[0])
    names = [
        str(cell["custom"]) if "custom" in cell else f"{cell['op']}({cell['units']:,})"
        for cell in cells
    ]
    meaning = "Each step goes through these cells, one after the other."
    if any("custom" in cell for cell in cells):
        meaning = "The program does not know this cell: its shapes stay open."
    return [Field(name="cells", value=" → ".join(names), meaning=meaning)]


def _summary(call: Call) -> str:
    cells: list[Mapping[str, Any]] = call.attributes["cells"]
    return " → ".join(
        str(cell["custom"])
        if "custom" in cell
        else f"{cell['op']} of {count_of(cell['units'], 'unit')}"
        for cell in cells
    )


KINDS.add(
    LayerKind(
        id="recurrent_run",
        title="Recurrent layer with cells",
        category=Category.RECURRENT,
        dialects={"keras.RNN": Dialect(translate=_keras_rnn)},
        shape=_run_shape,
        weights=_run_weights,
        multiply_adds=_run_cost,
        fields=_run_fields,
        reads=reads_sequence,
        summary=_summary,
    )
)


# cells by themselves: one step


def _step_shape(call: Call) -> list[OutputSteps | None]:
    """One step: the output, then the states, all (batch, units)."""
    cells, shape = _cells(call), call.shape()
    if cells is None:
        return [None] * max(1, call.outputs)
    states = _states(call, cells)
    if shape is None:
        return [None] * (1 + len(states))
    if len(shape) != 2:
        raise ShapeError(
            f"{call.op} reads one step (batch, feature); its input is "
            f"{shape_text(shape)}.",
            "Put the cell into RNN(...) to read a whole sequence.",
        )
    reason = f"all {length_text(shape[1])} features go into every unit"
    main = OutputSteps(
        axes=(
            kept(Axis.BATCH, shape[0], 0),
            AxisStep(
                axis=Axis.FEATURE, result=cells[-1]["units"], meaning="one per unit"
            ),
        ),
        ended=(EndedAxis(axis=Axis.FEATURE, length=shape[1], reason=reason),),
    )
    return [main, *(state_steps(shape[0], size, name) for size, name in states)]


def _step_features(call: Call) -> Dim:
    shape = call.shape()
    return shape[-1] if shape else None


def _step_weights(call: Call) -> list[WeightSteps]:
    return _stack_weights(call, _step_features(call))


def _step_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    return _stack_cost(call, _step_features(call))


KINDS.add(
    LayerKind(
        id="recurrent_cell",
        title="Recurrent cell",
        category=Category.RECURRENT,
        dialects={
            "keras.StackedRNNCells": Dialect(translate=_keras_stack),
            **{
                f"keras.{op}": _keras_cell(op)
                for op in (
                    "LSTMCell",
                    "GRUCell",
                    "SimpleRNNCell",
                    "PeepholeLSTMCell",
                    "QLSTMCell",
                    "QGRUCell",
                    "QSimpleRNNCell",
                )
            },
        },
        shape=_step_shape,
        weights=_step_weights,
        multiply_adds=_step_cost,
        fields=_stack_fields,
        summary=_summary,
    )
)
