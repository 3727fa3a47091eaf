"""What functions do that shape numbers: most one by one, softmax several together."""

from app.analysis.remarks._words import Outputs
from loaders.ir.text import listed
from loaders.kinds import Call
from loaders.kinds._arguments import axis_words

SOFT = ("softmax", "log_softmax", "logsoftmax", "hardmax", "sparsemax")
"""Functions whose every result depends on all numbers along an axis."""

_ALONE = "Works on each number on its own; the shape stays as it is."


def activation(call: Call, _outputs: Outputs) -> list[str]:
    """A function of one number, or of the numbers along an axis."""
    if str(call.attributes["function"]).lower() not in SOFT:
        return [_ALONE]
    axes = call.attributes.get("axis", [-1])
    where = listed([axis_words(axis) for axis in axes])
    if call.attributes.get("flattened"):
        where = f"all axes from {where} on, as one row"
    return [_together(f"along {where}")]


def activation_of_codes(call: Call, _outputs: Outputs) -> list[str]:
    """The same for 8-bit integers."""
    if call.op == "QLinearSoftmax":
        return [_together("along one axis")]
    return ["Works on each code on its own; the shape stays as it is."]


def _together(where: str) -> str:
    return (
        f"Each result depends on all numbers {where}; the shape stays as it is, and "
        "nothing is learned."
    )
