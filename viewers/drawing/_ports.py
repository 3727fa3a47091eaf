"""Where lines cross the border of a level: which ports they share, in which order."""

from collections.abc import Callable, Iterable

from viewers.drawing._levels import Link
from viewers.drawing._order import Rows, order

NEAR, FEW = 4, 8
"""Rows that a line from the border may cross anyway, and how many may cross more."""


def tunnels(links: Iterable[Link], rows: dict[int, int], depth: int) -> set[int]:
    """Return the ports of lines that are not drawn whole because there are so many.

    A model that takes and gives the cache of each of its layers has a hundred lines
    from the border, each to a single box far away. Lines that feed several boxes stay.

    Args:
        links: Of the level.
        rows: The row of each child.
        depth: How many rows there are.
    """
    spans: dict[int, dict[int, int]] = {}
    for link in links:
        if link.source not in rows:
            spans.setdefault(link.source, {})[link.target] = rows[link.target] + 1
        elif link.target not in rows:
            ways = spans.setdefault(link.target, {})
            ways[link.source] = depth - rows[link.source]
    private = {
        port: min(ways.values()) for port, ways in spans.items() if len(ways) <= 2
    }
    if sum(span > NEAR for span in private.values()) <= FEW:
        return set()
    return {port for port, span in private.items() if span > 1}


def sort_with_ports(
    graph: Rows, first: list[int], last: list[int], late: Callable[[], bool]
) -> bool:
    """Sort the rows, with regard to the lines that come in and go out.

    Args:
        graph: The rows.
        first: Vertices of the first row as lines from outside reach them.
        last: Vertices of the last row as lines to the outside leave them.
        late: Whether the time is over.

    Returns:
        False if time ran out.
    """
    if len(first) < 2 and len(last) < 2:
        return order(graph, late)
    # For the time of sorting, what is outside stands in rows of its own.
    count, rows = len(graph.below), graph.rows
    outside = [count + index for index in range(len(first) + len(last))]
    feeding, fed = outside[: len(first)], outside[len(first) :]
    graph.above += [[] for _ in feeding] + [[vertex] for vertex in last]
    graph.below += [[vertex] for vertex in first] + [[] for _ in fed]
    for vertex, other in zip(first, feeding):
        graph.above[vertex].append(other)
    for vertex, other in zip(last, fed):
        graph.below[vertex].append(other)
    graph.rows = [feeding, *rows, fed]
    graph.pinned = frozenset((0, len(rows) + 1))
    in_time = order(graph, late)
    graph.pinned = frozenset()
    graph.rows = graph.rows[1:-1]
    for vertex in first:
        graph.above[vertex].pop()
    for vertex in last:
        graph.below[vertex].pop()
    del graph.above[count:], graph.below[count:]
    return in_time
