from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.errors import ShapeError
from tests.loaders.kinds.calls import call, shapes, value

SHAPE = (4, 5, 6)


@given(st.integers(-3, 2), st.lists(st.integers(1, 3), max_size=2).map(tuple))
def test_gather_is_numpys_take(axis: int, picked: tuple[int, ...]) -> None:
    wanted = np.take(np.empty(SHAPE), np.zeros(picked, int), axis).shape
    made = call(
        "onnx", "Gather", {"axis": axis}, value(SHAPE), value(picked), version=13
    )
    assert shapes(made) == [wanted]
    indices = np.zeros(picked, int).tolist()
    settings = {"axis": axis, "indices": indices}
    assert shapes(call("onnx", "Gather", settings, value(SHAPE), version=13)) == [
        wanted
    ]


def test_one_picked_element_ends_its_axis() -> None:
    settings = {"axis": 1, "indices": 0}
    kind, made = call("onnx", "Gather", settings, value(SHAPE), version=13)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.shape == (4, 6)
    assert steps.ended[0].reason == "one is picked"


@pytest.mark.parametrize(
    ("batch_dims", "indices", "wanted"),
    [(0, (2, 2), (2, 6)), (0, (7, 1), (7, 5, 6)), (1, (4, 3, 1), (4, 3, 6))],
)
def test_gather_nd_uses_its_last_axis_as_an_index(
    batch_dims: int, indices: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    settings = {"batch_dims": batch_dims}
    made = call("onnx", "GatherND", settings, value(SHAPE), value(indices), version=13)
    assert shapes(made) == [wanted]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_split_cuts_the_pieces_that_the_file_names(pieces: list[int]) -> None:
    given_value = value((2, sum(pieces)))
    settings = {"axis": 1, "split": pieces}
    count = len(pieces)
    made = call("onnx", "Split", settings, given_value, version=13, outputs=count)
    assert shapes(made) == [(2, piece) for piece in pieces]


def test_split_into_equal_pieces_leaves_the_rest_to_the_last() -> None:
    settings = {"axis": 0, "num_outputs": 3}
    made = call("onnx", "Split", settings, value((7,)), version=18, outputs=3)
    assert shapes(made) == [(3,), (3,), (1,)]


def test_pieces_that_do_not_add_up_are_told() -> None:
    settings = {"axis": 0, "split": [2, 3]}
    kind, made = call("onnx", "Split", settings, value((7,)), version=13, outputs=2)
    with pytest.raises(ShapeError, match=r"2 \+ 3 = 5 out of 7"):
        kind.shape(made)


@pytest.mark.parametrize(
    ("op", "settings", "wanted"),
    [
        ("TopK", {"k": [3], "axis": 1}, [(4, 3, 6)] * 2),
        ("TopK", {"axis": 1}, [(4, None, 6)] * 2),
        ("NonZero", {}, [(3, None)]),
        ("Compress", {"axis": 0}, [(None, 5, 6)]),
        ("Compress", {}, [(None,)]),
        ("OneHot", {"depth": 9}, [(4, 5, 6, 9)]),
        ("OneHot", {"depth": 9, "axis": 0}, [(9, 4, 5, 6)]),
        ("CumSum", {}, [SHAPE]),
        ("Trilu", {}, [SHAPE]),
        ("Shape", {}, [(3,)]),
        ("Shape", {"start": 1}, [(2,)]),
        ("Shape", {"start": -1}, [(1,)]),
        ("Size", {}, [()]),
        ("QuantizeLinear", {}, [SHAPE]),
        ("DynamicQuantizeLinear", {}, [SHAPE, (), ()]),
    ],
)
def test_lengths_that_only_a_run_can_tell_stay_open(
    op: str, settings: dict[str, Any], wanted: list[Any]
) -> None:
    made = call("onnx", op, settings, value(SHAPE), version=13)
    assert shapes(made) == wanted


@pytest.mark.parametrize(
    ("start", "limit", "delta"), [(0, 10, 3), (5, 0, -2), (0.0, 1.0, 0.25), (3, 1, 1)]
)
def test_a_range_is_as_long_as_numpys(start: Any, limit: Any, delta: Any) -> None:
    settings = {"start": start, "limit": limit, "delta": delta}
    wanted = np.arange(start, limit, delta).shape
    assert shapes(call("onnx", "Range", settings, version=11)) == [wanted]


def test_a_range_of_computed_ends_has_an_open_length() -> None:
    assert shapes(call("onnx", "Range", {"start": 0}, version=11)) == [(None,)]


@pytest.mark.parametrize(("to", "dtype"), [(1, "float32"), (7, "int64"), (9, "bool")])
def test_a_cast_says_the_new_type(to: int, dtype: str) -> None:
    kind, made = call("onnx", "Cast", {"to": to}, value(SHAPE), version=13)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.dtype == dtype


def test_a_classifier_gives_labels_and_scores() -> None:
    settings = {"classlabels_strings": ["a", "b", "c"], "coefficients": [0.0] * 12}
    made = call(
        "onnx.ai.onnx.ml", "LinearClassifier", settings, value((7, 4)), outputs=2
    )
    assert shapes(made) == [(7,), (7, 3)]


def test_trees_are_counted() -> None:
    settings = {"nodes_treeids": [0, 0, 0, 1, 1, 2], "n_targets": 1}
    kind, made = call(
        "onnx.ai.onnx.ml", "TreeEnsembleRegressor", settings, value((7, 4))
    )
    assert kind.fields(made)[0].value == "3 trees"
    assert shapes((kind, made)) == [(7, 1)]


@pytest.mark.parametrize(
    "op", ["If", "Loop", "Scan", "SequenceAt", "OptionalGetElement"]
)
def test_what_bodies_give_back_is_not_guessed(op: str) -> None:
    made = call("onnx", op, {}, value(SHAPE), version=18, outputs=2)
    assert shapes(made) == [None, None]
