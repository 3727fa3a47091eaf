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
        expanded: Nodes of the whole model with every call opened; counts a call of
            a recursive function as one node.
    """

    open: dict[Key, FunctionRecord]
    recursive: tuple[FunctionRecord, ...]
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
    recursive = _on_cycles(calls)
    total: dict[Key, int] = {}
    for key in _callees_first(calls, recursive):
        called = (total.get(inner, 0) for inner in calls[key])
        total[key] = sizes[key] + sum(called)
    count, main = _count(graph.nodes, known)
    expanded = count + sum(total.get(key, 0) for key in main)
    return Functions(
        open={key: known[key] for key in known if key not in recursive},
        recursive=tuple(known[key] for key in known if key in recursive),
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


def _on_cycles(calls: dict[Key, list[Key]]) -> set[Key]:
    """Return the functions from which a call can come back, or lead to such a one."""
    left = {key: set(inner) for key, inner in calls.items()}
    while True:
        free = [key for key, inner in left.items() if not inner]
        if not free:
            return set(left)
        for key in free:
            del left[key]
        gone = set(free)
        for inner in left.values():
            inner -= gone


def _callees_first(calls: dict[Key, list[Key]], without: set[Key]) -> list[Key]:
    left = {
        key: {one for one in inner if one not in without}
        for key, inner in calls.items()
        if key not in without
    }
    done: list[Key] = []
    while left:
        free = [key for key, inner in left.items() if not inner]
        done.extend(free)
        for key in free:
            del left[key]
        gone = set(free)
        for inner in left.values():
            inner -= gone
    return done
