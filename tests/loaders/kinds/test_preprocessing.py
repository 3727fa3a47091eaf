from typing import Any

import pytest

from loaders.ir.errors import ShapeError
from tests.loaders.kinds.calls import count, keras, shapes, value

PICTURE = value((None, 12, 10, 3))


@pytest.mark.parametrize("op", ["Resizing", "CenterCrop", "RandomCrop"])
def test_pictures_become_one_size(op: str) -> None:
    settings = {"height": 4, "width": 5}
    assert shapes(keras(op, settings, value((None, None, None, 3)))) == [
        (None, 4, 5, 3)
    ]


def test_channels_first_is_heeded() -> None:
    settings = {"height": 4, "width": 5, "data_format": "channels_first"}
    made = keras("Resizing", settings, value((None, 3, 12, 10)))
    assert shapes(made) == [(None, 3, 4, 5)]


def test_a_vector_is_no_picture() -> None:
    kind, made = keras("Resizing", {"height": 4, "width": 5}, value((None, 7)))
    with pytest.raises(ShapeError, match="reads pictures"):
        kind.shape(made)


def test_a_pipeline_is_followed_layer_by_layer() -> None:
    layers = [
        {"class_name": "RandomFlip", "config": {}},
        {"class_name": "Resizing", "config": {"height": 4, "width": 5}},
    ]
    assert shapes(keras("Pipeline", {"layers": layers}, PICTURE)) == [(None, 4, 5, 3)]


def test_measured_mean_and_variance_are_not_trained() -> None:
    kind, made = keras("Normalization", {"axis": -1}, value((None, 6)))
    weights = kind.weights(made)
    assert [steps.role for steps in weights] == ["mean", "variance", "count"]
    assert not any(steps.trainable for steps in weights)
    assert count((kind, made)) == 13


def test_given_mean_and_variance_are_no_weights() -> None:
    settings = {"mean": 0.0, "variance": 1.0}
    assert count(keras("Normalization", settings, value((None, 6)))) == 0


@pytest.mark.parametrize(
    ("op", "settings", "wanted"),
    [
        ("CategoryEncoding", {"num_tokens": 9, "output_mode": "multi_hot"}, (None, 9)),
        ("CategoryEncoding", {"num_tokens": 9, "output_mode": "one_hot"}, (None, 6, 9)),
        ("Hashing", {"num_bins": 5}, (None, 6)),
        ("Hashing", {"num_bins": 5, "output_mode": "multi_hot"}, (None, 5)),
        ("Discretization", {"bin_boundaries": [0.0, 1.0]}, (None, 6)),
        (
            "Discretization",
            {"bin_boundaries": [0.0, 1.0], "output_mode": "one_hot"},
            (None, 6, 3),
        ),
        ("IntegerLookup", {"vocabulary": [7, 8, 9]}, (None, 6)),
        (
            "IntegerLookup",
            {"vocabulary": [7, 8, 9], "output_mode": "multi_hot"},
            (None, 4),
        ),
        (
            "StringLookup",
            {"max_tokens": 20, "pad_to_max_tokens": True, "output_mode": "count"},
            (None, 20),
        ),
        ("StringLookup", {"vocabulary_size": 8, "output_mode": "tf_idf"}, (None, 8)),
        ("StringLookup", {"output_mode": "multi_hot"}, (None, None)),
    ],
)
def test_categories_become_codes(op: str, settings: Any, wanted: Any) -> None:
    assert shapes(keras(op, settings, value((None, 6)))) == [wanted]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, (None, None)),
        ({"output_sequence_length": 40}, (None, 40)),
        ({"output_mode": "multi_hot", "vocabulary_size": 99}, (None, 99)),
    ],
)
def test_texts_become_codes(settings: Any, wanted: Any) -> None:
    assert shapes(keras("TextVectorization", settings, value((None,)))) == [wanted]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"frame_length": 256}, (None, 6, 129 * 2)),
        ({"frame_length": 256, "expand_dims": True}, (None, 6, 129, 2)),
        ({"frame_length": 200, "frame_step": 100}, (None, 9, 129 * 2)),
        ({"frame_length": 256, "padding": "same"}, (None, 8, 129 * 2)),
        ({"frame_length": 256, "mode": "stft"}, (None, 6, 258 * 2)),
    ],
)
def test_a_spectrogram_has_a_frame_per_step(settings: Any, wanted: Any) -> None:
    assert shapes(keras("STFTSpectrogram", settings, value((None, 1000, 2)))) == [
        wanted
    ]


def test_a_mel_spectrogram_has_a_band_per_bin() -> None:
    assert shapes(keras("MelSpectrogram", {}, value((None, 16000)))) == [
        (None, 128, 32)
    ]


def test_dropout_says_that_nothing_changes_later() -> None:
    kind, made = keras("Dropout", {"rate": 0.5}, PICTURE)
    [field] = kind.fields(made)
    assert field.value == "0.5"
    assert "later nothing changes" in field.meaning
    assert kind.summary is not None
    assert kind.summary(made) == "50% in training"


def test_masking_says_that_all_features_must_be_equal() -> None:
    kind, made = keras("Masking", {"mask_value": 0.0}, value((None, 5, 2)))
    assert "only where all 2 features equal 0" in kind.fields(made)[0].meaning


def test_python_code_keeps_its_shape_to_itself() -> None:
    settings = {"function": {"class_name": "__lambda__", "config": {"code": "…"}}}
    assert shapes(keras("Lambda", settings, PICTURE)) == [None]
    declared = {**settings, "output_shape": [7, 2]}
    assert shapes(keras("Lambda", declared, PICTURE)) == [(None, 7, 2)]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"batch_shape": [None, 32, 3]}, (None, 32, 3)),
        ({"batch_input_shape": [4, 32, 3]}, (4, 32, 3)),
        ({"shape": [32, 3], "batch_size": 2}, (2, 32, 3)),
    ],
)
def test_inputs_have_the_shape_that_the_file_declares(
    settings: Any, wanted: Any
) -> None:
    assert shapes(keras("InputLayer", settings)) == [wanted]


def test_an_adaptive_activation_keeps_state_that_is_counted_not_trained() -> None:
    settings = {"activation": "quantized_relu", "total_bits": 6, "per_channel": True}
    kind, made = keras("QAdaptiveActivation", settings, value((None, 5)))
    weights = kind.weights(made)
    assert [steps.shape for steps in weights] == [(), (5,), (5,)]
    assert not any(steps.trainable for steps in weights)
    assert count((kind, made)) == 11


def test_learned_slopes_may_be_shared_along_axes() -> None:
    assert count(keras("PReLU", {"shared_axes": [1, 2]}, PICTURE)) == 3
    assert count(keras("PReLU", {}, PICTURE)) == 12 * 10 * 3
