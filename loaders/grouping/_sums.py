"""Sums over groups, all in one go: nodes, weights, multiply-adds."""

from collections.abc import Iterable, Sequence

from loaders.grouping._entries import Entry
from loaders.ir.graph import Model, Node, Value
from loaders.ir.walk import lacks_weights, runs_of


def add_up(model: Model, entries: Sequence[Entry]) -> None:
    """Write the sums into all entries, which come depth first."""
    _count_own_weights(entries)
    results = _results_of_steps(model, entries)
    for entry in reversed(entries):
        entry.size = len(entry.nodes)
        entry.size += sum(one.size + (one.owner is not None) for one in entry.inside)
        weights = (entry.parameters, *(one.parameters for one in entry.inside))
        entry.parameters = _sum(weights)
        costs = (node.multiply_adds for node in entry.nodes)
        cost = _sum((*costs, *(one.multiply_adds for one in entry.inside)))
        node = entry.owner
        if node is not None and node.multiply_adds is not None:
            cost = node.multiply_adds
        elif node is not None and cost is not None:
            runs = runs_of(node, results.get(node.id))
            cost = None if runs is None else runs * cost
        entry.multiply_adds = cost


def _sum(numbers: Iterable[int | None]) -> int | None:
    """Return the sum; ``None`` if a number is unknown."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _count_own_weights(entries: Iterable[Entry]) -> None:
    """Count the weights of each entry's own nodes, ``None`` if some are unknown.

    A weight used in several groups is taken off once where each two of them, next to
    each other depth first, meet. Sums from the inside out then hold it once in every
    group that it lies in.
    """
    seen: dict[str, Entry] = {}
    for entry in entries:
        own = entry.nodes if entry.owner is None else [entry.owner, *entry.nodes]
        entry.parameters = 0
        for node in own:
            if lacks_weights(node):
                _change(entry, None)
            for parameter in node.parameters:
                if not parameter.counted:
                    continue
                if not parameter.known:
                    _change(entry, None)
                before = seen.get(parameter.id)
                seen[parameter.id] = entry
                if before is not entry:
                    _change(entry, parameter.count)
                    if before is not None:
                        _change(_meeting(before, entry), -parameter.count)


def _change(entry: Entry, count: int | None) -> None:
    if count is None or entry.parameters is None:
        entry.parameters = None
    else:
        entry.parameters += count


def _meeting(one: Entry, other: Entry) -> Entry:
    """Return the innermost group that holds both; it may be one of them."""
    while one is not other:
        if one.depth < other.depth:
            one, other = other, one
        assert one.parent is not None  # the whole model holds both
        one = one.parent
    return one


def _results_of_steps(model: Model, entries: Iterable[Entry]) -> dict[str, Value]:
    """Return the first result of every node that runs its inside once per step."""
    wanted: dict[str, str] = {}
    for entry in entries:
        node: Node | None = entry.owner
        if node is not None and node.op == "TimeDistributed" and node.outputs:
            wanted[node.outputs[0]] = node.id
    if not wanted:
        return {}
    return {
        wanted[id]: value
        for graph in model.graphs.values()
        for id, value in graph.values.items()
        if id in wanted
    }
