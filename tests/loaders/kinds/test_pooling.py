"""Pooling: over places, over whole axes, to a wanted size."""

import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, keras, value


def steps(op, config, given, version=3):
    kind, made = keras(op, config, value(given), version=version)
    [found] = kind.shape(made)
    return found


def test_a_pool_is_moved_by_its_own_size_if_nothing_else_is_set():
    found = steps("MaxPooling1D", {"pool_size": 3}, (None, 493, 100))
    assert found.shape == (None, 164, 100)
    assert found.axes[1].numbers == "⌊(493 − 3) / 3⌋ + 1"
    assert found.axes[2].meaning == "each channel is pooled on its own"


def test_a_pool_that_does_not_fit_is_told_with_both_lengths():
    with pytest.raises(ShapeError) as caught:
        steps("MaxPooling1D", {"pool_size": 4}, (None, 1, 32))
    text = str(caught.value)
    assert "Time 1 is smaller than the pool's 4" in text
    assert "Time must be at least 4" in text
    assert "fewer poolings" in text
    assert "Swap" not in text


def test_padding_same_lets_any_pool_fit():
    config = {"pool_size": 4, "padding": "same"}
    assert steps("MaxPooling1D", config, (None, 1, 32)).shape == (None, 1, 32)


def test_global_pooling_ends_axes_and_says_over_how_much():
    found = steps("GlobalAveragePooling1D", {}, (None, 511, 160))
    assert found.shape == (None, 160)
    [ended] = found.ended
    assert (ended.axis, ended.length) == (Axis.TIME, 511)
    assert ended.reason == "averaged over 511 steps"
    assert found.axes[1].source == 2


def test_global_pooling_of_a_picture_of_any_size_keeps_the_channels():
    config = {"data_format": "channels_first"}
    found = steps("GlobalMaxPooling2D", config, (None, 8, None, None))
    assert found.shape == (None, 8)
    assert [(one.axis, one.reason) for one in found.ended] == [
        (Axis.HEIGHT, "the largest of all rows is kept"),
        (Axis.WIDTH, "the largest of all columns is kept"),
    ]


def test_kept_axes_have_length_one():
    found = steps("GlobalMaxPooling2D", {"keepdims": True}, (None, 5, 6, 8))
    assert found.shape == (None, 1, 1, 8)
    assert found.ended == ()


def test_a_wanted_size_is_reached_from_any_length():
    config = {"output_size": [2, 3]}
    found = steps("AdaptiveAveragePooling2D", config, (None, None, 7, 8))
    assert found.shape == (None, 2, 3, 8)
    assert "7 in 3 parts" in found.axes[2].meaning


def test_keras_1_speaks_of_pool_length_and_stride():
    config = {"pool_length": 3, "stride": 2, "border_mode": "valid"}
    assert steps("MaxPooling1D", config, (None, 9, 4), 1).shape == (None, 4, 4)
    config = {"pool_length": 3, "stride": None, "border_mode": "valid"}
    assert steps("MaxPooling1D", config, (None, 9, 4), 1).shape == (None, 3, 4)


def test_keras_1_pools_channels_first_as_theano_did():
    config = {"pool_size": [2, 2], "strides": [2, 2], "dim_ordering": "th"}
    found = steps("MaxPooling2D", config, (None, 3, 8, 6), 1)
    assert found.shape == (None, 3, 4, 3)
    assert found.names[1] is Axis.CHANNEL


def test_pooling_multiplies_no_weights():
    kind, made = keras("MaxPooling1D", {"pool_size": 2}, value((None, 8, 3)))
    assert kind.multiply_adds(made, kind.shape(made)) == 0
    assert kind.weights(made) == []


def test_a_summary_leaves_out_the_usual_stride():
    kind, made = keras("MaxPooling2D", {"pool_size": 2}, value((None, 8, 8, 3)))
    assert kind.summary(made) == "pool of 2 × 2"
    kind, made = keras("MaxPooling1D", {"pool_size": 3, "strides": 1}, value((2, 8, 3)))
    assert kind.summary(made) == "pool of 3"


@pytest.mark.parametrize(
    ("op", "words"), [("MaxPooling2D", "The largest"), ("AveragePooling2D", "The mean")]
)
def test_a_pool_says_what_it_gives_on(op, words):
    kind, made = keras(op, {"pool_size": 2}, value((None, 8, 8, 3)))
    size = kind.fields(made)[0]
    assert size.meaning == f"{words} of 2 × 2 positions is given on."
    [found] = kind.shape(made)
    assert found.axes[1].meaning == (
        f"one per place of the pool: {words.lower()} of its numbers"
    )


def test_pooling_operations_take_one_number_for_all_axes():
    config = {"pool_size": 2, "strides": None, "padding": "same"}
    kind, made = call("keras.ops", "MaxPool", config, value((None, 7, 9, 3)))
    [found] = kind.shape(made)
    assert found.shape == (None, 4, 5, 3)


def test_a_layer_names_the_axes_of_what_it_reads():
    kind, made = keras("MaxPooling2D", {"data_format": "channels_first"}, value(None))
    names = (Axis.BATCH, Axis.CHANNEL, Axis.HEIGHT, Axis.WIDTH)
    assert kind.reads(made, 4) == names
    assert kind.reads(made, 3) is None
