"""Operations between layers, held to what Keras says of them (``keras_ops.json``)."""

import json
from pathlib import Path
from typing import Any

import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, shapes, value

ROWS = json.loads((Path(__file__).parent / "keras_ops.json").read_text("utf-8"))


def made(row: dict[str, Any]) -> Any:
    inputs = []
    for index, (shape, dtype) in enumerate(row["inputs"]):
        given = value(shape, name=f"v{index}")
        inputs.append(type(given)(**{**_fields(given), "dtype": dtype}))
    outputs = len(row["outputs"])
    return call("keras.ops", row["op"], row["settings"], *inputs, outputs=outputs)


def _fields(given: Any) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.__struct_fields__}


@pytest.mark.parametrize("row", ROWS, ids=[row["op"] for row in ROWS])
def test_an_operation_has_the_shape_that_keras_gives_it(row: dict[str, Any]) -> None:
    assert shapes(made(row)) == [tuple(shape) for shape in row["outputs"]]


@pytest.mark.parametrize("row", ROWS, ids=[row["op"] for row in ROWS])
def test_an_operation_has_the_type_that_keras_gives_it(row: dict[str, Any]) -> None:
    kind, given = made(row)
    first = given.inputs[0].dtype
    found = [steps.dtype or first for steps in kind.shape(given) if steps]
    assert found == row["dtypes"]


def test_a_picked_index_ends_its_axis() -> None:
    bounds = {"start": None, "stop": None, "step": None}
    key = [{"class_name": "__slice__", "config": bounds}, -1]
    kind, given = call(
        "keras.ops", "GetItem", {"args": [None, key]}, value((None, 7, 3), "btf")
    )
    [steps] = kind.shape(given)
    assert steps is not None
    assert steps.shape == (None, 3)
    assert steps.ended[0].axis is Axis.TIME
    assert steps.ended[0].reason == "the last one is picked"


def test_an_index_behind_the_end_is_told() -> None:
    kind, given = call(
        "keras.ops", "GetItem", {"args": [None, [0, 9]]}, value((2, 7, 3))
    )
    with pytest.raises(ShapeError, match="index 9 of axis 1, which has 7"):
        kind.shape(given)


def test_an_index_that_is_computed_leaves_the_shape_open() -> None:
    inputs = [value((2, 7, 3)), value((4,))]
    made_call = call("keras.ops", "GetItem", {"args": [None, [None]]}, *inputs)
    assert shapes(made_call) == [None]


@pytest.mark.parametrize(
    ("op", "settings", "wanted"),
    [
        (
            "TensorFlowOpLayer",
            {"node_def": {"op": "Transpose"}, "constants": {"1": [0, 2, 1]}},
            (None, 4, 5),
        ),
        (
            "TensorFlowOpLayer",
            {"node_def": {"op": "AddV2"}, "constants": {"1": 1.0}},
            (None, 5, 4),
        ),
        (
            "TFOpLambda",
            {"function": "math.reduce_mean", "axis": [1, 2], "keepdims": True},
            (None, 1, 1),
        ),
        ("TFOpLambda", {"function": "reshape", "shape": [-1, 20]}, (None, 20)),
        (
            "SlicingOpLambda",
            {
                "function": "__operators__.getitem",
                "slice_spec": [{"start": None, "stop": None, "step": None}, 0],
            },
            (None, 4),
        ),
        ("TFOpLambda", {"function": "image.non_max_suppression"}, None),
    ],
)
def test_tensorflow_functions_are_read_as_what_they_are(
    op: str, settings: dict[str, Any], wanted: Any
) -> None:
    made_call = call("keras", op, settings, value((None, 5, 4)), version=2)
    assert shapes(made_call) == [wanted]
