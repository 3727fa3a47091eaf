"""Which row each box lies in."""

from collections.abc import Sequence


def rank(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the row of each vertex, counted from 0; every edge goes down.

    Rows are those of the longest way from a source. Whatever does not hang on the
    main source (rotary tables, masks, positions, a second input) is then pulled down
    to just above what it feeds first, and a vertex that feeds more than it takes goes
    as low as it can: both make edges shorter.

    Args:
        count: How many vertices there are.
        edges: Pairs of vertices, the lower index first.
    """
    below: list[list[int]] = [[] for _ in range(count)]
    above: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        below[source].append(target)
        above[target].append(source)
    ranks = [0] * count
    for vertex in range(count):
        if above[vertex]:
            ranks[vertex] = 1 + max(ranks[source] for source in above[vertex])
    anchored = _reachable(_main_source(below, above), below)
    for vertex in range(count - 1, -1, -1):
        targets = below[vertex]
        if not targets:
            continue
        gain = len(targets) - len(above[vertex])
        if gain > 0 or not (anchored[vertex] or gain < 0):
            ranks[vertex] = min(ranks[target] for target in targets) - 1
    lowest = min(ranks, default=0)
    return [row - lowest for row in ranks] if lowest else ranks


def _main_source(below: list[list[int]], above: list[list[int]]) -> int:
    """Return the source with the longest way to an end; the first of several."""
    height = [0] * len(below)
    for vertex in range(len(below) - 1, -1, -1):
        if below[vertex]:
            height[vertex] = 1 + max(height[target] for target in below[vertex])
    sources = (vertex for vertex, before in enumerate(above) if not before)
    return max(sources, key=lambda vertex: height[vertex], default=0)


def _reachable(start: int, below: list[list[int]]) -> bytearray:
    seen = bytearray(len(below))
    if below:
        seen[start] = 1
    waiting = [start] if below else []
    while waiting:
        for target in below[waiting.pop()]:
            if not seen[target]:
                seen[target] = 1
                waiting.append(target)
    return seen
