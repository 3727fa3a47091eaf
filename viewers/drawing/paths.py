"""Following edges through frames, and all that feeds or follows a box: pure, no Qt.

An edge into an open group is drawn in pieces that meet at the group's frame. Here the
pieces are joined again: where one ends at a frame, the next starts at the same point
and carries the same value.
"""

from collections.abc import Generator, Hashable, Iterable, Iterator
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from loaders.ir.graph import Model
from loaders.ir.layout import Layout, Route

Port: TypeAlias = tuple[str, int, int]
"""A frame and a point on its border, rounded."""
Key = TypeVar("Key", bound=Hashable)


class Trace(Struct, frozen=True):
    """Some boxes and frames, by id, and the pieces of edges that join them."""

    boxes: frozenset[str]
    routes: frozenset[int]


class Chains(Generic[Key]):
    """Numbers by key, in order, without an object for each key.

    Lists would be looked at by the collector again and again: tens of thousands of
    them take longer than a frame.
    """

    def __init__(self, count: int) -> None:
        self._first: dict[Key, int] = {}
        self._next = [-1] * count

    def put(self, key: Key, number: int) -> None:
        """Put a number before those of the same key; each at one key only."""
        self._next[number] = self._first.get(key, -1)
        self._first[key] = number

    def of(self, key: Key) -> list[int]:
        """Return the numbers of a key."""
        found: list[int] = []
        number = self._first.get(key, -1)
        while number >= 0:
            found.append(number)
            number = self._next[number]
        return found


class Paths:
    """The edges of a layout as ways from box to box. Complete once ``fill`` has run.

    Attributes:
        leaving: The pieces that start at each box or frame.
        arriving: The pieces that end at each box or frame.
        around: The frame that each box or frame lies in, if it lies in one.
    """

    def __init__(self, model: Model, layout: Layout) -> None:
        self._groups, self._layout = model.grouping.groups, layout
        self._frames = {box.node for box in layout.boxes if box.is_frame}
        count = len(layout.routes)
        self.leaving, self.arriving = Chains[str](count), Chains[str](count)
        self.around: dict[str, str] = {}
        self._behind, self._before = Chains[Port](count), Chains[Port](count)

    def fill(self) -> Iterator[None]:
        """Make the tables; yields after each millisecond or so."""
        for frame in self._frames:
            members = self._groups[frame].members if frame in self._groups else ()
            self.around.update(dict.fromkeys(members, frame))
            yield
        routes = self._layout.routes
        for at in range(len(routes) - 1, -1, -1):
            route = routes[at]
            self.leaving.put(route.source, at)
            self.arriving.put(route.target, at)
            if route.source in self._frames:
                self._behind.put(_start(route), at)
            if route.target in self._frames:
                self._before.put(_end(route), at)
            if not at % 1024:
                yield

    def onward(self, piece: int) -> list[int]:
        """Return a piece and all that it leads on to through frames, itself first."""
        return self._follow(piece, forward=True)

    def backward(self, piece: int) -> list[int]:
        """Return a piece and those that lead to it through frames, itself first."""
        return self._follow(piece, forward=False)

    def whole(self, piece: int) -> list[int]:
        """Return all pieces of the edges that a piece is a part of."""
        return list(dict.fromkeys((*self.backward(piece), *self.onward(piece))))

    def bundle(self, piece: int) -> list[int]:
        """Return all pieces of the edges that are seen as one at a piece.

        Edges that are not drawn whole share the short piece at their start.
        """
        routes = self._layout.routes
        if not routes[piece].stub:
            return self.whole(piece)
        start = _start(routes[piece])
        found: dict[int, None] = {}
        for at in self.leaving.of(routes[piece].source):
            if routes[at].stub and _start(routes[at]) == start:
                found.update(dict.fromkeys(self.whole(at)))
        return list(found)

    def sources(self, piece: int) -> list[str]:
        """Return the boxes where the edge of a piece really starts."""
        routes = self._layout.routes
        return _unique(
            routes[at].source
            for at in self.backward(piece)
            if not self._before.of(_start(routes[at]))
        )

    def targets(self, piece: int) -> list[str]:
        """Return the boxes where the edge of a piece really ends."""
        routes = self._layout.routes
        return _unique(
            routes[at].target
            for at in self.onward(piece)
            if not self._behind.of(_end(routes[at]))
        )

    def before(self, box: str) -> list[str]:
        """Return the boxes that feed a box, or a frame from outside."""
        pieces = self._outside(box, self.arriving.of(box), source=True)
        return _unique(name for at in pieces for name in self.sources(at))

    def after(self, box: str) -> list[str]:
        """Return the boxes that a box feeds, or a frame outside of it."""
        pieces = self._outside(box, self.leaving.of(box), source=False)
        return _unique(name for at in pieces for name in self.targets(at))

    def of(self, box: str, most: int) -> list[int]:
        """Return all pieces of the edges that have an end at a box.

        Args:
            box: A box or frame.
            most: No more edges than this; and not much more than that many pieces.
        """
        ends = [*self.arriving.of(box), *self.leaving.of(box)]
        found: dict[int, None] = {}
        for at in ends[:most]:
            found.update(dict.fromkeys(self.whole(at)))
            if len(found) > 4 * most:
                break
        return list(found)

    def inside(self, frame: str) -> list[str]:
        """Return everything in a frame, however deep."""
        found = [frame]
        for name in found:  # it grows meanwhile
            if name in self._frames and name in self._groups:
                found.extend(self._groups[name].members)
        return found[1:]

    def trace(
        self, box: str, upstream: bool, downstream: bool
    ) -> Generator[None, None, Trace]:
        """Find a box and all that feeds it, follows it, or both.

        Frames around anything that is found are found, too. A closed group is one
        box: what enters it is taken to reach all that leaves it. Yields after each
        millisecond or so.
        """
        start = [box, *self.inside(box)] if box in self._frames else [box]
        boxes, pieces = set(start), set[int]()
        if upstream:
            yield from self._spread(start, boxes, pieces, forward=False)
        if downstream:
            yield from self._spread(start, boxes, pieces, forward=True)
        for count, name in enumerate(list(boxes)):
            if not count % 2048:
                yield
            while name in self.around and self.around[name] not in boxes:
                name = self.around[name]
                boxes.add(name)
        return Trace(frozenset(boxes), frozenset(pieces))

    def _spread(
        self, start: list[str], boxes: set[str], pieces: set[int], forward: bool
    ) -> Iterator[None]:
        routes = self._layout.routes
        table = self.leaving if forward else self.arriving
        joins = self._behind if forward else self._before
        seen, waiting = set(start), list(start)
        taken: dict[int, set[str]] = {}
        deciding: set[str] = set()
        steps = 0
        while waiting:
            box = waiting.pop()
            first = table.of(box)
            if not forward:
                first.extend(self._deciders(box, deciding))
            ahead = [(at, _values(routes[at])) for at in first]
            while ahead:
                at, values = ahead.pop()
                steps += 1
                if not steps % 256:
                    yield
                done = taken.setdefault(at, set())
                if values <= done:
                    continue
                done |= values
                if joins.of(_end(routes[at]) if forward else _start(routes[at])):
                    ahead.extend(self._ahead(at, values, forward))
                    continue
                name = routes[at].target if forward else routes[at].source
                if name in seen:
                    continue
                seen.add(name)
                if name not in self._frames:
                    waiting.append(name)
                elif forward and self._decides(at):
                    inner = [one for one in self.inside(name) if one not in seen]
                    seen.update(inner)
                    waiting.extend(inner)
        boxes |= seen
        pieces.update(taken)

    def _deciders(self, box: str, done: set[str]) -> Iterator[int]:
        """Yield the conditions and counts of the frames around a box, each once."""
        while box in self.around and self.around[box] not in done:
            box = self.around[box]
            done.add(box)
            yield from filter(self._decides, self.arriving.of(box))

    def _decides(self, piece: int) -> bool:
        """Whether a piece comes to a frame from outside and goes no further.

        What it carries decides whether, or how often, what is in the frame runs.
        """
        route = self._layout.routes[piece]
        inside = self.around.get(route.source) == route.target
        return not inside and not self._behind.of(_end(route))

    def _follow(self, piece: int, forward: bool) -> list[int]:
        found = {piece: _values(self._layout.routes[piece])}
        waiting = [piece]
        while waiting:
            at = waiting.pop()
            for other, shared in self._ahead(at, found[at], forward):
                known = found.setdefault(other, set())
                if not shared <= known:
                    known |= shared
                    waiting.append(other)
        return list(found)

    def _ahead(
        self, piece: int, values: set[str], forward: bool
    ) -> Iterator[tuple[int, set[str]]]:
        """Yield the pieces that go on through a frame, and which values go on in them.

        Several edges may meet a frame at one point.
        """
        routes = self._layout.routes
        if forward:
            others = self._behind.of(_end(routes[piece]))
        else:
            others = self._before.of(_start(routes[piece]))
        for other in others:
            shared = values & _values(routes[other])
            if shared:
                yield other, shared

    def _outside(self, box: str, pieces: Iterable[int], source: bool) -> list[int]:
        """Return those of a frame's pieces whose other end is not in it."""
        if box not in self._frames:
            return list(pieces)
        inner = set(self.inside(box))
        routes = self._layout.routes
        return [
            at
            for at in pieces
            if (routes[at].source if source else routes[at].target) not in inner
        ]


def _values(route: Route) -> set[str]:
    return {route.value, *route.more}


def _start(route: Route) -> Port:
    return route.source, round(route.points[0]), round(route.points[1])


def _end(route: Route) -> Port:
    return route.target, round(route.points[-2]), round(route.points[-1])


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
