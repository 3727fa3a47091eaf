"""Looking things up in a model: who makes a value, who uses it, where a node lies."""

from collections.abc import Iterator
from functools import cached_property

from loaders.ir.graph import Graph, Model, Node, Value


class ModelIndex:
    """Answers by id for one model. Each table is built when it is first asked for.

    50,000 nodes take some 30 ms a table, so a window asks for them in a job.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def make_tables(self) -> None:
        """Make the tables that every look at a model needs; do it off the window."""
        _ = self.values, self.nodes, self._places, self._groups, self._makers

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every value of every graph by id."""
        return self.model.values()

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every node of every graph by id."""
        return {
            id: node
            for graph in self.model.graphs.values()
            for id, node in graph.nodes.items()
        }

    @cached_property
    def _places(self) -> dict[str, str]:
        return {
            node: graph.id
            for graph in self.model.graphs.values()
            for node in graph.nodes
        }

    @cached_property
    def _makers(self) -> dict[str, Node]:
        return {
            output: node
            for graph in self.model.graphs.values()
            for node in graph.nodes.values()
            for output in node.outputs
            if output
        }

    @cached_property
    def _users(self) -> dict[str, list[Node]]:
        users: dict[str, list[Node]] = {}
        for graph in self.model.graphs.values():
            for node in graph.nodes.values():
                for value in dict.fromkeys(node.taken):
                    if value:
                        users.setdefault(value, []).append(node)
        return users

    @cached_property
    def _groups(self) -> dict[str, str]:
        return {
            member: group.id
            for group in self.model.grouping.groups.values()
            for member in group.members
        }

    def groups_around(self, id: str) -> tuple[str, ...]:
        """Return the ids of the groups around a node or group, outermost first."""
        chain: list[str] = []
        around = self._groups.get(id, "") if id else ""
        while around:
            chain.append(around)
            around = self._groups.get(around, "")
        return tuple(reversed(chain))

    def members(self) -> Iterator[tuple[str, int]]:
        """Yield the id of every node and group once, and how many groups are around it.

        In graph order, groups before what is in them; nodes that nobody has grouped
        come last.
        """
        groups, nodes = self.model.grouping.groups, self.nodes
        seen: set[str] = set()
        stack = [iter(self.model.grouping.top)]
        while stack:
            id = next(stack[-1], None)
            if id is None:
                stack.pop()
                continue
            if id in seen or not (id in nodes or id in groups):
                continue
            seen.add(id)
            yield id, len(stack) - 1
            if id in groups:
                stack.append(iter(groups[id].members))
        for node in self.model.nodes():
            if node.id not in seen:
                yield node.id, 0

    def nodes_in(self, group_id: str) -> Iterator[Node]:
        """Yield every node inside a group, however deep, containers before theirs."""
        groups = self.model.grouping.groups
        waiting = [iter(groups[group_id].members)]
        while waiting:
            member = next(waiting[-1], None)
            if member is None:
                waiting.pop()
                continue
            if (node := self.nodes.get(member)) is not None:
                yield node
            if member in groups:
                waiting.append(iter(groups[member].members))

    def graph_of(self, node_id: str) -> Graph | None:
        """Return the graph that a node lies in; ``None`` if there is no such node."""
        place = self._places.get(node_id)
        return None if place is None else self.model.graphs[place]

    def maker(self, value_id: str) -> Node | None:
        """Return the node whose output a value is; ``None`` for an outside input."""
        return self._makers.get(value_id)

    def first_output(self, node: Node) -> Value | None:
        """Return what a node makes; the first of its outputs if it has several."""
        return self.values.get(node.outputs[0]) if node.outputs else None

    def users(self, value_id: str) -> tuple[Node, ...]:
        """Return the nodes that take a value, in graph order."""
        return tuple(self._users.get(value_id, ()))

    def path(self, graph: Graph) -> tuple[Graph, ...]:
        """Return the graphs around one, the main graph first, itself last."""
        chain = [graph]
        while chain[-1].owner:
            outer = self.graph_of(chain[-1].owner)
            if outer is None or outer in chain:
                break
            chain.append(outer)
        return tuple(reversed(chain))
