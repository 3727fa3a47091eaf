"""The numbers by which ONNX calls element types; files and rules both meet them."""

from typing import Any

ELEMENT_TYPES: dict[int, str] = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8_e4m3fn",
    18: "float8_e4m3fnuz",
    19: "float8_e5m2",
    20: "float8_e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4_e2m1fn",
    24: "float8_e8m0fnu",
    25: "uint2",
    26: "int2",
    27: "float6_e2m3fn",
    28: "float6_e3m2fn",
}
"""``TensorProto.DataType`` -> numpy's and ml_dtypes' names (onnx.proto, 1.23)."""

_OLD_NAMES = {"float": "float32", "double": "float64"}
"""Opset 1 wrote names."""


def named_type(value: Any) -> str:
    """Return the element type of an ONNX number or a name; empty if unknown."""
    if isinstance(value, int) and not isinstance(value, bool):
        return ELEMENT_TYPES.get(value, "")
    name = value.lower() if isinstance(value, str) else ""
    return name if name in ELEMENT_TYPES.values() else _OLD_NAMES.get(name, "")
