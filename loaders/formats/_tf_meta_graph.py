"""The parts of a SavedModel: graph, functions, signatures, the tree of objects."""

from collections.abc import Iterator

from loaders.formats._protobuf import Buffer, Span, WireError, signed, text
from loaders.formats._tf_messages import (
    Endpoint,
    MetaGraph,
    SavedObject,
    Signature,
    dtype_name,
    entries,
    function_name,
    operation_kind,
    parts,
    shape_of,
    spans,
)
from loaders.ir.graph import Shape
from loaders.limits import Limits

INFO, GRAPH, COLLECTIONS, SIGNATURES, OBJECTS = 1, 2, 4, 5, 7


def meta_graphs(data: Buffer, limits: Limits) -> Iterator[MetaGraph]:
    """Yield the graphs of a SavedModel message.

    Raises:
        WireError: the bytes are not protobuf, or hold more than ``limits`` allow.
    """
    for span in spans(data, Span(0, len(data)), 2):
        yield _meta_graph(data, span, limits)


def _meta_graph(data: Buffer, span: Span, limits: Limits) -> MetaGraph:
    graph = MetaGraph()
    for number, value in parts(data, span):
        if not isinstance(value, Span):
            continue
        if number == INFO:
            _info(data, value, graph)
        elif number == GRAPH:
            _graph(data, value, graph, limits)
        elif number == OBJECTS:
            _objects(data, value, graph, limits)
    for name, value in entries(data, span, SIGNATURES):
        graph.signatures.append(_signature(data, name, value))
    for name, value in entries(data, span, COLLECTIONS):
        if name == "trainable_variables":
            graph.trainable.update(_variable_names(data, value))
    return graph


def _info(data: Buffer, span: Span, graph: MetaGraph) -> None:
    for number, value in parts(data, span):
        if number == 4 and isinstance(value, Span):
            graph.tags.append(text(data, value))
        elif number == 5 and isinstance(value, Span):
            graph.version = text(data, value)


def _graph(data: Buffer, span: Span, graph: MetaGraph, limits: Limits) -> None:
    for number, value in parts(data, span):
        if not isinstance(value, Span):
            continue
        if number == 1:
            graph.operations.append(value)
            graph.census[operation_kind(data, value)] += 1
        elif number == 2:
            for inner in spans(data, value, 1):
                graph.functions[function_name(data, inner)] = inner
                for operation in spans(data, inner, 3):
                    graph.census[operation_kind(data, operation)] += 1
        if graph.census.total() > limits.nodes:
            raise WireError(f"more than {limits.nodes:,} operations")


def _signature(data: Buffer, name: str, span: Span) -> Signature:
    return Signature(
        name,
        [_endpoint(data, key, value) for key, value in entries(data, span, 1)],
        [_endpoint(data, key, value) for key, value in entries(data, span, 2)],
    )


def _endpoint(data: Buffer, name: str, span: Span) -> Endpoint:
    reference = dtype = ""
    shape = None
    for number, value in parts(data, span):
        if number == 1 and isinstance(value, Span):
            reference = text(data, value)
        elif number == 2 and isinstance(value, int):
            dtype = dtype_name(value)
        elif number == 3 and isinstance(value, Span):
            shape = shape_of(data, value)
    return Endpoint(name, reference, dtype, shape)


def _variable_names(data: Buffer, span: Span) -> Iterator[str]:
    """Yield the names in a collection of VariableDef messages."""
    for values in spans(data, span, 2):
        for definition in spans(data, values, 1):
            for name in spans(data, definition, 1):
                yield text(data, name).removesuffix(":0")


def _objects(data: Buffer, span: Span, graph: MetaGraph, limits: Limits) -> None:
    for value in spans(data, span, 1):
        graph.objects.append(_object(data, value))
        if len(graph.objects) > limits.nodes:
            raise WireError(f"more than {limits.nodes:,} saved objects")
    for name, value in entries(data, span, 2):
        for structure in spans(data, value, 4):
            graph.results[name] = _result_shapes(data, structure)


_TENSOR, _BOUNDED, _SEVERAL, _NAMED = 33, 35, (51, 52), (53, 54)


def _result_shapes(data: Buffer, span: Span) -> list[Shape | None]:
    """Return the shapes in a StructuredValue, in order; stops at odd nesting."""
    found: list[Shape | None] = []
    waiting = [(span, 0)]
    while waiting:
        value, depth = waiting.pop(0)
        for number, one in parts(data, value):
            if not isinstance(one, Span) or depth > 8:
                continue
            if number in (_TENSOR, _BOUNDED):
                shapes = [shape_of(data, shape) for shape in spans(data, one, 2)]
                found += shapes or [()]
            elif number in _SEVERAL:
                waiting += [(item, depth + 1) for item in spans(data, one, 1)]
            elif number in _NAMED:
                waiting += [(item, depth + 1) for _, item in entries(data, one, 1)]
    return found


def _object(data: Buffer, span: Span) -> SavedObject:
    found = SavedObject()
    for number, value in parts(data, span):
        if not isinstance(value, Span):
            continue
        if number == 1:
            found.children.append(_child(data, value))
        elif number == 4:
            for inner, one in parts(data, value):
                if inner == 1 and isinstance(one, Span):
                    found.identifier = text(data, one)
                elif inner == 3 and isinstance(one, Span):
                    found.metadata = text(data, one)
        elif number == 6:
            found.functions += [text(data, name) for name in spans(data, value, 1)]
        elif number == 7:
            found.variable = ""
            for inner, one in parts(data, value):
                if inner == 1 and isinstance(one, int):
                    found.dtype = dtype_name(one)
                elif inner == 2 and isinstance(one, Span):
                    found.shape = shape_of(data, one)
                elif inner == 3:
                    found.trainable = bool(one)
                elif inner == 6 and isinstance(one, Span):
                    found.variable = text(data, one).removesuffix(":0")
    return found


def _child(data: Buffer, span: Span) -> tuple[str, int]:
    name, node = "", 0
    for number, value in parts(data, span):
        if number == 1 and isinstance(value, int):
            node = signed(value)
        elif number == 2 and isinstance(value, Span):
            name = text(data, value)
    return name, node


def keras_metadata(data: Buffer, limits: Limits) -> dict[int, tuple[str, str]]:
    """Read a keras_metadata.pb: (identifier, JSON text) by object number."""
    found: dict[int, tuple[str, str]] = {}
    for span in spans(data, Span(0, len(data)), 1):
        node, identifier, metadata = 0, "", ""
        for number, value in parts(data, span):
            if number == 2 and isinstance(value, int):
                node = signed(value)
            elif number == 4 and isinstance(value, Span):
                identifier = text(data, value)
            elif number == 5 and isinstance(value, Span):
                metadata = text(data, value)
        found[node] = (identifier, metadata)
        if len(found) > limits.nodes:
            raise WireError(f"more than {limits.nodes:,} Keras objects")
    return found
