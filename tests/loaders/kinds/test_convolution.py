"""Convolutions: why shapes are what they are, and why some cannot be."""

import dataclasses

import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, keras, value


def steps(op, config, *shapes, version=3):
    kind, made = keras(op, config, *(value(shape) for shape in shapes), version=version)
    [found] = kind.shape(made)
    return found


def shape(op, config, given, version=3):
    return steps(op, config, given, version=version).shape


def weights(op, config, given, version=3):
    kind, made = keras(op, config, value(given), version=version)
    return {one.role: one.shape for one in kind.weights(made)}


def cost(op, config, given):
    kind, made = keras(op, config, value(given))
    return kind.multiply_adds(made, kind.shape(made))


def test_every_axis_says_its_meaning_rule_and_numbers():
    config = {"filters": 24, "kernel_size": [8, 8], "strides": [2, 2]}
    found = steps("Conv2D", config, (None, 128, 128, 3))
    batch, height, width, channel = found.axes
    assert found.shape == (None, 61, 61, 24)
    assert found.names == (Axis.BATCH, Axis.HEIGHT, Axis.WIDTH, Axis.CHANNEL)
    assert height.rule == "⌊(n − k) / s⌋ + 1"
    assert height.numbers == "⌊(128 − 8) / 2⌋ + 1"
    assert (batch.source, height.source, width.source) == (0, 1, 2)
    assert (channel.source, channel.meaning) == (None, "one per filter")


def test_the_input_channels_end_inside_each_filter():
    config = {"filters": 24, "kernel_size": [8, 8]}
    [ended] = steps("Conv2D", config, (None, 128, 128, 3)).ended
    assert (ended.axis, ended.length) == (Axis.CHANNEL, 3)
    assert "3 input channels are summed inside each filter" in ended.reason


def test_same_padding_says_how_much_is_added_at_which_end():
    config = {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}
    time = steps("Conv1D", config, (None, 28, 1)).axes[1]
    assert (time.result, time.rule, time.numbers) == (14, "⌈n / s⌉", "⌈28 / 2⌉")
    assert "adds 0 before, 1 after" in time.meaning


def test_causal_padding_is_all_before_the_first():
    config = {"filters": 4, "kernel_size": 3, "dilation_rate": 2, "padding": "causal"}
    time = steps("Conv1D", config, (None, 28, 1)).axes[1]
    assert time.result == 28
    assert "4 zeros are put before the first" in time.meaning


def test_a_kernel_has_its_weights_counted_in_words():
    kind, made = keras("Conv2D", {"filters": 32, "kernel_size": 3}, value((2, 9, 9, 3)))
    kernel, bias = kind.weights(made)
    assert kernel.meaning == "3 × 3 × 3 weights for each of 32 filters"
    assert kernel.axes == (Axis.HEIGHT, Axis.WIDTH, Axis.IN_CHANNEL, Axis.FILTER)
    assert bias.meaning == "one bias per filter"


def test_one_filter_of_one_weight_is_spoken_of_as_one():
    kind, made = keras("Conv1D", {"filters": 1, "kernel_size": 1}, value((2, 9, 1)))
    assert kind.weights(made)[0].meaning == "1 × 1 weight for the one filter"
    assert kind.summary(made) == "1 filter of 1"


def test_a_summary_names_what_is_unusual():
    config = {"filters": 24, "kernel_size": 8, "strides": 2}
    kind, made = keras("Conv2D", config, value((None, 128, 128, 3)))
    assert kind.summary(made) == "24 filters of 8 × 8 · stride 2"
    uneven = {"filters": 4, "kernel_size": 3, "strides": [1, 2], "groups": 2}
    kind, made = keras("Conv2D", uneven, value((None, 9, 9, 4)))
    assert kind.summary(made) == "4 filters of 3 × 3 · stride 1 × 2 · 2 groups"


def test_fields_name_the_layout_and_the_weights_of_one_filter():
    config = {"filters": 8, "kernel_size": 3, "data_format": "channels_first"}
    kind, made = keras("Conv2D", config, value((None, 1, 28, 28)))
    fields = {field.name: field for field in kind.fields(made)}
    assert fields["data_format"].value == "channels_first"
    assert "batch, channel, height, width" in fields["data_format"].meaning
    assert "3 × 3 × 1 = 9 weights" in fields["kernel_size"].meaning


def test_multiply_adds_count_the_kernel_at_every_place_of_one_sample():
    config = {"filters": 24, "kernel_size": 8, "strides": 2}
    assert cost("Conv2D", config, (16, 128, 128, 3)) == 61 * 61 * 24 * 8 * 8 * 3
    assert cost("Conv2D", config, (None, None, 128, 3)) is None


def test_a_separable_convolution_is_cheaper_by_the_known_ratio():
    config = {"filters": 64, "kernel_size": 3, "padding": "same"}
    given = (None, 32, 32, 64)
    ratio = cost("Conv2D", config, given) / cost("SeparableConv2D", config, given)
    assert round(ratio, 2) == 7.89


def test_depthwise_channels_stay_apart():
    config = {"kernel_size": 5, "use_bias": False}
    found = steps("DepthwiseConv2D", config, (None, 28, 28, 3))
    assert found.shape == (None, 24, 24, 3)
    assert found.ended == ()
    assert found.axes[3].source == 3
    assert weights("DepthwiseConv2D", config, (None, 28, 28, 3)) == {
        "depthwise_kernel": (5, 5, 3, 1)
    }


def test_a_transposed_convolution_shows_how_it_grows():
    config = {"filters": 4, "kernel_size": 3, "strides": 2}
    height = steps("Conv2DTranspose", config, (None, 10, 10, 8)).axes[1]
    assert (height.result, height.numbers) == (21, "(10 − 1) × 2 + 3")
    assert cost("Conv2DTranspose", config, (None, 10, 10, 8)) == 10 * 10 * 8 * 9 * 4


def test_an_input_of_unknown_rank_still_has_a_known_number_of_channels():
    kind, made = keras("Conv2D", {"filters": 4, "kernel_size": 3}, value(None))
    [found] = kind.shape(made)
    assert found.shape == (None, None, None, 4)


def test_keras_2_counts_leading_axes_as_samples():
    config = {"filters": 4, "kernel_size": 3}
    assert shape("Conv2D", config, (None, 7, 9, 9, 3), version=2) == (None, 7, 7, 7, 4)
    with pytest.raises(ShapeError, match="expects 4 axes"):
        shape("Conv2D", config, (None, 7, 9, 9, 3), version=3)


# what cannot work


def problem(op, config, given, *, outside=False, saved=None):
    kind, made = call("keras", op, config, value(given), weights=saved)
    with pytest.raises(ShapeError) as caught:
        kind.shape(dataclasses.replace(made, from_outside=outside))
    return str(caught.value)


def test_swapped_axes_are_offered_before_other_cures():
    config = {"filters": 512, "kernel_size": [5, 131]}
    text = problem("Conv2D", config, (None, 2, 131, 131))
    assert "Height 2 is smaller than the kernel's 5" in text
    assert "2 looks like the number of channels: the layer is channels_last" in text
    assert "None × 131 × 131 × 2" in text
    assert "None × 127 × 1 × 512" in text
    assert text.index("Swap the axes") < text.index("padding")


def test_a_series_that_got_too_short_inside_the_model_is_not_taken_for_swapped():
    config = {"filters": 8, "kernel_size": 3}
    inside = problem("Conv1D", config, (None, 2, 8))
    assert "2 − 3 + 1 = 0" in inside
    assert "Time must be at least 3" in inside
    assert "Swap" not in inside
    assert "Swap the axes" in problem("Conv1D", config, (None, 2, 8), outside=True)


def test_axes_are_not_called_swapped_if_the_other_order_does_not_fit_either():
    config = {"filters": 8, "kernel_size": 9}
    assert "Swap" not in problem("Conv1D", config, (None, 2, 8), outside=True)


def test_channels_at_the_end_are_seen_by_a_channels_first_layer():
    config = {"filters": 8, "kernel_size": 5, "data_format": "channels_first"}
    text = problem("Conv2D", config, (None, 224, 224, 3))
    assert "None × 3 × 224 × 224" in text
    assert "set data_format to channels_last" in text


def test_a_missing_axis_is_told_with_the_shape_it_would_make():
    text = problem("Conv1D", {"filters": 64, "kernel_size": 2}, (None, 64))
    assert "expects 3 axes (channels_last): batch, time, channel" in text
    assert "One axis is missing" in text
    assert "None × 64 × 1" in text


def test_a_surplus_axis_has_two_cures():
    text = problem("Conv1D", {"filters": 4, "kernel_size": 2}, (None, 5, 64, 3))
    assert "TimeDistributed" in text


def test_a_dilated_kernel_that_does_not_fit_says_how_far_it_reaches():
    config = {"filters": 4, "kernel_size": 5, "dilation_rate": 3}
    text = problem("Conv1D", config, (None, 12, 3))
    assert "the 13 that the kernel reaches over (3 × (5 − 1) + 1)" in text


def test_groups_that_do_not_divide_the_channels_are_told_with_the_remainder():
    config = {"filters": 4, "kernel_size": 1, "groups": 4}
    assert "6 = 1 × 4 + 2" in problem("Conv1D", config, (None, 9, 6))
    config = {"filters": 6, "kernel_size": 1, "groups": 4}
    assert "6 filters" in problem("Conv1D", config, (None, 9, 4))


def test_a_saved_kernel_for_other_channels_is_told_with_both_numbers():
    config = {"filters": 8, "kernel_size": 3}
    saved = {"kernel": (3, 3, 5, 8)}
    text = problem("Conv2D", config, (None, 9, 9, 4), saved=saved)
    assert "reads 5 channels" in text
    assert "has 4 (channels_last)" in text


def test_a_saved_kernel_tells_where_the_channels_really_are():
    config = {"filters": 8, "kernel_size": 3}
    saved = {"kernel": (3, 3, 5, 8)}
    text = problem("Conv2D", config, (None, 5, 9, 9), saved=saved)
    assert "None × 9 × 9 × 5" in text


def test_a_layer_that_cannot_work_has_no_weights():
    kind, made = keras("Conv1D", {"filters": 8, "kernel_size": 3}, value((None, 2, 8)))
    with pytest.raises(ShapeError):
        kind.weights(made)


# other spellings

OLD = {
    "nb_filter": 5,
    "nb_row": 3,
    "nb_col": 2,
    "border_mode": "valid",
    "subsample": [2, 1],
    "bias": True,
}


def test_keras_1_speaks_of_rows_and_columns():
    config = {**OLD, "dim_ordering": "th"}
    given = (None, 4, 9, 8)
    assert shape("Convolution2D", config, given, version=1) == (None, 5, 4, 7)
    assert weights("Convolution2D", config, given, version=1) == {
        "kernel": (5, 4, 3, 2),
        "bias": (5,),
    }
    config = {**OLD, "dim_ordering": "tf"}
    kernel = weights("Convolution2D", config, (None, 9, 8, 4), version=1)["kernel"]
    assert kernel == (3, 2, 4, 5)


def test_keras_1_stored_a_kernel_over_time_as_a_picture_of_width_one():
    config = {"nb_filter": 5, "filter_length": 3, "border_mode": "same"}
    found = weights("Convolution1D", config, (None, 9, 4), version=1)
    assert found["kernel"] == (3, 1, 4, 5)
    assert shape("Convolution1D", config, (None, 9, 4), version=1) == (None, 9, 5)


def test_keras_1_counts_every_touching_place_with_full_borders():
    config = {"nb_filter": 5, "filter_length": 3, "border_mode": "full"}
    assert shape("Convolution1D", config, (None, 9, 4), version=1) == (None, 11, 5)


def test_keras_1_asked_for_the_size_of_a_deconvolution():
    config = {**OLD, "dim_ordering": "th", "output_shape": [None, 5, 14, 14]}
    found = steps("Deconvolution2D", config, (None, 4, 7, 7), version=1)
    assert found.shape == (None, 5, 14, 14)
    assert found.axes[2].meaning == "set by output_shape"


def test_atrous_layers_are_dilated():
    config = {**OLD, "subsample": [1, 1], "atrous_rate": [2, 2], "dim_ordering": "tf"}
    given = (None, 9, 8, 4)
    assert shape("AtrousConvolution2D", config, given, version=1) == (None, 5, 6, 5)


def test_a_folded_batch_normalization_brings_its_weights_in_the_saved_order():
    config = {"filters": 4, "kernel_size": [3, 3], "use_bias": True}
    assert weights("QConv2DBatchnorm", config, (None, 9, 9, 3), version=2) == {
        "kernel": (3, 3, 3, 4),
        "bias": (4,),
        "gamma": (4,),
        "beta": (4,),
        "iteration": (),
        "moving_mean": (4,),
        "moving_variance": (4,),
    }


@pytest.mark.parametrize(
    ("implementation", "kernel"),
    [(1, (4, 9, 2)), (2, (10, 3, 4, 2)), (3, (4 * 9 * 2,))],
)
def test_unshared_kernels_are_stored_in_three_ways(implementation, kernel):
    config = {
        "filters": 2,
        "kernel_size": [3],
        "strides": [2],
        "implementation": implementation,
    }
    found = weights("LocallyConnected1D", config, (None, 10, 3), version=2)
    assert found == {"kernel": kernel, "bias": (4, 2)}


def test_unshared_kernels_with_padding_store_no_weights_for_what_is_added():
    config = {
        "filters": 1,
        "kernel_size": [3],
        "padding": "same",
        "implementation": 3,
        "use_bias": False,
    }
    # 10 places of 3 elements; the first and the last hang over by one.
    found = weights("LocallyConnected1D", config, (None, 10, 1), version=2)
    assert found == {"kernel": (28,)}


def test_an_operation_whose_kernel_flows_in_has_no_weights():
    inputs = (value((None, 9, 9, 3)), value((3, 3, 3, 8)))
    kind, made = call("keras.ops", "Conv", {"strides": 2}, *inputs)
    [found] = kind.shape(made)
    assert found.shape == (None, 4, 4, 8)
    assert kind.weights(made) == []


def test_a_kernel_of_unknown_channels_contradicts_no_input():
    config = {"filters": 4, "kernel_size": 3}
    saved = {"kernel": (3, -1, 4)}
    kind, made = call("keras", "Conv1D", config, value((None, 9, 6)), weights=saved)
    [found] = kind.shape(made)
    assert found.shape == (None, 7, 4)


def test_uneven_padding_is_written_per_axis():
    kernel = {"kernel": (8, 3, 1, 4)}
    settings = {"kernel_shape": [1, 4], "pads": [0, 1, 0, 2]}
    kind, made = call("onnx", "Conv", settings, value((1, 3, 1, 50)), weights=kernel)
    [padding] = [field for field in kind.fields(made) if field.name == "padding"]
    assert padding.value == "(0, 0) × (1, 2)"
    assert padding.meaning == (
        "Added per axis: 0 before and 0 after, 1 before and 2 after."
    )


def test_many_summed_channels_are_grouped_by_thousands():
    config = {"filters": 4, "kernel_size": 5}
    kind, made = call("keras", "Conv1D", config, value((None, 800, 1024)))
    [found] = kind.shape(made)
    [ended] = found.ended
    assert ended.reason == "all 1,024 input channels are summed inside each filter"
