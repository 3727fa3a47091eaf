import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, keras, shapes, value


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.integers(0, 2),
    st.booleans(),
)
def test_concatenation_is_numpys(lengths: list[int], axis: int, from_end: bool) -> None:
    def one(length: int) -> tuple[int, ...]:
        shape = [2, 3, 4]
        shape[axis] = length
        return tuple(shape)

    given_shapes = [one(length) for length in lengths]
    wanted = np.concatenate([np.empty(shape) for shape in given_shapes], axis).shape
    settings = {"axis": axis - 3 if from_end else axis}
    values = [value(shape) for shape in given_shapes]
    assert shapes(call("onnx", "Concat", settings, *values, version=13)) == [wanted]
    assert shapes(keras("Concatenate", settings, *values)) == [wanted]


def test_a_concatenation_shows_the_sum() -> None:
    sides = [value((None, 32)), value((None, 64)), value((None, 5))]
    kind, made = keras("Concatenate", {"axis": -1}, *sides)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.axes[-1].numbers == "32 + 64 + 5"
    assert steps.axes[-1].result == 101


def test_other_axes_must_be_equal() -> None:
    sides = [value((None, 8, 3), name="left"), value((None, 7, 3), name="right")]
    kind, made = keras("Concatenate", {"axis": -1}, *sides)
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    assert "axis 1 is 8 in left" in caught.value.what
    assert "7 in right" in caught.value.what


def test_a_constant_is_one_of_the_inputs_of_concat() -> None:
    made = call(
        "onnx",
        "Concat",
        {"axis": 1},
        value((2, 3)),
        version=13,
        weights={"weight": (2, 4)},
    )
    assert shapes(made) == [(2, 7)]


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("sum", (None, 5, 6)),
        ("mul", (None, 5, 6)),
        ("ave", (None, 5, 6)),
        ("max", (None, 5, 6)),
        ("concat", (None, 5, 12)),
        ("dot", (None, 5, 5)),
        ("cos", (None, 5, 5)),
    ],
)
def test_every_mode_of_merge_of_keras_1_is_known(
    mode: str, wanted: tuple[object, ...]
) -> None:
    sides = [value((None, 5, 6)), value((None, 5, 6))]
    assert shapes(keras("Merge", {"mode": mode}, *sides, version=1)) == [wanted]


def test_a_merge_by_python_code_stays_open() -> None:
    settings = {"mode": "<lambda>", "mode_type": "lambda"}
    sides = [value((None, 5)), value((None, 5))]
    assert shapes(keras("Merge", settings, *sides, version=1)) == [None]


def test_a_dot_says_what_is_summed() -> None:
    kind, made = keras("Dot", {"axes": 2}, value((None, 5, 6)), value((None, 7, 6)))
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.shape == (None, 5, 7)
    assert steps.ended[0].reason == "products are summed over 6 pairs"
    assert kind.multiply_adds(made, [steps]) == 5 * 7 * 6


def test_a_dot_of_vectors_has_one_number() -> None:
    sides = [value((None, 6)), value((None, 6))]
    assert shapes(keras("Dot", {"axes": 1}, *sides)) == [(None, 1)]


def test_a_dot_over_different_lengths_is_told() -> None:
    kind, made = keras("Dot", {"axes": 1}, value((None, 6)), value((None, 7)))
    with pytest.raises(ShapeError, match="6 and 7 must be equal"):
        kind.shape(made)


def test_names_of_axes_survive_a_concatenation() -> None:
    sides = [value((2, 8, 3), "btc"), value((2, 8, 3), "btc")]
    kind, made = keras("Concatenate", {}, *sides)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.names == (Axis.BATCH, Axis.TIME, Axis.CHANNEL)


def test_a_constant_of_unknown_length_leaves_the_sum_open() -> None:
    made = call(
        "onnx",
        "Concat",
        {"axis": 0},
        value((3,)),
        version=13,
        weights={"weight": (-1,)},
    )
    assert shapes(made) == [(None,)]
