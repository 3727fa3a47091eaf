"""Attributes of ONNX nodes as plain data: for rules, and as text for people."""

import math
from typing import Any

import msgspec
import numpy as np

from loaders.formats._onnx_records import (
    AttributeValue,
    GraphRecord,
    LongList,
    Reference,
    SparseRecord,
    TensorRecord,
    TypeRecord,
)
from loaders.formats._onnx_tensors import Tensors
from loaders.ir.text import count_of, file_size, shape_text
from loaders.kinds._element_types import ELEMENT_TYPES

_SHOWN_ITEMS = 64
_SHOWN_CHARACTERS = 4000
_DTYPE_ATTRIBUTES = frozenset({"to", "dtype", "output_dtype", "stash_type"})


def settings_of(
    attributes: dict[str, AttributeValue], tensors: Tensors
) -> dict[str, Any]:
    """Return attributes as rules want them.

    Texts are ``str``, floats are as written (stored as float32: 1e-05, not
    9.99e-06), small tensors ``{"dtype", "shape", "values"}`` with flat values.
    Element types that ONNX writes as numbers come as names too: ``to_dtype``.
    Bodies, long lists and large tensors are left out.
    """
    found: dict[str, Any] = {}
    for name, value in attributes.items():
        plain = _plain(value, tensors)
        if plain is not None:
            found[name] = plain
        if name in _DTYPE_ATTRIBUTES and isinstance(value, int):
            found[f"{name}_dtype"] = ELEMENT_TYPES.get(value, "")
    return found


def _plain(value: AttributeValue, tensors: Tensors) -> Any:
    match value:
        case float():
            return short_float(value)
        case int():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case tuple():
            if not value:
                return []
            items = [_plain(item, tensors) for item in value]
            return None if None in items else items
        case TensorRecord():
            numbers = tensors.values(value)
            if numbers is None or numbers.dtype.kind not in "biuf":
                return None
            return {
                "dtype": value.dtype,
                "shape": list(value.dims),
                "values": numbers.reshape(-1).tolist(),
            }
    return None


def config_of(attributes: dict[str, AttributeValue]) -> str:
    """Return all attributes as JSON text; tensors and bodies are described."""
    if not attributes:
        return "{}"
    plain = {name: _described(name, value) for name, value in attributes.items()}
    return msgspec.json.encode(plain).decode()


def _described(name: str, value: AttributeValue) -> Any:
    match value:
        case float():
            return short_float(value) if math.isfinite(value) else str(value)
        case int():
            if name in _DTYPE_ATTRIBUTES and value in ELEMENT_TYPES:
                return f"{value} ({ELEMENT_TYPES[value]})"
            return value
        case bytes():
            text = value[: _SHOWN_CHARACTERS + 1].decode("utf-8", "replace")
            return text if len(text) <= _SHOWN_CHARACTERS else text[:-1] + "…"
        case tuple():
            shown: list[Any] = [_described("", item) for item in value[:_SHOWN_ITEMS]]
            more = len(value) - _SHOWN_ITEMS
            return [*shown, f"… {more:,} more"] if more > 0 else shown
        case TensorRecord():
            return f"tensor {shape_text(value.dims)} of {value.dtype or 'unknown type'}"
        case SparseRecord():
            return f"sparse tensor {shape_text(value.dims)} of {value.values.dtype}"
        case GraphRecord():
            return f"graph of {count_of(len(value.nodes), 'node')}"
        case TypeRecord():
            return value.container or f"tensor {shape_text(value.shape)}"
        case LongList():
            return f"a list of {file_size(value.nbytes)}"
        case Reference():
            return f"as the call's {value.name}"
    return None


def short_float(value: float) -> float:
    """Return the shortest number that is the same float32: 1e-05 as people wrote it."""
    return float(str(np.float32(value)))
