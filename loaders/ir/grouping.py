"""Which nodes belong together: groups in groups, for graph, table and search alike.

Made once in the reader from a whole model; travels with it. A group is a graph inside
a node, a name scope, or a part of a level that would be too wide to look at.
"""

from enum import StrEnum

from msgspec import Struct


class GroupKind(StrEnum):
    """Why some nodes are a group."""

    BODY = "body"
    """A graph inside a node: a nested model, a wrapped layer, a function, a branch."""
    SCOPE = "scope"
    """Nodes under one name: ``layers.3/attention``."""
    SECTION = "section"
    """A part of a level with too many children; cut by us, and said so."""


class Group(Struct, frozen=True, kw_only=True):
    """Some nodes shown as one box, or as a frame around them.

    Attributes:
        id: Unique among groups and nodes, the same at every opening. The group of a
            node with bodies has that node's id; if it has several bodies, each is a
            group of its own inside, with the id of its graph.
        title: Its own name, without those of the groups around it.
        subtitle: The class of the model, layer or module that it is
            (``LlamaDecoderLayer``); the first and last name in a section; or empty.
        kind: Why it is a group.
        members: Ids of nodes and groups directly inside, in graph order.
        graph: Id of the graph that the members lie in.
        parent: Id of the group around it; empty at the top.
        nodes: How many nodes are inside, however deep.
        parameters: Weights inside, each counted once; ``None`` if some are unknown.
        multiply_adds: Of one sample; ``None`` if some are unknown.
        likeness: Groups of the same structure share a number above 0, whatever their
            names; 0 if there is no other like it.
    """

    id: str
    title: str
    kind: GroupKind
    members: tuple[str, ...]
    subtitle: str = ""
    graph: str = ""
    parent: str = ""
    nodes: int = 0
    parameters: int | None = 0
    multiply_adds: int | None = 0
    likeness: int = 0


class Grouping(Struct, frozen=True, kw_only=True):
    """All groups of a model.

    Attributes:
        top: Ids of the nodes and groups at the top of the main graph, in graph order.
        groups: By id, each before the groups inside it.
        opened: Ids of the groups that are best shown open at first.
    """

    top: tuple[str, ...] = ()
    groups: dict[str, Group] = {}
    opened: tuple[str, ...] = ()
