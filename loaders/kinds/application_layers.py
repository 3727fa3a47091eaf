"""Layers that ``keras.applications`` defines for its own models."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import number_of, positive
from loaders.kinds._broadcast import broadcast
from loaders.kinds._steps import cost_per_number, same_shape

# ConvNeXt


def _layer_scale(settings: Settings, _version: int) -> Attributes:
    return {
        "channels": positive(settings["projection_dim"]),
        "start": number_of(settings.get("init_values"), 1e-6),
    }


def _scaled(call: Call) -> list[OutputSteps | None]:
    shape, channels = call.shape(), call.attributes["channels"]
    if shape and isinstance(shape[-1], int) and shape[-1] not in (1, channels):
        raise ShapeError(
            f"{call.op} has {count_of(channels, 'factor')}, one per channel; its "
            f"input ({shape_text(shape)}) has {count_of(shape[-1], 'channel')}."
        )
    return same_shape(call)


def _factors(call: Call) -> list[WeightSteps]:
    channels = call.attributes["channels"]
    return [
        WeightSteps(
            role="gamma",
            shape=(channels,),
            axes=(Axis.CHANNEL,),
            meaning=f"{count_of(channels, 'channel')}: 1 factor each",
        )
    ]


def _scale_fields(call: Call) -> list[Field]:
    channels = call.attributes["channels"]
    meaning = "Each channel is multiplied by a factor of its own, learned in training."
    return [Field(name="projection_dim", value=str(channels), meaning=meaning)]


KINDS.add(
    LayerKind(
        id="layer_scale",
        title="Scale of each channel",
        category=Category.NORMALIZATION,
        dialects={"keras.LayerScale": Dialect(translate=_layer_scale)},
        shape=_scaled,
        weights=_factors,
        multiply_adds=cost_per_number(1),
        fields=_scale_fields,
    )
)


def _depth(settings: Settings, _version: int) -> Attributes:
    return {"rate": number_of(settings["drop_path_rate"], 0.0)}


KINDS.add(
    LayerKind(
        id="stochastic_depth",
        title="Stochastic depth",
        category=Category.OTHER,
        dialects={"keras.StochasticDepth": Dialect(translate=_depth)},
        shape=same_shape,
        multiply_adds=no_cost,
        summary=lambda call: f"{call.attributes['rate']:.0%} in training",
    )
)


# Inception-ResNet


def _residual(settings: Settings, _version: int) -> Attributes:
    return {"scale": number_of(settings["scale"], 1.0)}


def _residual_shape(call: Call) -> list[OutputSteps | None]:
    return [broadcast(call)]


def _residual_fields(call: Call) -> list[Field]:
    scale = f"{call.attributes['scale']:g}"
    meaning = f"The second input is multiplied by {scale} and added to the first."
    return [Field(name="scale", value=scale, meaning=meaning)]


KINDS.add(
    LayerKind(
        id="scaled_residual",
        title="Sum with a scaled branch",
        category=Category.TENSOR,
        dialects={"keras.CustomScaleLayer": Dialect(translate=_residual)},
        shape=_residual_shape,
        multiply_adds=cost_per_number(1),
        fields=_residual_fields,
    )
)
