import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, count, keras, shapes, value

SERIES = value((None, 511, 6), "btf")


def test_an_lstm_of_10_units_on_1_feature_has_480_parameters() -> None:
    assert count(keras("LSTM", {"units": 10}, value((None, 5, 1), "btf"))) == (
        4 * 10 * (1 + 10 + 1)
    )


def test_the_parameters_of_an_lstm_are_said_by_gate_unit_and_feature() -> None:
    kind, given = keras("LSTM", {"units": 10}, value((None, 5, 1), "btf"))
    assert [steps.meaning for steps in kind.weights(given)] == [
        "4 gates × 10 units × 1 input feature",
        "4 gates × 10 units × 10 units of the step before",
        "4 gates × 10 units × 1 bias",
    ]


def test_the_parameters_of_an_lstm_do_not_depend_on_the_length() -> None:
    short = keras("LSTM", {"units": 10}, value((None, 5, 1), "btf"))
    open_ended = keras("LSTM", {"units": 10}, value((None, None, 1), "btf"))
    assert count(short) == count(open_ended)


def test_time_ends_where_only_the_last_answer_is_returned() -> None:
    kind, given = keras("LSTM", {"units": 4}, SERIES)
    [steps] = kind.shape(given)
    assert steps.shape == (None, 4)
    ended = {gone.axis: gone for gone in steps.ended}
    assert ended[Axis.TIME].length == 511
    assert ended[Axis.TIME].reason == "only the answer after the last of 511 steps"


def test_every_step_answers_with_return_sequences() -> None:
    kind, given = keras("GRU", {"units": 4, "return_sequences": True}, SERIES)
    [steps] = kind.shape(given)
    assert steps.shape == (None, 511, 4)
    assert steps.names == (Axis.BATCH, Axis.TIME, Axis.FEATURE)
    assert Axis.TIME not in {gone.axis for gone in steps.ended}


@pytest.mark.parametrize(("op", "states"), [("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1)])
def test_states_are_further_outputs(op: str, states: int) -> None:
    made = keras(op, {"units": 3, "return_state": True}, SERIES)
    assert shapes(made) == [(None, 3)] * (1 + states)


@pytest.mark.parametrize(
    ("settings", "version", "bias"),
    [
        ({}, 3, (2, 9)),
        ({}, 2, (9,)),
        ({"reset_after": False}, 3, (9,)),
        ({"reset_after": True}, 2, (2, 9)),
    ],
)
def test_a_gru_has_two_biases_where_the_reset_comes_after(
    settings: dict[str, bool], version: int, bias: tuple[int, ...]
) -> None:
    kind, given = keras("GRU", {"units": 3, **settings}, SERIES, version=version)
    assert kind.weights(given)[-1].shape == bias


def test_keras_1_has_one_matrix_per_gate() -> None:
    settings = {"output_dim": 3, "consume_less": "cpu"}
    kind, given = keras("LSTM", settings, SERIES, version=1)
    roles = [steps.role for steps in kind.weights(given)]
    assert roles[:4] == ["kernel_i", "recurrent_kernel_i", "bias_i", "kernel_c"]
    assert len(roles) == 12
    assert count((kind, given)) == 4 * 3 * (6 + 3 + 1)


@pytest.mark.parametrize(("op", "gates"), [("CuDNNLSTM", 4), ("CuDNNGRU", 3)])
def test_cudnn_layers_have_two_flat_biases(op: str, gates: int) -> None:
    kind, given = keras(op, {"units": 3}, SERIES, version=2)
    assert kind.weights(given)[-1].shape == (2 * gates * 3,)


def test_stacked_cells_are_numbered_from_the_bottom() -> None:
    cells = [
        {"class_name": "LSTMCell", "config": {"units": 3}},
        {"class_name": "GRUCell", "config": {"units": 2}},
    ]
    stack = {"class_name": "StackedRNNCells", "config": {"cells": cells}}
    made = keras("RNN", {"cell": stack, "return_state": True}, SERIES)
    assert shapes(made) == [(None, 2), (None, 3), (None, 3), (None, 2)]
    kind, given = made
    weights = {steps.role: steps.shape for steps in kind.weights(given)}
    assert weights["0.kernel"] == (6, 12)
    assert weights["1.kernel"] == (3, 6)


def test_a_custom_cell_leaves_the_shape_open() -> None:
    made = keras("RNN", {"cell": {"class_name": "Mine", "config": {}}}, SERIES)
    assert shapes(made) == [None]


def test_a_series_without_a_feature_axis_is_told_what_is_missing() -> None:
    kind, given = keras("LSTM", {"units": 3}, value((None, 20)))
    with pytest.raises(ShapeError) as caught:
        kind.shape(given)
    assert "(batch, time, feature)" in caught.value.what
    assert "Reshape((20, 1))" in caught.value.advice


def test_the_cost_of_an_lstm_grows_with_its_steps() -> None:
    kind, given = keras("LSTM", {"units": 4}, SERIES)
    assert kind.multiply_adds(given, []) == 511 * 4 * 4 * (6 + 4)


def test_the_cost_of_an_open_length_is_unknown() -> None:
    kind, given = keras("LSTM", {"units": 4}, value((None, None, 6), "btf"))
    assert kind.multiply_adds(given, []) is None


def test_a_convolutional_lstm_keeps_time_only_if_asked() -> None:
    pictures = value((None, 3, 8, 8, 3))
    settings = {"filters": 2, "kernel_size": 3}
    assert shapes(keras("ConvLSTM2D", settings, pictures)) == [(None, 6, 6, 2)]
    every = {**settings, "return_sequences": True, "padding": "same"}
    assert shapes(keras("ConvLSTM2D", every, pictures)) == [(None, 3, 8, 8, 2)]


@pytest.mark.parametrize(
    ("layout", "given", "wanted"),
    [
        (0, (7, 2, 5), [(7, 2, 2, 4), (2, 2, 4), (2, 2, 4)]),
        (1, (2, 7, 5), [(2, 7, 2, 4), (2, 2, 4), (2, 2, 4)]),
    ],
)
def test_onnx_puts_directions_on_an_axis_of_their_own(
    layout: int, given: tuple[int, ...], wanted: list[tuple[int, ...]]
) -> None:
    settings = {"direction": "bidirectional", "hidden_size": 4, "layout": layout}
    made = call(
        "onnx",
        "LSTM",
        settings,
        value(given, "???"),
        version=14,
        weights={"kernel": (2, 16, 5), "recurrent_kernel": (2, 16, 4)},
        outputs=3,
    )
    assert shapes(made) == wanted


def test_onnx_reads_the_units_off_the_kernel_if_it_must() -> None:
    made = call(
        "onnx",
        "GRU",
        {},
        value((7, 2, 5), "???"),
        version=14,
        weights={"kernel": (1, 12, 5), "recurrent_kernel": (1, 12, 4)},
        outputs=1,
    )
    assert shapes(made) == [(7, 1, 2, 4)]


def test_qkeras_layers_are_read_as_what_they_round() -> None:
    settings = {"units": 4, "kernel_quantizer": "quantized_bits(4)"}
    assert count(keras("QLSTM", settings, SERIES)) == 4 * 4 * (6 + 4 + 1)


@pytest.mark.parametrize(
    ("length", "words"),
    [(24, "Gives an answer after each of 24 steps."), (None, "after each step.")],
)
def test_how_often_a_layer_answers_is_said_in_plain_words(
    length: int | None, words: str
) -> None:
    kind, made = keras(
        "LSTM", {"units": 4, "return_sequences": True}, value((None, length, 2))
    )
    meanings = [field.meaning for field in kind.fields(made)]
    assert any(meaning.endswith(words) for meaning in meanings)


def test_a_single_feature_is_called_the_one_feature() -> None:
    kind, made = keras("LSTM", {"units": 4}, value((None, None, 1)))
    [found] = kind.shape(made)
    assert [gone.reason for gone in found.ended] == [
        "only the answer after the last step, however many there are",
        "every unit reads the one feature of a step",
    ]
