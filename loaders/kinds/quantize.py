"""Operations that round numbers as a device would."""

from collections.abc import Sequence
from typing import Any

from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.ir.text import shown
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
from loaders.kinds._arguments import name_of, plain, whole
from loaders.kinds._broadcast import broadcast
from loaders.kinds._element_types import named_type
from loaders.kinds._steps import passed_through, same_shape

# ONNX: QuantizeLinear and DequantizeLinear


def _linear(settings: Settings, _version: int) -> Attributes:
    return {
        "axis": whole(settings.get("axis", 1)),
        "block_size": whole(settings.get("block_size", 0)),
        "dtype": named_type(settings.get("output_dtype", 0)),
        **_single(settings, ("scale", "zero_point")),
    }


def _single(settings: Settings, names: Sequence[str]) -> Attributes:
    """Return settings that are one number; of others how many numbers they are."""
    found: Attributes = {}
    for name in names:
        numbers = settings.get(name)
        if isinstance(numbers, list) and len(numbers) == 1:
            [numbers] = numbers
        if isinstance(numbers, list):
            found[f"{name}s"] = len(numbers)
        elif isinstance(numbers, int | float):
            found[name] = numbers
    return found


def _quantized(call: Call) -> list[OutputSteps | None]:
    """The element type is the zero point's; without one the file's word stays."""
    return [passed_through(call, dtype=call.attributes["dtype"])]


def _real(call: Call) -> list[OutputSteps | None]:
    """Real numbers again; the first input's type is the codes'."""
    return [passed_through(call, dtype=call.attributes["dtype"] or "float32")]


def _linear_fields(call: Call) -> list[Field]:
    block = call.attributes["block_size"]
    back = call.op != "QuantizeLinear"
    formula = "real = scale × (code − zero point)"
    meaning = "Each integer code becomes the number that it stands for."
    if not back:
        formula = "code = round(real / scale) + zero point"
        meaning = (
            "Each number becomes the nearest integer code, within the type's range."
        )
    fields = [Field(name="formula", value=formula, meaning=meaning)]
    if block:
        words = f"{block} neighbours share a scale."
        fields.append(Field(name="block_size", value=str(block), meaning=words))
    return fields


_INPUTS = ("", "@scale", "@zero_point")

KINDS.add(
    LayerKind(
        id="quantize",
        title="Rounding to codes",
        category=Category.QUANTIZATION,
        dialects={
            "onnx.QuantizeLinear": Dialect(translate=_linear, inputs=_INPUTS),
            "onnx.com.microsoft.QuantizeLinear": Dialect(
                translate=_linear, inputs=_INPUTS
            ),
        },
        shape=_quantized,
        multiply_adds=no_cost,
        fields=_linear_fields,
    )
)
KINDS.add(
    LayerKind(
        id="dequantize",
        title="Codes to numbers",
        category=Category.QUANTIZATION,
        dialects={
            "onnx.DequantizeLinear": Dialect(translate=_linear, inputs=_INPUTS),
            "onnx.com.microsoft.DequantizeLinear": Dialect(
                translate=_linear, inputs=_INPUTS
            ),
        },
        shape=_real,
        multiply_adds=no_cost,
        fields=_linear_fields,
    )
)


def _dynamic(call: Call) -> list[OutputSteps | None]:
    """Codes, their scale and their zero point, found while the model runs."""
    scale = OutputSteps(axes=(), dtype="float32")
    zero = OutputSteps(axes=(), dtype="uint8")
    return [passed_through(call, dtype="uint8"), scale, zero]


KINDS.add(
    LayerKind(
        id="quantize_dynamic",
        title="Rounding to codes, scale found on the way",
        category=Category.QUANTIZATION,
        dialects={"onnx.DynamicQuantizeLinear": Dialect(translate=no_settings)},
        shape=_dynamic,
        multiply_adds=no_cost,
    )
)


# ONNX Runtime: arithmetic on codes


def _met(call: Call) -> list[OutputSteps | None]:
    return [broadcast(call)]


_PAIR = (
    "",
    "@a_scale",
    "@a_zero_point",
    "weight",
    "@b_scale",
    "@b_zero_point",
    "@c_scale",
    "@c_zero_point",
)
_ONE = ("", "@x_scale", "@x_zero_point", "@y_scale", "@y_zero_point")

KINDS.add(
    LayerKind(
        id="quantized_arithmetic",
        title="Arithmetic on codes",
        category=Category.QUANTIZATION,
        dialects={
            f"onnx.com.microsoft.{op}": Dialect(translate=no_settings, inputs=_PAIR)
            for op in ("QLinearAdd", "QLinearMul")
        },
        shape=_met,
        multiply_adds=no_cost,
    )
)
KINDS.add(
    LayerKind(
        id="quantized_activation",
        title="Activation of codes",
        category=Category.QUANTIZATION,
        dialects={
            f"onnx.com.microsoft.{op}": Dialect(translate=no_settings, inputs=_ONE)
            for op in ("QLinearSigmoid", "QLinearLeakyRelu", "QLinearSoftmax")
        },
        shape=same_shape,
        multiply_adds=no_cost,
    )
)


# QONNX, Brevitas


def _qonnx(settings: Settings, _version: int) -> Attributes:
    kept = plain(settings, ("signed", "narrow", "rounding_mode"))
    numbers = dict.fromkeys(name for names in _QONNX.values() for name in names)
    return {**kept, **_single(settings, [*numbers])}


def _qonnx_fields(call: Call) -> list[Field]:
    return [
        Field(name=name, value=shown(str(value), 40), meaning="")
        for name, value in call.attributes.items()
        if not name.endswith("s")
    ]


_USUAL = ("scale", "zero_point", "bit_width")
_QONNX = {
    "Quant": _USUAL,
    "IntQuant": _USUAL,
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
"""What QONNX' quantizers take besides the numbers that they round."""


def _dialects(domains: Sequence[str]) -> dict[str, Dialect]:
    return {
        f"onnx.{domain}.{op}": Dialect(
            translate=_qonnx, inputs=("", *(f"@{name}" for name in names), "")
        )
        for domain in domains
        for op, names in _QONNX.items()
    }


KINDS.add(
    LayerKind(
        id="quantizer",
        title="Quantizer",
        category=Category.QUANTIZATION,
        dialects=_dialects(
            ("qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general")
        ),
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_qonnx_fields,
    )
)


def _thresholds(settings: Settings, _version: int) -> Attributes:
    return plain(settings, ("out_dtype", "out_scale", "out_bias", "data_layout"))


KINDS.add(
    LayerKind(
        id="thresholds",
        title="Counting of thresholds",
        category=Category.QUANTIZATION,
        dialects={
            f"onnx.{domain}.MultiThreshold": Dialect(translate=_thresholds)
            for domain in (
                "qonnx.custom_op.general",
                "finn.custom_op.general",
                "finn",
            )
        },
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_qonnx_fields,
    )
)


# QKeras and HGQ: layers that only round


def _keras(settings: Settings, _version: int) -> Attributes:
    function = settings.get("activation", settings.get("quantizer"))
    found: Attributes = {"function": name_of(function)}
    match function:
        case {"config": dict() as numbers}:
            found["settings"] = _words(numbers)
            if not isinstance(numbers.get("alpha"), list):
                found["numbers"] = plain(numbers, [*numbers])
        case str(word):
            found["numbers"] = _spelled(word)
        case {"class_name": _}:
            pass
        case dict() as table:  # QActivation of several layers by name
            found["function"] = ", ".join(shown(str(key), 40) for key in table)[:200]
    return found


_ARGUMENTS = {
    "binary": ("use_01", "alpha"),
    "quantized_bits": ("bits", "integer", "symmetric", "keep_negative", "alpha"),
    "quantized_relu": ("bits", "integer", "use_sigmoid", "negative_slope"),
    "quantized_tanh": ("bits", "use_stochastic_rounding", "symmetric"),
    "ternary": ("alpha", "threshold"),
}
"""What QKeras' quantizers call their arguments, in order."""
_MOST_ARGUMENTS = 200


def _spelled(word: str) -> dict[str, Any]:
    """Return the arguments of ``quantized_bits(4, 0, alpha=1)`` by name.

    What is not a number stays a word.
    """
    name, _, rest = word[:_MOST_ARGUMENTS].partition("(")
    found: dict[str, Any] = {}
    parts = [part.strip() for part in rest.rstrip(") ").split(",")]
    for at, part in enumerate(part for part in parts if part):
        key, equals, value = part.rpartition("=")
        known = _ARGUMENTS.get(name.strip(), ())
        key = key.strip() if equals else known[at] if at < len(known) else f"{at}"
        found[key] = _argument(value.strip())
    return {key: value for key, value in found.items() if value is not None}


def _argument(text: str) -> Any:
    plain_words = {"True": True, "False": False, "None": None}
    if text in plain_words:
        return plain_words[text]
    try:
        return float(text)
    except ValueError:
        return text.strip("'\"")


def _words(numbers: dict[str, Any]) -> str:
    kept = plain(numbers, [name for name in numbers if name != "name"])
    text = ", ".join(f"{name} {value}" for name, value in kept.items())
    return shown(text, 200)


def _keras_fields(call: Call) -> list[Field]:
    meaning = "Every number is shaped and rounded to the values that this allows."
    value = call.attributes["function"]
    fields = [Field(name="activation", value=value, meaning=meaning)]
    if call.attributes.get("settings"):
        fields.append(
            Field(
                name="quantizer",
                value=call.attributes["settings"],
                meaning="Bits and range of the rounding.",
            )
        )
    return fields


KINDS.add(
    LayerKind(
        id="quantized_activation_layer",
        title="Rounding activation",
        category=Category.QUANTIZATION,
        dialects={
            f"keras.{op}": Dialect(translate=_keras)
            for op in (
                "QActivation",
                "HActivation",
                "HQuantize",
                "Quantizer",
                "QUnaryFunctionLUT",
                "Signature",
                "QAffinedUnaryFunctionLUT",
            )
        },
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_keras_fields,
        summary=lambda call: str(call.attributes["function"]),
    )
)


def _adaptive(settings: Settings, version: int) -> Attributes:
    per_channel = bool(settings.get("per_channel"))
    return {**_keras(settings, version), "per_channel": per_channel}


def _adaptive_weights(call: Call) -> list[WeightSteps]:
    """What the layer has seen so far decides about its range.

    Nothing trains it, yet Keras counts it among the weights.
    """
    shape = call.shape()
    length: Dim = 1
    if call.attributes["per_channel"]:
        length = shape[-1] if shape else None
    step = WeightSteps(
        role="step",
        shape=(),
        axes=(),
        meaning="how many batches were seen",
        trainable=False,
        dtype="int64",
    )
    edges = [
        WeightSteps(
            role=role,
            shape=(length,),
            axes=(Axis.CHANNEL,),
            meaning=meaning,
            trainable=False,
        )
        for role, meaning in (
            ("ema_min", "the smallest number seen, smoothed"),
            ("ema_max", "the largest number seen, smoothed"),
        )
    ]
    return [step, *edges]


KINDS.add(
    LayerKind(
        id="adaptive_activation",
        title="Rounding activation that finds its range",
        category=Category.QUANTIZATION,
        dialects={"keras.QAdaptiveActivation": Dialect(translate=_adaptive)},
        shape=same_shape,
        weights=_adaptive_weights,
        multiply_adds=no_cost,
        fields=_keras_fields,
        summary=lambda call: str(call.attributes["function"]),
    )
)
