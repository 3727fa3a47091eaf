"""Drawings of numbers that are rounded to codes, and of codes that become numbers."""

from collections.abc import Mapping
from typing import Any

from app.analysis.diagrams._case import Case, Made, sentence
from app.analysis.diagrams.functions import activation
from loaders.ir.diagram import Curved, Stairs
from loaders.ir.tensors import bits_of
from loaders.ir.text import grouped

MOST_BITS = 16
"""Codes of more bits lie so close together that nobody sees a step."""
_TURNS = {"ROUND": 0.5, "HALF_EVEN": 0.5, "CEIL": 0.0, "FLOOR": 1.0}
"""Where the numbers of the next code begin, by QONNX' ``rounding_mode``."""


def quantizing(case: Case) -> Made:
    """ONNX's QuantizeLinear and DynamicQuantizeLinear: numbers become codes."""
    ends = _ends(case.types[0] if case.types else "")
    if ends is None:
        return None
    step, zero, why = _scale_of(case, ends)
    low, high = ends
    diagram = Stairs(low=low, high=high, step=step, zero_point=zero, gives_codes=True)
    return diagram, sentence(_to_codes(diagram, why), _cut_words(diagram))


def dequantizing(case: Case) -> Made:
    """ONNX's DequantizeLinear: every code stands for a number."""
    value = case.call.inputs[0] if case.call.inputs else None
    ends = None if value is None else _ends(value.dtype)
    if ends is None:
        return None
    step, zero, why = _scale_of(case, ends)
    low, high = ends
    diagram = Stairs(low=low, high=high, step=step, zero_point=zero, reads_codes=True)
    codes = f"each of {grouped(high - low + 1)} codes, {_minus(low)} to {_minus(high)}"
    if step is None:
        told = f"{codes}, is multiplied by the scale ({why})"
        return diagram, sentence(told)
    apart = f"neighbours are {_text(step)} apart"
    if zero is None:
        return diagram, sentence(f"{codes}, becomes one number; {apart}")
    return diagram, sentence(f"{codes}, becomes one number, {_range(diagram)}; {apart}")


def quantizer(case: Case) -> Made:
    """QONNX' Quant and BipolarQuant: numbers become numbers of a coarse grid."""
    attributes, op = case.call.attributes, case.call.op
    turn = _TURNS.get(str(attributes.get("rounding_mode", "ROUND")).upper())
    if op == "BipolarQuant":
        step, _, why = _scale_of(case, (0, 1))
        return _two_values(step, why)
    bits = _whole(attributes.get("bit_width"), 1, MOST_BITS)
    if op not in ("Quant", "IntQuant") or turn is None or bits is None:
        return None
    low, high = _rails(bits, bool(attributes.get("signed", 1)))
    if attributes.get("narrow"):
        low, high = (low + 1, high) if low else (low, high - 1)
    if low >= high:
        return None
    step, zero, why = _scale_of(case, (low, high))
    diagram = Stairs(low=low, high=high, step=step, zero_point=zero, turn=turn)
    return diagram, sentence(_to_values(diagram, why), _cut_words(diagram))


def rounding_activation(case: Case) -> Made:
    """QKeras' activations: a function by name, or a quantizer with its numbers."""
    attributes = case.call.attributes
    name = str(attributes["function"]).partition("(")[0].strip()
    numbers = attributes.get("numbers")
    if numbers is None or numbers.get("qnoise_factor", 1) != 1:
        return None
    if name == "ternary":
        return _ternary(numbers)
    if name == "binary":
        return _binary(numbers)
    if name not in _KERAS:
        is_plain = case.call.op == "QActivation" and name == attributes["function"]
        return activation(case) if is_plain else None
    diagram = _KERAS[name](numbers)
    if diagram is None:
        return None
    why = "it is found for each array of numbers"
    return diagram, sentence(_to_values(diagram, why), _cut_words(diagram))


# QKeras


def _bits(numbers: Mapping[str, Any]) -> Stairs | None:
    """quantized_bits: ``clip(round(x · m / 2^integer), …, m − 1) · 2^integer / m``."""
    bits, integer = _places(numbers)
    signed = bool(numbers.get("keep_negative", True))
    alpha = numbers.get("alpha", 1)
    if bits is None or integer is None or isinstance(alpha, bool):
        return None
    if isinstance(alpha, int | float) and alpha != 1:
        return None  # the steps of what goes in are others than of what comes out
    if bits == 1 and signed:
        step = 2.0 if alpha == 1 else None
        return Stairs(low=0, high=1, step=step, zero_point=0.5)
    low, high = _rails(bits, signed)
    low += bool(numbers.get("symmetric")) and signed
    step = 2.0 ** (integer - bits + signed) if alpha == 1 else None
    return Stairs(low=low, high=high, step=step, zero_point=0)


def _relu(numbers: Mapping[str, Any]) -> Stairs | None:
    """quantized_relu without a slope: all codes from 0 up."""
    bits, integer = _places(numbers)
    other = ("use_sigmoid", "negative_slope", "relu_upper_bound")
    if any(numbers.get(name) for name in other) or bits is None or integer is None:
        return None
    high = 2**bits - 1
    return Stairs(low=0, high=high, step=2.0 ** (integer - bits), zero_point=0)


def _tanh(numbers: Mapping[str, Any]) -> Stairs | None:
    """quantized_tanh, which cuts to −1 … 1 unless it is told to use the true one."""
    bits, _ = _places(numbers)
    if numbers.get("use_real_tanh") or bits is None or bits < 2:
        return None
    low, high = _rails(bits, True)
    low += bool(numbers.get("symmetric"))
    return Stairs(low=low, high=high, step=2.0 ** (1 - bits), zero_point=0)


_KERAS = {"quantized_bits": _bits, "quantized_relu": _relu, "quantized_tanh": _tanh}


def _binary(numbers: Mapping[str, Any]) -> Made:
    alpha = numbers.get("alpha", 1)
    if alpha != 1:
        return None
    if not numbers.get("use_01"):
        return _two_values(2.0, "")
    pieces = ((-4.0, 0.0, 0.0, 0.0), (0.0, 1.0, 4.0, 1.0))
    told = "every number becomes 0 if it is negative, else 1"
    return Curved(name="binary", pieces=pieces, low=-1.0, high=2.0), sentence(told)


def _ternary(numbers: Mapping[str, Any]) -> Made:
    edge, alpha = numbers.get("threshold", 0.33), numbers.get("alpha", 1)
    is_plain = isinstance(edge, int | float) and not isinstance(edge, bool)
    if alpha != 1 or not is_plain or not 0 < edge < 4:
        return None
    edge = float(edge)
    pieces = (
        (-4.0, -1.0, -edge, -1.0),
        (-edge, 0.0, edge, 0.0),
        (edge, 1.0, 4.0, 1.0),
    )
    told = (
        f"every number becomes −1, 0 or 1: 0 where it lies nearer to 0 than "
        f"{_text(edge)}, else its sign"
    )
    return Curved(name="ternary", pieces=pieces, low=-2.0, high=2.0), sentence(told)


def _two_values(step: float | None, why: str) -> Made:
    diagram = Stairs(low=0, high=1, step=step, zero_point=0.5)
    if step is None:
        told = f"every number becomes one of two, by its sign; how large is {why}"
        return diagram, sentence(told)
    size = _text(step / 2)
    told = f"negative numbers become −{size}, all others {size}"
    return diagram, sentence(told)


# numbers


def _ends(dtype: str) -> tuple[int, int] | None:
    """Return the lowest and the highest code of an integer type of few bits."""
    bits = bits_of(dtype) if dtype.startswith(("int", "uint")) else None
    if not bits or bits > MOST_BITS:
        return None
    return _rails(bits, dtype.startswith("int"))


def _rails(bits: int, signed: bool) -> tuple[int, int]:
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)


def _places(numbers: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return QKeras' bits and how many of them stand before the point."""
    bits = _whole(numbers.get("bits", 8), 1, MOST_BITS)
    return bits, _whole(numbers.get("integer", 0), -64, 64)


def _whole(number: object, low: int, high: int) -> int | None:
    """Return a whole number within bounds; files also write it as a float."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return int(number) if low <= number <= high and number == int(number) else None


def _scale_of(
    case: Case, ends: tuple[int, int]
) -> tuple[float | None, float | None, str]:
    """Return scale, zero point and why the scale is not there.

    A zero point of another type than whole bytes is not at hand, so that codes of
    fewer bits have none that is known.
    """
    attributes = case.call.attributes
    if case.call.op == "BipolarQuant":
        attributes = {**attributes, "zero_point": 0.5}
    scale, zero = attributes.get("scale"), attributes.get("zero_point")
    if zero is None and not attributes.get("zero_points"):
        is_plain = len(case.call.inputs) == 1 and ends[1] - ends[0] in (255, 65_535)
        zero = 0.0 if is_plain and attributes.get("scales") is None else None
    if attributes.get("scales"):
        return None, None, f"there are {grouped(attributes['scales'])} of them"
    if not isinstance(scale, int | float) or not 1e-30 < scale < 1e30:
        return None, zero, "it is computed while the model runs"
    step = float(scale) * (2.0 if case.call.op == "BipolarQuant" else 1.0)
    return step, zero, ""


# words


def _to_codes(diagram: Stairs, why: str) -> str:
    count, ends = grouped(diagram.high - diagram.low + 1), _codes(diagram)
    if diagram.step is None:
        return (
            f"every number is divided by the scale ({why}) and becomes the nearest of "
            f"{count} codes, {ends}"
        )
    return (
        f"every number becomes the nearest of {count} codes, {ends}: "
        f"{count} steps of {_text(diagram.step)}"
    )


def _to_values(diagram: Stairs, why: str) -> str:
    count = grouped(diagram.high - diagram.low + 1)
    how = {0.0: "the next higher", 1.0: "the next lower"}.get(
        diagram.turn, "the nearest"
    )
    if diagram.step is None:
        return f"every number becomes {how} of {count} values; their distance: {why}"
    if diagram.zero_point is None:
        return (
            f"every number becomes {how} of {count} values, {_text(diagram.step)} apart"
        )
    return (
        f"every number becomes {how} of {count} values in steps of "
        f"{_text(diagram.step)}, {_range(diagram)}"
    )


def _cut_words(diagram: Stairs) -> str:
    if diagram.step is None or diagram.zero_point is None:
        return "what lies beyond the ends becomes the first or the last of them"
    low, high = ends_of(diagram)
    return f"numbers below {_text(low)} or above {_text(high)} are cut to these ends"


def ends_of(diagram: Stairs) -> tuple[float, float]:
    """Return what the first and the last code stand for; all must be known."""
    assert diagram.step is not None
    assert diagram.zero_point is not None
    low, high = diagram.low - diagram.zero_point, diagram.high - diagram.zero_point
    return low * diagram.step, high * diagram.step


def _range(diagram: Stairs) -> str:
    low, high = ends_of(diagram)
    return f"from {_text(low)} to {_text(high)}"


def _codes(diagram: Stairs) -> str:
    return f"{_minus(diagram.low)} to {_minus(diagram.high)}"


def _minus(number: int) -> str:
    return grouped(number).replace("-", "−")


def _text(number: float) -> str:
    return f"{number:.6g}".replace("-", "−")
