import pytest

from loaders.ir.errors import ShapeError
from tests.loaders.kinds.calls import call, count, keras, shapes, value

PICTURE = value((None, 8, 8, 32), "bhwc")


def test_batch_normalization_trains_half_of_its_numbers() -> None:
    kind, made = keras("BatchNormalization", {"axis": -1}, PICTURE)
    weights = kind.weights(made)
    assert [steps.role for steps in weights] == [
        "gamma",
        "beta",
        "moving_mean",
        "moving_variance",
    ]
    assert [steps.trainable for steps in weights] == [True, True, False, False]
    assert count((kind, made)) == 4 * 32


def test_what_is_switched_off_has_no_weights() -> None:
    settings = {"scale": False, "center": False}
    assert count(keras("BatchNormalization", settings, PICTURE)) == 2 * 32


def test_an_axis_in_a_list_is_that_axis() -> None:
    made = keras("BatchNormalization", {"axis": [1]}, PICTURE, version=2)
    assert count(made) == 4 * 8


def test_keras_1_wrote_a_mode() -> None:
    settings = {"mode": 0, "axis": -1, "epsilon": 1e-5}
    made = keras("BatchNormalization", settings, PICTURE, version=1)
    assert count(made) == 4 * 32


def test_a_channel_count_that_contradicts_the_weights_is_told() -> None:
    kind, made = call(
        "onnx",
        "BatchNormalization",
        {},
        value((1, 16, 4, 4)),
        version=15,
        weights={"gamma": (32,)},
    )
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    assert "32 channels" in caught.value.what
    assert "16" in caught.value.what


def test_old_batch_normalization_gives_out_what_it_measured() -> None:
    made = call(
        "onnx", "BatchNormalization", {}, value((2, 3, 4)), version=8, outputs=5
    )
    assert shapes(made) == [(2, 3, 4)] + [(3,)] * 4


def test_layer_normalization_has_weights_for_all_its_axes() -> None:
    made = keras("LayerNormalization", {"axis": [1, 2]}, value((None, 5, 4)))
    assert count(made) == 2 * 20


def test_keras_3_sorts_axes_as_they_are_written() -> None:
    kind, made = keras("LayerNormalization", {"axis": [1, -1]}, value((None, 5, 4)))
    assert [steps.shape for steps in kind.weights(made)] == [(4, 5), (4, 5)]


def test_groups_are_said_with_their_channels() -> None:
    kind, made = keras("GroupNormalization", {"groups": 8}, PICTURE)
    assert kind.summary is not None
    assert kind.summary(made) == "8 groups of 4 channels"
    assert count((kind, made)) == 2 * 32


def test_groups_that_do_not_divide_the_channels_are_told() -> None:
    kind, made = keras("GroupNormalization", {"groups": 5}, PICTURE)
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    assert "32 channels into 5 equal groups" in caught.value.what
    assert "8, 16, 32" in caught.value.advice


def test_a_group_normalization_folded_out_of_onnx_is_one() -> None:
    kind, made = call(
        "onnx",
        "GroupNormalization",
        {"num_groups": 16, "epsilon": 1e-5},
        value((1, 1024)),
        version=17,
        weights={"gamma": (1024,), "beta": (1024,)},
    )
    assert shapes((kind, made)) == [(1, 1024)]
    assert kind.summary is not None
    assert kind.summary(made) == "16 groups of 64 channels"


@pytest.mark.parametrize(("version", "size"), [(18, 4), (21, 8)])
def test_opset_18_has_a_factor_per_group(version: int, size: int) -> None:
    kind, made = call(
        "onnx", "GroupNormalization", {"num_groups": 4}, value((1, 8)), version=version
    )
    assert kind.weights(made)[0].shape == (size,)


def test_onnx_layer_normalization_measures_over_the_last_axes() -> None:
    made = call(
        "onnx",
        "LayerNormalization",
        {"axis": -2},
        value((2, 5, 4)),
        version=17,
        outputs=3,
    )
    assert shapes(made) == [(2, 5, 4), (2, 1, 1), (2, 1, 1)]
