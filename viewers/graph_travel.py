"""Where an arrow key leads from a box of a graph: pure."""

from collections.abc import Iterable
from enum import Enum

from loaders.ir.layout import Layout, Route
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH


class Step(Enum):
    """Directions, as they are on the screen."""

    UP = (0, -1)
    DOWN = (0, 1)
    LEFT = (-1, 0)
    RIGHT = (1, 0)


def travel(layout: Layout, routes: Iterable[Route], box: str, step: Step) -> str:
    """Return the box that an arrow key leads to; ``box`` itself if there is none.

    With the flow and against it the way goes along edges, to the end that lies
    straightest ahead; across the flow to the next box of the same row.

    Args:
        layout: The graph's layout.
        routes: The edges that have an end at ``box``.
        box: Where the way starts.
        step: Which key.
    """
    across, along = step.value
    if layout.horizontal:
        across, along = along, across
    places = {place.node: (place.x, place.y) for place in layout.boxes}
    here = places[box]
    first = 1 if layout.horizontal else 0
    if along:
        ends = (
            (route.target if along > 0 else route.source)
            for route in routes
            if (route.source if along > 0 else route.target) == box
        )
        ahead = [end for end in ends if end in places]
        return min(
            ahead,
            key=lambda end: (abs(places[end][first] - here[first]), end),
            default=box,
        )
    size = NODE_WIDTH if layout.horizontal else NODE_HEIGHT
    beside = [
        name
        for name, place in places.items()
        if abs(place[1 - first] - here[1 - first]) < size
        and (place[first] - here[first]) * across > 0
    ]
    return min(
        beside,
        key=lambda name: (abs(places[name][first] - here[first]), name),
        default=box,
    )
