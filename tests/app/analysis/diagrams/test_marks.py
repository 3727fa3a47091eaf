"""The marked numbers of an input make the marked numbers of the output, no others.

Each operation is done by numpy; then every number of the input is changed in turn.
"""

import itertools

import numpy as np
import pytest

from app.analysis.diagrams import drawn
from app.analysis.diagrams._case import Case
from loaders.ir.diagram import Blocks
from tests.loaders.kinds.calls import call, keras, value
from tests.loaders.kinds.onnx_calls import call_of
from viewers.diagrams.following import can_follow, moved


def places(block):
    """Return the marked places of an array."""
    spans = []
    for edge in block.edges:
        stop = edge.length if edge.last is None else edge.last + 1
        around = edge.before
        spans.append(range(edge.first + around, stop + around, edge.step))
    return set(itertools.product(*spans))


def softmax(x, axis):
    shifted = np.exp(x - x.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def normalized(x, axes):
    mean = x.mean(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(x.var(axis=axes, keepdims=True) + 1e-3)


def grouped(x, groups):
    """Normalize groups of channels of (batch, place, channel)."""
    parts = x.reshape(*x.shape[:-1], groups, -1)
    return normalized(parts, (1, 3)).reshape(x.shape)


def to_depth(x, b):
    n, c, h, w = x.shape
    parts = x.reshape(n, c, h // b, b, w // b, b).transpose(0, 3, 5, 1, 2, 4)
    return parts.reshape(n, c * b * b, h // b, w // b)


def to_space(x, b):
    n, c, h, w = x.shape
    parts = x.reshape(n, b, b, c // b**2, h, w).transpose(0, 3, 4, 1, 5, 2)
    return parts.reshape(n, c // b**2, h * b, w * b)


def onnx(op, shape, settings=None, constants=None):
    return call_of(op, [list(shape)], settings or {}, constants or {})


def pictures(op, shape, settings):
    return call("onnx", op, settings, value(shape, "bchw"), version=17)


def turned(x, pairs):
    """Turn pairs of numbers by 0.7, 1.7 … for each step."""
    out = x.copy()
    for one, other in pairs:
        angle = 0.7 + np.arange(x.shape[-2])
        a, b = x[..., one], x[..., other]
        out[..., one] = np.cos(angle) * a - np.sin(angle) * b
        out[..., other] = np.sin(angle) * a + np.cos(angle) * b
    return out


WHOLE = np.int64
X = value((4, 4))
CASES = {
    "softmax": (onnx("Softmax", (3, 4, 5), {"axis": 1}), lambda x: softmax(x, 1)),
    "mean": (
        onnx("ReduceMean", (3, 4, 5), {"axes": [1], "keepdims": 0}),
        lambda x: x.mean(axis=1),
    ),
    "sum, axes kept": (
        onnx("ReduceSum", (3, 4), {"keepdims": 1}, {1: WHOLE([0])}),
        lambda x: x.sum(axis=0, keepdims=True),
    ),
    "dense": (
        keras("Dense", {"units": 3}, value((2, 4, 5), "btf")),
        lambda x: x @ np.arange(1, 16).reshape(5, 3),
    ),
    "maxout": (
        keras(
            "MaxoutDense",
            {"output_dim": 3, "nb_feature": 2},
            value((None, 5), "bf"),
            version=1,
        ),
        lambda x: np.max(x @ np.linspace(-1, 1, 30).reshape(2, 5, 3), axis=0),
    ),
    "highway": (
        keras("Highway", {}, value((None, 4), "bf"), version=1),
        lambda x: (lambda gate: gate * (x @ (np.eye(4) + 1)) + (1 - gate) * x)(
            1 / (1 + np.exp(-(x @ np.ones((4, 4)))))
        ),
    ),
    "pairs in halves": (
        call("onnx", "RotaryEmbedding", {"num_heads": 2}, value((None, 3, 8)), X, X),
        lambda x: turned(x, [[0, 2], [1, 3], [4, 6], [5, 7]]),
    ),
    "neighbours as pairs": (
        call("onnx", "RotaryEmbedding", {"interleaved": 1}, value((None, 2, 3, 4)), X),
        lambda x: turned(x, [[0, 1], [2, 3]]),
    ),
    "product with weights": (
        call("onnx", "MatMul", {}, value((2, 3, 4)), weights={"kernel": (4, 5)}),
        lambda x: x @ np.arange(1, 21).reshape(4, 5),
    ),
    "layer normalization": (
        keras("LayerNormalization", {}, value((2, 3, 4), "btf")),
        lambda x: normalized(x, (2,)),
    ),
    "batch normalization": (
        keras("BatchNormalization", {}, value((2, 3, 4), "btc")),
        lambda x: normalized(x, (0, 1)),
    ),
    "group normalization": (
        keras("GroupNormalization", {"groups": 2}, value((2, 3, 4), "btc")),
        lambda x: grouped(x, 2),
    ),
    "pad": (
        onnx("Pad", (3, 4), {}, {1: WHOLE([1, 0, 2, 3])}),
        lambda x: np.pad(x, ((1, 2), (0, 3))),
    ),
    "crop": (
        keras("Cropping1D", {"cropping": [1, 2]}, value((None, 6, 3), "btc")),
        lambda x: x[..., 1:-2],
    ),
    "slice": (
        onnx(
            "Slice",
            (8, 5),
            {},
            {1: WHOLE([1, -3]), 2: WHOLE([7, 5]), 3: WHOLE([0, 1]), 4: WHOLE([3, 1])},
        ),
        lambda x: x[1:7:3, -3:],
    ),
    "center crop": (
        keras("CenterCrop", {"height": 2, "width": 3}, value((None, 5, 4, 1), "bhwc")),
        lambda x: x[:, 1:3, 0:3],
    ),
    "slice of keras": (
        call(
            "keras.ops",
            "Slice",
            {"start_indices": [1, 2], "shape": [3, 2]},
            value((6, 5), "??"),
        ),
        lambda x: x[1:4, 2:4],
    ),
    "slice backwards": (
        onnx(
            "Slice",
            (8,),
            {},
            {1: WHOLE([6]), 2: WHOLE([0]), 3: WHOLE([0]), 4: WHOLE([-2])},
        ),
        lambda x: x[6:0:-2],
    ),
    "tile": (
        onnx("Tile", (2, 3), {}, {1: WHOLE([3, 1])}),
        lambda x: np.tile(x, (3, 1)),
    ),
    "expand": (
        onnx("Expand", (3, 1), {}, {1: WHOLE([2, 1, 4])}),
        lambda x: np.broadcast_to(x, (2, 3, 4)),
    ),
    "up-sampling": (
        keras("UpSampling1D", {"size": 3}, value((None, 4, 2), "btc")),
        lambda x: np.repeat(x, 3, axis=1),
    ),
    "repeat": (
        keras("RepeatVector", {"n": 3}, value((None, 4), "bf")),
        lambda x: np.repeat(x[None], 3, axis=0),
    ),
    "space to depth": (
        pictures("SpaceToDepth", (1, 3, 4, 6), {"blocksize": 2}),
        lambda x: to_depth(x[None], 2)[0],
    ),
    "depth to space": (
        pictures("DepthToSpace", (1, 8, 2, 3), {"blocksize": 2}),
        lambda x: to_space(x[None], 2)[0],
    ),
    "global pooling": (
        keras("GlobalAveragePooling1D", {}, value((None, 5, 3), "btc")),
        lambda x: x.mean(axis=1),
    ),
    "letters": (
        call("onnx", "Einsum", {"equation": "abc->ca"}, value((2, 3, 4), "???")),
        lambda x: np.einsum("abc->ca", x),
    ),
}


FOLLOWED = {
    "softmax",
    "sum, axes kept",
    "dense",
    "highway",
    "maxout",
    "layer normalization",
    "batch normalization",
    "global pooling",
    "letters",
}
"""Drawings whose marks can be moved to every number of the output."""


def diagram_of(name):
    kind, given = CASES[name][0]
    found = drawn(kind.id, Case(given, tuple(kind.shape(given))))
    assert isinstance(found.diagram, Blocks)
    return found.diagram


@pytest.mark.parametrize("name", CASES)
def test_marked_numbers_make_the_marked_numbers(name):
    diagram = diagram_of(name)
    try_out(diagram.inputs[0], diagram.result, CASES[name][1])


def test_marks_follow_where_that_is_true():
    assert {name for name in CASES if can_follow(diagram_of(name))} == FOLLOWED


@pytest.mark.parametrize("name", sorted(FOLLOWED))
def test_moved_marks_make_what_they_point_at(name):
    diagram = diagram_of(name)
    places = {
        edge.label: edge.length - 1
        for edge in diagram.result.edges
        if edge.last == edge.first
    }
    block, result = moved(diagram.inputs[0], places), moved(diagram.result, places)
    assert result != diagram.result
    try_out(block, result, CASES[name][1])


def try_out(block, result, operation):
    """Change each number of the input in turn, and see what that changes."""
    shape = tuple(edge.length for edge in block.edges)
    numbers = np.random.default_rng(7).normal(size=shape)
    before = operation(numbers)
    lengths = tuple(e.length + e.before + e.after for e in result.edges)
    assert before.shape == lengths
    marked, made = places(block), places(result)
    assert marked
    assert made
    for place in np.ndindex(*shape):
        changed = numbers.copy()
        changed[place] += 0.5
        touched = {tuple(at) for at in np.argwhere(operation(changed) != before)}
        assert bool(touched & made) == (place in marked), place
