"""Layers that keep every number and move axes."""

import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, keras, value


def steps(op, config, given, version=3):
    kind, made = keras(op, config, given, version=version)
    [found] = kind.shape(made)
    return found


def onnx(op, settings, *inputs, opset=17):
    kind, made = call("onnx", op, settings, *inputs, version=opset)
    [found] = kind.shape(made)
    return found


def test_flatten_names_the_axes_it_joins_in_their_order():
    found = steps("Flatten", {}, value((None, 10, 10, 24), "bhwc"))
    assert found.shape == (None, 2400)
    feature = found.axes[1]
    assert feature.rule == "height × width × channel"
    assert feature.numbers == "10 × 10 × 24"
    assert [ended.length for ended in found.ended] == [10, 10, 24]


def test_flatten_moves_the_channels_to_the_end_first():
    config = {"data_format": "channels_first"}
    found = steps("Flatten", config, value((None, 24, 10, 9), "bchw"))
    assert found.axes[1].numbers == "10 × 9 × 24"
    assert found.axes[1].meaning.startswith("channels_first: the channels are moved")


def test_flatten_of_an_open_size_says_that_its_length_changes():
    found = steps("Flatten", {}, value((None, 8, None, None), "bchw"))
    assert found.shape == (None, None)
    assert "changes with the size of the input" in found.axes[1].meaning


def test_axes_that_stay_keep_their_names_through_a_reshape():
    given = value((None, 64, 64, 3), "bhwc")
    found = steps("Reshape", {"target_shape": [4096, 3]}, given)
    assert found.names == (Axis.BATCH, Axis.OTHER, Axis.CHANNEL)
    assert found.axes[1].numbers == "64 × 64"
    assert [(one.axis, one.length) for one in found.ended] == [
        (Axis.HEIGHT, 64),
        (Axis.WIDTH, 64),
    ]


def test_a_new_axis_of_length_one_ends_nothing():
    found = steps("Reshape", {"target_shape": [100, 1]}, value((None, 100), "bf"))
    assert found.names == (Axis.BATCH, Axis.FEATURE, Axis.OTHER)
    assert found.ended == ()


def test_an_open_length_follows_from_the_others():
    found = steps("Reshape", {"target_shape": [-1, 4]}, value((None, 10, 6)))
    assert found.shape == (None, 15, 4)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ([7, 4], "7 × 4 = 28 numbers of 10 × 6 = 60"),
        ([-1, 7], "60 is not a multiple of 7"),
        ([-1, -1], "more than one −1"),
    ],
)
def test_a_reshape_that_does_not_come_out_even_is_told(target, words):
    with pytest.raises(ShapeError) as caught:
        steps("Reshape", {"target_shape": target}, value((None, 10, 6)))
    assert words in str(caught.value)


def test_the_batch_stays_the_batch_where_the_rest_is_only_divided_anew():
    config = {"newshape": [-1, 10]}
    kind, made = call("keras.ops", "Reshape", config, value((None, 5, 2)))
    [found] = kind.shape(made)
    assert found.shape == (None, 10)
    assert found.names[0] is Axis.BATCH


def test_permuted_axes_take_their_names_along():
    found = steps("Permute", {"dims": [3, 1, 2]}, value((None, 4, 5, 6), "bhwc"))
    assert found.shape == (None, 6, 4, 5)
    assert found.names == (Axis.BATCH, Axis.CHANNEL, Axis.HEIGHT, Axis.WIDTH)
    assert [step.source for step in found.axes] == [0, 3, 1, 2]


def test_an_order_that_names_an_axis_twice_is_told():
    with pytest.raises(ShapeError, match="each must be named once"):
        steps("Permute", {"dims": [1, 1]}, value((None, 4, 5)))


def test_axes_are_swapped_and_moved_as_numpy_does():
    given = value((2, 3, 4, 5))
    for op, config, expected in (
        ("Swapaxes", {"axis1": 1, "axis2": -1}, (2, 5, 4, 3)),
        ("Moveaxis", {"source": 1, "destination": -1}, (2, 4, 5, 3)),
        ("Transpose", {"axes": None}, (5, 4, 3, 2)),
    ):
        kind, made = call("keras.ops", op, config, given)
        [found] = kind.shape(made)
        assert found.shape == expected


def test_repeating_a_vector_makes_time():
    found = steps("RepeatVector", {"n": 3}, value((None, 6), "bf"))
    assert found.shape == (None, 3, 6)
    assert found.names == (Axis.BATCH, Axis.TIME, Axis.CHANNEL)
    with pytest.raises(ShapeError, match="expects 2 axes"):
        steps("RepeatVector", {"n": 3}, value((None, 5, 6)))


def test_only_axes_of_length_one_can_be_taken_away():
    assert onnx("Squeeze", {"axes": [1]}, value((2, 1, 3))).shape == (2, 3)
    with pytest.raises(ShapeError, match="it has 3 elements, not 1"):
        onnx("Squeeze", {"axes": [2]}, value((2, 1, 3)))


def test_axes_that_follow_from_open_lengths_stay_unknown():
    kind, made = call("onnx", "Squeeze", {}, value((None, 1, 3)), version=17)
    assert kind.shape(made) == [None]


def test_padding_says_how_much_is_added_where():
    config = {"padding": [[1, 2], [0, 4]]}
    found = steps("ZeroPadding2D", config, value((None, 8, 8, 3)))
    assert found.shape == (None, 11, 12, 3)
    assert found.axes[1].numbers == "8 + 1 + 2"
    assert found.axes[2].numbers == "8 + 4"


def test_keras_1_gave_paddings_by_name_or_as_four_numbers():
    named = {"padding": {"top_pad": 1, "bottom_pad": 2, "left_pad": 0, "right_pad": 3}}
    four = {"padding": [1, 2, 0, 3]}
    for config in (named, four):
        found = steps("ZeroPadding2D", config, value((None, 8, 8, 3)), version=1)
        assert found.shape == (None, 11, 11, 3)


def test_cropping_more_than_there_is_is_told_with_the_numbers():
    found = steps("Cropping1D", {"cropping": [1, 2]}, value((None, 8, 3)))
    assert (found.shape, found.axes[1].numbers) == ((None, 5, 3), "8 − 1 − 2")
    with pytest.raises(ShapeError, match=r"cuts 4 \+ 4 elements off time.* only 8"):
        steps("Cropping1D", {"cropping": 4}, value((None, 8, 3)))


def test_up_sampling_repeats_each_element():
    found = steps("UpSampling2D", {"size": [2, 3]}, value((None, 5, None, 8)))
    assert found.shape == (None, 10, None, 8)
    assert (found.axes[1].numbers, found.axes[2].numbers) == ("5 × 2", "n × 3")


def test_keras_1_speaks_of_the_length_of_up_sampling():
    found = steps("UpSampling1D", {"length": 3}, value((None, 5, 8)), version=1)
    assert found.shape == (None, 15, 8)


def test_one_aspect_ratio_for_all_axes_rounds_to_the_nearest():
    settings = {"keep_aspect_ratio_policy": "not_larger", "sizes": [7, 8]}
    found = onnx("Resize", {**settings, "axes": [0, 1]}, value((4, 2)), opset=18)
    assert found.shape == (7, 4)


def test_blocks_that_do_not_divide_are_told():
    with pytest.raises(ShapeError, match="6 is not a multiple of 4"):
        onnx("DepthToSpace", {"blocksize": 2}, value((1, 6, 4, 4)))
    with pytest.raises(ShapeError, match="height 5 is not a multiple of 2"):
        onnx("SpaceToDepth", {"blocksize": 2}, value((1, 6, 5, 4)))


def test_a_part_up_to_the_end_of_an_open_axis_keeps_its_length():
    settings = {"starts": [0], "ends": [2**63 - 1], "axes": [1], "steps": [1]}
    assert onnx("Slice", settings, value((2, "time", 3))).shape == (2, "time", 3)
    settings["starts"] = [1]
    assert onnx("Slice", settings, value((2, "time", 3))).shape == (2, None, 3)


def test_a_computed_part_leaves_its_axis_open():
    settings = {"ends": [4], "axes": [1]}
    found = onnx("Slice", settings, value((2, 9, 3)), value((1,)))
    assert found.shape == (2, None, 3)


def test_a_stretched_axis_must_have_length_one():
    assert onnx("Expand", {"shape": [4, 1]}, value((1, 3))).shape == (4, 3)
    with pytest.raises(ShapeError, match="has 3 elements and should have 4"):
        onnx("Expand", {"shape": [1, 4]}, value((1, 3)))


def test_early_keras_1_left_the_layout_to_the_layers_around():
    config = {"size": [2, 2]}
    given = value((None, 128, 12, 12), "bchw")
    assert steps("UpSampling2D", config, given, 1).shape == (None, 128, 24, 24)
    given = value((None, 12, 12, 128), "bhwc")
    assert steps("UpSampling2D", config, given, 1).shape == (None, 24, 24, 128)
    padding = {"padding": [1, 1]}
    given = value((None, 3, 8, 8), "bchw")
    assert steps("ZeroPadding2D", padding, given, 1).shape == (None, 3, 10, 10)
