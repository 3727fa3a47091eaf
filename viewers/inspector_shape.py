"""What the inspector says of a shape: axis by axis, and what the layer does."""

import re
from collections.abc import Iterator, Sequence

from loaders.ir.graph import Axis, Node, Value
from loaders.ir.index import ModelIndex
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import count_of, grouped, grouped_shape, listed, shown
from loaders.ir.why import Alternative, AxisPath, Finding, Why
from viewers.sections import Item, Line, Remark, Row, Section, limited, section

_SYMBOLS = {
    "n": "n length",
    "k": "k window",
    "s": "s stride",
    "d": "d dilation",
    "p": "p what is added",
    "o": "o what is put behind",
    "c": "c channels",
    "m": "m results per channel",
    "⌊": "⌊ ⌋ rounded down",
    "⌈": "⌈ ⌉ rounded up",
}
"""What the letters and signs of rules stand for."""
_TOKENS = re.compile(r"\b[a-z]\b|[⌊⌈]")


def shape_sections(index: ModelIndex, node: Node, why: Why) -> Iterator[Section]:
    """Return why each output has its shape, and what the layer does."""
    several = len(node.outputs) > 1
    outputs, rest = limited(node.outputs, "output", 20)
    ended: list[str] = []
    for position, id in enumerate(outputs):
        steps = why.steps.outputs
        found = steps[position] if position < len(steps) else None
        paths = why.paths[position] if position < len(why.paths) else ()
        more = f" · output {position + 1}" if several else ""
        if found is not None:
            yield Section(f"Why this shape?{more}", tuple(_axis_items(found, paths)))
            ended += _ended_words(found.ended)
        elif (value := index.values.get(id)) is not None:
            broken = value.shape is None and (why.steps.problem or node.problem)
            plain: Sequence[Item] = [Line("None: as it is, the layer cannot work.")]
            shown_shape = plain_shape(value, paths)
            yield Section(f"Shape{more}", tuple(plain if broken else shown_shape))
    if rest:
        yield Section("", rest)
    if lines := [*dict.fromkeys(ended), *why.remarks]:
        yield Section("", (Remark("\n".join(lines)),))


def _axis_items(steps: OutputSteps, paths: Sequence[AxisPath]) -> Iterator[Item]:
    if not steps.axes:
        yield Row(label="no axes", detail="a single number", code=False)
    for place, step in enumerate(steps.axes):
        yield _axis_row(step, place, paths[place] if place < len(paths) else None)
    if words := legend([formula_of(step) for step in steps.axes]):
        yield Line(words)


def _axis_row(step: AxisStep, place: int, path: AxisPath | None) -> Row:
    return Row(
        label=axis_name(step.axis, place),
        detail=step.meaning,
        formula=formula_of(step),
        value=length(step.result),
        below=path_text(path) if path is not None else "",
        code=False,
        strong=True,
    )


def path_text(path: AxisPath) -> str:
    """Return where an axis comes from and where it ends, as one line."""
    return " · ".join(filter(None, (path.origin, path.end)))


def formula_of(step: AxisStep) -> str:
    """Return the rule in symbols and with the numbers put in; empty if trivial."""
    if not step.numbers:
        return ""
    if not isinstance(step.result, int):
        return "" if step.numbers == (step.result or "n") else step.numbers
    result = f"{step.numbers} = {length(step.result)}"
    return f"{step.rule}\n= {result}" if step.rule else result


def legend(formulas: Sequence[str]) -> str:
    """Return what the symbols of formulas stand for; empty if they have none."""
    used = {token for formula in formulas for token in _TOKENS.findall(formula)}
    return " · ".join(words for sign, words in _SYMBOLS.items() if sign in used)


def _ended_words(ended: Sequence[EndedAxis]) -> Iterator[str]:
    for reason, axes in _by_reason(ended).items():
        names = [_ended_name(axis) for axis in axes]
        words = listed(names)
        end = "end here" if names[1:] else "ends here"
        yield f"{words[0].upper()}{words[1:]} {end}: {reason}."


def _ended_name(ended: EndedAxis) -> str:
    if ended.axis is Axis.OTHER:
        return f"an axis of length {length(ended.length)}"
    return f"{ended.axis} ({length(ended.length)})"


def _by_reason(ended: Sequence[EndedAxis]) -> dict[str, list[EndedAxis]]:
    """Return axes that end for the same reason together."""
    found: dict[str, list[EndedAxis]] = {}
    for axis in ended:
        found.setdefault(axis.reason.removesuffix("."), []).append(axis)
    return found


def plain_shape(value: Value, paths: Sequence[AxisPath] = ()) -> Iterator[Item]:
    """Return the lengths of a value of which no rule tells more.

    Args:
        value: The value.
        paths: Where its axes come from and end, if anybody looked.
    """
    if value.shape is None:
        yield Line("Nothing in the file tells the shape, and no rule knows it.")
        return
    if not value.shape:
        yield Row(label="no axes", detail="a single number", code=False)
    for place, size in enumerate(value.shape):
        name = axis_name(value.axes[place], place)
        words = path_text(paths[place]) if place < len(paths) else ""
        yield Row(label=name, detail=words, value=length(size), code=False, strong=True)


def axis_name(axis: Axis, place: int) -> str:
    """Return what an axis is called; the batch, or what stands for it, is axis 0."""
    return f"axis {place}" if axis is Axis.OTHER else str(axis)


def length(size: int | str | None) -> str:
    """Return a length as it is shown."""
    match size:
        case int():
            return grouped(size)
        case str():
            return shown(size, 60)
        case None:
            return "None"


def _count_text(then: int | None, now: str) -> str:
    """Return ``4,608 parameters instead of 4,632``; empty if there are as many."""
    if then is None:
        return ""
    return f"{count_of(then, 'parameter')} instead of {now}"


# beyond the layer itself


def finding_sections(findings: Sequence[Finding]) -> tuple[Section, ...]:
    """Return what the layer means in the whole model."""
    rows = [
        Row(
            label=shown(finding.label, 60),
            detail=finding.numbers or finding.text,
            below=finding.text if finding.numbers else "",
            code=bool(finding.numbers),
        )
        for finding in findings
    ]
    return section("In the whole model", rows)


def alternative_sections(
    node: Node, others: Sequence[Alternative]
) -> tuple[Section, ...]:
    """Return what other settings would give."""
    now = grouped(node.parameter_count)
    rows = [
        Row(
            label=other.change,
            detail=grouped_shape(other.shape) if other.shape is not None else "",
            below=" · ".join(
                filter(None, (other.meaning, _count_text(other.parameters, now)))
            ),
        )
        for other in others
    ]
    return section("With another setting it would be", rows)
