"""Drawing wired Keras models into a ``ModelBuilder``: one node per call."""

from collections.abc import Sequence

from loaders.formats import Progress
from loaders.formats._keras_layer import KerasLayer, KerasVersion
from loaders.formats._keras_notices import OUTSIDE, Notices, check_name, check_settings
from loaders.formats._keras_settings import (
    activation_of,
    computed_dtype,
    config_text,
    kept,
    number_problem,
    sendable,
)
from loaders.formats._keras_steps import Step, Wiring
from loaders.formats._keras_wiring import Wirings
from loaders.ir.builder import GraphBuilder, ModelBuilder, unknown_axes
from loaders.ir.errors import LimitError
from loaders.ir.graph import Attributes, Axis, Category, Node, Shape, Structure, Value
from loaders.ir.text import shown
from loaders.kinds import COMPUTED, understand
from loaders.limits import Limits

_PROGRESS_EVERY = 1000


class Emitter:
    """Adds the nodes of a description to a model, nested models included."""

    def __init__(
        self,
        builder: ModelBuilder,
        version: KerasVersion,
        wirings: Wirings,
        notices: Notices,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._builder, self._version = builder, version
        self._wirings, self._notices = wirings, notices
        self._limits, self._progress = limits, progress
        self._taken: dict[str, int] = {}
        self._texts: dict[KerasLayer, str] = {}
        self._told: set[KerasLayer] = set()
        self._edges = 0

    def main(self, root: KerasLayer) -> None:
        """Add the main graph."""
        graph = self._builder.graph()
        if root.is_model:
            graph.name = kept(root.name)
            self._model(root, graph, "", (), 0)
        elif root.layers:
            self._builder.structure = Structure.LAYERS
            for layer in root.layers:
                self._alone(graph, layer)
        else:
            self._builder.structure = Structure.LAYERS
            self._told.add(root)  # the reader has said that it is a class of its own
            self._alone(graph, root)
            for child in root.children.values():
                if child.nodes is not root.nodes:
                    self._alone(graph, child)

    def _alone(self, graph: GraphBuilder, layer: KerasLayer) -> None:
        """Add a layer whose connections the file does not tell."""
        step = Step(layer)
        node = self._node(step, self._id(layer.name), (), (), (), ())
        layer.nodes.append(node.id)
        graph.add_node(node)
        self._attach(node, step, (), 0)

    def _model(
        self,
        model: KerasLayer,
        graph: GraphBuilder,
        prefix: str,
        scope: tuple[str, ...],
        depth: int,
    ) -> None:
        """Fill a graph; calls itself for nested models, to ``model_depth`` at most."""
        wiring = self._wirings.of(model)
        ids = [self._id(step.layer.name, prefix) for step in wiring.steps]
        outputs = [
            tuple(f"{id}:{index}" for index in range(step.outputs))
            for id, step in zip(ids, wiring.steps)
        ]
        for at, step in enumerate(wiring.steps):
            for index, value in enumerate(outputs[at]):
                graph.add_value(_value(value, step, index))
        graph.inputs = [outputs[at][index] for at, index in wiring.inputs]
        graph.outputs = [outputs[at][index] for at, index in wiring.outputs]
        for at, step in enumerate(wiring.steps):
            if not step.hidden:
                self._step(graph, wiring, at, ids[at], outputs, scope, depth)

    def _step(
        self,
        graph: GraphBuilder,
        wiring: Wiring,
        at: int,
        id: str,
        outputs: Sequence[tuple[str, ...]],
        scope: tuple[str, ...],
        depth: int,
    ) -> None:
        step = wiring.steps[at]
        inputs = tuple(outputs[e[0]][e[1]] if e else "" for e in step.inputs)
        masks = tuple(outputs[e[0]][e[1]] for e in step.masks)
        node = self._node(step, id, inputs, outputs[at], masks, scope)
        if not step.made_up:
            step.layer.nodes.append(id)
        graph.add_node(node)
        self._attach(node, step, scope, depth)

    def _attach(
        self, node: Node, step: Step, scope: tuple[str, ...], depth: int
    ) -> None:
        """Add the graph inside a node."""
        if not node.bodies:
            return
        [body] = node.bodies
        graph = self._builder.graph(body, name=node.name, owner=node.id)
        model = _inside(step.layer)
        assert model is not None
        if depth < self._limits.model_depth:
            self._model(model, graph, f"{node.id}/", (*scope, node.name), depth + 1)
        else:
            self._notices.add(
                f"Models nested more than {self._limits.model_depth} levels deep are "
                "left out: {who}.",
                step.layer.label,
                node.id,
            )

    def _node(
        self,
        step: Step,
        id: str,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
        masks: tuple[str, ...],
        scope: tuple[str, ...],
    ) -> Node:
        layer = step.layer
        self._count(len(inputs) + len(masks))
        first = not layer.nodes
        if first:
            self._look_at(layer, id)
        kind, category, attributes = self._meaning(step, id)
        inner = _inside(layer)
        if inner is not None and inner is not layer:
            attributes = {
                **attributes,
                "layer": {
                    "op": kept(inner.class_name),
                    "name": kept(inner.name),
                    "attributes": {},
                    "kind": "model",
                },
            }
        return Node(
            id=id,
            op=kept(layer.class_name),
            dialect="keras.ops" if layer.is_op else "keras",
            name=kept(layer.name),
            kind=kind,
            category=category,
            inputs=inputs,
            outputs=outputs,
            masks=masks,
            attributes=attributes,
            config="{}" if step.made_up else self._text(layer),
            scope=scope,
            bodies=(id,) if inner is not None else (),
            shared_with="" if first or not step.inputs else layer.nodes[0],
            activation=activation_of(layer),
        )

    def _meaning(self, step: Step, id: str) -> tuple[str, Category, Attributes]:
        """Return kind, colour family and settings in our spelling."""
        layer = step.layer
        if layer.is_model:
            return "model", Category.OTHER, {}
        if not layer.known:
            return "unknown", Category.OTHER, {}
        if layer.is_op:
            dialect, op = "keras.ops", layer.class_name.lower()
            settings = {**layer.config, "args": step.args, **step.kwargs}
        else:
            dialect, op = "keras", layer.class_name
            settings = {"args": step.args, **step.kwargs, **layer.config}
        problem = number_problem(layer.config)
        if problem:
            self._notices.add(
                "A setting is a number (value) that makes no sense: {who}.",
                f"{layer.label}, {problem}",
                id,
            )
        kind, attributes, complaint = understand(
            dialect, op, settings, min(self._version.major, 3)
        )
        complaint = complaint or number_problem(attributes)
        if complaint:
            self._notices.add(
                "A layer is shown without its shape and size: {who}.",
                f"{layer.label}, {shown(complaint)}",
                id,
            )
            return "unknown", Category.OTHER, {}
        if kind is None:
            if layer.class_name not in OUTSIDE and layer not in self._told:
                self._unknown(layer, id)
            return "unknown", Category.OTHER, {}
        attributes = sendable(attributes)
        computed = "" if layer.is_op else computed_dtype(layer.config.get("dtype"))
        if computed and layer.class_name != "InputLayer":
            attributes[COMPUTED] = computed
        return kind.id, kind.category, attributes

    def _unknown(self, layer: KerasLayer, id: str) -> None:
        if layer.is_op:
            what = "An operation of keras.ops is not known here; what it does is open"
        elif self._version.major > 3:
            what = "A layer class is unknown, perhaps because its Keras is newer"
        else:
            what = "A layer class is unknown (custom code of the model's author)"
        self._notices.add(f"{what}: {{who}}.", layer.label, id)

    def _look_at(self, layer: KerasLayer, id: str) -> None:
        """Note what is odd or unsafe about a layer, at its first call."""
        check_name(self._notices, layer.name, id)
        if not layer.known and layer not in self._told:
            origin = layer.registered or layer.module
            self._notices.add(
                "A custom layer class is shown, not imported; what it computes is "
                "not in the file: {who}.",
                f"{layer.label} from {shown(origin, 60)}",
                id,
            )
        if not layer.is_model:
            check_settings(
                self._notices, layer.label, layer.class_name, layer.config, id
            )

    def _text(self, layer: KerasLayer) -> str:
        if layer not in self._texts:
            self._texts[layer] = config_text(layer)
        return self._texts[layer]

    def _id(self, name: str, prefix: str = "") -> str:
        """Return a node id that no other node has."""
        wanted = prefix + (shown(name) or "(empty)")
        count = self._taken.get(wanted, 0) + 1
        self._taken[wanted] = count
        if count == 1:
            return wanted
        id = f"{wanted}#{count}"
        while id in self._taken:
            count += 1
            id = f"{wanted}#{count}"
        self._taken[wanted] = count
        self._taken[id] = 1
        return id

    def _count(self, edges: int) -> None:
        done = len(self._taken)
        self._edges += edges
        if done > self._limits.nodes:
            raise LimitError(
                self._builder.path,
                "many layers",
                f"{done:,}",
                f"{self._limits.nodes:,}",
            )
        if self._edges > self._limits.edges:
            raise LimitError(
                self._builder.path,
                "many connections",
                f"{self._edges:,}",
                f"{self._limits.edges:,}",
            )
        if done % _PROGRESS_EVERY == 0:
            self._progress("Reading layers", done, 0)


def _inside(layer: KerasLayer) -> KerasLayer | None:
    """Return the model that a node of this layer opens up to, if any."""
    if layer.is_model:
        return layer
    inner = layer.children.get("layer")
    if layer.class_name == "TimeDistributed" and inner is not None and inner.is_model:
        return inner
    return None


def _value(id: str, step: Step, index: int) -> Value:
    shape, dtype = step.declared.get(index, (None, ""))
    name, note = ("", "")
    if step.hidden:
        name, note = step.hidden, "mask"
    return Value(
        id=id,
        name=name,
        shape=shape,
        axes=_axes(shape),
        dtype=kept(dtype),
        note=note,
    )


def _axes(shape: Shape | None) -> tuple[Axis, ...]:
    if not shape:
        return ()
    return (Axis.BATCH, *unknown_axes(len(shape) - 1))
