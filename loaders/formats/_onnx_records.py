"""What an ONNX file says, as it says it: records made by ``_onnx_wire``.

Tensors are places in the file, never numbers. The records know nothing of our model;
``_onnx_build`` turns them into one.
"""

from typing import TypeAlias

from msgspec import Struct

from loaders.formats._onnx_modules import Modules
from loaders.formats._protobuf import Span
from loaders.ir.graph import Shape
from loaders.kinds._element_types import ELEMENT_TYPES


class TensorRecord(Struct):
    """A ``TensorProto``.

    Attributes:
        place: Its bytes in the file.
        raw: Where ``raw_data`` lies; ``None`` if it has none.
        typed: Field number -> places of ``float_data``, ``int32_data``, ``int64_data``,
            ``double_data``, ``uint64_data`` in packed form, or single numbers as bits.
        strings: Places of ``string_data``.
        external: ``external_data`` as written, unchecked, in order.
        is_external: Whether ``data_location`` says so.
    """

    place: Span
    name: str = ""
    dims: tuple[int, ...] = ()
    data_type: int = 0
    raw: Span | None = None
    typed: dict[int, list[Span | int]] = {}
    strings: list[Span] = []
    external: list[tuple[str, str]] = []
    is_external: bool = False

    @property
    def dtype(self) -> str:
        """The element type's name; empty if the number means nothing."""
        return ELEMENT_TYPES.get(self.data_type, "")


class SparseRecord(Struct):
    """A ``SparseTensorProto``: values, where they go, the shape of the whole."""

    values: TensorRecord
    indices: TensorRecord
    dims: tuple[int, ...]
    place: Span


class TypeRecord(Struct, frozen=True):
    """A ``TypeProto``.

    Attributes:
        dtype: Element type of the (innermost) tensor; empty if unknown.
        shape: ``None`` if the rank is not said.
        container: What it is if not a plain tensor: ``sequence of tensors``.
    """

    dtype: str = ""
    shape: Shape | None = None
    container: str = ""


class ValueRecord(Struct, frozen=True):
    """A ``ValueInfoProto``; ``type`` is ``None`` if it only has a name."""

    name: str
    type: TypeRecord | None = None


class LongList(Struct, frozen=True):
    """Numbers or texts too many to hold; only their stored size is known."""

    nbytes: int


class Reference(Struct, frozen=True):
    """An attribute of a function's node that takes the value of the call's."""

    name: str


AttributeValue: TypeAlias = (
    "int | float | bytes | tuple[int, ...] | tuple[float, ...] | tuple[bytes, ...] "
    "| TensorRecord | SparseRecord | GraphRecord | TypeRecord | LongList | Reference "
    "| tuple[TensorRecord, ...] | tuple[GraphRecord, ...] | tuple[SparseRecord, ...] "
    "| tuple[TypeRecord, ...] | None"
)


class NodeRecord(Struct):
    """A ``NodeProto``.

    Attributes:
        place: Its bytes in the file.
        domain: Normal form: empty for ``ai.onnx``.
        attributes: By name, in file order.
        modules: Name and class of each module around it, as an exporter noted them.
    """

    place: Span
    op: str
    domain: str
    name: str
    inputs: list[str]
    outputs: list[str]
    attributes: "dict[str, AttributeValue]"
    overload: str = ""
    modules: Modules = ()

    @property
    def graphs(self) -> "list[tuple[str, GraphRecord]]":
        """Bodies by attribute name; ``GRAPHS`` attributes are numbered."""
        found: list[tuple[str, GraphRecord]] = []
        for name, value in self.attributes.items():
            if isinstance(value, GraphRecord):
                found.append((name, value))
            elif isinstance(value, tuple):
                found.extend(
                    (f"{name}_{at}", item)
                    for at, item in enumerate(value)
                    if isinstance(item, GraphRecord)
                )
        return found


class GraphRecord(Struct):
    """A ``GraphProto``, or the inside of a ``FunctionProto``.

    Attributes:
        too_deep: Nested deeper than our limit; its contents were left out.
        annotations: ``quantization_annotation``: tensor name -> key -> tensor name.
    """

    place: Span
    name: str = ""
    doc: str = ""
    nodes: list[NodeRecord] = []
    initializers: list[TensorRecord] = []
    sparse: list[SparseRecord] = []
    inputs: list[ValueRecord] = []
    outputs: list[ValueRecord] = []
    values: list[ValueRecord] = []
    annotations: dict[str, dict[str, str]] = {}
    metadata: list[tuple[str, str]] = []
    too_deep: bool = False


class FunctionRecord(Struct):
    """A ``FunctionProto``: named inputs and outputs, nodes, attribute defaults."""

    place: Span
    name: str
    domain: str
    overload: str
    inputs: list[str]
    outputs: list[str]
    nodes: list[NodeRecord]
    values: list[ValueRecord]
    attributes: list[str]
    defaults: "dict[str, AttributeValue]"
    opsets: dict[str, int]

    @property
    def key(self) -> tuple[str, str, str]:
        """What a call names it by."""
        return self.domain, self.name, self.overload


class ModelRecord(Struct):
    """A ``ModelProto``.

    Attributes:
        graph: ``None`` if the file holds none.
        opsets: Every ``opset_import`` in order; a domain may come twice.
        fields: Places of the top-level fields that shape inference needs.
    """

    ir_version: int | None = None
    producer: str = ""
    producer_version: str = ""
    domain: str = ""
    model_version: int | None = None
    doc: str = ""
    graph: GraphRecord | None = None
    opsets: list[tuple[str, int]] = []
    metadata: list[tuple[str, str]] = []
    functions: list[FunctionRecord] = []
    training_graphs: int = 0


def normal_domain(domain: str) -> str:
    """Return one spelling for the default domain."""
    return "" if domain == "ai.onnx" else domain
