"""Where the axes of a layer come from and end, and how their lengths changed."""

from collections.abc import Sequence

from app.analysis.axes import Axes, End, Place, is_used_up
from loaders.ir.graph import Axis, Dim, Node, Value
from loaders.ir.text import listed, shown
from loaders.ir.why import AxisPath, Finding
from loaders.kinds._arguments import counted, length_text

SPACE = (Axis.TIME, Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)
_MOST_NAMES, _MOST_LETTERS, _MOST_LINKS = 3, 44, 10
ANSWERING = frozenset(
    {"global_pooling", "reduction", "recurrent", "bidirectional", "recurrent_run"}
)
"""Kinds that make one answer of all the steps they see."""
READING = frozenset({"Shape", "Size"})
"""Operations that look at lengths only: nothing ends there."""


def name_of(node: Node) -> str:
    """Return what a layer is called in a sentence: the end of a path, or both ends."""
    name = shown(node.title, 1000)
    if len(name) <= _MOST_LETTERS:
        return name
    end = "/".join(name.split("/")[-2:])
    if len(end) <= _MOST_LETTERS and "/" in end:
        return f"…/{end}"
    half = _MOST_LETTERS // 2
    return f"{name[:half]}…{name[-half:]}"


def paths_of(axes: Axes, node: Node) -> tuple[tuple[AxisPath, ...], ...]:
    """Return for each output and axis of a layer where it comes from and ends."""
    found = []
    for output in node.outputs[:4]:
        value = axes.index.values.get(output)
        rank = len(value.axes) if value is not None else 0
        found.append(tuple(_path(axes, Place(output, axis)) for axis in range(rank)))
    return tuple(found)


def value_paths(axes: Axes, value: Value) -> tuple[AxisPath, ...]:
    """Return for each axis of an input where it ends."""
    places = [Place(value.id, axis) for axis in range(len(value.axes))]
    return tuple(
        AxisPath(end=_end(axes, place) if place.axis else "") for place in places
    )


def _path(axes: Axes, place: Place) -> AxisPath:
    if axes.name(place) is Axis.BATCH:
        return AxisPath()
    return AxisPath(origin=_origin(axes, place), end=_end(axes, place))


def _origin(axes: Axes, place: Place) -> str:
    first = axes.first(place)
    if first is None or first == place:
        return ""
    maker, length = axes.index.maker(first.value), axes.length(first)
    many = "" if length is None else f" ({length_text(length)})"
    if is_outside(axes, first):
        return f"from {place_words(axes, first)}{many}"
    # side by side with others, it is no longer what one layer made
    whole = axes.name(place) in SPACE or length == axes.length(place)
    return f"made by {name_of(maker)}{many}" if maker and whole else ""


def is_outside(axes: Axes, place: Place) -> bool:
    """Whether a value is an input of the whole model."""
    maker = axes.index.maker(place.value)
    if maker is None:
        return place.value in axes.index.model.graph.inputs
    place_of = axes.index.graph_of(maker.id)
    return not maker.inputs and place_of is not None and not place_of.owner


def input_words(axes: Axes, value: str) -> str:
    """Return ``the input``, or its name where a model has several."""
    if len(axes.outside) == 1:
        return "the input"
    maker, known = axes.index.maker(value), axes.index.values.get(value)
    if maker is not None:
        return name_of(maker)
    return shown((known.name if known else "") or value, 60)


def place_words(axes: Axes, place: Place) -> str:
    """Return ``the input's time``, ``axis 1 of the input``."""
    whose, axis = input_words(axes, place.value), axes.name(place)
    if axis is Axis.OTHER:
        return f"axis {place.axis} of {whose}"
    return f"{whose}'s {axis.value}"


def _end(axes: Axes, place: Place) -> str:
    places, ends, is_whole = axes.forth(place)
    if not is_whole:
        return ""
    ends = [end for end in ends if end.node.op not in READING]
    words = [_end_words(axes, place, end) for end in ends[:_MOST_NAMES]]
    words[:1] = [f"ends {word}" for word in words[:1]]
    if any(map(axes.reaches_output, places)):
        if not words:
            return "reaches the output" if len(places) > 1 else ""
        words.append("reaches the output")
    if len(ends) > _MOST_NAMES:
        words.append(f"{len(ends) - _MOST_NAMES} more")
    return "; ".join(words)


def _end_words(axes: Axes, place: Place, end: End) -> str:
    node = end.node
    text, op = f"in {name_of(node)}", shown(node.op, 40)
    text = text if text.endswith(f"/{op}") else f"{text} ({op})"
    if (answer := answers(axes, place, node)) and axes.name(place) in SPACE:
        return f"{text}: {answer}"
    if axes.name(place) not in SPACE or end.ended is None:
        return text
    reason = end.ended.reason.partition(",")[0]
    return text if ": " in reason or len(reason) > 90 else f"{text}: {reason}"


def answers(axes: Axes, place: Place, node: Node) -> str:
    """Return ``one answer per 511 steps`` where a layer makes one of all steps."""
    if node.kind not in ANSWERING:
        return ""
    first = axes.first(place)
    if first is None:
        return ""
    axis = axes.name(first)
    axis = axes.name(place) if axis is Axis.OTHER else axis
    if (
        sum(_is_wide(axes, Place(place.value, at)) for at in range(_rank(axes, place)))
        > 1
    ):
        return ""  # one answer of height and width together
    length = axes.length(first)
    many = counted(length, axis) if isinstance(length, int) else "sequence"
    if not isinstance(length, int) and axis is not Axis.TIME:
        return ""
    changed = isinstance(length, int) and length != axes.length(place)
    if changed and not is_outside(axes, first):
        return ""  # of steps that stand in neither the input nor this layer
    return f"one answer per {many}{' of the input' if changed else ''}"


def _rank(axes: Axes, place: Place) -> int:
    value = axes.value(place)
    return len(value.axes) if value is not None else 0


def _is_wide(axes: Axes, place: Place) -> bool:
    """Whether an axis of space has more than one element."""
    return axes.name(place) in SPACE and axes.length(place) != 1


# how the length changed


def length_findings(axes: Axes, node: Node) -> list[Finding]:
    """Return how long each axis of space was on the way to a layer.

    Axes that end in the layer count, too: a global pooling tells what came before.
    """
    places = ended_places(axes, node)
    ended = len(places)
    if node.outputs:
        value = axes.index.values.get(node.outputs[0])
        ranks = range(len(value.axes) if value is not None else 0)
        left = [Place(node.outputs[0], axis) for axis in ranks]
        pooled = node.kind in ("global_pooling", "reduction")
        places += [p for p in left if not (pooled and axes.length(p) == 1)]
    found = []
    for at, place in enumerate(places):
        axis = axes.name(place)
        if axis not in SPACE:
            continue
        if at < ended and (answer := answers(axes, place, node)):
            seen = counted(axes.length(place), axis)
            text = f"{shown(node.op, 40)} ends the {axis.value} axis: {answer}"
            more = f"; here they have become {seen}" if _changes(axes, place) else ""
            found.append(Finding(label=axis.value, text=f"{text}{more}."))
        found += _chain(axes, place)
    return joined(found)


def joined(findings: Sequence[Finding]) -> list[Finding]:
    """Return what is said of height and width alike once."""
    labels: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        labels.setdefault((finding.text, finding.numbers), []).append(finding.label)
    return [
        Finding(label=listed(names), text=text, numbers=numbers)
        for (text, numbers), names in labels.items()
    ]


def _changes(axes: Axes, place: Place) -> bool:
    first = axes.first(place)
    return first is not None and axes.length(first) != axes.length(place)


def is_outside_node(axes: Axes, node: Node) -> bool:
    """Whether a layer is an input of the whole model."""
    return (
        node.kind == "input"
        and bool(node.outputs)
        and is_outside(axes, Place(node.outputs[0], 0))
    )


def ended_places(axes: Axes, node: Node) -> list[Place]:
    """Return the axes of the first input that no output has."""
    if not node.inputs or not node.inputs[0]:
        return []
    value = axes.index.values.get(node.inputs[0])
    found = axes.outputs(node)
    if value is None or not found or None in found:
        return []
    kept = {
        step.source
        for steps in found
        if steps is not None
        for step in steps.axes
        if not is_used_up(node, step)
    }
    return [
        Place(node.inputs[0], axis)
        for axis in range(len(value.axes))
        if axis not in kept
    ]


def _chain(axes: Axes, place: Place) -> list[Finding]:
    """Return ``511 → 502 → 493`` and the layers that did it; nothing if none did."""
    links = list(changes(axes, place))
    if len(links) < 3:
        return []
    if len(links) > _MOST_LINKS:
        links = [*links[:2], ("…", "…"), *links[3 - _MOST_LINKS :]]
    (_, first), *others = links
    return [
        Finding(
            label=axes.name(place).value,
            numbers=" → ".join(length_text(length) for length, _ in links),
            text=f"{first}, then after {', '.join(name for _, name in others)}",
        )
    ]


def changes(axes: Axes, place: Place) -> Sequence[tuple[Dim, str]]:
    """Return each length of an axis on its way here and what gave it that length."""
    found: list[tuple[Dim, str]] = []
    for before in reversed(axes.back(place)):
        length = axes.length(before)
        if found and found[-1][0] == length:
            continue
        maker = axes.index.maker(before.value)
        outside = not found and is_outside(axes, before)
        name = name_of(maker) if maker is not None and not outside else "input"
        found.append((length, name))
    return found
