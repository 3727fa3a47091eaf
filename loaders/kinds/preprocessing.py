"""Layers that prepare pictures and numbers: scaling, cropping, random changes."""

from typing import Any

from msgspec.structs import replace

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
)
from loaders.kinds._arguments import (
    axis_at,
    length_text,
    number_of,
    plain,
    positive,
    switch,
    wholes,
)
from loaders.kinds._inner import inner_call, inner_kind, inner_layer
from loaders.kinds._spatial import Layout, layout_of
from loaders.kinds._steps import cost_per_number, kept, passed_through, same_shape

CHANGES = {
    "Rescaling": "Every number becomes scale × x + offset.",
    "RandomFlip": "In training pictures are mirrored at random.",
    "RandomRotation": "In training pictures are turned at random.",
    "RandomZoom": "In training pictures are zoomed at random.",
    "RandomTranslation": "In training pictures are moved at random.",
    "RandomContrast": "In training the contrast changes at random.",
    "RandomBrightness": "In training the brightness changes at random.",
    "RandomGrayscale": "In training some pictures lose their colour.",
    "RandomHue": "In training the hue changes at random.",
    "RandomSaturation": "In training the saturation changes at random.",
    "RandomSharpness": "In training the sharpness changes at random.",
    "RandomShear": "In training pictures are sheared at random.",
    "RandomPosterization": "In training some pictures get fewer colours.",
    "RandomInvert": "In training some pictures are inverted.",
    "RandomGaussianBlur": "In training some pictures are blurred.",
    "RandomErasing": "In training parts of pictures are erased.",
    "RandomPerspective": "In training the perspective changes at random.",
    "RandomElasticTransform": "In training pictures are bent at random.",
    "RandomColorJitter": "In training colours change at random.",
    "RandomColorDegeneration": "In training colours fade at random.",
    "AutoContrast": "The contrast is stretched to the whole range.",
    "Equalization": "The histogram is flattened.",
    "ContrastLimitedAdaptiveHistogramEqualization": "The histogram is flattened tile "
    "by tile.",
    "Solarization": "Bright values are inverted.",
    "AugMix": "In training several changed copies are mixed.",
    "RandAugment": "In training a few random changes are made.",
    "CutMix": "In training parts of other pictures are pasted in.",
    "MixUp": "In training pictures are mixed.",
    "MaxNumBoundingBoxes": "Boxes are cut or padded to one number per picture.",
}


_NUMBERS = ("scale", "offset", "factor", "height_factor", "width_factor")


def _prepared(settings: Settings, _version: int) -> Attributes:
    """How far a change goes: numbers, or pairs of them."""
    found = plain(settings, ("mode", *_NUMBERS))
    for name in _NUMBERS:
        pair = settings.get(name)
        if isinstance(pair, list | tuple) and len(pair) == _PAIR:
            found[name] = [number_of(one, 0.0) for one in pair]
    return found


_PAIR = 2


def _same_fields(call: Call) -> list[Field]:
    meaning = CHANGES.get(call.op, "")
    return [Field(name="operation", value=call.op, meaning=meaning)] if meaning else []


def _reads_pictures(_call: Call, rank: int) -> tuple[Axis, ...] | None:
    if rank != 4:
        return None
    return (Axis.BATCH, Axis.HEIGHT, Axis.WIDTH, Axis.CHANNEL)


def _augmentations(settings: Settings, version: int) -> Attributes:
    """A Pipeline is a list of layers; their shapes are followed one by one."""
    layers = settings["layers"]
    if not isinstance(layers, (list, tuple)) or len(layers) > _PIPELINE_LIMIT:
        raise ValueError("a pipeline without a list of layers")
    return {"layers": [inner_layer(layer, version) for layer in layers]}


_PIPELINE_LIMIT = 256

KINDS.add(
    LayerKind(
        id="preprocessing",
        title="Preprocessing",
        category=Category.TENSOR,
        dialects={f"keras.{op}": Dialect(translate=_prepared) for op in CHANGES},
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_same_fields,
    )
)


# to one size


def _sized(settings: Settings, _version: int) -> Attributes:
    return {
        "height": positive(settings["height"]),
        "width": positive(settings["width"]),
        "data_format": str(layout_of(settings)),
        "keeps_aspect": switch(settings, "crop_to_aspect_ratio")
        or switch(settings, "pad_to_aspect_ratio"),
    }


def _sized_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    if len(shape) not in (3, 4):
        raise ShapeError(
            f"{call.op} reads pictures (batch, height, width, channel); its input is "
            f"{shape_text(shape)}."
        )
    first = call.attributes["data_format"] == Layout.FIRST
    height = len(shape) - (2 if first else 3)
    sizes = {height: call.attributes["height"], height + 1: call.attributes["width"]}
    names = {height: Axis.HEIGHT, height + 1: Axis.WIDTH}
    steps = []
    for at, (axis, length) in enumerate(zip(call.axes(), shape, strict=True)):
        if at in sizes:
            step = _to_size(call, names[at], length, sizes[at], at)
        else:
            channel = at == (len(shape) - 3 if first else len(shape) - 1)
            step = kept(Axis.CHANNEL if channel else axis, length, at)
        steps.append(step)
    return [OutputSteps(axes=tuple(steps))]


def _to_size(call: Call, axis: Axis, length: Dim, size: int, at: int) -> AxisStep:
    how = "cut" if call.op.endswith("Crop") else "resized"
    words = f"{how} from {length_text(length)} to {size:,}"
    if length is None:
        words = f"{how} to {size:,}, whatever it was"
    return AxisStep(axis=axis, result=size, meaning=words, source=at)


def _sized_fields(call: Call) -> list[Field]:
    attributes = call.attributes
    size = f"{attributes['height']:,} × {attributes['width']:,}"
    return [
        Field(name="size", value=size, meaning="Height and width of every picture."),
        Field(
            name="data_format",
            value=attributes["data_format"],
            meaning="Where the channels lie.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="picture_size",
        title="Pictures of one size",
        category=Category.TENSOR,
        dialects={
            f"keras.{op}": Dialect(translate=_sized)
            for op in ("Resizing", "CenterCrop", "RandomCrop")
        },
        shape=_sized_shape,
        multiply_adds=no_cost,
        fields=_sized_fields,
        reads=_reads_pictures,
    )
)


# a pipeline


def _pipeline_shape(call: Call) -> list[OutputSteps | None]:
    value = call.inputs[0] if call.inputs else None
    steps = passed_through(call)
    for inner in call.attributes["layers"]:
        kind = inner_kind(inner)
        if kind is None or value is None or steps is None:
            return [None]
        [steps, *_] = kind.shape(inner_call(call, inner, value))
        if steps is not None:
            value = replace(value, shape=steps.shape, axes=steps.names)
    return [steps]


def _pipeline_fields(call: Call) -> list[Field]:
    names = " → ".join(str(inner["op"]) for inner in call.attributes["layers"][:12])
    return [Field(name="layers", value=names, meaning="One after the other.")]


KINDS.add(
    LayerKind(
        id="pipeline",
        title="Several preparations",
        category=Category.TENSOR,
        dialects={"keras.Pipeline": Dialect(translate=_augmentations)},
        shape=_pipeline_shape,
        fields=_pipeline_fields,
    )
)


# Normalization: mean and variance measured once, before training


def _normalization(settings: Settings, _version: int) -> Attributes:
    axis = settings.get("axis", -1)
    return {
        "axis": [] if axis is None else wholes(axis),
        "adapted": settings.get("mean") is None,
        "invert": switch(settings, "invert"),
    }


def _normalization_weights(call: Call) -> list[WeightSteps]:
    if not call.attributes["adapted"]:
        return []
    shape, axes = call.shape(), call.attributes["axis"]
    lengths: list[Dim] = [None] * len(axes)
    names: list[Axis] = [Axis.FEATURE] * len(axes)
    if shape is not None:
        places = sorted(axis_at(axis, len(shape), call.op) for axis in axes)
        lengths = [shape[at] for at in places]
        names = [call.axes()[at] for at in places]
    each = f" for each of {' × '.join(map(length_text, lengths))}" if lengths else ""
    found = [
        WeightSteps(
            role=role,
            shape=tuple(lengths),
            axes=tuple(names),
            meaning=f"1 {role}{each}, measured before training",
            trainable=False,
        )
        for role in ("mean", "variance")
    ]
    found.append(
        WeightSteps(
            role="count",
            shape=(),
            axes=(),
            meaning="how many samples were measured",
            trainable=False,
            dtype="int32",
        )
    )
    return found


def _normalization_fields(call: Call) -> list[Field]:
    axes: Any = call.attributes["axis"]
    words = "Each position along these axes has its own mean and variance."
    if not axes:
        words = "One mean and one variance for everything."
    source = "measured on the data" if call.attributes["adapted"] else "given"
    return [
        Field(name="axis", value=", ".join(map(str, axes)) or "none", meaning=words),
        Field(
            name="mean and variance",
            value=source,
            meaning="The numbers are brought to mean 0 and variance 1 with them.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="data_normalization",
        title="Normalization of the data",
        category=Category.NORMALIZATION,
        dialects={"keras.Normalization": Dialect(translate=_normalization)},
        shape=same_shape,
        weights=_normalization_weights,
        multiply_adds=cost_per_number(1),
        fields=_normalization_fields,
        summary=lambda call: count_of(len(call.attributes["axis"]), "axis", "axes"),
    )
)
