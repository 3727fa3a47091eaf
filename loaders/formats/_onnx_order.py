"""Order and connections of an ONNX graph's nodes, before anything is folded."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loaders.formats._onnx_records import GraphRecord, NodeRecord


@dataclass(frozen=True, slots=True)
class Order:
    """Nodes so that each follows what feeds it.

    Attributes:
        nodes: All of them; those on a cycle at the end, in file order.
        was_sorted: Whether the file had them in such an order, as ONNX demands.
        cyclic: How many lie on a cycle or behind one.
        twice: Names that more than one node makes.
    """

    nodes: list[NodeRecord]
    was_sorted: bool
    cyclic: int
    twice: tuple[str, ...]


def in_order(nodes: list[NodeRecord]) -> Order:
    """Return nodes in an order that follows the edges; file order where free."""
    maker: dict[str, int] = {}
    twice: dict[str, None] = {}
    for at, node in enumerate(nodes):
        for name in node.outputs:
            if name and maker.setdefault(name, at) != at:
                twice[name] = None
    is_sorted = True
    for at, node in enumerate(nodes):
        for name in node.inputs:
            if name in maker and maker[name] >= at:
                is_sorted = False
                break
    if is_sorted:
        return Order(nodes, True, 0, tuple(twice))
    feeds: dict[int, list[int]] = {}
    waiting = [0] * len(nodes)
    for at, node in enumerate(nodes):
        before = {maker[name] for name in used_by(node) if name in maker}
        waiting[at] = len(before)
        for source in before:
            feeds.setdefault(source, []).append(at)
    ready = [at for at, count in enumerate(waiting) if count == 0]
    done: list[int] = []
    while ready:
        at = heapq.heappop(ready)
        done.append(at)
        for target in feeds.get(at, ()):
            waiting[target] -= 1
            if waiting[target] == 0:
                heapq.heappush(ready, target)
    left = sorted(set(range(len(nodes))) - set(done))
    ordered = [nodes[at] for at in (*done, *left)]
    return Order(ordered, bool(left) and done == sorted(done), len(left), tuple(twice))


def used_by(node: NodeRecord) -> list[str]:
    """Return the names that a node reads, those read inside its bodies included."""
    if not node.attributes:
        return node.inputs
    bodies = [body for _, body in node.graphs]
    return [*node.inputs, *captured(bodies)] if bodies else node.inputs


def captured(bodies: Iterable[GraphRecord]) -> set[str]:
    """Return every name read inside bodies, whether or not it is made there."""
    found: set[str] = set()
    waiting = list(bodies)
    while waiting:
        body = waiting.pop()
        found.update(value.name for value in body.outputs)
        for node in body.nodes:
            found.update(node.inputs)
            waiting.extend(inner for _, inner in node.graphs)
    return found


class Uses:
    """Who reads each value of one graph.

    Attributes:
        readers: Name -> positions of the nodes that take it as an input, in order;
            a node that takes it twice is there twice.
        held: Names that must stay: outputs of the graph, or read inside bodies.
    """

    def __init__(self, nodes: Sequence[NodeRecord], outputs: Iterable[str]) -> None:
        self.readers: dict[str, list[int]] = {}
        self.held: set[str] = set(outputs)
        for at, node in enumerate(nodes):
            for name in node.inputs:
                if name:
                    self.readers.setdefault(name, []).append(at)
            if node.attributes:
                bodies = [body for _, body in node.graphs]
                if bodies:
                    self.held |= captured(bodies)

    def only_reader(self, name: str) -> int | None:
        """Return the position of the one node that reads a value nobody else needs."""
        readers = self.readers.get(name, ())
        return readers[0] if len(readers) == 1 and name not in self.held else None
