"""Where the nodes of one graph are drawn: made in the reader, drawn in the window."""

from msgspec import Struct


class Box(Struct, frozen=True, array_like=True):
    """A node's place: its top left corner in pixels at a scale of 1."""

    node: str
    x: float
    y: float


class Route(Struct, frozen=True, array_like=True):
    """How an edge is drawn.

    Attributes:
        value: The value that flows.
        source: Node id, or empty if the value comes from outside the graph.
        target: Node id.
        points: x, y, x, y ... of a smooth line's support points, from the source's
            lower edge to the target's upper edge (left to right if horizontal).
        stub: True if the edge is too long to draw whole: a short labelled piece at
            both ends; ``points`` then holds only the two ends.
    """

    value: str
    source: str
    target: str
    points: tuple[float, ...]
    stub: bool = False


class Layout(Struct, frozen=True, kw_only=True):
    """A picture's plan: every node of one graph, every edge.

    ``fallback`` is empty, or says why a plainer layout was used.
    """

    graph: str
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    horizontal: bool = False
    fallback: str = ""
