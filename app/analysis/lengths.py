"""How long an input must be at least, found by walking back through the layers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from app.analysis.axes import ALIGNED, Axes, End, Place
from app.analysis.paths import SPACE, is_outside, joined, name_of
from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Model, Node, Shape
from loaders.ir.index import ModelIndex
from loaders.ir.steps import OutputSteps
from loaders.ir.text import grouped, grouped_shape
from loaders.ir.why import Finding
from loaders.kinds import BAD_SETTINGS, Call
from loaders.kinds._arguments import length_text
from loaders.kinds._calls import call_of, kind_of
from loaders.kinds._what_if import with_input_lengths

MOST_NODES = 2_000
"""Larger models are not run again with other lengths."""
_MOST_LENGTH = 1 << 24
_MOST_NEEDS = 12
_FACTORS = (2, 4, 16, 64, 256, 1024)
_DIVIDED = frozenset({"flatten", "reshape"})
"""Kinds behind which an axis is a part of another one: any length seems to work."""


@dataclass(frozen=True, slots=True)
class Need:
    """How long an axis must be before a layer, so that all behind it works."""

    node: Node
    length: int


@dataclass(slots=True)
class Walk:
    """Walks back from where an axis of an input ends.

    Attributes:
        axes: Follows axes.
        start: An axis of an input of the model.
    """

    axes: Axes
    start: Place
    _needs: dict[Place, int] = field(default_factory=dict)
    _least: dict[tuple[str, int, int, int | None, int], int | None] = field(
        default_factory=dict
    )

    def shortest(self) -> int | None:
        """Return the shortest length that fits every window; ``None`` if unknown."""
        places, _, is_whole = self.axes.forth(self.start)
        if not is_whole:
            return None
        for _round in range(len(places) + 1):
            before = dict(self._needs)
            for place in reversed(places):
                need = self._need(place)
                if need is None:
                    return None
                self._needs[place] = need
            if before == self._needs:
                return self._needs[self.start]
        return None

    def _need(self, place: Place) -> int | None:
        found = [1]
        for node, at, out in _takers(self.axes, place):
            wanted = 1 if out is None else self._needs.get(out, 1)
            need = self._before(node, at, place, out, wanted)
            if need is None:
                return None
            found.append(need)
        return max(found)

    def _before(
        self, node: Node | None, at: int, place: Place, out: Place | None, wanted: int
    ) -> int | None:
        if node is None or node.kind in ALIGNED:
            return wanted
        if out is None and node.kind in _DIVIDED:
            return 1
        key = (node.id, at, place.axis, None if out is None else out.axis, wanted)
        if key not in self._least:
            axis = None if out is None else (node.outputs.index(out.value), out.axis)
            self._least[key] = _least_length(self.axes, node, at, place, axis, wanted)
        return self._least[key]

    def way(self) -> list[Need]:
        """Return what each layer needs, the last one first, the input's at the end.

        Layers that need as much as the one behind them are left out.
        """
        found: list[Need] = []
        place: Place | None = self.start
        seen: set[Place] = set()
        while place is not None and place not in seen:
            seen.add(place)
            place = self._deciding(place, found)
        found.reverse()
        kept: list[Need] = []
        for need in found:
            if need.length != (kept[-1].length if kept else 1):
                kept.append(need)
        return kept

    def _deciding(self, place: Place, found: list[Need]) -> Place | None:
        """Note which layer makes an axis as long as it must be; go on behind it."""
        for node, at, out in _takers(self.axes, place):
            wanted = 1 if out is None else self._needs.get(out, 1)
            need = self._before(node, at, place, out, wanted)
            if need == self._needs[place]:
                if node is not None:
                    found.append(Need(node, need))
                return out
        return None


def _takers(
    axes: Axes, place: Place
) -> Iterator[tuple[Node | None, int, Place | None]]:
    """Return each layer that takes an axis, at which input, and what it becomes.

    The layer is ``None`` where a value goes into or out of a nested model.
    """
    for found in axes.onward(place):
        if isinstance(found, End):
            yield found.node, found.node.inputs.index(place.value), None
            continue
        maker = axes.index.maker(found.value)
        direct = maker is not None and place.value in maker.inputs and not maker.bodies
        if maker is not None and direct:
            yield maker, maker.inputs.index(place.value), found
        else:
            yield None, 0, found


def _least_length(
    axes: Axes,
    node: Node,
    at: int,
    place: Place,
    out: tuple[int, int] | None,
    wanted: int,
) -> int | None:
    """Return the least length with which a layer gives what is wanted.

    The layer's own rule is asked, so this holds for every kind whose result does not
    get shorter as its input gets longer.
    """
    kind = kind_of(node)
    if kind is None:
        return None
    call = call_of(axes.index.values, node, axes.outside)

    def fits(length: int) -> bool:
        try:
            steps = kind.shape(_with_length(call, at, place.axis, length))
        except (*BAD_SETTINGS, ShapeError):
            return False
        return out is None or _gives(steps, out, wanted)

    high = max(wanted, 1)
    while not fits(high):
        high *= 2
        if high > _MOST_LENGTH:
            return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle
    return high


def _with_length(call: Call, at: int, axis: int, length: int) -> Call:
    inputs = list(call.inputs)
    value = inputs[at]
    assert value is not None
    assert value.shape is not None
    shape = list(value.shape)
    shape[axis] = length
    inputs[at] = replace(value, shape=tuple(shape))
    return Call(
        op=call.op,
        attributes=call.attributes,
        inputs=tuple(inputs),
        weights=call.weights,
        outputs=call.outputs,
    )


def _gives(
    steps: Sequence[OutputSteps | None], out: tuple[int, int], wanted: int
) -> bool:
    position, axis = out
    found = steps[position] if position < len(steps) else None
    length = found.shape[axis] if found is not None and axis < len(found.axes) else None
    return isinstance(length, int) and length >= wanted


# words


def shortest_inputs(axes: Axes, value: str) -> dict[int, Walk]:
    """Return a finished walk for each axis of space of an input, where one is known."""
    found = {}
    known = axes.index.values.get(value)
    for axis, name in enumerate(known.axes if known is not None else ()):
        walk = Walk(axes, Place(value, axis))
        if axis and name in (*SPACE, Axis.OTHER) and walk.shortest() is not None:
            found[axis] = walk
    return found


def shortest_findings(axes: Axes, value: str) -> list[Finding]:
    """Return how long an input must be at least, and why."""
    if len(axes.index.nodes) > MOST_NODES:
        return []
    roomy = _with_room(axes, value)
    if roomy is None:
        return []
    walks = shortest_inputs(roomy, value)
    known = axes.index.values.get(value)
    if not walks or known is None or known.shape is None:
        return []
    lengths = {axis: walk.shortest() or 1 for axis, walk in walks.items()}
    tried = _tried(axes.index.model, value, known.shape, lengths)
    if tried is None:
        return _fixed(axes, value, known.shape, lengths)
    found = []
    for axis, walk in walks.items():
        length = lengths[axis]
        way = way_text(walk)
        name = roomy.name(walk.start)
        label = f"axis {axis}" if name is Axis.OTHER else name.value
        start = f"The shortest that fits is {grouped(length)}."
        if length == 1 and not walk.way():
            start = "Any length fits, from 1 on."
        found.append(Finding(label=label, text=f"{start} {way}".strip()))
    found = joined(found)
    if found and (words := _longer(axes.index.model, value, known.shape, lengths)):
        found.append(Finding(label="longer ones", text=words))
    if found and (words := _result(tried, lengths)):
        found.append(Finding(label="the output then", text=words))
    return found


def _with_room(axes: Axes, value: str) -> Axes | None:
    """Return the model with an input so long that all fits; ``None`` if none is.

    In a model that cannot work nothing is known of the layers behind the one that
    breaks, so the walk starts from a longer input.
    """
    model = axes.index.model
    if not any(node.problem for node in model.nodes()):
        return axes
    known = axes.index.values.get(value)
    if known is None or known.shape is None:
        return None
    for factor in _FACTORS:
        shape = tuple(
            length * factor
            if at and name in SPACE and isinstance(length, int)
            else length
            for at, (name, length) in enumerate(zip(known.axes, known.shape))
        )
        changed = with_input_lengths(model, {value: shape})
        if not any(node.problem for node in changed.nodes()):
            return Axes(ModelIndex(changed))
    return None


def way_text(walk: Walk) -> str:
    """Return ``Walking back: p2 needs 4, c2 needs 6, the input needs 26``."""
    way = walk.way()
    if not way:
        return "No layer needs more than one."
    words = [f"{name_of(need.node)} needs {grouped(need.length)}" for need in way]
    words[-1] = f"the input needs {grouped(way[-1].length)}"
    if len(words) > _MOST_NEEDS:
        words = [*words[: _MOST_NEEDS - 2], "…", words[-1]]
    return f"Walking back: {', '.join(words)}."


def _tried(
    model: Model, value: str, shape: Shape, lengths: Mapping[int, int]
) -> Model | None:
    """Return the model with other lengths; ``None`` if it cannot work with them."""
    wanted = tuple(lengths.get(axis, length) for axis, length in enumerate(shape))
    changed = with_input_lengths(model, {value: wanted})
    return None if any(node.problem for node in changed.nodes()) else changed


def _longer(model: Model, value: str, shape: Shape, lengths: Mapping[int, int]) -> str:
    """Say so if not every longer input fits: halves that are doubled again do not."""
    more = {axis: length + 1 for axis, length in lengths.items()}
    wanted = tuple(more.get(axis, length) for axis, length in enumerate(shape))
    changed = with_input_lengths(model, {value: wanted})
    broken = next((node for node in changed.nodes() if node.problem), None)
    if broken is None:
        return ""
    size = " × ".join(map(grouped, more.values()))
    return f"Not all fit: with {size} {name_of(broken)} could not work."


def _result(changed: Model, lengths: Mapping[int, int]) -> str:
    """Return ``with 26 the output is None × 1 × 32``."""
    values = changed.graph.values
    shapes = [values[id].shape for id in changed.graph.outputs if id in values]
    if not shapes or None in shapes:
        return ""
    with_ = " × ".join(map(grouped, lengths.values()))
    verb = "the output is" if len(shapes) == 1 else "the outputs are"
    return f"With {with_} {verb} {' and '.join(map(grouped_shape, shapes[:4]))}."


def _fixed(
    axes: Axes, value: str, shape: Shape, lengths: Mapping[int, int]
) -> list[Finding]:
    """Say which layer asks for the length that the input has."""
    own: dict[int, Dim] = {axis: shape[axis] for axis in lengths}
    if None in own.values() or any(n.problem for n in axes.index.model.nodes()):
        return []
    for factor, more in ((1, 1), (2, 0)):
        other = {at: n * factor + more for at, n in own.items() if isinstance(n, int)}
        wanted = tuple(other.get(axis, length) for axis, length in enumerate(shape))
        changed = with_input_lengths(axes.index.model, {value: wanted})
        broken = next((node for node in changed.nodes() if node.problem), None)
        if broken is not None:
            break
    else:
        return []
    names = [axes.name(Place(value, axis)) for axis in lengths]
    label = " and ".join(n.value for n in names if n is not Axis.OTHER) or "length"
    reason = broken.problem.partition(". ")[0].rstrip(".")
    size, tried = (
        " × ".join(map(length_text, lengths.values())) for lengths in (own, other)
    )
    return [
        Finding(
            label=label,
            text=f"This model is made for {size}. With {tried} "
            f"{name_of(broken)} would not fit: {reason}.",
        )
    ]


def problem_findings(axes: Axes, node: Node) -> list[Finding]:
    """Return what an input must have for a layer to work that is now too short."""
    if not node.inputs or len(axes.index.nodes) > MOST_NODES:
        return []
    value = axes.index.values.get(node.inputs[0])
    if value is None or value.shape is None:
        return []
    found: list[Finding] = []
    seen = set()
    for axis in range(1, len(value.shape)):
        first = axes.back(Place(value.id, axis))[-1]
        if is_outside(axes, first) and first.value not in seen:
            seen.add(first.value)
            found += shortest_findings(axes, first.value)
    return found
