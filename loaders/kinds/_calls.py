"""From a node of a model to what the rules may know of it."""

from collections.abc import Collection, Iterable, Mapping

from loaders.ir.graph import Model, Node, Parameter, Value
from loaders.kinds import KINDS, Call, LayerKind


def kind_of(node: Node) -> LayerKind | None:
    """Return the kind that understands a node."""
    try:
        return KINDS[node.kind]
    except KeyError:
        return None


def call_of(
    values: Mapping[str, Value], node: Node, outside: Collection[str] = ()
) -> Call:
    """Return what the rules may know of a node.

    Args:
        values: All values of the model by id: ``Model.values()``.
        node: Any node of it.
        outside: Ids of the values that are inputs of the whole model.
    """
    return Call(
        op=node.op,
        attributes=node.attributes,
        inputs=tuple(values.get(value) if value else None for value in node.inputs),
        weights={parameter.role: parameter for parameter in node.parameters},
        outputs=len(node.outputs),
        from_outside=bool(node.inputs) and node.inputs[0] in outside,
    )


def inputs_of(model: Model) -> frozenset[str]:
    """Return the ids of the values that are inputs of the whole model."""
    made = (
        node.outputs[0]
        for node in model.graph.nodes.values()
        if node.outputs and not node.inputs
    )
    return frozenset((*model.graph.inputs, *made))


def call_with(call: Call, parameters: Iterable[Parameter]) -> Call:
    """Return a call that knows these weights."""
    return Call(
        op=call.op,
        attributes=call.attributes,
        inputs=call.inputs,
        weights={parameter.role: parameter for parameter in parameters},
        outputs=call.outputs,
    )
