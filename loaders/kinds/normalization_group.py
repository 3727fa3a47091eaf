"""Group and instance normalization: channels in groups, each sample on its own."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.ir.text import count_of
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import (
    axis_at,
    length_text,
    number_of,
    positive,
    switch,
    whole,
)
from loaders.kinds._steps import cost_per_number, passed_through


def _keras_group(settings: Settings, _version: int) -> Attributes:
    groups = whole(settings.get("groups", 32))
    return _keras(settings, groups if groups == -1 else positive(groups))


def _keras_instance(settings: Settings, _version: int) -> Attributes:
    return _keras(settings, -1)


def _keras(settings: Settings, groups: int) -> Attributes:
    axis = settings.get("axis", -1)
    return {
        "groups": groups,
        # keras-contrib: no axis means one factor for everything.
        "axis": None if axis is None else whole(axis),
        "epsilon": number_of(settings.get("epsilon"), 1e-3),
        "scale": switch(settings, "scale", default=True),
        "center": switch(settings, "center", default=True),
    }


def _onnx_group(settings: Settings, version: int) -> Attributes:
    return {
        "groups": positive(settings.get("num_groups", settings.get("groups"))),
        "axis": -1 if settings.get("channels_last") == 1 else 1,
        "epsilon": number_of(settings.get("epsilon"), 1e-5),
        "scale": True,
        "center": True,
        # Opset 18 has one factor per group, 21 one per channel.
        "per_group": 18 <= version < 21,
    }


def _onnx_instance(settings: Settings, _version: int) -> Attributes:
    epsilon = number_of(settings.get("epsilon"), 1e-5)
    return {"groups": -1, "axis": 1, "epsilon": epsilon, "scale": True, "center": True}


def _channels(call: Call) -> tuple[Dim, Axis]:
    """Return how many channels there are and what their axis stands for."""
    shape, axis = call.shape(), call.attributes["axis"]
    if axis is None:
        return 1, Axis.OTHER
    if shape is None:
        return None, Axis.CHANNEL
    at = axis_at(axis, len(shape), call.op)
    named = call.axes()[at]
    return shape[at], Axis.CHANNEL if named is Axis.OTHER else named


def _shape(call: Call) -> list[OutputSteps | None]:
    channels, _ = _channels(call)
    groups = call.attributes["groups"]
    if isinstance(channels, int) and groups > 0 and channels % groups:
        even = [n for n in range(1, min(channels, 64) + 1) if channels % n == 0]
        raise ShapeError(
            f"{call.op} cannot divide {count_of(channels, 'channel')} into "
            f"{count_of(groups, 'equal group')}.",
            f"Numbers of groups that work: {', '.join(map(str, even))}.",
        )
    return [passed_through(call)]


def _weights(call: Call) -> list[WeightSteps]:
    channels, axis = _channels(call)
    attributes = call.attributes
    each = f"{length_text(channels)} channels"
    if attributes.get("per_group"):
        stored = call.weights.get("gamma")
        if stored is None or stored.tensor.shape == (attributes["groups"],):
            channels, axis = attributes["groups"], Axis.OTHER
            each = f"{channels} groups"
    found = []
    for role, on, what in (
        ("gamma", attributes["scale"], "1 factor"),
        ("beta", attributes["center"], "1 number added"),
    ):
        if on:
            meaning = f"{what} for each of {each}"
            found.append(
                WeightSteps(role=role, shape=(channels,), axes=(axis,), meaning=meaning)
            )
    return found


def _groups_text(call: Call) -> str:
    channels, _ = _channels(call)
    groups = call.attributes["groups"]
    if groups == -1 or groups == channels:
        return f"each of {length_text(channels)} channels on its own"
    if isinstance(channels, int) and channels % groups == 0:
        size = count_of(channels // groups, "channel")
        return f"{count_of(groups, 'group')} of {size}"
    return count_of(groups, "group")


def _fields(call: Call) -> list[Field]:
    attributes = call.attributes
    groups = attributes["groups"]
    words = _groups_text(call)
    return [
        Field(
            name="groups",
            value=str(groups),
            meaning=f"{words[0].upper()}{words[1:]}; neighbouring channels form a "
            "group, each sample on its own.",
        )
        if groups != -1
        else Field(name="groups", value="one per channel", meaning=f"{words}."),
        Field(
            name="axis",
            value=str(attributes["axis"]),
            meaning="The axis of the channels.",
        ),
        Field(
            name="epsilon",
            value=f"{attributes['epsilon']:g}",
            meaning="Added to the variance, so that nothing is divided by zero.",
        ),
    ]


_INPUTS = ("", "gamma", "beta")

KINDS.add(
    LayerKind(
        id="group_normalization",
        title="Group normalization",
        category=Category.NORMALIZATION,
        dialects={
            "keras.GroupNormalization": Dialect(translate=_keras_group),
            "keras.GroupNorm": Dialect(translate=_keras_group),
            "onnx.GroupNormalization": Dialect(translate=_onnx_group, inputs=_INPUTS),
            "onnx.com.microsoft.GroupNorm": Dialect(
                translate=_onnx_group, inputs=_INPUTS
            ),
        },
        shape=_shape,
        weights=_weights,
        # its square goes into the variance, then factor and shift
        multiply_adds=cost_per_number(2),
        fields=_fields,
        summary=_groups_text,
    )
)
KINDS.add(
    LayerKind(
        id="instance_normalization",
        title="Instance normalization",
        category=Category.NORMALIZATION,
        dialects={
            "keras.InstanceNormalization": Dialect(translate=_keras_instance),
            "onnx.InstanceNormalization": Dialect(
                translate=_onnx_instance, inputs=_INPUTS
            ),
        },
        shape=_shape,
        weights=_weights,
        # its square goes into the variance, then factor and shift
        multiply_adds=cost_per_number(2),
        fields=_fields,
        summary=_groups_text,
    )
)
