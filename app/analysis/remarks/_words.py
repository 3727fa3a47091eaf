"""Words that remarks about many kinds share."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from loaders.ir.graph import Axis, Dim
from loaders.ir.steps import OutputSteps
from loaders.ir.text import listed
from loaders.kinds import Call
from loaders.kinds._arguments import AXIS_WORDS

Outputs: TypeAlias = Sequence[OutputSteps | None]
Remarks: TypeAlias = Callable[[Call, Outputs], list[str]]
"""What one kind of layer does in one call, one sentence or two each."""

SPACE = (Axis.TIME, Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)


def first_of(outputs: Outputs) -> OutputSteps | None:
    """Return the steps of the first output; ``None`` if nobody knows them."""
    return outputs[0] if outputs else None


def each_of(length: Dim, axis: Axis) -> str:
    """Return ``each of 100 steps``, ``every step`` if their number is unknown."""
    one, many = AXIS_WORDS.get(axis, ("element", "elements"))
    if not isinstance(length, int):
        return f"every {one}"
    return f"the one {one}" if length == 1 else f"each of {length:,} {many}"


def space_words(axes: Sequence[Axis]) -> str:
    """Return what a window slides over: ``the length``, ``height and width``."""
    if list(axes) == [Axis.TIME]:
        return "the length (time)"
    named = [axis.value for axis in axes if axis is not Axis.OTHER]
    return listed(named) if len(named) == len(axes) else "all axes of space"


def unit_word(axes: Sequence[Axis], count: Dim) -> str:
    """Return what a window covers along its axes: ``steps``, ``pixels``, ``places``."""
    words = {1: ("step", "steps"), 2: ("pixel", "pixels")}
    one, many = words.get(len(axes), ("place", "places"))
    return one if count == 1 else many


def sample_of(steps: OutputSteps | None) -> list[Dim]:
    """Return the lengths of one sample of an output."""
    if steps is None:
        return []
    return [step.result for step in steps.axes if step.axis is not Axis.BATCH]
