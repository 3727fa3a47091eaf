"""Layers that keras.applications defines for its own models."""

import pytest

from loaders.formats._keras_known import is_known
from loaders.ir.errors import ShapeError
from tests.loaders.kinds.calls import count, keras, shapes, value

SCALE = {"init_values": 1e-6, "projection_dim": 96}


def test_layer_scale_has_one_factor_per_channel() -> None:
    made = keras("LayerScale", SCALE, value((None, 7, 7, 96)))
    assert shapes(made) == [(None, 7, 7, 96)]
    assert count(made) == 96


def test_layer_scale_of_other_channels_cannot_work() -> None:
    kind, given = keras("LayerScale", SCALE, value((None, 7, 7, 48)))
    with pytest.raises(ShapeError, match=r"96 factors.*48 channels"):
        kind.shape(given)


def test_stochastic_depth_changes_no_shape() -> None:
    made = keras("StochasticDepth", {"drop_path_rate": 0.25}, value((None, 7, 96)))
    assert shapes(made) == [(None, 7, 96)]
    kind, given = made
    assert kind.summary is not None
    assert kind.summary(given) == "25% in training"


def test_a_scaled_residual_has_the_shape_of_its_branches() -> None:
    branch = value((None, 35, 35, 320))
    assert shapes(keras("CustomScaleLayer", {"scale": 0.17}, branch, branch)) == [
        (None, 35, 35, 320)
    ]


@pytest.mark.parametrize(
    ("module", "known"),
    [
        ("tf_keras.src.applications.inception_resnet_v2", True),
        ("keras.src.applications.convnext", True),
        ("keras.src.layers", False),
        ("applications", False),
    ],
)
def test_layers_of_applications_are_no_custom_ones(module: str, known: bool) -> None:
    assert is_known(module, "Custom>CustomScaleLayer") is known
