"""What the inspector says of a layer's weights."""

from collections.abc import Iterator

from loaders.ir.graph import Axis, Node, Parameter
from loaders.ir.steps import NodeSteps
from loaders.ir.tensors import Packing
from loaders.ir.text import grouped, grouped_shape, shown
from viewers.sections import Item, Remark, Row, Section, limited, section

_ABSENT = "The file describes these weights but holds no numbers."
_NOT_PLAIN = (
    "The numbers of these weights are not shown: they are computed from others when "
    "the model runs, or the file lacks them."
)


def weight_sections(node: Node, steps: NodeSteps) -> tuple[Section, ...]:
    """Return one line per weight, counted ones first."""
    axes = {weight.role: weight.axes for weight in steps.weights}
    counted = [p for p in node.parameters if p.counted]
    listed = [p for p in node.parameters if not p.counted]

    def rows(parameters: list[Parameter]) -> Iterator[Item]:
        first, rest = limited(parameters, "weight")
        for parameter in first:
            yield weight_row(parameter, axes.get(parameter.role, ()))
        yield from rest

    absent = all(p.tensor.packing is Packing.ABSENT for p in node.parameters)
    remark = [Remark(_ABSENT if node.dialect == "keras" else _NOT_PLAIN)]
    return (
        *section("", remark if absent else ()),
        *section("Parameters", rows(counted)),
        *section("Listed, not counted as parameters", rows(listed)),
    )


def weight_row(parameter: Parameter, axes: tuple[str, ...] = ()) -> Row:
    """Return the line of one weight: shape, what its axes stand for, dtype, count."""
    names = parameter.axes or axes
    words = [
        _axis_words(names) if len(names) == len(parameter.tensor.shape) else "",
        parameter.tensor.dtype,
        "" if parameter.trainable or not parameter.counted else "not trained",
        f"quantized: {shown(parameter.quantizer.badge)}" if parameter.quantizer else "",
    ]
    lines = (" · ".join(filter(None, words)), shown(parameter.name))
    return Row(
        label=shown(parameter.role, 80),
        detail=grouped_shape(parameter.shape),
        value=count_text(parameter),
        below="\n".join(filter(None, lines)),
    )


def _axis_words(names: tuple[str, ...]) -> str:
    """Return ``height × width × filter``; nothing if no axis has a name."""
    if all(name == Axis.OTHER for name in names):
        return ""
    return " × ".join("…" if name == Axis.OTHER else name for name in names)


def count_text(parameter: Parameter) -> str:
    """Return how many numbers a weight has, or that nobody knows."""
    return grouped(parameter.tensor.size) if parameter.known else "unknown"
