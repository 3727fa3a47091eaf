"""Model-local functions: which can be opened, counted before anything is built.

Thirty functions that each call the one before twice are 2.5 KB in a file and a billion
nodes when opened. So sizes are added up first, each function once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loaders.formats._onnx_records import FunctionRecord, GraphRecord, NodeRecord

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions of one model.

    Attributes:
        open: Those whose calls are shown with their inside.
        recursive: Those that call themselves, perhaps through others.
        known: All of them.
        expanded: Nodes of the whole model with every call opened; counts a call of
            a recursive function as one node.
    """

    open: dict[Key, FunctionRecord]
    recursive: tuple[FunctionRecord, ...]
    known: dict[Key, FunctionRecord]
    expanded: int


def call_key(node: NodeRecord) -> Key:
    """Return the function that a node would call."""
    return node.domain, node.op, node.overload


def all_nodes(nodes: Sequence[NodeRecord]) -> Iterable[NodeRecord]:
    """Yield nodes and those inside their bodies; iterative."""
    waiting = [nodes]
    while waiting:
        for node in waiting.pop():
            yield node
            if node.attributes:
                waiting.extend(body.nodes for _, body in node.graphs)


def study(functions: list[FunctionRecord], graph: GraphRecord) -> Functions:
    """Return what opening all functions would mean."""
    known: dict[Key, FunctionRecord] = {}
    for function in functions:
        known.setdefault(function.key, function)
    sizes: dict[Key, int] = {}
    calls: dict[Key, list[Key]] = {}
    for key, function in known.items():
        sizes[key], calls[key] = _count(function.nodes, known)
    total: dict[Key, int] = {}
    for key in _callees_first(calls):
        total[key] = sizes[key] + sum(total[inner] for inner in calls[key])
    count, main = _count(graph.nodes, known)
    expanded = count + sum(total.get(key, 0) for key in main)
    return Functions(
        open={key: known[key] for key in total},
        recursive=tuple(known[key] for key in known if key not in total),
        known=known,
        expanded=expanded,
    )


def _count(
    nodes: Sequence[NodeRecord], known: dict[Key, FunctionRecord]
) -> tuple[int, list[Key]]:
    """Return how many nodes there are and which functions they call."""
    count, calls = 0, []
    for node in all_nodes(nodes):
        count += 1
        if (key := call_key(node)) in known:
            calls.append(key)
    return count, calls


def _callees_first(calls: dict[Key, list[Key]]) -> list[Key]:
    """Return functions after those that they call; recursive ones are not there.

    Neither are functions that call recursive ones.
    """
    left = {key: len(set(inner)) for key, inner in calls.items()}
    callers: dict[Key, list[Key]] = {}
    for key, inner in calls.items():
        for called in set(inner):
            callers.setdefault(called, []).append(key)
    done = [key for key, count in left.items() if count == 0]
    for key in done:  # grows while it is walked
        for caller in callers.get(key, ()):
            left[caller] -= 1
            if left[caller] == 0:
                done.append(caller)
    return done
