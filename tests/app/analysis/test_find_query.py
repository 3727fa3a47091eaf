import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.find_query import Condition, Relation, Words, number_in, parse


def only(text):
    query = parse(text)
    assert not query.complaint
    [term] = query.terms
    return term


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e6", 1e6),
        ("4,632", 4632),
        ("36.9 k", 36_900),
        ("64k", 64_000),
        ("2 MB", 2e6),
        ("0.5", 0.5),
        ("-3", -3),
        ("big", None),
        ("", None),
        (",", None),
    ],
)
def test_reads_numbers_as_people_write_them(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "field", "relation", "number"),
    [
        ("params > 1e6", "params", Relation.MORE, 1e6),
        ("parameters>=64k", "params", Relation.LEAST, 64_000),
        ("memory < 2 MB", "memory", Relation.LESS, 2e6),
        ("bits<=8", "bits", Relation.MOST, 8),
        ("strides = 2", "strides", Relation.EQUAL, 2),
        ("rank != 4", "rank", Relation.UNLIKE, 4),
    ],
)
def test_reads_conditions_on_numbers(text, field, relation, number):
    term = only(text)
    assert (term.field, term.relation, term.number) == (field, relation, number)


@pytest.mark.parametrize(
    "text",
    [
        "shape = 64 × 3 × 7 × 7",
        "shape = 64,3,7,7",
        "shape=64x3x7x7",
        "shape = (64, 3, 7, 7)",
    ],
)
def test_reads_a_shape_in_every_spelling(text):
    assert only(text).lengths == ("64", "3", "7", "7")


def test_reads_a_shape_that_has_a_length():
    assert only("shape has 64").relation is Relation.HAS


def test_names_of_tensors_are_words_not_conditions():
    assert only("dense/kernel:0") == Words("dense/kernel:0")
    assert only("onnx::Conv_3") == Words("onnx::conv_3")


def test_a_known_field_and_a_colon_is_a_condition():
    assert only("name: conv") == Condition(
        "name", Relation.HAS, "conv", None, ("conv",)
    )


def test_quotes_hold_words_together():
    assert only('"block 2"') == Words("block 2")


@pytest.mark.parametrize("text", ["-conv", "not conv"])
def test_words_can_be_excluded(text):
    assert only(text) == Words("conv", negated=True)


@pytest.mark.parametrize(
    ("text", "field"),
    [("is shared", "shared"), ("has warning", "warning"), ("has problems", "problem")],
)
def test_states_are_asked_for_in_words(text, field):
    assert only(text).field == field


def test_what_follows_a_condition_is_read_on():
    conv, size = parse("params > 2 mobile").terms[::-1]
    assert (conv, size.number) == (Words("mobile"), 2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("params >", "params > needs a number, such as params > 1e6."),
        (
            "params > big",
            "params > needs a number, not “big”: a number, such as params > 1e6.",
        ),
        (
            "name > 3",
            "name can be compared with = or != or has, not with >.",
        ),
        ("trainable = perhaps", "trainable = needs yes or no, not “perhaps”."),
        (
            "shape =",
            "shape = needs lengths, such as shape = 64 × 3 × 7 × 7 or shape has 64.",
        ),
    ],
)
def test_says_what_a_condition_needs(text, complaint):
    assert parse(text).complaint == complaint


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_never_raises_and_complains_in_sentences(text):
    query = parse(text)
    assert not query.complaint or query.complaint.endswith(".")


@given(
    st.lists(
        st.sampled_from(
            ["params", ">", "1e6", "shape", "has", "=", "64", "×", '"', "-", "not", "x"]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_no_order_of_known_words_raises(text):
    query = parse(text)
    assert bool(query.complaint) <= (not query.terms)
