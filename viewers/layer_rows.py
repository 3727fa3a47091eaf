"""The lines of the layer table: what each cell says and how a column sorts. No Qt."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from loaders.ir.graph import Category, Model, Node, Severity, Shape, Structure, Value
from loaders.ir.text import compact, file_size, grouped, grouped_shape, shown
from loaders.ir.walk import is_counted, multiply_adds_of, parameters_of, totals_of

NOTHING = "–"
"""Where there is nothing to count, as in an input."""
UNKNOWN = "?"
"""Where there is something to count and nobody knows how much."""


class Column(IntEnum):
    """The columns from left to right."""

    LAYER = 0
    TYPE = 1
    SHAPE = 2
    PARAMETERS = 3
    MULTIPLY_ADDS = 4
    MEMORY = 5
    DTYPE = 6


TITLES = {
    Column.LAYER: ("Layer", "The name in the file; layers inside a group are indented"),
    Column.TYPE: ("Type", "The class or operation, and the activation fused into it"),
    Column.SHAPE: ("Output shape", "Shape of the first output"),
    Column.PARAMETERS: ("Parameters", "Weights of the layer, or of all inside a group"),
    Column.MULTIPLY_ADDS: ("Multiply-adds", "For one sample"),
    Column.MEMORY: ("Memory", "Bytes of the weights (kB = 1,000 bytes)"),
    Column.DTYPE: ("dtype", "Element type of the first output"),
}


class LayerRows:
    """All layers of a model in graph order, containers before what they hold.

    Making it visits every node once; a cell is worked out when it is asked for.
    """

    def __init__(self, model: Model, values: dict[str, Value]) -> None:
        self.model = model
        self.nodes = list(model.nodes())
        self.row_of = {node.id: row for row, node in enumerate(self.nodes)}
        self._values = values
        self._holds_tensors = model.structure is Structure.TENSORS
        self._warnings: dict[str, list[str]] = {}
        for note in model.notes:
            if note.where and note.severity is Severity.WARNING:
                words = shown(note.message, 1000)
                self._warnings.setdefault(note.where, []).append(words)
        self._sums: dict[str, tuple[int, int | None]] = {}
        self._cells: dict[Column, Callable[[Node], str]] = {
            Column.LAYER: lambda node: shown(node.title, 1000),
            Column.TYPE: _type,
            Column.SHAPE: self._shape_text,
            Column.PARAMETERS: self._parameters,
            Column.MULTIPLY_ADDS: self._multiply_adds,
            Column.MEMORY: self._memory,
            Column.DTYPE: self.dtype,
        }
        self._keys: dict[Column, Callable[[Node], Any]] = {
            Column.LAYER: lambda node: node.title.casefold(),
            Column.TYPE: lambda node: node.op.casefold(),
            Column.SHAPE: self._elements,
            Column.PARAMETERS: lambda node: self.counts(node)[0],
            Column.MULTIPLY_ADDS: lambda node: multiply_adds_of(model, node),
            Column.MEMORY: lambda node: self.counts(node)[1],
            Column.DTYPE: self.dtype,
        }

    def text(self, node: Node, column: Column) -> str:
        """Return what one cell says."""
        return self._cells[column](node)

    def depth(self, node: Node) -> int:
        """Return in how many groups a layer lies; tensors are listed, not nested."""
        return 0 if self._holds_tensors else len(node.scope)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that have something to say."""
        without = (Column.SHAPE, Column.MULTIPLY_ADDS) if self._holds_tensors else ()
        return tuple(column for column in Column if column not in without)

    def troubles(self, node: Node) -> tuple[str, ...]:
        """Return what is wrong with a layer: why it cannot work, then warnings."""
        found = self._warnings.get(node.id, ())
        return (shown(node.problem, 1000), *found) if node.problem else tuple(found)

    def order(self, column: Column, descending: bool) -> list[int]:
        """Return row numbers sorted by a column; what is unknown comes last."""
        key = self._keys[column]
        keys = [key(node) for node in self.nodes]
        known = [row for row, value in enumerate(keys) if value is not None]
        known.sort(key=keys.__getitem__, reverse=descending)
        return known + [row for row, value in enumerate(keys) if value is None]

    def shape(self, node: Node) -> Shape | None:
        """Return the shape of the first output."""
        value = self._values.get(node.outputs[0]) if node.outputs else None
        return None if value is None else value.shape

    def dtype(self, node: Node) -> str:
        """Return the element type of the first output, or of a group's weights."""
        if self._holds_tensors:
            return ", ".join(sorted({p.tensor.dtype for p in node.parameters}))
        value = self._values.get(node.outputs[0]) if node.outputs else None
        return "" if value is None else value.dtype

    def counts(self, node: Node) -> tuple[int, int | None]:
        """Return parameters and their bytes, of all inside if it is a container."""
        found = self._sums.get(node.id)
        if found is None:
            weights = (
                parameters_of(self.model, node) if node.bodies else (node.parameters)
            )
            sums = totals_of(weights)
            found = self._sums[node.id] = sums.total, sums.nbytes
        return found

    def _shape_text(self, node: Node) -> str:
        return grouped_shape(self.shape(node)) if node.outputs else NOTHING

    def _parameters(self, node: Node) -> str:
        if node.category is Category.ENDPOINT and not node.parameters:
            return NOTHING
        if not is_counted(self.model, node):
            return UNKNOWN
        return grouped(self.counts(node)[0])

    def _multiply_adds(self, node: Node) -> str:
        if node.category is Category.ENDPOINT or self._holds_tensors:
            return NOTHING
        cost = multiply_adds_of(self.model, node)
        return UNKNOWN if cost is None else compact(cost)

    def _memory(self, node: Node) -> str:
        if node.category is Category.ENDPOINT and not node.parameters:
            return NOTHING
        nbytes = self.counts(node)[1]
        if nbytes is None or not is_counted(self.model, node):
            return UNKNOWN
        return file_size(nbytes) if nbytes else "0"

    def _elements(self, node: Node) -> int | None:
        """Return the elements of one sample, for sorting by size."""
        shape = self.shape(node)
        if shape is None:
            return None
        count = 1
        for length in shape[1:]:
            if not isinstance(length, int):
                return None
            count *= length
        return count


def _type(node: Node) -> str:
    words = [shown(node.op, 80)]
    if node.activation and node.activation != "linear":
        words.append(shown(node.activation, 40))
    if node.shared_with:
        words.append("shared")
    return " · ".join(words)
