"""Names of one ONNX graph and of those around it: what each stands for."""

from dataclasses import dataclass, field
from typing import TypeAlias

from loaders.formats._onnx_constants import Constant
from loaders.formats._onnx_records import (
    AttributeValue,
    FunctionRecord,
    GraphRecord,
    NodeRecord,
    Reference,
    TypeRecord,
    ValueRecord,
)
from loaders.formats._onnx_shapes import Body
from loaders.ir.graph import Dim

Meaning: TypeAlias = Constant | str
"""A constant, or the id of a value; an empty id is an input that was left out."""


@dataclass(slots=True, eq=False)
class Scope:
    """Names that are visible in one graph.

    Attributes:
        prefix: Begins all ids of the graph: empty for the main one.
        body: Where inference keeps its types; ``None`` inside functions.
        labels: Names of the groups around, outermost first.
        opsets: Version by domain.
        attributes: Inside a function: what its call gives, defaults included.
        parent: The graph around a body; functions see nothing around them.
        depth: How many graphs are around.
        is_branch: Whether it is a branch of an If.
        types: Declared and inferred types of its values, by name.
        rounding: Names that a DequantizeLinear in the graph makes.
        scales: Scale of the weight by the name of an integer product.
        lengths: Of the results of Range that count along a named axis.
        annotations: What the file says about the rounding of values, by name.
    """

    prefix: str = ""
    body: Body | None = ()
    labels: tuple[str, ...] = ()
    opsets: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    parent: "Scope | None" = None
    depth: int = 0
    is_branch: bool = False
    names: dict[str, Meaning] = field(default_factory=dict)
    types: dict[str, TypeRecord] = field(default_factory=dict)
    rounding: dict[str, NodeRecord] = field(default_factory=dict)
    scales: dict[str, Constant] = field(default_factory=dict)
    lengths: dict[str, Dim] = field(default_factory=dict)
    annotations: dict[str, dict[str, str]] = field(default_factory=dict)

    def find(self, name: str) -> Meaning | None:
        """Return what a name stands for here; ``None`` if nobody made it."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def constant(self, name: str) -> Constant | None:
        """Return a name's constant, if it is one."""
        found = self.find(name)
        return found if isinstance(found, Constant) else None

    def resolved(self, node: NodeRecord) -> dict[str, AttributeValue]:
        """Return a node's attributes with those of the call put in."""
        if not any(isinstance(value, Reference) for value in node.attributes.values()):
            return node.attributes
        found: dict[str, AttributeValue] = {}
        for name, value in node.attributes.items():
            if isinstance(value, Reference):
                if value.name in self.attributes:
                    found[name] = self.attributes[value.name]
            else:
                found[name] = value
        return found


def inside(function: FunctionRecord) -> GraphRecord:
    """Return a function's inside as a graph."""
    return GraphRecord(
        function.place,
        function.name,
        nodes=function.nodes,
        inputs=[ValueRecord(name) for name in function.inputs],
        outputs=[ValueRecord(name) for name in function.outputs],
        values=function.values,
    )


def declared_types(graph: GraphRecord) -> dict[str, TypeRecord]:
    """Return the types that the file states, by name."""
    return {
        value.name: value.type
        for value in (*graph.values, *graph.outputs, *graph.inputs)
        if value.type is not None
    }


def merged(
    inferred: TypeRecord | None,
    declared: TypeRecord | None,
    taken: frozenset[str] = frozenset(),
) -> TypeRecord:
    """Return what follows from the graph, completed by what the file states.

    Args:
        inferred: What ONNX's inference found.
        declared: What the file says.
        taken: Names of lengths of the model's inputs. Where inference does not find
            such a length, a declaration of it is often an exporter's guess.
    """
    if inferred is None or declared is None:
        return inferred or declared or TypeRecord()
    dtype = inferred.dtype or declared.dtype
    container = inferred.container or declared.container
    if inferred.shape is None or declared.shape is None:
        shape = declared.shape if inferred.shape is None else inferred.shape
        return TypeRecord(dtype, shape, container)
    if len(inferred.shape) != len(declared.shape):
        return TypeRecord(dtype, inferred.shape, container)
    pairs = zip(inferred.shape, declared.shape, strict=True)
    shape = tuple(_length(ours, theirs, taken) for ours, theirs in pairs)
    return TypeRecord(dtype, shape, container)


def _length(ours: Dim, theirs: Dim, taken: frozenset[str]) -> Dim:
    if isinstance(ours, int):
        return ours
    if isinstance(theirs, int):
        return theirs
    if ours is None and theirs not in taken:
        return theirs
    return ours


def contradicts(inferred: TypeRecord, declared: TypeRecord) -> bool:
    """Whether two types cannot both be true."""
    if inferred.shape is None or declared.shape is None:
        return False
    if len(inferred.shape) != len(declared.shape):
        return True
    return any(
        isinstance(one, int) and isinstance(other, int) and one != other
        for one, other in zip(inferred.shape, declared.shape, strict=True)
    )
