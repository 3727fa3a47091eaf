"""Which nodes of a model belong together: groups in groups.

``group(model)`` is the one way in. Everything is linear in the nodes and iterative:
50,000 nodes take a fraction of a second, and no depth of names overflows a stack.
"""

from loaders.ir.graph import Model
from loaders.ir.grouping import Group, Grouping, GroupKind


def group(model: Model) -> Grouping:
    """Return all groups of a model."""
    groups: dict[str, Group] = {}
    around = {"": ""}
    """Graph id -> id of the group that it is the inside of."""
    place = {id: graph.id for graph in model.graphs.values() for id in graph.nodes}
    for node in model.nodes():
        graphs = [model.graphs[body] for body in node.bodies]
        ids = [node.id] if len(graphs) == 1 else list(node.bodies)
        parent = around[place[node.id]]
        if len(graphs) > 1:
            groups[node.id] = Group(
                id=node.id,
                title=node.title,
                kind=GroupKind.BODY,
                members=tuple(ids),
                graph=place[node.id],
                parent=parent,
                nodes=sum(len(graph.nodes) for graph in graphs),
            )
            parent = node.id
        for id, graph in zip(ids, graphs):
            around[graph.id] = id
            groups[id] = Group(
                id=id,
                title=node.title if id == node.id else graph.name,
                kind=GroupKind.BODY,
                members=tuple(graph.nodes),
                graph=graph.id,
                parent=parent,
                nodes=len(graph.nodes),
            )
    return Grouping(top=tuple(model.graph.nodes), groups=groups)
