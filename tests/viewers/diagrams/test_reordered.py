"""The numbers on moved elements are those that numpy puts there."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.diagram import Reordered
from viewers.diagrams.reordered import number_at

SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


def reordered(source, target, order):
    return Reordered(
        source=source,
        target=target,
        labels=("x",) * len(source),
        order=tuple(order),
        result_labels=("x",) * len(target),
    )


@given(SHAPES, st.data())
def test_moved_axes_bear_the_numbers_that_numpy_moves(shape, data):
    order = data.draw(st.permutations(range(len(shape))))
    moved = np.arange(math.prod(shape)).reshape(shape).transpose(order)
    diagram = reordered(shape, moved.shape, order)
    for place in np.ndindex(*moved.shape):
        assert number_at(diagram, place) == moved[place]


@given(SHAPES, st.data())
def test_reshaped_arrays_bear_the_numbers_that_numpy_puts_there(shape, data):
    order = data.draw(st.permutations(range(len(shape))))
    total = math.prod(shape)
    first = data.draw(
        st.sampled_from([n for n in range(1, total + 1) if not total % n])
    )
    target = (first, total // first)
    made = np.arange(total).reshape(shape).transpose(order).reshape(target)
    diagram = reordered(shape, target, order)
    for place in np.ndindex(*target):
        assert number_at(diagram, place) == made[place]


def test_an_open_first_axis_does_not_matter():
    diagram = reordered((None, 4), (None, 2, 2), (0, 1))
    assert number_at(diagram, (0, 1, 1)) == 3
    assert number_at(diagram, (2, 0, 1)) == 9


def test_what_follows_from_an_unknown_length_is_not_claimed():
    diagram = reordered((3, None), (None, 3), (1, 0))
    assert number_at(diagram, (0, 0)) == 0
    assert number_at(diagram, (2, 0)) == 2
    assert number_at(diagram, (0, 1)) is None
