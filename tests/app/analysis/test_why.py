"""What is said of a layer beyond its own rule, and what is left unsaid."""

import json

import pytest

from app.analysis.why import explain, explain_input
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from loaders.ir.why import Alternative, Why
from tests.app.analysis.question_files import description, save
from tests.app.analysis.torch_files import conv_and_pool


@pytest.fixture
def why(tmp_path):
    def asked(name, *layers):
        index = ModelIndex(read_model(save(list(layers), tmp_path)))
        return explain(index, next(n for n in index.nodes.values() if n.name == name))

    return asked


def source(*sizes):
    return ["InputLayer", "x", [], {"batch_input_shape": [None, *sizes]}]


def conv(name, before, filters=4, size=3, **more):
    settings = {"filters": filters, "kernel_size": [size], **more}
    return ["Conv1D", name, [before], settings]


def test_padding_same_says_what_it_would_give(why):
    found = why("c", source(20, 2), conv("c", "x")).alternatives
    assert found[0] == Alternative(
        change="padding same", meaning=found[0].meaning, shape=(None, 20, 4)
    )


def test_a_bias_less_is_counted(why):
    found = why("c", source(20, 2), conv("c", "x")).alternatives
    [bare] = [one for one in found if one.change == "use_bias = False"]
    assert (bare.shape, bare.parameters) == (None, 4 * 3 * 2)


def test_settings_that_would_not_work_are_not_offered(why):
    found = why("c", source(20, 2), conv("c", "x", size=5)).alternatives
    assert "data_format = channels_first" not in [one.change for one in found]


def test_the_layer_inside_a_wrapper_has_alternatives_too(why):
    inner = {"class_name": "LSTM", "config": {"units": 3}}
    both = ["Bidirectional", "b", ["x"], {"layer": inner}]
    found = why("b", source(9, 2), both).alternatives
    shapes = {one.change: one.shape for one in found}
    assert shapes["return_sequences = True inside"] == (None, 9, 6)
    assert shapes["merge_mode = sum"] == (None, 3)


def test_where_an_axis_comes_from_and_ends(why):
    found = why(
        "c", source(20, 2), conv("c", "x"), ["GlobalMaxPooling1D", "g", ["c"], {}]
    )
    [[batch, time, channel]] = found.paths
    assert (batch.origin, batch.end) == ("", "")
    assert time.origin == "from the input's time (20)"
    assert (
        time.end
        == "ends in g (GlobalMaxPooling1D): one answer per 20 steps of the input"
    )
    assert channel.end == "reaches the output"


def test_axes_are_followed_through_both_sides_of_a_sum(why):
    add = ["Add", "sum", ["a", "b"], {}]
    layers = [source(20, 2), conv("a", "x"), conv("b", "x"), add]
    found = why("b", *layers, ["Flatten", "f", ["sum"], {}])
    assert found.paths[0][1].end == "ends in f (Flatten): all in one row"


def test_a_layer_behind_one_that_breaks_says_which(why):
    layers = [source(4, 2), conv("a", "x", size=9), conv("b", "a")]
    [finding] = why("b", *layers).findings
    assert finding.text == (
        "Unknown because a (Conv1D) before it cannot work as it is."
    )


def test_an_input_whose_length_the_weights_fix_says_so(why):
    layers = [source(8, 2), ["Flatten", "f", ["x"], {}]]
    layers.append(["Reshape", "r", ["f"], {"target_shape": [4, 4]}])
    [finding] = why("x", *layers).findings
    assert finding.text.startswith(
        "This model is made for 8 × 2. With 9 × 3 r would not fit"
    )


def test_strips_of_a_kernel_say_how_to_take_them_out(why):
    picks = why("c", source(20, 2), conv("c", "x")).picks
    assert picks["kernel"] == (
        "weights[:, :, k] is filter k; weights[:, c, k] is its part for input channel "
        "c: 4 × 2 strips of 3."
    )


def test_columns_of_a_recurrent_kernel_are_named_by_gate(why):
    picks = why("r", source(9, 2), ["LSTM", "r", ["x"], {"units": 10}]).picks
    assert picks["kernel"] == (
        "Columns by gate: 0 – 9 input, 10 – 19 forget, 20 – 29 cell candidate, "
        "30 – 39 output."
    )


def test_branches_that_part_nowhere_share_nothing(why):
    layers = [source(9), ["Dense", "a", ["x"], {"units": 3}]]
    layers.append(["Concatenate", "all", ["a", "x"], {}])
    [finding] = why("all", *layers).findings
    assert finding.text == (
        "2 branches: None × 3, None × 9, concatenated to None × 12. Every branch reads "
        "the same 9 features (x)."
    )


def test_an_input_that_is_no_layer_says_how_short_it_may_be(tmp_path):
    settings = {"length": 100, "channels": 4, "filters": 8, "kernel": 5, "stride": 3}
    settings |= {"padding": 2, "dilation": 2, "pool": 2}
    path = tmp_path / "m.onnx"
    path.write_bytes(conv_and_pool(settings).SerializeToString())
    index = ModelIndex(read_model(path))
    found = explain_input(index, index.values["x"])
    assert [path.end for path in found.paths[0]] == [
        "",
        "ends in /conv/Conv",
        "reaches the output",
    ]
    assert found.findings[0].text == (
        "The shortest that fits is 5. Walking back: the input needs 5."
    )


def test_other_values_are_left_to_their_layers(tmp_path):
    index = ModelIndex(read_model(save([source(9), dense("d", "x")], tmp_path)))
    [value] = index.model.graph.outputs
    assert explain_input(index, index.values[value]) == Why()


def dense(name, before):
    return ["Dense", name, [before], {"units": 3}]


def test_axes_are_followed_into_nested_models_and_out_again(why):
    inner = json.loads(description([source(20, 2), conv("c", "x")]))["config"]
    layers = [source(20, 2), ["Functional", "net", ["x"], inner]]
    layers.append(["GlobalMaxPooling1D", "g", ["net"], {}])
    path = why("c", *layers).paths[0][1]
    assert path.origin == "from the input's time (20)"
    assert (
        path.end
        == "ends in g (GlobalMaxPooling1D): one answer per 20 steps of the input"
    )


def test_the_step_axis_is_followed_past_a_wrapped_layer(why):
    inner = {"class_name": "Conv1D", "config": {"filters": 4, "kernel_size": [3]}}
    layers = [source(7, 20, 2), ["TimeDistributed", "t", ["x"], {"layer": inner}]]
    layers.append(["Flatten", "f", ["t"], {}])
    found = why("t", *layers)
    assert [path.origin for path in found.paths[0]] == [
        "",
        "from the input's time (7)",
        "from the input's time (20)",
        "",
    ]


def test_halves_that_are_doubled_again_do_not_fit_every_length(why):
    layers = [source(32, 2), ["MaxPooling1D", "p", ["x"], {"pool_size": [2]}]]
    layers.append(["UpSampling1D", "u", ["p"], {"size": 2}])
    layers.append(["Add", "sum", ["u", "x"], {}])
    texts = {one.label: one.text for one in why("x", *layers).findings}
    assert texts["time"].startswith("The shortest that fits is 2.")
    assert texts["longer ones"] == "Not all fit: with 3 sum could not work."


def test_an_axis_that_goes_on_as_the_query_does_not_end_as_the_key(why):
    settings = {"num_heads": 2, "key_dim": 3}
    layers = [source(9, 4), ["MultiHeadAttention", "m", ["x", "x"], settings]]
    layers.append(["GlobalMaxPooling1D", "g", ["m"], {}])
    found = why("x", *layers).paths[0][1]
    assert found.end == "ends in g (GlobalMaxPooling1D): one answer per 9 steps"
