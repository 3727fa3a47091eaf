"""Batch normalization: mean and variance of each channel, learned in training."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.ir.text import count_of
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import (
    axis_at,
    axis_words,
    length_text,
    number_of,
    switch,
    whole,
    wholes,
)
from loaders.kinds._steps import cost_per_number, passed_through

_TRAINED = {
    "gamma": "1 factor",
    "beta": "1 number added",
}
_MEASURED = {
    "moving_mean": "1 mean measured in training",
    "moving_variance": "1 variance measured in training",
}
_RENORMED = {
    "moving_stddev": "1 standard deviation measured in training",
    "renorm_mean": "1 mean for renormalization",
    "renorm_stddev": "1 standard deviation for renormalization",
}


def _keras(settings: Settings, version: int) -> Attributes:
    axis = settings.get("axis", -1)
    return {
        "axis": wholes(axis),
        "epsilon": number_of(settings.get("epsilon"), 1e-3),
        "momentum": number_of(settings.get("momentum"), 0.99),
        "scale": switch(settings, "scale", default=True),
        "center": switch(settings, "center", default=True),
        "renorm": switch(settings, "renorm"),
        # Keras 1: mode 2 measures in running too, mode 1 normalizes each sample.
        "mode": whole(settings.get("mode", 0)) if version == 1 else 0,
    }


def _onnx(settings: Settings, version: int) -> Attributes:
    if version < 9 and settings.get("spatial", 1) == 0:
        raise ValueError("spatial=0 normalizes every position on its own")
    return {
        "axis": [1],
        "epsilon": number_of(settings.get("epsilon"), 1e-5),
        "momentum": number_of(settings.get("momentum"), 0.9),
        "scale": True,
        "center": True,
        "renorm": False,
        "mode": 0,
        "training": bool(settings.get("training_mode", 0)),
        "opset": version,
    }


def channel_places(call: Call, rank: int) -> list[int]:
    """Return the axes along which every position is measured on its own."""
    axes = call.attributes["axis"]
    if call.attributes.get("opset") and rank == 1:
        return [0]
    return sorted(axis_at(axis, rank, call.op) for axis in axes)


def _shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    main = passed_through(call)
    if main is None or shape is None:
        return [None] * max(1, call.outputs)
    places = channel_places(call, len(shape))
    _check_kernel(call, [shape[at] for at in places])
    if call.outputs <= 1:
        return [main]
    measured = OutputSteps(axes=tuple(main.axes[at] for at in places))
    return [main, *[measured] * (call.outputs - 1)]


def _check_kernel(call: Call, lengths: Sequence[Dim]) -> None:
    """Compare the input with the weights that the file holds."""
    for role in (*_TRAINED, *_MEASURED):
        weight = call.weights.get(role)
        if weight is None or len(weight.tensor.shape) != 1 or len(lengths) != 1:
            continue
        [stored], [length] = weight.tensor.shape, lengths
        if isinstance(length, int) and stored not in (length, 1) and stored >= 0:
            raise ShapeError(
                f"{call.op} was made for {count_of(stored, 'channel')} (its {role} "
                f"has {stored:,} numbers); its input has {length:,}.",
            )


def _weights(call: Call) -> list[WeightSteps]:
    attributes, shape = call.attributes, call.shape()
    axes = attributes["axis"]
    if shape is None:
        lengths: list[Dim] = [None] * len(axes)
        names = [Axis.CHANNEL] * len(axes)
    elif len(axes) == 1 or attributes.get("opset"):
        places = channel_places(call, len(shape))
        lengths = [shape[at] for at in places]
        names = [call.axes()[at] for at in places]
    else:  # several axes: one number for each of their combinations
        kept = channel_places(call, len(shape))
        lengths = [n if at in kept else 1 for at, n in enumerate(shape)]
        names = list(call.axes())
    words: dict[str, str] = {}
    if attributes["scale"]:
        words["gamma"] = _TRAINED["gamma"]
    if attributes["center"]:
        words["beta"] = _TRAINED["beta"]
    words |= _MEASURED
    if attributes["renorm"]:
        words |= _RENORMED
    each = f"each of {' × '.join(map(length_text, lengths))} channels"
    if lengths == [1]:
        each = "the one channel"
    return [
        WeightSteps(
            role=role,
            shape=tuple(lengths),
            axes=tuple(names),
            meaning=f"{what} for {each}",
            trainable=role in _TRAINED,
        )
        for role, what in words.items()
    ]


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    axes = attributes["axis"]
    where = " and ".join(axis_words(axis) for axis in axes)
    fields = [
        Field(
            name="axis",
            value=", ".join(map(str, axes)),
            meaning=f"Each position along {where} has its own mean and variance.",
        ),
        Field(
            name="epsilon",
            value=f"{attributes['epsilon']:g}",
            meaning="Added to the variance, so that nothing is divided by zero.",
        ),
        Field(
            name="momentum",
            value=f"{attributes['momentum']:g}",
            meaning="How much of the old mean is kept at each training step.",
        ),
    ]
    if not attributes["scale"]:
        meaning = "No factor is learned: there is no gamma."
        fields.append(Field(name="scale", value="no", meaning=meaning))
    if not attributes["center"]:
        meaning = "Nothing is added: there is no beta."
        fields.append(Field(name="center", value="no", meaning=meaning))
    return fields


def _summary(call: Call) -> str:
    shape = call.shape()
    if shape is None:
        return ""
    lengths = [shape[at] for at in channel_places(call, len(shape))]
    return f"{' × '.join(map(length_text, lengths))} channels"


_INPUTS = ("", "gamma", "beta", "moving_mean", "moving_variance")

KINDS.add(
    LayerKind(
        id="batch_normalization",
        title="Batch normalization",
        category=Category.NORMALIZATION,
        dialects={
            **{
                f"keras.{op}": Dialect(translate=_keras)
                for op in (
                    "BatchNormalization",
                    "BatchNormalizationV1",
                    "BatchNormalizationV2",
                    "SyncBatchNormalization",
                    "QBatchNormalization",
                    "HBatchNormalization",
                    "PBatchNorm",
                    "PBatchNormalization",
                    "HActivationBatchNormalization",
                )
            },
            "onnx.BatchNormalization": Dialect(translate=_onnx, inputs=_INPUTS),
        },
        shape=_shape,
        weights=_weights,
        # the four numbers of a channel become two
        multiply_adds=cost_per_number(1),
        fields=_fields,
        summary=_summary,
    )
)
