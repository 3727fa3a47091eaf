"""What places see of the input, held to following every number forward."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, save_model

from app.analysis.axes import Axes, Place
from app.analysis.sees import sees_findings, span_of
from app.analysis.spans import NEAREST, between, scaled_look
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from tests.app.analysis.question_files import save

LENGTH = 40


@st.composite
def layers_over_time(draw):
    """Return layers: what, window, stride, padding."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        what = draw(st.sampled_from(["conv", "pool", "up", "written"]))
        size, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
        padding = draw(st.sampled_from(["valid", "same"]))
        found.append((what, size, stride, padding))
    return found


def written(layers, name="x", length=LENGTH):
    """Return the layers as a Keras description has them."""
    found = [["InputLayer", name, [], {"batch_input_shape": [None, length, 2]}]]
    for at, (what, size, stride, padding) in enumerate(layers):
        before = [found[-1][1]]
        shared = {"strides": [stride], "padding": padding}
        kernel = {"filters": 2, "kernel_size": [size], **shared}
        spelled = {
            "conv": ["Conv1D", kernel],
            "pool": ["AveragePooling1D", {"pool_size": [size], **shared}],
            "up": ["UpSampling1D", {"size": size}],
            "written": ["Conv1DTranspose", kernel],
        }
        op, config = spelled[what]
        found.append([op, f"l{at}", before, config])
    return found


def forward(layers, length):
    """Return, for each number of the output, which of the input it is made of."""
    seen = [{at} for at in range(length)]
    for what, size, stride, padding in layers:
        n = len(seen)
        if what == "up":
            seen = [seen[at // size] for at in range(n * size)]
        elif what == "written":
            whole = [set() for _ in range((n - 1) * stride + max(size, stride))]
            for at in range(n):
                for tap in range(size):
                    whole[at * stride + tap] |= seen[at]
            cut = max(size - stride, 0) // 2 if padding == "same" else 0
            count = n * stride if padding == "same" else len(whole)
            seen = whole[cut : cut + count]
        else:
            count = -(-n // stride)
            extra = max((count - 1) * stride + size - n, 0)
            before = extra // 2
            if padding == "valid":
                count, before = (n - size) // stride + 1, 0
            places = [at * stride - before for at in range(max(count, 0))]
            seen = [
                set().union(*(seen[k] for k in range(at, at + size) if 0 <= k < n))
                for at in places
            ]
    return seen


@settings(max_examples=150, deadline=None)
@given(layers=layers_over_time())
def test_places_see_what_reaches_them(layers, tmp_path_factory):
    expected = forward(layers, LENGTH)
    if not expected:
        return
    model = read_model(save(written(layers), tmp_path_factory.mktemp("m")))
    [end] = model.graph.outputs
    axes = Axes(ModelIndex(model))
    assert axes.length(Place(end, 1)) == len(expected)
    found = span_of(axes, Place(end, 1))
    if found is None:  # some numbers are made of nothing
        assert any(set() in forward(layers[at:], LENGTH) for at in range(len(layers)))
        return
    look = found[1].look
    # Near the ends an inner padding is seen, which no number of the input reaches.
    inner = [
        place
        for place in range(len(expected))
        if look.at(place) and 0 <= min(look.at(place)) <= max(look.at(place)) < LENGTH
    ]
    for place in inner:
        assert expected[place] <= look.at(place)
    assert all(seen <= look.at(place) for place, seen in enumerate(expected))
    middle = [p for p in inner if 12 <= min(look.at(p)) <= max(look.at(p)) < 28]
    for place in middle:
        assert expected[place] == look.at(place)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([*NEAREST, "linear"]),
)
def test_stretched_axes_take_what_lies_at_their_places(over, under, centred, how):
    scale = Fraction(over, under)
    look = scaled_look(scale, centred, NEAREST.get(how, between))
    for place in range(3 * over):
        x = (place + 0.5) * under / over - 0.5 if centred else place * under / over
        x = round(x, 9)
        expected = {
            "floor": {np.floor(x)},
            "ceil": {np.ceil(x)},
            "round_prefer_floor": {np.ceil(x - 0.5)},
            "round_prefer_ceil": {np.floor(x + 0.5)},
            "linear": {np.floor(x), np.ceil(x)},
        }[how]
        assert look.at(place) == expected


def findings(layers, folder):
    """Return what is said of the last layer."""
    index = ModelIndex(read_model(save(layers, folder)))
    return [one.text for one in sees_findings(Axes(index), [*index.nodes.values()][-1])]


def test_up_sampling_is_told_with_how_far_the_next_look_lies(tmp_path):
    layers = written([("up", 2, 1, "same"), ("conv", 3, 1, "same")])
    assert findings(layers, tmp_path) == [
        "Each of the 80 steps sees 2 steps of the input; the one 2 further on sees "
        "what is 1 further on."
    ]


def test_branches_of_different_strides_see_what_both_see(tmp_path):
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 40, 2]}],
        ["Conv1D", "down", ["x"], conv(3, 2)],
        ["UpSampling1D", "up", ["down"], {"size": 2}],
        ["Conv1D", "stay", ["x"], conv(1, 1)],
        ["Concatenate", "both", ["up", "stay"], {"axis": -1}],
    ]
    [text] = findings(layers, tmp_path)
    assert text == (
        "Each of the 40 steps sees 3 steps of the input; the one 2 further on sees "
        "what is 2 further on."
    )


def conv(size, stride):
    return {
        "filters": 2,
        "kernel_size": [size],
        "strides": [stride],
        "padding": "same",
    }


TEXT = ["InputLayer", "x", [], {"batch_input_shape": [None, 9, 4]}]
LSTM = {"class_name": "LSTM", "config": {"units": 3, "return_sequences": True}}
HEADS = {"num_heads": 2, "key_dim": 4}


def test_a_layer_that_reads_both_ways_sees_everything(tmp_path):
    layers = [TEXT, ["Bidirectional", "b", ["x"], {"layer": LSTM}]]
    assert findings(layers, tmp_path) == [
        "Each of the 9 steps sees all 9 steps of the input."
    ]


def test_directions_that_stay_apart_do_not_see_everything(tmp_path):
    settings = {"layer": LSTM, "merge_mode": None}
    layers = [TEXT, ["Bidirectional", "b", ["x"], settings]]
    assert findings(layers, tmp_path) == []


def test_attention_sees_everything_that_its_windows_reach(tmp_path):
    layers = [
        TEXT,
        ["Conv1D", "c", ["x"], {"filters": 4, "kernel_size": [3]}],
        ["Attention", "a", ["c", "c"], {}],
        ["Conv1D", "d", ["a"], conv(3, 1)],
    ]
    assert findings(layers, tmp_path) == [
        "Each of the 7 steps sees all 9 steps of the input."
    ]


def test_everything_is_not_all_where_a_stride_leaves_steps_out(tmp_path):
    layers = [
        TEXT,
        ["Conv1D", "c", ["x"], {"filters": 4, "kernel_size": [2], "strides": [2]}],
        ["Attention", "a", ["c", "c"], {}],
    ]
    assert findings(layers, tmp_path) == []
    layers[0] = ["InputLayer", "x", [], {"batch_input_shape": [None, 8, 4]}]
    assert findings(layers, tmp_path) == [
        "Each of the 4 steps sees all 8 steps of the input."
    ]


def test_attention_that_looks_back_only_sees_what_came_before(tmp_path):
    layers = [TEXT, ["Attention", "a", ["x", "x"], {"causal": True}]]
    [text] = findings(layers, tmp_path)
    assert text.startswith("Step k sees steps 1 to k of the input; the first sees 1 of")


def test_attention_between_two_inputs_is_not_told_of_one(tmp_path):
    layers = [
        TEXT,
        ["InputLayer", "y", [], {"batch_input_shape": [None, 9, 4]}],
        ["Attention", "a", ["x", "y"], {}],
    ]
    assert findings(layers, tmp_path) == []


@pytest.mark.parametrize("keepdims", [True, False])
def test_squeeze_and_excite_lets_every_position_see_everything(keepdims, tmp_path):
    layers = [
        ["InputLayer", "x", [], {"batch_input_shape": [None, 8, 6, 4]}],
        ["Conv2D", "c", ["x"], {"filters": 4, "kernel_size": 3, "padding": "same"}],
        ["GlobalAveragePooling2D", "mean", ["c"], {"keepdims": keepdims}],
        ["Reshape", "one", ["mean"], {"target_shape": [1, 1, 4]}],
        ["Dense", "gate", ["one"], {"units": 4, "activation": "sigmoid"}],
        ["Multiply", "m", ["c", "gate"], {}],
    ]
    assert findings(layers, tmp_path) == [
        "Each of the 8 × 6 positions sees all 8 × 6 positions of the input."
    ]


def onnx_findings(nodes, shape, folder, result, opset=17):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, result)],
        [
            helper.make_tensor("w", TensorProto.FLOAT, (2, 2, 3, 3), [0.0] * 36),
            helper.make_tensor("pads", TensorProto.INT64, (8,), [0, 0, 1, 1] * 2),
            helper.make_tensor("scales", TensorProto.FLOAT, (4,), [1, 1, 2, 2]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    save_model(model, folder / "m.onnx")
    index = ModelIndex(read_model(folder / "m.onnx"))
    return [one.text for one in sees_findings(Axes(index), [*index.nodes.values()][-1])]


CONV = helper.make_node("Conv", ["p", "w"], ["y"], "conv")


def test_a_pad_around_a_window_takes_nothing_away(tmp_path):
    nodes = [helper.make_node("Pad", ["x", "pads"], ["p"], "pad"), CONV]
    assert onnx_findings(nodes, (1, 2, 8, 8), tmp_path, (1, 2, 8, 8)) == [
        "Each of the 8 × 8 positions sees a 3 × 3 patch of the input."
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["2 × 2"]),
        ({"mode": "linear"}, ["sees a 3 × 3 patch"]),
        ({"coordinate_transformation_mode": "align_corners"}, []),
        ({"mode": "cubic"}, []),
    ],
)
def test_a_resize_is_told_where_the_file_says_how(settings, expected, tmp_path):
    settings = {"mode": "nearest", **settings}
    nodes = [
        helper.make_node("Resize", ["x", "", "scales"], ["p"], "resize", **settings),
        CONV,
    ]
    found = onnx_findings(nodes, (1, 2, 8, 8), tmp_path, (1, 2, 14, 14))
    assert len(found) == len(expected)
    assert all(words in text for words, text in zip(expected, found, strict=True))
