"""The arithmetic of windows, held to counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.kinds._windows import (
    Fill,
    Spread,
    Window,
    added,
    shortest_length,
    spread_length,
    spread_numbers,
    window_count,
    window_numbers,
    window_rule,
)

LENGTHS = st.integers(0, 40)


@st.composite
def given_windows(draw):
    """Return a window; what is added is shorter than it, as frameworks demand."""
    size, dilation = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    most = st.integers(0, min(4, size - 1))
    stride, ceil = draw(st.integers(1, 5)), draw(st.booleans())
    return Window(size, stride, dilation, draw(most), draw(most), ceil=ceil)


GIVEN = given_windows()
FOLLOWING = st.builds(
    Window,
    size=st.integers(1, 6),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 4),
    fill=st.sampled_from([Fill.SAME, Fill.SAME_LOWER]),
)
SPREADS = st.builds(
    Spread,
    size=st.integers(1, 6),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 4),
    cut=st.integers(0, 3),
    extra=st.integers(0, 3),
)


def counted(length, window):
    """Count places by trying them: each must end inside.

    If the number is rounded up, one more may hang over by less than a stride, if it
    starts inside.
    """
    total = window.before + length + window.after
    count = 0
    while True:
        start = count * window.stride
        over = start + window.reach - total
        starts_inside = start < window.before + length
        if over > 0 and not (window.ceil and over < window.stride and starts_inside):
            return count
        count += 1


def evaluated(text):
    """Return what a formula with numbers in it comes to."""
    plain = text.replace("−", "-").replace("×", "*")
    plain = plain.replace("⌊", "floor(").replace("⌋", ")")
    plain = plain.replace("⌈", "ceil(").replace("⌉", ")")
    import math

    return eval(plain, {"floor": math.floor, "ceil": math.ceil})


@given(LENGTHS, GIVEN)
def test_places_of_a_window_are_as_many_as_can_be_counted(length, window):
    found = window_count(length, window)
    assert max(found, 0) == counted(length, window)


@given(LENGTHS, FOLLOWING)
def test_same_padding_gives_one_place_per_stride_and_adds_no_more_than_needed(
    length, window
):
    count = window_count(length, window)
    before, after = added(length, window)
    assert count == len(range(0, length, window.stride))
    if count:
        padded = Window(window.size, window.stride, window.dilation, before, after)
        assert counted(length, padded) >= count
        assert abs(before - after) <= 1
        more = before > after
        assert before == after or more == (window.fill is Fill.SAME_LOWER)


@given(st.integers(1, 12), st.one_of(GIVEN, FOLLOWING))
def test_the_shortest_length_is_the_first_with_enough_places(count, window):
    shortest = shortest_length(count, window)
    lengths = (n for n in range(200) if window_count(n, window) >= count)
    assert shortest == next(lengths)


@given(LENGTHS, GIVEN)
def test_the_shown_formula_comes_to_the_result(length, window):
    found, shown = window_count(length, window), window_numbers(length, window)
    assert evaluated(shown) == found
    assert shown.endswith("− 1") == window_rule(window, length).endswith("− 1")


@given(st.integers(1, 30), SPREADS)
def test_a_transposed_window_is_as_long_as_what_it_writes(length, spread):
    written = max(
        at * spread.stride + offset * spread.dilation
        for at in range(length)
        for offset in range(spread.size)
    )
    found = spread_length(length, spread)
    assert found == written + 1 - spread.cut + spread.extra
    assert evaluated(spread_numbers(length, spread)) == found


@pytest.mark.parametrize(
    ("window", "rule", "numbers"),
    [
        pytest.param(
            Window(8, 2), "⌊(n − k) / s⌋ + 1", "⌊(128 − 8) / 2⌋ + 1", id="stride"
        ),
        pytest.param(Window(3), "n − k + 1", "128 − 3 + 1", id="stride-one"),
        pytest.param(
            Window(5, 3, 2, 2, 2),
            "⌊(n + p − d × (k − 1) − 1) / s⌋ + 1",
            "⌊(128 + 2 × 2 − 2 × (5 − 1) − 1) / 3⌋ + 1",
            id="everything",
        ),
        pytest.param(
            Window(2, 2, ceil=True),
            "⌈(n − k) / s⌉ + 1",
            "⌈(128 − 2) / 2⌉ + 1",
            id="rounded-up",
        ),
        pytest.param(Window(3, 2, fill=Fill.SAME), "⌈n / s⌉", "⌈128 / 2⌉", id="same"),
    ],
)
def test_formulas_are_written_as_people_write_them(window, rule, numbers):
    assert window_rule(window) == rule
    assert window_numbers(128, window) == numbers


def test_an_unknown_length_stays_unknown():
    assert window_count(None, Window(3, 2)) is None


def test_a_named_length_keeps_its_name_where_the_window_keeps_the_length():
    assert window_count("time", Window(3, before=1, after=1)) == "time"
    assert window_count("time", Window(3, fill=Fill.CAUSAL)) == "time"
    assert window_count("time", Window(3, 2, fill=Fill.SAME)) is None


@pytest.mark.parametrize("bad", [(0, 1, 1), (3, 0, 1), (3, 1, 0), (-3, 1, 1)])
def test_a_window_without_extent_makes_no_sense(bad):
    with pytest.raises(ValueError, match="window"):
        Window(*bad)
