"""What captions say of layers, with the layer's own numbers."""

import pytest

from app.analysis.diagrams import drawing_of, drawn
from app.analysis.diagrams._case import Case
from loaders.ir.graph import Node
from loaders.ir.steps import NodeSteps
from tests.loaders.kinds.calls import call, keras, value


def drawing(made):
    kind, given = made
    return drawn(kind.id, Case(given, tuple(kind.shape(given))))


def caption(made):
    return drawing(made).caption


PICTURE = value((None, 128, 128, 3), "bhwc")
SERIES = value((None, 511, 24), "btf")
STEPS = {"activation": "tanh", "recurrent_activation": "sigmoid"}


def test_a_convolution_tells_window_channels_stride_and_filters():
    settings = {"filters": 24, "kernel_size": 8, "strides": 2}
    assert caption(keras("Conv2D", settings, PICTURE)) == (
        "An 8 × 8 window over all 3 channels, moved by 2. Its numbers are weighted and "
        "summed: each of 24 filters makes one channel of 61 × 61."
    )


def test_padding_is_told_as_keras_adds_it():
    settings = {"filters": 4, "kernel_size": 4, "padding": "same"}
    found = caption(keras("Conv1D", settings, value((None, 50, 300), "btc")))
    assert "time 1 before and 2 after" in found


def test_a_length_that_nobody_knows_is_any_length():
    settings = {"filters": 4, "kernel_size": 3}
    found = caption(keras("Conv1D", settings, value((None, None, 300), "btc")))
    assert "one channel of any length" in found


def test_groups_of_filters_see_their_own_channels():
    settings = {"filters": 8, "kernel_size": 3, "groups": 2}
    found = caption(keras("Conv2D", settings, value((None, 9, 9, 6), "bhwc")))
    assert "the 3 channels of one of 2 groups" in found


def test_depthwise_kernels_sum_no_channels():
    settings = {"kernel_size": 3, "depth_multiplier": 2}
    found = caption(keras("DepthwiseConv2D", settings, PICTURE))
    assert "each of 3 channels has 2 kernels of its own" in found
    assert "No channels are summed" in found


def test_averaging_over_time_tells_over_how_many_steps():
    assert caption(keras("GlobalAveragePooling1D", {}, SERIES)) == (
        "The mean of all marked numbers is given on: over time (511). 24 such numbers "
        "are left."
    )


def test_dense_works_on_the_last_axis_alone():
    assert caption(keras("Dense", {"units": 4}, SERIES)) == (
        "Each of 4 units sums all 24 numbers of the last axis, each with a weight of "
        "its own. The same weights are used at each of 511 places."
    )


def test_an_lstm_tells_its_gates_and_what_it_reads():
    found = caption(keras("LSTM", {"units": 10, **STEPS}, SERIES))
    assert "LSTM reads 24 numbers at each of 511 steps" in found
    assert "Only the last answer is given out, 10 numbers" in found
    assert "4 gates (input, forget, cell candidate and output)" in found
    assert "all 24 features and all 10 units of the step before" in found


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("sigmoid", "tanh")),
        ({"activations": ["Relu", "Softsign", "Softsign"]}, ("relu", "softsign")),
        ({"activations": ["Sigmoid", "Tanh", "Relu"]}, ("sigmoid", "")),
    ],
)
def test_onnx_recurrent_layers_tell_the_functions_that_the_file_sets(
    settings, expected
):
    made = call(
        "onnx", "LSTM", {"hidden_size": 8, **settings}, value((5, 2, 4)), outputs=1
    )
    diagram = drawing(made).diagram
    assert (diagram.gate_activation, diagram.activation) == expected


def test_both_directions_tell_what_becomes_of_their_answers():
    layer = {"class_name": "GRU", "config": {"units": 8, **STEPS}}
    found = caption(keras("Bidirectional", {"layer": layer}, SERIES))
    assert "a second copy reads from the end to the start" in found
    assert "16 numbers; the answers of both are side by side" in found


def test_a_wrapper_tells_of_the_layer_inside_at_one_step():
    layer = {"class_name": "Dense", "config": {"units": 8}}
    found = caption(keras("TimeDistributed", {"layer": layer}, SERIES))
    assert found.startswith("The same Dense with the same weights runs at each of 511")
    assert "each of 8 units sums all 24 numbers" in found.casefold()


def test_an_embedding_tells_rows_and_width():
    settings = {"input_dim": 20_000, "output_dim": 128}
    assert caption(keras("Embedding", settings, value((None, 80)))) == (
        "Each of 80 indices picks its row of 128 numbers out of a table of 20,000 "
        "rows: index k picks row k, counted from 0."
    )


def test_heads_of_attention_are_counted():
    settings = {"num_heads": 8, "key_dim": 64}
    text = value((None, 80, 512), "btf")
    found = caption(keras("MultiHeadAttention", settings, text, text))
    assert "each of 80 queries is compared with all 80 keys by 64" in found.casefold()
    assert "8 heads do this side by side" in found


def test_a_layer_that_cannot_work_is_not_drawn():
    kind, given = keras(
        "Conv1D", {"filters": 4, "kernel_size": 9}, value((None, 3, 2), "btc")
    )
    assert drawn(kind.id, Case(given, ())) is None


def test_a_fused_activation_comes_last():
    kind, given = keras("Dense", {"units": 4, "activation": "relu"}, SERIES)
    [steps] = kind.shape(given)
    node = Node(
        id="dense",
        op="Dense",
        dialect="keras",
        kind=kind.id,
        category=kind.category,
        inputs=("x:0",),
        outputs=("y",),
        attributes=given.attributes,
        activation="relu",
    )
    found = drawing_of({"x:0": SERIES}, node, NodeSteps(outputs=(steps,)))
    assert found.caption.endswith(
        "at each of 511 places. Then relu acts on each number."
    )
    broken = drawing_of({"x:0": SERIES}, node, NodeSteps(problem="It breaks."))
    assert broken is None


def test_one_of_something_is_not_each_of_one():
    settings = {"filters": 1, "kernel_size": 3}
    found = caption(keras("Conv1D", settings, value((None, 9, 1), "btc")))
    assert "over the one channel" in found
    assert "the one filter makes one channel of length 7" in found


def test_rescaling_tells_what_becomes_of_the_ends_of_a_picture():
    made = keras("Rescaling", {"scale": 1 / 127.5, "offset": -1.0}, PICTURE)
    assert caption(made) == (
        "Every number x becomes 0.00784314 × x − 1. 0 becomes −1, 255 becomes 1."
    )


def test_a_change_by_chance_is_told_with_its_range_and_not_for_use():
    found = caption(keras("RandomRotation", {"factor": 0.2}, PICTURE))
    assert found == (
        "In training pictures are turned at random. By −72° to 72°. In use nothing "
        "changes."
    )


def test_a_change_without_its_range_is_not_drawn():
    assert drawing(keras("RandomRotation", {}, PICTURE)) is None


def test_the_middle_of_a_larger_picture_is_cut_out():
    made = keras("CenterCrop", {"height": 100, "width": 101}, PICTURE)
    assert "height 14 before and 14 after, width 13 before and 14 after" in caption(
        made
    )


def test_a_fraction_of_a_length_is_told_as_a_factor():
    found = caption(keras("Resizing", {"height": 96, "width": 128}, PICTURE))
    assert found == "Scaled: height 128 to 96 (× 0.75)."


def test_a_loop_tells_what_it_hands_on_and_collects():
    numbers = [value((3,), "?", name=f"v{at}") for at in range(4)]
    diagram = drawing(call("onnx", "Loop", {}, *numbers, outputs=3)).diagram
    assert (diagram.carried, diagram.read, diagram.collected) == (2, 0, 1)
    settings = {"num_scan_inputs": 1}
    made = call("onnx", "Scan", settings, *numbers[:2], version=16, outputs=3)
    diagram = drawing(made).diagram
    assert (diagram.carried, diagram.read, diagram.collected) == (1, 1, 2)
    assert "each of 3 elements" in diagram.rounds
