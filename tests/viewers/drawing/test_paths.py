"""Following edges through frames."""

import pytest
from msgspec.structs import replace

from loaders.ir.layout import Route
from viewers.drawing.layout import lay_out
from viewers.drawing.paths import Paths


@pytest.fixture
def paths(framed):
    paths = Paths(*framed)
    for _step in paths.fill():
        pass
    return paths


def trace(paths, *args):
    steps = paths.trace(*args)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("piece", [0, 1, 2])
def test_every_piece_of_an_edge_knows_both_its_ends(paths, piece):
    assert paths.sources(piece) == ["a"]
    assert paths.targets(piece) == ["outer/inner/c"]


def test_an_edge_that_fans_out_inside_frames_is_whole(paths):
    assert sorted(paths.whole(3)) == [3, 4, 5, 6]
    assert sorted(paths.whole(6)) == [3, 5, 6]
    assert paths.targets(3) == ["outer/b", "d"]


def test_neighbours_are_those_behind_the_frames(paths):
    assert paths.before("outer/inner/c") == ["a"]
    assert sorted(paths.after("outer/inner/c")) == ["d", "outer/b"]
    assert sorted(paths.after("a")) == ["d", "outer/inner/c"]


def test_neighbours_of_a_frame_are_outside_of_it(paths):
    assert paths.before("outer") == ["a"]
    assert paths.after("outer") == ["d"]
    assert sorted(paths.after("inner")) == ["d", "outer/b"]


def test_a_frame_knows_what_is_in_it(paths):
    assert sorted(paths.inside("outer")) == ["inner", "outer/b", "outer/inner/c"]


def test_what_feeds_a_box_is_traced_through_frames(paths):
    found = trace(paths, "outer/b", True, False)
    assert found.boxes == {"a", "outer/inner/c", "outer/b", "inner", "outer"}
    assert found.routes == {0, 1, 2, 3, 4}


def test_what_follows_a_box_is_traced_through_frames(paths):
    found = trace(paths, "outer/inner/c", False, True)
    assert found.boxes == {"outer/inner/c", "outer/b", "d", "inner", "outer"}
    assert found.routes == {3, 4, 5, 6}


def test_a_trace_of_a_frame_is_that_of_all_in_it(paths):
    found = trace(paths, "inner", True, False)
    assert found.boxes == {"inner", "outer/inner/c", "a", "outer"}


def test_the_condition_of_a_branch_is_traced_to_all_in_it(framed):
    model, layout = framed
    decides = Route("a", "a", "outer", (280.0, 92.0, 280.0, 130.0))
    paths = Paths(model, replace(layout, routes=(decides, *layout.routes[3:5])))
    for _step in paths.fill():
        pass
    assert trace(paths, "outer/b", True, False).boxes == {
        "outer/b",
        "outer/inner/c",
        "a",
        "outer",
        "inner",
    }
    inside = {"outer", "inner", "outer/inner/c", "outer/b"}
    assert trace(paths, "a", False, True).boxes == {"a"} | inside


def test_a_result_that_nobody_takes_is_no_condition(framed):
    model, layout = framed
    paths = Paths(model, replace(layout, routes=layout.routes[:4]))
    for _step in paths.fill():
        pass
    found = trace(paths, "outer/inner/c", False, True)
    assert found.boxes == {"outer/inner/c", "inner", "outer"}


def test_edges_of_a_box_are_limited(paths):
    assert len(paths.of("a", 1)) <= 4
    assert set(paths.of("a", 400)) == {0, 1, 2, 7}


def test_edges_that_share_their_start_are_one_to_the_eye(network):
    chain = [(index, index + 1) for index in range(100)]
    long = [(0, index) for index in range(45, 99, 6)]
    model = network().edges([*chain, *long], 101).model()
    layout = lay_out(model)
    paths = Paths(model, layout)
    for _step in paths.fill():
        pass
    stubs = [at for at, route in enumerate(layout.routes) if route.stub]
    assert len(stubs) == 9
    assert sorted(paths.bundle(stubs[0])) == stubs
    assert paths.whole(stubs[0]) == [stubs[0]]


def test_edges_that_meet_at_one_point_of_a_frame_are_told_apart(framed):
    model, layout = framed
    other = Route("b", "b", "outer", (100.0, 92.0, 300.0, 130.0))
    paths = Paths(model, replace(layout, routes=(*layout.routes, other)))
    for _step in paths.fill():
        pass
    assert paths.sources(2) == ["a"]
    assert paths.whole(8) == [8]
    assert "b" not in trace(paths, "outer/inner/c", True, False).boxes
