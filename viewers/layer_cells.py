"""What each cell of the layer table says, and what its column sorts by. No Qt."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from loaders.ir.graph import Category, Node, Structure, Totals, Value
from loaders.ir.grouping import Group, GroupKind
from loaders.ir.index import ModelIndex
from loaders.ir.text import compact, file_size, grouped, shown
from loaders.ir.walk import (
    is_counted,
    multiply_adds_of,
    output_bytes,
    sample_elements,
    totals_of,
)
from viewers.layer_columns import LOOKS, Column
from viewers.plain import shape_words, short_name

NOTHING = "–"
"""Where there is nothing to count, as in an input."""
UNKNOWN = "?"
"""Where there is something to count and nobody knows how much."""
MOST_SOURCES = 4


class Line(NamedTuple):
    """A layer, a group, or both (a nested model); its inside follows it.

    Attributes:
        id: Of the node or group.
        node: The layer, if it is one.
        group: The group, if it is one.
        depth: How many groups are around it.
        parent: The line of the group around it; -1 at the top.
    """

    id: str
    node: Node | None
    group: Group | None
    depth: int
    parent: int

    @property
    def title(self) -> str:
        """The name, fit to be shown."""
        if self.node is not None:
            return shown(self.node.title, 1000)
        return shown(self.group.title, 1000) if self.group is not None else ""


class LineWeights:
    """The weights of a layer, or of all inside a group, each once.

    Args:
        lines: All lines of a model.
        sizes: How many lines each and its inside take.
    """

    def __init__(self, lines: Sequence[Line], sizes: Sequence[int]) -> None:
        self._lines = lines
        self._totals: dict[int, Totals] = {}
        for at, line in enumerate(lines):
            if line.group is not None:
                self._totals[at] = totals_of(
                    weight
                    for each in lines[at : at + sizes[at]]
                    if each.node is not None
                    for weight in each.node.parameters
                )

    def of(self, at: int) -> Totals:
        """Return the weights of a line."""
        found = self._totals.get(at)
        if found is None:
            node = self._lines[at].node
            found = totals_of(node.parameters if node is not None else ())
            self._totals[at] = found
        return found


class LayerCells:
    """Writes the cells of one model's lines."""

    def __init__(
        self,
        index: ModelIndex,
        lines: Sequence[Line],
        weights: LineWeights,
        total: int,
    ) -> None:
        """Take what cells are made of.

        Args:
            index: The model.
            lines: All of its lines.
            weights: The weights of each.
            total: All parameters of the model.
        """
        self.index, self._model = index, index.model
        self._lines, self._weights = lines, weights
        self.whole = total
        self._holds_tensors = index.model.structure is Structure.TENSORS

    def text(self, at: int, column: Column) -> str:
        """Return what a cell says."""
        return _CELLS[column](self, self._lines[at], at)

    def exact(self, at: int, column: Column) -> str:
        """Return the same for programs: whole numbers, nothing for what is unknown."""
        if LOOKS[column].is_number and column is not Column.SHARE:
            number = self.key(at, column)
            return "" if number is None else str(number)
        return self.text(at, column)

    def key(self, at: int, column: Column) -> Any:
        """Return what a column sorts by; ``None`` where it is unknown."""
        line, weights = self._lines[at], self._weights.of(at)
        match column:
            case Column.LAYER:
                return line.title.casefold()
            case Column.SHAPE:
                return sample_elements(self._first_output(line))
            case Column.INPUT:
                return sample_elements(self._first_input(line))
            case Column.PARAMETERS | Column.SHARE:
                return weights.total if self._is_counted(line) else None
            case Column.TRAINED:
                return weights.trainable if self._is_counted(line) else None
            case Column.MULTIPLY_ADDS:
                return self._cost(line)
            case Column.MEMORY:
                return weights.nbytes if self._is_counted(line) else None
            case Column.ACTIVATION:
                node = line.node
                return output_bytes(self.index.values, node) if node else None
        return self.text(at, column).casefold()

    def _is_counted(self, line: Line) -> bool:
        if line.group is not None:
            return line.group.parameters is not None
        return line.node is not None and is_counted(self._model, line.node)

    def _cost(self, line: Line) -> int | None:
        if line.group is not None:
            return line.group.multiply_adds
        return multiply_adds_of(self._model, line.node) if line.node else None

    def _first_output(self, line: Line) -> Value | None:
        return self.index.first_output(line.node) if line.node is not None else None

    def _first_input(self, line: Line) -> Value | None:
        inputs = [id for id in line.node.inputs if id] if line.node else []
        return self.index.values.get(inputs[0]) if inputs else None

    def has_nothing(self, line: Line) -> bool:
        """Whether there is nothing to count, as in an input."""
        node = line.node
        return (
            node is not None
            and node.category is Category.ENDPOINT
            and not node.parameters
        )

    def source_titles(self, node: Node) -> str:
        """Return the names of the layers that feed a node."""
        titles: dict[str, None] = {}
        for id in node.inputs:
            maker = self.index.maker(id) if id else None
            if maker is not None:
                titles[short_name(maker.title)] = None
            elif id and id in self._model.graph.inputs:
                titles[short_name(id)] = None
        names = list(titles)
        rest = len(names) - MOST_SOURCES
        more = [f"+{rest}"] if rest > 0 else []
        return ", ".join(names[:MOST_SOURCES] + more)

    def types(self, line: Line) -> str:
        """Return the element type of the first output, or of a group's weights."""
        node = line.node
        if node is None:
            return ""
        if self._holds_tensors:
            return ", ".join(sorted({p.tensor.dtype for p in node.parameters}))
        value = self._first_output(line)
        return "" if value is None else shown(value.dtype, 40)

    def quantizer(self, line: Line) -> str:
        """Return how the weights are rounded, else the output."""
        node = line.node
        if node is None:
            return ""
        for weight in node.parameters:
            if weight.quantizer is not None:
                return shown(weight.quantizer.badge, 40)
        value = self._first_output(line)
        quantizer = value.quantizer if value is not None else None
        return shown(quantizer.badge, 40) if quantizer is not None else ""


def _type(_cells: LayerCells, line: Line, _at: int) -> str:
    node = line.node
    if node is None:
        is_section = line.group and line.group.kind is GroupKind.SECTION
        return "Section" if is_section else "Group"
    words = [shown(node.op, 80)]
    match node.attributes.get("layer"):
        case {"op": str(wrapped)}:  # TimeDistributed, Bidirectional
            words.append(shown(wrapped, 80))
    if node.activation and node.activation != "linear":
        words.append(shown(node.activation, 40))
    if node.shared_with:
        words.append("shared")
    return " · ".join(words)


def _shape(value: Value | None, others: int) -> str:
    if value is None:
        return NOTHING
    text = shape_words(value)
    return text if others < 1 else f"{text}  +{others}"


def _output_shape(cells: LayerCells, line: Line, _at: int) -> str:
    outputs = [id for id in line.node.outputs if id] if line.node else []
    if not outputs:
        return NOTHING
    value = cells.index.values.get(outputs[0], Value(id=outputs[0]))
    return _shape(value, len(outputs) - 1)


def _input_shape(cells: LayerCells, line: Line, _at: int) -> str:
    inputs = [id for id in line.node.inputs if id] if line.node else []
    if not inputs:
        return NOTHING
    value = cells.index.values.get(inputs[0], Value(id=inputs[0]))
    return _shape(value, len(inputs) - 1)


def _number(
    column: Column, write: Callable[[int], str]
) -> Callable[[LayerCells, Line, int], str]:
    """Return what writes a number: a dash for none, a question mark for unknown."""

    def cell(cells: LayerCells, line: Line, at: int) -> str:
        if cells.has_nothing(line):
            return NOTHING
        number = cells.key(at, column)
        return UNKNOWN if number is None else write(number)

    return cell


def _share(cells: LayerCells, line: Line, at: int) -> str:
    number, total = cells.key(at, Column.PARAMETERS), cells.whole
    if cells.has_nothing(line) or not total:
        return NOTHING
    if number is None:
        return UNKNOWN
    return f"{100 * number / total:.1f} %"


_CELLS: dict[Column, Callable[[LayerCells, Line, int], str]] = {
    Column.LAYER: lambda _cells, line, _at: line.title,
    Column.TYPE: _type,
    Column.INPUT: _input_shape,
    Column.SHAPE: _output_shape,
    Column.PARAMETERS: _number(Column.PARAMETERS, grouped),
    Column.TRAINED: _number(Column.TRAINED, grouped),
    Column.SHARE: _share,
    Column.MULTIPLY_ADDS: _number(Column.MULTIPLY_ADDS, compact),
    Column.MEMORY: _number(
        Column.MEMORY, lambda size: file_size(size) if size else "0"
    ),
    Column.ACTIVATION: _number(Column.ACTIVATION, file_size),
    Column.DTYPE: lambda cells, line, _at: cells.types(line),
    Column.QUANTIZATION: lambda cells, line, _at: cells.quantizer(line),
    Column.SOURCES: lambda cells, line, _at: (
        cells.source_titles(line.node) if line.node is not None else ""
    ),
}
