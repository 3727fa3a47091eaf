"""Drawings of functions of one number, and of what happens in training alone."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from app.analysis.diagrams._case import Case, Made, sentence
from app.analysis.diagrams.sharing import shares
from app.analysis.remarks.functions import SOFT
from loaders.ir.diagram import Curved, Dropped
from loaders.kinds.activation import FORMULAS

Function = Callable[[float], float]

_FROM, _TO, _POINTS = -4.0, 4.0, 160
_SELU = (1.0507009873554805, 1.6732632423543772)
"""Scale and α of SELU, as its authors chose them."""


def activation(case: Case) -> Made:
    """The curve of a function, or shares along an axis."""
    attributes = case.call.attributes
    name = str(attributes["function"]).lower()
    if name in SOFT:
        if "axis" not in attributes:
            attributes = {**attributes, "axis": [-1]}
        call = case.call
        renamed = {"logsoftmax": "log_softmax"}
        attributes = {**attributes, "function": renamed.get(name, name)}
        return shares(
            Case(
                type(call)(
                    op=call.op,
                    attributes=attributes,
                    inputs=call.inputs,
                    weights=call.weights,
                    outputs=call.outputs,
                ),
                case.outputs,
            )
        )
    if case.call.op == "QuickGelu" or (name == "clip" and any(case.call.inputs[1:])):
        return None  # its numbers are not at hand
    function = activation_function(case.call.op, attributes)
    if function is None:
        return None
    words = FORMULAS.get(name, "")
    numbers = [
        f"{key} {value:g}"
        for key, value in attributes.items()
        if key != "function" and isinstance(value, (int, float))
    ]
    if numbers:
        words = f"{words.partition(':')[0]}, with {' and '.join(numbers)}"
    return _curve(str(attributes["function"]), function, words)


def elementwise(case: Case) -> Made:
    """The curve of a function that is no activation."""
    name = case.call.op.lower()
    function = _PLAIN.get(name)
    return None if function is None else _curve(case.call.op, function, "")


def learned_activation(case: Case) -> Made:
    """PReLU: the slope on the left is learned, so it is drawn as an example."""
    if case.call.op not in ("PReLU", "PRelu"):
        return None
    diagram = _curved("PReLU", lambda x: max(x, 0.0) + 0.25 * min(x, 0.0))
    caption = sentence(
        "every number goes through this curve on its own",
        "how steep it is for negative numbers is learned; 0.25 is drawn as an example",
    )
    return diagram, caption


def _curve(name: str, function: Function, words: str) -> Made:
    diagram = _curved(name, function)
    if not diagram.pieces:
        return None
    return diagram, sentence(
        "every number goes through this curve on its own",
        f"the function is {name}(x) = {words}" if words else "",
    )


def _curved(name: str, function: Function) -> Curved:
    """Return the points of a function, broken where it jumps or is not defined."""
    pieces: list[list[float]] = [[]]
    before: float | None = None
    step = (_TO - _FROM) / _POINTS
    for number in range(_POINTS + 1):
        x = _FROM + number * step
        try:
            y = float(function(x))
        except (ValueError, OverflowError, ZeroDivisionError):
            y = math.nan
        jumps = before is not None and abs(y - before) > 10 * step
        if not math.isfinite(y) or jumps or not -8 <= y <= 8:
            pieces.append([])
        if math.isfinite(y) and -8 <= y <= 8:
            pieces[-1] += [x, y]
            before = y
        else:
            before = None
    found = tuple(tuple(piece) for piece in pieces if len(piece) > 2)
    heights = [y for piece in found for y in piece[1::2]]
    low, high = (min(heights), max(heights)) if heights else (0.0, 0.0)
    return Curved(
        name=name,
        pieces=found,
        low=max(min(low, 0.0), -4.0),
        high=min(max(high, 1.0), 4.0),
    )


def activation_function(op: str, settings: Mapping[str, Any]) -> Function | None:
    """Return an activation with its settings; ``None`` if nobody knows it.

    Where a setting is absent, the default of the operation's own framework counts.
    """
    name = str(settings["function"]).lower().replace("_", "")
    number = _number(settings)
    onnx = op[:1].isupper() and op in _ONNX_SPELLINGS
    match name:
        case "relu":
            slope, top = number("negative_slope", 0.0), settings.get("max_value")
            return _relu(slope, number("threshold", 0.0), top)
        case "relu6":
            return _relu(0.0, 0.0, 6.0)
        case "leakyrelu":
            return _relu(number("negative_slope", 0.2), 0.0, None)
        case "thresholdedrelu":
            edge = number("theta", number("alpha", 1.0))
            return lambda x: x if x > edge else 0.0
        case "elu":
            alpha = number("alpha", 1.0)
            return lambda x: x if x > 0 else alpha * math.expm1(x)
        case "celu":
            alpha = number("alpha", 1.0)
            return lambda x: x if x > 0 else alpha * math.expm1(x / alpha)
        case "selu":
            scale, alpha = _SELU
            return lambda x: scale * (x if x > 0 else alpha * math.expm1(x))
        case "hardsigmoid" if "slope" in settings:
            slope = number("slope", 0.2)
            return lambda x: min(max(slope * x + 0.5, 0.0), 1.0)
        case "softshrink":
            edge = number("threshold", 0.5)
            return lambda x: math.copysign(max(abs(x) - edge, 0.0), x)
        case "hardshrink":
            edge = number("threshold", 0.5)
            return lambda x: x if abs(x) > edge else 0.0
        case "hardsigmoid" if onnx:
            slope, shift = number("alpha", 0.2), number("beta", 0.5)
            return lambda x: min(max(slope * x + shift, 0.0), 1.0)
        case "clip":
            low, high = settings.get("min"), settings.get("max")
            return lambda x: min(
                max(x, -math.inf if low is None else float(low)),
                math.inf if high is None else float(high),
            )
        case "swish" if "alpha" in settings:
            steep = number("alpha", 1.0)
            return lambda x: x * _sigmoid(steep * x)
    return _FIXED.get(name)


_ONNX_SPELLINGS = ("HardSigmoid",)


def _number(settings: Mapping[str, Any]) -> Callable[[str, float], float]:
    def number(name: str, default: float) -> float:
        value = settings.get(name)
        return default if value is None else float(value)

    return number


def _relu(slope: float, threshold: float, top: float | None) -> Function:
    """Keras' ReLU: f(x) = slope × (x − threshold) below the threshold."""

    def function(x: float) -> float:
        y = x if x >= threshold else slope * (x - threshold)
        return y if top is None else min(y, float(top))

    return function


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def _softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def _hard_sigmoid(x: float) -> float:
    return min(max(x / 6.0 + 0.5, 0.0), 1.0)


_FIXED: Mapping[str, Function] = {
    "linear": lambda x: x,
    "sigmoid": _sigmoid,
    "tanh": math.tanh,
    "gelu": lambda x: 0.5 * x * (1.0 + math.erf(x / math.sqrt(2.0))),
    "softplus": _softplus,
    "softsign": lambda x: x / (1.0 + abs(x)),
    "silu": lambda x: x * _sigmoid(x),
    "swish": lambda x: x * _sigmoid(x),
    "hardsigmoid": _hard_sigmoid,
    "hardsilu": lambda x: x * _hard_sigmoid(x),
    "hardswish": lambda x: x * _hard_sigmoid(x),
    "mish": lambda x: x * math.tanh(_softplus(x)),
    "exponential": math.exp,
    "logsigmoid": lambda x: -_softplus(-x),
    "hardtanh": lambda x: min(max(x, -1.0), 1.0),
    "tanhshrink": lambda x: x - math.tanh(x),
    "squareplus": lambda x: (x + math.sqrt(x * x + 4.0)) / 2.0,
}
"""Activations without settings, as Keras 3 defines them."""

_PLAIN: Mapping[str, Function] = {
    "abs": abs,
    "absolute": abs,
    "fabs": abs,
    "neg": lambda x: -x,
    "negative": lambda x: -x,
    "exp": math.exp,
    "exp2": lambda x: 2.0**x,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "log2": math.log2,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "rsqrt": lambda x: 1.0 / math.sqrt(x),
    "cbrt": lambda x: math.copysign(abs(x) ** (1 / 3), x),
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1.0 / x,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "sin": math.sin,
    "sinh": math.sinh,
    "cos": math.cos,
    "cosh": math.cosh,
    "tan": math.tan,
    "asin": math.asin,
    "arcsin": math.asin,
    "asinh": math.asinh,
    "arcsinh": math.asinh,
    "acos": math.acos,
    "arccos": math.acos,
    "acosh": math.acosh,
    "arccosh": math.acosh,
    "atan": math.atan,
    "arctan": math.atan,
    "atanh": math.atanh,
    "arctanh": math.atanh,
    "erf": math.erf,
    "erfc": math.erfc,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "trunc": math.trunc,
}
"""Functions of one number by name in small letters."""


def dropout(case: Case) -> Made:
    """Numbers, or whole channels, that become 0 in training."""
    attributes = case.call.attributes
    rate = attributes.get("rate", attributes.get("ratio"))
    channels = case.call.op.startswith("Spatial")
    if (
        rate is None
        or not 0 <= rate <= 1
        or not (channels or case.call.op == "Dropout")
    ):
        return None
    what = "channels" if channels else "numbers"
    training = f"in training all {what} become 0"
    if rate < 1:
        training = (
            f"in training {rate:.0%} of the {what}, others each time, become 0 and the "
            f"rest is multiplied by {1 / (1 - rate):.3g}"
        )
    caption = sentence(training, "in use nothing is changed")
    return Dropped(rate=float(rate), whole_channels=channels), caption
