"""Layers that only work in training: Dropout, noise, penalties."""

from collections.abc import Sequence

from loaders.ir.graph import Attributes, Category
from loaders.ir.steps import OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import number_of
from loaders.kinds._steps import passed_through, same_shape

_MEANINGS = {
    "rate": "In training this share of the numbers becomes 0; later nothing changes.",
    "stddev": "In training noise of this standard deviation is added.",
    "l1": "Training is penalized by this times the sum of absolute outputs.",
    "l2": "Training is penalized by this times the sum of squared outputs.",
    "ratio": "In training this share of the numbers becomes 0; later nothing changes.",
}


def _keras(*names: Sequence[str]) -> Dialect:
    """Describe a layer with a few numbers, each under all its spellings."""

    def translate(settings: Settings, _version: int) -> Attributes:
        found: Attributes = {}
        for ours, *others in names:
            value = next(
                (settings[n] for n in (ours, *others) if settings.get(n) is not None),
                None,
            )
            if value is not None:
                found[ours] = number_of(value, 0.0)
        return found

    return Dialect(translate=translate)


_RATE = _keras(("rate", "p"))


def _onnx(settings: Settings, opset: int) -> Attributes:
    ratio = settings.get("ratio", 0.5)
    if isinstance(ratio, (list, tuple)):
        [ratio] = ratio
    mask = "bool" if opset >= 10 else ""  # before, of the input's type
    return {"ratio": number_of(ratio, 0.5), "mask": mask}


def _shape(call: Call) -> list[OutputSteps | None]:
    """The input, and for ONNX also which numbers were kept."""
    if call.outputs < 2:
        return [passed_through(call)]
    return [passed_through(call), passed_through(call, dtype=call.attributes["mask"])]


def _fields(call: Call) -> list[Field]:
    return [
        Field(name=name, value=f"{value:g}", meaning=_MEANINGS[name])
        for name, value in call.attributes.items()
        if name in _MEANINGS
    ]


def _summary(call: Call) -> str:
    rate = call.attributes.get("rate", call.attributes.get("ratio"))
    return "training only" if rate is None else f"{rate:.0%} in training"


KINDS.add(
    LayerKind(
        id="regularization",
        title="Regularization",
        category=Category.OTHER,
        dialects={
            "keras.Dropout": _RATE,
            "keras.SpatialDropout1D": _RATE,
            "keras.SpatialDropout2D": _RATE,
            "keras.SpatialDropout3D": _RATE,
            "keras.GaussianDropout": _RATE,
            "keras.AlphaDropout": _RATE,
            "keras.PDropout": _RATE,
            "keras.GaussianNoise": _keras(("stddev", "sigma")),
            "keras.ActivityRegularization": _keras(("l1",), ("l2",)),
            "onnx.Dropout": Dialect(
                translate=_onnx, inputs=("", "@ratio", "@training_mode")
            ),
        },
        shape=_shape,
        multiply_adds=no_cost,
        fields=_fields,
        summary=_summary,
    )
)


# masking


def _masking(settings: Settings, _version: int) -> Attributes:
    return {"mask_value": number_of(settings.get("mask_value"), 0.0)}


def _masking_fields(call: Call) -> list[Field]:
    value = f"{call.attributes['mask_value']:g}"
    shape = call.shape()
    size = shape[-1] if shape else None
    all_of = f"all {size} features" if isinstance(size, int) else "all features"
    meaning = (
        f"A step is skipped by later layers only where {all_of} equal {value}; its "
        "numbers become 0."
    )
    return [Field(name="mask_value", value=value, meaning=meaning)]


KINDS.add(
    LayerKind(
        id="masking",
        title="Masking",
        category=Category.OTHER,
        dialects={"keras.Masking": Dialect(translate=_masking)},
        shape=same_shape,
        multiply_adds=no_cost,
        fields=_masking_fields,
    )
)
