"""What one number of a layer sees of the input: its receptive field."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.analysis.axes import ALIGNED, Axes, Place
from app.analysis.paths import SPACE, input_words, is_outside
from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Node
from loaders.ir.text import grouped
from loaders.ir.why import Finding
from loaders.kinds import BAD_SETTINGS, Call
from loaders.kinds._arguments import counted, length_text
from loaders.kinds._calls import call_of
from loaders.kinds._inner import inner_kind
from loaders.kinds._kernels import plan_of
from loaders.kinds._sliding import input_of
from loaders.kinds._spatial import windows_of
from loaders.kinds._windows import Fill, Window, added
from loaders.kinds.pooling import pool_size
from loaders.kinds.wrappers import each_step

_MOST_PLACES = 5_000
_MOST_SEEN = 100_000
"""Elements along one axis; what sees more is not followed: a file may ask for any."""
_OWN_PLACE = frozenset(
    ALIGNED
    | {"activation", "adaptive_activation", "batch_normalization", "cast", "identity"}
    | {"elementwise_function", "elementwise_test", "layer_scale", "learned_activation"}
    | {"masking", "quantized_activation", "quantized_activation_layer", "quantizer"}
    | {"regularization", "transpose", "quantize", "dequantize", "squeeze", "unsqueeze"}
    | {"data_normalization"}
)
"""Kinds whose numbers see their own place alone along every axis that goes on."""


_STEPWISE = frozenset({"recurrent", "recurrent_onnx"})
"""Kinds that carry a state from step to step."""


@dataclass(frozen=True, slots=True)
class Span:
    """What the first number of an output sees along one axis.

    Attributes:
        stride: From what it sees to what its neighbour sees.
        seen: Places of the elements it sees; negative ones are padding.
        from_start: Whether it sees everything before the last of them, too, because a
            layer on the way carries a state from step to step.
    """

    stride: int = 1
    seen: frozenset[int] = frozenset((0,))
    from_start: bool = False

    @property
    def size(self) -> int:
        """How many elements lie between the first it sees and the last, inclusive."""
        return max(self.seen) - min(self.seen) + 1

    def before(self, window: Window, start: int) -> "Span":
        """Return what is seen one layer further back.

        Args:
            window: The layer's window.
            start: How many elements are added in front of its input.
        """
        starts = [place * window.stride - start for place in self.seen]
        offsets = range(0, window.reach, window.dilation)
        return Span(
            self.stride * window.stride,
            frozenset(first + offset for first in starts for offset in offsets),
            self.from_start,
        )

    def joined(self, other: "Span") -> "Span | None":
        """Return what two branches see together; ``None`` if they move apart."""
        if self.stride != other.stride:
            return None
        from_start = self.from_start or other.from_start
        return Span(self.stride, self.seen | other.seen, from_start)


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


def _back(axes: Axes, place: Place, span: Span) -> list[tuple[Place, Span]]:
    """Return what is seen of the inputs of the layer that makes a value."""
    maker = axes.index.maker(place.value)
    if maker is None or maker.bodies or not maker.inputs:
        [*_, before] = axes.back(place)[:2]
        return [(before, span)] if before != place else []
    if maker.kind in ALIGNED:
        return _all_inputs(axes, maker, place, span)
    found = axes.outputs(maker)
    at = maker.outputs.index(place.value)
    steps = found[at] if at < len(found) else None
    source = steps.axes[place.axis].source if steps is not None else None
    if source is None:
        return []
    before = Place(maker.inputs[0], source)
    if maker.kind in _OWN_PLACE:
        return [(before, span)]
    if maker.kind in _STEPWISE:
        forward = _reads_forward(maker)
        return [(before, replace(span, from_start=True))] if forward else []
    window = _window(axes, maker, source)
    if window is None or len(span.seen) * window[0].size > _MOST_SEEN:
        return []
    if span.from_start and _has_gaps(window[0]):
        return []
    return [(before, span.before(*window))]


def _has_gaps(window: Window) -> bool:
    """Whether some elements are seen from no place of a window."""
    return window.stride > (window.size if window.dilation == 1 else 1)


def _reads_forward(node: Node) -> bool:
    """Whether a recurrent layer reads from the first step to the last, just once."""
    attributes = node.attributes
    if node.kind == "recurrent_onnx":
        return bool(attributes.get("direction") == "forward")
    return not attributes.get("go_backwards")


def _all_inputs(
    axes: Axes, maker: Node, place: Place, span: Span
) -> list[tuple[Place, Span]]:
    """Return the same place of every input that has the axis."""
    out = axes.index.values[place.value]
    if _joins(axes, maker, place):
        return []
    found = []
    for id in filter(None, maker.inputs):
        value = axes.index.values.get(id)
        if value is None or value.shape is None or out.shape is None:
            return []
        at = place.axis - len(out.shape) + len(value.shape)
        if at >= 0 and (value.shape[at] != 1 or out.shape[place.axis] == 1):
            found.append((Place(id, at), span))
    return found


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


def _window(axes: Axes, node: Node, source: int) -> tuple[Window, int] | None:
    """Return a layer's window along one axis of its input, and what is in front."""
    windows = _WINDOWS.get(node.kind)
    if windows is None:
        return None
    try:
        call = call_of(axes.index.values, node, axes.outside)
        found = windows(call)
    except (*BAD_SETTINGS, ShapeError):
        return None
    window, shape = found.get(source), call.shape()
    if window is None or shape is None or source >= len(shape):
        return None
    length = shape[source]
    if window.fill is Fill.GIVEN:
        return window, window.before
    if window.fill is Fill.CAUSAL:
        return window, window.reach - 1
    if isinstance(length, int):
        return window, added(length, window)[0]
    return (window, (window.reach - 1) // 2) if window.stride == 1 else None


_ONE = Window(1)


def _sliding(call: Call) -> dict[int, Window]:
    plan = plan_of(call)
    if plan is None:
        return {}
    pairs = zip(plan.given.space, plan.windows, strict=True)
    return _others(call) | {at: window for at, window in pairs if window is not None}


def _pooling(call: Call) -> dict[int, Window]:
    size = pool_size(call)
    if size is None:
        return {}
    given = input_of(call, len(size), call.attributes["data_format"])
    windows = windows_of(call.attributes, size)
    return _others(call) | dict(zip(given.space, windows, strict=True))


def _around(sign: int) -> Callable[[Call], dict[int, Window]]:
    """Return the windows of a padding (1) or a cropping (−1)."""

    def windows(call: Call) -> dict[int, Window]:
        attributes = call.attributes
        given = input_of(call, attributes["rank"], attributes["data_format"])
        moved = {
            place: Window(1, before=sign * before)
            for place, (before, _) in zip(given.space, attributes["pairs"], strict=True)
        }
        return _others(call) | moved

    return windows


def _others(call: Call) -> dict[int, Window]:
    """Return one place each for all axes; those of the window replace theirs."""
    return dict.fromkeys(range(len(call.shape() or ())), _ONE)


def _dense(call: Call) -> dict[int, Window]:
    return _others(call)


def _per_step(call: Call) -> dict[int, Window]:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return {}
    given = each_step(call)
    windows = _WINDOWS.get(kind.id)
    own = _others(given) if kind.id in _OWN_PLACE else {}
    inside = windows(given) if windows is not None else own
    moved = {at + 1 if at else at: window for at, window in inside.items()}
    return moved | {1: _ONE}


def _layer_norm(call: Call) -> dict[int, Window]:
    """Only the axes that are not brought to one scale see their own place alone."""
    rank, attributes = len(call.shape() or ()), call.attributes
    if "from" in attributes:
        mixed = set(range(attributes["from"] % rank, rank))
    else:
        mixed = {axis % rank for axis in attributes["axis"]}
    return {at: _ONE for at in range(rank) if at not in mixed}


_WINDOWS: Mapping[str, Callable[[Call], dict[int, Window]]] = {
    "convolution": _sliding,
    "cropping": _around(-1),
    "dense": _dense,
    "depthwise_convolution": _sliding,
    "layer_normalization": _layer_norm,
    "locally_connected": _sliding,
    "padding": _around(1),
    "pooling": _pooling,
    "separable_convolution": _sliding,
    "time_distributed": _per_step,
}


# words


def sees_findings(axes: Axes, node: Node) -> list[Finding]:
    """Return what one position of a layer's first output sees of an input."""
    if not node.outputs or not node.inputs:
        return []
    value = axes.index.values.get(node.outputs[0])
    if value is None or value.shape is None:
        return []
    found = [
        (name, Place(value.id, at), span_of(axes, Place(value.id, at)))
        for at, name in enumerate(value.axes)
        if name in SPACE
    ]
    known = [(name, place, *span) for name, place, span in found if span is not None]
    moving = [one for one in known if one[3].size > 1 or one[3].from_start]
    sources = {source.value for _, _, source, _ in known}
    if len(known) < len(found) or not moving or len(sources) != 1:
        return []
    [source] = sources
    text = _sentence(axes, source, moving)
    return [Finding(label="sees", text=text)] if text else []


def _sentence(
    axes: Axes, source: str, spans: list[tuple[Axis, Place, Place, Span]]
) -> str:
    whose = input_words(axes, source)
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
    strides = [span.stride for *_, span in spans]
    places = [axes.length(place) for _, place, _, _ in spans]
    apart = ""
    if max(strides) > 1 and set(places) != {1}:
        further = " × ".join(map(grouped, strides))
        apart = f"; its neighbour sees what is {further} further on"
    return f"{each} sees {sees} of {whose}{apart}."


def _so_far(
    axes: Axes, whose: str, spans: list[tuple[Axis, Place, Place, Span]]
) -> str:
    """Return ``Step k sees steps 1 to k of the input; the first sees 1 of 96``."""
    if len(spans) > 1:
        return ""
    [(_, _, start, span)] = spans
    last = max(span.seen) + 1 - span.stride  # of step k: stride × k + last
    upto = "k" if span.stride == 1 else f"{span.stride} × k"
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
    if all(len(span.seen) == span.size for *_, span in spans):
        return found
    few = " × ".join(grouped(len(span.seen)) for *_, span in spans)
    noun = "steps" if [axis for axis, *_ in spans] == [Axis.TIME] else "positions"
    return f"{few} {noun} spread over {found}"


def _article(patch: str) -> str:
    first = patch.split(" ")[0]
    return "an" if first.startswith("8") or first in ("11", "18") else "a"
