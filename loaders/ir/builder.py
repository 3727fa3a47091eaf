"""Making a model: collects nodes and values, checks every invariant once, freezes."""

import heapq
import os
from pathlib import Path
from typing import Any

import msgspec

from loaders.ir.graph import (
    Axis,
    Fact,
    Graph,
    Model,
    Node,
    Note,
    Severity,
    Structure,
    TensorGroup,
    Value,
)
from loaders.ir.tensors import ModelFile
from loaders.ir.text import shown


class GraphBuilder:
    """Collects one graph of a model. Made by ``ModelBuilder.graph``."""

    def __init__(self, model: "ModelBuilder", id: str, name: str, owner: str) -> None:
        self.model, self.id, self.name, self.owner = model, id, name, owner
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.nodes: dict[str, Node] = {}
        self.values: dict[str, Value] = {}

    def add_node(self, node: Node) -> Node:
        """Add a node; its outputs become values of unknown shape if not yet named."""
        if not self.model.claim(node.id):
            raise ValueError(f"node id {node.id!r} is used twice")
        self.nodes[node.id] = node
        for output in node.outputs:
            if output and output not in self.values:
                self.add_value(Value(id=output))
        return node

    def add_value(self, value: Value) -> Value:
        """Add a value, or say more about one that is already here."""
        if value.id not in self.values and not self.model.claim_value(value.id):
            raise ValueError(f"value id {value.id!r} is used in two graphs")
        self.values[value.id] = value
        return value

    def freeze(self) -> Graph:
        """Return the graph with its nodes in an order that follows the edges."""
        return Graph(
            id=self.id,
            name=self.name,
            owner=self.owner,
            inputs=tuple(self.inputs),
            outputs=tuple(self.outputs),
            nodes=ordered(self.nodes),
            values=self.values,
        )


class ModelBuilder:
    """Collects a model.

    ``unique(name)`` makes ids: the file's name if it is free, else the name with a
    number. Formats build graphs, add notes and facts, and call ``freeze`` once.
    """

    def __init__(self, path: Path, format: str) -> None:
        self.path, self.format = path, format
        self.producer = ""
        self.structure = Structure.GRAPH
        self.graphs: dict[str, GraphBuilder] = {}
        self.files: list[ModelFile] = []
        self.notes: list[Note] = []
        self.facts: list[Fact] = []
        self.others: list[TensorGroup] = []
        self.opsets: dict[str, int] = {}
        self._nodes: set[str] = set()
        self._values: set[str] = set()
        self._made: dict[str, int] = {}

    def graph(self, id: str = "", name: str = "", owner: str = "") -> GraphBuilder:
        """Start a graph; the main one has the empty id."""
        if id in self.graphs:
            raise ValueError(f"graph id {id!r} is used twice")
        self.graphs[id] = GraphBuilder(self, id, name, owner)
        return self.graphs[id]

    def file(self, file: ModelFile) -> int:
        """Return the index of a file, adding it at the first call."""
        if file not in self.files:
            self.files.append(file)
        return self.files.index(file)

    def unique(self, name: str) -> str:
        """Return a node id made from ``name`` that is not used yet (not claimed)."""
        if name not in self._nodes:
            return name
        count = self._made.get(name, 1)
        while (candidate := f"{name}#{count + 1}") in self._nodes:
            count += 1
        self._made[name] = count
        return candidate

    def claim(self, node_id: str) -> bool:
        """Reserve a node id; False if it is taken."""
        if node_id in self._nodes:
            return False
        self._nodes.add(node_id)
        return True

    def claim_value(self, value_id: str) -> bool:
        """Reserve a value id; False if it is taken."""
        if value_id in self._values:
            return False
        self._values.add(value_id)
        return True

    def note(
        self, message: str, where: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """Tell the user something about how the file was read."""
        self.notes.append(Note(message=message, where=where, severity=severity))

    def fact(self, section: str, name: str, text: object) -> None:
        """Add a row to the model panel; nothing for an empty text."""
        if text not in (None, ""):
            # A value from the file may be long; the panel shows it in a plain-text box.
            row = shown(str(text), 10_000)
            self.facts.append(Fact(section=section, name=shown(name), text=row))

    def freeze(self) -> Model:
        """Return the finished model.

        Raises:
            ValueError: an invariant does not hold (our bug, not the user's).
        """
        if "" not in self.graphs:
            raise ValueError("a model needs a main graph")
        for graph in self.graphs.values():
            for node in graph.nodes.values():
                for body in node.bodies:
                    if self.graphs[body].owner != node.id:
                        raise ValueError(f"graph {body!r} is not owned by {node.id!r}")
        return Model(
            path=os.fsencode(self.path),
            format=self.format,
            producer=self.producer,
            structure=self.structure,
            graphs={id: graph.freeze() for id, graph in self.graphs.items()},
            files=tuple(self.files),
            notes=tuple(self.notes),
            facts=tuple(self.facts),
            others=tuple(self.others),
            opsets=self.opsets,
        )


def ordered(nodes: dict[str, Node]) -> dict[str, Node]:
    """Return nodes so that each follows what feeds it; file order where free.

    Nodes on a cycle (a damaged file) keep their order at the end.
    """
    maker = {out: node.id for node in nodes.values() for out in node.outputs if out}
    waiting: dict[str, int] = {}
    feeds: dict[str, list[str]] = {}
    for node in nodes.values():
        before = {
            maker[value]
            for value in node.taken
            if value in maker and maker[value] != node.id
        }
        waiting[node.id] = len(before)
        for source in before:
            feeds.setdefault(source, []).append(node.id)
    rank = {id: index for index, id in enumerate(nodes)}
    if all(
        rank[source] < rank[target]
        for source, targets in feeds.items()
        for target in targets
    ):
        return nodes
    ready = [rank[id] for id, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ids = list(nodes)
    done: dict[str, Node] = {}
    while ready:
        id = ids[heapq.heappop(ready)]
        done[id] = nodes[id]
        for target in feeds.get(id, ()):
            waiting[target] -= 1
            if waiting[target] == 0:
                heapq.heappush(ready, rank[target])
    return {**done, **{id: node for id, node in nodes.items() if id not in done}}


def unknown_axes(rank: int) -> tuple[Axis, ...]:
    """Return axes of which nothing is known."""
    return (Axis.OTHER,) * rank


def replace(struct: Any, **changes: Any) -> Any:
    """Return a struct with some fields changed; checks run again."""
    return msgspec.structs.replace(struct, **changes)
