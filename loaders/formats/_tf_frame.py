"""The operations of one TensorFlow graph or function, and how they hang together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from loaders.formats._tf_messages import Constant, Operation
from loaders.formats._tf_words import (
    PASSED_ON,
    Variable,
    split,
    suffix_of,
    whole_number,
)

Binding = str | Variable | Constant
"""What a reference means: a value's id, a weight, or a constant."""


@dataclass(slots=True)
class Frame:
    """The operations of one graph or one call of a function.

    Attributes:
        operations: By name, in the file's order.
        prefix: What stands before the ids of its nodes and values.
        scope: The names of the containers around it.
        arguments: What the references to a function's arguments mean in this call.
        forced: Operations that are drawn although they only hand a tensor on.
        callers: Names of the functions that this call lies in.
    """

    operations: dict[str, Operation]
    prefix: str
    scope: tuple[str, ...]
    arguments: dict[str, Binding] = field(default_factory=dict)
    forced: set[str] = field(default_factory=set)
    callers: tuple[str, ...] = ()

    def reachable(self, outputs: list[str]) -> list[Operation]:
        """Return the operations that lead to some references, in the file's order."""
        seen: set[str] = set()
        waiting = [split(output)[0] for output in outputs]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.operations:
                continue
            seen.add(name)
            waiting += [split(one)[0] for one in self.operations[name].inputs]
        return [one for name, one in self.operations.items() if name in seen]

    def through(self, reference: str) -> str:
        """Follow what only hands a tensor on."""
        seen = set()
        while reference not in seen:
            seen.add(reference)
            name, port = split(reference)
            operation = self.operations.get(name)
            if (
                operation is None
                or operation.op not in PASSED_ON
                or name in self.forced
                or not operation.inputs
            ):
                break
            at = port if operation.op == "IdentityN" else 0
            reference = operation.inputs[min(at, len(operation.inputs) - 1)]
        return reference


def used_ports(
    operations: Iterable[Operation], outputs: list[str]
) -> dict[str, list[str]]:
    """Return the outputs of each operation that anybody uses."""
    found: dict[str, set[str]] = {}
    for reference in (*_references(operations), *outputs):
        found.setdefault(reference.partition(":")[0], set()).add(suffix_of(reference))
    return {name: sorted(suffixes, key=_by_number) for name, suffixes in found.items()}


def _references(operations: Iterable[Operation]) -> Iterator[str]:
    for operation in operations:
        yield from operation.inputs


def _by_number(suffix: str) -> tuple[str, int]:
    port, _, number = suffix.rpartition(":")
    return port, whole_number(number) or 0
