import pytest

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, count, keras, shapes, value

QUERY, VALUE = value((None, 5, 8), "btf"), value((None, 7, 6), "btf")


def test_each_projection_has_a_kernel_per_head() -> None:
    settings = {"num_heads": 2, "key_dim": 3, "value_dim": 4}
    kind, made = keras("MultiHeadAttention", settings, QUERY, VALUE)
    assert {steps.role: steps.shape for steps in kind.weights(made)} == {
        "query.kernel": (8, 2, 3),
        "query.bias": (2, 3),
        "key.kernel": (6, 2, 3),
        "key.bias": (2, 3),
        "value.kernel": (6, 2, 4),
        "value.bias": (2, 4),
        "output.kernel": (2, 4, 8),
        "output.bias": (8,),
    }


def test_attention_of_a_sequence_to_itself_keeps_its_shape() -> None:
    made = keras("MultiHeadAttention", {"num_heads": 2, "key_dim": 4}, QUERY, QUERY)
    assert shapes(made) == [(None, 5, 8)]
    assert count(made) == 3 * (8 * 2 * 4 + 2 * 4) + 2 * 4 * 8 + 8


def test_scores_have_a_table_per_head() -> None:
    settings = {"num_heads": 2, "key_dim": 4, "return_attention_scores": True}
    kind, made = keras("MultiHeadAttention", settings, QUERY, VALUE)
    _, scores = kind.shape(made)
    assert scores is not None
    assert scores.shape == (None, 2, 5, 7)
    assert scores.names == (Axis.BATCH, Axis.HEAD, Axis.QUERY, Axis.KEY)


def test_keys_end_in_the_attention() -> None:
    settings = {"num_heads": 2, "key_dim": 4}
    kind, made = keras("MultiHeadAttention", settings, QUERY, VALUE)
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.ended[0].reason == "every query takes a weighted mean of 7 values"


def test_the_cost_is_four_projections_and_two_products_of_tables() -> None:
    settings = {"num_heads": 2, "key_dim": 3}
    kind, made = keras("MultiHeadAttention", settings, QUERY, VALUE)
    projections = 5 * 8 * 6 + 2 * 7 * 6 * 6 + 5 * 6 * 8
    assert kind.multiply_adds(made, []) == projections + 5 * 7 * 2 * (3 + 3)


def test_query_heads_share_keys_and_values() -> None:
    settings = {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3}
    made = keras("GroupQueryAttention", settings, value((2, 5, 4)), value((2, 6, 4)))
    assert count(made) == 340


def test_heads_that_cannot_share_evenly_are_refused() -> None:
    settings = {"head_dim": 4, "num_query_heads": 5, "num_key_value_heads": 3}
    with pytest.raises(AssertionError, match="make no sense"):
        keras("GroupQueryAttention", settings)


def test_plain_attention_takes_the_features_of_the_values() -> None:
    assert shapes(keras("Attention", {}, QUERY, VALUE)) == [(None, 5, 6)]


def test_additive_attention_has_a_factor_per_feature() -> None:
    kind, made = keras("AdditiveAttention", {}, QUERY, VALUE)
    assert [steps.shape for steps in kind.weights(made)] == [(6,)]


def test_fewer_keys_than_values_are_told() -> None:
    settings = {"num_heads": 2, "key_dim": 4}
    keys = value((None, 9, 6))
    kind, made = keras("MultiHeadAttention", settings, QUERY, VALUE, keys)
    with pytest.raises(ShapeError, match="7 values and 9 keys"):
        kind.shape(made)


def test_onnx_attention_joins_its_heads() -> None:
    settings = {"q_num_heads": 4, "kv_num_heads": 2}
    sides = [value((2, 5, 32)), value((2, 7, 16)), value((2, 7, 12))]
    made = call("onnx", "Attention", settings, *sides, version=23, outputs=1)
    assert shapes(made) == [(2, 5, 4 * 6)]
