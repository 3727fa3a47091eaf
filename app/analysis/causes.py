"""Why a layer cannot work, found in the layers before it, and what would help."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from app.analysis.axes import Axes
from app.analysis.branches import MEETING, MOST_BEFORE, common_source
from app.analysis.paths import SPACE, name_of
from loaders.ir.graph import Axis, Dim, Node, Value
from loaders.ir.index import ModelIndex
from loaders.ir.steps import NodeSteps
from loaders.ir.text import count_of, grouped_shape, shown
from loaders.ir.why import Finding
from loaders.kinds._arguments import length_text


def with_causes(axes: Axes, node: Node, steps: NodeSteps) -> NodeSteps:
    """Return what the rule says of a layer that cannot work, with what made it so."""
    if not steps.problem:
        return steps
    if causes := mismatch_causes(axes, node):
        return replace(steps, problem=f"{steps.problem} {causes}")
    return _of_unknown_length(axes, node, steps)


def _of_unknown_length(axes: Axes, node: Node, steps: NodeSteps) -> NodeSteps:
    """Name the Flatten that gives a Dense layer a row of unknown length."""
    given = axes.index.values.get(node.inputs[0]) if node.inputs else None
    maker = axes.index.maker(given.id) if given is not None else None
    if given is None or maker is None or maker.kind != "flatten" or not maker.inputs:
        return steps
    before = axes.index.values.get(maker.inputs[0])
    if node.kind != "dense" or not given.shape or given.shape[-1] is not None:
        return steps
    if before is None or before.shape is None or None not in before.shape[1:]:
        return steps
    sample, rank = grouped_shape(before.shape[1:]), len(before.shape) - 2
    problem = (
        f"{shown(maker.op, 40)} of {sample} ({name_of(maker)}) has an unknown length, "
        f"so {shown(node.op, 40)} cannot have a fixed number of weights."
    )
    return replace(
        steps, problem=f"{problem} {steps.problem}", advice=_pooled(maker, before, rank)
    )


def _pooled(flatten: Node, before: Value, rank: int) -> str:
    layout = str(flatten.attributes.get("data_format", "channels_last"))
    last = (
        before.shape[1 if layout == "channels_first" else -1] if before.shape else None
    )
    channels = (
        f"the {count_of(last, 'channel')}" if isinstance(last, int) else "channels"
    )
    names = " or ".join(f"Global{what}Pooling{rank}D" for what in ("Max", "Average"))
    return (
        f"Use {names} instead of {name_of(flatten)}: it keeps {channels} only, one "
        f"number each, whatever the size. The layout here is {layout}, so give it "
        f"data_format {layout}. Or give the input a fixed size."
    )


def upstream_findings(axes: Axes, node: Node) -> list[Finding]:
    """Say which layer before keeps this one from having a shape; nothing if none."""
    value = axes.index.values.get(node.inputs[0]) if node.inputs else None
    if node.problem or value is None or value.shape is not None:
        return []
    waiting, seen = list(filter(None, node.inputs)), set[str]()
    while waiting and len(seen) < MOST_BEFORE:
        maker = axes.index.maker(waiting.pop())
        if maker is None or maker.id in seen:
            continue
        seen.add(maker.id)
        if maker.problem:
            text = (
                f"Unknown because {name_of(maker)} ({shown(maker.op, 40)}) before it "
                "cannot work as it is."
            )
            return [Finding(label="shape", text=text)]
        waiting += filter(None, maker.inputs)
    return []


def mismatch_causes(axes: Axes, node: Node) -> str:
    """Return which layers made two branches differ; empty if nobody knows.

    ``block_2's stride 2 halved the length (800 → 400); block_1's 512 filters changed
    the channels (1,024 → 512).``
    """
    values = [axes.index.values.get(id) for id in node.inputs if id]
    known = [v for v in values if v is not None and v.shape is not None]
    if node.kind not in MEETING or len(known) < 2:
        return ""
    source = common_source(axes.index, known)
    words = list(
        dict.fromkeys(
            text for value in known for text in _differences(axes, value, source, known)
        )
    )
    if not words:
        return ""
    return f"{'; '.join(words[:4])}."


def _differences(
    axes: Axes, value: Value, source: Value | None, others: Sequence[Value]
) -> Iterator[str]:
    """Return what changed the lengths in which a branch differs from the others."""
    own = _lengths(value)
    differing = [
        axis
        for axis, length in own.items()
        if any(_lengths(other).get(axis, length) != length for other in others)
    ]
    for maker in _main_line(axes.index, value, source):
        given = axes.index.values.get(maker.inputs[0]) if maker.inputs else None
        made = axes.index.first_output(maker)
        if given is None or made is None:
            continue
        before, after = _lengths(given), _lengths(made)
        for axis in differing:
            if axis in before and axis in after and before[axis] != after[axis]:
                yield _cause(maker, axis, before[axis], after[axis])


def _main_line(index: ModelIndex, value: Value, source: Value | None) -> Iterator[Node]:
    """Return the layers of a branch along their first inputs, the last one first."""
    here, steps = value.id, 0
    while steps < MOST_BEFORE and (source is None or here != source.id):
        maker = index.maker(here)
        if maker is None or not maker.inputs or not maker.inputs[0]:
            return
        yield maker
        here, steps = maker.inputs[0], steps + 1


def _lengths(value: Value) -> dict[Axis, Dim]:
    names = [Axis.CHANNEL if axis is Axis.FEATURE else axis for axis in value.axes]
    return dict(zip(names, value.shape or ()))


def _cause(node: Node, axis: Axis, before: Dim, after: Dim) -> str:
    change = f"({length_text(before)} → {length_text(after)})"
    name = name_of(node)
    if axis not in SPACE:
        return f"{name}'s {length_text(after)} filters changed the channels {change}"
    what = "the length" if axis is Axis.TIME else f"the {axis.value}"
    strides = node.attributes.get("strides")
    if isinstance(strides, list) and any(stride != 1 for stride in strides):
        stride = strides[0] if len(set(strides)) == 1 else " × ".join(map(str, strides))
        halved = stride == 2 and isinstance(before, int) and -(-before // 2) == after
        done = "halved" if halved else "shortened"
        return f"{name}'s stride {stride} {done} {what} {change}"
    if node.attributes.get("padding") == "valid":
        return f"{name} without padding shortened {what} {change}"
    return f"{name} changed {what} {change}"
