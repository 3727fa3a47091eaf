"""What lies where, against looking at everything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ir.layout import Box, Layout, Route
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH
from viewers.drawing.places import Places, rect_of, touches

COORDINATES = st.integers(-2_000, 6_000).map(float)


def indexed(layout):
    places = Places(layout)
    for _step in places.fill():
        pass
    return places


@st.composite
def layouts(draw):
    corners = draw(st.lists(st.tuples(COORDINATES, COORDINATES), max_size=40))
    boxes = tuple(Box(f"n{at}", x, y) for at, (x, y) in enumerate(corners))
    lines = draw(
        st.lists(st.lists(COORDINATES, min_size=4, max_size=8), max_size=20).map(
            lambda found: [line[: len(line) // 2 * 2] for line in found]
        )
    )
    routes = tuple(
        Route("v", "a", "b", tuple(line), draw(st.booleans())) for line in lines
    )
    return Layout(
        graph="",
        boxes=boxes,
        routes=routes,
        width=8_000.0,
        height=8_000.0,
        horizontal=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(layouts(), COORDINATES, COORDINATES, st.floats(0, 4_000), st.floats(0, 4_000))
def test_boxes_in_an_area_are_those_that_touch_it(layout, x, y, width, height):
    area = (x, y, x + width, y + height)
    expected = [
        at for at, box in enumerate(layout.boxes) if touches(rect_of(box), area)
    ]
    assert indexed(layout).boxes_in(area) == expected


@settings(max_examples=60, deadline=None)
@given(layouts(), st.data())
def test_a_point_of_an_edge_finds_an_edge(layout, data):
    places = indexed(layout)
    if not layout.routes:
        assert places.route_at(0.0, 0.0, 8.0) is None
        return
    route = data.draw(st.sampled_from(layout.routes))
    found = places.route_at(*route.points[:2], 8.0)
    assert found is not None


def test_an_edge_is_found_within_reach_only():
    route = Route("v", "a", "b", (100.0, 0.0, 100.0, 300.0))
    places = indexed(
        Layout(graph="", boxes=(), routes=(route,), width=400.0, height=400.0)
    )
    assert places.route_at(106.0, 150.0, 8.0) == 0
    assert places.route_at(110.0, 150.0, 8.0) is None
    assert places.route_at(100.0, 312.0, 8.0) is None


def test_an_edge_is_found_where_its_curve_is_drawn():
    # Half the way between two rows it has come half the way across.
    route = Route("v", "a", "b", (0.0, 0.0, 400.0, 100.0))
    places = indexed(
        Layout(graph="", boxes=(), routes=(route,), width=400.0, height=400.0)
    )
    assert places.route_at(200.0, 50.0, 4.0) == 0
    assert places.route_at(100.0, 25.0, 4.0) is None


def test_an_edge_drawn_in_part_is_found_at_its_ends_only():
    route = Route("v", "a", "b", (0.0, 0.0, 0.0, 5_000.0), True)
    places = indexed(
        Layout(graph="", boxes=(), routes=(route,), width=400.0, height=5_100.0)
    )
    assert places.route_at(0.0, 6.0, 8.0) == 0
    assert places.route_at(0.0, 4_995.0, 8.0) == 0
    assert places.route_at(0.0, 2_500.0, 8.0) is None


def test_frames_are_told_from_boxes(framed):
    _model, layout = framed
    places = indexed(layout)
    names = [layout.boxes[at].node for at in places.frames]
    assert names == ["outer", "inner"]
    at = places.box_at(210.0, 260.0)
    assert layout.boxes[at].node == "outer/inner/c"
    assert places.box_at(160.0, 240.0) is None
    assert layout.boxes[places.frame_at(160.0, 240.0)].node == "inner"
    assert places.frame_at(0.0, 0.0) is None


@pytest.mark.parametrize("corner", [(0.0, 0.0), (639.0, 639.0), (-1.0, 1_280.0)])
def test_a_box_is_found_at_all_its_corners(corner):
    x, y = corner
    places = indexed(
        Layout(graph="", boxes=(Box("n", x, y),), routes=(), width=900.0, height=900.0)
    )
    for dx in (0.0, NODE_WIDTH):
        for dy in (0.0, NODE_HEIGHT):
            assert places.box_at(x + dx, y + dy) == 0


def test_a_node_on_the_box_of_another_is_found_by_its_host():
    box = Box("conv", 0.0, 0.0, folded=("relu",))
    places = indexed(
        Layout(graph="", boxes=(box,), routes=(), width=300.0, height=300.0)
    )
    assert places.hosts == {"relu": "conv"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(COORDINATES, COORDINATES, st.floats(1, 5_000)), max_size=30),
    st.booleans(),
    COORDINATES,
    COORDINATES,
    st.floats(0, 4_000),
)
def test_frames_in_an_area_are_those_that_touch_it(frames, horizontal, x, y, size):
    boxes = tuple(
        Box(f"g{at}", left, top, side, side, True)
        for at, (left, top, side) in enumerate(frames)
    )
    layout = Layout(
        graph="",
        boxes=boxes,
        routes=(),
        width=9_000.0,
        height=9_000.0,
        horizontal=horizontal,
    )
    area = (x, y, x + size, y + size)
    expected = [at for at, box in enumerate(boxes) if touches(rect_of(box), area)]
    assert indexed(layout).frames_in(area) == expected
