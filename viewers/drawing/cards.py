"""What is written on each box of a graph: pure, no Qt.

Every text from the file has gone through ``text.shown``.
"""

from collections import defaultdict

from msgspec import Struct

from loaders.ir.graph import (
    Category,
    Graph,
    Model,
    Node,
    Severity,
    Structure,
    Value,
)
from loaders.ir.text import (
    SHOWN_CHARACTERS,
    compact,
    count_of,
    grouped,
    grouped_shape,
    shown,
)
from loaders.ir.walk import is_counted, parameters_of
from viewers.drawing.wires import INPUT_PREFIX, OUTPUT_PREFIX
from viewers.plain import short_name


class Card(Struct, frozen=True, kw_only=True):
    """The words on one box.

    Attributes:
        title: The node's name.
        kind: Its type, with the fused activation or what it contains.
        shape: Of its first output.
        number: How many parameters, and the same in few characters; both empty where
            a number would only be noise.
        short_number: See ``number``.
        badge: How it is quantized; empty if it is not.
        category: Whose colour the bar has.
        container: Whether it opens.
        problem: Why its shapes cannot work; empty if they can.
        warnings: What else the user should know about it.
        shared_with: The name of the first call of the same layer; empty if it is
            this one.
    """

    title: str
    kind: str
    shape: str = ""
    number: str = ""
    short_number: str = ""
    badge: str = ""
    category: Category = Category.OTHER
    container: bool = False
    problem: str = ""
    warnings: tuple[str, ...] = ()
    shared_with: str = ""

    @property
    def words(self) -> str:
        """All of it in lines, for a tooltip."""
        number = f"{self.number} parameters" if self.number else ""
        if self.shared_with:
            number += f", the same as those of {self.shared_with}"
        lines = (self.title, self.kind, self.badge, self.shape, number, self.problem)
        return "\n".join(line for line in (*lines, *self.warnings) if line)


class Cards:
    """Writes the cards of one graph of a model."""

    def __init__(self, model: Model, graph: Graph) -> None:
        self._model, self._graph = model, graph
        self._warnings: defaultdict[str, list[str]] = defaultdict(list)
        for note in model.notes:
            if note.where and note.severity is Severity.WARNING:
                self._warnings[note.where].append(note.message)

    def card(self, box: str) -> Card:
        """Return what is written on a box of the graph's layout."""
        node = self._graph.nodes.get(box)
        if node is not None:
            return self._node(node)
        for prefix, kind in ((INPUT_PREFIX, "Input"), (OUTPUT_PREFIX, "Output")):
            if box.startswith(prefix):
                return self._endpoint(box.removeprefix(prefix), kind)
        raise KeyError(box)

    def title(self, box: str) -> str:
        """Return the name on a box, or the id of a node of another graph."""
        node = self._graph.nodes.get(box)
        if node is not None:
            return short_name(node.title, SHOWN_CHARACTERS)
        for prefix in (INPUT_PREFIX, OUTPUT_PREFIX):
            value = self._graph.values.get(box.removeprefix(prefix))
            if box.startswith(prefix) and value is not None:
                return short_name(value.name or value.id, SHOWN_CHARACTERS)
        return short_name(box, SHOWN_CHARACTERS)

    def category(self, box: str) -> Category:
        """Return whose colour a box has."""
        node = self._graph.nodes.get(box)
        return Category.ENDPOINT if node is None else node.category

    def _endpoint(self, id: str, kind: str) -> Card:
        value = self._graph.values.get(id, Value(id=id))
        return Card(
            title=short_name(value.name or id, SHOWN_CHARACTERS),
            kind=" · ".join(filter(None, (kind, shown(value.dtype, 40)))),
            shape=_shape(value),
            badge=value.quantizer.badge if value.quantizer else "",
            category=Category.ENDPOINT,
        )

    def _node(self, node: Node) -> Card:
        number, short = self._number(node)
        return Card(
            title=short_name(node.title, SHOWN_CHARACTERS),
            kind=self._kind(node),
            shape=self._output(node),
            number=number,
            short_number=short,
            badge=_badge(node, self._graph),
            category=node.category,
            container=bool(node.bodies),
            problem=shown(node.problem, 1_000),
            warnings=tuple(self._warnings.get(node.id, ())),
            shared_with=self.title(node.shared_with) if node.shared_with else "",
        )

    def _kind(self, node: Node) -> str:
        parts = [shown(node.op, 80)]
        match node.attributes.get("layer"):
            case {"op": str(wrapped)}:  # TimeDistributed, Bidirectional
                parts.append(shown(wrapped, 80))
        if node.activation and node.activation != "linear":
            parts.append(shown(node.activation, 40))
        if node.shared_with:
            parts.append("shared")
        if node.bodies:
            inside = sum(len(self._model.graphs[body].nodes) for body in node.bodies)
            noun = "layer" if node.dialect == "keras" else "node"
            # With one more word in the line there is no room for the noun.
            short = grouped(inside) if node.shared_with else count_of(inside, noun)
            parts.append(f"▸ {short}")
        return " · ".join(parts)

    def _output(self, node: Node) -> str:
        if self._model.structure is Structure.TENSORS:
            return count_of(len(node.parameters), "tensor") if node.parameters else ""
        outputs = [out for out in node.outputs if out]
        if not outputs:
            return ""
        text = _shape(self._graph.values.get(outputs[0], Value(id=outputs[0])))
        return text if len(outputs) == 1 else f"{text}  +{len(outputs) - 1}"

    def _number(self, node: Node) -> tuple[str, str]:
        if not is_counted(self._model, node):
            return "unknown", "?"
        total = sum(weight.count for weight in parameters_of(self._model, node))
        plain = node.dialect != "keras" or node.category is Category.ENDPOINT
        if not total and plain:
            return "", ""
        return grouped(total), compact(total)


def _shape(value: Value) -> str:
    if value.shape is None and value.note:
        return shown(value.note, 80)
    return grouped_shape(value.shape)


def _badge(node: Node, graph: Graph) -> str:
    """Return how a node's weights are quantized, else its output."""
    for weight in node.parameters:
        if weight.quantizer is not None:
            return shown(weight.quantizer.badge, 40)
    for output in node.outputs:
        value = graph.values.get(output)
        if value is not None and value.quantizer is not None:
            return shown(value.quantizer.badge, 40)
    return ""
