"""Quantizers of Brevitas, QONNX and FINN: one node that rounds a float tensor.

Its settings are inputs (scale, zero point, bit width) and attributes (signed, narrow,
rounding_mode); the weights are stored unrounded.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.quantization import Named
from loaders.ir.text import shown

NAMES = frozenset({"Quant", "IntQuant", "BipolarQuant", "FloatQuant", "Trunc"})
_DOMAINS = ("onnx.brevitas", "qonnx.custom_op", "finn.custom_op")
_INPUTS = {
    "Quant": ("scale", "zero_point", "bit_width"),
    "IntQuant": ("scale", "zero_point", "bit_width"),
    "BipolarQuant": ("scale",),
    "FloatQuant": (
        "scale",
        "exponent_bit_width",
        "mantissa_bit_width",
        "exponent_bias",
        "max_val",
    ),
    "Trunc": ("scale", "zero_point", "in_bit_width", "out_bit_width"),
}


def is_quantizer(domain: str) -> bool:
    """Whether operations of a domain with one of ``NAMES`` are quantizers."""
    return domain.startswith(_DOMAINS)


def named(
    op: str, values: Sequence[list[Any] | None], attributes: Mapping[str, Any]
) -> Named:
    """Return the quantizer in the file's words.

    Args:
        op: One of ``NAMES``.
        values: Flat values of the inputs behind the data; ``None`` if not constant or
            many.
        attributes: Plain attributes of the node.
    """
    words = []
    for name, value in zip(_INPUTS.get(op, ()), values, strict=False):
        if value is None:
            words.append(f"{name} varies")
        elif len(value) == 1:
            words.append(f"{name} {value[0]:.6g}")
        else:
            words.append(f"{name} per channel ({len(value):,})")
    words.extend(
        f"{shown(name, 40)} {shown(str(value), 40)}"
        for name, value in attributes.items()
        if isinstance(value, (int, float, str))
    )
    return Named(family="qonnx", name=op, settings=", ".join(words))
