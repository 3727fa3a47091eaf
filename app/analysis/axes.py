"""Following an axis through a model: where it comes from, how long, where it ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Graph, Node, Value
from loaders.ir.index import ModelIndex
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.kinds import BAD_SETTINGS
from loaders.kinds._calls import call_of, inputs_of, kind_of
from loaders.kinds._input_axes import BRANCHES

MOST_STEPS, MOST_STEPS_OF_LARGE, LARGE = 1_000, 200, 5_000
"""How many places of an axis are looked at before nothing is said about its end; fewer
in a model of more nodes than the last number: what is not near is not found there."""

ALIGNED = frozenset(
    {
        "merge",
        "elementwise_arithmetic",
        "elementwise_comparison",
        "elementwise_choice",
        "quantized_arithmetic",
        "scaled_residual",
        "concatenation",
    }
)
"""Kinds whose inputs all have the output's axes, the last ones aligned."""


def is_used_up(node: Node, step: AxisStep) -> bool:
    """Whether only a length of 1 is left of an axis of which one answer was made."""
    return node.kind in ("global_pooling", "reduction") and step.result == 1


@dataclass(frozen=True, slots=True)
class Place:
    """One axis of one value."""

    value: str
    axis: int


@dataclass(frozen=True, slots=True)
class End:
    """A layer whose output no longer has an axis of its input."""

    node: Node
    ended: EndedAxis | None


class Axes:
    """Follows axes through one model, from output to input and the other way.

    Rules run when they are asked for and are remembered, so keep it for one question.
    """

    def __init__(self, index: ModelIndex) -> None:
        self.index = index
        self._found: dict[str, tuple[OutputSteps | None, ...]] = {}
        large = len(index.nodes) > LARGE
        self._most = MOST_STEPS_OF_LARGE if large else MOST_STEPS

    @cached_property
    def outside(self) -> frozenset[str]:
        """Ids of the values that are inputs of the whole model."""
        return inputs_of(self.index.model)

    @cached_property
    def order(self) -> dict[str, int]:
        """When each node runs; those inside a container count as after it."""
        return {node.id: at for at, node in enumerate(self.index.model.nodes())}

    @cached_property
    def _owners(self) -> dict[str, Node]:
        return {
            body: node for node in self.index.nodes.values() for body in node.bodies
        }

    def value(self, place: Place) -> Value | None:
        """Return the value that a place lies in."""
        return self.index.values.get(place.value)

    def length(self, place: Place) -> Dim:
        """Return how long an axis is; ``None`` if unknown."""
        value = self.value(place)
        shape = value.shape if value is not None else None
        return shape[place.axis] if shape and place.axis < len(shape) else None

    def name(self, place: Place) -> Axis:
        """Return what an axis stands for."""
        value = self.value(place)
        if value is None or place.axis >= len(value.axes):
            return Axis.OTHER
        return value.axes[place.axis]

    def outputs(self, node: Node) -> tuple[OutputSteps | None, ...]:
        """Return what a node's rule says; nothing if it cannot work or is unknown."""
        if node.id not in self._found:
            self._found[node.id] = self._ruled(node)
        return self._found[node.id]

    def _ruled(self, node: Node) -> tuple[OutputSteps | None, ...]:
        kind = kind_of(node)
        if kind is None or node.bodies:
            return ()
        try:
            return tuple(kind.shape(call_of(self.index.values, node, self.outside)))
        except (*BAD_SETTINGS, ShapeError):
            return ()

    # back

    def back(self, place: Place) -> list[Place]:
        """Return an axis and what it was before, up to where it is made."""
        found = [place]
        while len(found) < self._most:
            before = self._before(found[-1])
            if before is None or before in found[-4:]:
                return found
            found.append(before)
        return found

    def first(self, place: Place) -> Place | None:
        """Return where an axis is made; ``None`` if that is too far away to look."""
        trail = self.back(place)
        return trail[-1] if len(trail) < self._most else None

    def _before(self, place: Place) -> Place | None:
        maker = self.index.maker(place.value)
        if maker is None:
            graph = self._takers.get(place.value)
            return None if graph is None else self._outer(graph, place)
        if maker.bodies:
            return self._into_body(maker, place)
        if not maker.inputs:
            graph = self.index.graph_of(maker.id)
            if graph is not None and graph.owner and place.value in graph.inputs:
                return self._outer(graph, place)
            return None
        found = self.outputs(maker)
        at = maker.outputs.index(place.value)
        steps = found[at] if at < len(found) else None
        if steps is None or place.axis >= len(steps.axes):
            return None
        source = steps.axes[place.axis].source
        if source is not None and maker.inputs[0]:
            return Place(maker.inputs[0], source)
        return None

    @cached_property
    def _takers(self) -> dict[str, Graph]:
        """The body that each value flows into from the node around it."""
        return {id: g for g in self._bodies for id in g.inputs}

    @cached_property
    def _givers(self) -> dict[str, Graph]:
        """The body that each value flows out of."""
        return {id: g for g in self._bodies for id in g.outputs}

    @cached_property
    def _bodies(self) -> list[Graph]:
        return [graph for graph in self.index.model.graphs.values() if graph.owner]

    def _outer(self, graph: Graph, place: Place) -> Place | None:
        """Return what flows into a body from the node around it."""
        owner = self.index.nodes.get(graph.owner)
        if owner is None or owner.op in BRANCHES:
            return None
        at = graph.inputs.index(place.value)
        if at >= len(owner.inputs) or not owner.inputs[at]:
            return None
        shift = 1 if owner.op == "TimeDistributed" and place.axis > 0 else 0
        return Place(owner.inputs[at], place.axis + shift)

    def _into_body(self, owner: Node, place: Place) -> Place | None:
        if owner.op in BRANCHES or len(owner.bodies) != 1:
            return None
        body = self.index.model.graphs[owner.bodies[0]]
        at = owner.outputs.index(place.value)
        if at >= len(body.outputs):
            return None
        if owner.op != "TimeDistributed" or place.axis == 0:
            return Place(body.outputs[at], place.axis)
        if place.axis == 1:
            return Place(owner.inputs[0], 1) if owner.inputs else None
        return Place(body.outputs[at], place.axis - 1)

    # forth

    def onward(self, place: Place) -> Iterator[Place | End]:
        """Return what becomes of an axis in each layer that takes it."""
        for user in self.index.users(place.value):
            found = [
                one
                for at, id in enumerate(user.inputs)
                if id == place.value
                for one in self._through(user, at, place)
            ]
            on = [one for one in found if isinstance(one, Place)]
            yield from on or found[:1]  # it ends where none of its inputs goes on
        graph = self._givers.get(place.value)
        owner = self._owners.get(graph.id) if graph is not None else None
        if graph is None or owner is None or owner.op in BRANCHES:
            return
        at = graph.outputs.index(place.value)
        if at < len(owner.outputs):
            shift = 1 if owner.op == "TimeDistributed" and place.axis > 0 else 0
            yield Place(owner.outputs[at], place.axis + shift)

    def reaches_output(self, place: Place) -> bool:
        """Whether a value is an output of the whole model."""
        return place.value in self.index.model.graph.outputs

    def _through(self, user: Node, at: int, place: Place) -> Iterator[Place | End]:
        if user.bodies:
            yield from self._entered(user, at, place)
            return
        found = self.outputs(user)
        before = 0
        for steps, id in zip(found, user.outputs, strict=False):
            if steps is None:
                continue
            for out in self.where(user, at, steps, place):
                if is_used_up(user, steps.axes[out]) and self.length(place) != 1:
                    continue
                before += 1
                yield Place(id, out)
        if not before and found:
            yield End(user, self._ending(found, place))

    def _ending(
        self, found: tuple[OutputSteps | None, ...], place: Place
    ) -> EndedAxis | None:
        name, length = self.name(place), self.length(place)
        ended = [gone for steps in found if steps is not None for gone in steps.ended]
        ended += [
            EndedAxis(axis=name, length=length, reason=step.meaning)
            for steps in found
            if steps is not None
            for step in steps.axes
            if step.source == place.axis and step.result != length
        ]
        return next(
            (e for e in ended if e.axis is name and e.length == length),
            next((e for e in ended if e.length == length), None),
        )

    def where(
        self, user: Node, at: int, steps: OutputSteps, place: Place
    ) -> Iterator[int]:
        """Return which axes of an output an axis of an input becomes."""
        value = self.value(place)
        rank = len(value.shape) if value and value.shape is not None else 0
        if at and user.kind in ALIGNED:
            out = place.axis + len(steps.axes) - rank
            if 0 <= out < len(steps.axes):
                yield out
        elif not at:
            yield from (
                out for out, step in enumerate(steps.axes) if step.source == place.axis
            )

    def _entered(self, user: Node, at: int, place: Place) -> Iterator[Place]:
        if user.op in BRANCHES or len(user.bodies) != 1:
            return
        body = self.index.model.graphs[user.bodies[0]]
        if at >= len(body.inputs):
            return
        per_step = user.op == "TimeDistributed"
        if per_step and place.axis == 1:
            yield from (Place(id, 1) for id in user.outputs)
            return
        shift = 1 if per_step and place.axis > 1 else 0
        yield Place(body.inputs[at], place.axis - shift)

    def forth(self, place: Place) -> tuple[list[Place], list[End], bool]:
        """Return all that an axis becomes, where it ends, and if an output has it.

        The places come in an order in which a layer follows what feeds it, as far as
        the search goes; the last is false if it stopped before the end.
        """
        seen = {place: None}
        ends: dict[str, End] = {}
        waiting = [place]
        while waiting and len(seen) < self._most:
            for found in self.onward(waiting.pop(0)):
                if isinstance(found, End):
                    ends.setdefault(found.node.id, found)
                elif found not in seen:
                    seen[found] = None
                    waiting.append(found)
        return list(seen), list(ends.values()), not waiting
