"""What one number of a layer sees of the input: its receptive field."""

import heapq
from dataclasses import replace

from app.analysis.axes import ALIGNED, Axes, Place, is_used_up
from app.analysis.paths import SPACE, input_words, is_outside
from app.analysis.sight import OWN_PLACE, look_of
from app.analysis.spans import Look, Span
from loaders.ir.graph import Axis, Node
from loaders.ir.text import grouped
from loaders.ir.why import Finding
from loaders.kinds._arguments import counted, length_text

_MOST_PLACES = 5_000
_STEPWISE = frozenset({"bidirectional", "recurrent", "recurrent_onnx"})
"""Kinds that carry a state from step to step."""
_ATTENTION = frozenset(
    {"attention", "attention_microsoft", "attention_onnx", "multi_head_attention"}
)
_POOLED = frozenset({"global_pooling", "reduction"})
_MOST_CHAIN = 100
EVERYTHING = Span(everything=True)

Seen = list[tuple[Place, Span]]
"""What is seen of the inputs of a layer; empty if nobody can say."""


def span_of(axes: Axes, place: Place) -> tuple[Place, Span] | None:
    """Return the axis of an input that an axis sees, and how much of it.

    ``None`` where a layer on the way sees everything or is not known well enough.
    """
    spans: dict[Place, Span] = {place: Span()}
    waiting = [(-_turn(axes, place), 0, place)]
    reached: dict[Place, Span] = {}
    tie = 0
    while waiting and len(spans) < _MOST_PLACES:
        _, _, here = heapq.heappop(waiting)
        if is_outside(axes, here):
            reached[here] = spans[here]
            continue
        found = _back(axes, here, spans[here])
        if not found:
            return None
        for before, span in found:
            known = spans.get(before)
            both = span if known is None else span.joined(known)
            if both is None:
                return None
            spans[before] = both
            if known is None:
                tie += 1
                heapq.heappush(waiting, (-_turn(axes, before), tie, before))
    return next(iter(reached.items())) if len(reached) == 1 and not waiting else None


def _turn(axes: Axes, place: Place) -> int:
    """Return when a value is made."""
    maker = axes.index.maker(place.value)
    return -1 if maker is None else axes.order.get(maker.id, -1)


def _back(axes: Axes, place: Place, span: Span) -> Seen:
    """Return what is seen of the inputs of the layer that makes a value."""
    maker = axes.index.maker(place.value)
    if not all(span.look.offsets):
        return []  # some places see nothing
    if maker is None or maker.bodies or not maker.inputs:
        [*_, before] = axes.back(place)[:2]
        return [(before, span)] if before != place else []
    if maker.kind in ALIGNED:
        return _all_inputs(axes, maker, place, span)
    found = axes.outputs(maker)
    at = maker.outputs.index(place.value)
    steps = found[at] if at < len(found) else None
    source = steps.axes[place.axis].source if steps is not None else None
    if steps is None or source is None:
        return []
    before = Place(maker.inputs[0], source)
    if maker.kind in _ATTENTION:
        return _attended(axes, maker, before, span)
    if maker.kind in _STEPWISE and steps.axes[place.axis].axis is Axis.TIME:
        walked = _walked(maker, span)
        return [] if walked is None else [(before, walked)]
    look = look_of(axes, maker, source, axes.length(place))
    if look is None:
        return []
    if span.everything:
        whole = maker.kind in OWN_PLACE or _shows_all(axes, look, before, place)
        return [(before, span)] if whole else []
    if span.from_start and not look.covers_from_start():
        return []
    further = span.through(look)
    return [] if further is None else [(before, further)]


def _shows_all(axes: Axes, look: Look, before: Place, place: Place) -> bool:
    """Whether all places of an output together see all of the input's axis."""
    length, places = axes.length(before), axes.length(place)
    if isinstance(length, int) and isinstance(places, int):
        return look.covers(places, length)
    return look == Look() and length == places


def _walked(maker: Node, span: Span) -> Span | None:
    """Return what is seen through a state that is handed from step to step."""
    if _reads_both_ways(maker):
        return EVERYTHING
    if not _reads_forward(maker):
        return None
    return span if span.everything else replace(span, from_start=True)


def _reads_both_ways(node: Node) -> bool:
    """Whether each answer is made of one of either direction."""
    attributes = node.attributes
    if node.kind == "bidirectional":
        inside = [attributes["layer"]]
        if attributes.get("backward_layer") is not None:
            inside.append(attributes["backward_layer"])
        recurrent = all(layer["kind"] == "recurrent" for layer in inside)
        return recurrent and bool(attributes["merge_mode"])
    return attributes.get("direction") == "bidirectional"


def _reads_forward(node: Node) -> bool:
    """Whether a recurrent layer reads from the first step to the last, just once."""
    attributes = node.attributes
    if node.kind == "recurrent_onnx":
        return bool(attributes.get("direction") == "forward")
    return node.kind == "recurrent" and not attributes.get("go_backwards")


def _attended(axes: Axes, maker: Node, before: Place, span: Span) -> Seen:
    """Return the query's own place, and all of the keys and values.

    Nothing is said where a mask may hide some of the keys, or where queries lie along
    several axes.
    """
    query, *others = maker.inputs
    own, more = [id for id in others[:2] if id] or [query], others[2:]
    values = [axes.index.values[id] for id in (query, *own)]
    ranks = {len(value.shape or ()) for value in values}
    if ranks != {before.axis + 2} or maker.masks or any(more):
        return []
    if maker.op == "GroupQueryAttention" and maker.kind == "attention_microsoft":
        return []  # of earlier calls it sees what was kept
    if maker.attributes["causal"] and {*own} != {query}:
        return []
    if maker.attributes["causal"]:
        return [(before, span if span.everything else replace(span, from_start=True))]
    keys = [(Place(id, before.axis), EVERYTHING) for id in own]
    return [(before, span), *keys]


def _all_inputs(axes: Axes, maker: Node, place: Place, span: Span) -> Seen:
    """Return the same place of every input that has the axis.

    An input whose only element meets all places may have been made of all of them.
    """
    out = axes.index.values[place.value]
    if _joins(axes, maker, place):
        return []
    found: Seen = []
    for id in filter(None, maker.inputs):
        value = axes.index.values.get(id)
        if value is None or value.shape is None or out.shape is None:
            return []
        at = place.axis - len(out.shape) + len(value.shape)
        if at >= 0 and (value.shape[at] != 1 or out.shape[place.axis] == 1):
            found.append((Place(id, at), span))
        elif (pooled := _pooled(axes, id, axes.name(place))) is not None:
            found.append((pooled, EVERYTHING))
        elif _hangs_on_input(axes, id):
            return []
    return found


def _pooled(axes: Axes, id: str, name: Axis) -> Place | None:
    """Return the axis that a value is the mean of, or the largest number.

    It is followed through layers with one input alone.
    """
    for _ in range(_MOST_CHAIN):
        maker = axes.index.maker(id)
        if maker is None or maker.bodies or len(maker.inputs) != 1:
            return None
        before = axes.index.values[maker.inputs[0]]
        if maker.kind in _POOLED:
            if before.axes.count(name) != 1 or not axes.outputs(maker):
                return None
            at = before.axes.index(name)
            steps = axes.outputs(maker)[0]
            if steps is None:
                return None
            kept = [step for step in steps.axes if step.source == at]
            gone = not kept or is_used_up(maker, kept[0])
            return Place(before.id, at) if gone else None
        id = before.id
    return None


def _hangs_on_input(axes: Axes, id: str) -> bool:
    """Whether a value is made of an input of the model, as far as can be seen."""
    known, waiting = {id}, [id]
    while waiting and len(known) < _MOST_PLACES:
        here = waiting.pop()
        maker = axes.index.maker(here)
        if is_outside(axes, Place(here, 0)) or maker is None or maker.bodies:
            return True
        new = [one for one in maker.inputs if one and one not in known]
        known.update(new)
        waiting += new
    return bool(waiting)


def _joins(axes: Axes, maker: Node, place: Place) -> bool:
    """Whether a layer puts its inputs side by side along this axis, or multiplies."""
    mode = str(maker.attributes.get("mode", maker.op))
    if mode in ("Dot", "function"):
        return True
    joins = maker.kind == "concatenation" or mode == "Concatenate"
    axis = maker.attributes.get("axis", -1)
    value = axes.index.values[place.value]
    rank = len(value.axes)
    return joins and (not isinstance(axis, int) or axis % max(rank, 1) == place.axis)


# words


def sees_findings(axes: Axes, node: Node) -> list[Finding]:
    """Return what one position of a layer's first output sees of an input."""
    value = axes.index.first_output(node)
    if not node.inputs or value is None or value.shape is None:
        return []
    found = [
        (name, Place(value.id, at), span_of(axes, Place(value.id, at)))
        for at, name in enumerate(value.axes)
        if name in SPACE
    ]
    known = [
        (name, place, *span)
        for name, place, span in found
        if span is not None and all(span[1].look.offsets)
    ]
    moving = [one for one in known if _is_wide(one[3])]
    sources = {source.value for _, _, source, _ in known}
    if len(known) < len(found) or not moving or len(sources) != 1:
        return []
    [source] = sources
    text = _sentence(axes, source, moving)
    return [Finding(label="sees", text=text)] if text else []


def _is_wide(span: Span) -> bool:
    """Whether more is seen than one element."""
    return span.everything or span.from_start or span.size > 1


def _sentence(
    axes: Axes, source: str, spans: list[tuple[Axis, Place, Place, Span]]
) -> str:
    whose = input_words(axes, source)
    if any(span.everything for *_, span in spans):
        return _all_over(axes, whose, spans)
    if any(span.from_start for *_, span in spans):
        return _so_far(axes, whose, spans)
    each, sees = _subject(axes, spans), _patch(spans)
    there = [axes.length(start) for _, _, start, _ in spans]
    sizes = [span.size for *_, span in spans]
    if any(
        isinstance(n, int) and n < size for n, size in zip(there, sizes, strict=True)
    ):
        reach = " × ".join(map(grouped, sizes))
        whole = " × ".join(map(length_text, there))
        return f"{each} sees what lies within {reach} around it; {whose} has {whole}."
    places = [axes.length(place) for _, place, _, _ in spans]
    apart = "" if set(places) == {1} else _neighbour([span.look for *_, span in spans])
    return f"{each} sees {sees} of {whose}{apart}."


def _neighbour(looks: list[Look]) -> str:
    """Say how far apart lies what two places see, where it is not as they are."""
    if all(look.period == look.advance == 1 for look in looks):
        return ""
    further = " × ".join(grouped(look.advance) for look in looks)
    if all(look.period == 1 for look in looks):
        return f"; its neighbour sees what is {further} further on"
    periods = " × ".join(grouped(look.period) for look in looks)
    return f"; the one {periods} further on sees what is {further} further on"


def _all_over(
    axes: Axes, whose: str, spans: list[tuple[Axis, Place, Place, Span]]
) -> str:
    """Return ``Each of the 80 steps sees all 80 steps of the input``."""
    if not all(span.everything for *_, span in spans):
        return ""
    lengths = [axes.length(start) for _, _, start, _ in spans]
    noun = "steps" if [axis for axis, *_ in spans] == [Axis.TIME] else "positions"
    known = [grouped(n) for n in lengths if isinstance(n, int)]
    many = f"{' × '.join(known)} " if len(known) == len(lengths) else ""
    return f"{_subject(axes, spans)} sees all {many}{noun} of {whose}."


def _so_far(
    axes: Axes, whose: str, spans: list[tuple[Axis, Place, Place, Span]]
) -> str:
    """Return ``Step k sees steps 1 to k of the input; the first sees 1 of 96``."""
    if len(spans) > 1 or spans[0][3].look.period > 1:
        return ""
    [(_, _, start, span)] = spans
    stride = span.look.advance
    last = max(span.seen) + 1 - stride  # of step k: stride × k + last
    upto = "k" if stride == 1 else f"{stride} × k"
    if last:
        upto += f" + {last}" if last > 0 else f" − {-last}"
    first, there = max(span.seen) + 1, axes.length(start)
    text = f"Step k sees steps 1 to {upto} of {whose}"
    if isinstance(there, int) and 0 < first <= there:
        text += f"; the first sees {grouped(first)} of {counted(there, Axis.TIME)}"
    return f"{text}."


def _subject(axes: Axes, spans: list[tuple[Axis, Place, Place, Span]]) -> str:
    """Return ``Each of the 61 × 61 positions``."""
    lengths = [axes.length(place) for _, place, _, _ in spans]
    one = [axis for axis, *_ in spans] == [Axis.TIME]
    known = [grouped(n) for n in lengths if isinstance(n, int)]
    if len(known) < len(lengths):
        return "Each step" if one else "Each position"
    if known == ["1"]:
        return "The one step" if one else "The one position"
    return f"Each of the {' × '.join(known)} {'steps' if one else 'positions'}"


def _patch(spans: list[tuple[Axis, Place, Place, Span]]) -> str:
    """Return ``an 8 × 8 patch``, ``10 steps``; with how many of it if it has gaps."""
    sizes = [span.size for *_, span in spans]
    patch = " × ".join(map(grouped, sizes))
    found = f"{_article(patch)} {patch} patch"
    if len(spans) == 1:
        found = counted(sizes[0], spans[0][0])
    most = "at most " if any(len({*span.sizes}) > 1 for *_, span in spans) else ""
    counts = [[*map(len, span.look.offsets)] for *_, span in spans]
    if counts == [span.sizes for *_, span in spans]:
        return f"{most}{found}"
    most = "at most " if most or any(len({*each}) > 1 for each in counts) else ""
    few = " × ".join(grouped(max(each)) for each in counts)
    noun = "steps" if [axis for axis, *_ in spans] == [Axis.TIME] else "positions"
    return f"{most}{few} {noun} spread over {found}"


def _article(patch: str) -> str:
    first = patch.split(" ")[0]
    return "an" if first.startswith("8") or first in ("11", "18") else "a"
