"""What lies in one group in rows: which row, in which order, where lines lead through.

Nothing here depends on sizes, so it is done once however groups open and close.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from viewers.drawing._levels import Link, PortOrder, Structure
from viewers.drawing._order import Rows, order
from viewers.drawing._ranks import rank

LONGEST = 40
"""An edge over more rows becomes a stub, unless there are very few such edges."""
FEW = 8
MOST_BENDS = 4
SHORTER = (LONGEST, 28, 20, 14, 10, 7, 5, 3, 2)
"""If edges need more bends per box than that, shorter ones become stubs, too."""
MOST_BESIDE = 17
"""More chains than that between the same places stand in a grid: about 4,000 pixels."""
MOST_ENDS = 6
"""So many of such places at most."""
LONGEST_CHAIN = 8
"""Boxes of one; longer ones would make the grid too high."""

Chain: TypeAlias = tuple[int, ...]
"""Children that feed one another and nothing else."""


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
    count, out = structure.children, structure.children + structure.entries
    links = [structure.links[number] for number in numbers]
    blocks = _blocks(children, links)
    vertex = {
        child: index
        for index, block in enumerate(blocks)
        for chain in block
        for child in chain
    }
    ports = sorted({end for link in links for end in link[:2] if end >= count})
    vertex.update((port, len(blocks) + index) for index, port in enumerate(ports))
    joined: dict[tuple[int, int], list[int]] = {}
    within: list[tuple[int, int]] = []
    for number, link in zip(numbers, links):
        ends = vertex[link.source], vertex[link.target]
        if ends[0] == ends[1]:
            within.append((number, ends[0]))
        else:
            joined.setdefault(ends, []).append(number)
    entries = {port: vertex[port] for port in ports if port < out}
    exits = {port: vertex[port] for port in ports if port >= out}
    rows, through = _ranked(len(blocks), list(joined), entries, exits)
    graph = Rows([[] for _ in range(max(rows) + 1)], [], [], through)
    pattern = Pattern(blocks, entries, exits, graph, rows, structure.links)
    pattern.within = within
    _bend(pattern, joined)
    wanted = structure.order
    first = [entries[count + p] for p in wanted.entries if count + p in entries]
    last = [exits[out + p] for p in wanted.exits if out + p in exits]
    pattern.in_time = _ordered(graph, first, last, late)
    return pattern


def _ordered(
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


def _blocks(children: list[int], links: list[Link]) -> list[list[Chain]]:
    """Put chains between the same few places into one block if they are many."""
    single: list[list[Chain]] = [[(child,)] for child in children]
    if len(children) <= MOST_BESIDE:
        return single
    above: dict[int, set[int]] = {child: set() for child in children}
    below: dict[int, set[int]] = {child: set() for child in children}
    fed_from_below: set[int] = set()
    for link in links:
        if link.target in above:
            above[link.target].add(link.source)
        if link.source in below:
            below[link.source].add(link.target)
        if link.source > link.target:
            fed_from_below.update((link.source, link.target))
    alike: dict[tuple[int, ...], list[Chain]] = {}
    for chain in _chains(children, above, below):
        first, last = above[chain[0]], below[chain[-1]]
        if len(first) + len(last) <= MOST_ENDS and fed_from_below.isdisjoint(chain):
            key = (*sorted(first), -1, *sorted(last))
            alike.setdefault(key, []).append(chain)
    blocks = [chains for chains in alike.values() if len(chains) > MOST_BESIDE]
    taken = {child for block in blocks for chain in block for child in chain}
    return sorted(blocks + [block for block in single if block[0][0] not in taken])


def _chains(
    children: list[int], above: dict[int, set[int]], below: dict[int, set[int]]
) -> Iterable[Chain]:
    """Yield the short chains: children that feed one another and nothing else."""

    def follower(child: int) -> int | None:
        if len(below[child]) != 1:
            return None
        (other,) = below[child]
        return other if other in above and len(above[other]) == 1 else None

    following = {child: follower(child) for child in children}
    followers = set(following.values())
    for child in children:
        if child in followers:
            continue
        chain = [child]
        while (other := following[chain[-1]]) is not None and other not in chain:
            chain.append(other)
            if len(chain) > LONGEST_CHAIN:
                break
        if len(chain) <= LONGEST_CHAIN:
            yield tuple(chain)


def _ranked(
    blocks: int,
    edges: list[tuple[int, int]],
    entries: dict[int, int],
    exits: dict[int, int],
) -> tuple[list[int], list[int]]:
    """Return the row of each block and port, and how long the way through it is."""
    found = rank(blocks, [(s, t) for s, t in edges if s < t < blocks])
    first = 1 if entries else 0
    rows = [row + first for row in found.rows]
    through = list(found.through)
    longest: dict[int, int] = {}
    for source, target in edges:
        for port, block in ((source, target), (target, source)):
            if port >= blocks > block:
                longest[port] = max(longest.get(port, 0), found.through[block] + 1)
    through += [longest[port] for port in range(blocks, blocks + len(longest))]
    rows += [0] * len(entries) + [max(rows) + 1] * len(exits)
    return rows, through


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
