from loaders.ir.graph import Axis
from tests.loaders.kinds.calls import call, count, keras, shapes, value

TABLE = {"input_dim": 20_000, "output_dim": 300}


def test_every_token_becomes_a_vector() -> None:
    kind, made = keras("Embedding", TABLE, value((None, 50)))
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.shape == (None, 50, 300)
    assert steps.names == (Axis.BATCH, Axis.TIME, Axis.FEATURE)
    assert steps.axes[-1].meaning == "one vector of 300 numbers per token"
    assert steps.axes[-1].source is None


def test_the_table_has_a_row_per_token() -> None:
    assert count(keras("Embedding", TABLE, value((None, 50)))) == 6_000_000


def test_masking_says_what_is_masked() -> None:
    kind, made = keras("Embedding", {**TABLE, "mask_zero": True}, value((None, 50)))
    [masked] = [field for field in kind.fields(made) if field.name == "mask_zero"]
    assert "Token 0 means padding" in masked.meaning
    assert "looked up all the same" in masked.meaning


def test_keras_2_may_know_the_length_of_the_text() -> None:
    settings = {**TABLE, "input_length": 10}
    made = keras("Embedding", settings, value((None, None)), version=2)
    assert shapes(made) == [(None, 10, 300)]


def test_a_table_of_four_bits_is_packed_and_scaled() -> None:
    dtype = {"class_name": "Int4DTypePolicy", "config": {"mode": "int4/4"}}
    settings = {"input_dim": 13, "output_dim": 7, "dtype": dtype}
    kind, made = keras("Embedding", settings, value((None, 5)))
    assert {steps.role: steps.shape for steps in kind.weights(made)} == {
        "embeddings": (13, 4),
        "embeddings_scale": (13, 2),
        "embeddings_zero": (13, 2),
        "g_idx": (7,),
    }


def test_the_way_back_has_a_table_of_its_own_if_untied() -> None:
    settings = {"input_dim": 5, "output_dim": 3}
    untied = keras("ReversibleEmbedding", {**settings, "tie_weights": False})
    assert count(untied) == 2 * count(keras("ReversibleEmbedding", settings))


def test_the_way_back_gives_a_score_per_token() -> None:
    settings = {"input_dim": 5, "output_dim": 3, "reverse": True}
    made = keras("ReversibleEmbedding", settings, value((None, 7, 3)))
    assert shapes(made) == [(None, 7, 5)]


def test_an_onnx_table_in_the_file_is_looked_up() -> None:
    kind, made = call(
        "onnx",
        "Gather",
        {"axis": 0},
        value(("batch", 50)),
        version=13,
        weights={"embeddings": (20_000, 300)},
    )
    [steps] = kind.shape(made)
    assert steps is not None
    assert steps.shape == ("batch", 50, 300)
    assert kind.weights(made)[0].axes == (Axis.TOKEN, Axis.FEATURE)
