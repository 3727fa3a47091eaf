"""What branches that meet in one layer have in common."""

from collections.abc import Sequence

from app.analysis.axes import Axes
from app.analysis.paths import name_of
from loaders.ir.graph import Node, Shape, Value
from loaders.ir.index import ModelIndex
from loaders.ir.text import grouped_shape, shown
from loaders.ir.why import Finding
from loaders.kinds._arguments import AXIS_WORDS, counted, length_text

MOST_BEFORE = 20_000
"""How many layers are looked at in search of what branches share."""
MEETING = frozenset(
    {"merge", "concatenation", "elementwise_arithmetic", "quantized_arithmetic"}
)
"""Kinds in which branches meet."""


def branch_findings(axes: Axes, node: Node) -> list[Finding]:
    """Return how many branches meet in a layer and what they all read."""
    values = [axes.index.values.get(id) for id in node.inputs if id]
    known = [value for value in values if value is not None]
    if not _is_meeting(node, known) or len(known) < len(values):
        return []
    makers = [axes.index.maker(value.id) for value in known]
    if any(maker is None for maker in makers):
        return []
    shapes = [value.shape for value in known]
    text = f"{len(known)} branches"
    if len(set(shapes)) == 1:
        text += f", each {grouped_shape(shapes[0])}"
    else:
        text += f": {', '.join(map(grouped_shape, shapes[:6]))}"
        text += ", …" if len(shapes) > 6 else ""
    out = axes.index.first_output(node)
    if out is not None and out.shape is not None:
        how = "concatenated" if _joins(node) else "joined"
        text += f", {how} to {grouped_shape(out.shape)}"
    shared = _shared(axes.index, known)
    return [Finding(label="branches", text=f"{text}.{shared}")]


def _is_meeting(node: Node, values: Sequence[Value]) -> bool:
    """Whether branches meet here: arithmetic is mostly no more than arithmetic."""
    if len({value.id for value in values}) < 2 or node.kind not in MEETING:
        return False
    shapes = {value.shape for value in values}
    return node.kind != "elementwise_arithmetic" or (
        node.op == "Add" and len(shapes) == 1
    )


def _joins(node: Node) -> bool:
    mode = str(node.attributes.get("mode", node.op))
    return node.kind == "concatenation" or mode == "Concatenate"


def _shared(index: ModelIndex, values: Sequence[Value]) -> str:
    """Return a sentence about the last value from which all branches come."""
    common = common_source(index, values)
    if common is None:
        return ""
    maker = index.maker(common.id)
    name = name_of(maker) if maker else shown(common.name or common.id, 60)
    return f" Every branch reads the same {_sample_words(common)} ({name})."


def _sample_words(value: Value) -> str:
    """Return ``12 features``, ``128 × 128 × 3`` for one sample of a value."""
    rest: Shape = (value.shape or ())[1:]
    axes = value.axes[1:]
    if len(rest) == 1 and axes[0] in AXIS_WORDS:
        return counted(rest[0], axes[0])
    return " × ".join(map(length_text, rest)) or "value"


def common_source(index: ModelIndex, values: Sequence[Value]) -> Value | None:
    """Return the last value that all of these are made of; ``None`` if there is none.

    Values of one graph only: a nested model counts as one layer.
    """
    sets = [_before(index, value) for value in values]
    if any(found is None for found in sets):
        return None
    shared = set.intersection(*[set(found) for found in sets if found is not None])
    if not shared:
        return None
    graph = index.graph_of(next(iter(shared)))
    if graph is None:
        return None
    last = next(id for id in reversed(graph.nodes) if id in shared)
    return index.first_output(index.nodes[last])


def _before(index: ModelIndex, value: Value) -> dict[str, None] | None:
    """Return the layers that a value is made of; ``None`` if there are too many."""
    found: dict[str, None] = {}
    waiting = [value.id]
    while waiting:
        maker = index.maker(waiting.pop())
        if maker is None or maker.id in found:
            continue
        found[maker.id] = None
        waiting += filter(None, maker.inputs)
        if len(found) > MOST_BEFORE:
            return None
    return found
