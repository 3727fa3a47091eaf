"""Small models whose names say what belongs together."""

from pathlib import Path

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Node, Parameter
from loaders.ir.tensors import absent_tensor


def weight(id, *shape, **details):
    return Parameter(
        id=id, role="kernel", tensor=absent_tensor(shape, "float32"), **details
    )


def model_of(*nodes, dialect="onnx", bodies=None):
    """Return a model of nodes, written as ``name: op input input``.

    Each makes a value of its own name. ``bodies`` maps the id of a node of the main
    graph to the nodes inside it, or to several lists of them by the graph's name.
    """
    bodies = bodies or {}
    builder = ModelBuilder(Path("/m"), "test")
    main = builder.graph()
    inner = {
        owner: given if isinstance(given, dict) else {"body": given}
        for owner, given in bodies.items()
    }
    for text in nodes:
        node = node_of(text, dialect)
        graphs = tuple(f"{node.id}/{role}" for role in inner.get(node.id, ()))
        main.add_node(replaced(node, bodies=graphs))
    for owner, graphs in inner.items():
        for role, texts in graphs.items():
            graph = builder.graph(f"{owner}/{role}", role, owner)
            for text in texts:
                graph.add_node(node_of(text, dialect))
    return builder.freeze()


def node_of(text, dialect="onnx", **details):
    name, _, rest = text.partition(": ")
    op, *inputs = rest.split()
    return Node(
        id=name,
        name=name,
        op=op,
        dialect=dialect,
        inputs=tuple(inputs),
        outputs=(f"{name}:0",) if dialect == "tf" else (name,),
        multiply_adds=1,
        **details,
    )


def replaced(struct, **changes):
    from msgspec.structs import replace

    return replace(struct, **changes)


def tree(grouping, members=None):
    """Return the groups as nested lists: names of nodes, and (title, [...])."""
    return [
        (grouping.groups[id].title, tree(grouping, grouping.groups[id].members))
        if id in grouping.groups
        else id
        for id in (grouping.top if members is None else members)
    ]
