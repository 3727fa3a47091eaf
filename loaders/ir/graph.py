"""Models, graphs, nodes, values, parameters: what every process speaks of.

Everything is frozen and made once: by ``ir.builder`` in the reader, by decoding in
the window. Ids are unique in the whole model, so a node inside a nested model needs
no path beside it.
"""

import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct

from loaders.ir.folding import FOLDED, Folding
from loaders.ir.grouping import Grouping
from loaders.ir.quantization import Quantizer
from loaders.ir.tensors import ModelFile, TensorRef

Dim: TypeAlias = int | str | None
"""A known length, an unknown one with a name that others may share, or unknown."""
Shape: TypeAlias = tuple[Dim, ...]
Attributes: TypeAlias = dict[str, Any]
"""Plain JSON-like data: None, bool, int, float, str, list, tuple, dict."""


class Axis(StrEnum):
    """What an axis of a value or a parameter stands for."""

    BATCH = "batch"
    TIME = "time"
    DEPTH = "depth"
    HEIGHT = "height"
    WIDTH = "width"
    CHANNEL = "channel"
    FEATURE = "feature"
    """One number per unit of a dense layer; like a channel, but nothing beside it."""
    HEAD = "head"
    QUERY = "query"
    KEY = "key"
    # of parameters
    IN_CHANNEL = "in-channel"
    FILTER = "filter"
    MULTIPLIER = "multiplier"
    IN_FEATURE = "in-feature"
    UNIT = "unit"
    GATE = "gate"
    """Gates × units, the gates one after another in the framework's order."""
    DIRECTION = "direction"
    TOKEN = "token"
    OTHER = "other"
    """Nothing in the file says."""


class Category(StrEnum):
    """Families of layers by colour: see the style."""

    CONVOLUTION = "convolution"
    NORMALIZATION = "normalization"
    ACTIVATION = "activation"
    POOLING = "pooling"
    DENSE = "dense"
    TENSOR = "tensor"
    RECURRENT = "recurrent"
    ATTENTION = "attention"
    ENDPOINT = "input/output"
    QUANTIZATION = "quantization"
    OTHER = "other"


class Structure(StrEnum):
    """What kind of view a file allows."""

    GRAPH = "graph"
    """Layers or operations joined by edges."""
    LAYERS = "layers"
    """Layers whose edges the file does not tell (a subclassed model)."""
    TENSORS = "tensors"
    """Named groups of weights and nothing else."""


class Severity(StrEnum):
    """How much a note matters.

    ``WARNING``: something was not understood, is damaged, unsafe or left out; the
    numbers may not tell the whole story.
    """

    INFO = "info"
    WARNING = "warning"


class Note(Struct, frozen=True, kw_only=True):
    """Something the user should know about how the file was read.

    Attributes:
        message: One plain sentence with the numbers. Text from the file in it has
            gone through ``text.shown``.
        where: A node's id, or empty for the whole file.
        severity: Whether the model can be trusted to be whole.
    """

    message: str
    where: str = ""
    severity: Severity = Severity.WARNING


class Fact(Struct, frozen=True, kw_only=True):
    """One row of the model panel, under a heading such as ``Training``."""

    section: str
    name: str
    text: str


class Value(Struct, frozen=True, kw_only=True):
    """An array that flows along one edge of the graph.

    Attributes:
        id: Unique in the model and the same at every opening.
        name: The file's own name for it; empty if it has none.
        shape: One entry per axis; ``None`` if not even their number is known.
        axes: What each axis stands for; as long as ``shape``. Viewers look for
            ``Axis.TIME`` here and never guess from positions.
        dtype: Element type (``float32``); empty if unknown.
        quantizer: How a device rounds it, or ``None``.
        note: What the value is if not a plain tensor (``sequence of tensors``,
            ``mask``), else empty.
    """

    id: str
    name: str = ""
    shape: Shape | None = None
    axes: tuple[Axis, ...] = ()
    dtype: str = ""
    quantizer: Quantizer | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.shape is not None and len(self.axes) != len(self.shape):
            raise ValueError(
                f"value {self.id!r}: {len(self.axes)} axes for shape {self.shape}"
            )


class Parameter(Struct, frozen=True, kw_only=True):
    """A weight of a layer.

    Attributes:
        id: The same for all layers that share the weight, so it is counted once.
        role: The field's word: ``kernel``, ``bias``, ``gamma``, ``recurrent_kernel``.
            Inside wrappers it is prefixed: ``forward.kernel``.
        name: The file's own name for it; empty if the file holds none.
        tensor: Shape, dtype and where the numbers lie (perhaps nowhere).
        axes: What each axis stands for; as long as the tensor's shape.
        trainable: Whether training changes it.
        counted: Whether it is a parameter in the sense of Keras' ``summary()``. False
            for state that is only listed (seeds, quantizer statistics, scales).
        quantizer: How a device rounds it, or ``None``.
    """

    id: str
    role: str
    tensor: TensorRef
    name: str = ""
    axes: tuple[Axis, ...] = ()
    trainable: bool = True
    counted: bool = True
    quantizer: Quantizer | None = None

    @property
    def shape(self) -> Shape:
        """Lengths of the axes; ``None`` where an absent weight lacks one."""
        return tuple(n if n >= 0 else None for n in self.tensor.shape)

    @property
    def count(self) -> int:
        """Elements that count towards the total; 0 if their number is unknown."""
        return self.tensor.size if self.counted and self.known else 0

    @property
    def known(self) -> bool:
        """Whether every length is known; an absent weight may lack some (-1)."""
        return all(length >= 0 for length in self.tensor.shape)


class Node(Struct, frozen=True, kw_only=True):
    """One call of one layer or operation; a layer called twice is two nodes.

    Attributes:
        id: Unique in the model; stable; shows where the node lies (``outer/conv``).
        name: The file's name; empty for unnamed ONNX nodes.
        op: The class or operation in the file's words (``Conv2D``, ``Gemm``).
        dialect: Whose word ``op`` is: ``keras``, ``onnx``, ``tf``; ONNX domains other
            than the default one follow: ``onnx.ai.onnx.ml``.
        kind: Id of the ``LayerKind`` that understands it; ``unknown`` if none does.
        category: Colour family.
        inputs: Value ids, in order; empty string for an absent optional input.
        outputs: Value ids, in order.
        masks: Value ids of masks that reach this node (drawn as part of the edge).
        given: Value ids of constants that reach this node beside its inputs, if what
            makes them is shown; what the node makes of them is in its weights and
            settings all the same.
        attributes: Settings in one spelling for all formats, for rules and viewers.
        config: The file's verbatim configuration as JSON text, for display.
        parameters: The weights.
        scope: Names of the groups around the node, outermost first: nested models
            and bodies. Their nodes are found by ``Graph.owner``.
        modules: Name and class of each module that it was made in, outermost first,
            if an exporter noted them.
        bodies: Graphs inside this node: a nested model, a function, the branches.
        shared_with: Id of the first node that calls the same layer, else empty.
        activation: The activation fused into it (``relu``), else empty.
        multiply_adds: Multiply-adds of one sample; ``None`` if unknown.
        problem: Why its shapes cannot work, with the numbers; empty if they can.
    """

    id: str
    op: str
    dialect: str
    name: str = ""
    kind: str = "unknown"
    category: Category = Category.OTHER
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    attributes: Attributes = {}
    config: str = "{}"
    parameters: tuple[Parameter, ...] = ()
    scope: tuple[str, ...] = ()
    modules: tuple[tuple[str, str], ...] = ()
    bodies: tuple[str, ...] = ()
    shared_with: str = ""
    activation: str = ""
    multiply_adds: int | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """The name, or the operation and where its result goes if it has none."""
        if self.name:
            return self.name
        return f"{self.op} → {self.outputs[0]}" if self.outputs else self.op

    @property
    def taken(self) -> tuple[str, ...]:
        """Value ids of all edges that end here; empty texts for absent inputs."""
        return (*self.inputs, *self.masks, *self.given)

    @property
    def parameter_count(self) -> int:
        """Elements of this node's own weights; bodies not included."""
        return sum(parameter.count for parameter in self.parameters)


class Graph(Struct, frozen=True, kw_only=True):
    """Nodes and the values between them.

    Attributes:
        id: Empty for the main graph, else unique in the model.
        name: The file's name, or the role of the body (``then_branch``).
        owner: Id of the node that this is a body of; empty for the main graph.
        inputs: Value ids that come from outside, in order.
        outputs: Value ids that go outside, in order.
        nodes: By id, in an order in which every node follows what feeds it.
        values: The values made or named in this graph, by id. A node may also use
            values of the graphs around it.
    """

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: dict[str, Node]
    values: dict[str, Value]
    name: str = ""
    owner: str = ""


class TensorGroup(Struct, frozen=True, kw_only=True):
    """Tensors that belong to no layer: optimizer state, unclaimed weights."""

    title: str
    tensors: tuple[Parameter, ...]


class Model(Struct, frozen=True, kw_only=True):
    """All that is known of one file, without its numbers.

    Attributes:
        path: The opened file, as ``os.fsencode`` gives it.
        format: What the file is, in words (``Keras 3 archive``, ``ONNX``).
        producer: Who wrote it (``Keras 3.15.1``, ``pytorch 2.1``); empty if unknown.
        structure: What kind of view it allows.
        graphs: All graphs by id; ``""`` is the main one.
        files: The files its numbers lie in; ``TensorRef.file`` counts into it.
        notes: What was not understood, repaired, limited or left out.
        facts: Rows of the model panel.
        others: Tensors that are listed, not counted.
        opsets: ONNX's version of each domain of operators; empty for other files.
        grouping: Which nodes belong together; made by ``loaders.grouping``.
        folding: What is shown with the nodes that use it.
    """

    path: bytes
    format: str
    structure: Structure
    graphs: dict[str, Graph]
    producer: str = ""
    files: tuple[ModelFile, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: tuple[Fact, ...] = ()
    others: tuple[TensorGroup, ...] = ()
    opsets: dict[str, int] = {}
    grouping: Grouping = Grouping()
    folding: Folding = FOLDED

    @property
    def graph(self) -> Graph:
        """The main graph."""
        return self.graphs[""]

    def nodes(self) -> Iterator[Node]:
        """Every node: each container before the nodes inside it, in graph order."""
        stack = [iter(self.graph.nodes.values())]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                continue
            yield node
            stack.extend(
                iter(self.graphs[body].nodes.values()) for body in reversed(node.bodies)
            )

    def parameters(self) -> Iterator[Parameter]:
        """Every weight once, however many layers share it."""
        seen: set[str] = set()
        for node in self.nodes():
            for parameter in node.parameters:
                if parameter.id not in seen:
                    seen.add(parameter.id)
                    yield parameter

    def values(self) -> dict[str, Value]:
        """All values by id; builds a dict, so keep the result."""
        return {k: v for graph in self.graphs.values() for k, v in graph.values.items()}


class Totals(Struct, frozen=True, kw_only=True):
    """Parameter counts as Keras' ``summary()`` gives them; each weight once."""

    total: int
    trainable: int
    non_trainable: int
    nbytes: int | None
    """Stored bytes at the tensors' own dtype; ``None`` if a dtype has no size."""


def product(shape: Shape) -> int | None:
    """Return the number of elements, or ``None`` if a length is unknown."""
    if any(not isinstance(length, int) for length in shape):
        return None
    return math.prod(length for length in shape if isinstance(length, int))
