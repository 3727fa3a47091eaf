"""A signature of a SavedModel as a graph of operations.

Variables become parameters of the operation that uses them, constants too; what only
hands a tensor on (Identity, ReadVariableOp) is drawn as an edge. Functions that are
called become graphs inside the calling node. The name scopes of an operation are the
groups around it.
"""

from collections.abc import Callable, Iterable

from loaders.formats._protobuf import Buffer, WireError
from loaders.formats._tf_frame import Binding, Frame, used_ports
from loaders.formats._tf_messages import (
    Constant,
    Endpoint,
    Function,
    FunctionName,
    MetaGraph,
    Operation,
    Signature,
    function_of,
    operation_of,
)
from loaders.formats._tf_words import (
    BODIES,
    CATEGORY,
    INPUTS,
    PASSED_ON,
    ROLES,
    VARIABLES,
    Variable,
    config_of,
    dtype_of,
    in_role,
    is_weight,
    split,
    suffix_of,
    variable_of,
    whole_number,
)
from loaders.ir.builder import GraphBuilder, ModelBuilder, unknown_axes
from loaders.ir.graph import Category, Node, Parameter, Severity, Shape, Value
from loaders.ir.tensors import TensorRef
from loaders.ir.text import count_of
from loaders.limits import Limits

FindWeight = Callable[[Variable], Parameter]
"""Gives the parameter for a variable: where its numbers lie, whether it is trained."""


class Operations:
    """Builds the graph of one signature."""

    def __init__(
        self,
        builder: ModelBuilder,
        data: Buffer,
        meta: MetaGraph,
        find_weight: FindWeight,
        find_constant: Callable[[Constant], TensorRef],
        limits: Limits,
    ) -> None:
        self._builder, self._data, self._meta = builder, data, meta
        self._weight, self._constant = find_weight, find_constant
        self._limits = limits
        self._functions: dict[str, Function] = {}
        self._passed = 0

    def build(self, signature: Signature) -> None:
        """Fill the builder's main graph.

        Raises:
            WireError: functions call each other without end, or too many nodes.
        """
        operations = [operation_of(self._data, span) for span in self._meta.operations]
        frame = Frame({one.name: one for one in operations}, "", ())
        graph = self._builder.graph()
        self._endpoints(graph, frame, signature.inputs)
        outputs = [one.reference for one in signature.outputs]
        frame, outputs = self._enter_wrappers(frame, outputs)
        graph.outputs = self._emit(graph, frame, outputs)
        for one, value in zip(signature.outputs, graph.outputs, strict=True):
            self._name_output(graph, value, one)
        if self._passed:
            self._builder.note(
                f"{count_of(self._passed, 'operation')} that only hand a tensor on "
                "are drawn as edges.",
                severity=Severity.INFO,
            )

    # inputs and outputs

    def _endpoints(
        self, graph: GraphBuilder, frame: Frame, inputs: Iterable[Endpoint]
    ) -> None:
        for one in inputs:
            name, _ = split(one.reference)
            id = f"{name}:0"
            axes = unknown_axes(len(one.shape)) if one.shape is not None else ()
            graph.add_value(
                Value(id=id, name=one.name, shape=one.shape, axes=axes, dtype=one.dtype)
            )
            graph.inputs.append(id)
            frame.arguments[one.reference] = frame.arguments[name] = id

    def _name_output(self, graph: GraphBuilder, id: str, one: Endpoint) -> None:
        value = graph.values.get(id)
        if value is None or value.shape is not None or one.shape is None:
            return
        graph.add_value(
            Value(
                id=id,
                name=value.name or one.name,
                shape=one.shape,
                axes=unknown_axes(len(one.shape)),
                dtype=one.dtype,
            )
        )

    def _enter_wrappers(
        self, frame: Frame, outputs: list[str]
    ) -> tuple[Frame, list[str]]:
        """Step into functions that do nothing but call the next one."""
        while True:
            real = [
                operation
                for operation in frame.reachable(outputs)
                if operation.op not in (*PASSED_ON, *VARIABLES, *INPUTS, "Const")
            ]
            called = self._called(real[0]) if len(real) == 1 else []
            if len(called) != 1 or called[0][1] in frame.callers:
                return frame, outputs
            [operation], [(_, name)] = real, called
            function = self._function(name)
            wanted = []
            for output in outputs:
                source, port = split(frame.through(output))
                if source != operation.name:
                    return frame, outputs
                wanted.append(_result(function, port))
            frame = self._inner(
                frame,
                function,
                [self._resolve(frame, one) for one in operation.inputs],
                frame.prefix,
                frame.scope,
            )
            outputs = [function.returns.get(one, "") for one in wanted]

    # one graph

    def _emit(self, graph: GraphBuilder, frame: Frame, outputs: list[str]) -> list[str]:
        """Add the nodes that lead to some references; return the values' ids."""
        for output in outputs:
            if not isinstance(self._resolve(frame, output), str):
                frame.forced.add(split(output)[0])
        operations = frame.reachable(outputs)
        ports = used_ports(operations, outputs)
        for operation in operations:
            passed = operation.op in (*PASSED_ON, *VARIABLES, "Const")
            if operation.name in frame.forced or not passed:
                if operation.op in INPUTS:
                    self._placeholder(graph, frame, operation)
                else:
                    self._node(graph, frame, operation, ports)
            elif operation.op in PASSED_ON:
                self._passed += 1
        found = [self._resolve(frame, output) for output in outputs]
        return [one if isinstance(one, str) else "" for one in found]

    def _placeholder(
        self, graph: GraphBuilder, frame: Frame, operation: Operation
    ) -> None:
        id = f"{frame.prefix}{operation.name}:0"
        if operation.name in frame.arguments or id in graph.values:
            return
        shape = operation.attributes.get("shape")
        shape = shape if isinstance(shape, tuple) else None
        dtype = operation.attributes.get("dtype")
        graph.add_value(
            Value(
                id=id,
                name=operation.name,
                shape=shape,
                axes=unknown_axes(len(shape)) if shape is not None else (),
                dtype=dtype if isinstance(dtype, str) else "",
            )
        )
        graph.inputs.append(id)

    def _node(
        self,
        graph: GraphBuilder,
        frame: Frame,
        operation: Operation,
        ports: dict[str, list[str]],
    ) -> None:
        if len(graph.nodes) >= self._limits.nodes:
            raise WireError(f"more than {self._limits.nodes:,} operations")
        id = f"{frame.prefix}{operation.name}"
        called = self._called(operation)
        bindings = [self._resolve(frame, one) for one in operation.inputs]
        weights: list[Parameter] = []
        if not called:
            weights = self._weights(operation, bindings)
            if operation.op in VARIABLES:
                weights = [self._weight(variable_of(operation))]
        scopes = operation.name.split("/")
        suffixes = ports.get(operation.name) or ["0"]
        if len(called) == 1:
            results = self._function(called[0][1]).results
            suffixes = [str(at) for at in range(len(results))]
        node = Node(
            id=id,
            name=scopes[-1],
            op=operation.op,
            dialect="tf",
            category=CATEGORY.get(operation.op, Category.OTHER),
            inputs=tuple(one for one in bindings if isinstance(one, str)),
            outputs=tuple(f"{id}:{suffix}" for suffix in suffixes),
            config=config_of(operation),
            parameters=tuple(weights),
            scope=(*frame.scope, *scopes[:-1]),
            bodies=tuple(f"{id}/{role}" for role, _ in called),
        )
        self._outputs(graph, operation, node, suffixes)
        graph.add_node(node)
        for role, name in called:
            self._body(frame, node, role, name, bindings)

    def _outputs(
        self,
        graph: GraphBuilder,
        operation: Operation,
        node: Node,
        suffixes: list[str],
    ) -> None:
        shapes = operation.attributes.get("_output_shapes")
        one_port = len({suffix.rpartition(":")[0] for suffix in suffixes}) == 1
        dtype = dtype_of(operation)
        for id, suffix in zip(node.outputs, suffixes, strict=True):
            at = whole_number(suffix.rpartition(":")[2])
            shape: Shape | None = None
            known = shapes if isinstance(shapes, list) and one_port else []
            if at is not None and at < len(known):
                shape = known[at]
            axes = unknown_axes(len(shape)) if shape is not None else ()
            graph.add_value(Value(id=id, shape=shape, axes=axes, dtype=dtype))

    def _weights(
        self, operation: Operation, bindings: list[Binding]
    ) -> list[Parameter]:
        found: list[Parameter] = []
        for at, binding in enumerate(bindings):
            role = ROLES.get(operation.op, {}).get(at, "")
            if isinstance(binding, Variable):
                found.append(in_role(self._weight(binding), role, found))
            elif isinstance(binding, Constant) and is_weight(binding):
                tensor = self._constant(binding)
                name = split(operation.inputs[at])[0]
                parameter = Parameter(
                    id=f"constant {binding.place.start} {name}",
                    role=role,
                    tensor=tensor,
                    name=name,
                    trainable=False,
                )
                found.append(in_role(parameter, role or f"input_{at}", found))
        return found

    def _body(
        self,
        frame: Frame,
        node: Node,
        role: str,
        name: str,
        bindings: list[Binding],
    ) -> None:
        if len(frame.callers) >= self._limits.subgraph_depth or name in frame.callers:
            raise WireError(
                f"functions call each other more than "
                f"{self._limits.subgraph_depth} deep"
            )
        function = self._function(name)
        body = self._builder.graph(f"{node.id}/{role}", role, node.id)
        given: list[Binding] = []
        passed = bindings[1:] if role in ("then_branch", "else_branch") else bindings
        for (argument, dtype), binding in zip(function.arguments, passed, strict=False):
            if isinstance(binding, str):
                inner = f"{node.id}/{role}/{argument}"
                body.add_value(Value(id=inner, name=argument, dtype=dtype))
                body.inputs.append(inner)
                given.append(inner)
            else:
                given.append(binding)
        prefix, scope = f"{node.id}/{role}/", (*node.scope, node.name)
        inside = self._inner(frame, function, given, prefix, scope)
        outputs = [function.returns.get(result, "") for result in function.results]
        body.outputs = self._emit(body, inside, outputs)

    # references

    def _resolve(self, frame: Frame, reference: str) -> Binding:
        reference = frame.through(reference)
        name, port = split(reference)
        operation = frame.operations.get(name)
        if reference in frame.arguments:
            return frame.arguments[reference]
        if operation is None or name in frame.arguments:
            return frame.arguments.get(name, f"{frame.prefix}{reference}")
        if name not in frame.forced:
            if operation.op in VARIABLES:
                return variable_of(operation)
            constant = operation.attributes.get("value")
            if operation.op == "Const" and isinstance(constant, Constant):
                return constant
        called = len(self._called(operation)) == 1
        suffix = str(port) if called else suffix_of(reference)
        return f"{frame.prefix}{name}:{suffix}"

    # functions

    def _called(self, operation: Operation) -> list[tuple[str, str]]:
        """Return (role, function name) of every function an operation calls."""
        if operation.op in self._meta.functions:
            return [("f", operation.op)]
        found = []
        for role in BODIES:
            value = operation.attributes.get(role)
            several = value if isinstance(value, list) else [value]
            names = [one.name for one in several if isinstance(one, FunctionName)]
            for at, name in enumerate(names):
                if name in self._meta.functions:
                    found.append((role if len(names) == 1 else f"{role}_{at}", name))
        return found

    def _function(self, name: str) -> Function:
        if name not in self._functions:
            found = function_of(self._data, self._meta.functions[name])
            self._functions[name] = found
        return self._functions[name]

    def _inner(
        self,
        frame: Frame,
        function: Function,
        given: list[Binding],
        prefix: str,
        scope: tuple[str, ...],
    ) -> Frame:
        names = [name for name, _ in function.arguments]
        return Frame(
            {one.name: one for one in function.operations},
            prefix,
            scope,
            dict(zip(names, given, strict=False)),
            callers=(*frame.callers, function.name),
        )


def _result(function: Function, port: int) -> str:
    if port >= len(function.results):
        raise WireError(f"function {function.name!r} has no result {port}")
    return function.results[port]
