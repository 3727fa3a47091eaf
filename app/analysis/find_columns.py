"""What the find field compares with: one list per field, in the order of the entries.

Made once per model, each list when it is first asked for: 50,000 entries take some
hundredths of a second a list.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from loaders.ir.graph import Node, Parameter, Severity, Value
from loaders.ir.grouping import Group, GroupKind
from loaders.ir.index import ModelIndex
from loaders.ir.quantization import Affine, Quantizer
from loaders.ir.tensors import bits_of
from loaders.ir.text import shape_text
from loaders.ir.walk import multiply_adds_of, totals_of

MOST_SETTING = 200
"""Characters of one setting that are looked through."""


class Entry(NamedTuple):
    """Something that can be found: a node or a name scope."""

    id: str
    title: str
    node: Node | None
    group: Group | None


class Columns:
    """The fields of every node and name scope of a model, in graph order."""

    def __init__(self, index: ModelIndex) -> None:
        self._index, self.model = index, index.model
        self.entries = list(_entries(index))
        self._lists: dict[str, list[Any]] = {}

    @cached_property
    def words(self) -> list[str]:
        """Everything that plain words are looked for in, in lower case."""
        return ["\n".join(self._words(entry)).casefold() for entry in self.entries]

    def texts(self, field: str) -> list[tuple[str, ...]]:
        """Return what a field of text holds for each entry, in lower case."""
        return self._made(field, _TEXTS[field])

    def numbers(self, field: str) -> list[float | None]:
        """Return a number of each entry; ``None`` where it is unknown or none."""
        return self._made(field, _NUMBERS[field])

    def flags(self, field: str) -> list[bool]:
        """Return whether something holds for each entry."""
        return self._made(field, _FLAGS[field])

    @cached_property
    def shapes(self) -> list[tuple[tuple[str, ...], ...]]:
        """The shapes of each entry's outputs and weights, each length as text."""
        return [tuple(self._shapes(entry)) for entry in self.entries]

    @cached_property
    def settings(self) -> list[dict[str, Any]]:
        """Each node's settings: the file's, then ours where the file has none."""
        return [_settings(entry.node) for entry in self.entries]

    @cached_property
    def setting_names(self) -> frozenset[str]:
        """The names of all settings, in lower case."""
        return frozenset(name for settings in self.settings for name in settings)

    def path(self, id: str) -> tuple[str, ...]:
        """Return the titles of the groups around something, outermost first."""
        groups = self.model.grouping.groups
        return tuple(groups[group].title for group in self._index.groups_around(id))

    def outputs(self, node: Node) -> Iterator[Value]:
        """Yield the values that a node makes, as far as they are known."""
        for id in node.outputs:
            if (value := self._index.values.get(id)) is not None:
                yield value

    # inside

    def _made(self, field: str, make: Callable[["Columns", Entry], Any]) -> list[Any]:
        if field not in self._lists:
            self._lists[field] = [make(self, entry) for entry in self.entries]
        return self._lists[field]

    @cached_property
    def warned(self) -> frozenset[str]:
        """Ids of the nodes that a warning is about."""
        return frozenset(
            note.where
            for note in self.model.notes
            if note.where and note.severity is Severity.WARNING
        )

    def _words(self, entry: Entry) -> Iterator[str]:
        node = entry.node
        yield entry.title
        if node is None:
            return
        yield node.op
        if node.name and node.name != entry.title:
            yield node.name
        yield from _tensor_words(self, node)
        for value in self.outputs(node):
            yield shape_text(value.shape)
            yield value.dtype
        if node.activation:
            yield node.activation
        if node.config != "{}":
            for name, setting in _settings(node).items():
                yield f"{name}={_flat(setting)}"

    def _shapes(self, entry: Entry) -> Iterator[tuple[str, ...]]:
        if entry.node is None:
            return
        shapes = [value.shape for value in self.outputs(entry.node)]
        shapes += [weight.shape for weight in entry.node.parameters]
        for shape in shapes:
            if shape is not None:
                yield tuple(str(length).casefold() for length in shape)


def _entries(index: ModelIndex) -> Iterator[Entry]:
    """Yield name scopes and nodes, each group before what is in it."""
    groups, nodes = index.model.grouping.groups, index.nodes
    for id, _depth in index.members():
        node, group = nodes.get(id), groups.get(id)
        if node is not None:
            yield Entry(id, node.title, node, group)
        elif group is not None and group.kind is GroupKind.SCOPE:
            yield Entry(id, group.title, None, group)


def _settings(node: Node | None) -> dict[str, Any]:
    if node is None:
        return {}
    found = {name.casefold(): value for name, value in node.attributes.items()}
    if node.config != "{}":
        try:
            config = msgspec.json.decode(node.config)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            config = None  # shown as it is in the inspector; nothing to compare with
        if isinstance(config, dict):
            found.update((name.casefold(), value) for name, value in config.items())
    if node.activation:
        found.setdefault("activation", node.activation)
    return found


def _flat(setting: object) -> str:
    match setting:
        case list() | tuple():
            return ", ".join(map(str, setting[:16]))
        case {"class_name": str(name)}:
            return name
        case dict():
            return ""
        case _:
            return str(setting)[:MOST_SETTING]


def _tensor_words(_columns: Columns, node: Node) -> Iterator[str]:
    for weight in node.parameters:
        yield weight.role
        if weight.name:
            yield weight.name
    yield from (*node.inputs, *node.outputs)


def _weights(entry: Entry) -> tuple[Parameter, ...]:
    return entry.node.parameters if entry.node is not None else ()


def _quantizers(columns: Columns, entry: Entry) -> Iterator[Quantizer]:
    for weight in _weights(entry):
        if weight.quantizer is not None:
            yield weight.quantizer
    if entry.node is not None:
        for value in columns.outputs(entry.node):
            if value.quantizer is not None:
                yield value.quantizer


def _lower(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.casefold() for text in texts if text))


def _tensor(columns: Columns, entry: Entry) -> tuple[str, ...]:
    node = entry.node
    if node is None:
        return ()
    names = [value.name for value in columns.outputs(node)]
    return _lower((*_tensor_words(columns, node), *names))


def _dtype(columns: Columns, entry: Entry) -> tuple[str, ...]:
    if entry.node is None:
        return ()
    types = [value.dtype for value in columns.outputs(entry.node)]
    types += [weight.tensor.dtype for weight in _weights(entry)]
    types += [
        quantizer.code_dtype
        for quantizer in _quantizers(columns, entry)
        if isinstance(quantizer, Affine)
    ]
    return _lower(types)


def _params(columns: Columns, entry: Entry) -> int | None:
    if entry.group is not None and entry.group.nodes:
        return entry.group.parameters
    return entry.node.parameter_count if entry.node is not None else None


def _macs(columns: Columns, entry: Entry) -> int | None:
    if entry.node is None:
        return entry.group.multiply_adds if entry.group is not None else None
    return multiply_adds_of(columns.model, entry.node)


def _memory(_columns: Columns, entry: Entry) -> int | None:
    return totals_of(_weights(entry)).nbytes if entry.node is not None else None


def _bits(columns: Columns, entry: Entry) -> int | None:
    """Return the fewest bits that a weight of a node, or its output, is kept in."""
    bits = [
        quantizer.bits
        for quantizer in _quantizers(columns, entry)
        if isinstance(quantizer, Affine)
    ]
    bits += [
        size
        for weight in _weights(entry)
        if weight.counted and (size := bits_of(weight.tensor.dtype)) is not None
    ]
    return min(bits, default=None)


def _rank(columns: Columns, entry: Entry) -> int | None:
    if entry.node is None:
        return None
    first = next(columns.outputs(entry.node), None)
    return len(first.shape) if first is not None and first.shape is not None else None


def _count(things: Iterable[str]) -> int:
    return sum(1 for thing in things if thing)


_TEXTS: dict[str, Callable[[Columns, Entry], tuple[str, ...]]] = {
    "name": lambda _, entry: _lower(
        (entry.title, entry.node.name if entry.node else "")
    ),
    "type": lambda _, entry: _lower(
        (entry.node.op, entry.node.kind) if entry.node else ("group",)
    ),
    "tensor": _tensor,
    "dtype": _dtype,
    "group": lambda columns, entry: _lower(columns.path(entry.id)),
}
_NUMBERS: dict[str, Callable[[Columns, Entry], float | None]] = {
    "params": _params,
    "macs": _macs,
    "memory": _memory,
    "bits": _bits,
    "rank": _rank,
    "inputs": lambda _, entry: _count(entry.node.inputs) if entry.node else None,
    "outputs": lambda _, entry: _count(entry.node.outputs) if entry.node else None,
    "nodes": lambda _, entry: entry.group.nodes if entry.group else 1,
}
_FLAGS: dict[str, Callable[[Columns, Entry], bool]] = {
    "trainable": lambda _, entry: any(
        w.trainable and w.counted for w in _weights(entry)
    ),
    "shared": lambda _, entry: bool(entry.node and entry.node.shared_with),
    "quantized": lambda columns, entry: any(True for _ in _quantizers(columns, entry)),
    "warning": lambda columns, entry: entry.id in columns.warned,
    "problem": lambda _, entry: bool(entry.node and entry.node.problem),
}
