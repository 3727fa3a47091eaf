"""The settings worth a place on a box."""

import pytest

from loaders.ir.graph import Node
from viewers.drawing.telling import telling


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"kernel_size": [3, 3], "strides": [1, 1], "padding": "valid"}, ["3 × 3"]),
        (
            {"padding": "same", "strides": [2, 2], "kernel_size": [7, 7]},
            ["7 × 7", "stride 2", "same"],
        ),
        ({"strides": [2, 1]}, ["stride 2 × 1"]),
        ({"rate": 0.25}, ["rate 0.25"]),
        ({"axis": [-1]}, ["axis \u22121"]),
        ({"order": [0, 2, 1, 3]}, ["order 0, 2, 1, 3"]),
        ({"axes": list(range(20))}, []),
        ({"kernel_size": None, "strides": "odd", "rate": True, "axis": "x"}, []),
        ({}, []),
    ],
)
def test_what_is_not_usual_is_told(attributes, words):
    node = Node(id="n", op="Op", dialect="keras", attributes=attributes)
    assert telling(node) == words


def test_no_more_than_fit_in_a_line():
    attributes = {
        "kernel_size": [3],
        "strides": [2],
        "dilation": [4],
        "groups": 8,
        "padding": "causal",
    }
    node = Node(id="n", op="Op", dialect="keras", attributes=attributes)
    assert telling(node) == ["3", "stride 2", "dilation 4"]


def test_words_of_the_file_are_harmless():
    attributes = {"padding": "\u202ea\nb"}
    node = Node(id="n", op="Op", dialect="keras", attributes=attributes)
    [word] = telling(node)
    assert "\n" not in word
    assert "\u202e" not in word
