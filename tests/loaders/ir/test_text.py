from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.text import compact, file_size, grouped, listed, shape_text, shown


def test_ordinary_names_stay_as_they_are():
    assert shown("model/conv2d_1/kernel:0") == "model/conv2d_1/kernel:0"
    assert shown("größe — 重み") == "größe — 重み"


def test_hidden_and_control_characters_become_visible():
    assert shown("a\nb") == "a\u240ab"
    assert shown("a\u202eb") == "a⟨202E⟩b"
    assert shown("\ud800") == "⟨D800⟩"
    assert shown("zero\u200bwidth") == "zero⟨200B⟩width"


def test_long_names_end_in_an_ellipsis():
    assert shown("x" * 500) == "x" * 199 + "…"
    assert shown("x" * 200) == "x" * 200


@given(st.text(st.characters(codec=None), max_size=300), st.integers(1, 250))
def test_anything_becomes_one_short_line_that_can_be_encoded(text, limit):
    safe = shown(text, limit)
    assert len(safe) <= limit
    assert len(safe.splitlines()) <= 1
    safe.encode()
    assert shown(safe, limit) == safe


def test_numbers_read_easily():
    assert grouped(4632) == "4,632"
    assert compact(9_999) == "9,999"
    assert compact(36_912) == "36.9 k"
    assert compact(999_960) == "1.0 M"
    assert compact(25_636_712) == "25.6 M"
    assert file_size(999) == "999 B"
    assert file_size(147_600) == "147.6 kB"


def test_shapes_name_what_is_unknown():
    assert shape_text((None, 61, 61, 24)) == "None × 61 × 61 × 24"
    assert shape_text(("batch", 3)) == "batch × 3"
    assert shape_text(()) == "scalar"
    assert shape_text(None) == "unknown shape"


def test_words_are_listed_as_people_do():
    assert [listed(list(words)) for words in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
