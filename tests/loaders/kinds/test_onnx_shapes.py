"""Rules of ONNX operations, held to ONNX's own inference and to ONNX Runtime."""

import random

import numpy as np
import pytest

from loaders.ir.errors import ShapeError
from tests.loaders.kinds import onnx_calls

LARGEST = 2**63 - 1


def floats(*shape):
    return np.zeros(shape, np.float32)


def whole(numbers):
    return np.array(numbers, np.int64)


def lengths(draw, low, high, rank):
    return [draw.randint(low, high) for _ in range(rank)]


def sliding(draw, *, dilations=True):
    """Return settings and input of a window that slides over one to three axes."""
    rank = draw.randint(1, 3)
    size = lengths(draw, 1, 4, rank)
    settings = {}
    if draw.random() < 0.6:
        settings["strides"] = lengths(draw, 1, 3, rank)
    if dilations and draw.random() < 0.4:
        settings["dilations"] = lengths(draw, 1, 2, rank)
    if draw.random() < 0.4:
        most = min(size) - 1
        settings["pads"] = lengths(draw, 0, most, 2 * rank)
    elif "dilations" not in settings and draw.random() < 0.5:
        settings["auto_pad"] = draw.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    return settings, size, lengths(draw, 8, 12, rank)


def conv(draw):
    settings, size, space = sliding(draw)
    groups = draw.choice([1, 1, 2])
    share, filters = draw.randint(1, 3), groups * draw.randint(1, 3)
    settings["group"] = groups
    if draw.random() < 0.5:
        settings["kernel_shape"] = size
    shape = [draw.choice([2, "batch"]), groups * share, *space]
    return [shape], settings, {1: floats(filters, share, *size)}


def conv_with_a_computed_kernel(draw):
    [shape], settings, constants = conv(draw)
    return [shape, constants[1].shape], settings, {}


def conv_transpose(draw):
    settings, size, space = sliding(draw)
    settings.pop("auto_pad", None)
    groups = draw.choice([1, 1, 2])
    share, filters = draw.randint(1, 3), draw.randint(1, 3)
    settings["group"] = groups
    if "strides" in settings and draw.random() < 0.5:
        settings["output_padding"] = [stride - 1 for stride in settings["strides"]]
    kernel = floats(groups * share, filters, *size)
    return [[2, groups * share, *space]], settings, {1: kernel}


def pool(draw):
    settings, size, space = sliding(draw)
    return [["batch", 3, *space]], {**settings, "kernel_shape": size}, {}


def any_shape(draw):
    return lengths(draw, 1, 4, draw.randint(1, 4))


def reshape(draw):
    shape = any_shape(draw)
    total = int(np.prod(shape))
    target = draw.choice(
        [[-1], [total], [-1, shape[-1]], [0, -1], [1, -1, 1], shape[::-1]]
    )
    front = ["batch"] if draw.random() < 0.4 else []
    front_target = [0] if front else []
    return [[*front, *shape]], {}, {1: whole([*front_target, *target])}


def flatten(draw):
    shape = any_shape(draw)
    return [shape], {"axis": draw.randint(-len(shape), len(shape))}, {}


def transpose(draw):
    shape = any_shape(draw)
    order = draw.sample(range(len(shape)), len(shape))
    return [shape], {"perm": order} if draw.random() < 0.8 else {}, {}


def unsqueeze(draw):
    shape = any_shape(draw)
    return [shape], {}, {1: whole(draw.sample(range(len(shape) + 2), 2))}


def squeeze(draw):
    shape = [1, *any_shape(draw), 1]
    return [shape], {}, {1: whole(draw.choice([[0], [-1], [0, -1]]))}


def squeeze_all(draw):
    return [[1, *any_shape(draw), 1]], {}, {}


def cut(draw):
    shape = lengths(draw, 3, 6, draw.randint(1, 4))
    axes = draw.sample(range(len(shape)), draw.randint(1, len(shape)))
    starts = [draw.choice([0, 1, -2]) for _ in axes]
    ends = [draw.choice([3, -1, 2**31 - 1, LARGEST]) for _ in axes]
    steps = [draw.choice([1, 1, 2]) for _ in axes]
    numbers = (starts, ends, axes, steps)
    return [shape], {}, {at + 1: whole(row) for at, row in enumerate(numbers)}


def cut_backwards(draw):
    shape = lengths(draw, 3, 6, 2)
    numbers = ([-1], [draw.choice([0, -(2**31), -LARGEST])], [1], [-1])
    return [shape], {}, {at + 1: whole(row) for at, row in enumerate(numbers)}


def pad(draw):
    shape = any_shape(draw)
    return [shape], {}, {1: whole(lengths(draw, 0, 2, 2 * len(shape)))}


def tile(draw):
    shape = any_shape(draw)
    return [shape], {}, {1: whole(lengths(draw, 1, 3, len(shape)))}


def expand(draw):
    shape = [draw.choice([1, n]) for n in any_shape(draw)]
    target = [n if n > 1 else draw.randint(1, 3) for n in shape]
    return [shape], {}, {1: whole([*lengths(draw, 1, 2, draw.randint(0, 1)), *target])}


def resize(draw):
    shape = any_shape(draw)
    if draw.random() < 0.5:
        return [shape], {}, {3: whole(lengths(draw, 1, 9, len(shape)))}
    scales = [draw.choice([1, 2, 1.7]) for _ in shape]
    return [shape], {}, {2: np.array(scales, np.float32)}


def depth_to_space(draw):
    block = draw.randint(1, 3)
    shape = [2, block * block * draw.randint(1, 3), 4, 5]
    return [shape], {"blocksize": block}, {}


def space_to_depth(draw):
    block = draw.randint(1, 3)
    return [[2, 3, 2 * block, 4 * block]], {"blocksize": block}, {}


def gemm(draw):
    a, b, c = lengths(draw, 1, 5, 3)
    turn = {"transA": draw.randint(0, 1), "transB": draw.randint(0, 1)}
    left = [b, a] if turn["transA"] else [a, b]
    right = [c, b] if turn["transB"] else [b, c]
    if draw.random() < 0.5:
        return [left], turn, {1: floats(*right), 2: floats(c)}
    return [None, right], turn, {0: floats(*left)}


def stack(draw):
    one = lengths(draw, 1, 3, draw.randint(0, 2))
    other = [draw.choice([1, n]) for n in one][draw.randint(0, len(one)) :]
    return one, other


def matmul(draw):
    (one, other), (a, b, c) = stack(draw), lengths(draw, 1, 5, 3)
    left, right = [*one, a, b], [*other, b, c]
    match draw.randint(0, 3):
        case 0:
            return [left], {}, {1: floats(*right)}
        case 1:
            return [None, right], {}, {0: floats(a, b)}
        case 2:
            return [left, right], {}, {}
    return [[b], right], {}, {}


def einsum(draw):
    (one, _), (a, b, c) = stack(draw), lengths(draw, 1, 5, 3)
    return [[*one, a, b], [*one, b, c]], {"equation": "...ij,...jk->...ik"}, {}


CASES = [
    ("Conv", conv, 17),
    ("Conv", conv_with_a_computed_kernel, 17),
    ("ConvTranspose", conv_transpose, 17),
    ("MaxPool", pool, 22),
    ("AveragePool", pool, 22),
    ("LpPool", pool, 22),
    ("Reshape", reshape, 17),
    ("Flatten", flatten, 17),
    ("Transpose", transpose, 17),
    ("Unsqueeze", unsqueeze, 17),
    ("Squeeze", squeeze, 17),
    ("Squeeze", squeeze_all, 17),
    ("Slice", cut, 17),
    ("Slice", cut_backwards, 17),
    ("Pad", pad, 17),
    ("Tile", tile, 17),
    ("Expand", expand, 17),
    ("Resize", resize, 17),
    ("Upsample", lambda draw: ([[1, 3, 4]], {}, {1: np.float32([1, 2, 1.5])}), 9),
    ("DepthToSpace", depth_to_space, 17),
    ("SpaceToDepth", space_to_depth, 17),
    ("Gemm", gemm, 17),
    ("MatMul", matmul, 17),
    ("Einsum", einsum, 17),
]


def without_made_up_names(shape):
    """Return a shape with the names that ONNX invents taken out."""
    return tuple(
        None if isinstance(length, str) and length.startswith("unk__") else length
        for length in shape
    )


@pytest.mark.parametrize(
    ("op", "make", "opset"),
    [pytest.param(*one, id=f"{one[0]}-{one[1].__name__.strip('<>')}") for one in CASES],
)
def test_rules_agree_with_onnx(op, make, opset):
    draw = random.Random(op)
    for _ in range(40):
        shapes, settings, constants = make(draw)
        case = (op, shapes, settings, constants)
        [theirs] = onnx_calls.infer_with_onnx(*case, opset=opset)
        [ours] = onnx_calls.infer_with_rules(*case, opset=opset)
        assert ours == without_made_up_names(theirs), case


def run(op, shapes, settings, constants, opset):
    """Return the shapes that ONNX Runtime really makes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    model = onnx_calls.model_of(op, shapes, settings, constants, opset)
    model.ir_version = 9
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    feeds = {f"i{at}": floats(*shape) for at, shape in enumerate(shapes)}
    return [output.shape for output in session.run(None, feeds)]


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool", "LpPool"])
@pytest.mark.parametrize("opset", [19, 22])
def test_pooling_that_rounds_up_agrees_with_onnx_runtime(op, opset):
    draw = random.Random(op)
    for _ in range(25):
        settings, size, space = sliding(draw)
        settings.pop("auto_pad", None)
        settings = {**settings, "kernel_shape": size, "ceil_mode": 1}
        case = (op, [[2, 3, *space]], settings, {})
        assert onnx_calls.infer_with_rules(*case, opset) == run(*case, opset), case


def test_transposed_convolutions_agree_with_onnx_runtime():
    draw = random.Random("transposed")
    for _ in range(40):
        shapes, settings, constants = conv_transpose(draw)
        if "pads" not in settings and draw.random() < 0.6:
            settings["auto_pad"] = draw.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
        case = ("ConvTranspose", shapes, settings, constants)
        assert onnx_calls.infer_with_rules(*case) == run(*case, 17), case


def test_max_pooling_gives_indices_as_whole_numbers():
    settings = {"kernel_shape": [2], "strides": [2]}
    kind, call = onnx_calls.call_of("MaxPool", [[1, 3, 8]], settings, {}, outputs=2)
    first, indices = kind.shape(call)
    assert first.shape == indices.shape == (1, 3, 4)
    assert indices.dtype == "int64"


@pytest.mark.parametrize(("opset", "dtype"), [(7, ""), (10, "bool"), (22, "bool")])
def test_the_mask_of_dropout_tells_yes_or_no_since_opset_10(opset, dtype):
    kind, call = onnx_calls.call_of("Dropout", [[2, 3]], {}, {}, opset, outputs=2)
    first, mask = kind.shape(call)
    assert first.shape == mask.shape == (2, 3)
    assert mask.dtype == dtype  # empty: the input's own


def test_an_unknown_length_cancels_in_reshape():
    shapes, target = [["batch", 12, 64]], {1: whole([-1, 768])}
    assert onnx_calls.infer_with_rules("Reshape", shapes, {}, target) == [
        ("batch", 768)
    ]


def test_reshape_to_another_number_of_elements_says_both_numbers():
    with pytest.raises(ShapeError, match=r"2 × 3 = 6.*2 × 4 = 8"):
        onnx_calls.infer_with_rules("Reshape", [[2, 4]], {}, {1: whole([2, 3])})


def test_reshape_keeps_an_explicit_zero_if_it_is_allowed():
    settings = {"allowzero": 1}
    case = ("Reshape", [[0, 4]], settings, {1: whole([4, 0])})
    assert onnx_calls.infer_with_rules(*case) == [(4, 0)]


def test_a_reshape_to_a_computed_shape_knows_only_the_number_of_axes():
    assert onnx_calls.infer_with_rules("Reshape", [[2, 4], [3]], {}, {}) == [
        (None, None, None)
    ]


def test_matrices_that_do_not_meet_are_told_with_their_lengths():
    with pytest.raises(ShapeError, match=r"2 × 3 by 4 × 5.*, 3, must.*, 4\."):
        onnx_calls.infer_with_rules("MatMul", [[2, 3], [4, 5]], {}, {})


def test_a_kernel_for_other_channels_is_told_with_both_counts():
    with pytest.raises(ShapeError, match=r"reads 4 channels, the input .* has 3"):
        onnx_calls.infer_with_rules("Conv", [[1, 3, 8]], {}, {1: floats(2, 4, 3)})


def test_the_kernel_of_a_product_has_named_axes_whichever_side_it_is_on():
    kind, call = onnx_calls.call_of(
        "Gemm", [["batch", 4]], {"transB": 1}, {1: floats(5, 4), 2: floats(5)}
    )
    kernel, bias = kind.weights(call)
    assert [axis.value for axis in kernel.axes] == ["unit", "in-feature"]
    assert (kernel.role, bias.role) == ("kernel", "bias")
    [steps] = kind.shape(call)
    assert steps.shape == ("batch", 5)
    assert kind.multiply_adds(call, [steps]) is None  # rows are not known to be samples
