import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, keras, shapes, value

LENGTHS = st.lists(st.sampled_from([1, 2, 3]), max_size=4).map(tuple)


@given(LENGTHS, LENGTHS)
def test_two_shapes_meet_as_in_numpy(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    sides = [value(one, "?" * len(one), "a"), value(other, "?" * len(other), "b")]
    kind, made = call("onnx", "Mul", {}, *sides, version=14)
    try:
        wanted = np.broadcast_shapes(one, other)
    except ValueError:
        with pytest.raises(ShapeError):
            kind.shape(made)
        return
    assert shapes((kind, made)) == [wanted]


@given(st.lists(LENGTHS, min_size=1, max_size=4))
def test_many_shapes_meet_as_in_numpy(given_shapes: list[tuple[int, ...]]) -> None:
    sides = [value(shape, "?" * len(shape)) for shape in given_shapes]
    kind, made = call("onnx", "Sum", {}, *sides, version=13)
    try:
        wanted = np.broadcast_shapes(*given_shapes)
    except ValueError:
        with pytest.raises(ShapeError):
            kind.shape(made)
        return
    assert shapes((kind, made)) == [wanted]


@given(LENGTHS, LENGTHS)
def test_sources_are_axes_of_the_first_input(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    sides = [value(one, "?" * len(one)), value(other, "?" * len(other))]
    kind, made = call("onnx", "Add", {}, *sides, version=14)
    try:
        [steps] = kind.shape(made)
    except ShapeError:
        return
    assert steps is not None
    sources = [step.source for step in steps.axes if step.source is not None]
    assert sources == list(range(len(one)))


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (("batch", 5), ("batch", 5), ("batch", 5)),
        (("batch", 5), (1, 5), ("batch", 5)),
        (("batch", 5), (7, 5), (7, 5)),
        (("batch", 5), ("rows", 5), (None, 5)),
        ((None, 5), (3, 1), (3, 5)),
        ((None, 1), (None, 5), (None, 5)),
    ],
)
def test_open_lengths_are_passed_on_and_never_guessed(
    one: tuple[object, ...], other: tuple[object, ...], wanted: tuple[object, ...]
) -> None:
    sides = [value(one), value(other)]  # type: ignore[arg-type]
    assert shapes(call("onnx", "Add", {}, *sides, version=14)) == [wanted]


def test_a_constant_takes_part() -> None:
    made = call(
        "onnx", "Add", {}, value((2, 5)), version=14, weights={"bias": (7, 1, 5)}
    )
    assert shapes(made) == [(7, 2, 5)]


def test_the_side_that_is_stretched_is_named() -> None:
    sides = [value((2, 8, 5), "btf", "wide"), value((2, 1, 5), "btf", "narrow")]
    kind, made = call("keras", "Multiply", {}, *sides)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.axes[1].meaning == (
        "the second input (narrow) has length 1 here, stretched to 8"
    )


def test_keras_leaves_a_length_open_if_one_branch_does() -> None:
    sides = [value((None, None, 6)), value((None, 5, 6))]
    assert shapes(keras("Add", {}, *sides)) == [(None, None, 6)]


def test_keras_never_aligns_the_batch_with_another_axis() -> None:
    sides = [value((None, 4, 5, 6)), value((None, 6))]
    assert shapes(keras("Add", {}, *sides)) == [(None, 4, 5, 6)]


def test_branches_that_do_not_add_up_say_why_and_what_helps() -> None:
    sides = [
        value((None, 400, 512), "btc", "block_2"),
        value((None, 800, 1024), "btc", "x"),
    ]
    kind, made = keras("Add", {}, *sides)
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    error = caught.value
    assert "None × 400 × 512 from block_2" in error.what
    assert "None × 800 × 1,024 from x" in error.what
    assert "400 and 800 must be equal" in error.what
    assert "kernel 1, stride 2 and 512 filters on the branch from x" in error.advice


def test_branches_that_lost_different_borders_are_told_to_pad() -> None:
    sides = [value((None, 26, 26, 8), "bhwc"), value((None, 28, 28, 8), "bhwc")]
    kind, made = keras("Add", {}, *sides)
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    assert "padding same" in caught.value.advice


def test_branches_with_other_channels_are_told_to_use_one_by_one() -> None:
    sides = [
        value((None, 28, 28, 64), "bhwc", "conv"),
        value((None, 28, 28, 16), "bhwc", "skip"),
    ]
    kind, made = keras("Add", {}, *sides)
    with pytest.raises(ShapeError) as caught:
        kind.shape(made)
    assert caught.value.advice == (
        "Put a convolution of kernel 1 × 1, stride 1 and 64 filters on the branch "
        "from skip."
    )


def test_an_unknown_rank_stays_unknown() -> None:
    assert shapes(keras("Add", {}, value((2, 3)), value(None))) == [None]


def test_axes_keep_their_names_through_an_addition() -> None:
    sides = [value((2, 8, 5), "btf"), value((5,), "?")]
    kind, made = call("onnx", "Add", {}, *sides, version=14)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.names == (Axis.BATCH, Axis.TIME, Axis.FEATURE)
