"""Normalization of each sample on its own: layer, RMS, unit, and ONNX's relatives."""

from collections.abc import Sequence

from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, OutputSteps, WeightSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import (
    argument,
    axis_at,
    axis_words,
    length_text,
    number_of,
    switch,
    whole,
    wholes,
)
from loaders.kinds._steps import (
    cost_per_number,
    kept,
    passed_through,
    same_shape,
)

_WORDS = {
    "gamma": "1 factor",
    "scale": "1 factor",
    "beta": "1 number added",
    "bias": "1 number added to the input",
}


def _keras_layer(settings: Settings, version: int) -> Attributes:
    axes = wholes(settings.get("axis", -1))
    rms = switch(settings, "rms_scaling")
    roles = []
    if rms or switch(settings, "scale", default=True):
        roles.append("gamma")
    if not rms and switch(settings, "center", default=True):
        roles.append("beta")
    return {
        # Keras 3 sorts the axes as they are written, so −1 comes before 1.
        "axis": sorted(axes) if version >= 3 else axes,
        "epsilon": number_of(settings.get("epsilon"), 1e-3),
        "roles": roles,
        "rms": rms,
    }


def _keras_rms(settings: Settings, _version: int) -> Attributes:
    return {
        "axis": sorted(wholes(settings.get("axis", -1))),
        "epsilon": number_of(settings.get("epsilon"), 1e-6),
        "roles": ["scale"],
        "rms": True,
    }


def _onnx_from(roles: Sequence[str], rms: bool = False) -> Dialect:
    def translate(settings: Settings, _version: int) -> Attributes:
        return {
            "from": whole(settings.get("axis", -1)),
            "epsilon": number_of(settings.get("epsilon"), 1e-5),
            "roles": list(roles),
            "rms": rms,
        }

    return Dialect(translate=translate, inputs=("", *roles, ""))


def _onnx_skip(roles: Sequence[str], rms: bool) -> Dialect:
    def translate(settings: Settings, _version: int) -> Attributes:
        return {
            "from": -1,
            "epsilon": number_of(settings.get("epsilon"), 1e-12),
            "roles": list(roles),
            "rms": rms,
            "skip": True,
        }

    return Dialect(translate=translate, inputs=("", "", *roles))


def normalized_places(call: Call, rank: int) -> list[int]:
    """Return the axes that are normalized together, in the order of the weights."""
    attributes = call.attributes
    if "from" in attributes:
        return list(range(axis_at(attributes["from"], rank, call.op), rank))
    return [axis_at(axis, rank, call.op) for axis in attributes["axis"]]


def _shape(call: Call) -> list[OutputSteps | None]:
    main, shape = passed_through(call), call.shape()
    count = max(1, call.outputs)
    if main is None or shape is None:
        return [None] * count
    places = normalized_places(call, len(shape))
    outputs: list[OutputSteps | None] = [main]
    if count > 1:
        measured = OutputSteps(
            axes=tuple(
                AxisStep(
                    axis=step.axis,
                    result=1,
                    meaning=f"measured over {length_text(step.result)}",
                    source=at,
                )
                if at in places
                else kept(step.axis, step.result, at)
                for at, step in enumerate(main.axes)
            )
        )
        outputs += [measured] * (count - 1)
        if call.attributes.get("skip") and count > 3:
            outputs[3] = main  # the sum of the input and the skipped branch
    return outputs


def _weights(call: Call) -> list[WeightSteps]:
    shape = call.shape()
    places = [] if shape is None else normalized_places(call, len(shape))
    lengths: list[Dim] = [None] if shape is None else [shape[at] for at in places]
    names = [Axis.FEATURE] if shape is None else [call.axes()[at] for at in places]
    each = " × ".join(map(length_text, lengths))
    onnx = "from" in call.attributes
    return [
        WeightSteps(
            role=role,
            shape=tuple(lengths),
            axes=tuple(names),
            meaning=f"{_WORDS[role]} for each of {each} positions",
        )
        for role in call.attributes["roles"]
        if not onnx or role in call.weights
    ]


def _axis_fields(call: Call) -> list[Field]:
    attributes = call.attributes
    if "from" in attributes:
        value = str(attributes["from"])
        words = f"all axes from {axis_words(attributes['from'])} on"
    else:
        value = ", ".join(map(str, attributes["axis"]))
        words = " and ".join(axis_words(axis) for axis in attributes["axis"])
    shape = call.shape()
    numbers = ""
    if shape is not None:
        lengths: Shape = tuple(shape[at] for at in normalized_places(call, len(shape)))
        numbers = f" ({' × '.join(map(length_text, lengths))} numbers)"
    how = (
        "divided by their root mean square"
        if attributes["rms"]
        else ("brought to mean 0 and variance 1")
    )
    return [
        Field(
            name="axis",
            value=value,
            meaning=f"The numbers along {words}{numbers} are {how}, each sample and "
            "position on its own.",
        ),
        Field(
            name="epsilon",
            value=f"{attributes['epsilon']:g}",
            meaning="Added before dividing, so that nothing is divided by zero.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="layer_normalization",
        title="Layer normalization",
        category=Category.NORMALIZATION,
        dialects={
            "keras.LayerNormalization": Dialect(translate=_keras_layer),
            "keras.RMSNormalization": Dialect(translate=_keras_rms),
            "onnx.LayerNormalization": _onnx_from(("gamma", "beta")),
            "onnx.RMSNormalization": _onnx_from(("gamma",), rms=True),
            "onnx.SimplifiedLayerNormalization": _onnx_from(("gamma",), rms=True),
            "onnx.com.microsoft.LayerNormalization": _onnx_from(("gamma", "beta")),
            "onnx.com.microsoft.SimplifiedLayerNormalization": _onnx_from(
                ("gamma",), rms=True
            ),
            "onnx.com.microsoft.SkipLayerNormalization": _onnx_skip(
                ("gamma", "beta", "bias"), rms=False
            ),
            "onnx.com.microsoft.SkipSimplifiedLayerNormalization": _onnx_skip(
                ("gamma", "bias"), rms=True
            ),
        },
        shape=_shape,
        weights=_weights,
        # its square goes into the variance, then factor and shift
        multiply_adds=cost_per_number(2),
        fields=_axis_fields,
    )
)


# normalization without weights


def _unit(settings: Settings, _version: int) -> Attributes:
    return {"axis": wholes(settings.get("axis", -1))}


def _onnx_unit(settings: Settings, _version: int) -> Attributes:
    default = [0, 2, 3] if "axes" in settings else -1
    return {"axis": wholes(settings.get("axes", settings.get("axis", default)))}


def _onnx_variance(settings: Settings, _version: int) -> Attributes:
    return {"axis": wholes(settings.get("axes", [0, 2, 3]))}


def _onnx_local(settings: Settings, _version: int) -> Attributes:
    return {"axis": [1], "size": whole(settings["size"])}


def _ops(settings: Settings, _version: int) -> Attributes:
    return {"axis": wholes(argument(settings, "axis", 1, -1))}


def _plain_fields(call: Call) -> list[Field]:
    axes = call.attributes["axis"]
    words = " and ".join(axis_words(axis) for axis in axes)
    meaning = f"The numbers along {words} are scaled together."
    if "size" in call.attributes:
        size = call.attributes["size"]
        meaning = f"Each number is divided by the size of {size} channels around it."
    return [Field(name="axis", value=", ".join(map(str, axes)), meaning=meaning)]


KINDS.add(
    LayerKind(
        id="unit_normalization",
        title="Normalization without weights",
        category=Category.NORMALIZATION,
        dialects={
            "keras.UnitNormalization": Dialect(translate=_unit),
            "onnx.LpNormalization": Dialect(translate=_onnx_unit),
            "onnx.MeanVarianceNormalization": Dialect(translate=_onnx_variance),
            "onnx.LRN": Dialect(translate=_onnx_local),
            "keras.ops.normalize": Dialect(translate=_ops),
            "keras.ops.layernorm": Dialect(translate=_ops),
            "keras.ops.rmsnorm": Dialect(translate=_ops),
            "keras.ops.batchnorm": Dialect(translate=_ops),
        },
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_plain_fields,
    )
)
