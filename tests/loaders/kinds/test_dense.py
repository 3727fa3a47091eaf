"""Dense layers, products and equations."""

import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, keras, value


def steps(op, config, given, version=3):
    kind, made = keras(op, config, value(given), version=version)
    [found] = kind.shape(made)
    return found


def problem(config, given, saved=None):
    kind, made = call("keras", "Dense", config, value(given), weights=saved)
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    return str(caught.value)


def test_a_dense_layer_works_on_the_last_axis_only():
    found = steps("Dense", {"units": 1}, (None, 16, 16, 8))
    assert found.shape == (None, 16, 16, 1)
    assert found.axes[3].meaning == "one per unit"
    [ended] = found.ended
    assert ended.length == 8
    assert "same weights at each place" in ended.reason


def test_one_row_of_numbers_has_features_more_axes_have_channels():
    assert steps("Dense", {"units": 3}, (None, 6)).names[-1] is Axis.FEATURE
    assert steps("Dense", {"units": 3}, (None, 5, 6)).names[-1] is Axis.CHANNEL


def test_weights_and_cost_are_counted_per_place():
    kind, made = keras("Dense", {"units": 4}, value((None, 5, 6)))
    kernel, bias = kind.weights(made)
    assert (kernel.shape, kernel.meaning) == ((6, 4), "6 weights for each of 4 units")
    assert bias.shape == (4,)
    assert kind.multiply_adds(made, kind.shape(made)) == 5 * 6 * 4


def test_behind_a_variable_length_the_kernel_has_no_size_and_says_what_to_use():
    text = problem({"units": 4}, (None, None))
    assert "cannot know its kernel's size" in text
    assert "each of the 4 units needs one weight per number" in text
    assert "GlobalMaxPooling or GlobalAveragePooling" in text
    assert "instead of Flatten" in text


def test_a_saved_kernel_stands_in_for_an_unknown_length():
    kind, made = call(
        "keras",
        "Dense",
        {"units": 4},
        value((None, None)),
        weights={"kernel": (9, 4), "bias": (4,)},
    )
    [found] = kind.shape(made)
    assert found.shape == (None, 4)


def test_a_saved_kernel_for_another_input_is_told_with_both_numbers():
    text = problem({"units": 4}, (None, 6), {"kernel": (9, 4)})
    assert "reads 9 numbers" in text
    assert "(None × 6) has 6" in text


def test_a_lone_axis_lacks_the_batch():
    assert "at least 2 axes" in problem({"units": 4}, (6,))


def test_keras_1_speaks_of_output_dim():
    config = {"output_dim": 7, "bias": False, "activation": "linear"}
    kind, made = keras("Dense", config, value((None, 5)), version=1)
    assert [one.role for one in kind.weights(made)] == ["kernel"]
    assert kind.fields(made)[0].meaning.startswith("7 units")


def test_low_rank_adaptation_freezes_the_kernel_and_adds_two_thin_ones():
    kind, made = keras("Dense", {"units": 3, "lora_rank": 2}, value((None, 6)))
    found = [(one.role, one.shape, one.trainable) for one in kind.weights(made)]
    assert found == [
        ("kernel", (6, 3), False),
        ("bias", (3,), True),
        ("lora_kernel_a", (6, 2), True),
        ("lora_kernel_b", (2, 3), True),
    ]


@pytest.mark.parametrize(
    ("policy", "mode", "expected"),
    [
        (
            "QuantizedDTypePolicy",
            "int8",
            {"kernel": (7, 5), "bias": (5,), "kernel_scale": (5,)},
        ),
        (
            "GPTQDTypePolicy",
            "gptq/4/4",
            {
                "bias": (5,),
                "kernel": (3, 7),
                "kernel_scale": (5, 2),
                "g_idx": (7,),
                "kernel_zero": (5, 2),
            },
        ),
        (
            "AWQDTypePolicy",
            "awq/4/-1",
            {
                "bias": (5,),
                "kernel": (3, 7),
                "kernel_scale": (5, 1),
                "awq_scales": (7,),
                "g_idx": (7,),
                "kernel_zero": (5, 1),
            },
        ),
    ],
)
def test_quantized_layers_store_integers_and_how_to_read_them(policy, mode, expected):
    config = {"mode": mode, "source_name": "float32"}
    dtype = {"class_name": policy, "config": config}
    kind, made = keras("Dense", {"units": 5, "dtype": dtype}, value((None, 7)))
    found = kind.weights(made)
    assert {one.role: one.shape for one in found} == expected
    assert [one.role for one in found] == list(expected)
    assert not next(one for one in found if one.role == "kernel").trainable


def test_a_product_of_two_inputs_has_no_weights_and_says_its_shapes():
    sides = (value((2, 4, 6)), value((2, 6, 3)))
    kind, made = call("onnx", "MatMul", {}, *sides, version=17)
    [found] = kind.shape(made)
    assert found.shape == (2, 4, 3)
    assert kind.weights(made) == []
    assert kind.summary(made) == "2 × 4 × 6 by 2 × 6 × 3"
    assert kind.multiply_adds(made, [found]) == 4 * 3 * 6


def test_stacks_of_matrices_that_cannot_be_stretched_are_told():
    sides = (value((2, 4, 6)), value((3, 6, 3)))
    kind, made = call("onnx", "MatMul", {}, *sides, version=17)
    with pytest.raises(ShapeError, match="2 and 3 differ and none is 1"):
        kind.shape(made)


def test_a_weight_on_the_left_gives_one_row_per_output():
    kind, made = call(
        "onnx",
        "MatMul",
        {},
        value((6, 3)),
        version=17,
        weights={"left_kernel": (4, 6)},
    )
    [found] = kind.shape(made)
    assert found.shape == (4, 3)
    [kernel] = kind.weights(made)
    assert kernel.axes == (Axis.UNIT, Axis.IN_FEATURE)


def test_an_equation_that_contradicts_its_input_is_told_with_the_letter():
    config = {"equation": "abc,cd->abd", "output_shape": [7, 4]}
    with pytest.raises(ShapeError, match=r"axis b has 5 .* and 7 in output_shape"):
        steps("EinsumDense", config, (None, 5, 6))


def test_letters_of_an_equation_must_be_equally_long():
    sides = (value((2, 3)), value((4, 5)))
    kind, made = call("onnx", "Einsum", {"equation": "ij,jk->ik"}, *sides, version=17)
    with pytest.raises(ShapeError, match="called j must be equally long"):
        kind.shape(made)


def test_a_letter_alone_is_multiplied_at_the_cost_of_all_lengths():
    sides = (value((2, 3), "??"), value((3, 5), "??"))
    kind, made = call("onnx", "Einsum", {"equation": "ij,jk->ik"}, *sides, version=17)
    [found] = kind.shape(made)
    assert found.shape == (2, 5)
    assert kind.multiply_adds(made, [found]) == 2 * 3 * 5
