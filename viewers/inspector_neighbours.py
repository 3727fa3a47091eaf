"""What the inspector says of what is around a layer: inside, before and behind it."""

from collections.abc import Iterator

from loaders.ir.graph import Graph, Node, Value
from loaders.ir.index import ModelIndex
from loaders.ir.text import count_of, grouped_shape, shown
from loaders.ir.walk import is_counted, parameters_of, totals_of
from viewers.drawing.wires import INPUT_PREFIX
from viewers.plain import short_name
from viewers.sections import Item, Line, Row, Section, limited, section


def neighbour_sections(index: ModelIndex, node: Node) -> tuple[Section, ...]:
    """Return what a layer holds, what it gets and who uses what it gives."""
    return (
        *_inside(index, node),
        *section("Comes from", _sources(index, node)),
        *section("Leads to", _targets(index, node)),
    )


def _inside(index: ModelIndex, node: Node) -> tuple[Section, ...]:
    rows: list[Item] = []
    for body in node.bodies:
        graph = index.model.graphs[body]
        rows.append(
            Row(
                label=shown(graph.name, 80) or "body",
                detail=count_of(len(graph.nodes), "layer"),
                value=_weight_of(index, graph),
                target=next(iter(graph.nodes), ""),
                code=False,
            )
        )
    return section("Inside", rows)


def _weight_of(index: ModelIndex, graph: Graph) -> str:
    """Return how many parameters all of a body has, each weight once."""
    nodes = graph.nodes.values()
    if not all(is_counted(index.model, node) for node in nodes):
        return "parameters unknown"
    weights = (w for node in nodes for w in parameters_of(index.model, node))
    return count_of(totals_of(weights).total, "parameter")


def _sources(index: ModelIndex, node: Node) -> Iterator[Item]:
    given = [value for value in node.inputs if value]
    first, rest = limited(given, "input", 60)
    for id in first:
        maker = index.maker(id)
        value = index.values.get(id)
        yield _neighbour(index, id, maker, value, node)
    yield from rest
    besides = [(id, "mask") for id in node.masks]
    besides += [(id, "constant") for id in node.given]
    for id, what in besides:
        maker = index.maker(id)
        name = short_name(maker.title if maker else id)
        yield Row(label=name, detail=what, target=maker.id if maker else "", code=False)
    graph = index.graph_of(node.id)
    if not given and graph is not None:
        yield from _outside(index, node, graph)


def _outside(index: ModelIndex, node: Node, graph: Graph) -> Iterator[Item]:
    """Say what an input layer of a nested model is given."""
    owner = index.nodes.get(graph.owner) if graph.owner else None
    if owner is None or not node.outputs or node.outputs[0] not in graph.inputs:
        return
    position = graph.inputs.index(node.outputs[0])
    if position < len(owner.inputs) and owner.inputs[position]:
        id = owner.inputs[position]
        yield _neighbour(index, id, index.maker(id), index.values.get(id), node)


def _neighbour(
    index: ModelIndex, id: str, maker: Node | None, value: Value | None, node: Node
) -> Row:
    name = maker.title if maker else (value.name if value and value.name else id)
    place, here = index.graph_of(maker.id) if maker else None, index.graph_of(node.id)
    outer = place is not None and here is not None and place.id != here.id
    below = "from the graph around this one" if outer else ""
    if maker is None:
        of_model = id in index.model.graph.inputs
        below = "an input of the model" if of_model else "given from outside"
    return Row(
        label=short_name(name),
        detail=grouped_shape(value.shape) if value else "unknown shape",
        value=dtype_text(value),
        below=below,
        target=maker.id if maker else f"{INPUT_PREFIX}{id}",
    )


def dtype_text(value: Value | None) -> str:
    """Return the element type of a value, or what it is if no plain tensor."""
    if value is None:
        return ""
    return value.note or value.dtype


def _targets(index: ModelIndex, node: Node) -> Iterator[Item]:
    rows: list[Item] = []
    graph = index.graph_of(node.id)
    for position, id in enumerate(node.outputs):
        value = index.values.get(id)
        shape = grouped_shape(value.shape) if value else "unknown shape"
        ends = graph is not None and id in graph.outputs
        inner = graph is not None and bool(graph.owner)
        which = f"output {position + 1}" if len(node.outputs) > 1 else ""
        if ends:
            rows.append(
                Row(
                    label="output of the body" if inner else "output of the model",
                    detail=shape,
                    value=dtype_text(value),
                    below=which,
                )
            )
        rows.extend(
            Row(
                label=short_name(user.title),
                detail=shape,
                value=dtype_text(value),
                below=which,
                target=user.id,
            )
            for user in index.users(id)
        )
    first, rest = limited(rows, "layer", 60)
    yield from first
    yield from rest
    if not rows and node.outputs:
        yield Line("Nothing uses what this layer gives.")
