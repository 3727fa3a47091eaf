"""One connected part of a graph in rows: boxes, and lines that lead between them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from viewers.drawing._order import Rows, order
from viewers.drawing._place import place
from viewers.drawing._ranks import Ranked, rank
from viewers.drawing.wires import Wire

LONGEST = 40
"""An edge over more rows becomes a stub, unless there are very few such edges."""
FEW = 8
MOST_BENDS = 4
SHORTER = (LONGEST, 28, 20, 14, 10, 7, 5, 3, 2)
"""If edges need more bends per box than that, shorter ones become stubs, too."""
BOX_GAP, BEND_GAP, BEND_SIZE = 24.0, 10.0, 6.0
"""Space beside a box, between two lines, and the width that a line takes."""
ROW_GAP, STEEPNESS, MOST_ROW_GAP = 24.0, 0.1, 72.0
"""Least and most space between rows, and how much a wide curve adds to it."""
STUB_INSET = 14.0
"""How far from a box's corner a stub sits."""

TOO_SLOW = "Boxes stand in the order of the file: a better order took too long."


@dataclass(slots=True)
class Part:
    """A finished piece of a picture, its top left corner at 0, 0.

    Attributes:
        boxes: Which boxes, in the plan's numbers.
        corners: The top left corner of each.
        routes: Wire, points (x, y, x, y ...), and whether only its ends are drawn.
        width: Of everything.
        height: Of everything.
        fallback: Why it is plainer than it could be; empty if it is not.
    """

    boxes: list[int]
    corners: list[tuple[float, float]]
    routes: list[tuple[Wire, list[float], bool]]
    width: float
    height: float
    fallback: str = ""


@dataclass(slots=True)
class _Bends:
    """The layered graph and the way of each edge through it."""

    graph: Rows
    rows: list[int]
    ways: list[tuple[Wire, list[int]]] = field(default_factory=list)
    stubs: list[Wire] = field(default_factory=list)


def arrange(
    boxes: list[int],
    wires: list[Wire],
    across: float,
    along: float,
    late: Callable[[], bool],
) -> Part:
    """Lay out one connected part.

    Args:
        boxes: Its boxes, in the plan's numbers.
        wires: Its edges, in the plan's numbers.
        across: A box's size along its row.
        along: A box's size in the direction of flow.
        late: Whether the time is over; the order and place of boxes are then plain.
    """
    local = {box: index for index, box in enumerate(boxes)}
    ends = [(local[wire.source], local[wire.target]) for wire in wires]
    ranked = rank(len(boxes), [(min(pair), max(pair)) for pair in ends])
    ranks = ranked.rows
    bends = _bend(wires, ends, ranked)
    in_time = order(bends.graph, late)
    sizes = [across] * len(boxes)
    sizes += [BEND_SIZE] * (len(bends.rows) - len(boxes))
    if in_time and not late():
        centres = place(bends.graph, sizes, (BOX_GAP, BEND_GAP))
    else:
        in_time = False
        centres = _plain(bends.graph, sizes)
    lowest = min(centre - size / 2 for centre, size in zip(centres, sizes))
    # Whole pixels, so that outlines are sharp.
    centres = [float(round(centre - lowest)) for centre in centres]
    tops = _tops(bends, centres, along)
    routes = _routes(bends, local, centres, tops, along)
    routes += _stubs(bends.stubs, local, centres, ranks, tops, across, along)
    routes.sort(key=lambda route: (route[0].source, route[0].target))
    return Part(
        boxes=boxes,
        corners=[
            (centres[index] - across / 2, tops[ranks[index]])
            for index in range(len(boxes))
        ],
        routes=routes,
        width=max(centre + size / 2 for centre, size in zip(centres, sizes)),
        height=tops[-1] + along,
        fallback="" if in_time else TOO_SLOW,
    )


def _bend(wires: list[Wire], ends: list[tuple[int, int]], ranked: Ranked) -> _Bends:
    """Split edges into pieces from row to row; edges of one source share theirs."""
    ranks = ranked.rows
    count = len(ranks)
    spans = [abs(ranks[target] - ranks[source]) for source, target in ends]
    longest = _longest(ends, spans, count)
    rows: list[list[int]] = [[] for _ in range(max(ranks) + 1)]
    for vertex, row in enumerate(ranks):
        rows[row].append(vertex)
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    bends = _Bends(Rows(rows, above, below, ranked.through), list(ranks))
    trunks: dict[tuple[int, bool, int], list[int]] = {}
    for wire, (source, target), span in zip(wires, ends, spans):
        if span > longest:
            bends.stubs.append(wire)
            continue
        back = source > target
        upper, lower = (target, source) if back else (source, target)
        # Edges with the flow share a trunk; one against it has its own.
        trunk = trunks.setdefault((upper, back, lower if back else -1), [upper])
        while len(trunk) < span:
            bend = len(bends.rows)
            row = ranks[upper] + len(trunk)
            bends.rows.append(row)
            rows[row].append(bend)
            above.append([trunk[-1]])
            below.append([])
            below[trunk[-1]].append(bend)
            trunk.append(bend)
        last = trunk[span - 1]
        below[last].append(lower)
        above[lower].append(last)
        way = [*trunk[:span], lower]
        bends.ways.append((wire, way[::-1] if back else way))
    return bends


def _longest(ends: list[tuple[int, int]], spans: list[int], count: int) -> int:
    """Return over how many rows an edge may be drawn whole."""
    longest = max(spans, default=1)
    if sum(span > LONGEST for span in spans) > FEW:
        longest = LONGEST
    allowed = max(2_000, MOST_BENDS * count)
    for limit in (longest, *(shorter for shorter in SHORTER if shorter < longest)):
        need: dict[int, int] = {}
        for pair, span in zip(ends, spans):
            if span <= limit:
                upper = min(pair)
                need[upper] = max(need.get(upper, 0), span - 1)
        if sum(need.values()) <= allowed:
            return limit
    return 1


def _plain(graph: Rows, sizes: list[float]) -> list[float]:
    """Return centres with every row packed from the left."""
    centres = [0.0] * len(sizes)
    for row in graph.rows:
        left = 0.0
        for vertex in row:
            centres[vertex] = left + sizes[vertex] / 2
            left += sizes[vertex] + BOX_GAP
    return centres


def _tops(bends: _Bends, centres: list[float], along: float) -> list[float]:
    """Return where each row starts; wide curves get more room."""
    widest = [0.0] * len(bends.graph.rows)
    for vertex, others in enumerate(bends.graph.below):
        row = bends.rows[vertex]
        for other in others:
            widest[row] = max(widest[row], abs(centres[vertex] - centres[other]))
    tops = [0.0]
    for wide in widest[:-1]:
        gap = min(MOST_ROW_GAP, ROW_GAP + STEEPNESS * wide)
        tops.append(float(round(tops[-1] + along + gap)))
    return tops


def _routes(
    bends: _Bends,
    local: dict[int, int],
    centres: list[float],
    tops: list[float],
    along: float,
) -> list[tuple[Wire, list[float], bool]]:
    """Return each drawn edge's points.

    A line goes straight through a row, beside its boxes, and curves between rows.
    """
    routes = []
    for wire, way in bends.ways:
        up = local[wire.source] > local[wire.target]
        points: list[float] = []
        for index, vertex in enumerate(way):
            x, top = centres[vertex], tops[bends.rows[vertex]]
            enter, leave = (top + along, top) if up else (top, top + along)
            if index:
                _extend(points, x, enter)
            if index < len(way) - 1:
                _extend(points, x, leave)
        routes.append((wire, points, False))
    return routes


def _extend(points: list[float], x: float, y: float) -> None:
    """Add a point; a straight line keeps only its ends."""
    if len(points) >= 4 and abs(points[-2] - x) < 0.5 and abs(points[-4] - x) < 0.5:
        points[-1] = y
    else:
        points.extend((x, y))


def _stubs(
    wires: list[Wire],
    local: dict[int, int],
    centres: list[float],
    ranks: list[int],
    tops: list[float],
    across: float,
    along: float,
) -> list[tuple[Wire, list[float], bool]]:
    """Return the two ends of edges that are too long to be drawn whole."""
    aside = min(STUB_INSET, across / 6) - across / 2
    routes = []
    for wire in wires:
        source, target = local[wire.source], local[wire.target]
        start = (centres[source] + aside, tops[ranks[source]] + along)
        end = (centres[target] + aside, tops[ranks[target]])
        routes.append((wire, [*start, *end], True))
    return routes
