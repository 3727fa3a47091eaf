"""What the axes of a model's inputs stand for."""

from collections.abc import Iterable

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Category, Graph, Model, Node
from loaders.kinds import BAD_SETTINGS, LayerKind
from loaders.kinds._calls import call_of, kind_of

BRANCHES = frozenset({"If", "Loop", "Scan", "SequenceMap"})
"""Operations whose bodies do not take the operation's own inputs one by one."""


class InputAxes:
    """What the axes of inputs stand for, read off the layers that they feed.

    Nothing in a file says that an input of 128 × 128 × 3 is an image; the convolution
    behind it does.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._users: dict[str, list[Node]] = {}
        self._makers: dict[str, Node] = {}
        for graph in model.graphs.values():
            for node in graph.nodes.values():
                for value in node.inputs[:1]:
                    self._users.setdefault(value, []).append(node)
                if not node.inputs and node.outputs:
                    self._makers[node.outputs[0]] = node

    def named(self) -> dict[str, tuple[Axis, ...]]:
        """Return axes by value id, for the inputs of all graphs that anyone names."""
        found = {}
        for graph in self._model.graphs.values():
            made_here = [
                node.outputs[0]
                for node in graph.nodes.values()
                if not node.inputs and node.outputs
            ]
            for value in dict.fromkeys((*graph.inputs, *made_here)):
                axes = self._read_by(value, graph)
                if axes is not None:
                    found[value] = axes
        return found

    def _read_by(self, value: str, graph: Graph) -> tuple[Axis, ...] | None:
        rank = self._rank(value, graph)
        waiting, seen = [value], {value}
        while waiting:
            for node in self._users.get(waiting.pop(0), ()):
                kind = kind_of(node)
                if node.bodies and node.op not in BRANCHES:
                    onward: Iterable[str] = self._model.graphs[node.bodies[0]].inputs[
                        :1
                    ]
                elif kind is None:
                    continue
                else:
                    axes = _reads(kind, node, rank)
                    if axes is not None:
                        return axes
                    onward = node.outputs[:1] if _keeps_axes(kind) else ()
                fresh = [id for id in onward if id not in seen and len(seen) < 64]
                seen.update(fresh)
                waiting.extend(fresh)
        return None

    def _rank(self, value: str, graph: Graph) -> int:
        """Return how many axes the file declares, or 0 if it does not say."""
        declared = graph.values.get(value)
        if declared is not None and declared.shape is not None:
            return len(declared.shape)
        node = self._makers.get(value)
        kind = kind_of(node) if node is not None else None
        return _made_rank(kind, node) if node is not None and kind is not None else 0


def _made_rank(kind: LayerKind, node: Node) -> int:
    try:
        [steps, *_] = kind.shape(call_of({}, node))
    except (*BAD_SETTINGS, ShapeError):
        return 0  # the inference proper notes it
    return 0 if steps is None else len(steps.axes)


def _reads(kind: LayerKind, node: Node, rank: int) -> tuple[Axis, ...] | None:
    if kind.reads is None or rank == 0:
        return None
    try:
        axes = kind.reads(call_of({}, node), rank)
    except BAD_SETTINGS:
        return None  # the inference proper notes it
    return axes if axes is not None and len(axes) == rank else None


def _keeps_axes(kind: LayerKind) -> bool:
    return kind.category in (Category.NORMALIZATION, Category.ACTIVATION) or (
        kind.id in ("padding", "cropping", "regularization", "preprocessing", "masking")
    )
