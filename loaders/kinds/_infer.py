"""Running the rules over a model: shapes, axis names, expected weights, costs.

Formats build a model from what the file says; ``infer`` fills in what follows from it.
A rule's result is shown exactly as its steps give it, so picture and reason agree.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from loaders.ir.builder import unknown_axes
from loaders.ir.errors import ShapeError
from loaders.ir.graph import (
    Axis,
    Category,
    Dim,
    Graph,
    Model,
    Node,
    Note,
    Parameter,
    Severity,
    Shape,
    Value,
)
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.ir.tensors import absent_tensor
from loaders.ir.text import grouped, shape_text, shown
from loaders.kinds import BAD_SETTINGS, COMPUTED, Call, LayerKind
from loaders.kinds._calls import call_of, call_with, inputs_of, kind_of
from loaders.kinds._input_axes import BRANCHES, InputAxes
from loaders.kinds._memory import Key, Told, key_of
from loaders.limits import LIMITS

UNKNOWN_LENGTH = -1
"""A length in the shape of an expected weight that the input leaves open. Only absent
tensors have it; such a weight counts as 0 until the file's own tensor replaces it."""

WEIGHING = frozenset(
    {Category.CONVOLUTION, Category.NORMALIZATION, Category.DENSE}
    | {Category.RECURRENT, Category.ATTENTION}
)
SCALING = frozenset({"Rescaling", "CenterCrop", "Normalization"})
"""Layers without weights to speak of that turn integers into that type all the same."""


def infer(model: Model, frozen: frozenset[str] = frozenset()) -> Model:
    """Return the model with everything filled in that its rules can tell.

    Values get shapes, axes and dtypes; nodes without weights get the ones that their
    rule expects, with absent tensors, in the framework's creation order; nodes get
    multiply-adds, or the problem that keeps their shapes from working.

    Args:
        model: As the file describes it.
        frozen: Ids of nodes whose weights training does not change.
    """
    return _Inference(model, frozen).run()


class _Inference:
    """One pass over one model; the model itself is never changed."""

    def __init__(self, model: Model, frozen: frozenset[str]) -> None:
        self._model, self._frozen = model, frozen
        self._values = model.values()
        self._nodes: dict[str, dict[str, Node]] = {}
        self._notes: list[Note] = []
        self._axes = InputAxes(model).named()
        self._outside = inputs_of(model)
        self._bound: set[str] = set()
        self._known: dict[Key, Told] = {}

    def run(self) -> Model:
        self._visit(self._model.graph)
        graphs = {}
        for id, graph in self._model.graphs.items():
            if id not in self._nodes:  # a body that no node reached
                self._visit(graph)
            values = {value: self._values[value] for value in graph.values}
            graphs[id] = replace(graph, nodes=self._nodes[id], values=values)
        notes = (*self._model.notes, *self._notes)
        return replace(self._model, graphs=graphs, notes=notes)

    def _visit(self, graph: Graph) -> None:
        # Bodies nest no deeper than the formats' limits, so recursion is safe here.
        done = self._nodes.setdefault(graph.id, {})
        for value in graph.inputs:
            self._name_axes(value)
        for node in graph.nodes.values():
            done[node.id] = self._node(node)

    def _node(self, node: Node) -> Node:
        if node.bodies:
            self._enter(node)
        kind = kind_of(node)
        if kind is None:
            return node
        if not node.bodies and node.outputs and node.outputs[0] in self._bound:
            # An input of a body: its shape comes with the call, and costs nothing.
            return replace(node, category=kind.category, multiply_adds=0)
        call = call_of(self._values, node, self._outside)
        told = self._told(node, kind, call)
        self._give(node, told.outputs)
        return replace(
            node,
            category=kind.category,
            parameters=self._weights(node, told.weights),
            multiply_adds=told.multiply_adds,
            problem=node.problem or told.problem,
        )

    def _told(self, node: Node, kind: LayerKind, call: Call) -> Told:
        """Return what the rules say of a call, or said of one like it."""
        if node.bodies:
            return Told((), None, None)
        key = key_of(kind, call)
        known = self._known.get(key) if key is not None else None
        if known is not None:
            return known
        notes = len(self._notes)
        problem, outputs = self._shapes(node, kind, call)
        expected = self._expected_weights(node, kind, call, has_problem=bool(problem))
        cost = None
        if outputs and None not in outputs:
            steps = [one for one in outputs if one is not None]
            completed = call_with(call, self._weights(node, expected))
            cost = self._cost(kind, completed, steps)
        told = Told(outputs, expected, cost, problem)
        if key is not None and not problem and len(self._notes) == notes:
            self._known[key] = told
        return told

    # nested graphs

    def _enter(self, node: Node) -> None:
        """Give a body what flows into its container, and the container its results."""
        bodies = [self._model.graphs[body] for body in node.bodies]
        if node.op in BRANCHES or len(bodies) != 1:
            for body in bodies:
                self._visit(body)
            if node.op == "If":
                self._join_branches(node, bodies)
            return
        [body] = bodies
        per_step = node.op == "TimeDistributed"
        time: tuple[Dim, Axis] | None = None
        for outer, inner in zip(node.inputs, body.inputs, strict=False):
            given = self._values.get(outer)
            if given is None or given.shape is None:
                continue
            if per_step and len(given.shape) > 1:
                time = (given.shape[1], Axis.TIME)
                given = _without_time(given)
            self._bind(inner, given)
        self._visit(body)
        for outer, inner in zip(node.outputs, body.outputs, strict=False):
            result = self._values.get(inner)
            if result is None or result.shape is None:
                continue
            shape, axes = result.shape, result.axes
            if per_step and shape:
                length, axis = time or (None, Axis.TIME)
                shape = (shape[0], length, *shape[1:])
                axes = (axes[0], axis, *axes[1:])
            self._values[outer] = replace(
                self._values[outer], shape=shape, axes=axes, dtype=result.dtype
            )

    def _join_branches(self, node: Node, bodies: Sequence[Graph]) -> None:
        """Give the results of a choice what all its branches agree on."""
        for at, outer in enumerate(node.outputs):
            declared = self._values.get(outer)
            results = [
                self._values.get(body.outputs[at])
                for body in bodies
                if at < len(body.outputs)
            ]
            if declared is None or declared.shape is not None or not results:
                continue
            shapes = [result.shape if result else None for result in results]
            first = shapes[0]
            if first is None or any(s is None or len(s) != len(first) for s in shapes):
                continue
            shape = tuple(
                lengths[0] if len(set(lengths)) == 1 else None
                for lengths in zip(*(s for s in shapes if s is not None), strict=True)
            )
            dtype = declared.dtype or (results[0].dtype if results[0] else "")
            axes = unknown_axes(len(shape))
            changed = replace(declared, shape=shape, axes=axes, dtype=dtype)
            self._values[outer] = changed

    def _bind(self, inner: str, given: Value) -> None:
        declared = self._values.get(inner)
        if declared is None:
            return
        named = self._axes.get(inner, ())
        axes = given.axes
        if len(named) == len(axes) and all(axis is Axis.OTHER for axis in axes[1:]):
            axes = named
        self._values[inner] = replace(
            declared, shape=given.shape, axes=axes, dtype=given.dtype or declared.dtype
        )
        self._bound.add(inner)

    # one node

    def _shapes(
        self, node: Node, kind: LayerKind, call: Call
    ) -> tuple[str, list[OutputSteps | None]]:
        """Return the problem, if any, and the steps of each output."""
        try:
            outputs = list(kind.shape(call))
        except ShapeError as error:
            return str(error), []
        except BAD_SETTINGS as error:
            self._note(node, f"its shape is unknown: {_reason(error)}")
            return "", []
        for steps in outputs:
            lengths = [] if steps is None else steps.shape
            if any(isinstance(length, int) and length < 0 for length in lengths):
                shape = shape_text(steps.shape if steps else None)
                return f"The output would have a negative length: {shape}.", []
            if longest := _too_long(lengths):
                return f"The output would be {grouped(longest)} long: {_NO_SENSE}.", []
        return "", outputs

    def _give(self, node: Node, outputs: Sequence[OutputSteps | None]) -> None:
        """Write what the rule found into the output values."""
        for id, steps in zip(node.outputs, outputs, strict=False):
            declared = self._values.get(id)
            if declared is None or steps is None:
                continue
            # What the file says, or ONNX's own inference, goes before the rule.
            dtype = declared.dtype or steps.dtype or self._computed(node)
            shape, axes = self._agree(node, declared, steps)
            self._values[id] = replace(declared, shape=shape, axes=axes, dtype=dtype)
            if not node.inputs:
                self._name_axes(id)

    def _computed(self, node: Node) -> str:
        """Return the type that a layer gives where neither file nor rule says one.

        Keras turns what flows into a layer into the type that it computes in, but
        leaves integers, truth values and text alone; weights are of that type too.
        """
        given = [self._values[id].dtype for id in node.inputs if id in self._values]
        computed = node.attributes.get(COMPUTED)
        if isinstance(computed, str) and (
            node.category in WEIGHING
            or node.op in SCALING
            or any(dtype.startswith(("float", "bfloat")) for dtype in given)
        ):
            return computed
        return given[0] if given else ""

    def _agree(
        self, node: Node, declared: Value, steps: OutputSteps
    ) -> tuple[Shape, tuple[Axis, ...]]:
        """Return one shape from what the file declares and what the rule finds.

        ONNX declarations come from ONNX's own inference: they win and the rule fills
        gaps. For Keras the rule wins, it is what the framework would compute.
        """
        ours, theirs = steps.shape, declared.shape
        if theirs is None:
            return ours, steps.names
        first, second = (theirs, ours) if _is_onnx(node) else (ours, theirs)
        if len(ours) != len(theirs) or any(map(_contradict, ours, theirs)):
            self._note(
                node,
                f"its output is declared as {shape_text(theirs)}, "
                f"its rule gives {shape_text(ours)}",
            )
            axes = declared.axes if first is theirs else steps.names
            return first, axes
        return tuple(map(_better, first, second)), steps.names

    def _expected_weights(
        self, node: Node, kind: LayerKind, call: Call, *, has_problem: bool
    ) -> Sequence[WeightSteps] | None:
        """Return the weights that a layer must have; ``None`` if they make no sense."""
        try:
            expected = kind.weights(call)
        except ShapeError:
            return None  # the shape rule has said why
        except BAD_SETTINGS as error:
            reason = _reason(error)
            if not self._complained(node, reason):
                self._note(node, f"its weights are unknown: {reason}")
            return None
        for steps in expected:
            if longest := _too_long(steps.shape):
                if not has_problem:  # it says so, then
                    what = f"would have {grouped(longest)} numbers along an axis"
                    self._note(node, f"its {steps.role} {what}: {_NO_SENSE}")
                return None
        return expected

    def _weights(
        self, node: Node, expected: Sequence[WeightSteps] | None
    ) -> tuple[Parameter, ...]:
        """Return the node's weights: the file's with axes named, or the expected."""
        if expected is None:
            return node.parameters
        if not node.parameters and not _is_onnx(node):
            owner = node.shared_with or node.id
            trainable = node.id not in self._frozen
            return tuple(_expected(owner, steps, trainable) for steps in expected)
        known = {steps.role: steps for steps in expected}
        return tuple(
            _completed(parameter, known.get(parameter.role), is_onnx=_is_onnx(node))
            for parameter in node.parameters
        )

    def _cost(
        self, kind: LayerKind, call: Call, outputs: Sequence[OutputSteps]
    ) -> int | None:
        try:
            cost = kind.multiply_adds(call, outputs)
        except (*BAD_SETTINGS, ShapeError):
            return None  # the shape and weight rules have said what is wrong
        return cost if cost is not None and cost < LIMITS.elements else None

    def _name_axes(self, id: str) -> None:
        value, named = self._values.get(id), self._axes.get(id)
        if value is None or named is None or value.shape is None:
            return
        if len(named) == len(value.shape):
            unnamed = all(axis is Axis.OTHER for axis in value.axes[1:])
            if unnamed or value.axes[1:] == (Axis.FEATURE,):
                self._values[id] = replace(value, axes=named)

    def _complained(self, node: Node, reason: str) -> bool:
        """Whether the last note says the same of the same node."""
        last = self._notes[-1] if self._notes else None
        return last is not None and last.where == node.id and reason in last.message

    def _note(self, node: Node, what: str) -> None:
        message = f"{shown(node.title)} ({shown(node.op)}): {what}."
        self._notes.append(
            Note(message=message, where=node.id, severity=Severity.WARNING)
        )


_NO_SENSE = "such a size makes no sense"


def _too_long(lengths: Iterable[Dim]) -> int:
    """Return a length that no real axis has; 0 if there is none."""
    whole = [length for length in lengths if isinstance(length, int)]
    return max((length for length in whole if length >= LIMITS.dim), default=0)


def _expected(owner: str, steps: WeightSteps, trainable: bool) -> Parameter:
    shape = tuple(
        length if isinstance(length, int) else UNKNOWN_LENGTH for length in steps.shape
    )
    return Parameter(
        id=f"{owner}/{steps.role}",
        role=steps.role,
        tensor=absent_tensor(shape, steps.dtype or "float32"),
        axes=steps.axes,
        trainable=steps.trainable and trainable,
        counted=steps.counted,
    )


def _completed(
    parameter: Parameter, steps: WeightSteps | None, *, is_onnx: bool
) -> Parameter:
    """Return the file's weight with what only the rule knows.

    A Keras file says what training changes; an ONNX file does not, but nobody trains
    the means and variances that a normalization has measured.
    """
    if steps is None:
        return parameter
    axes = parameter.axes
    if not axes and len(steps.axes) == len(parameter.tensor.shape):
        axes = steps.axes
    trainable = parameter.trainable and (steps.trainable or not is_onnx)
    if axes == parameter.axes and trainable == parameter.trainable:
        return parameter
    return replace(parameter, axes=axes, trainable=trainable)


def _without_time(value: Value) -> Value:
    assert value.shape is not None
    return replace(
        value,
        shape=(value.shape[0], *value.shape[2:]),
        axes=(value.axes[0], *value.axes[2:]),
    )


def _is_onnx(node: Node) -> bool:
    return node.dialect.startswith("onnx")


def _contradict(one: Dim, other: Dim) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one != other


def _better(first: Dim, second: Dim) -> Dim:
    """Return the length that says more; the first one if both say as much."""
    if isinstance(first, int):
        return first
    if isinstance(second, int):
        return second
    return first if first is not None else second


def _reason(error: BaseException) -> str:
    text = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return f"its settings make no sense ({shown(text, 120)})"
