"""In which order the boxes of a row stand: the one with few crossings."""

from bisect import bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass

SWEEPS = 12
"""How often the rows are gone through at most, half of them upward."""
MANY = 10_000
"""Edges between two rows from which another way of counting is quicker."""
PATIENCE = 3
"""Sweeps without fewer crossings before it is enough."""


@dataclass(slots=True)
class Rows:
    """A layered graph: every edge joins neighbouring rows.

    Attributes:
        rows: The vertices of each row from left to right.
        above: For each vertex the vertices of the row above that it is joined to.
        below: The same for the row below.
        through: How many edges the longest way through each box has. Vertices after
            the boxes only lead an edge through a row.
        pinned: Rows that keep their order.
    """

    rows: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]
    through: list[int]
    pinned: frozenset[int] = frozenset()

    @property
    def real(self) -> int:
        """How many vertices are boxes."""
        return len(self.through)


def order(graph: Rows, late: Callable[[], bool]) -> bool:
    """Sort every row so that few edges cross; False if time ran out on the way.

    The rows start in the order of a depth-first walk, which draws trees and
    series-parallel graphs without a crossing; then each row in turn is sorted by the
    mean place of its neighbours, down and up, and the best state is kept.
    """
    place = _walk(graph)
    best = [list(row) for row in graph.rows]
    counts = [crossings(graph, place, row) for row in range(len(best) - 1)]
    fewest = sum(counts)
    waited = 0
    stale = [bytearray(b"\1") * len(best) for _ in range(2)]
    for sweep in range(SWEEPS):
        if not fewest or waited >= PATIENCE:
            break
        if late():
            graph.rows = best
            return False
        changed = _sort_rows(graph, place, stale, downward=sweep % 2 == 0)
        if not changed:
            waited += 1
            continue
        for row in {near for at in changed for near in (at - 1, at)}:
            if 0 <= row < len(counts):
                counts[row] = crossings(graph, place, row)
        waited += 1
        if (found := sum(counts)) < fewest:
            waited = 0
            fewest, best = found, [list(row) for row in graph.rows]
    graph.rows = best
    return True


def crossings(graph: Rows, place: list[int], row: int) -> int:
    """Return how many pairs of edges cross between a row and the one below it."""
    upper, lower = graph.rows[row], graph.rows[row + 1]
    if len(upper) < 2 or len(lower) < 2:
        return 0
    ends = [sorted([place[other] for other in graph.below[v]]) for v in upper]
    if sum(map(len, ends)) > MANY:
        return _crossings_of_many(ends, len(lower))
    total = 0
    seen: list[int] = []
    for group in ends:
        if seen:
            for end in group:
                total += len(seen) - bisect_right(seen, end)
        for end in group:
            insort(seen, end)
    return total


def _crossings_of_many(ends: list[list[int]], places: int) -> int:
    """Count as above with a tree of sums: no step is longer for more edges."""
    sums = [0] * (places + 1)
    total = before = 0
    for group in ends:
        for end in group:
            total += before
            at = end + 1
            while at:
                total -= sums[at]
                at &= at - 1
        for end in group:
            at = end + 1
            while at <= places:
                sums[at] += 1
                at += at & -at
        before += len(group)
    return total


def _walk(graph: Rows) -> list[int]:
    """Put the rows in depth-first order; return each vertex's place in its row."""
    count = len(graph.below)
    seen = bytearray(count)
    rows: list[list[int]] = [[] for _ in graph.rows]
    row_of = [0] * count
    for index, row in enumerate(graph.rows):
        for vertex in row:
            row_of[vertex] = index
    for row in graph.rows:
        for start in row:
            if seen[start] or graph.above[start]:
                continue
            waiting = [start]
            while waiting:
                vertex = waiting.pop()
                if seen[vertex]:
                    continue
                seen[vertex] = 1
                rows[row_of[vertex]].append(vertex)
                waiting.extend(reversed(graph.below[vertex]))
    for index in graph.pinned:
        rows[index] = list(graph.rows[index])
    graph.rows = rows
    place = [0] * count
    for row in rows:
        for index, vertex in enumerate(row):
            place[vertex] = index
    return place


def _sort_rows(
    graph: Rows, place: list[int], stale: list[bytearray], downward: bool
) -> list[int]:
    """Sort each row by its neighbours in the row before; return which rows changed.

    ``stale`` marks, for going down and for going up, the rows for which that row
    changed since they were last sorted by it.
    """
    beside = graph.above if downward else graph.below
    todo = stale[0 if downward else 1]
    count = len(graph.rows)
    changed: list[int] = []
    for index in range(count) if downward else range(count - 1, -1, -1):
        row = graph.rows[index]
        if len(row) < 2 or not todo[index] or index in graph.pinned:
            continue
        todo[index] = 0
        keys: dict[int, float] = {}
        for vertex in row:
            near = beside[vertex]
            if len(near) == 1:
                keys[vertex] = place[near[0]]
            elif near:
                keys[vertex] = sum([place[other] for other in near]) / len(near)
            else:
                keys[vertex] = place[vertex]
        found = sorted(row, key=keys.__getitem__)
        if found == row:
            continue
        row[:] = found
        changed.append(index)
        for at, vertex in enumerate(row):
            place[vertex] = at
        # Both neighbours see another row now; so does this one, going the other way.
        stale[1 if downward else 0][index] = 1
        if index + 1 < count:
            stale[0][index + 1] = 1
        if index:
            stale[1][index - 1] = 1
    return changed
