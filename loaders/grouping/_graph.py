"""The groups of one graph: from names to a tree whose every level flows one way."""

from loaders.grouping._circles import Feeds, straighten
from loaders.grouping._draft import Draft, drafted, outside_in, tidy
from loaders.grouping._names import classes_of, paths_of
from loaders.grouping._numbered import numbered_paths
from loaders.grouping._sections import cut, is_wide
from loaders.ir.graph import Graph, Model, Node
from loaders.ir.walk import inside


def draft_of(model: Model, graph: Graph, owner: Node | None = None) -> Draft:
    """Return the groups of a graph; ``owner`` is the node that it is the inside of."""
    paths = paths_of(graph, owner)
    is_named = any(paths)
    if not is_named:
        paths = numbered_paths([node.name for node in graph.nodes.values()])
    root = drafted(paths, classes_of(graph), certain=is_named)
    tidy(root)
    if len(root.members) == root.size and not is_wide(root):
        return root
    feeds = feeds_of(model, graph)
    if not is_named:
        _dissolve_scattered(root, feeds)
    if straighten(root, feeds):
        tidy(root)
    cut(root, feeds)
    return root


def feeds_of(model: Model, graph: Graph) -> Feeds:
    """Return for each node the nodes that feed it, as positions in graph order.

    What the graphs inside a node take from outside feeds that node. In a damaged file
    nodes feed each other around; edges against the order are left out.
    """
    makers = {
        value: at
        for at, node in enumerate(graph.nodes.values())
        for value in node.outputs
        if value
    }
    feeds = []
    for at, node in enumerate(graph.nodes.values()):
        used = node.taken if node.masks or node.given else node.inputs
        if node.bodies:
            outer = [value for one in inside(model, node) for value in one.taken]
            used = (*used, *outer)
        feeds.append(
            [source for value in used if (source := makers.get(value, at)) < at]
        )
    return feeds


def _dissolve_scattered(root: Draft, feeds: Feeds) -> None:
    """Dissolve groups that names merely hint at and no edges hold together."""
    for draft in reversed(outside_in(root)):
        draft.members = [
            kept
            for member in draft.members
            for kept in (
                member.members
                if isinstance(member, Draft)
                and not member.certain
                and not _is_connected(member.nodes(), feeds)
                else [member]
            )
        ]


def _is_connected(nodes: list[int], feeds: Feeds) -> bool:
    leader = {node: node for node in nodes}

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = node = leader[leader[node]]
        return node

    apart = len(nodes)
    for node in nodes:
        for source in feeds[node]:
            if source in leader and (one := find(source)) != (other := find(node)):
                leader[one] = other
                apart -= 1
    return apart == 1
