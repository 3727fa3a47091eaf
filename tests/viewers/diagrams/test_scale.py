"""Where elements of an axis are drawn: in order, inside the room, never too many."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.diagrams.scale import BREAK, LEAST, scale_of

ROOMS = st.floats(40, 600)


@given(st.integers(-20, 0), st.integers(1, 100_000), st.integers(1, 600), ROOMS)
def test_elements_lie_in_order_and_inside_the_room(first, stop, needed, room):
    scale = scale_of(first, stop, needed, room)
    ends = [(scale.at(piece.first), scale.at(piece.stop)) for piece in scale.pieces]
    assert scale.length <= room + scale.cell
    for left, right in ends:
        assert -0.01 <= left <= right <= scale.length + 0.01
    assert all(before[1] < after[0] for before, after in pairwise(ends))


@given(st.integers(1, 100_000), st.integers(1, 20), ROOMS)
def test_never_more_elements_are_drawn_than_there_is_room_for(stop, needed, room):
    scale = scale_of(0, stop, needed, room)
    if scale.by_cells:
        assert len(list(scale.indexes())) * LEAST <= room + LEAST


@given(st.integers(2, 100_000), st.integers(1, 12))
def test_what_is_needed_is_seen(stop, needed):
    scale = scale_of(0, stop, needed, 120)
    assert all(scale.holds(at) for at in range(min(needed, stop)))


def test_a_short_axis_is_drawn_whole():
    scale = scale_of(-1, 11, 4, 200)
    assert list(scale.indexes()) == list(range(-1, 11))
    assert scale.break_at is None


def test_a_long_axis_is_broken_and_ends_with_its_last_elements():
    scale = scale_of(0, 511, 5, 120)
    assert scale.break_at is not None
    assert list(scale.indexes())[-2:] == [509, 510]


def test_an_axis_of_unknown_length_stays_open():
    scale = scale_of(0, None, 5, 120)
    assert scale.open
    assert scale.length <= 120
    assert scale.break_at == pytest.approx(scale.length - BREAK / 2)


def test_a_window_that_is_too_long_for_single_elements_becomes_a_strip():
    scale = scale_of(0, 16_000, 560, 300)
    assert not scale.by_cells
    assert scale.holds(559)


def test_an_element_in_the_break_is_drawn_at_the_break():
    scale = scale_of(0, 511, 5, 120)
    assert scale.at(200) == scale.break_at


def test_an_axis_without_elements_takes_no_room():
    assert scale_of(0, 0, 3, 120).length == 0
