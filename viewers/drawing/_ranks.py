"""Which row each box lies in."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

SLACK = 6
"""Rows that a side branch must be able to sink before it is worth it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rows of a graph's vertices.

    Attributes:
        rows: The row of each vertex, counted from 0; every edge goes down.
        through: How many edges the longest way through each vertex has; greatest on
            the main line of a network.
    """

    rows: list[int]
    through: list[int]


def rank(count: int, edges: Sequence[tuple[int, int]]) -> Ranked:
    """Return which row each vertex lies in.

    Rows are those of the longest way from a source. Whatever does not hang on the
    main source (rotary tables, masks, positions, a second input) is then pulled down
    to just above what it feeds first, a vertex that feeds more than it takes goes as
    low as it can, and side branches that leave one vertex together for places far
    below share one line down: all make edges fewer or shorter.

    Args:
        count: How many vertices there are.
        edges: Pairs of vertices, the lower index first.
    """
    below: list[list[int]] = [[] for _ in range(count)]
    above: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        below[source].append(target)
        above[target].append(source)
    rows, height = [0] * count, [0] * count
    for vertex in range(count):
        if above[vertex]:
            rows[vertex] = 1 + max([rows[source] for source in above[vertex]])
    for vertex in range(count - 1, -1, -1):
        if below[vertex]:
            height[vertex] = 1 + max([height[target] for target in below[vertex]])
    through = [depth + rest for depth, rest in zip(rows, height)]
    sources = (vertex for vertex in range(count) if not above[vertex])
    main = max(sources, key=height.__getitem__, default=0)
    anchored = _reachable(main, below)
    for vertex in range(count - 1, -1, -1):
        targets = below[vertex]
        if not targets:
            continue
        gain = len(targets) - len(above[vertex])
        if gain > 0 or not (anchored[vertex] or gain < 0):
            rows[vertex] = min([rows[target] for target in targets]) - 1
    _sink_branches(rows, below, above)
    lowest = min(rows, default=0)
    return Ranked([row - lowest for row in rows] if lowest else rows, through)


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


def _sink_branches(
    ranks: list[int], below: list[list[int]], above: list[list[int]]
) -> None:
    """Move branches without forks down to what they feed.

    Only if two or more leave one vertex for far below, or another line leads down
    there anyway: else it would just be another picture of the same length.
    """
    branches: defaultdict[int, list[list[int]]] = defaultdict(list)
    for tail, targets in enumerate(below):
        if len(targets) != 1 or len(above[tail]) != 1 or len(above[targets[0]]) == 1:
            continue
        branch, head = [tail], above[tail][0]
        while len(below[head]) == 1 and len(above[head]) == 1:
            branch.append(head)
            head = above[head][0]
        if ranks[targets[0]] - ranks[head] - 1 - len(branch) >= SLACK:
            branches[head].append(branch)
    for head, found in branches.items():
        sinking = {branch[-1] for branch in found}
        others = [ranks[other] for other in below[head] if other not in sinking]
        trunk = max(others, default=0)
        for branch in found:
            row = ranks[below[branch[0]][0]]
            if len(found) > 1 or trunk >= row - len(branch):
                for vertex in branch:
                    row -= 1
                    ranks[vertex] = row
