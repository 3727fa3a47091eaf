"""The lines of the layer table: groups and layers, what each cell says. No Qt."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct

from loaders.ir.graph import (
    Severity,
    Structure,
    Totals,
)
from loaders.ir.index import ModelIndex
from loaders.ir.text import (
    count_of,
    shown,
)
from loaders.ir.walk import (
    knows_weights,
    multiply_adds_of,
    noun_of,
    totals_of,
)
from viewers.inner_names import inner_name, scope_of
from viewers.layer_cells import LayerCells, Line, LineWeights
from viewers.layer_columns import LOOKS, ORDER, Column


class Sums(Struct, frozen=True):
    """What some layers have together, for the line below the table.

    Attributes:
        layers: How many, containers included.
        weights: Their weights, each once.
        multiply_adds: Of those whose cost is known.
        unknown: How many have a cost that nobody knows.
        unsized: How many have weights whose sizes nobody knows.
        noun: ``layer``, ``node`` or ``group``.
    """

    layers: int
    weights: Totals
    multiply_adds: int
    unknown: int
    unsized: int = 0
    noun: str = "layer"


class Kept(Struct, frozen=True):
    """What a filter leaves of the lines.

    Attributes:
        lines: What it is about.
        around: The groups around those.
        sums: What the lines have together.
    """

    lines: frozenset[int]
    around: frozenset[int]
    sums: Sums


_FEW = 2_000
"""Lines that are sorted in some milliseconds."""


class LayerRows:
    """All lines of one model in graph order, groups before what they hold.

    Making it visits every node; make it in a job. A cell is worked out when it is asked
    for.
    """

    def __init__(self, index: ModelIndex) -> None:
        self.index, self.model = index, index.model
        self.noun = noun_of(self.model)
        self._holds_tensors = self.model.structure is Structure.TENSORS
        index.maker("")  # makes its table now, not when the first cell is drawn
        self.lines = list(_lines(index))
        self.has_groups = any(line.group is not None for line in self.lines)
        self.line_of = {line.id: at for at, line in enumerate(self.lines)}
        self.sizes = self._sizes()
        self._weights = LineWeights(self.lines, self.sizes)
        self._sorted: dict[tuple[Column, bool], list[int]] = {}
        groups = self.model.grouping.groups.values()
        self._alike = Counter(group.likeness for group in groups)
        self.whole = self.sums(None)
        total = self.whole.weights.total
        self._cells = LayerCells(index, self.lines, self._weights, total)
        self._warnings: dict[str, list[str]] = {}
        for note in self.model.notes:
            if note.where and note.severity is Severity.WARNING:
                words = shown(note.message, 1000)
                self._warnings.setdefault(note.where, []).append(words)

    def inner_name(self, at: int) -> str:
        """Return the name of a line as it stands among the groups around it."""
        line = self.lines[at]
        around = self.lines[line.parent].group if line.parent >= 0 else None
        if line.node is None or line.group is not None or around is None:
            return line.title
        return shown(inner_name(line.node, scope_of(self.model.grouping, around)), 1000)

    # which lines

    def tree(self, opened: Collection[int], kept: Kept | None) -> list[int]:
        """Return the lines to be seen, in graph order.

        Args:
            opened: The groups whose inside is to be seen.
            kept: If given, the only lines that are left, besides the groups around.
        """
        lines, around = (kept.lines, kept.around) if kept is not None else ((), ())
        seen: list[int] = []
        at, end = 0, len(self.lines)
        while at < end:
            if kept is not None and at not in lines and at not in around:
                at += self.sizes[at]
                continue
            seen.append(at)
            at += 1 if at in opened else self.sizes[at]
        return seen

    def flat(self, column: Column, descending: bool, kept: Kept | None) -> list[int]:
        """Return the layers without their groups, sorted; the unknown come last.

        The first time, 50,000 take a quarter of a second: see ``is_sorted``.
        """
        order = self._sorted.get((column, descending))
        if order is None:
            order = self._sorted[column, descending] = self._sort(column, descending)
        return order if kept is None else [at for at in order if at in kept.lines]

    def is_sorted(self, column: Column, descending: bool) -> bool:
        """Whether an order is known, or found in no time."""
        return (column, descending) in self._sorted or len(self.lines) <= _FEW

    def _sort(self, column: Column, descending: bool) -> list[int]:
        layers = [at for at, line in enumerate(self.lines) if line.group is None]
        keys = {at: self._cells.key(at, column) for at in layers}
        known = [at for at in layers if keys[at] is not None]
        known.sort(key=keys.__getitem__, reverse=descending)
        return known + [at for at in layers if keys[at] is None]

    def opened_at_first(self) -> set[int]:
        """Return the groups that are open in the graph at first."""
        opened = self.model.grouping.opened
        return {self.line_of[id] for id in opened if id in self.line_of}

    def groups(self) -> set[int]:
        """Return all groups."""
        return {at for at, line in enumerate(self.lines) if line.group is not None}

    def around(self, at: int) -> Iterator[int]:
        """Yield the groups around a line, innermost first."""
        while (at := self.lines[at].parent) >= 0:
            yield at

    def kept(self, ids: Iterable[str]) -> Kept:
        """Return what is left if only some layers and groups are to be seen."""
        lines = frozenset(self.line_of[id] for id in ids if id in self.line_of)
        around: set[int] = set()
        for at in lines:
            for group in self.around(at):
                if group in around:
                    break  # so are those around it
                around.add(group)
        return Kept(lines, frozenset(around), self.sums(lines))

    # what they say

    def text(self, at: int, column: Column) -> str:
        """Return what a cell says."""
        return self._cells.text(at, column)

    def exact(self, at: int, column: Column) -> str:
        """Return the same for programs: whole numbers, nothing for what is unknown."""
        return self._cells.exact(at, column)

    def has_nothing(self, at: int) -> bool:
        """Whether there is nothing to count, as in an input."""
        return self._cells.has_nothing(self.lines[at])

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that have something to say."""
        return tuple(
            column
            for column in ORDER
            if not (self._holds_tensors and LOOKS[column].needs_layers)
        )

    def troubles(self, at: int) -> tuple[str, ...]:
        """Return what is wrong with a layer: why it cannot work, then warnings."""
        line = self.lines[at]
        found = tuple(self._warnings.get(line.id, ()))
        problem = line.node.problem if line.node is not None else ""
        return (shown(problem, 1000), *found) if problem else found

    def path(self, at: int) -> str:
        """Return the groups around a line in words, outermost first."""
        groups = [self.lines[group] for group in self.around(at)]
        return " › ".join(group.title for group in reversed(groups))

    def inside(self, at: int) -> str:
        """Return how much a group holds and how many are like it, in a few words."""
        group = self.lines[at].group
        if group is None:
            return ""
        words = count_of(group.nodes, self.noun)
        alike = self._alike.get(group.likeness, 0) if group.likeness else 0
        return f"{words} · {alike} alike" if alike > 1 else words

    # sums

    def sums(self, kept: Collection[int] | None) -> Sums:
        """Return what some layers have together; all of them if not told which."""
        if kept is None:
            layers = [line.node for line in self.lines if line.node is not None]
            # A container's cost is its inside's, as often as it runs.
            costly = list(self.model.graph.nodes.values())
        else:
            found = (self.lines[at].node for at in sorted(kept))
            layers = [node for node in found if node is not None]
            costly = [node for node in layers if not node.bodies]
        costs = [multiply_adds_of(self.model, node) for node in costly]
        known = [cost for cost in costs if cost is not None]
        return Sums(
            layers=len(layers),
            weights=totals_of(w for node in layers for w in node.parameters),
            multiply_adds=sum(known),
            unknown=len(costs) - len(known),
            unsized=sum(not knows_weights(node) for node in layers),
            noun=self.noun,
        )

    def _sizes(self) -> list[int]:
        """Return how many lines each line and its inside take."""
        sizes = [1] * len(self.lines)
        for at in range(len(self.lines) - 1, -1, -1):
            if (parent := self.lines[at].parent) >= 0:
                sizes[parent] += sizes[at]
        return sizes

    def weights(self, at: int) -> Totals:
        """Return the weights of a layer, or of all inside a group, each once."""
        return self._weights.of(at)


def _lines(index: ModelIndex) -> Iterator[Line]:
    """Yield groups and layers depth first; what nobody has grouped lies at the top."""
    groups, nodes = index.model.grouping.groups, index.nodes
    around: list[int] = []
    for at, (id, depth) in enumerate(index.members()):
        del around[depth:]
        yield Line(
            id, nodes.get(id), groups.get(id), depth, around[-1] if depth else -1
        )
        around.append(at)
