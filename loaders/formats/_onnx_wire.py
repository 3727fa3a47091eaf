"""Skimming an ONNX file by its wire format: structure out, weights left where they lie.

Field numbers are those of ``onnx.proto`` (onnx 1.23). Messages up to 64 KiB are cut
out of the file and parsed as plain ``bytes``; larger ones are walked where they lie,
so that a tensor's gigabytes are jumped over. Depth is limited; nothing recurses
beyond it.
"""

from loaders.formats._onnx_messages import (
    float_of,
    floats_of,
    ints_of,
    pair,
    sparse,
    tensor,
)
from loaders.formats._onnx_modules import modules_of
from loaders.formats._onnx_records import (
    AttributeValue,
    FunctionRecord,
    GraphRecord,
    LongList,
    ModelRecord,
    NodeRecord,
    Reference,
    ValueRecord,
    normal_domain,
)
from loaders.formats._onnx_types import Types
from loaders.formats._protobuf import (
    FIXED32,
    LENGTH,
    VARINT,
    Buffer,
    Span,
    WireError,
    fields,
    signed,
    varint,
)
from loaders.limits import Limits

CUT_BYTES = 64 << 10
"""Messages up to this size are copied out of a large file and parsed in memory."""
HELD_BYTES = 256 << 10
"""Lists of numbers and texts in one attribute beyond this size are not held."""
_VALUES = frozenset({11, 12, 13})
_ALL = frozenset({1, 2, 5, 10, 14, 15, 16}) | _VALUES
DEEPEST = 100
"""Bodies nested deeper than this are refused, as protobuf's own parsers do."""


class TooDeepError(WireError):
    """Bodies are nested deeper than any tool can read."""


class Texts(dict[bytes, str]):
    """Texts of a file by their bytes: most names occur twice or more.

    Attributes:
        broken: How many different ones are not UTF-8; shown with visible marks.
        cut: How many different ones were longer than a name may be.
    """

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest
        self.broken = self.cut = 0

    def __missing__(self, raw: bytes) -> str:
        kept = raw
        if len(raw) > self.longest:
            self.cut += 1
            kept = raw[: self.longest]
        try:
            text = kept.decode()
        except UnicodeDecodeError as error:
            if kept is raw or error.start < len(kept) - 4:
                self.broken += 1
            text = kept.decode("utf-8", "replace")
        self[raw] = text
        return text


class Skimmer:
    """Reads records out of one buffer.

    Attributes:
        only_values: Whether to skip everything of a graph but its values' types.
        texts: Every text met so far.
        types: Every value type met so far.
    """

    def __init__(
        self, data: Buffer, limits: Limits, *, only_values: bool = False
    ) -> None:
        self.limits = limits
        self._wanted = _VALUES if only_values else _ALL
        self.texts = Texts(limits.name_bytes)
        self.types = Types(self.texts)
        self.nodes = 0
        self.edges = 0
        self._data = data
        self._small: dict[bytes, tuple[str, AttributeValue]] = {}

    # the whole

    def model(self) -> ModelRecord:
        """Read a ``ModelProto``.

        Raises:
            WireError: the bytes are not protobuf, or nested too deeply.
        """
        found = ModelRecord(opsets=[], metadata=[], functions=[])
        graph: Span | None = None
        for field, _, value in fields(self._data, Span(0, len(self._data))):
            match field, value:
                case 1, int():
                    found.ir_version = signed(value)
                case 2, Span():
                    found.producer = self._text(value)
                case 3, Span():
                    found.producer_version = self._text(value)
                case 4, Span():
                    found.domain = self._text(value)
                case 5, int():
                    found.model_version = signed(value)
                case 6, Span():
                    found.doc = self._text(value)
                case 7, Span():
                    graph = value
                case 8, Span():
                    found.opsets.append(self._opset(value))
                case 14, Span():
                    found.metadata.append(self._pair(value))
                case 20, Span():
                    found.training_graphs += 1
                case 25, Span():
                    found.functions.append(self._function(value))
        if graph is not None:
            found.graph = self.graph(self._data, graph, 0, 0)
        return found

    def _text(self, span: Span) -> str:
        stop = min(span.stop, span.start + self.limits.name_bytes + 1)
        return self.texts[bytes(self._data[span.start : stop])]

    def _opset(self, span: Span) -> tuple[str, int]:
        domain, version = "", 0
        for field, _, value in fields(self._data, span):
            if field == 1 and isinstance(value, Span):
                domain = self._text(value)
            elif field == 2 and isinstance(value, int):
                version = signed(value)
        return normal_domain(domain), version

    def _pair(self, span: Span) -> tuple[str, str]:
        key = text = ""
        for field, _, value in fields(self._data, span):
            if field == 1 and isinstance(value, Span):
                key = self._text(value)
            elif field == 2 and isinstance(value, Span):
                text = self._text(value)
        return key, text

    def _function(self, span: Span) -> FunctionRecord:
        data = self._data
        found = FunctionRecord(span, "", "", "", [], [], [], [], [], {}, {})
        for field, _, value in fields(data, span):
            match field, value:
                case 1, Span():
                    found.name = self._text(value)
                case 4, Span():
                    found.inputs.append(self._text(value))
                case 5, Span():
                    found.outputs.append(self._text(value))
                case 6, Span():
                    found.attributes.append(self._text(value))
                case 7, Span():
                    found.nodes.append(self._node(data, value, 0, 1))
                case 9, Span():
                    domain, version = self._opset(value)
                    found.opsets[domain] = version
                case 10, Span():
                    found.domain = normal_domain(self._text(value))
                case 11, Span():
                    name, default = self._attribute(data, value, 0, 1)
                    found.defaults[name] = default
                case 12, Span():
                    found.values.append(self._value(data, value))
                case 13, Span():
                    found.overload = self._text(value)
        return found

    # graphs: ``data`` is the file, or a piece of it that starts at ``base``

    def graph(self, data: Buffer, span: Span, base: int, depth: int) -> GraphRecord:
        """Read a ``GraphProto``; ``depth`` is how many bodies it lies in."""
        place = Span(span.start + base, span.stop + base)
        if depth > self.limits.subgraph_depth:
            self._measure(data, span, depth)
            return GraphRecord(place, too_deep=True)
        found = GraphRecord(place, "", "", [], [], [], [], [], [], {}, [])
        nodes, values = found.nodes, found.values
        whole = isinstance(data, bytes)
        for field, _, value in fields(data, span):
            if field not in self._wanted or not isinstance(value, Span):
                continue
            at, stop = value
            here, origin, part = data, base, value
            if not whole and stop - at <= CUT_BYTES:
                here = bytes(data[at:stop])
                origin, part = base + at, Span(0, stop - at)
            if field == 1:
                nodes.append(self._node(here, part, origin, depth))
            elif field == 13:
                values.append(self._value(here, part))
            elif field == 5:
                found.initializers.append(tensor(self.texts, here, part, origin))
            elif field == 11:
                found.inputs.append(self._value(here, part))
            elif field == 12:
                found.outputs.append(self._value(here, part))
            elif field == 15:
                found.sparse.append(sparse(self.texts, here, part, origin))
            else:
                self._rest(found, field, here, part)
        return found

    def _rest(self, found: GraphRecord, field: int, data: Buffer, span: Span) -> None:
        if field == 2:
            found.name = self.texts[bytes(data[span.start : span.stop])]
        elif field == 10:
            found.doc = self.texts[bytes(data[span.start : span.stop])]
        elif field == 14:
            name, pairs = "", {}
            for part, _, value in fields(data, span):
                if part == 1 and isinstance(value, Span):
                    name = self.texts[bytes(data[value.start : value.stop])]
                elif part == 2 and isinstance(value, Span):
                    key, text = pair(self.texts, data, value)
                    pairs[key] = text
            found.annotations[name] = pairs
        elif field == 16:
            found.metadata.append(pair(self.texts, data, span))

    def _measure(self, data: Buffer, span: Span, depth: int) -> None:
        """Refuse bodies that go on beyond ``DEEPEST``; looks at lengths only."""
        waiting = [(span, depth)]
        while waiting:
            graph, level = waiting.pop()
            if level > DEEPEST:
                raise TooDeepError(
                    f"graphs are nested more than {DEEPEST} levels deep at byte "
                    f"{graph.start:,}"
                )
            for node in _parts(data, graph, 1):
                for attribute in _parts(data, node, 5):
                    bodies = (
                        *_parts(data, attribute, 6),
                        *_parts(data, attribute, 11),
                    )
                    waiting.extend((body, level + 1) for body in bodies)

    def _value(self, data: Buffer, span: Span) -> ValueRecord:
        # Nearly all are a short name and a short type and nothing else.
        at, stop = span
        if stop - at > 4 and data[at] == 0x0A and data[at + 1] < 128:
            middle = at + 2 + data[at + 1]
            short = middle + 2 < stop and data[middle] == 0x12
            if short and data[middle + 1] == stop - middle - 2 < 128:
                name = self.texts[bytes(data[at + 2 : middle])]
                return ValueRecord(name, self.types[bytes(data[middle + 2 : stop])])
        return self._any_value(data, span)

    def _any_value(self, data: Buffer, span: Span) -> ValueRecord:
        name, type = "", None
        for field, _, value in fields(data, span):
            if field == 1 and isinstance(value, Span):
                name = self.texts[bytes(data[value.start : value.stop])]
            elif field == 2 and isinstance(value, Span):
                type = self.types[bytes(data[value.start : value.stop])]
        return ValueRecord(name, type)

    def _node(self, data: Buffer, span: Span, base: int, depth: int) -> NodeRecord:
        # The hot loop: 5,000 nodes of some eight fields each. Every known field of a
        # node has a one-byte key and a length; most lengths take one byte.
        texts, small = self.texts, self._small
        inputs: list[str] = []
        outputs: list[str] = []
        attributes: dict[str, AttributeValue] = {}
        op = domain = name = overload = ""
        noted: list[Span] = []
        at, stop = span
        while at < stop:
            key, size = data[at], data[at + 1]
            at += 2
            if key & 0x87 != LENGTH or size > 127:
                at, key, size = _odd_field(data, at - 2, stop)
            end = at + size
            if end > stop:
                raise WireError(
                    f"a node's field at byte {base + at:,} declares {size:,} bytes, "
                    f"{max(0, stop - at):,} are left"
                )
            if key == 0x0A:
                inputs.append(texts[data[at:end]])
            elif key == 0x12:
                outputs.append(texts[data[at:end]])
            elif key == 0x2A:
                raw = data[at:end] if size < 128 else b""
                known = small.get(raw)
                if known is None:
                    known = self._attribute(data, Span(at, end), base, depth)
                    if raw and _plain(known[1]):
                        small[raw] = known
                attributes[known[0]] = known[1]
            elif key == 0x22:
                op = texts[data[at:end]]
            elif key == 0x1A:
                name = texts[data[at:end]]
            elif key == 0x3A:
                domain = normal_domain(texts[data[at:end]])
            elif key == 0x42:
                overload = texts[data[at:end]]
            elif key == 0x4A:
                noted.append(Span(at, end))
            at = end
        self.nodes += 1
        self.edges += len(inputs)
        place = Span(span.start + base, span.stop + base)
        modules = modules_of(data, noted) if noted else ()
        return NodeRecord(
            place, op, domain, name, inputs, outputs, attributes, overload, modules
        )

    def _attribute(
        self, data: Buffer, span: Span, base: int, depth: int
    ) -> tuple[str, AttributeValue]:
        name, reference = "", ""
        kind = 0
        many: dict[int, list[int | Span]] = {}
        for field, _, value in fields(data, span):
            if field == 1 and isinstance(value, Span):
                name = self.texts[bytes(data[value.start : value.stop])]
            elif field == 20 and isinstance(value, int):
                kind = value
            elif field == 21 and isinstance(value, Span):
                reference = self.texts[bytes(data[value.start : value.stop])]
            elif field != 13:
                many.setdefault(field, []).append(value)
                if span.size > HELD_BYTES and len(many[field]) > HELD_BYTES // 4:
                    return name, LongList(span.size)
        if reference:
            return name, Reference(reference)
        field = _FIELD_OF_KIND.get(kind) or _first(many)
        found = many.get(field, [])
        return name, self._attribute_value(data, field, found, base, depth)

    def _attribute_value(
        self, data: Buffer, field: int, found: list[int | Span], base: int, depth: int
    ) -> AttributeValue:
        spans = [value for value in found if isinstance(value, Span)]
        match field:
            case 2:
                return float_of(found[-1]) if _is_number(found) else 0.0
            case 3:
                return _last_int(found)
            case 4:
                return self._bytes(data, spans[-1]) if spans else b""
            case 5 | 22 | 6 | 14 if not spans:
                return None
            case 5:
                return tensor(self.texts, data, spans[-1], base)
            case 6:
                return self.graph(data, spans[-1], base, depth + 1)
            case 7:
                return floats_of(data, found)
            case 8:
                return ints_of(data, found)
            case 9:
                return tuple(bytes(data[a:b]) for a, b in spans)
            case 10:
                return tuple(tensor(self.texts, data, at, base) for at in spans)
            case 11:
                return tuple(self.graph(data, at, base, depth + 1) for at in spans)
            case 14:
                return self.types[bytes(data[spans[-1].start : spans[-1].stop])]
            case 15:
                return tuple(self.types[bytes(data[a:b])] for a, b in spans)
            case 22:
                return sparse(self.texts, data, spans[-1], base)
            case 23:
                return tuple(sparse(self.texts, data, at, base) for at in spans)
        return None

    def _bytes(self, data: Buffer, span: Span) -> bytes | LongList:
        if span.size > HELD_BYTES:
            return LongList(span.size)
        return bytes(data[span.start : span.stop])


_FIELD_OF_KIND = {
    1: 2,
    2: 3,
    3: 4,
    4: 5,
    5: 6,
    6: 7,
    7: 8,
    8: 9,
    9: 10,
    10: 11,
    11: 22,
    12: 23,
    13: 14,
    14: 15,
}
"""``AttributeType`` -> the field that holds such a value."""


def _first(many: dict[int, list[int | Span]]) -> int:
    """Return the field of an attribute without a type: files before 2017-10-30."""
    return next((field for field in many if field in _FIELD_OF_KIND.values()), 0)


def _plain(value: AttributeValue) -> bool:
    """Whether a value says nothing about places in the file, so it can be shared."""
    if isinstance(value, tuple):
        return all(isinstance(item, (int, float, bytes)) for item in value)
    return isinstance(value, (int, float, bytes, Reference))


def _is_number(found: list[int | Span]) -> bool:
    return bool(found) and isinstance(found[-1], int)


def _last_int(found: list[int | Span]) -> int:
    last = found[-1] if found else 0
    return signed(last) if isinstance(last, int) else 0


def _odd_field(data: Buffer, at: int, stop: int) -> tuple[int, int, int]:
    """Return start, key and size of a field that the hot loop does not expect."""
    key, at = varint(data, at, stop)
    if key & 7 == LENGTH:
        size, at = varint(data, at, stop)
        return at, key, size
    if key & 7 == VARINT:
        return varint(data, at, stop)[1], 0, 0
    if key & 7 in (1, FIXED32):
        return at, 0, 8 if key & 7 == 1 else 4
    raise WireError(f"wire type {key & 7} at byte {at:,}")


def _parts(data: Buffer, span: Span, wanted: int) -> list[Span]:
    return [
        value
        for field, _, value in fields(data, span)
        if field == wanted and isinstance(value, Span)
    ]
