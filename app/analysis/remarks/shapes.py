"""What layers do that move, join or copy numbers."""

from app.analysis.remarks._words import Outputs, first_of, sample_of
from loaders.ir.graph import Axis
from loaders.kinds import Call
from loaders.kinds._broadcast import operands
from loaders.kinds._kernel_words import counted
from loaders.kinds._spatial import Layout
from loaders.kinds._steps import product_text


def flatten(call: Call, outputs: Outputs) -> list[str]:
    """All numbers of a sample in one row."""
    shape = call.shape()
    steps = first_of(outputs)
    if shape is None or steps is None or len(shape) < 2:
        return ["All numbers of a sample are put in one row."]
    found = ["Nothing is computed, but neighbours are no longer neighbours."]
    if None in shape[1:]:
        found.append(
            "How long the row is changes with the input, so a Dense layer behind it "
            "cannot have a fixed number of weights."
        )
    layout = call.attributes.get("data_format")
    if layout == Layout.FIRST:
        found.append("The layer is channels_first: the channels are moved to the end.")
    return found


def reshape(call: Call, outputs: Outputs) -> list[str]:
    """The same numbers, divided otherwise."""
    shape = call.shape()
    steps = first_of(outputs)
    before = product_text(shape[1:]) if shape else "?"
    after = product_text(sample_of(steps)) if steps is not None else "?"
    if (
        shape
        and steps
        and len(steps.shape) > 0
        and steps.axes[0].axis is not Axis.BATCH
    ):
        before, after = product_text(shape), product_text(steps.shape)
    return [
        f"The same numbers in the same order, divided anew: {before} reshaped to "
        f"{after}. Nothing is computed."
    ]


def transpose(_call: Call, _outputs: Outputs) -> list[str]:
    """Axes in another order."""
    return ["The axes change places; no number changes."]


def concatenation(call: Call, outputs: Outputs) -> list[str]:
    """Side by side along one axis."""
    steps = first_of(outputs)
    axis = call.attributes.get("axis", -1)
    where = ""
    rank = 0 if steps is None else len(steps.axes)
    if steps is not None and isinstance(axis, int) and -rank <= axis < rank:
        name = steps.axes[axis].axis
        where = f" along {name.value}" if name is not Axis.OTHER else ""
    many = len(operands(call) or call.inputs)
    return [
        f"{counted(many, 'input')} put side by side{where}; nothing is "
        "computed. All other axes must be equal."
    ]


_MERGES = {
    "Add": "added",
    "Subtract": "subtracted",
    "Multiply": "multiplied",
    "Average": "averaged",
    "Maximum": "compared, and the largest kept",
    "Minimum": "compared, and the smallest kept",
}


def merge(call: Call, outputs: Outputs) -> list[str]:
    """Branches become one."""
    mode = str(call.attributes.get("mode", call.op))
    if mode == "Concatenate":
        return concatenation(call, outputs)
    if mode == "Dot":
        return ["Numbers along one axis of each input are multiplied in pairs, summed."]
    what = _MERGES.get(mode)
    if what is None:
        return ["Several inputs become one by code that is not read."]
    return [
        f"Numbers at the same place of {counted(len(call.inputs), 'input')} are {what}"
        "; the inputs must have equal shapes, or length 1 where they differ."
    ]


def elementwise(_call: Call, _outputs: Outputs) -> list[str]:
    """Place by place."""
    return [
        "Works number by number: those at the same place of the inputs make one of the "
        "output. An input that is smaller is repeated."
    ]


def padding(_call: Call, _outputs: Outputs) -> list[str]:
    """Something is put around."""
    return ["Numbers are put around the input; what was there stays as it is."]


def cropping(_call: Call, _outputs: Outputs) -> list[str]:
    """Edges are cut off."""
    return ["Numbers at the edges are cut off; the others stay as they are."]


def up_sampling(_call: Call, _outputs: Outputs) -> list[str]:
    """Every place is repeated."""
    return ["Every position is repeated or filled in between; there are no weights."]


def reduction(_call: Call, _outputs: Outputs) -> list[str]:
    """Axes become one number."""
    return ["All numbers along the named axes become one."]
