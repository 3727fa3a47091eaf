"""Arithmetic on one number at a time: functions, sums and products, comparisons."""

from collections.abc import Callable

from loaders.ir.graph import Attributes, Category
from loaders.ir.steps import OutputSteps
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
    no_settings,
)
from loaders.kinds._arguments import constant_shape
from loaders.kinds._broadcast import broadcast
from loaders.kinds._steps import passed_through

_FUNCTIONS = {
    "Abs": "the absolute value",
    "Acos": "the arc cosine",
    "Acosh": "the inverse hyperbolic cosine",
    "Asin": "the arc sine",
    "Asinh": "the inverse hyperbolic sine",
    "Atan": "the arc tangent",
    "Atanh": "the inverse hyperbolic tangent",
    "BitwiseNot": "every bit reversed",
    "Ceil": "rounded up",
    "Cos": "the cosine",
    "Cosh": "the hyperbolic cosine",
    "Erf": "the error function",
    "Exp": "e to the power of the number",
    "Floor": "rounded down",
    "Log": "the natural logarithm",
    "Neg": "the sign reversed",
    "Reciprocal": "1 divided by the number",
    "Round": "rounded to the nearest whole number, halves to the even one",
    "Sign": "−1, 0 or 1",
    "Sin": "the sine",
    "Sinh": "the hyperbolic sine",
    "Sqrt": "the square root",
    "Tan": "the tangent",
}

_TESTS = {
    "IsInf": "whether it is infinite",
    "IsNaN": "whether it is not a number",
    "Not": "the opposite",
}

_KERAS_FUNCTIONS = {
    "absolute": "the absolute value",
    "abs": "the absolute value",
    "fabs": "the absolute value",
    "negative": "the sign reversed",
    "exp": "e to the power of the number",
    "exp2": "2 to the power of the number",
    "expm1": "e to the power of the number, minus 1",
    "log": "the natural logarithm",
    "log10": "the logarithm to base 10",
    "log1p": "the natural logarithm of 1 plus the number",
    "log2": "the logarithm to base 2",
    "sqrt": "the square root",
    "rsqrt": "1 divided by the square root",
    "cbrt": "the cube root",
    "square": "the number times itself",
    "reciprocal": "1 divided by the number",
    "sign": "−1, 0 or 1",
    "signbit": "whether the sign bit is set",
    "sin": "the sine",
    "sinc": "sin(πx) / πx",
    "sinh": "the hyperbolic sine",
    "cos": "the cosine",
    "cosh": "the hyperbolic cosine",
    "tan": "the tangent",
    "arcsin": "the arc sine",
    "arcsinh": "the inverse hyperbolic sine",
    "arccos": "the arc cosine",
    "arccosh": "the inverse hyperbolic cosine",
    "arctan": "the arc tangent",
    "arctanh": "the inverse hyperbolic tangent",
    "erf": "the error function",
    "erfc": "1 minus the error function",
    "erfinv": "the inverse of the error function",
    "floor": "rounded down",
    "ceil": "rounded up",
    "round": "rounded",
    "trunc": "the fraction cut off",
    "nantonum": "not-a-number and infinities replaced",
    "conjugate": "the complex conjugate",
    "conj": "the complex conjugate",
    "deg2rad": "degrees as radians",
    "rad2deg": "radians as degrees",
    "bitwisenot": "every bit reversed",
    "bitwiseinvert": "every bit reversed",
    "clip": "cut to a range",
    "stopgradient": "the number itself; training stops here",
    "copy": "the number itself",
}

_KERAS_TESTS = {
    "isnan": "whether it is not a number",
    "isinf": "whether it is infinite",
    "isneginf": "whether it is minus infinity",
    "isposinf": "whether it is plus infinity",
    "isfinite": "whether it is finite",
    "isreal": "whether it has no imaginary part",
    "logicalnot": "the opposite",
}

_ARITHMETIC = {
    "Add": "a + b",
    "Sub": "a − b",
    "Mul": "a × b",
    "Div": "a ∕ b",
    "Pow": "a to the power of b",
    "Mod": "what is left of a after division by b",
    "Max": "the largest",
    "Min": "the smallest",
    "Mean": "the mean",
    "Sum": "the sum",
    "BitShift": "a with its bits moved by b",
    "BitwiseAnd": "the bits that both have",
    "BitwiseOr": "the bits that either has",
    "BitwiseXor": "the bits that only one has",
    "PRelu": "a, or a × b where a is negative",
}

_COMPARISONS = {
    "Equal": "a = b",
    "Greater": "a > b",
    "GreaterOrEqual": "a ≥ b",
    "Less": "a < b",
    "LessOrEqual": "a ≤ b",
    "And": "a and b",
    "Or": "a or b",
    "Xor": "either a or b",
}

_KERAS_ARITHMETIC = {
    "add": "a + b",
    "subtract": "a − b",
    "multiply": "a × b",
    "divide": "a ∕ b",
    "truedivide": "a ∕ b",
    "dividenonan": "a ∕ b, or 0 where b is 0",
    "floordivide": "a ∕ b, rounded down",
    "power": "a to the power of b",
    "mod": "what is left of a after division by b",
    "fmod": "what is left of a after division by b",
    "maximum": "the larger one",
    "minimum": "the smaller one",
    "fmax": "the larger one",
    "fmin": "the smaller one",
    "arctan2": "the angle of the point (b, a)",
    "hypot": "√(a² + b²)",
    "logaddexp": "log(exp(a) + exp(b))",
    "logaddexp2": "log₂(2ᵃ + 2ᵇ)",
    "heaviside": "0, b or 1 by the sign of a",
    "nextafter": "the next number after a towards b",
    "gcd": "the greatest common divisor",
    "lcm": "the least common multiple",
    "ldexp": "a × 2ᵇ",
    "bitwiseand": "the bits that both have",
    "bitwiseor": "the bits that either has",
    "bitwisexor": "the bits that only one has",
    "bitwiseleftshift": "a with its bits moved by b",
    "leftshift": "a with its bits moved by b",
    "bitwiserightshift": "a with its bits moved by b",
    "rightshift": "a with its bits moved by b",
    "where": "b where a is true, else c",
}

_KERAS_COMPARISONS = {
    "equal": "a = b",
    "notequal": "a ≠ b",
    "greater": "a > b",
    "greaterequal": "a ≥ b",
    "less": "a < b",
    "lessequal": "a ≤ b",
    "isclose": "whether a and b are nearly equal",
    "logicaland": "a and b",
    "logicalor": "a or b",
    "logicalxor": "either a or b",
}


def keras_constants(settings: Settings, _version: int) -> Attributes:
    """Return the shapes of the arrays that were written into a ``keras.ops`` call."""
    args = settings.get("args", ())
    given = [*args] if isinstance(args, (list, tuple)) else []
    given += [settings.get(name) for name in ("x1", "x2", "x", "y", "condition")]
    shapes = [constant_shape(value) for value in given if value is not None]
    return {"constants": [list(shape) for shape in shapes if shape]}


def _same(dtype: str) -> Callable[[Call], list[OutputSteps | None]]:
    def shape(call: Call) -> list[OutputSteps | None]:
        return [passed_through(call, dtype=dtype)]

    return shape


def _met(dtype: str) -> Callable[[Call], list[OutputSteps | None]]:
    def shape(call: Call) -> list[OutputSteps | None]:
        return [broadcast(call, dtype=dtype)]

    return shape


def _where(call: Call) -> list[OutputSteps | None]:
    """The element type is the values', not the condition's."""
    values = [value for value in call.inputs[1:] if value is not None and value.dtype]
    return [broadcast(call, dtype=values[0].dtype if values else "")]


def _says(words: dict[str, str], how: str) -> Callable[[Call], list[Field]]:
    def fields(call: Call) -> list[Field]:
        meaning = words.get(call.op) or words.get(call.op.lower(), "")
        if not meaning:
            return []
        return [Field(name="operation", value=call.op, meaning=f"{how}: {meaning}.")]

    return fields


def _each(names: dict[str, str], how: Dialect, prefix: str) -> dict[str, Dialect]:
    return {f"{prefix}.{name}": how for name in names}


_ONE = Dialect(translate=no_settings)
_TWO = Dialect(translate=no_settings, inputs=("weight",))
_OPS = Dialect(translate=keras_constants)
_EACH = "Each number on its own"
_PAIR = "Element by element"

KINDS.add(
    LayerKind(
        id="elementwise_function",
        title="Element-wise function",
        category=Category.TENSOR,
        dialects={
            **_each(_FUNCTIONS, _ONE, "onnx"),
            **_each(_KERAS_FUNCTIONS, _OPS, "keras.ops"),
        },
        shape=_same(""),
        multiply_adds=no_cost,
        fields=_says({**_FUNCTIONS, **_KERAS_FUNCTIONS}, _EACH),
    )
)
KINDS.add(
    LayerKind(
        id="elementwise_test",
        title="Element-wise test",
        category=Category.TENSOR,
        dialects={
            **_each(_TESTS, _ONE, "onnx"),
            **_each(_KERAS_TESTS, _OPS, "keras.ops"),
        },
        shape=_same("bool"),
        multiply_adds=no_cost,
        fields=_says({**_TESTS, **_KERAS_TESTS}, _EACH),
    )
)
KINDS.add(
    LayerKind(
        id="elementwise_arithmetic",
        title="Element-wise arithmetic",
        category=Category.TENSOR,
        dialects={
            **_each(
                {k: v for k, v in _ARITHMETIC.items() if k != "PRelu"}, _TWO, "onnx"
            ),
            **_each(
                {k: v for k, v in _KERAS_ARITHMETIC.items() if k != "where"},
                _OPS,
                "keras.ops",
            ),
            "onnx.Add": Dialect(translate=no_settings, inputs=("bias",)),
            "onnx.Pow": Dialect(translate=no_settings, inputs=("", "@exponent")),
            "onnx.Mod": _ONE,
            "onnx.Max": _ONE,
            "onnx.Min": _ONE,
            "onnx.BitShift": _ONE,
            "onnx.BitwiseAnd": _ONE,
            "onnx.BitwiseOr": _ONE,
            "onnx.BitwiseXor": _ONE,
            "onnx.com.microsoft.BiasAdd": Dialect(
                translate=no_settings, inputs=("", "bias", "")
            ),
        },
        shape=_met(""),
        multiply_adds=no_cost,
        fields=_says({**_ARITHMETIC, **_KERAS_ARITHMETIC}, _PAIR),
    )
)
KINDS.add(
    LayerKind(
        id="elementwise_comparison",
        title="Element-wise comparison",
        category=Category.TENSOR,
        dialects={
            **_each(_COMPARISONS, _ONE, "onnx"),
            **_each(_KERAS_COMPARISONS, _OPS, "keras.ops"),
        },
        shape=_met("bool"),
        multiply_adds=no_cost,
        fields=_says({**_COMPARISONS, **_KERAS_COMPARISONS}, _PAIR),
    )
)
KINDS.add(
    LayerKind(
        id="elementwise_choice",
        title="Choice by a condition",
        category=Category.TENSOR,
        dialects={"onnx.Where": _ONE, "keras.ops.where": _OPS},
        shape=_where,
        multiply_adds=no_cost,
        fields=_says(
            {"Where": "the second input where the first is true, else the third"}, _PAIR
        ),
    )
)
