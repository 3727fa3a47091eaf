"""Which texts a few typed letters mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fuzzy import match


def fits(typed, text):
    return match(typed, text) is not None


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("zoom", "Zoom in"),
        ("ZOOM", "Zoom in"),
        ("in zoom", "Zoom in"),
        ("larg", "Larger text"),
        ("lt", "Larger text"),
        ("exgrp", "Export graph picture"),
        ("cor", "Color"),
    ],
)
def test_letters_in_order_are_found(typed, text):
    assert fits(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("zoov", "Zoom in"), ("zoom out", "Zoom in"), ("x", "Fit"), ("fto", "Go to file")],
)
def test_other_letters_are_not(typed, text):
    assert not fits(typed, text)


def test_a_word_begun_is_better_than_letters_inside_and_these_than_scattered_ones():
    scores = [
        match("text", text).score
        for text in ("Text larger", "Context of all", "The extra rest")
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_the_letters_that_were_typed_are_named():
    assert match("in", "Zoom in").letters == (5, 6)


@given(st.text(max_size=12), st.text(max_size=40))
def test_named_letters_are_in_the_text_and_the_same(typed, text):
    found = match(typed, text)
    if found is None:
        return
    assert found.score >= 1
    assert all(0 <= place < len(text) for place in found.letters)
    wanted = set("".join(typed.lower().split()))
    if len(text.lower()) == len(text):
        assert {text[place].lower() for place in found.letters} <= wanted


@given(st.text(min_size=1, max_size=20))
def test_every_text_is_found_by_itself(text):
    if len(text.lower()) == len(text):
        assert fits(text, text)
