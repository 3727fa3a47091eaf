"""What several layers make of a length, held to trying it out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.axes import Axes, Place
from app.analysis.lengths import Walk
from app.analysis.sees import sees_findings, span_of
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from loaders.kinds._what_if import with_input_lengths
from tests.app.analysis.question_files import save

LONG = 4_000


@st.composite
def stacks(draw):
    """Return layers over time: kind, window, stride, dilation."""
    layers = []
    for _ in range(draw(st.integers(1, 4))):
        size, stride = draw(st.integers(1, 5)), draw(st.integers(1, 3))
        if draw(st.booleans()):
            layers.append(("pool", size, stride, 1))
        else:
            dilation = draw(st.integers(1, 3)) if stride == 1 else 1
            layers.append(("conv", size, stride, dilation))
    return layers


def model_of(stack, length, folder):
    layers = [["InputLayer", "x", [], {"batch_input_shape": [None, length, 2]}]]
    for at, (what, size, stride, dilation) in enumerate(stack):
        before = layers[-1][1]
        shared = {"strides": [stride], "padding": "valid"}
        if what == "pool":
            made = ["MaxPooling1D", f"l{at}", [before], {"pool_size": [size], **shared}]
        else:
            more = {"filters": 2, "kernel_size": [size], "dilation_rate": [dilation]}
            made = ["Conv1D", f"l{at}", [before], {**more, **shared}]
        layers.append(made)
    return read_model(save(layers, folder))


@settings(max_examples=60, deadline=None)
@given(stack=stacks())
def test_the_shortest_length_works_and_one_less_does_not(stack, tmp_path_factory):
    model = model_of(stack, LONG, tmp_path_factory.mktemp("m"))
    [value] = model.graph.nodes["x"].outputs
    shortest = Walk(Axes(ModelIndex(model)), Place(value, 1)).shortest()

    def works(length):
        changed = with_input_lengths(model, {value: (None, length, 2)})
        return not any(node.problem for node in changed.nodes())

    assert shortest is not None
    assert works(shortest)
    assert shortest == 1 or not works(shortest - 1)


@settings(max_examples=60, deadline=None)
@given(stack=stacks())
def test_what_is_seen_is_what_the_windows_touch(stack, tmp_path_factory):
    model = model_of(stack, LONG, tmp_path_factory.mktemp("m"))
    [end] = model.graph.outputs
    touched = {0}
    for _, size, stride, dilation in reversed(stack):
        touched = {
            place * stride + tap * dilation for place in touched for tap in range(size)
        }
    found = span_of(Axes(ModelIndex(model)), Place(end, 1))
    assert found is not None
    _, span = found
    assert span.seen == touched


def test_branches_see_what_both_see(tmp_path):
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 50, 2]}],
        conv("a", "x", 3),
        conv("b", "a", 3),
        conv("c", "x", 7),
        ["Add", "sum", ["b", "c"], {}],
    ]
    model = read_model(save(layers, tmp_path))
    [end] = model.graph.outputs
    found = span_of(Axes(ModelIndex(model)), Place(end, 1))
    assert found is not None
    assert sorted(found[1].seen) == list(range(-3, 4))


def test_padding_moves_what_is_seen_and_cropping_moves_it_back(tmp_path):
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 50, 2]}],
        ["ZeroPadding1D", "pad", ["x"], {"padding": [3, 1]}],
        ["Conv1D", "c", ["pad"], {"filters": 2, "kernel_size": [4]}],
        ["Cropping1D", "cut", ["c"], {"cropping": [2, 0]}],
    ]
    model = read_model(save(layers, tmp_path))
    [end] = model.graph.outputs
    found = span_of(Axes(ModelIndex(model)), Place(end, 1))
    assert found is not None
    assert sorted(found[1].seen) == [-1, 0, 1, 2]


def conv(name, before, size):
    more = {"filters": 2, "kernel_size": [size], "padding": "same"}
    return ["Conv1D", name, [before], more]


def test_nothing_is_said_behind_a_layer_that_sees_everything(tmp_path):
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 50, 2]}],
        ["LayerNormalization", "r", ["x"], {"axis": [1, 2]}],
        conv("c", "r", 3),
    ]
    model = read_model(save(layers, tmp_path))
    [end] = model.graph.outputs
    assert span_of(Axes(ModelIndex(model)), Place(end, 1)) is None


def test_a_window_that_no_memory_holds_is_not_followed(tmp_path):
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 1 << 40, 2]}],
        conv("c", "x", 1 << 39),
    ]
    model = read_model(save(layers, tmp_path))
    [end] = model.graph.outputs
    assert span_of(Axes(ModelIndex(model)), Place(end, 1)) is None


@pytest.mark.parametrize(
    ("size", "padding", "stride", "words"),
    [
        (1, "same", 1, "Step k sees steps 1 to k of the input; the first sees 1 of"),
        (3, "same", 1, "Step k sees steps 1 to k + 1 of the input; the first sees 2"),
        (3, "causal", 1, "Step k sees steps 1 to k of the input"),
        (4, "valid", 2, "Step k sees steps 1 to 2 × k + 2 of the input; the first"),
    ],
)
def test_a_state_makes_all_earlier_steps_seen(size, padding, stride, words, tmp_path):
    more = {"filters": 4, "kernel_size": [size], "padding": padding}
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 96, 3]}],
        ["SimpleRNN", "r", ["x"], {"units": 10, "return_sequences": True}],
        ["Conv1D", "c", ["r"], {**more, "strides": [stride]}],
    ]
    index = ModelIndex(read_model(save(layers, tmp_path)))
    last = list(index.nodes.values())[-1]
    [finding] = sees_findings(Axes(index), last)
    assert finding.text.startswith(words)
