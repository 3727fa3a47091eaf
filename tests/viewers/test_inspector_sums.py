"""The line that says how the weights of a layer make up its parameters."""

from loaders.ir.graph import Axis, Parameter
from loaders.ir.tensors import absent_tensor
from viewers.inspector_sums import sum_text


def weight(role: str, shape: tuple[int, ...], *axes: Axis) -> Parameter:
    return Parameter(
        id=role, role=role, tensor=absent_tensor(shape, "float32"), axes=axes
    )


def test_each_filter_has_a_share_of_the_kernel_and_a_bias():
    picture = Axis.HEIGHT, Axis.WIDTH, Axis.IN_CHANNEL
    kernel = weight("kernel", (8, 8, 3, 24), *picture, Axis.FILTER)
    bias = weight("bias", (24,), Axis.FILTER)
    assert (
        sum_text([kernel, bias])
        == "24 filters × (8 × 8 × 3 weights + 1 bias)\n24 × (8 × 8 × 3 + 1) = 4,632"
    )


def test_an_lstm_is_counted_in_gates_and_units():
    weights = [
        weight("kernel", (1, 40), Axis.IN_FEATURE, Axis.GATE),
        weight("recurrent_kernel", (10, 40), Axis.UNIT, Axis.GATE),
        weight("bias", (40,), Axis.GATE),
    ]
    assert sum_text(weights) == (
        "4 gates × 10 units × (1 weight + 10 recurrent weights + 1 bias)\n"
        "4 × 10 × (1 + 10 + 1) = 480"
    )


def test_every_channel_has_one_of_each_in_a_normalization():
    weights = [weight(role, (16,), Axis.CHANNEL) for role in ("gamma", "beta")]
    assert sum_text(weights) == "16 channels × (1 gamma + 1 beta)\n16 × (1 + 1) = 32"


def test_weights_without_equal_parts_are_added():
    weights = [
        weight("pointwise", (8, 16), Axis.IN_CHANNEL, Axis.FILTER),
        weight("depthwise", (3, 8), Axis.TIME, Axis.IN_CHANNEL),
    ]
    assert sum_text(weights) == "8 × 16 + 3 × 8\n= 128 + 24 = 152"


def test_parts_of_different_number_are_added():
    weights = [weight("a", (4,), Axis.UNIT), weight("b", (6,), Axis.UNIT)]
    assert sum_text(weights) == "4 + 6 = 10"


def test_weights_without_numbers_are_nothing():
    weights = [weight("a", (0,), Axis.UNIT), weight("b", (0,), Axis.UNIT)]
    assert sum_text(weights) == "0 + 0 = 0"


def test_two_directions_are_counted_once_and_doubled():
    weights = [
        weight(f"{way}.{role}", shape, *axes)
        for way in ("forward", "backward")
        for role, shape, axes in (
            ("kernel", (32, 64), (Axis.IN_FEATURE, Axis.GATE)),
            ("recurrent_kernel", (16, 64), (Axis.UNIT, Axis.GATE)),
            ("bias", (64,), (Axis.GATE,)),
        )
    ]
    assert sum_text(weights) == (
        "2 directions × 4 gates × 16 units × "
        "(32 weights + 16 recurrent weights + 1 bias)\n"
        "2 × 4 × 16 × (32 + 16 + 1) = 6,272"
    )


def test_a_cell_of_one_gate_is_counted_in_units():
    weights = [
        weight("kernel", (3, 10), Axis.IN_FEATURE, Axis.GATE),
        weight("recurrent_kernel", (10, 10), Axis.UNIT, Axis.GATE),
    ]
    assert sum_text(weights) == (
        "10 units × (3 weights + 10 recurrent weights)\n10 × (3 + 10) = 130"
    )


def test_one_kernel_per_channel_is_counted_by_channel():
    axes = (Axis.HEIGHT, Axis.WIDTH, Axis.IN_CHANNEL, Axis.MULTIPLIER)
    kernel = weight("depthwise_kernel", (5, 5, 3, 1), *axes)
    assert sum_text([kernel]) == "3 channels × 5 × 5 weights\n3 × 5 × 5 = 75"
    bias = weight("bias", (3,), Axis.CHANNEL)
    assert sum_text([kernel, bias]) == (
        "3 channels × (5 × 5 weights + 1 bias)\n3 × (5 × 5 + 1) = 78"
    )


def test_a_table_is_counted_by_row():
    table = weight("embeddings", (500, 300), Axis.TOKEN, Axis.FEATURE)
    assert sum_text([table]) == "500 tokens × 300 numbers\n500 × 300 = 150,000"


def test_a_single_row_of_numbers_needs_no_sum():
    assert sum_text([weight("alpha", (7,), Axis.OTHER)]) == ""
