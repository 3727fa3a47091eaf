"""Text from files where Qt would guess whether it is HTML."""

from viewers.plain import breakable, plain_tooltip, short_name


def test_markup_in_a_name_is_escaped():
    tip = plain_tooltip('<img src="file:///etc/passwd">\n&')
    assert "<img" not in tip
    assert "&lt;img" in tip
    assert "&amp;" in tip


def test_a_long_name_keeps_its_end():
    short = short_name("block/" * 60 + "MatMul_7", limit=30)
    assert len(short) == 30
    assert short.endswith("MatMul_7")
    assert short_name("conv\u202e") == "conv⟨202E⟩"


def test_only_long_words_get_places_to_break():
    name = "a" * 100
    assert breakable(f"{name} is damaged.").split("\u200b") == [
        "a" * 40,
        "a" * 40,
        "a" * 20 + " is damaged.",
    ]
    assert breakable("model.keras is damaged.") == "model.keras is damaged."
