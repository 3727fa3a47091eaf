"""Dense layers that only Keras 1 had: MaxoutDense and Highway."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import count_of, shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import length_text, positive, switch
from loaders.kinds._steps import kept, passed_through


def _vector(call: Call) -> tuple[Dim, Dim] | None:
    """Return samples and features.

    Raises:
        ShapeError: the input is no vector.
    """
    shape = call.shape()
    if shape is None:
        return None
    if len(shape) != 2:
        raise ShapeError(
            f"{call.op} reads vectors (batch, feature); its input is "
            f"{shape_text(shape)}."
        )
    return shape[0], shape[1]


def _features(call: Call) -> Dim:
    lengths = _vector(call)
    return None if lengths is None else lengths[1]


# MaxoutDense: the largest of several dense layers


def _maxout(settings: Settings, _version: int) -> Attributes:
    return {
        "units": positive(settings["output_dim"]),
        "pieces": positive(settings.get("nb_feature", 4)),
        "use_bias": switch(settings, "bias", default=True),
    }


def _maxout_shape(call: Call) -> list[OutputSteps | None]:
    lengths = _vector(call)
    if lengths is None:
        return [None]
    units, pieces = call.attributes["units"], call.attributes["pieces"]
    words = f"one per unit: the largest of {pieces} sums"
    step = AxisStep(axis=Axis.FEATURE, result=units, meaning=words)
    reason = f"all {length_text(lengths[1])} features go into every unit"
    gone = EndedAxis(axis=Axis.FEATURE, length=lengths[1], reason=reason)
    batch = kept(Axis.BATCH, lengths[0], 0)
    return [OutputSteps(axes=(batch, step), ended=(gone,))]


def _maxout_weights(call: Call) -> list[WeightSteps]:
    units, pieces = call.attributes["units"], call.attributes["pieces"]
    features = _features(call)
    each = f"{count_of(pieces, 'sum')} × {count_of(units, 'unit')}"
    found = [
        WeightSteps(
            role="kernel",
            shape=(pieces, features, units),
            axes=(Axis.OTHER, Axis.IN_FEATURE, Axis.UNIT),
            meaning=f"{each} × {length_text(features)} features",
        )
    ]
    if call.attributes["use_bias"]:
        found.append(
            WeightSteps(
                role="bias",
                shape=(pieces, units),
                axes=(Axis.OTHER, Axis.UNIT),
                meaning=f"{each}: 1 bias each",
            )
        )
    return found


def _maxout_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    features = _features(call)
    if not isinstance(features, int):
        return None
    return int(call.attributes["pieces"] * features * call.attributes["units"])


def _maxout_fields(call: Call) -> list[Field]:
    units, pieces = call.attributes["units"], call.attributes["pieces"]
    return [
        Field(
            name="units",
            value=f"{units:,}",
            meaning=f"Gives {count_of(units, 'number')} per sample.",
        ),
        Field(
            name="nb_feature",
            value=str(pieces),
            meaning=f"Each is the largest of {count_of(pieces, 'weighted sum')}.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="maxout",
        title="Maxout",
        category=Category.DENSE,
        dialects={"keras.MaxoutDense": Dialect(translate=_maxout)},
        shape=_maxout_shape,
        weights=_maxout_weights,
        multiply_adds=_maxout_cost,
        fields=_maxout_fields,
    )
)


# Highway: a mixture of a dense layer and its own input


def _highway(settings: Settings, _version: int) -> Attributes:
    return {"use_bias": switch(settings, "bias", default=True)}


def _highway_shape(call: Call) -> list[OutputSteps | None]:
    _vector(call)
    return [passed_through(call)]


def _highway_weights(call: Call) -> list[WeightSteps]:
    features = _features(call)
    size = length_text(features)
    found = [
        WeightSteps(
            role=role,
            shape=(features, features),
            axes=(Axis.IN_FEATURE, Axis.UNIT),
            meaning=f"{size} units × {size} features{what}",
        )
        for role, what in (("kernel", ""), ("kernel_carry", ", for the gate"))
    ]
    if call.attributes["use_bias"]:
        found += [
            WeightSteps(
                role=role,
                shape=(features,),
                axes=(Axis.UNIT,),
                meaning=f"1 bias for each of {size} units{what}",
            )
            for role, what in (("bias", ""), ("bias_carry", ", for the gate"))
        ]
    return found


def _highway_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    features = _features(call)
    return 2 * features * features if isinstance(features, int) else None


KINDS.add(
    LayerKind(
        id="highway",
        title="Highway",
        category=Category.DENSE,
        dialects={"keras.Highway": Dialect(translate=_highway)},
        shape=_highway_shape,
        weights=_highway_weights,
        multiply_adds=_highway_cost,
    )
)
