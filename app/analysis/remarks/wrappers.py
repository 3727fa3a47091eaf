"""What layers do that hold another layer."""

from collections.abc import Mapping
from typing import Any

from app.analysis.remarks._words import Outputs, Remarks, each_of
from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from loaders.kinds import BAD_SETTINGS, Call
from loaders.kinds._inner import inner_call, inner_kind
from loaders.kinds._steps import product_text
from loaders.kinds.wrappers import each_step


def time_distributed(
    call: Call, _outputs: Outputs, table: Mapping[str, Remarks]
) -> list[str]:
    """The same layer at every step, with what it makes of one."""
    inner, shape = call.attributes["layer"], call.shape()
    if shape is None or len(shape) < 2:
        return [f"The same {inner['op']} with the same weights runs on every step."]
    kind = inner_kind(inner)
    given = each_step(call)
    made = kind.shape(given) if kind is not None else [None]
    giving = ""
    if made[0] is not None:
        giving = f", giving {product_text(made[0].shape[1:])}"
    first = (
        f"{each_of(shape[1], Axis.TIME).capitalize()} runs the same {inner['op']}, "
        f"with the same weights, on {product_text(shape[2:])}{giving}. Steps do not "
        "see each other."
    )
    return [first, *_inside(inner, given, made, table)]


def bidirectional(
    call: Call, outputs: Outputs, table: Mapping[str, Remarks]
) -> list[str]:
    """Two copies, one from each end."""
    inner, mode = call.attributes["layer"], call.attributes["merge_mode"]
    joined = {
        None: "given out one after the other",
        "concat": "put side by side: twice as many numbers",
        "sum": "added",
        "mul": "multiplied",
        "ave": "averaged",
    }
    first = (
        f"Two {inner['op']} layers with weights of their own read the sequence, one "
        "from its start and one from its end; their answers are "
        f"{joined.get(mode, 'merged')}."
    )
    given = inner_call(call, inner, call.inputs[0] if call.inputs else None)
    return [first, *_inside(inner, given, outputs, table)]


def wrapper(call: Call, outputs: Outputs, table: Mapping[str, Remarks]) -> list[str]:
    """Another layer does the work."""
    inner = call.attributes["layer"]
    given = inner_call(call, inner, call.inputs[0] if call.inputs else None)
    first = f"The layer inside ({inner['op']}) does the work."
    return [first, *_inside(inner, given, outputs, table)]


def spectral(call: Call, outputs: Outputs, table: Mapping[str, Remarks]) -> list[str]:
    """The kernel is kept small."""
    first = (
        "The kernel is divided by its largest singular value, so that the layer cannot "
        "stretch its input."
    )
    return [first, *wrapper(call, outputs, table)]


def _inside(
    inner: Mapping[str, Any],
    given: Call,
    outputs: Outputs,
    table: Mapping[str, Remarks],
) -> list[str]:
    remarks = table.get(inner["kind"])
    try:
        return remarks(given, outputs) if remarks is not None else []
    except (*BAD_SETTINGS, ShapeError):
        return []  # a note says what makes no sense
