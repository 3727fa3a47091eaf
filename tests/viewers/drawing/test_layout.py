"""Where boxes lie: no box on another, edges down, chains straight, always the same."""

import subprocess
import sys
from inspect import signature
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.ir.layout import Arrangement
from loaders.limits import LIMITS
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH, lay_out


def places(layout):
    return {box.node: (box.x, box.y) for box in layout.boxes}


def overlapping(layout):
    boxes = sorted(layout.boxes, key=lambda box: box.y)
    return [
        (a.node, b.node)
        for index, a in enumerate(boxes)
        for b in boxes[index + 1 :]
        if b.y < a.y + NODE_HEIGHT and abs(a.x - b.x) < NODE_WIDTH
    ]


graphs = st.integers(1, 24).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)),
            max_size=60,
        ),
    )
)


@given(graphs, st.booleans())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_graph_is_laid_out_without_an_overlap(network, drawn, horizontal):
    count, edges = drawn
    layout = lay_out(
        network().edges(edges, count).builder.freeze(),
        Arrangement(horizontal=horizontal),
    )
    assert sorted(places(layout)) == sorted(f"n{index}" for index in range(count))
    assert overlapping(layout) == []
    for box in layout.boxes:
        assert 0 <= box.x <= layout.width - NODE_WIDTH
        assert 0 <= box.y <= layout.height - NODE_HEIGHT
    wanted = {(f"n{s}", f"n{t}") for s, t in edges if s != t}
    assert {(r.source, r.target) for r in layout.routes} == wanted
    assert len(layout.routes) == len(wanted)


@given(graphs)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_edges_of_a_graph_without_cycles_go_down(network, drawn):
    count, edges = drawn
    forward = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    layout = lay_out(network().edges(forward, count).builder.freeze())
    at = places(layout)
    for route in layout.routes:
        assert at[route.source][1] + NODE_HEIGHT < at[route.target][1]
        ys = route.points[1::2]
        assert list(ys) == sorted(ys)


@given(graphs)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_edge_runs_through_a_box(network, drawn):
    count, edges = drawn
    forward = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    layout = lay_out(network().edges(forward, count).builder.freeze())
    for route in layout.routes:
        points = list(zip(route.points[::2], route.points[1::2]))
        for (x, top), (to_x, bottom) in pairwise(points):
            for box in layout.boxes:
                beside = max(x, to_x) < box.x or min(x, to_x) > box.x + NODE_WIDTH
                apart = bottom <= box.y + 0.1 or top >= box.y + NODE_HEIGHT - 0.1
                assert beside or apart, (route, box)


def test_edges_touch_their_boxes_in_the_middle(network):
    layout = lay_out(
        network().edges([(0, 1), (0, 2), (1, 3), (2, 3)], 4).builder.freeze()
    )
    at = places(layout)
    for route in layout.routes:
        (sx, sy), (tx, ty) = at[route.source], at[route.target]
        assert route.points[:2] == (sx + NODE_WIDTH / 2, sy + NODE_HEIGHT)
        assert route.points[-2:] == (tx + NODE_WIDTH / 2, ty)


def test_a_chain_is_perfectly_straight(network):
    layout = lay_out(network().chain(*"abcdefgh").builder.freeze())
    assert len({x for x, _y in places(layout).values()}) == 1
    assert all(len(route.points) == 4 for route in layout.routes)


def test_the_layers_beside_a_shortcut_stay_in_one_line(network):
    shortcut = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 4), (4, 5), (5, 6), (4, 6)]
    layout = lay_out(network().edges(shortcut, 7).builder.freeze())
    assert len({x for x, _y in places(layout).values()}) == 1


def test_a_deep_network_does_not_drift_aside(network):
    edges, last = [], 0
    for _block in range(30):  # three branches of lengths 1, 2 and 3 that meet again
        a, b, c, d, e, f, end = range(last + 1, last + 8)
        edges += [(last, a), (last, b), (b, c), (last, d), (d, e), (e, f)]
        edges += [(a, end), (c, end), (f, end)]
        last = end
    layout = lay_out(network().edges(edges, last + 1).builder.freeze())
    at = places(layout)
    assert len({at[f"n{index}"][0] for index in range(0, last + 1, 7)}) == 1
    assert layout.width < 5 * NODE_WIDTH


def test_two_equal_branches_stand_left_and_right_of_their_parent(network):
    layout = lay_out(
        network().edges([(0, 1), (0, 2), (1, 3), (2, 3)], 4).builder.freeze()
    )
    at = places(layout)
    assert at["n0"][0] == at["n3"][0] == (at["n1"][0] + at["n2"][0]) / 2


def test_a_source_stands_just_above_what_it_feeds(network):
    main = [(index, index + 1) for index in range(6)]
    layout = lay_out(network().edges([*main, (7, 8), (8, 5)], 9).builder.freeze())
    at = places(layout)
    assert at["n8"][1] == at["n4"][1]
    assert at["n7"][1] == at["n3"][1]


def test_many_edges_over_many_rows_become_stubs(network):
    chain = [(index, index + 1) for index in range(100)]
    long = [(0, index) for index in range(50, 100, 2)]
    layout = lay_out(network().edges([*chain, *long], 101).builder.freeze())
    stubs = {(route.source, route.target) for route in layout.routes if route.stub}
    assert stubs == {(f"n{source}", f"n{target}") for source, target in long}
    assert all(len(route.points) == 4 for route in layout.routes if route.stub)
    assert layout.width < 2 * NODE_WIDTH


def test_a_few_long_edges_are_drawn_whole(network):
    chain = [(index, index + 1) for index in range(100)]
    layout = lay_out(network().edges([*chain, (5, 95), (10, 90)], 101).builder.freeze())
    assert not any(route.stub for route in layout.routes)


def test_edges_between_everything_do_not_explode(network):
    count = 120
    edges = [(a, b) for a in range(count) for b in range(a + 1, count)]
    layout = lay_out(network().edges(edges, count).builder.freeze())
    assert len(layout.routes) == len(edges)
    assert layout.fallback == ""


def test_separate_networks_stand_side_by_side(network):
    model = network().chain("a", "b", "c").chain("x", "y").builder.freeze()
    at = places(lay_out(model))
    assert at["a"][1] == at["x"][1]
    assert at["x"][0] > at["a"][0] + NODE_WIDTH


def test_layers_that_nothing_joins_stand_in_a_grid_in_their_order(network):
    model = network().edges([], 14).builder.freeze()
    layout = lay_out(model)
    assert [box.node for box in sorted(layout.boxes, key=lambda b: (b.y, b.x))] == [
        f"n{index}" for index in range(14)
    ]
    assert len({box.x for box in layout.boxes}) == 3


def test_the_same_graph_gives_the_same_picture(network):
    edges = [(a, b) for a in range(30) for b in range(a + 1, 30) if (a * b) % 7 == 1]
    first, second = (
        lay_out(network().edges(edges, 30).builder.freeze()) for _ in range(2)
    )
    assert first == second


def test_horizontal_is_the_same_flow_from_left_to_right(network):
    layout = lay_out(
        network().chain("a", "b", "c").builder.freeze(), Arrangement(horizontal=True)
    )
    at = places(layout)
    assert at["a"][0] + NODE_WIDTH < at["b"][0]
    assert len({y for _x, y in at.values()}) == 1
    assert layout.horizontal


def test_inputs_and_outputs_of_onnx_have_boxes(network):
    net = network("onnx")
    net.main.inputs += ["x", "unused"]
    net.add("relu", "x")
    net.main.outputs += ["relu"]
    layout = lay_out(net.builder.freeze())
    assert [box.node for box in layout.boxes] == [
        "in:x",
        "in:unused",
        "relu",
        "out:relu",
    ]
    assert [(r.source, r.target) for r in layout.routes] == [
        ("in:x", "relu"),
        ("relu", "out:relu"),
    ]


def test_input_layers_of_keras_are_their_own_boxes(network):
    net = network().chain("input", "dense")
    net.main.inputs.append("input")
    net.main.outputs.append("dense")
    assert [box.node for box in lay_out(net.builder.freeze()).boxes] == [
        "input",
        "dense",
    ]


def test_what_a_body_uses_from_outside_is_joined_to_its_owner(network):
    net = network("onnx")
    net.add("condition")
    net.add("outer")
    body = net.builder.graph("then", "then_branch", "if")
    net.add("inner", "outer", graph=body)
    net.add("if", "condition", bodies=("then",))
    model = net.model()
    layout = lay_out(model)
    assert ("outer", "if") in {(r.source, r.target) for r in layout.routes}
    inside = lay_out(model, Arrangement(root="if"))
    assert [box.node for box in inside.boxes] == ["in:outer", "inner"]
    assert [(r.source, r.target) for r in inside.routes] == [("in:outer", "inner")]


def test_a_node_that_takes_one_value_twice_has_one_edge(network):
    net = network()
    net.add("a")
    net.add("square", "a", "a")
    assert len(lay_out(net.builder.freeze()).routes) == 1


def test_a_mask_is_an_edge(network):
    net = network()
    net.add("mask")
    net.add("lstm", masks=("mask",))
    [route] = lay_out(net.builder.freeze()).routes
    assert (route.source, route.target) == ("mask", "lstm")


def test_an_empty_graph_has_an_empty_picture(network):
    layout = lay_out(network().builder.freeze())
    assert (layout.boxes, layout.routes) == ((), ())


def test_without_time_the_order_is_that_of_the_file_and_it_says_so(network):
    edges = [(a, b) for a in range(20) for b in range(20, 40) if (a * b) % 3]
    layout = lay_out(network().edges(edges, 40).builder.freeze(), seconds=0.0)
    assert layout.fallback
    assert overlapping(layout) == []


def test_the_time_that_a_layout_may_take_stands_in_the_table_of_limits():
    assert signature(lay_out).parameters["seconds"].default == LIMITS.layout_seconds


def test_a_path_of_thirty_thousand_layers_is_laid_out(network):
    count = 30_000
    edges = [(index, index + 1) for index in range(count - 1)]
    layout = lay_out(network().edges(edges, count).builder.freeze())
    assert len({box.x for box in layout.boxes}) == 1


def test_importing_the_layout_brings_no_window():
    code = "import sys, viewers.drawing.layout; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert {"PySide6", "pyqtgraph", "onnx", "h5py"}.isdisjoint(loaded)


@pytest.mark.bench
def test_five_thousand_nodes_with_shortcuts(network, benchmark):
    edges = []
    for index in range(1, 5_000):
        edges.append((index - 1, index))
        if index % 5 == 0:
            edges.append((index - 5, index))
        if index % 50 == 0:
            edges.append((0, index))
    model = network().edges(edges, 5_000).builder.freeze()
    benchmark(lambda: lay_out(model))
    assert benchmark.disabled or benchmark.stats["median"] < 0.3  # seconds
