"""All groups of a model in one list, each before those inside it."""

from dataclasses import dataclass, field

from loaders.grouping._draft import Draft, Member
from loaders.grouping._graph import draft_of
from loaders.ir.graph import Graph, Model, Node
from loaders.ir.grouping import GroupKind


@dataclass(slots=True, kw_only=True)
class Entry:
    """A group while its sums are being made; the first of all is the whole model.

    Attributes:
        depth: How many groups are around it.
        owner: The node that it is the inside of, if it has that node's id.
        nodes: The nodes directly inside, but for those that are groups themselves.
        inside: The groups directly inside, in graph order.
        size: How many nodes are inside, however deep.
    """

    id: str
    title: str = ""
    kind: GroupKind = GroupKind.BODY
    subtitle: str = ""
    graph: str = ""
    parent: "Entry | None" = None
    depth: int = 0
    owner: Node | None = None
    members: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    inside: "list[Entry]" = field(default_factory=list)
    size: int = 0
    parameters: int | None = 0
    multiply_adds: int | None = 0
    likeness: int = 0

    def add(self, inner: "Entry") -> None:
        """Put a group inside this one, behind all that are there."""
        inner.parent, inner.depth = self, self.depth + 1
        self.members.append(inner.id)
        self.inside.append(inner)


def entries_of(model: Model) -> list[Entry]:
    """Return the whole model and all groups in it, each before those inside it.

    What is inside a group follows it before anything else does.
    """
    return _Collector(model).collect()


def _own_name(node: Node) -> str:
    return node.name.rpartition("/")[2] or node.title


class _Collector:
    def __init__(self, model: Model) -> None:
        self._model = model
        self._taken = {id for graph in model.graphs.values() for id in graph.nodes}
        self._waiting: list[tuple[Entry, list[Member], list[Node]]] = []

    def collect(self) -> list[Entry]:
        found = []
        self._wait(Entry(id=""), self._model.graph, None)
        while self._waiting:
            entry, members, nodes = self._waiting.pop()
            found.append(entry)
            at = len(self._waiting)
            for member in members:
                self._add(entry, member, nodes)
            if not members and entry.owner is not None:
                self._add_bodies(entry, entry.owner)
            self._waiting[at:] = reversed(self._waiting[at:])
        return found

    def _wait(self, entry: Entry, graph: Graph, owner: Node | None) -> None:
        draft = draft_of(self._model, graph, owner)
        self._waiting.append((entry, draft.members, list(graph.nodes.values())))

    def _add(self, around: Entry, member: Member, nodes: list[Node]) -> None:
        if isinstance(member, Draft):
            inner = self._scope(around, member, nodes)
            around.add(inner)
            self._waiting.append((inner, member.members, nodes))
            return
        node = nodes[member]
        bodies = [self._model.graphs[body] for body in node.bodies]
        if not any(body.nodes for body in bodies):
            around.nodes.append(node)
            around.members.append(node.id)
            return
        inner = Entry(
            id=node.id,
            title=_own_name(node),
            subtitle=node.op,
            graph=around.graph if len(bodies) > 1 else bodies[0].id,
            owner=node,
        )
        around.add(inner)
        if len(bodies) > 1:
            self._waiting.append((inner, [], []))
        else:
            self._wait(inner, bodies[0], node)

    def _scope(self, around: Entry, draft: Draft, nodes: list[Node]) -> Entry:
        before = f"{around.graph}/" if around.graph else ""
        subtitle = draft.subtitle
        if draft.kind is GroupKind.SECTION:
            ends = (draft.members[0], draft.members[-1])
            subtitle = " – ".join(
                one.title if isinstance(one, Draft) else _own_name(nodes[one])
                for one in ends
            )
        return Entry(
            id=self._unique(f"{before}{draft.key}/"),
            title=draft.title,
            kind=draft.kind,
            subtitle=subtitle,
            graph=around.graph,
        )

    def _add_bodies(self, around: Entry, node: Node) -> None:
        for body in node.bodies:
            graph = self._model.graphs[body]
            inner = Entry(id=self._unique(body), title=graph.name, graph=body)
            around.add(inner)
            self._wait(inner, graph, node)

    def _unique(self, id: str) -> str:
        while id in self._taken:
            id += "\u2032"
        self._taken.add(id)
        return id
