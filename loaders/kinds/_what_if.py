"""The same model with other input lengths or other settings."""

from collections.abc import Mapping

from msgspec.structs import replace

from loaders.ir.graph import Attributes, Graph, Model, Node, Shape, Value
from loaders.ir.tensors import Packing
from loaders.kinds._calls import kind_of
from loaders.kinds._infer import infer
from loaders.kinds._input_axes import BRANCHES


def with_input_lengths(model: Model, shapes: Mapping[str, Shape]) -> Model:
    """Return a model whose inputs have other shapes, with all that follows from it.

    Shapes that only the file knew, because no rule does, become unknown: nothing is
    claimed that does not follow. Problems are where the new lengths do not work.
    Weights that the file holds stay; expected ones are worked out anew.

    Args:
        model: Any model.
        shapes: By id of a value that comes from outside; the whole shape.
    """
    return what_if(model, shapes=shapes)


def what_if(
    model: Model,
    *,
    shapes: Mapping[str, Shape] | None = None,
    attributes: Mapping[str, Attributes] | None = None,
) -> Model:
    """Return a model with other input shapes or other settings of some layers.

    Args:
        model: Any model.
        shapes: As for ``with_input_lengths``.
        attributes: All attributes of a node by its id.
    """
    made = {
        output
        for graph in model.graphs.values()
        for node in graph.nodes.values()
        if node.inputs or node.bodies or kind_of(node) is None or node.kind == "input"
        for output in node.outputs
    }
    owners = {body: node for node in model.nodes() for body in node.bodies}
    graphs = {
        id: _changed(graph, owners.get(id), made, shapes or {}, attributes or {})
        for id, graph in model.graphs.items()
    }
    changed = infer(replace(model, graphs=graphs))
    return replace(changed, notes=tuple(dict.fromkeys(changed.notes)))


def _changed(
    graph: Graph,
    owner: Node | None,
    made: set[str],
    shapes: Mapping[str, Shape],
    attributes: Mapping[str, Attributes],
) -> Graph:
    nodes = {
        id: _fresh(node, shapes, attributes.get(id, node.attributes))
        for id, node in graph.nodes.items()
    }
    bound = set(graph.inputs) if owner and owner.op not in BRANCHES else set()
    values = {
        id: _opened(value, shapes.get(id), id in made or id in bound)
        for id, value in graph.values.items()
    }
    return replace(graph, nodes=nodes, values=values)


def _fresh(node: Node, shapes: Mapping[str, Shape], attributes: Attributes) -> Node:
    """Return a node without what followed from the shapes before."""
    kept = tuple(
        weight
        for weight in node.parameters
        if weight.tensor.packing is not Packing.ABSENT
    )
    wanted = next((shapes[id] for id in node.outputs if id in shapes), None)
    if wanted is not None and node.kind == "input":
        attributes = attributes | {"shape": list(wanted)}
    return replace(node, attributes=attributes, parameters=kept, problem="")


def _opened(value: Value, wanted: Shape | None, follows: bool) -> Value:
    if wanted is not None:
        axes = value.axes if len(value.axes) == len(wanted) else ()
        if len(axes) == len(wanted):
            return replace(value, shape=wanted)
    if follows:
        return replace(value, shape=None, axes=())
    return value
