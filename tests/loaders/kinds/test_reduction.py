from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, shapes, value

SHAPE = (2, 3, 4, 5)
AXES = st.sets(st.integers(0, 3), min_size=1).map(sorted)


@given(AXES, st.booleans(), st.booleans())
def test_reductions_end_the_axes_that_numpy_ends(
    axes: list[int], keepdims: bool, from_end: bool
) -> None:
    wanted = np.sum(np.empty(SHAPE), axis=tuple(axes), keepdims=keepdims).shape
    spelled = [axis - 4 for axis in axes] if from_end else axes
    settings = {"axes": spelled, "keepdims": int(keepdims)}
    assert shapes(call("onnx", "ReduceSum", settings, value(SHAPE), version=13)) == [
        wanted
    ]
    settings = {"axis": spelled, "keepdims": keepdims}
    assert shapes(call("keras.ops", "Sum", settings, value(SHAPE))) == [wanted]


def test_what_ends_says_what_was_taken_over_how_many() -> None:
    kind, made = call(
        "onnx",
        "ReduceMean",
        {"axes": [1], "keepdims": 0},
        value((2, 61, 3), "bhc"),
        version=13,
    )
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.ended[0].axis is Axis.HEIGHT
    assert steps.ended[0].reason == "the mean over 61 rows"


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, (1, 1, 1, 1)),
        ({"noop_with_empty_axes": 1}, SHAPE),
        ({"keepdims": 0}, ()),
    ],
)
def test_without_axes_everything_ends_unless_the_file_says_nothing_does(
    settings: dict[str, Any], wanted: Any
) -> None:
    assert shapes(call("onnx", "ReduceSum", settings, value(SHAPE), version=13)) == [
        wanted
    ]


def test_axes_that_are_computed_leave_the_shape_open() -> None:
    made = call("onnx", "ReduceSum", {}, value(SHAPE), value((1,)), version=13)
    assert shapes(made) == [None]


def test_an_axis_that_is_not_there_is_told() -> None:
    kind, made = call("onnx", "ReduceMax", {"axes": [4]}, value(SHAPE), version=13)
    with pytest.raises(ShapeError, match="axis 4; its input has 4 axes"):
        kind.shape(made)


@pytest.mark.parametrize(("keepdims", "wanted"), [(1, (2, 1, 4, 5)), (0, (2, 4, 5))])
def test_places_of_the_largest_are_whole_numbers(keepdims: int, wanted: Any) -> None:
    settings = {"axis": 1, "keepdims": keepdims}
    kind, made = call("onnx", "ArgMax", settings, value(SHAPE), version=13)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.shape == wanted
    assert steps.dtype == "int64"
