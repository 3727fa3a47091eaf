"""Going through a model: sums over containers, totals over everything."""

from collections.abc import Iterable, Iterator, Mapping

from loaders.ir.graph import (
    Axis,
    Category,
    Model,
    Node,
    Parameter,
    Structure,
    Totals,
    Value,
)
from loaders.ir.tensors import bits_of

_LOOPS = frozenset({"If", "Loop", "Scan", "SequenceMap"})


def totals(model: Model) -> Totals:
    """Return the parameter counts of a whole model, each weight once."""
    return totals_of(model.parameters())


def totals_of(parameters: Iterable[Parameter]) -> Totals:
    """Return the counts of some parameters; a repeated id counts once.

    A parameter with a length that nothing tells counts as 0, as in ``count``.
    """
    total = trainable = stored_bits = 0
    sized = True
    seen: set[str] = set()
    for parameter in parameters:
        if parameter.id in seen:
            continue
        seen.add(parameter.id)
        count = parameter.count
        total += count
        trainable += count if parameter.trainable else 0
        bits = bits_of(parameter.tensor.dtype)
        if bits is None:
            sized = sized and count == 0
        else:
            # Small types are packed: a tensor of 3 int4 takes 2 bytes.
            stored_bits += -(-count * bits // 8) * 8
    return Totals(
        total=total,
        trainable=trainable,
        non_trainable=total - trainable,
        nbytes=stored_bits // 8 if sized else None,
    )


def noun_of(model: Model) -> str:
    """Return what a model's nodes are called: ``layer``, ``node``, or ``group``.

    Files of weights alone hold groups of tensors.
    """
    if model.structure is Structure.TENSORS:
        return "group"
    is_keras = all(n.dialect == "keras" for n in model.graph.nodes.values())
    return "layer" if is_keras else "node"


def inside(model: Model, node: Node) -> Iterator[Node]:
    """Yield every node inside a container, containers before their own insides."""
    stack = [iter(model.graphs[body].nodes.values()) for body in reversed(node.bodies)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
            continue
        yield inner
        stack.extend(
            iter(model.graphs[body].nodes.values()) for body in reversed(inner.bodies)
        )


def parameters_of(model: Model, node: Node) -> Iterator[Parameter]:
    """Yield a node's weights and those of all that is inside it, each once."""
    seen: set[str] = set()
    for each in (node, *inside(model, node)):
        for parameter in each.parameters:
            if parameter.id not in seen:
                seen.add(parameter.id)
                yield parameter


def parameter_counts(model: Model) -> dict[str, int]:
    """Return each node's parameter count by node id; a container's is its inside.

    Linear in the depth of nesting times the nodes, so call it once per model.
    """
    return {
        node.id: sum(parameter.count for parameter in parameters_of(model, node))
        if node.bodies
        else node.parameter_count
        for node in model.nodes()
    }


def sample_elements(value: Value | None) -> int | None:
    """Return the elements of one sample of a value; ``None`` if a length is unknown."""
    if value is None or value.shape is None:
        return None
    count = 1
    for axis, length in zip(value.axes, value.shape, strict=True):
        if axis is Axis.BATCH:
            continue
        if not isinstance(length, int):
            return None
        count *= length
    return count


def output_bytes(values: Mapping[str, Value], node: Node) -> int | None:
    """Return the bytes of all that a node gives for one sample.

    ``None`` if a length or an element type is unknown. Small types are packed.

    Args:
        values: All values of the model by id.
        node: Any node of it.
    """
    total = 0
    for id in node.outputs:
        value = values.get(id) if id else None
        elements = sample_elements(value)
        bits = bits_of(value.dtype) if value is not None else None
        if elements is None or bits is None:
            return None
        total += -(-elements * bits // 8)
    return total


_WEIGHTED = frozenset(
    {
        Category.CONVOLUTION,
        Category.NORMALIZATION,
        Category.DENSE,
        Category.RECURRENT,
        Category.ATTENTION,
    }
)


def lacks_weights(node: Node) -> bool:
    """Whether a layer must have weights, and nothing tells how many.

    Keras describes layers without their weights; what shapes cannot work is no size.
    """
    return bool(
        node.problem
        and not node.parameters
        and not node.bodies
        and node.dialect == "keras"
        and node.category in _WEIGHTED
    )


def knows_weights(node: Node) -> bool:
    """Whether all sizes of a node's own weights are known."""
    return not lacks_weights(node) and all(
        one.known for one in node.parameters if one.counted
    )


def is_counted(model: Model, node: Node) -> bool:
    """Whether the parameters of a node and of all inside it are known."""
    return all(knows_weights(each) for each in (node, *inside(model, node)))


def multiply_adds_of(model: Model, node: Node) -> int | None:
    """Return a node's multiply-adds for one sample, a container's as its inside's sum.

    ``None`` if any part is unknown, and for branches and loops: nobody knows which
    body runs how often. ``TimeDistributed`` runs its inside once per step.
    """
    if not node.bodies or node.multiply_adds is not None:
        return node.multiply_adds
    runs = runs_of(node, _first_output(model, node))
    if runs is None:
        return None
    total = 0
    # Bodies nest no deeper than the formats' limits, so recursion is safe here.
    for inner in model.graphs[node.bodies[0]].nodes.values():
        cost = multiply_adds_of(model, inner)
        if cost is None:
            return None
        total += cost
    return runs * total


def runs_of(node: Node, output: Value | None) -> int | None:
    """Return how often a container runs its inside for one sample.

    ``None`` if nobody knows. ``output`` is its first result.
    """
    if len(node.bodies) > 1 or node.op in _LOOPS:
        return None
    if node.op != "TimeDistributed":
        return 1
    if output is None or output.shape is None or len(output.shape) < 2:
        return None
    steps = output.shape[1]
    return steps if isinstance(steps, int) else None


def _first_output(model: Model, node: Node) -> Value | None:
    if node.op != "TimeDistributed" or not node.outputs:
        return None  # nobody asks
    id = node.outputs[0]
    values = (graph.values.get(id) for graph in model.graphs.values())
    return next((value for value in values if value is not None), None)
