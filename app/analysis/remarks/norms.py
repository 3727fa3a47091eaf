"""What layers do that bring numbers to one scale."""

from app.analysis.remarks._words import Outputs
from loaders.ir.graph import Axis
from loaders.ir.text import listed
from loaders.kinds import Call
from loaders.kinds._arguments import axis_at, length_text
from loaders.kinds._kernel_words import counted
from loaders.kinds._steps import product_text


def _formula(call: Call, of: str = "") -> str:
    """Return how one number is made."""
    attributes = call.attributes
    text = f"(x − mean{of}) / √(variance{of} + {attributes['epsilon']:g})"
    text += " × gamma" if attributes.get("scale", True) else ""
    return text + (" + beta" if attributes.get("center", True) else "")


def batch(call: Call, _outputs: Outputs) -> list[str]:
    """Mean and variance of training, per channel."""
    shape, axes = call.shape(), call.attributes["axis"]
    what = "channel"
    if shape is not None and len(axes) == 1 and len(shape) > 1:
        at = axis_at(axes[0], len(shape), call.op)
        name = call.axes()[at]
        what = name.value if name in (Axis.FEATURE, Axis.CHANNEL) else "channel"
    return [
        f"Each {what} on its own, with the mean and variance that training measured: "
        f"{_formula(call)}.",
        "Once trained it is a fixed factor and shift: samples do not see each other.",
    ]


def group(call: Call, _outputs: Outputs) -> list[str]:
    """Groups of neighbouring channels, sample by sample."""
    shape, groups = call.shape(), call.attributes["groups"]
    axis = call.attributes["axis"]
    if shape is None or axis is None:
        return ["Each sample on its own."]
    at = axis_at(axis, len(shape), call.op)
    channels = shape[at]
    if groups == -1 or groups == channels:
        found = [f"Each of {counted(channels, 'channel')} of each sample on its own."]
        word = " of its channel"
    else:
        size = channels // groups if isinstance(channels, int) else None
        found = [
            f"{counted(groups, 'group')} of {length_text(size)} consecutive "
            "channels, each sample on its own: the batch does not matter."
        ]
        word = " of its group"
    where = "the last axis" if at == len(shape) - 1 else f"axis {at}"
    if at == 1:
        where = f"axis 1{', the last' if len(shape) == 2 else ''}"
        where += " (as in PyTorch and ONNX)" if call.attributes["axis"] == 1 else ""
    return [
        *found,
        f"One output value: {_formula(call, word)}.",
        f"The channels are {where}.",
    ]


def layer(call: Call, _outputs: Outputs) -> list[str]:
    """Along the last axes, sample by sample and place by place."""
    shape, attributes = call.shape(), call.attributes
    along = "its last axes"
    if shape:
        places = (
            range(axis_at(attributes["from"], len(shape), call.op), len(shape))
            if "from" in attributes
            else [axis_at(axis, len(shape), call.op) for axis in attributes["axis"]]
        )
        names = [
            f"{axis} ({product_text([shape[at]])})"
            if axis is not Axis.OTHER
            else f"axis {at} ({product_text([shape[at]])})"
            for at in places
            for axis in [call.axes()[at]]
        ]
        along = listed(names)
    what = (
        "divided by their root mean square"
        if attributes["rms"]
        else ("brought to mean 0 and variance 1")
    )
    return [
        f"The numbers along {along} are {what}, each sample and each other place on "
        "its own; then every number has a factor and perhaps a shift of its own."
    ]


def unit(_call: Call, _outputs: Outputs) -> list[str]:
    """Scaled by what is around, no weights."""
    return [
        "Numbers are divided by a measure of their neighbours; there are no weights."
    ]


def layer_scale(_call: Call, _outputs: Outputs) -> list[str]:
    """One factor per channel."""
    return ["Each channel is multiplied by a factor of its own."]


def data(_call: Call, _outputs: Outputs) -> list[str]:
    """Mean and variance of the data."""
    return [
        "Mean and variance were measured on the data before training, not learned: "
        "(x − mean) / √variance."
    ]
