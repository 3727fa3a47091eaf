"""Which groups the file's own words put a node in: ``model``, ``layers.3``, ``mlp``.

In order of trust: the modules that an exporter noted at each node, the name scopes of
TensorFlow, names with slashes, names of results with slashes where nodes have none.
"""

from typing import TypeAlias

from loaders.ir.graph import Graph, Node

Path: TypeAlias = tuple[str, ...]
"""Titles of the groups around a node, outermost first."""

DEEPEST = 16
"""Names may nest as they like; beyond this, all lies in one group."""


def paths_of(graph: Graph, owner: Node | None) -> list[Path]:
    """Return the groups around each node of a graph, in graph order.

    Args:
        graph: The graph.
        owner: The node that the graph is the inside of.
    """
    nodes = graph.nodes.values()
    if 2 * sum(bool(node.modules) for node in nodes) > len(nodes):
        return [tuple([name for name, _ in node.modules[:DEEPEST]]) for node in nodes]
    around = 0 if owner is None else len(owner.scope) + 1
    if all(node.dialect == "tf" for node in nodes):
        return [node.scope[around : around + DEEPEST] for node in nodes]
    return _by_slashes(graph)


def classes_of(graph: Graph) -> dict[Path, str]:
    """Return the classes of the groups whose class an exporter noted."""
    found: dict[Path, str] = {}
    for node in graph.nodes.values():
        path: Path = ()
        for name, word in node.modules[:DEEPEST]:
            path = (*path, name)
            found.setdefault(path, word)
    return found


def _by_slashes(graph: Graph) -> list[Path]:
    known: dict[str, Path] = {}
    values = graph.values
    paths = []
    for node in graph.nodes.values():
        name = node.name
        if not name and node.outputs and (value := values.get(node.outputs[0])):
            name = value.name
        before = name.rpartition("/")[0] if ";" not in name else _first(name)
        path = known.get(before)
        if path is None:
            parts = before.split("/", DEEPEST + 1)
            known[before] = path = tuple(part for part in parts if part)[:DEEPEST]
        paths.append(path)
    return paths


def _first(name: str) -> str:
    """Return the scope of the first of several names: fused operations have them."""
    return name.partition(";")[0].rpartition("/")[0]
