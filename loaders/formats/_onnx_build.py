"""From the records of an ONNX file to our model: graphs, bodies, functions.

Graphs are built one after another from a queue, each with a scope that knows the names
around it; nothing recurses, however deeply a file nests.
"""

from collections import deque
from dataclasses import dataclass

from loaders.formats._onnx_constants import (
    Constant,
    Constants,
)
from loaders.formats._onnx_dynamic import scales_behind
from loaders.formats._onnx_functions import Functions, call_key
from loaders.formats._onnx_lengths import range_lengths
from loaders.formats._onnx_names import Names
from loaders.formats._onnx_nodes import NodeMaker
from loaders.formats._onnx_order import Uses, in_order
from loaders.formats._onnx_parameters import Parameters
from loaders.formats._onnx_patterns import Folded, fold
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import (
    FunctionRecord,
    GraphRecord,
    NodeRecord,
    TensorRecord,
    TypeRecord,
)
from loaders.formats._onnx_scope import (
    Scope,
    inside,
)
from loaders.ir.builder import GraphBuilder, ModelBuilder, replace, unknown_axes
from loaders.ir.folding import Folding
from loaders.ir.graph import Node, Severity, TensorGroup, Value
from loaders.ir.quantization import Quantizer
from loaders.ir.text import count_of, shown
from loaders.limits import Limits


@dataclass(slots=True)
class Waiting:
    """A graph that is still to be built."""

    record: GraphRecord
    scope: Scope
    builder: GraphBuilder


class Build:
    """Builds the graphs of one model."""

    def __init__(
        self,
        builder: ModelBuilder,
        graph: GraphRecord,
        constants: Constants,
        functions: Functions,
        problems: Problems,
        limits: Limits,
        folding: Folding,
    ) -> None:
        self._builder, self._main = builder, graph
        self._constants, self._functions = constants, functions
        self._problems, self._limits = problems, limits
        self._folding = folding
        stored = any(map(_is_float_array, graph.initializers))
        self._parameters = Parameters(constants, problems, weights_are_stored=stored)
        self._nodes = NodeMaker(constants, self._parameters, problems)
        self._queue: deque[Waiting] = deque()
        self._valued: set[str] = set()
        self._declared = Names(graph, constants, functions, problems, folding)
        self.counts = self._declared.counts

    def run(self, opsets: dict[str, int]) -> None:
        """Build the main graph and everything inside it."""
        main = self._builder.graph("", self._main.name)
        self._queue.append(Waiting(self._main, Scope(opsets=opsets), main))
        while self._queue:
            self._graph(self._queue.popleft())
        self._list_unused()

    def _list_unused(self) -> None:
        tensors = []
        for constant in self._declared.unused:
            parameter = self._parameters.make(
                constant, "unused", weight=False, operand=False, scalar_counts=False
            )
            if parameter is not None:
                tensors.append(parameter)
        if tensors:
            title = "Initializers that no node uses"
            self._builder.others.append(
                TensorGroup(title=title, tensors=tuple(tensors))
            )
            self._problems.add(
                "unused",
                "Listed but not counted, because no node uses them: "
                f"{count_of(len(tensors), 'initializer')}.",
                severity=Severity.INFO,
            )

    # one graph

    def _graph(self, job: Waiting) -> None:
        record, scope, graph = job.record, job.scope, job.builder
        order = in_order(record.nodes)
        self._declared.note_order(order.was_sorted, order.cyclic, order.twice, scope)
        self._declared.declare_stored(record, scope)
        self._declared.declare_inputs(record, scope, graph)
        kept, shown = self._declared.without_constants(
            order.nodes, record, scope, graph
        )
        scope.types = self._declared.types(record, scope)
        uses = Uses(kept, (value.name for value in record.outputs))
        folded = fold(
            kept, uses, scope.constant, self._constants, scope.types, self._folding
        )
        self.counts.pairs += folded.pairs
        self.counts.norms += folded.norms
        scope.scales = scales_behind(folded.nodes, scope.constant)
        scope.lengths = range_lengths(
            folded.nodes, scope.constant, self._constants, scope.types
        )
        scope.annotations = record.annotations
        made = self._declared.declare_results(folded, scope)
        for name, target in folded.aliases.items():
            meaning = scope.names.get(target)
            if meaning is not None:
                scope.names[name] = meaning
        position = {id(node): at for at, node in enumerate(record.nodes)}
        place = {id(node): at for at, node in enumerate(order.nodes)} if shown else {}
        shown.reverse()
        for node, outputs in made:
            source = folded.origins.get(id(node), node)
            while shown and place[id(shown[-1])] < place.get(id(source), 0):
                self._constant_node(last := shown.pop(), position[id(last)], job)
            self._node(node, position.get(id(source), len(position)), outputs, job)
        for node in reversed(shown):
            self._constant_node(node, position[id(node)], job)
        self._values_of(made, folded, scope, graph)
        self._outputs(record, scope, graph)

    # nodes

    def _node(
        self, record: NodeRecord, at: int, outputs: list[str], job: Waiting
    ) -> None:
        scope, graph = job.scope, job.builder
        id = self._node_id(record, at, scope)
        self._keep_constants(record, scope, graph)
        function = self._functions.open.get(call_key(record))
        is_function = call_key(record) in self._functions.known
        node = self._nodes.make(record, id, scope, outputs, is_function=is_function)
        for missing in node.inputs:
            if missing and missing not in self._declared.ids:
                self._declared.ids.add(missing)
                graph.add_value(Value(id=missing, name=missing[len(scope.prefix) :]))
        bodies = [
            self._wait(record, node, role, body, scope)
            for role, body in _bodies(record)
        ]
        if function is not None and scope.depth < self._limits.model_depth:
            bodies.append(self._wait_function(record, node, function, job))
            flowing = self._flowing(record, function, scope)
            node = replace(node, inputs=flowing, parameters=())  # they lie inside
        elif function is not None:
            self._problems.add(
                "depth",
                f"{shown(id, 80)} calls a function {scope.depth:,} levels deep; it is "
                "shown closed.",
                id,
            )
        kept = tuple(body for body in bodies if body)
        graph.add_node(replace(node, bodies=kept) if kept else node)

    def _constant_node(self, record: NodeRecord, at: int, job: Waiting) -> None:
        """Show what makes a constant; its weights are those of what uses it."""
        scope, graph = job.scope, job.builder
        id = self._node_id(record, at, scope)
        self._keep_constants(record, scope, graph)
        found = [scope.constant(name) if name else None for name in record.outputs]
        for constant in found:
            if constant is not None:
                self._constant_value(constant, graph)
        outputs = ["" if constant is None else constant.id for constant in found]
        node = self._nodes.make(record, id, scope, outputs)
        if node.parameters:
            node = replace(node, parameters=(), kind="unknown")
        graph.add_node(node)

    def _node_id(self, record: NodeRecord, at: int, scope: Scope) -> str:
        wanted = scope.prefix + (record.name or f"{record.op}_{at}")
        id = self._builder.unique(wanted)
        if id != wanted and record.name:
            self._problems.add(
                "node names",
                f"More than one node has the duplicate name {shown(record.name, 60)}.",
                severity=Severity.INFO,
            )
        return id

    def _keep_constants(
        self, record: NodeRecord, scope: Scope, graph: GraphBuilder
    ) -> None:
        """Give constants that are operands, not weights, a value on the edge."""
        for constant in self._nodes.constant_inputs(record, scope):
            self._constant_value(constant, graph)

    def _constant_value(self, constant: Constant, graph: GraphBuilder) -> None:
        if constant.id in self._valued:
            return
        self._valued.add(constant.id)
        type = self._constants.type(constant)
        graph.add_value(_value(constant.id, constant.name, type))

    # bodies and functions

    def _wait(
        self,
        record: NodeRecord,
        node: Node,
        role: str,
        body: GraphRecord,
        outer: Scope,
    ) -> str:
        """Queue a body; return its graph's id, empty if it stays closed."""
        if body.too_deep:
            self._problems.add(
                "deep",
                f"{shown(node.title, 80)}: graphs nested more than "
                f"{self._limits.subgraph_depth} levels deep are not shown.",
                node.id,
            )
            return ""
        label = node.name or node.id[len(outer.prefix) :]
        labels = (
            (*outer.labels, label, role)
            if len(record.graphs) > 1
            else (*outer.labels, label)
        )
        id = f"{node.id}/{role}"
        first = record.outputs[0] if record.outputs else ""
        where = None if outer.body is None else (*outer.body, first, role)
        scope = Scope(
            prefix=f"{id}/",
            body=where,
            labels=labels,
            opsets=outer.opsets,
            attributes=outer.attributes,
            parent=outer,
            depth=outer.depth + 1,
            is_branch=node.op == "If",
        )
        graph = self._builder.graph(id, role, node.id)
        self._queue.append(Waiting(body, scope, graph))
        return id

    def _wait_function(
        self, record: NodeRecord, node: Node, function: FunctionRecord, job: Waiting
    ) -> str:
        outer = job.scope
        id = f"{node.id}/{function.name}"
        attributes = {**function.defaults, **outer.resolved(record)}
        scope = Scope(
            prefix=f"{id}/",
            body=None,
            labels=(*outer.labels, node.name or node.id[len(outer.prefix) :]),
            opsets=function.opsets or outer.opsets,
            attributes=attributes,
            depth=outer.depth + 1,
        )
        graph = self._builder.graph(id, function.name, node.id)
        given = [*record.inputs, *[""] * len(function.inputs)]
        for formal, actual in zip(function.inputs, given, strict=False):
            meaning = outer.find(actual) if actual else ""
            if isinstance(meaning, Constant) or not meaning:
                scope.names[formal] = meaning or ""
        self._queue.append(Waiting(inside(function), scope, graph))
        return id

    def _flowing(
        self, record: NodeRecord, function: FunctionRecord, scope: Scope
    ) -> tuple[str, ...]:
        """Return the call's inputs that are no constants, as the body has them."""
        actual = (scope.find(name) for name in record.inputs[: len(function.inputs)])
        return tuple(one for one in actual if isinstance(one, str) and one)

    # values

    def _values_of(
        self,
        made: list[tuple[NodeRecord, list[str]]],
        folded: Folded,
        scope: Scope,
        graph: GraphBuilder,
    ) -> None:
        types = scope.types
        nothing = TypeRecord()
        prefix = len(scope.prefix)
        for id in graph.inputs:
            name = id[prefix:]
            value = _value(id, name, types.get(name, nothing))
            graph.add_value(self._rounded(value, name, folded, scope))
        for node, outputs in made:
            for name, id in zip(node.outputs, outputs, strict=True):
                if id:
                    value = _value(id, name, types.get(name, nothing))
                    graph.add_value(self._rounded(value, name, folded, scope))

    def _rounded(self, value: Value, name: str, folded: Folded, scope: Scope) -> Value:
        node = folded.quantized.get(name) or scope.rounding.get(name)
        if node is None:
            annotation = scope.annotations.get(name)
            if annotation is None or value.quantizer is not None:
                return value
            said: Value = replace(
                value, quantizer=self._parameters.annotated(annotation, scope.constant)
            )
            return said
        rounded: Value = replace(value, quantizer=self._quantizer(node, value, scope))
        return rounded

    def _quantizer(self, node: NodeRecord, value: Value, scope: Scope) -> Quantizer:
        given = [*node.inputs, "", "", ""]
        zero = scope.constant(given[2]) if given[2] else None
        dtype = self._constants.type(zero).dtype if zero is not None else ""
        dtype = dtype or scope.types.get(given[0], TypeRecord()).dtype
        dtype = dtype if "int" in dtype or "float8" in dtype else "uint8"
        scale = scope.constant(given[1])
        return self._parameters.quantizer(
            node, scope.resolved(node), dtype, scale, zero, value.shape
        )

    def _outputs(self, record: GraphRecord, scope: Scope, graph: GraphBuilder) -> None:
        for value in record.outputs:
            meaning = scope.find(value.name)
            if isinstance(meaning, Constant):
                self._constant_value(meaning, graph)
                graph.outputs.append(meaning.id)
            elif meaning:
                graph.outputs.append(meaning)
            elif value.name:
                self._problems.add(
                    "missing",
                    f"The output {shown(value.name, 60)} is missing: nobody makes it.",
                )
                id = self._declared.value_id(scope, value.name)
                graph.add_value(_value(id, value.name, value.type or TypeRecord()))
                graph.outputs.append(id)


def _bodies(record: NodeRecord) -> list[tuple[str, GraphRecord]]:
    """Return a node's bodies; the branch for yes comes first, however it is stored."""
    if not record.attributes:
        return []
    return sorted(record.graphs, key=lambda body: body[0] == "else_branch")


def _is_float_array(tensor: TensorRecord) -> bool:
    return "float" in tensor.dtype and any(dim != 1 for dim in tensor.dims)


def _value(id: str, name: str, type: TypeRecord) -> Value:
    shape = None if type.container and type.container != "sparse tensor" else type.shape
    return Value(
        id=id,
        name=name,
        shape=shape,
        axes=() if shape is None else unknown_axes(len(shape)),
        dtype=type.dtype,
        note=type.container,
    )
