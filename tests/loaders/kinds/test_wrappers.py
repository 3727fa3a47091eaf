from typing import Any

import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from loaders.kinds import understand
from tests.loaders.kinds.calls import count, keras, shapes, value

SERIES = value((None, 20, 6), "btf")


def inside(name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": name, "config": config}


def test_time_distributed_runs_the_layer_inside_on_each_step() -> None:
    layer = inside("Conv1D", filters=64, kernel_size=16)
    made = keras("TimeDistributed", {"layer": layer}, value((None, 100, 64, 50)))
    assert shapes(made) == [(None, 100, 49, 64)]
    kind, given = made
    [steps] = kind.shape(given)
    assert steps.axes[1].axis is Axis.TIME
    assert steps.axes[1].meaning == "the same layer at each of 100 steps"
    assert [step.source for step in steps.axes] == [0, 1, 2, None]


def test_time_distributed_has_the_weights_of_one_layer() -> None:
    made = keras("TimeDistributed", {"layer": inside("Dense", units=5)}, SERIES)
    assert count(made) == (6 + 1) * 5
    kind, given = made
    assert [steps.role for steps in kind.weights(given)] == ["kernel", "bias"]


def test_time_distributed_costs_the_layer_once_per_step() -> None:
    kind, given = keras("TimeDistributed", {"layer": inside("Dense", units=5)}, SERIES)
    outputs = kind.shape(given)
    assert kind.multiply_adds(given, outputs) == 20 * 6 * 5


def test_what_does_not_fit_inside_is_told_with_the_shape_of_one_step() -> None:
    layer = inside("Conv1D", filters=8, kernel_size=3)
    kind, given = keras("TimeDistributed", {"layer": layer}, value((None, 100, 64)))
    with pytest.raises(ShapeError) as caught:
        kind.shape(given)
    assert "each of 100 steps is 64" in caught.value.what


def test_a_missing_time_axis_is_told() -> None:
    layer = inside("Dense", units=5)
    kind, given = keras("TimeDistributed", {"layer": layer}, value((None, 6)))
    with pytest.raises(ShapeError, match="batch, time"):
        kind.shape(given)


def test_axes_of_the_input_are_named_by_the_layer_inside() -> None:
    layer = inside("Conv1D", filters=8, kernel_size=3)
    kind, given = keras("TimeDistributed", {"layer": layer})
    assert kind.reads is not None
    assert kind.reads(given, 4) == (Axis.BATCH, Axis.TIME, Axis.TIME, Axis.CHANNEL)


def test_both_directions_have_weights_of_their_own() -> None:
    made = keras("Bidirectional", {"layer": inside("LSTM", units=300)}, SERIES)
    assert count(made) == 2 * 4 * 300 * (6 + 300 + 1)
    kind, given = made
    assert [steps.role for steps in kind.weights(given)] == [
        "forward.kernel",
        "forward.recurrent_kernel",
        "forward.bias",
        "backward.kernel",
        "backward.recurrent_kernel",
        "backward.bias",
    ]


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("concat", [(None, 20, 6)]),
        ("sum", [(None, 20, 3)]),
        ("ave", [(None, 20, 3)]),
        ("mul", [(None, 20, 3)]),
        (None, [(None, 20, 3)] * 2),
    ],
)
def test_the_two_directions_are_merged_as_the_file_says(
    mode: str | None, wanted: list[Any]
) -> None:
    layer = inside("GRU", units=3, return_sequences=True)
    made = keras("Bidirectional", {"layer": layer, "merge_mode": mode}, SERIES)
    assert shapes(made) == wanted


def test_side_by_side_shows_its_numbers() -> None:
    kind, given = keras("Bidirectional", {"layer": inside("LSTM", units=300)}, SERIES)
    [steps] = kind.shape(given)
    assert steps.axes[-1].numbers == "2 × 300"
    assert steps.axes[-1].result == 600


def test_states_of_both_directions_follow_the_outputs() -> None:
    layer = inside("LSTM", units=3, return_state=True)
    made = keras("Bidirectional", {"layer": layer}, SERIES)
    assert shapes(made) == [(None, 6)] + [(None, 3)] * 4


def test_a_backward_layer_of_its_own_is_used() -> None:
    settings = {
        "layer": inside("LSTM", units=3),
        "backward_layer": inside("GRU", units=3, reset_after=False),
    }
    made = keras("Bidirectional", settings, SERIES)
    assert count(made) == 4 * 3 * (6 + 3 + 1) + 3 * 3 * (6 + 3 + 1)


@pytest.mark.parametrize(
    ("version", "roles"),
    [
        (3, ["kernel", "vector_u", "bias"]),
        (2, ["kernel", "bias", "vector_u"]),
    ],
)
def test_spectral_normalization_adds_a_vector_that_is_not_trained(
    version: int, roles: list[str]
) -> None:
    settings = {"layer": inside("Dense", units=3)}
    kind, given = keras("SpectralNormalization", settings, SERIES, version=version)
    weights = kind.weights(given)
    assert [steps.role for steps in weights] == roles
    [vector] = [steps for steps in weights if steps.role == "vector_u"]
    assert vector.shape == (1, 3)
    assert not vector.trainable


def test_a_whole_model_inside_is_left_to_its_body() -> None:
    layer = {"class_name": "Functional", "config": {"name": "inner", "layers": []}}
    kind, given = keras("TimeDistributed", {"layer": layer}, SERIES)
    assert given.attributes["layer"]["kind"] == "model"
    assert kind.shape(given) == [None]


def test_a_layer_of_an_unknown_package_inside_is_not_taken_for_a_known_one() -> None:
    layer = {"module": "evil", "class_name": "Dense", "config": {"units": 3}}
    made = keras("TimeDistributed", {"layer": layer}, SERIES)
    assert made[1].attributes["layer"]["kind"] == "unknown"
    assert shapes(made) == [None]


def test_wrappers_that_nest_without_end_are_refused() -> None:
    layer = inside("Dense", units=3)
    for _ in range(100):
        layer = inside("TimeDistributed", layer=layer)
    kind, _attributes, complaint = understand("keras", "Wrapper", {"layer": layer}, 3)
    assert kind is None
    assert "wrapped into each other" in complaint


def test_a_backward_layer_of_its_own_adds_its_own_units() -> None:
    config = {
        "layer": inside("LSTM", units=3, return_sequences=True, return_state=True),
        "backward_layer": inside(
            "GRU", units=5, return_sequences=True, return_state=True
        ),
    }
    made = keras("Bidirectional", config, SERIES)
    states = [(None, 3), (None, 3), (None, 5)]
    assert shapes(made) == [(None, 20, 8), *states]
    kind, given = made
    [main, *_] = kind.shape(given)
    assert main.axes[-1].numbers == "3 + 5"


def test_unmerged_directions_keep_their_own_units() -> None:
    config = {
        "layer": inside("LSTM", units=3),
        "backward_layer": inside("LSTM", units=5),
        "merge_mode": None,
    }
    made = keras("Bidirectional", config, SERIES)
    assert shapes(made) == [(None, 3), (None, 5)]
