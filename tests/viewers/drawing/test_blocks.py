"""Many branches alike stand in a grid, with lanes for their lines."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.ir.layout import Arrangement
from tests.viewers.drawing.soundness import check_picture
from tests.viewers.drawing.test_frames import grouped
from viewers.drawing.layout import NODE_WIDTH, lay_out


def branches(network, lengths, source=True, target=True):
    """Return a network of chains between two nodes, and its wires."""
    net = network()
    wires = set()
    ends = []
    if source:
        net.add("source")
    for branch, length in enumerate(lengths):
        before = "source" if source else None
        for step in range(length):
            id = net.add(f"b{branch}_{step}", *([before] if before else []))
            if before:
                wires.add((before, before, id))
            before = id
        ends.append(before)
    if target:
        net.add("target", *ends)
        wires |= {(end, end, "target") for end in ends}
    return net, wires


@pytest.mark.parametrize(("source", "target"), [(1, 1), (1, 0), (0, 1)])
@pytest.mark.parametrize("horizontal", [False, True])
def test_hundreds_of_branches_are_not_wider_than_a_few_screens(
    network, source, target, horizontal
):
    net, wires = branches(network, [1] * 400, source, target)
    model = net.builder.freeze()
    layout = lay_out(model, Arrangement(horizontal=horizontal))
    across = layout.height if horizontal else layout.width
    assert across < 4_200
    check_picture(layout, {}, wires)


def test_a_few_branches_stand_in_one_row(network):
    net, _wires = branches(network, [1] * 10)
    layout = lay_out(net.builder.freeze())
    rows = Counter(box.y for box in layout.boxes)
    assert sorted(rows.values()) == [1, 1, 10]


def test_branches_of_several_layers_keep_their_line(network):
    net, wires = branches(network, [3] * 50, source=False)
    layout = lay_out(net.builder.freeze())
    at = {box.node: box for box in layout.boxes}
    for branch in range(50):
        line = [at[f"b{branch}_{step}"] for step in range(3)]
        assert len({box.x for box in line}) == 1
        assert line[0].y < line[1].y < line[2].y
    assert layout.width < 12 * NODE_WIDTH
    check_picture(layout, {}, wires)


def test_long_branches_stand_side_by_side(network):
    net, wires = branches(network, [20] * 20)
    layout = lay_out(net.builder.freeze())
    assert layout.width > 20 * NODE_WIDTH
    check_picture(layout, {}, wires)


@given(
    st.lists(st.integers(1, 4), min_size=18, max_size=40),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.sets(st.integers(0, 39)),
)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_grid_is_sound_whatever_is_open_in_it(network, lengths, ends, opened):
    source, target, horizontal = ends
    net, wires = branches(network, lengths, source, target)
    model = net.builder.freeze()
    chosen = [branch for branch in sorted(opened) if branch < len(lengths)]
    tree = {"": [id for id in model.graph.nodes if id.endswith(("source", "target"))]}
    for branch, length in enumerate(lengths):
        nodes = [f"b{branch}_{step}" for step in range(length)]
        if branch in opened:  # the first node of the branch is in a group
            tree[f"g{branch}"] = nodes[:1]
            tree[""].append(f"g{branch}")
        tree[""] += nodes[1:] if branch in opened else nodes
    model = grouped(model, tree)
    arrangement = Arrangement(
        opened=tuple(sorted(f"g{branch}" for branch in chosen[::2])),
        horizontal=horizontal,
    )
    check_picture(lay_out(model, arrangement), model.grouping.groups, wires)
