"""What is written on each box of a graph: pure, no Qt.

Every text from the file has gone through ``text.shown``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property

from msgspec import Struct

from loaders.ir.graph import Category, Model, Node, Severity, Structure, Value
from loaders.ir.grouping import Group, GroupKind
from loaders.ir.layout import Box, Layout
from loaders.ir.text import (
    SHOWN_CHARACTERS,
    compact,
    count_of,
    grouped,
    shown,
)
from loaders.ir.walk import lacks_weights, noun_of
from viewers.drawing.telling import telling
from viewers.drawing.wires import INPUT_PREFIX, OUTPUT_PREFIX
from viewers.inner_names import inner_name, scope_of
from viewers.plain import shape_words, short_name


class Card(Struct, frozen=True, kw_only=True):
    """The words on one box, or on the upper edge of a frame.

    Attributes:
        title: The node's name, without those of the scopes drawn around it.
        kind: Its type, with the fused activation or what it contains.
        shape: Of its first output; what a group costs.
        short_shape: The same in fewer characters, if it does not fit; empty for the
            shape without its spaces.
        number: How many parameters, and the same in few characters; both empty where
            a number would only be noise.
        short_number: See ``number``.
        badge: How it is quantized; empty if it is not.
        category: Whose colour the bar has.
        container: Whether it opens.
        likeness: Groups with the same number above 0 have the same structure.
        section: Whether it is a part of a level that we cut.
        problem: Why its shapes cannot work; empty if they can.
        warnings: What else the user should know about it.
        shared_with: The name of the first call of the same layer; empty if it is
            this one.
        name: The whole name if the title is not.
        more: Lines for the tooltip only.
    """

    title: str
    kind: str
    shape: str = ""
    short_shape: str = ""
    number: str = ""
    short_number: str = ""
    badge: str = ""
    category: Category = Category.OTHER
    container: bool = False
    likeness: int = 0
    section: bool = False
    problem: str = ""
    warnings: tuple[str, ...] = ()
    shared_with: str = ""
    name: str = ""
    more: tuple[str, ...] = ()

    @property
    def is_plain_group(self) -> bool:
        """Whether it is a group that is no layer of its own, so has no colour."""
        return self.container and self.category is Category.OTHER

    @property
    def words(self) -> str:
        """All of it in lines, for a tooltip."""
        number = f"{self.number} parameters" if self.number else ""
        if self.shared_with:
            number += f", the same as those of {self.shared_with}"
        name = self.name or self.title
        lines = (name, self.kind, self.badge, self.shape, number, self.problem)
        return "\n".join(line for line in (*lines, *self.warnings, *self.more) if line)


class Cards:
    """Writes the cards of the boxes of a model's pictures.

    Attributes:
        settings: Whether the type is followed by the most telling settings.
    """

    def __init__(self, model: Model, settings: bool = False) -> None:
        self._model = model
        self.settings = settings
        self._scopes: dict[str, str] = {}
        self._warnings: defaultdict[str, list[str]] = defaultdict(list)
        for note in model.notes:
            if note.where and note.severity is Severity.WARNING:
                self._warnings[note.where].append(note.message)

    def fill(self, layout: Layout) -> Iterator[None]:
        """Note which scopes are drawn around the boxes of a layout.

        Until then, and for boxes outside all scopes, names are written whole.
        """
        groups = self._model.grouping.groups
        shown_around = {box.node for box in layout.boxes if box.is_frame}
        root = layout.arrangement.root
        while root in groups:
            shown_around.add(root)
            root = groups[root].parent
        for id in shown_around:
            group = groups.get(id)
            if group is None:
                continue
            prefix = scope_of(self._model.grouping, group)
            self._scopes.update(dict.fromkeys(group.members, prefix))
            yield

    def card(self, box: Box) -> Card:
        """Return what is written on a box, or on a frame's upper edge."""
        group = self._model.grouping.groups.get(box.node)
        node = self._nodes.get(box.node)
        if group is not None and (node is None or box.is_frame):
            return self._group(group)
        if node is not None:
            return self._node(node, box.folded)
        for prefix, kind in ((INPUT_PREFIX, "Input"), (OUTPUT_PREFIX, "Output")):
            if box.node.startswith(prefix):
                return self._endpoint(box.node.removeprefix(prefix), kind)
        raise KeyError(box.node)

    def title(self, box: str) -> str:
        """Return the name on a box, or the id of a node of another graph."""
        group = self._model.grouping.groups.get(box)
        if group is not None:
            return short_name(group.title, SHOWN_CHARACTERS)
        node = self._nodes.get(box)
        if node is not None:
            return short_name(node.title, SHOWN_CHARACTERS)
        for prefix in (INPUT_PREFIX, OUTPUT_PREFIX):
            value = self._value(box.removeprefix(prefix))
            if box.startswith(prefix) and value is not None:
                return short_name(value.name or value.id, SHOWN_CHARACTERS)
        return short_name(box, SHOWN_CHARACTERS)

    def category(self, box: str) -> Category:
        """Return whose colour a box has."""
        node = self._nodes.get(box)
        if node is not None:
            return node.category
        return Category.OTHER if self.is_group(box) else Category.ENDPOINT

    def is_node(self, box: str) -> bool:
        """Whether a box is that of a node."""
        return box in self._nodes

    def is_plain_group(self, box: str) -> bool:
        """Whether a box stands for a group that is no layer of its own."""
        return self.is_group(box) and self.category(box) is Category.OTHER

    def is_group(self, box: str) -> bool:
        """Whether a box stands for a group."""
        return box in self._model.grouping.groups

    def edge(self, value_id: str, sources: list[str], targets: list[str]) -> str:
        """Return what is said of an edge: its value, shape and type, from and to."""
        value = self._value(value_id) or Value(id=value_id)
        lines = [
            short_name(value.name or value.id, SHOWN_CHARACTERS),
            " · ".join(filter(None, (shape_words(value), shown(value.dtype, 40)))),
            f"from {self._several(sources)}",
            f"to {self._several(targets)}",
        ]
        return "\n".join(lines)

    def shape(self, value_id: str) -> str:
        """Return the shape of a value, as it is written on its edge."""
        value = self._value(value_id)
        return shape_words(value) if value is not None else ""

    def _several(self, boxes: list[str]) -> str:
        names = [self.title(box) for box in boxes[:3]]
        left = len(boxes) - len(names)
        return ", ".join(names) + (f" and {grouped(left)} more" if left > 0 else "")

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        graphs = self._model.graphs
        if len(graphs) == 1:
            return self._model.graph.nodes
        nodes: dict[str, Node] = {}
        for graph in graphs.values():
            nodes.update(graph.nodes)
        return nodes

    @cached_property
    def _values(self) -> dict[str, Value]:
        graphs = self._model.graphs
        if len(graphs) == 1:
            return self._model.graph.values
        return self._model.values()

    def _value(self, id: str) -> Value | None:
        return self._values.get(id)

    @cached_property
    def _alike(self) -> Counter[int]:
        groups = self._model.grouping.groups.values()
        return Counter(group.likeness for group in groups if group.likeness)

    def _group(self, group: Group) -> Card:
        alike = self._alike[group.likeness] if group.likeness else 0
        noun = self._noun
        inside = count_of(group.nodes, noun)
        known = group.parameters is not None
        cost = group.multiply_adds
        # As on nodes: layers have a number, operations without weights none.
        counts = bool(group.parameters) or self._noun == "layer" or not known
        more = [self._of_kind(group)]
        words = inside
        if group.subtitle and group.kind is not GroupKind.BODY:
            words = shown(group.subtitle, SHOWN_CHARACTERS)
            more.insert(0, inside)
        is_section = group.kind is GroupKind.SECTION
        if alike > 1:
            more.append(f"One of {grouped(alike)} groups of the same structure")
            # Where a section begins and ends says more of it.
            if not (is_section and group.subtitle):
                words = f"{words} · one of {grouped(alike)} alike"
        return Card(
            title=short_name(group.title, SHOWN_CHARACTERS),
            kind=words,
            shape=f"{compact(cost)} multiply-adds" if cost else "",
            short_shape=f"{compact(cost)} mult-adds" if cost else "",
            number=_counted(group.parameters, grouped, "unknown") if counts else "",
            short_number=_counted(group.parameters, compact, "?") if counts else "",
            container=True,
            likeness=group.likeness,
            section=is_section,
            problem=shown(self._problem_of(group), 1_000),
            warnings=tuple(self._warnings.get(group.id, ())),
            more=tuple(filter(None, more)),
        )

    @cached_property
    def _noun(self) -> str:
        return noun_of(self._model)

    def _of_kind(self, group: Group) -> str:
        match group.kind:
            case GroupKind.SECTION:
                return "A part of this level, cut so that it can be looked at"
            case GroupKind.SCOPE:
                return "Everything whose name starts with this"
            case GroupKind.BODY:
                node = self._nodes.get(group.id)
                return "" if node is None else shown(node.op, 80)

    def _problem_of(self, group: Group) -> str:
        node = self._nodes.get(group.id)
        return "" if node is None else node.problem

    def _endpoint(self, id: str, kind: str) -> Card:
        value = self._value(id) or Value(id=id)
        return Card(
            title=short_name(value.name or id, SHOWN_CHARACTERS),
            kind=" · ".join(filter(None, (kind, shown(value.dtype, 40)))),
            shape=shape_words(value),
            badge=value.quantizer.badge if value.quantizer else "",
            category=Category.ENDPOINT,
        )

    def _node(self, node: Node, folded: tuple[str, ...] = ()) -> Card:
        group = self._model.grouping.groups.get(node.id)
        number, short = self._number(node, group)
        name = inner_name(node, self._scopes.get(node.id, ""))
        whole = "" if name == node.title else short_name(node.title, SHOWN_CHARACTERS)
        return Card(
            title=short_name(name, SHOWN_CHARACTERS),
            kind=self._kind(node, group, folded),
            shape=self._output(node, folded),
            number=number,
            short_number=short,
            badge=self._badge(node),
            category=node.category,
            container=self.is_group(node.id),
            likeness=group.likeness if group else 0,
            problem=shown(node.problem, 1_000),
            warnings=tuple(self._warnings.get(node.id, ())),
            shared_with=self.title(node.shared_with) if node.shared_with else "",
            name=whole,
        )

    def _kind(self, node: Node, group: Group | None, folded: tuple[str, ...]) -> str:
        parts = [shown(node.op, 80)]
        match node.attributes.get("layer"):
            case {"op": str(wrapped)}:  # TimeDistributed, Bidirectional
                parts.append(shown(wrapped, 80))
        if self.settings:
            parts.extend(telling(node))
        function = node.activation or _function(node)
        if function and function != "linear":
            parts.append(shown(function, 40))
        parts.extend(
            shown(self._nodes[inner].op, 40) for inner in folded if inner in self._nodes
        )
        if node.shared_with:
            parts.append("shared")
        if group is not None:
            inside = group.nodes
            noun = "layer" if node.dialect == "keras" else "node"
            # With one more word in the line there is no room for the noun.
            short = grouped(inside) if node.shared_with else count_of(inside, noun)
            parts.append(short)
        return " · ".join(parts)

    def _output(self, node: Node, folded: tuple[str, ...]) -> str:
        """Return the shape of the first output, of the last folded node if any."""
        if self._model.structure is Structure.TENSORS:
            return count_of(len(node.parameters), "tensor") if node.parameters else ""
        last = self._nodes.get(folded[-1], node) if folded else node
        outputs = [out for out in last.outputs if out]
        if not outputs:
            return ""
        text = shape_words(self._value(outputs[0]) or Value(id=outputs[0]))
        return text if len(outputs) == 1 else f"{text}  +{len(outputs) - 1}"

    def _number(self, node: Node, group: Group | None) -> tuple[str, str]:
        total = group.parameters if group is not None else _parameters(node)
        if total is None:
            return "unknown", "?"
        plain = node.dialect != "keras" or node.category is Category.ENDPOINT
        if not total and plain:
            return "", ""
        return grouped(total), compact(total)

    def _badge(self, node: Node) -> str:
        """Return how a node's weights are quantized, else its output."""
        for weight in node.parameters:
            if weight.quantizer is not None:
                return shown(weight.quantizer.badge, 40)
        for output in node.outputs:
            value = self._value(output)
            if value is not None and value.quantizer is not None:
                return shown(value.quantizer.badge, 40)
        return ""


def _parameters(node: Node) -> int | None:
    """Return how many parameters a node has that is no group; ``None`` if unknown."""
    known = all(weight.known for weight in node.parameters if weight.counted)
    if not known or lacks_weights(node):
        return None
    return sum({weight.id: weight.count for weight in node.parameters}.values())


def _counted(number: int | None, write: Callable[[int], str], unknown: str) -> str:
    return unknown if number is None else write(number)


def _function(node: Node) -> str:
    """Return which function an activation computes, if its type does not say it."""
    function = node.attributes.get("function")
    if node.category is not Category.ACTIVATION or not isinstance(function, str):
        return ""
    plain = function.replace("_", "").lower()
    return "" if plain == node.op.replace("_", "").lower() else function
