"""What is said of layers with windows, where the usual sentence would be untrue."""

import pytest
from onnx import TensorProto, helper

from app.analysis.why import explain
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from tests.app.analysis.question_files import save


@pytest.fixture
def why(tmp_path):
    """Return what is said of one Keras layer after an input."""

    def asked(kind, settings, *sizes):
        source = ["InputLayer", "x", [], {"batch_input_shape": [None, *sizes]}]
        path = save([source, [kind, "layer", ["x"], settings]], tmp_path)
        index = ModelIndex(read_model(path))
        node = next(n for n in index.nodes.values() if n.name == "layer")
        return explain(index, node)

    return asked


@pytest.fixture
def onnx_why(tmp_path):
    """Return what is said of one ONNX operator with a kernel."""

    def asked(op, shape, kernel, **attributes):
        inputs = ["x", "w"] if kernel else ["x"]
        node = helper.make_node(op, inputs, ["y"], **attributes)
        weights = []
        if kernel:
            numbers = [0.0] * (kernel[0] * kernel[1] * kernel[2] * kernel[3])
            weights = [helper.make_tensor("w", TensorProto.FLOAT, kernel, numbers)]
        given = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
        made = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
        graph = helper.make_graph([node], "g", [given], [made], weights)
        path = tmp_path / "m.onnx"
        path.write_bytes(helper.make_model(graph).SerializeToString())
        index = ModelIndex(read_model(path))
        return explain(index, next(iter(index.nodes.values())))

    return asked


def changes(why):
    return [one.change for one in why.alternatives]


def meaning(why, name):
    return next(field.meaning for field in why.steps.settings if field.name == name)


def test_keras_offers_no_stride_for_a_kernel_with_gaps(why):
    settings = {"filters": 3, "kernel_size": [2], "dilation_rate": [2]}
    assert "stride 2" not in changes(why("Conv1D", settings, 20, 2))
    assert "stride 2" in changes(why("Conv1D", settings | {"dilation_rate": 1}, 20, 2))


def test_onnx_does(onnx_why):
    settings = {"dilations": [2, 2], "strides": [1, 1]}
    found = onnx_why("Conv", [1, 2, 20, 20], [4, 2, 3, 3], **settings)
    assert "stride 2" in changes(found)


def test_output_padding_leaves_no_choice_of_stride_1(why):
    settings = {"filters": 3, "kernel_size": [3], "strides": [2]}
    padded = settings | {"output_padding": [1]}
    assert "stride 1" not in changes(why("Conv1DTranspose", padded, 20, 2))
    assert "stride 1" in changes(why("Conv1DTranspose", settings, 20, 2))


@pytest.mark.parametrize("what", ["Max", "Average"])
def test_what_is_added_around_a_pool_does_not_count(why, what):
    found = why(f"{what}Pooling1D", {"pool_size": 2, "padding": "same"}, 9, 2)
    assert meaning(found, "padding").startswith("Empty places, which do not count,")
    found = why(f"{what}Pooling1D", {"pool_size": 2}, 9, 2)
    [same] = [one for one in found.alternatives if one.change == "padding same"]
    assert same.meaning == "the pool may reach over the edges, where nothing counts"


@pytest.mark.parametrize(("counts", "of"), [(0, " of empty places, "), (1, ": 1 ")])
def test_an_average_of_onnx_may_count_zeros_around_it(onnx_why, counts, of):
    settings = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    settings["count_include_pad"] = counts
    found = onnx_why("AveragePool", [1, 2, 9, 9], None, **settings)
    assert meaning(found, "padding").startswith(f"Added per axis{of}")


def test_several_kernels_of_a_separable_convolution_are_counted(why):
    settings = {"filters": 4, "kernel_size": [4, 3], "depth_multiplier": 2}
    found = why("SeparableConv2D", settings, 9, 9, 2)
    assert found.remarks[0].startswith("Two steps. First, 2 kernels of 4 × 3 per chan")
    assert "with 2 kernels of 4 × 3 of its own" in meaning(found, "kernel_size")


def test_a_separable_convolution_that_takes_more_is_not_called_faster(why):
    settings = {"filters": 2, "kernel_size": [3], "depth_multiplier": 4}
    last = why("SeparableConv1D", settings, 9, 1).remarks[-1]
    assert last.startswith("It goes over the data twice.")


def test_filters_of_a_group_are_no_dense_layer(why):
    settings = {"filters": 6, "kernel_size": [1], "groups": 3}
    remarks = why("Conv1D", settings, 9, 6).remarks
    assert not any("Dense" in remark for remark in remarks)
    assert "3 groups of 2 input channels" in remarks[1]


def test_several_kernels_of_one_channel_are_counted(why):
    settings = {"filters": 6, "kernel_size": [2], "groups": 3}
    remarks = why("Conv1D", settings, 9, 3).remarks
    assert remarks[1].startswith("2 kernels of 2 per channel")


def test_a_transposed_filter_sums_the_channels_of_its_group(onnx_why):
    found = onnx_why("ConvTranspose", [1, 6, 9, 9], [6, 2, 3, 3], group=2)
    assert "Each filter sums over all 3 input channels of its own group." in (
        found.remarks
    )
    [ended] = found.steps.outputs[0].ended
    assert ended.reason == "each filter sums over all 3 input channels of its group"
