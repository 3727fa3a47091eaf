"""How many edges cross, counted in two ways and by looking at every pair."""

from hypothesis import given
from hypothesis import strategies as st

from viewers.drawing import _order
from viewers.drawing._order import Rows, crossings, order

edges = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=40, unique=True
)


def two_rows(edges):
    rows = Rows(
        rows=[list(range(8)), list(range(8, 16))],
        above=[[] for _ in range(16)],
        below=[[] for _ in range(16)],
        through=[1] * 16,
    )
    for upper, lower in edges:
        rows.below[upper].append(8 + lower)
        rows.above[8 + lower].append(upper)
    return rows


def looked_at(edges):
    return sum(
        (a - c) * (b - d) < 0
        for index, (a, b) in enumerate(edges)
        for c, d in edges[index + 1 :]
    )


@given(edges)
def test_both_ways_of_counting_agree_with_looking(edges):
    place = [*range(8), *range(8)]
    ends = [sorted(b for a, b in edges if a == upper) for upper in range(8)]
    expected = looked_at(edges)
    assert crossings(two_rows(edges), place, 0) == expected
    assert _order._crossings_of_many(ends, 8) == expected


@given(edges)
def test_ordering_never_makes_more_crossings_than_the_walk_it_starts_from(edges):
    graph = two_rows(edges)
    place = _order._walk(graph)
    before = crossings(graph, place, 0)
    assert order(two_rows(edges), lambda: True) is (before == 0)
    assert order(graph, lambda: False)
    for row in graph.rows:
        for index, vertex in enumerate(row):
            place[vertex] = index
    assert crossings(graph, place, 0) <= before
    assert sorted(graph.rows[0] + graph.rows[1]) == list(range(16))
