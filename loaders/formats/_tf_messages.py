"""TensorFlow's protobuf messages, read by their wire format.

Field numbers: saved_model, meta_graph and saved_object_graph.proto in
tensorflow/core/protobuf; graph, node_def, function, attr_value and tensor.proto in
tensorflow/core/framework. Nothing of TensorFlow is needed, and no tensor is copied.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from loaders.formats._protobuf import VARINT, Buffer, Span, fields, signed, text, varint
from loaders.ir.graph import Shape

DTYPES = (
    *("", "float32", "float64", "int32", "uint8", "int16", "int8", "string"),
    *("complex64", "int64", "bool", "int8", "uint8", "int32", "bfloat16", "int16"),
    *("uint16", "uint16", "complex128", "float16", "resource", "variant", "uint32"),
    *("uint64", "float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz"),
    *("float8_e4m3b11fnuz", "float8_e5m2fnuz", "int4", "uint4", "int2", "uint2"),
    "float4_e2m1fn",
)
_REFERENCE = 100  # DT_FLOAT_REF = DT_FLOAT + 100: a variable's own memory


def dtype_name(number: int) -> str:
    """Return our name for a DataType; empty if there is none."""
    number = number - _REFERENCE if number > _REFERENCE else number
    return DTYPES[number] if 0 <= number < len(DTYPES) else ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A tensor inside the graph.

    Attributes:
        dtype: Element type; empty if unknown.
        shape: Lengths of the axes.
        place: Its whole TensorProto.
        content: Plain little-endian numbers; ``None`` if they stand in protobuf's
            typed fields, perhaps fewer than elements.
    """

    dtype: str
    shape: tuple[int, ...]
    place: Span
    content: Span | None


@dataclass(frozen=True, slots=True)
class FunctionName:
    """An attribute that names a function of the library."""

    name: str


@dataclass(slots=True)
class Operation:
    """One NodeDef.

    ``inputs`` are references as the file writes them, without control inputs.
    """

    name: str
    op: str
    inputs: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Function:
    """One FunctionDef: arguments and results by name, and its operations."""

    name: str
    arguments: list[tuple[str, str]] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    returns: dict[str, str] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One input or output of a signature."""

    name: str
    reference: str
    dtype: str
    shape: Shape | None


@dataclass(slots=True)
class Signature:
    """What can be called from outside."""

    name: str
    inputs: list[Endpoint] = field(default_factory=list)
    outputs: list[Endpoint] = field(default_factory=list)


@dataclass(slots=True)
class SavedObject:
    """One node of the object graph: a layer, a variable, or something else."""

    children: list[tuple[str, int]] = field(default_factory=list)
    identifier: str = ""
    metadata: str = ""
    variable: str | None = None
    trainable: bool = False
    dtype: str = ""
    shape: Shape | None = None
    functions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class MetaGraph:
    """One graph with everything around it.

    Operations and functions are places, read when they are looked at: a Keras model
    has hundreds of functions that nobody needs. ``results`` has the shapes that each
    traced function returns.
    """

    tags: list[str] = field(default_factory=list)
    version: str = ""
    operations: list[Span] = field(default_factory=list)
    functions: dict[str, Span] = field(default_factory=dict)
    census: Counter[str] = field(default_factory=Counter)
    signatures: list[Signature] = field(default_factory=list)
    objects: list[SavedObject] = field(default_factory=list)
    results: dict[str, list[Shape | None]] = field(default_factory=dict)
    trainable: set[str] = field(default_factory=set)


Item: TypeAlias = tuple[int, int | Span]


def parts(data: Buffer, span: Span) -> Iterator[Item]:
    """Yield field numbers and values of one message."""
    for number, _wire, value in fields(data, span):
        yield number, value


def spans(data: Buffer, span: Span, number: int) -> Iterator[Span]:
    """Yield the sub-messages of one repeated field."""
    for found, value in parts(data, span):
        if found == number and isinstance(value, Span):
            yield value


def entries(data: Buffer, span: Span, number: int) -> Iterator[tuple[str, Span]]:
    """Yield the entries of one map<string, message> field."""
    for entry in spans(data, span, number):
        key, value = "", Span(entry.start, entry.start)
        for found, one in parts(data, entry):
            if found == 1 and isinstance(one, Span):
                key = text(data, one)
            elif found == 2 and isinstance(one, Span):
                value = one
        yield key, value


def shape_of(data: Buffer, span: Span) -> Shape | None:
    """Read a TensorShapeProto; ``None`` if the rank is unknown."""
    lengths: list[int | None] = []
    for number, value in parts(data, span):
        if number == 3 and value:
            return None
        if number == 2 and isinstance(value, Span):
            size = 0
            for found, one in parts(data, value):
                if found == 1 and isinstance(one, int):
                    size = signed(one)
            lengths.append(None if size < 0 else size)
    return tuple(lengths)


def constant_of(data: Buffer, span: Span) -> Constant:
    """Read a TensorProto without its numbers."""
    dtype, content = "", None
    shape: tuple[int, ...] = ()
    for number, value in parts(data, span):
        if number == 1 and isinstance(value, int):
            dtype = dtype_name(value)
        elif number == 2 and isinstance(value, Span):
            known = shape_of(data, value) or ()
            shape = tuple(length for length in known if isinstance(length, int))
        elif number == 4 and isinstance(value, Span) and value.size:
            content = value
    return Constant(dtype, shape, span, content)


def attribute_of(data: Buffer, span: Span) -> Any:
    """Read an AttrValue as plain data, a ``Constant`` or a ``FunctionName``."""
    for number, value in parts(data, span):
        found = _attribute(data, number, value)
        if found is not None:
            return found[0]
    return None


def _attribute(data: Buffer, number: int, value: int | Span) -> tuple[Any] | None:
    match number, value:
        case 1, Span():
            return (_list(data, value),)
        case 2, Span():
            return (text(data, value),)
        case 3, int():
            return (signed(value),)
        case 4, int():
            return (struct.unpack("<f", struct.pack("<I", value))[0],)
        case 5, int():
            return (bool(value),)
        case 6, int():
            return (dtype_name(value),)
        case 7, Span():
            return (shape_of(data, value),)
        case 8, Span():
            return (constant_of(data, value),)
        case 10, Span():
            return (_function_name(data, value),)
        case _:
            return None


def _function_name(data: Buffer, span: Span) -> FunctionName:
    names = [text(data, one) for one in spans(data, span, 1)]
    return FunctionName(names[-1] if names else "")


_LIST_KINDS = {2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 10}


def _list(data: Buffer, span: Span) -> list[Any]:
    found: list[Any] = []
    for number, value in parts(data, span):
        kind = _LIST_KINDS.get(number)
        if kind is None:
            continue
        if isinstance(value, Span) and kind in (3, 5, 6):  # packed numbers
            at = value.start
            while at < value.stop:
                one, at = varint(data, at, value.stop)
                found.extend(_attribute(data, kind, one) or ())
        elif isinstance(value, Span) and kind == 4:
            raw = bytes(data[value.start : value.stop])
            found.extend(x for (x,) in struct.iter_unpack("<f", raw[: len(raw) & ~3]))
        else:
            found.extend(_attribute(data, kind, value) or ())
    return found


def operation_of(data: Buffer, span: Span) -> Operation:
    """Read a NodeDef."""
    name = op = ""
    inputs: list[str] = []
    attributes: dict[str, Any] = {}
    for number, wire, value in fields(data, span):
        if wire == VARINT or not isinstance(value, Span):
            continue
        if number == 1:
            name = text(data, value)
        elif number == 2:
            op = text(data, value)
        elif number == 3:
            source = text(data, value)
            if not source.startswith("^"):
                inputs.append(source)
        elif number == 5:
            whole = Span(value.start, value.stop)
            key, content = "", None
            for found, one in parts(data, whole):
                if found == 1 and isinstance(one, Span):
                    key = text(data, one)
                elif found == 2 and isinstance(one, Span):
                    content = one
            if content is not None:
                attributes[key] = attribute_of(data, content)
    return Operation(name, op, tuple(inputs), attributes)


def operation_kind(data: Buffer, span: Span) -> str:
    """Return only a NodeDef's op."""
    for number, value in parts(data, span):
        if number == 2 and isinstance(value, Span):
            return text(data, value)
    return ""


def function_name(data: Buffer, span: Span) -> str:
    """Return only a FunctionDef's name."""
    for signature in spans(data, span, 1):
        for name in spans(data, signature, 1):
            return text(data, name)
    return ""


def function_of(data: Buffer, span: Span) -> Function:
    """Read a FunctionDef."""
    function = Function("")
    for number, value in parts(data, span):
        if not isinstance(value, Span):
            continue
        if number == 1:
            _function_head(data, value, function)
        elif number == 3:
            function.operations.append(operation_of(data, value))
    for name, value in entries(data, span, 4):
        function.returns[name] = text(data, value)
    return function


def _function_head(data: Buffer, span: Span, function: Function) -> None:
    for number, value in parts(data, span):
        if not isinstance(value, Span):
            continue
        if number == 1:
            function.name = text(data, value)
        elif number in (2, 3):
            name = dtype = ""
            for found, one in parts(data, value):
                if found == 1 and isinstance(one, Span):
                    name = text(data, one)
                elif found == 3 and isinstance(one, int):
                    dtype = dtype_name(one)
            if number == 2:
                function.arguments.append((name, dtype))
            else:
                function.results.append(name)
