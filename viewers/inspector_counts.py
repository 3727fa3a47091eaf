"""What the inspector says of the number of parameters: weight by weight."""

from loaders.ir.graph import Axis, Node, Parameter, Shape
from loaders.ir.steps import WeightSteps
from loaders.ir.text import count_of, grouped_shape, shown
from loaders.ir.why import Why
from viewers.inspector_sums import sum_text
from viewers.inspector_weights import count_text
from viewers.plain import short_name
from viewers.sections import Formula, Item, Line, Remark, Row, Section, limited

_MOST_SUMMED = 12
"""More weights are not written out as a sum."""


def count_sections(node: Node, why: Why) -> tuple[Section, ...]:
    """Return why a layer has so many parameters; nothing if it has none."""
    counted = [parameter for parameter in node.parameters if parameter.counted]
    if not counted:
        return ()
    by_role = {weight.role: weight for weight in why.steps.weights}
    known = all(parameter.known for parameter in counted)
    first, rest = limited(counted, "weight")
    picks = [why.picks.get(parameter.role, "") for parameter in first]
    common = [pick for pick in dict.fromkeys(picks) if pick and picks.count(pick) > 1]
    rows: list[Item] = [
        _row(parameter, by_role.get(parameter.role), "" if pick in common else pick)
        for parameter, pick in zip(first, picks, strict=True)
    ]
    rows.extend(rest)
    rows.extend(map(Line, common))
    if known and len(counted) <= _MOST_SUMMED and (text := sum_text(counted)):
        rows.append(Formula(text))
    if node.shared_with:
        rows.append(
            Remark(
                "The same weights are used by another call of this layer "
                f"({short_name(node.shared_with)}); the model counts them once."
            )
        )
    total = count_of(node.parameter_count, "parameter")
    title = f"Why {total}?" if known else "Parameters"
    return (Section(title, tuple(rows)),)


def _row(parameter: Parameter, steps: WeightSteps | None, pick: str) -> Row:
    words = _meaning(parameter, steps)
    axes = axes_text(parameter, steps)
    trained = "" if parameter.trainable else "Not trained."
    return Row(
        label=shown(parameter.role, 80),
        detail=words or axes or grouped_shape(parameter.shape),
        formula=axes if words and len(parameter.tensor.shape) > 1 else "",
        value=count_text(parameter),
        below=" ".join(filter(None, (pick, trained))),
        code=not words,
        strong=True,
    )


def axes_text(parameter: Parameter, steps: WeightSteps | None) -> str:
    """Return ``4 length × 300 in-channel × 100 filter``; empty if no axis has a name.

    Args:
        parameter: The weight.
        steps: What the rule says of it, for axes that the file does not name.
    """
    names = parameter.axes or (steps.axes if steps is not None else ())
    shape = parameter.shape
    if len(names) != len(shape) or all(name is Axis.OTHER for name in names):
        return ""
    return " × ".join(
        f"{grouped_shape((size,))} {_AXIS_WORDS.get(name, name.value)}".strip()
        for name, size in zip(names, shape, strict=True)
    )


_AXIS_WORDS = {Axis.TIME: "length", Axis.OTHER: "", Axis.GATE: "gate column"}


def _meaning(parameter: Parameter, steps: WeightSteps | None) -> str:
    """Return the rule's words, empty if they speak of another weight than this."""
    if steps is not None and steps.meaning and _same(steps.shape, parameter):
        return steps.meaning
    return ""


def _same(shape: Shape, parameter: Parameter) -> bool:
    found = parameter.tensor.shape
    return len(shape) == len(found) and all(
        ours is None or ours == theirs for ours, theirs in zip(shape, found)
    )
