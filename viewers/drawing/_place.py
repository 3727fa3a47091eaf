"""Where in its row each box stands: straight chains, parents above their children.

After U. Brandes and B. Köpf, Fast and Simple Horizontal Coordinate Assignment (2001),
with the compaction over whole blocks that dagre made of it. One thing is added: of a
box's neighbours only the important ones may be lined up with it (see ``_pairs``), so
that the main line of a network is straight.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from viewers.drawing._order import Rows

LARGE = 8_000
"""Vertices from which two of the four placements are enough."""

ALIKE = 2
"""Branches whose longest ways differ by no more edges stand on both sides of a box."""

Separation = Callable[[int, int], float]


def place(
    graph: Rows,
    before: Sequence[float],
    after: Sequence[float],
    gaps: tuple[float, float],
) -> list[float]:
    """Return where the middle of each vertex stands along its row.

    Args:
        graph: The rows in their final order.
        before: How far each vertex reaches left of its middle, which is where lines
            are best straight.
        after: How far it reaches right of it.
        gaps: The least distance between two neighbours: if one of them is a box, and
            if both only lead edges through.
    """
    count = len(before)
    position = [0] * count
    for row in graph.rows:
        for index, vertex in enumerate(row):
            position[vertex] = index
    above, below = _pairs(graph, position)
    crossed = _crossing_inner(graph, position)
    wide, narrow = gaps
    real = graph.real

    def apart(left: int, right: int) -> float:
        gap = narrow if left >= real and right >= real else wide
        return after[left] + before[right] + gap

    found: list[list[float]] = []
    ways = ((True, True), (True, False), (False, True), (False, False))
    for down, left in ways if count < LARGE else ways[:2]:
        rows = graph.rows if down else graph.rows[::-1]
        near = above if down else below
        root = _align(rows, near, position, crossed, left)
        found.append(_compact(graph.rows, root, apart, left))
    centres = _balanced(found, before, after)
    _line_up_waists(graph, centres)
    return centres


def _line_up_waists(graph: Rows, centres: list[float]) -> None:
    """Bring all rows of a single box into one line, with all that lies between.

    What lies between two such rows touches nothing else, so it moves as it is.
    Without this a deep network drifts aside a little with every block.
    """
    line: float | None = None
    shift = 0.0
    pending: list[int] = []
    last = 0.0
    for row in graph.rows:
        if len(row) > 1 or row[0] >= graph.real:
            pending.extend(row)
            continue
        (waist,) = row
        own = centres[waist]
        if line is None:
            line = own
        # Between two waists the way to the new line is the mean of both moves.
        move = line - own if not pending else (shift + line - own) / 2
        for vertex in pending:
            centres[vertex] += move if last else line - own
        pending = []
        last, shift = 1.0, line - own
        centres[waist] = line
    for vertex in pending:
        centres[vertex] += shift


def _pairs(graph: Rows, position: list[int]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the neighbours above and below that each vertex may be lined up with.

    Both ends must want it. Boxes want boxes if there are any, and of these the ones
    on about the longest way: a shortcut, a mask or a table coming in from the side
    does not bend the main line.
    """
    wanted = [_wanted(graph, near) for near in (graph.above, graph.below)]
    quick = [[set(o) if len(o) > 8 else o for o in lists] for lists in wanted]
    above: list[list[int]] = []
    below: list[list[int]] = []
    for mine, theirs, pairs in ((0, 1, above), (1, 0, below)):
        for vertex, others in enumerate(wanted[mine]):
            mutual = [other for other in others if vertex in quick[theirs][other]]
            if len(mutual) > 1:
                mutual.sort(key=position.__getitem__)
            pairs.append(mutual)
    return above, below


def _wanted(graph: Rows, near: list[list[int]]) -> list[list[int]]:
    real, through = graph.real, graph.through
    wanted: list[list[int]] = []
    for vertex, others in enumerate(near):
        if len(others) > 1 and vertex < real:
            boxes = [other for other in others if other < real]
            if len(boxes) > 1:
                longest = max([through[other] for other in boxes])
                boxes = [o for o in boxes if through[o] >= longest - ALIKE]
            wanted.append(boxes or others)
        else:
            wanted.append(others)
    return wanted


def _crossing_inner(graph: Rows, position: list[int]) -> set[tuple[int, int]]:
    """Return the edges (upper, lower) that cross one which only leads through.

    Those give way, so that long edges are straight in the middle.
    """
    crossed: set[tuple[int, int]] = set()
    real = graph.real
    for upper, lower in zip(graph.rows, graph.rows[1:]):
        if len(upper) < 2 or len(lower) < 2:
            continue
        left, start = -1, 0
        for index, vertex in enumerate(lower):
            inner = -1
            if vertex >= real:
                inner = next(
                    (position[o] for o in graph.above[vertex] if o >= real), -1
                )
            if inner < 0 and index < len(lower) - 1:
                continue
            right = inner if inner >= 0 else len(upper)
            for other in lower[start : index + 1]:
                crossed.update(
                    (source, other)
                    for source in graph.above[other]
                    if not left <= position[source] <= right
                    and not (source >= real and other >= real)
                )
            left, start = right, index + 1
    return crossed


def _align(
    rows: list[list[int]],
    near: list[list[int]],
    position: list[int],
    crossed: set[tuple[int, int]],
    left: bool,
) -> list[int]:
    """Return for each vertex the first one of the straight line that it stands in."""
    count = len(near)
    root = list(range(count))
    taken = bytearray(count)
    for row in rows:
        limit = -1 if left else count
        for vertex in row if left else reversed(row):
            others = near[vertex]
            if not others:
                continue
            low, high = (len(others) - 1) // 2, len(others) // 2
            for middle in (low, high) if left else (high, low):
                other = others[middle]
                place = position[other]
                free = place > limit if left else place < limit
                if (
                    free
                    and not taken[other]
                    and (other, vertex) not in crossed
                    and (vertex, other) not in crossed
                ):
                    taken[other] = 1
                    root[vertex] = root[other]
                    limit = place
                    break
    return root


def _compact(
    rows: list[list[int]], root: list[int], apart: Separation, left: bool
) -> list[float]:
    """Return a centre for each vertex: whole lines as far to one side as they go.

    Lines that could lie anywhere are then moved next to their neighbour on the other
    side, so that nothing hangs about alone.
    """
    count = len(root)
    after: list[dict[int, float] | None] = [None] * count
    waiting = [0] * count
    for row in rows:
        for first, second in pairwise(row):
            distance = apart(first, second)
            a, b = root[first], root[second]
            if not left:
                a, b = b, a
            edges = after[a]
            if edges is None:
                edges = after[a] = {}
            known = edges.get(b)
            if known is None:
                waiting[b] += 1
                edges[b] = distance
            elif distance > known:
                edges[b] = distance
    at = [0.0] * count
    ready = [v for v in range(count) if root[v] == v and not waiting[v]]
    for vertex in ready:  # grows while it is walked through
        edges = after[vertex]
        if edges is None:
            continue
        here = at[vertex]
        for other, distance in edges.items():
            if here + distance > at[other]:
                at[other] = here + distance
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for vertex in reversed(ready):
        edges = after[vertex]
        if edges:
            at[vertex] = min(at[other] - distance for other, distance in edges.items())
    sign = 1.0 if left else -1.0
    return [sign * at[root[vertex]] for vertex in range(count)]


def _balanced(
    found: list[list[float]], before: Sequence[float], after: Sequence[float]
) -> list[float]:
    """Return the mean of the middle ones of some placements, laid upon each other."""
    spans = [
        (
            min(centre - size for centre, size in zip(centres, before)),
            max(centre + size for centre, size in zip(centres, after)),
        )
        for centres in found
    ]
    best = min(range(len(found)), key=lambda i: spans[i][1] - spans[i][0])
    shifted = []
    for index, centres in enumerate(found):
        # Even ones were pushed to the left, odd ones to the right.
        side = index % 2
        move = spans[best][side] - spans[index][side]
        shifted.append([centre + move for centre in centres])
    if len(shifted) == 2:
        return [(a + b) / 2 for a, b in zip(*shifted)]
    return [sum(sorted(places)[1:3]) / 2 for places in zip(*shifted)]
