"""Which nodes of a picture are joined, whatever is open: one wire for each value.

Wires lead past what is left out, into the graphs inside nodes and out of them: what a
nested model takes is joined to its own first layers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from loaders.ir.graph import Category, Graph, Model, Node
from loaders.ir.grouping import GroupKind
from loaders.ir.layout import Arrangement

INPUT_PREFIX, OUTPUT_PREFIX = "in:", "out:"
MOST_PAST = 24
"""An operation that would be passed by more wires stays in the picture."""
NOWHERE: tuple[tuple[str, str], ...] = ()


class Wire(NamedTuple):
    """A value on its way between two places, which are numbers of ``Flow.names``."""

    value: str
    source: int
    target: int


@dataclass(slots=True)
class Flow:
    """Everything in a picture, numbered so that what is in a group follows it.

    Attributes:
        names: Ids of nodes, groups and boxes for inputs (``in:`` and the value's id)
            and outputs (``out:``).
        spans: For each group its own number and the one after all that is in it.
        children: What lies directly in each group; under the empty id, or that of the
            group that fills the picture: at the top.
        wires: In the order of the nodes that take the values.
        folded: By the number of a node the ids of activations written on its box.
        kept: How many nodes should be left out but stay: too many wires would lead
            past them.
    """

    names: list[str] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    children: dict[str, list[int]] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    folded: dict[int, tuple[str, ...]] = field(default_factory=dict)
    kept: int = 0


def flow(model: Model, arrangement: Arrangement) -> Flow:
    """Return all that may be drawn for an arrangement, whatever it opens.

    The main graph, or a group that fills the picture, has boxes for what comes in and
    goes out; Keras graphs have none for outputs: their last layers are the outputs.
    """
    return _Tracer(model, arrangement).flow()


class _Tracer:
    """Finds out where every value comes from, then numbers and joins. Used once."""

    def __init__(self, model: Model, arrangement: Arrangement) -> None:
        self._model, self._root = model, arrangement.root
        self._groups = model.grouping.groups
        self._hidden = frozenset(arrangement.hidden)
        self._nodes = {
            id: node
            for graph in model.graphs.values()
            for id, node in graph.nodes.items()
        }
        self._inside = None if not self._root else self._below(self._root)
        self._made = {
            out: node for node in self._nodes.values() for out in node.outputs if out
        }
        self._taken = _taken(model)
        self._hosts = (
            self._hosts_of_activations() if arrangement.fold_activations else {}
        )
        self._sources: dict[str, tuple[tuple[str, str], ...]] = {}
        """For a value: what flows, by its id at its maker, and the maker's id."""
        self._extra: dict[str, list[str]] = {}
        """Further values that end at a node."""
        self._left_out: set[str] = set()
        self._seen: dict[str, int] = {}
        """When each node was come by: those in a body after its owner."""
        self._result = Flow()
        self._numbers: dict[str, int] = {}

    def flow(self) -> Flow:
        self._trace()
        top = self._groups[self._root].members if self._root else self._top()
        self._number_inputs()
        self._number(top)
        self._join()
        self._join_outputs()
        hosts: dict[int, list[str]] = {}
        for id, host in self._hosts.items():
            if host in self._numbers:
                hosts.setdefault(self._numbers[host], []).append(id)
        self._result.folded = {host: tuple(ids) for host, ids in hosts.items()}
        return self._result

    def _top(self) -> Iterable[str]:
        return self._model.grouping.top or tuple(self._model.graph.nodes)

    def _below(self, root: str) -> set[str]:
        """Return the ids of all nodes and groups in a group."""
        found: set[str] = set()
        waiting = list(self._groups[root].members)
        while waiting:
            id = waiting.pop()
            found.add(id)
            if id in self._groups:
                waiting.extend(self._groups[id].members)
        return found

    def _is_inside(self, id: str) -> bool:
        return self._inside is None or id in self._inside

    # activations written on the box before them

    def _hosts_of_activations(self) -> dict[str, str]:
        """Return for each folded activation the node that it is written on."""
        around = {
            member: group.id
            for group in self._groups.values()
            for member in group.members
        }
        hosts: dict[str, str] = {}
        for node in self._nodes.values():
            taken = [value for value in node.taken if value]
            if (
                node.category is not Category.ACTIVATION
                or node.parameters
                or node.bodies
                or node.problem
                or len(taken) != 1
                or self._taken[taken[0]] != 1
            ):
                continue
            host = self._made.get(taken[0])
            if (
                host is not None
                and host is not node
                and host.category is not Category.ENDPOINT
                and len(host.outputs) == 1
                and not host.bodies
                and host.op not in self._hidden
                and node.op not in self._hidden
                and around.get(host.id) == around.get(node.id)
            ):
                hosts[node.id] = hosts.get(host.id, host.id)
        return hosts

    # where values come from

    def _trace(self) -> None:
        graph = self._model.graph
        self._name_inputs(graph)
        stack: list[tuple[Node | None, Iterator[Node]]]
        stack = [(None, iter(graph.nodes.values()))]
        while stack:
            owner, rest = stack[-1]
            node = next(rest, None)
            if node is None:
                stack.pop()
                if owner is not None:
                    self._leave(owner)
                continue
            self._seen[node.id] = len(self._seen)
            if (
                node.op in self._hidden
                and self._is_inside(node.id)
                and self._pass(node)
            ):
                continue
            if node.bodies and node.id in self._groups:
                self._enter(node)
                graphs = [self._model.graphs[body] for body in node.bodies]
                nodes = chain.from_iterable(graph.nodes.values() for graph in graphs)
                stack.append((node, iter(nodes)))
                continue
            maker = self._hosts.get(node.id, node.id)
            for value in node.outputs:
                self._sources[value] = ((value, maker),)

    def _name_inputs(self, graph: Graph) -> None:
        for value in graph.inputs:
            if value and value not in self._made:
                self._sources[value] = ((value, INPUT_PREFIX + value),)

    def _pass(self, node: Node) -> bool:
        """Let what a node makes come from where it takes it; False if it must stay."""
        values = [*node.taken, *captured(self._model, node)]
        found = dict.fromkeys(
            source for value in values for source in self._sources.get(value, NOWHERE)
        )
        if len(found) > MOST_PAST:
            self._result.kept += 1
            return False
        self._left_out.add(node.id)
        self._sources.update(dict.fromkeys(node.outputs, tuple(found)))
        return True

    def _enter(self, node: Node) -> None:
        """Let what graphs inside a node take come from what the node takes."""
        graphs = [self._model.graphs[body] for body in node.bodies]
        if not self._is_inside(node.id):
            for graph in graphs:
                self._name_inputs(graph)
            return
        led_in: set[str] = set()
        for graph in graphs:
            for outer, inner in zip(node.inputs, graph.inputs):
                first = self._made.get(inner)
                if first is not None:
                    self._extra.setdefault(first.id, []).append(outer)
                    led_in.add(outer)
                elif inner in self._taken:
                    self._sources[inner] = self._sources.get(outer, NOWHERE)
                    led_in.add(outer)
        rest = [value for value in node.taken if value not in led_in]
        self._extra[node.id] = rest

    def _leave(self, node: Node) -> None:
        """Let what a node makes come from what the graphs inside it make."""
        if not self._is_inside(node.id):
            self._sources.update((v, ((v, node.id),)) for v in node.outputs)
            return
        # The first thing a loop's body makes says whether to go on.
        skip = 1 if node.op == "Loop" else 0
        entered = self._seen[node.id]
        for place, value in enumerate(node.outputs):
            found: list[tuple[str, str]] = []
            for body in node.bodies:
                made = self._model.graphs[body].outputs[place + skip : place + skip + 1]
                for inner in made:
                    makers = [maker for _, maker in self._sources.get(inner, NOWHERE)]
                    within = [m for m in makers if self._seen.get(m, -1) > entered]
                    found += [(value, maker) for maker in within]
                    if len(within) < len(makers):  # led through the body as it is
                        self._extra.setdefault(node.id, []).append(inner)
                        found.append((value, node.id))
            self._sources[value] = tuple(dict.fromkeys(found)) or ((value, node.id),)

    # numbers

    def _add(self, id: str, group: str) -> int:
        number = self._numbers[id] = len(self._result.names)
        self._result.names.append(id)
        self._result.children.setdefault(group, []).append(number)
        return number

    def _number_inputs(self) -> None:
        """Give every input of the graph at the top a box, even if nobody takes it."""
        for graph in self._model.graphs.values():
            if self._root in (graph.id, graph.owner) if self._root else not graph.id:
                for value in dict.fromkeys(graph.inputs):
                    box = INPUT_PREFIX + value
                    named = self._sources.get(value) == ((value, box),)
                    if named and box not in self._nodes:
                        self._add(box, self._root)

    def _number(self, top: Iterable[str]) -> None:
        """Number nodes and groups, what is in a group right after it."""
        groups, children = self._groups, self._result.children
        waiting: list[tuple[str, str, bool]]
        waiting = [(id, self._root, True) for id in reversed(tuple(top))]
        while waiting:
            id, around, is_first = waiting.pop()
            if id in self._left_out or id in self._hosts:
                continue
            if is_first:
                number = self._add(id, around)
                if id in groups:
                    self._result.spans[id] = number, number + 1
                    waiting.append((id, around, False))
                    waiting += [(m, id, True) for m in reversed(groups[id].members)]
            elif children.get(id):
                self._result.spans[id] = self._numbers[id], len(self._result.names)
            elif groups[id].kind is not GroupKind.BODY or id not in self._nodes:
                children[around].pop()  # nothing is left in it

    # wires

    def _join(self) -> None:
        numbers, sources, wires = self._numbers, self._sources, self._result.wires
        for node in self._nodes.values():
            target = numbers.get(node.id)
            if target is None:
                continue
            values = node.taken
            if node.bodies:
                values = tuple(self._taken_around(node))
            elif node.id in self._extra:
                values += tuple(self._extra[node.id])
            # Past what is left out a value may come twice.
            found = [
                source for value in values for source in sources.get(value, NOWHERE)
            ]
            for label, maker in dict.fromkeys(found):
                source = numbers.get(maker)
                if source is None:
                    source = self._source_outside(label, maker)
                if source is not None and source != target:
                    wires.append(Wire(label, source, target))

    def _taken_around(self, node: Node) -> Iterable[str]:
        """Return the values that end at a node with bodies, not in one of them."""
        if node.id in self._groups and node.id in self._result.spans:
            return self._extra.get(node.id, ())
        return (*node.taken, *captured(self._model, node))

    def _source_outside(self, label: str, maker: str) -> int | None:
        """Return the box of a value from outside the group that fills the picture."""
        if self._inside is None or maker in self._inside:
            return None
        box = INPUT_PREFIX + label
        if box in self._nodes:
            return None
        return (
            self._numbers[box] if box in self._numbers else self._add(box, self._root)
        )

    def _join_outputs(self) -> None:
        """Add boxes for what leaves the graph or the group at the top."""
        boxes: dict[str, list[int]] = {}
        for value in self._results():
            found = boxes.setdefault(value, [])
            for _, maker in self._sources.get(value, NOWHERE):
                if maker in self._numbers:
                    found.append(self._numbers[maker])
        for value, number in self._taken_outside():
            found = boxes.setdefault(value, [])
            if number not in found:
                found.append(number)
        for value, makers in boxes.items():
            box = OUTPUT_PREFIX + value
            if box in self._nodes or (self._root and not makers):
                continue
            target = self._add(box, self._root)
            self._result.wires += [Wire(value, maker, target) for maker in makers]

    def _results(self) -> Iterator[str]:
        """Yield the outputs of the graph at the top, or of those a group is around."""
        inside = self._inside
        for graph in self._model.graphs.values():
            if graph.id if inside is None else graph.owner in inside:
                continue
            if not all(node.dialect == "keras" for node in graph.nodes.values()):
                yield from dict.fromkeys(filter(None, graph.outputs))

    def _taken_outside(self) -> Iterator[tuple[str, int]]:
        """Yield what nodes around the group at the top take from it, and its maker."""
        inside = self._inside
        if inside is None:
            return
        for node in self._nodes.values():
            if node.id in inside or node.id == self._root:
                continue
            for value in node.taken:
                for label, maker in self._sources.get(value, NOWHERE):
                    if maker in inside and maker in self._numbers:
                        yield label, self._numbers[maker]


def _taken(model: Model) -> Counter[str]:
    """Return for each value how many nodes and graphs take it."""
    taken: Counter[str] = Counter()
    for graph in model.graphs.values():
        taken.update(graph.outputs)
        for node in graph.nodes.values():
            taken.update(node.taken)
    return taken


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
            used.update(dict.fromkeys(inner.taken))
            waiting.extend(inner.bodies)
    return [value for value in used if value]
