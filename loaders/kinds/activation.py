"""Functions that shape each number: ReLU, sigmoid, softmax and the others."""

from collections.abc import Callable

from loaders.ir.graph import Attributes, Category, Dim
from loaders.ir.steps import WeightSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import (
    argument,
    axis_words,
    first_of,
    length_text,
    name_of,
    number_of,
    whole,
    wholes,
)
from loaders.kinds._steps import same_shape

FORMULAS = {
    "relu": "max(0, x): what is negative becomes 0",
    "relu6": "max(0, min(x, 6)): between 0 and 6",
    "leakyrelu": "x, or a small part of x where it is negative",
    "leaky_relu": "x, or a small part of x where it is negative",
    "prelu": "x, or a learned part of x where it is negative",
    "elu": "x, or α × (exp(x) − 1) where it is negative",
    "selu": "x × 1.0507, or 1.7581 × (exp(x) − 1) where it is negative",
    "celu": "x, or α × (exp(x / α) − 1) where it is negative",
    "gelu": "x times the share of a normal distribution below x",
    "sigmoid": "1 / (1 + exp(−x)): between 0 and 1",
    "hardsigmoid": "a straight line cut off at 0 and 1",
    "hard_sigmoid": "a straight line cut off at 0 and 1",
    "tanh": "the hyperbolic tangent: between −1 and 1",
    "softmax": "exp(x) divided by the sum of all exp(x): shares that add up to 1",
    "logsoftmax": "the logarithm of the softmax",
    "log_softmax": "the logarithm of the softmax",
    "hardmax": "1 for the largest number, 0 for all others",
    "softplus": "log(1 + exp(x)): a smooth ReLU",
    "softsign": "x / (1 + |x|): between −1 and 1",
    "silu": "x × sigmoid(x)",
    "swish": "x × sigmoid(x)",
    "hardswish": "x × a straight line cut off at 0 and 1",
    "hardsilu": "x × a straight line cut off at 0 and 1",
    "hard_silu": "x × a straight line cut off at 0 and 1",
    "mish": "x × tanh(log(1 + exp(x)))",
    "exponential": "exp(x)",
    "linear": "x: nothing is changed",
    "thresholdedrelu": "x where it is above a threshold, else 0",
    "shrink": "x moved towards 0, small numbers become 0",
    "clip": "x cut to a range",
}


def _keras_activation(settings: Settings, version: int) -> Attributes:
    found: Attributes = {"function": name_of(settings["activation"])}
    if version < 3 and found["function"] == "hard_sigmoid":
        found["slope"] = 0.2  # Keras 3 made it 1 / 6
    return found


def _keras(function: str, *names: str) -> Dialect:
    """Describe a layer that is one function with a few numbers."""

    def translate(settings: Settings, _version: int) -> Attributes:
        found: Attributes = {"function": function}
        for name in names:
            value = settings.get(name)
            if value is not None:
                found[name] = number_of(value, 0.0)
        return found

    return Dialect(translate=translate)


_OPS_NUMBERS = {
    "leaky_relu": ("negative_slope",),
    "elu": ("alpha",),
    "celu": ("alpha",),
    "soft_shrink": ("threshold",),
    "hard_shrink": ("threshold",),
}
"""The number that some functions of ``keras.ops`` take behind the array."""


def _ops(function: str) -> Dialect:
    """Describe a function of ``keras.ops`` with its number, named or by position."""

    def translate(settings: Settings, _version: int) -> Attributes:
        found: Attributes = {"function": function}
        for position, name in enumerate(_OPS_NUMBERS.get(function, ()), start=1):
            value = argument(settings, name, position)
            if value is not None:
                found[name] = number_of(value, 0.0)
        return found

    return Dialect(translate=translate)


def _leaky(settings: Settings, _version: int) -> Attributes:
    slope = first_of(settings, "negative_slope", "alpha")
    return {"function": "leaky_relu", "negative_slope": number_of(slope, 0.3)}


def _onnx_leaky(settings: Settings, _version: int) -> Attributes:
    slope = number_of(settings.get("alpha"), 0.01)
    return {"function": "leaky_relu", "negative_slope": slope}


def _soft(function: str) -> Callable[[Settings, int], Attributes]:
    def translate(settings: Settings, _version: int) -> Attributes:
        return {"function": function, "axis": wholes(argument(settings, "axis", 1, -1))}

    return translate


def _onnx_soft(function: str) -> Callable[[Settings, int], Attributes]:
    def translate(settings: Settings, version: int) -> Attributes:
        axis = whole(settings.get("axis", -1 if version >= 13 else 1))
        # Before opset 13 all axes from this one on are one long row.
        return {"function": function, "axis": [axis], "flattened": version < 13}

    return translate


def _clip(settings: Settings, _version: int) -> Attributes:
    found: Attributes = {"function": "clip"}
    for name in ("min", "max"):
        value = settings.get(name)
        if isinstance(value, (list, tuple)) and len(value) == 1:
            value = value[0]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found[name] = value
    return found


def _sentence(words: str) -> str:
    """Return words with a full stop; a formula keeps its small letters."""
    if words.startswith(("the ", "a ")):
        words = words[0].upper() + words[1:]
    return f"{words}." if words else ""


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    function = str(attributes["function"])
    fields = [
        Field(
            name="activation",
            value=function,
            meaning=_sentence(FORMULAS.get(function.lower(), "")),
        )
    ]
    if "axis" in attributes:
        axes = attributes["axis"]
        words = " and ".join(axis_words(axis) for axis in axes)
        if attributes.get("flattened"):
            words = f"all axes from {words} on, as one row"
        text = ", ".join(map(str, axes))
        meaning = f"Along {words}, the numbers belong together."
        fields.append(Field(name="axis", value=text, meaning=meaning))
    if "negative_slope" in attributes:
        slope = f"{attributes['negative_slope']:g}"
        meaning = f"Where x is negative: {slope} × x."
        fields.append(Field(name="negative_slope", value=slope, meaning=meaning))
    for name, words in (
        ("max_value", "What is larger becomes this."),
        ("threshold", "What is smaller becomes 0."),
        ("theta", "What is smaller becomes 0."),
        ("alpha", "How strongly negative numbers come through."),
        ("min", "What is smaller becomes this."),
        ("max", "What is larger becomes this."),
    ):
        if name in attributes:
            value = f"{attributes[name]:g}"
            fields.append(Field(name=name, value=value, meaning=words))
    return fields


def _summary(call: Call) -> str:
    return str(call.attributes["function"])


_ONNX = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Mish": "mish",
    "HardSwish": "hard_silu",
    "Gelu": "gelu",
}
_OPS = {
    "relu": "relu",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "sparsesigmoid": "sparse_sigmoid",
    "tanh": "tanh",
    "softplus": "softplus",
    "squareplus": "squareplus",
    "sparseplus": "sparse_plus",
    "softsign": "softsign",
    "softshrink": "soft_shrink",
    "hardshrink": "hard_shrink",
    "tanhshrink": "tanh_shrink",
    "threshold": "threshold",
    "silu": "silu",
    "logsigmoid": "log_sigmoid",
    "leakyrelu": "leaky_relu",
    "hardsigmoid": "hard_sigmoid",
    "hardsilu": "hard_silu",
    "hardtanh": "hard_tanh",
    "elu": "elu",
    "selu": "selu",
    "celu": "celu",
    "gelu": "gelu",
}

KINDS.add(
    LayerKind(
        id="activation",
        title="Activation",
        category=Category.ACTIVATION,
        dialects={
            "keras.Activation": Dialect(translate=_keras_activation),
            "keras.ReLU": _keras("relu", "max_value", "negative_slope", "threshold"),
            "keras.LeakyReLU": Dialect(translate=_leaky),
            "keras.ELU": _keras("elu", "alpha"),
            "keras.ThresholdedReLU": _keras("thresholdedrelu", "theta"),
            "keras.Softmax": Dialect(translate=_soft("softmax")),
            "keras.QSoftmax": Dialect(translate=_soft("softmax")),
            **{f"onnx.{op}": _keras(function) for op, function in _ONNX.items()},
            **{f"keras.ops.{op}": _ops(function) for op, function in _OPS.items()},
            "onnx.LeakyRelu": Dialect(translate=_onnx_leaky),
            "onnx.Elu": _keras("elu", "alpha"),
            "onnx.Selu": _keras("selu"),
            "onnx.Celu": _keras("celu", "alpha"),
            "onnx.HardSigmoid": _keras("hard_sigmoid", "alpha", "beta"),
            "onnx.ThresholdedRelu": _keras("thresholdedrelu", "alpha"),
            "onnx.Shrink": _keras("shrink"),
            "onnx.Swish": _keras("swish", "alpha"),
            "onnx.Clip": Dialect(translate=_clip, inputs=("", "@min", "@max")),
            "onnx.Softmax": Dialect(translate=_onnx_soft("softmax")),
            "onnx.LogSoftmax": Dialect(translate=_onnx_soft("log_softmax")),
            "onnx.Hardmax": Dialect(translate=_onnx_soft("hardmax")),
            "onnx.com.microsoft.Gelu": _keras("gelu"),
            "onnx.com.microsoft.QuickGelu": _keras("gelu"),
            "onnx.com.microsoft.FastGelu": Dialect(
                translate=_keras("gelu").translate, inputs=("", "bias")
            ),
            "onnx.com.microsoft.BiasGelu": Dialect(
                translate=_keras("gelu").translate, inputs=("", "bias")
            ),
            "keras.ops.softmax": Dialect(translate=_soft("softmax")),
            "keras.ops.logsoftmax": Dialect(translate=_soft("log_softmax")),
            "keras.ops.sparsemax": Dialect(translate=_soft("sparsemax")),
        },
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_fields,
        summary=_summary,
    )
)


# functions that are learned


def _learned(roles: list[str]) -> Dialect:
    def translate(settings: Settings, _version: int) -> Attributes:
        shared = settings.get("shared_axes")
        return {"shared_axes": [] if shared is None else wholes(shared), "roles": roles}

    return Dialect(translate=translate)


def _onnx_prelu(_settings: Settings, _version: int) -> Attributes:
    return {"shared_axes": [], "roles": ["alpha"], "onnx": True}


def _learned_weights(call: Call) -> list[WeightSteps]:
    shape, attributes = call.shape(), call.attributes
    if attributes.get("onnx"):
        stored = call.weights.get("alpha")
        if shape is None or stored is None:
            return []
        lengths: list[Dim] = list(stored.shape)
        axes = call.axes()[len(shape) - len(lengths) :]
    elif shape is None:
        return []
    else:
        lengths, axes = list(shape[1:]), call.axes()[1:]
        for axis in attributes["shared_axes"]:
            lengths[axis - 1] = 1
    each = " × ".join(map(length_text, lengths)) or "1"
    return [
        WeightSteps(
            role=role,
            shape=tuple(lengths),
            axes=tuple(axes),
            meaning=f"1 number for each of {each} positions",
        )
        for role in attributes["roles"]
    ]


def _learned_fields(call: Call) -> list[Field]:
    shared = call.attributes["shared_axes"]
    fields = [
        Field(name="activation", value=call.op, meaning="x, bent by learned numbers.")
    ]
    if shared:
        meaning = "Along these axes one number serves all positions."
        value = ", ".join(map(str, shared))
        fields.append(Field(name="shared_axes", value=value, meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="learned_activation",
        title="Learned activation",
        category=Category.ACTIVATION,
        dialects={
            "keras.PReLU": _learned(["alpha"]),
            "keras.ParametricSoftplus": _learned(["alpha", "beta"]),
            "keras.SReLU": _learned(["t_left", "a_left", "t_right", "a_right"]),
            "onnx.PRelu": Dialect(translate=_onnx_prelu, inputs=("", "alpha")),
        },
        shape=same_shape,
        weights=_learned_weights,
        multiply_adds=no_cost,
        fields=_learned_fields,
    )
)
