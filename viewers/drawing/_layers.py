"""What lies in one group in rows: which row, in which order, where lines lead through.

Nothing here depends on sizes, so it is done once however groups open and close.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from viewers.drawing._branches import Chain, blocks_of
from viewers.drawing._levels import Link, PortOrder, Structure
from viewers.drawing._order import Rows
from viewers.drawing._ports import sort_with_ports, tunnels
from viewers.drawing._ranks import Ranked, rank

LONGEST = 40
"""An edge over more rows becomes a stub, unless there are very few such edges."""
FEW = 8
MOST_BENDS = 4
SHORTER = (LONGEST, 28, 20, 14, 10, 7, 5, 3, 2)
"""If edges need more bends per box than that, shorter ones become stubs, too."""


@dataclass(slots=True)
class Pattern:
    """Some children of a level that are joined, in rows.

    Its vertices are blocks of children, then ports, then bends of lines.

    Attributes:
        blocks: What stands in each block: one child, or many chains in a grid.
        entries: For each port where values come in, by its vertex in the level, its
            vertex here; they are the first row.
        exits: The same for ports where values go out; they are the last row.
        graph: The rows; ports count as boxes there.
        rows: The row of each vertex.
        links: All links of the level.
        ways: Numbers of the links of one source and one target, and the vertices that
            they lead by.
        stubs: Numbers of links that are too long or lead up: only their ends are drawn.
        within: Numbers of links inside a block, and the vertex of it.
        in_time: Whether the order is more than that of the file.
    """

    blocks: list[list[Chain]]
    entries: dict[int, int]
    exits: dict[int, int]
    graph: Rows
    rows: list[int]
    links: tuple[Link, ...]
    ways: list[tuple[list[int], list[int]]] = field(default_factory=list)
    stubs: list[int] = field(default_factory=list)
    within: list[tuple[int, int]] = field(default_factory=list)
    in_time: bool = True

    @property
    def ported(self) -> bool:
        """Whether something leads from here to the border of the group."""
        return bool(self.entries or self.exits)


def patterns_of(
    structure: Structure, late: Callable[[], bool]
) -> tuple[list[Pattern], list[int]]:
    """Return the parts of a level, and the children that nothing touches.

    All that has to do with the border is one part, which comes first.
    """
    joined, alone = _parts(structure)
    return [_pattern(structure, *part, late) for part in joined], alone


def _parts(structure: Structure) -> tuple[list[tuple[list[int], list[int]]], list[int]]:
    """Return children and numbers of links of each part, and the other children."""
    count = structure.children
    border = count  # all ports hang together
    group = list(range(count + 1))

    def find(vertex: int) -> int:
        vertex = min(vertex, border)
        while group[vertex] != vertex:
            group[vertex] = group[group[vertex]]
            vertex = group[vertex]
        return vertex

    for link in structure.links:
        first, second = find(link.source), find(link.target)
        if first != second:
            group[min(first, second)] = max(first, second)
    members: dict[int, list[int]] = {}
    for child in range(count):
        members.setdefault(find(child), []).append(child)
    links: dict[int, list[int]] = {}
    for number, link in enumerate(structure.links):
        links.setdefault(find(link.source), []).append(number)
    joined = [
        (boxes, links[top])
        for top, boxes in sorted(members.items(), key=lambda item: item[0] != border)
        if top in links
    ]
    alone = [boxes[0] for top, boxes in members.items() if top not in links]
    return joined, alone


def _pattern(
    structure: Structure,
    children: list[int],
    numbers: list[int],
    late: Callable[[], bool],
) -> Pattern:
    links = [structure.links[number] for number in numbers]
    blocks = blocks_of(children, links)
    vertex = {
        child: index
        for index, block in enumerate(blocks)
        for chain in block
        for child in chain
    }
    ranked = _ranked(len(blocks), vertex, links)
    rows = {child: ranked.rows[index] for child, index in vertex.items()}
    far = tunnels(links, rows, depth=1 + max(ranked.rows))
    entries, exits = _port_vertices(structure, len(blocks), links, far)
    vertex |= entries | exits
    graph = Rows([], [], [], list(ranked.through))
    pattern = Pattern(blocks, entries, exits, graph, [], structure.links)
    joined: dict[tuple[int, int], list[int]] = {}
    for number, link in zip(numbers, links):
        ends = vertex[link.source], vertex[link.target]
        if not far.isdisjoint(link[:2]):
            pattern.stubs.append(number)
        elif ends[0] == ends[1]:
            pattern.within.append((number, ends[0]))
        else:
            joined.setdefault(ends, []).append(number)
    _add_rows(pattern, ranked, joined)
    _bend(pattern, joined)
    drawn = vertex.keys() - far
    count, out = structure.children, structure.children + structure.entries
    first = [vertex[count + p] for p in structure.order.entries if count + p in drawn]
    last = [vertex[out + p] for p in structure.order.exits if out + p in drawn]
    pattern.in_time = sort_with_ports(graph, first, last, late)
    return pattern


def _ranked(blocks: int, vertex: dict[int, int], links: list[Link]) -> Ranked:
    """Return the row of each block, and how long the way through it is."""
    edges = dict.fromkeys(
        (vertex[link.source], vertex[link.target])
        for link in links
        if link.source in vertex and link.target in vertex
    )
    return rank(
        blocks, [(source, target) for source, target in edges if source < target]
    )


def _port_vertices(
    structure: Structure, start: int, links: list[Link], far: set[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return the vertices of ports in and out; all tunnels of a side share one."""
    count = structure.children
    ports = sorted({end for link in links for end in link[:2] if end >= count})
    sides: list[dict[int, int]] = []
    for is_exit in (False, True):
        mine = [p for p in ports if (p >= count + structure.entries) is is_exit]
        shown = [port for port in mine if port not in far]
        found = {port: start + index for index, port in enumerate(shown)}
        found.update((port, start + len(shown)) for port in mine if port in far)
        start += len(set(found.values()))
        sides.append(found)
    return sides[0], sides[1]


def _add_rows(
    pattern: Pattern, ranked: Ranked, joined: dict[tuple[int, int], list[int]]
) -> None:
    """Put blocks between the rows of the ports."""
    blocks = len(pattern.blocks)
    first = 1 if pattern.entries else 0
    rows = [row + first for row in ranked.rows]
    rows += [0] * len(set(pattern.entries.values()))
    rows += [max(rows) + 1] * len(set(pattern.exits.values()))
    through = pattern.graph.through
    through += [0] * (len(rows) - blocks)
    for source, target in joined:
        for port, block in ((source, target), (target, source)):
            if port >= blocks > block:
                through[port] = max(through[port], through[block] + 1)
    pattern.rows.extend(rows)
    pattern.graph.rows = [[] for _ in range(max(rows) + 1)]


def port_orders(patterns: list[Pattern]) -> dict[int, PortOrder]:
    """Return for each child how the lines around it would have its ports, if it opens.

    Ports of lines that are not drawn whole are left out.
    """
    entering: dict[int, list[tuple[float, int]]] = {}
    leaving: dict[int, list[tuple[float, int]]] = {}
    for pattern in patterns:
        place = [0] * len(pattern.rows)
        for row in pattern.graph.rows:
            for index, vertex in enumerate(row):
                place[vertex] = index
        for numbers, way in pattern.ways:
            for number in numbers:
                link = pattern.links[number]
                if link.enter >= 0:
                    before = (place[way[-2]], link.enter)
                    entering.setdefault(link.target, []).append(before)
                if link.leave >= 0:
                    after = (place[way[1]], link.leave)
                    leaving.setdefault(link.source, []).append(after)
    return {
        child: PortOrder(
            _from_left(entering.get(child, [])), _from_left(leaving.get(child, []))
        )
        for child in entering.keys() | leaving.keys()
    }


def _from_left(found: list[tuple[float, int]]) -> tuple[int, ...]:
    """Return ports by the mean place of the other ends of their lines."""
    places: dict[int, list[float]] = {}
    for place, port in found:
        places.setdefault(port, []).append(place)
    means = {port: sum(each) / len(each) for port, each in places.items()}
    return tuple(sorted(means, key=lambda port: (means[port], port)))


def _bend(pattern: Pattern, joined: dict[tuple[int, int], list[int]]) -> None:
    """Split links into pieces from row to row; those of one source share theirs."""
    rows, graph = pattern.rows, pattern.graph
    spans = {(source, target): rows[target] - rows[source] for source, target in joined}
    longest = _longest(spans, len(rows))
    for vertex, row in enumerate(rows):
        graph.rows[row].append(vertex)
    above = graph.above = [[] for _ in rows]
    below = graph.below = [[] for _ in rows]
    trunks: dict[int, list[int]] = {}
    for (source, target), links in joined.items():
        span = spans[source, target]
        if not 0 < span <= longest:
            pattern.stubs += links
            continue
        trunk = trunks.setdefault(source, [source])
        while len(trunk) < span:
            bend, row = len(rows), rows[source] + len(trunk)
            rows.append(row)
            graph.rows[row].append(bend)
            above.append([trunk[-1]])
            below.append([])
            below[trunk[-1]].append(bend)
            trunk.append(bend)
        below[trunk[span - 1]].append(target)
        above[target].append(trunk[span - 1])
        pattern.ways.append((links, [*trunk[:span], target]))


def _longest(spans: dict[tuple[int, int], int], count: int) -> int:
    """Return over how many rows a link may be drawn whole."""
    longest = max(spans.values(), default=1)
    if sum(span > LONGEST for span in spans.values()) > FEW:
        longest = LONGEST
    allowed = max(2_000, MOST_BENDS * count)
    for limit in (longest, *(shorter for shorter in SHORTER if shorter < longest)):
        need: dict[int, int] = {}
        for (source, _), span in spans.items():
            if span <= limit:
                need[source] = max(need.get(source, 0), span - 1)
        if sum(need.values()) <= allowed:
            return limit
    return 1
