"""What a layout is made of: which boxes a graph has and which of them are joined."""

from dataclasses import dataclass
from typing import NamedTuple

from loaders.ir.graph import Graph, Model, Node

INPUT_PREFIX, OUTPUT_PREFIX = "in:", "out:"


class Wire(NamedTuple):
    """An edge between two boxes, which are counted in the order of ``Plan.boxes``."""

    value: str
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The boxes of one graph, sources before what they feed, and its edges.

    Two boxes are joined by one wire at most, no box by a wire to itself. A wire whose
    source comes after its target closes a cycle (a damaged file).
    """

    boxes: list[str]
    wires: list[Wire]


def plan(model: Model, graph: Graph) -> Plan:
    """Return what is to be laid out for one graph.

    Inputs that no node makes get a box of their own (``in:`` and the value's id).
    So do outputs (``out:``), except in Keras models: their last layers are the
    outputs.
    """
    made = {out for node in graph.nodes.values() for out in node.outputs if out}
    boxes: list[str] = []
    maker: dict[str, int] = {}
    for value in dict.fromkeys(graph.inputs):
        box = INPUT_PREFIX + value
        if value and value not in made and box not in graph.nodes:
            maker[value] = len(boxes)
            boxes.append(box)
    first = len(boxes)
    boxes.extend(graph.nodes)
    for index, node in enumerate(graph.nodes.values(), start=first):
        maker.update((out, index) for out in node.outputs if out)

    wires: dict[tuple[int, int], Wire] = {}

    def join(value: str, target: int) -> None:
        source = maker.get(value)
        if source is not None and source != target:
            wires.setdefault((source, target), Wire(value, source, target))

    for index, node in enumerate(graph.nodes.values(), start=first):
        for value in (*node.inputs, *node.masks):
            join(value, index)
        if node.bodies:
            for value in captured(model, node):
                join(value, index)
    if not all(node.dialect == "keras" for node in graph.nodes.values()):
        for value in dict.fromkeys(graph.outputs):
            box = OUTPUT_PREFIX + value
            if value and box not in graph.nodes:
                boxes.append(box)
                join(value, len(boxes) - 1)
    return Plan(boxes, list(wires.values()))


def captured(model: Model, node: Node) -> list[str]:
    """Return the values that the graphs inside a node use, wherever they are made."""
    used: dict[str, None] = {}
    waiting = list(node.bodies)
    while waiting:
        body = model.graphs.get(waiting.pop())
        if body is None:
            continue
        used.update(dict.fromkeys(body.outputs))
        for inner in body.nodes.values():
            used.update(dict.fromkeys((*inner.inputs, *inner.masks)))
            waiting.extend(inner.bodies)
    return [value for value in used if value]
