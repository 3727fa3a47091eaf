"""Staircases of quantizers, held to the formulas of those who made them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.diagrams import drawn
from app.analysis.diagrams._case import Case
from loaders.ir.diagram import Curved, Stairs
from tests.loaders.kinds.calls import call, keras, value

X = value((None, 4))
NUMBERS = np.random.default_rng(3).normal(size=400) * 3


def drawing(made, *types):
    kind, given = made
    return drawn(kind.id, Case(given, tuple(kind.shape(given)), types))


def stepped(diagram, x):
    """Return what a staircase makes of numbers."""
    codes = np.ceil(x / diagram.step + diagram.zero_point - diagram.turn)
    codes = np.clip(codes, diagram.low, diagram.high)
    return codes if diagram.gives_codes else (codes - diagram.zero_point) * diagram.step


def linear(op, **settings):
    return call("onnx", op, settings, X, version=21)


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-3, 1.0), st.integers(-128, 127))
def test_codes_are_what_quantize_linear_gives(scale, zero):
    made = linear("QuantizeLinear", scale=scale, zero_point=zero)
    found = drawing(made, "int8").diagram
    expected = np.clip(np.rint(NUMBERS / scale) + zero, -128, 127)
    assert stepped(found, NUMBERS) == pytest.approx(expected)


def test_codes_tell_their_number_their_step_and_their_ends():
    found = drawing(linear("QuantizeLinear", scale=0.05, zero_point=0), "int8")
    assert found.caption == (
        "Every number becomes the nearest of 256 codes, −128 to 127: 256 steps of "
        "0.05. Numbers below −6.4 or above 6.35 are cut to these ends."
    )


def test_numbers_of_codes_are_told_with_their_distance():
    codes = value((None, 4)).__class__(
        id="x", shape=(None, 4), axes=X.axes, dtype="uint8"
    )
    made = call("onnx", "DequantizeLinear", {"scale": 0.5, "zero_point": 2}, codes)
    found = drawing(made)
    assert found.diagram.reads_codes
    assert "from −1 to 126.5; neighbours are 0.5 apart" in found.caption


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "computed while the model runs"),
        ({"scale": [0.1, 0.2, 0.3]}, "there are 3 of them"),
    ],
)
def test_a_scale_that_is_not_one_number_is_not_invented(settings, why):
    found = drawing(linear("QuantizeLinear", **settings), "uint8")
    assert found.diagram.step is None
    assert (found.diagram.low, found.diagram.high) == (0, 255)
    assert why in found.caption


def test_codes_of_few_bits_have_no_zero_point_unless_it_is_there():
    found = drawing(linear("QuantizeLinear", scale=0.5), "int4")
    assert found.diagram.zero_point is None


def quant(**settings):
    given = {"scale": 0.25, "zero_point": 0.0, "bit_width": 4.0, "signed": 1}
    domain = "onnx.qonnx.custom_op.general"
    return call(domain, "Quant", {**given, **settings}, X)


@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize("narrow", [0, 1])
@pytest.mark.parametrize(
    ("mode", "rounded"), [("ROUND", np.rint), ("FLOOR", np.floor), ("CEIL", np.ceil)]
)
def test_values_are_what_qonnx_gives(signed, narrow, mode, rounded):
    made = quant(signed=signed, narrow=narrow, rounding_mode=mode)
    found = drawing(made).diagram
    low = (-8 + narrow) if signed else 0
    high = 7 if signed else 15 - narrow
    expected = rounded(np.clip(NUMBERS / 0.25, low, high)) * 0.25
    assert stepped(found, NUMBERS) == pytest.approx(expected)


def test_a_quantizer_of_floats_has_no_staircase():
    domain = "onnx.qonnx.custom_op.general"
    settings = {"scale": 0.1, "exponent_bit_width": 4, "mantissa_bit_width": 3}
    made = call(domain, "FloatQuant", settings, X)
    assert drawing(made) is None
    names = [field.name for field in made[0].fields(made[1])]
    assert "zero_point" not in names


def quantized_bits(x, bits, integer, symmetric, keep_negative):
    """QKeras' formula, as it is in its source."""
    m, whole = 2.0 ** (bits - keep_negative), 2.0**integer
    low = keep_negative * (-m + symmetric)
    return np.clip(np.rint(x * m / whole), low, m - 1) * whole / m


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 10), st.integers(-2, 3), st.integers(0, 1), st.integers(0, 1))
def test_values_are_what_quantized_bits_gives(bits, integer, symmetric, keep_negative):
    text = f"quantized_bits({bits}, {integer}, {symmetric}, {keep_negative}, alpha=1)"
    numbers = {
        "bits": bits,
        "integer": integer,
        "symmetric": symmetric,
        "keep_negative": bool(keep_negative),
        "alpha": None,
    }
    described = {"class_name": "quantized_bits", "config": numbers}
    expected = quantized_bits(NUMBERS, bits, integer, symmetric, keep_negative)
    for activation in (text, described):
        found = drawing(keras("QActivation", {"activation": activation}, X)).diagram
        assert stepped(found, NUMBERS) == pytest.approx(expected)


@pytest.mark.parametrize(("bits", "integer"), [(4, 0), (6, 2)])
def test_values_are_what_quantized_relu_gives(bits, integer):
    text = f"quantized_relu({bits},{integer})"
    found = drawing(keras("QActivation", {"activation": text}, X)).diagram
    m, whole = 2.0**bits, 2.0**integer
    expected = np.clip(np.rint(NUMBERS * m / whole) / m, 0, 1 - 1 / m) * whole
    assert stepped(found, NUMBERS) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "quantized_bits(4,0,1,alpha='auto')",
        "quantized_bits(4, alpha=2.0)",
        "quantized_relu(4,0,1)",
        "quantized_relu(4, negative_slope=0.25)",
        "quantized_sigmoid(4)",
        "quantized_bits(nan)",
        "quantized_bits(1e9)",
        "quantized_bits(((",
    ],
)
def test_what_follows_no_plain_staircase_gets_no_numbers(text):
    found = drawing(keras("QActivation", {"activation": text}, X))
    assert found is None or found.diagram.step is None or text.endswith("((")


def test_two_and_three_values_jump_where_qkeras_does():
    two = drawing(keras("QActivation", {"activation": "binary"}, X)).diagram
    assert isinstance(two, Stairs)
    assert {*stepped(two, NUMBERS)} == {-1.0, 1.0}
    three = drawing(keras("QActivation", {"activation": "ternary()"}, X)).diagram
    assert isinstance(three, Curved)
    assert [piece[1] for piece in three.pieces] == [-1.0, 0.0, 1.0]
    assert math.isclose(three.pieces[1][2], 0.33)
