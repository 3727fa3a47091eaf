"""ONNX models: every IR version and opset, read by their wire format.

Weights stay where they lie; the graph is what depends on an input. Nothing of the file
is run, and no file but it and its external data beside it is opened.
"""

import re
from collections.abc import Iterator

from loaders.formats import FORMATS, Format, Progress, Source
from loaders.formats._onnx_build import Build
from loaders.formats._onnx_constants import Constants
from loaders.formats._onnx_external import ExternalFiles
from loaders.formats._onnx_facts import add_facts, note_versions
from loaders.formats._onnx_functions import study
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_read import read_tensor
from loaders.formats._onnx_records import FunctionRecord, GraphRecord, ModelRecord
from loaders.formats._onnx_shapes import Inference
from loaders.formats._onnx_strip import Stripper, imports
from loaders.formats._onnx_tensors import Tensors
from loaders.formats._onnx_wire import Skimmer
from loaders.formats._open_file import OpenFile
from loaders.formats._protobuf import (
    FIXED32,
    FIXED64,
    LENGTH,
    VARINT,
    Buffer,
    Span,
    WireError,
    varint,
)
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import (
    CorruptFileError,
    InspectorError,
    LimitError,
    UnreadableFileError,
)
from loaders.ir.graph import Model, Severity
from loaders.ir.text import count_of, grouped, shown
from loaders.kinds._infer import infer

_MODEL_FIELDS = {
    1: VARINT,
    2: LENGTH,
    3: LENGTH,
    4: LENGTH,
    5: VARINT,
    6: LENGTH,
    7: LENGTH,
    8: LENGTH,
    14: LENGTH,
    20: LENGTH,
    25: LENGTH,
    26: LENGTH,
}
_TENSOR_FIELDS = {1: VARINT, 2: VARINT, 8: LENGTH, 9: LENGTH, 4: LENGTH, 7: LENGTH}
_GRAPH_FIELDS = frozenset({1, 2, 5, 10, 11, 12, 13, 14, 15, 16})
_NODE_FIELDS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
_TEXT_FIELDS = frozenset({2, 3, 4})
_FOREIGN_NAMES = frozenset(
    {".h5", ".hdf5", ".keras", ".json", ".tflite", ".ort", ".pt", ".pth", ".pkl"}
)
"""Endings that promise another kind of model."""
_TEXTUAL = re.compile(rb"\s*(<\s*ir_version\s*:|ir_version\s*:\s*\d+\s)")


def recognises(source: Source) -> bool:
    """Whether the file looks like ONNX: a model, or a part of one that is named so."""
    return source.size > 0 and _what(source) != ""


def _what(source: Source) -> str:
    head = source.head
    if _TEXTUAL.match(head):
        return "text"
    top = list(_head_fields(head))
    if _is_model(top, head, source.size):
        return "model"
    if _is_tensor(top):
        return "tensor"
    if _is_graph(top, head):
        return "graph"
    return ""


def _head_fields(head: bytes) -> Iterator[tuple[int, int, int | Span]]:
    """Yield the top-level fields that begin in the head; stops at nonsense.

    A field may end behind the head. Nonsense is yielded as field 0.
    """
    at, stop = 0, len(head)
    while at < stop:
        try:
            key, at = varint(head, at, stop)
            wire = key & 7
            if wire == VARINT:
                number, at = varint(head, at, stop)
                yield key >> 3, wire, number
                continue
            if wire == LENGTH:
                size, at = varint(head, at, stop)
            elif wire in (FIXED32, FIXED64):
                size = 4 if wire == FIXED32 else 8
            else:
                yield 0, wire, 0
                return
        except WireError:
            return  # cut off at the end of the head
        yield key >> 3, wire, Span(at, at + size)
        at += size


def _is_model(top: list[tuple[int, int, int | Span]], head: bytes, size: int) -> bool:
    seen: set[int] = set()
    for field, wire, value in top:
        if not _fits_model(field, wire, value, head, size):
            # A version and a graph, then nonsense: a damaged model, not something else.
            return {1, 7} <= seen
        seen.add(field)
    first = top[0][0] if top else 0
    return 7 in seen or (first == 1 and (len(seen) > 1 or size <= len(head)))


def _fits_model(
    field: int, wire: int, value: int | Span, head: bytes, size: int
) -> bool:
    if _MODEL_FIELDS.get(field) != wire:
        return False
    if not isinstance(value, Span):
        return True
    if field in _TEXT_FIELDS:
        return _is_text(head, value)  # a SavedModel has a message there
    return field != 7 or value.stop > size or _begins_with(head, value)


def _is_text(head: bytes, span: Span) -> bool:
    raw = head[span.start : min(span.stop, span.start + 256)]
    return all(byte >= 0x20 and byte != 0x7F for byte in raw)


def _begins_with(head: bytes, span: Span) -> bool:
    """Whether what is seen of a graph begins with a field of a GraphProto."""
    if span.start >= len(head) or not span.size:
        return True
    key = head[span.start]
    return key >> 3 in _GRAPH_FIELDS and key & 7 == LENGTH


def _is_tensor(top: list[tuple[int, int, int | Span]]) -> bool:
    seen = set()
    for field, wire, value in top:
        packed_dims = field == 1 and wire == LENGTH and isinstance(value, Span)
        if _TENSOR_FIELDS.get(field) != wire and not packed_dims:
            return False
        if field == 2 and isinstance(value, int) and not 0 < value < 40:
            return False
        seen.add(field)
    return 2 in seen and bool(seen & {4, 7, 8, 9}) and len(top) > 1


def _is_graph(top: list[tuple[int, int, int | Span]], head: bytes) -> bool:
    """A lone GraphProto: nodes whose own fields are those of an ONNX node."""
    seen: set[int] = set()
    for field, wire, value in top:
        if field not in _GRAPH_FIELDS or wire != LENGTH or not isinstance(value, Span):
            return False
        seen.add(field)
        if field == 1 and value.stop <= len(head):
            inner = list(_head_fields(head[value.start : value.stop]))
            if not inner or any(one not in _NODE_FIELDS for one, _, _ in inner):
                return False
            if 4 not in {one for one, _, _ in inner}:
                return False
    return 1 in seen and bool(seen & {11, 12})


def read(source: Source, progress: Progress) -> Model:
    """Read an ONNX model.

    Raises:
        InspectorError: the file is damaged, hostile, or only a part of a model.
    """
    _refuse_parts(source)
    progress("reading the graph", 0, 3)
    try:
        opened = OpenFile(source)
    except OSError as error:
        raise InspectorError(
            f"{shown(source.path.name)} cannot be opened.", f"{error.strerror}."
        ) from None
    with opened:
        try:
            return _read(source, opened, progress)
        except IndexError:
            raise CorruptFileError(
                source.path,
                f"It ends in the middle of a field at byte {opened.size:,}.",
            ) from None
        except WireError as error:
            raise CorruptFileError(
                source.path,
                f"It is ONNX, but damaged or incomplete: {error}.",
            ) from None


def _refuse_parts(source: Source) -> None:
    advice = "Open the model file itself."
    match _what(source):
        case "tensor":
            raise UnreadableFileError(
                source.path,
                "one ONNX tensor (such as test data), not a model",
                "It holds the numbers of a single array.",
                advice,
            )
        case "graph":
            raise UnreadableFileError(
                source.path,
                "a bare ONNX graph without the model around it",
                "Opsets and version are missing.",
                "Save it with onnx.helper.make_model(graph).",
            )
        case "text":
            raise UnreadableFileError(
                source.path,
                "an ONNX model written as text",
                "Only the binary form is read.",
                "Convert it: onnx.save(onnx.load(path, format='textproto'), new_path).",
            )


def _read(source: Source, opened: OpenFile, progress: Progress) -> Model:
    data = opened.contents()
    skimmer = Skimmer(data, source.limits)
    model = skimmer.model()
    graph = model.graph
    if graph is None:
        raise CorruptFileError(
            source.path, "It is ONNX, but it has no graph: there are no layers to show."
        )
    _check_limits(source, skimmer)
    builder = ModelBuilder(source.path, "ONNX")
    problems = Problems(builder)
    external = ExternalFiles(source, builder, problems)
    tensors = Tensors(source, data, builder.file(opened.file), external, problems)
    functions = study(model.functions, graph)
    if functions.expanded > source.limits.nodes:
        problems.add(
            "functions",
            "Opening every call of a function would expand to "
            f"{grouped(functions.expanded)} nodes, too large a number; functions are "
            "shown closed.",
        )
        functions.open.clear()
    for function in functions.recursive:
        problems.add(
            "recursive",
            f"The function {shown(function.name, 60)} calls itself, perhaps through "
            "others (a cycle); its calls are shown closed.",
        )
    progress("inferring shapes", 1, 3)
    inference = _start_inference(source, model, graph, data, tensors, functions.open)
    try:
        constants = Constants(tensors, inference)
        build = Build(
            builder,
            graph,
            constants,
            functions,
            problems,
            source.limits,
            source.folding,
        )
        builder.opsets = imports(model, graph)
        build.run(builder.opsets)
        if inference is not None and inference.problem:
            problems.add(
                "inference", f"{inference.problem}; shapes come from our own rules."
            )
    finally:
        if inference is not None:
            inference.close()
    suffix = source.path.suffix.lower()
    if suffix in _FOREIGN_NAMES:
        problems.add(
            "name", f"This is an ONNX model, although its name ends in {suffix}."
        )
    _note_folded(build, problems)
    note_versions(model, problems, skimmer.texts)
    add_facts(builder, model, graph, external)
    problems.flush()
    progress("following the shapes", 2, 3)
    return infer(builder.freeze())


def _check_limits(source: Source, skimmer: Skimmer) -> None:
    limits = source.limits
    if skimmer.nodes > limits.nodes:
        raise LimitError(
            source.path, "many nodes", grouped(skimmer.nodes), grouped(limits.nodes)
        )
    if skimmer.edges > limits.edges:
        raise LimitError(
            source.path, "many edges", grouped(skimmer.edges), grouped(limits.edges)
        )


def _start_inference(
    source: Source,
    model: ModelRecord,
    graph: GraphRecord,
    data: Buffer,
    tensors: Tensors,
    functions: dict[tuple[str, str, str], FunctionRecord],
) -> Inference | None:
    stripped = Stripper(data, tensors, source.limits).model(
        model, graph, list(functions.values())
    )
    named = {
        dim
        for value in (*graph.inputs, *graph.outputs, *graph.values)
        if value.type is not None
        for dim in value.type.shape or ()
        if isinstance(dim, str)
    }
    has_bodies = any(node.attributes and node.graphs for node in graph.nodes)
    return Inference(stripped, frozenset(named), source.limits, has_bodies=has_bodies)


def _note_folded(build: Build, problems: Problems) -> None:
    counts = build.counts
    if counts.constants or counts.computed:
        words = []
        if counts.constants:
            words.append(count_of(counts.constants, "Constant node"))
        if counts.computed:
            operations = count_of(counts.computed, "operation")
            words.append(f"{operations} on constants alone")
        problems.add(
            "folded",
            f"{' and '.join(words)} {_are(counts.constants + counts.computed)} shown "
            "with the nodes that use the result, as weights and settings.",
            severity=Severity.INFO,
        )
    if counts.pairs:
        pairs = count_of(counts.pairs, "pair")
        problems.add(
            "folded",
            f"{pairs} of QuantizeLinear and DequantizeLinear {_are(counts.pairs)} "
            "shown as the quantizer of the value between them.",
            severity=Severity.INFO,
        )
    if counts.norms:
        problems.add(
            "folded",
            "Reshape, InstanceNormalization, Reshape, Mul and Add are shown as one "
            f"GroupNormalization in {count_of(counts.norms, 'place')}.",
            severity=Severity.INFO,
        )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


FORMATS.add(
    Format(
        id="onnx",
        title="ONNX",
        recognises=recognises,
        read=read,
        read_tensor=read_tensor,
    )
)
