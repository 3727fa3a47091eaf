"""Value types of ONNX (``TypeProto``) from their bytes."""

from collections.abc import Mapping

from loaders.formats._onnx_records import TypeRecord
from loaders.formats._protobuf import Span, WireError, fields, signed
from loaders.ir.graph import Dim, Shape
from loaders.kinds._element_types import ELEMENT_TYPES

DEEPEST_TYPE = 64
_NAMELESS = frozenset({"", "?", "*", "-1", "None", "none", "unknown"})
"""What exporters write where they know no name; two of them are not the same."""
_CONTAINERS = {4: "sequence", 5: "map", 9: "optional"}


class Types(dict[bytes, TypeRecord]):
    """Types by their bytes: a model of 5,000 values has a few hundred types."""

    def __init__(self, texts: Mapping[bytes, str]) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, raw: bytes) -> TypeRecord:
        found = self[raw] = self._read(raw)
        return found

    def _read(self, raw: bytes) -> TypeRecord:
        words: list[str] = []
        span: Span | None = Span(0, len(raw))
        while span is not None:
            if len(words) > DEEPEST_TYPE:
                raise WireError(
                    f"a value's type is nested more than {DEEPEST_TYPE} levels deep"
                )
            inner = None
            for field, _, value in fields(raw, span):
                if not isinstance(value, Span):
                    continue
                if field in (1, 8):
                    if field == 8:
                        words.append("sparse")
                    return self._tensor(raw, value, words)
                if field in _CONTAINERS:
                    words.append(_CONTAINERS[field])
                    inner = self._inner(raw, value, 2 if field == 5 else 1)
                elif field == 7:
                    words.append("opaque")
            span = inner
        return TypeRecord(container=_container(words, is_tensor=False))

    def _inner(self, raw: bytes, span: Span, wanted: int) -> Span | None:
        for field, _, value in fields(raw, span):
            if field == wanted and isinstance(value, Span):
                return value
        return None

    def _tensor(self, raw: bytes, span: Span, words: list[str]) -> TypeRecord:
        dtype = ""
        shape: Shape | None = None
        for field, _, value in fields(raw, span):
            if field == 1 and isinstance(value, int):
                dtype = ELEMENT_TYPES.get(value, "")
            elif field == 2 and isinstance(value, Span):
                shape = tuple(
                    self._dim(raw, dim)
                    for part, _, dim in fields(raw, value)
                    if part == 1 and isinstance(dim, Span)
                )
        return TypeRecord(dtype, shape, _container(words, is_tensor=True))

    def _dim(self, raw: bytes, span: Span) -> Dim:
        found: Dim = None
        for field, _, value in fields(raw, span):
            if field == 1 and isinstance(value, int):
                length = signed(value)
                found = length if length >= 0 else None  # some exporters write -1
            elif field == 2 and isinstance(value, Span):
                name = self._texts[raw[value.start : value.stop]]
                found = None if name in _NAMELESS else name
        return found


def _container(words: list[str], *, is_tensor: bool) -> str:
    """Return ``sequence of tensors`` for what is not a plain tensor."""
    if not words:
        return ""
    if words == ["sparse"]:
        return "sparse tensor"
    shown = words[:3] + (["…"] if len(words) > 3 else [])
    text = " of ".join(shown)
    return f"{text} of tensors" if is_tensor and words[-1] != "sparse" else text
