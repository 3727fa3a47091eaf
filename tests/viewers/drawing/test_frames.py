"""Groups that are open: frames around what is in them, wherever they lie."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from loaders.ir.graph import Category
from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.layout import Arrangement
from tests.viewers.drawing.soundness import check_picture
from viewers.drawing.layout import NODE_HEIGHT, Planner, first_arrangement, lay_out


def grouped(model, tree):
    """Return a model with scopes.

    Args:
        model: A model of one graph.
        tree: The members of each scope; those of "" lie at the top.
    """
    parents = {member: id for id, members in tree.items() for member in members}
    groups = {}
    waiting = [id for id in tree[""] if id in tree]
    while waiting:
        id = waiting.pop(0)
        groups[id] = Group(
            id=id,
            title=id,
            kind=GroupKind.SCOPE,
            members=tuple(tree[id]),
            parent=parents.get(id, ""),
        )
        waiting += [member for member in tree[id] if member in tree]
    grouping = Grouping(top=tuple(tree[""]), groups=groups)
    return replace(model, grouping=grouping)


@st.composite
def scoped(draw):
    """Draw a graph, the scopes of its nodes, and which of them are open."""
    count = draw(st.integers(1, 22))
    edge = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = draw(st.lists(edge, max_size=50))
    if draw(st.booleans()):
        edges = [(min(pair), max(pair)) for pair in edges]
    scopes = draw(st.integers(0, 6))
    tree = {"": []} | {f"g{index}": [] for index in range(scopes)}
    for index in range(scopes):
        inside = draw(st.integers(-1, index - 1))
        tree[f"g{inside}" if inside >= 0 else ""].append(f"g{index}")
    for index in range(count):
        inside = draw(st.integers(-1, scopes - 1))
        tree[f"g{inside}" if inside >= 0 else ""].append(f"n{index}")
    for index in reversed(range(scopes)):  # nothing is grouped without nodes
        if not tree[f"g{index}"]:
            del tree[f"g{index}"]
            for members in tree.values():
                if f"g{index}" in members:
                    members.remove(f"g{index}")
    opened = draw(st.sets(st.sampled_from(sorted(tree))))
    return count, edges, tree, tuple(sorted(opened - {""}))


@given(scoped(), st.booleans())
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_picture_with_groups_is_sound(network, drawn, horizontal):
    count, edges, tree, opened = drawn
    model = grouped(network().edges(edges, count).builder.freeze(), tree)
    arrangement = Arrangement(opened=opened, horizontal=horizontal)
    layout = lay_out(model, arrangement)
    wires = {(f"n{s}", f"n{s}", f"n{t}") for s, t in edges if s != t}
    check_picture(layout, model.grouping.groups, wires)
    assert lay_out(model, arrangement) == layout


@given(scoped(), st.data())
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_opening_a_group_does_not_reorder_what_is_around_it(network, drawn, data):
    count, edges, tree, opened = drawn
    model = grouped(network().edges(edges, count).builder.freeze(), tree)
    groups = sorted(model.grouping.groups)
    toggled = data.draw(st.sampled_from(groups)) if groups else ""
    before = lay_out(model, Arrangement(opened=opened))
    after = lay_out(model, Arrangement(opened=tuple(sorted({*opened} ^ {toggled}))))
    around = {m: g.id for g in model.grouping.groups.values() for m in g.members}
    places = {box.node: box for box in after.boxes}
    for box in before.boxes:
        for other in before.boxes:
            if other.node not in places or box.node not in places:
                continue
            beside = around.get(box.node) == around.get(other.node)
            if beside and box.y == other.y and box.x < other.x:
                first, second = places[box.node], places[other.node]
                # Parts that nothing joins may go below where it gets too wide.
                below = second.y >= first.y + (first.height or NODE_HEIGHT)
                assert first.x < second.x or below


@given(scoped(), st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_was_shown_before_does_not_change_a_picture(network, drawn, data):
    count, edges, tree, _opened = drawn
    model = grouped(network().edges(edges, count).builder.freeze(), tree)
    groups = sorted(model.grouping.groups)
    planner = Planner(model)
    for _step in range(4):
        opened = data.draw(st.sets(st.sampled_from(groups))) if groups else ()
        arrangement = Arrangement(
            opened=tuple(sorted(opened)), horizontal=data.draw(st.booleans())
        )
        assert planner.lay_out(arrangement) == lay_out(model, arrangement)


def test_groups_of_one_structure_look_the_same(network):
    edges = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5), (5, 6)]
    tree = {"": ["g", "h", "n6"], "g": ["n0", "n1", "n2"], "h": ["n3", "n4", "n5"]}
    model = grouped(network().edges(edges, 7).builder.freeze(), tree)
    layout = lay_out(model, Arrangement(opened=("g", "h")))
    at = {box.node: box for box in layout.boxes}
    inside = [
        {
            index: (at[n].x - at[g].x, at[n].y - at[g].y)
            for index, n in enumerate(tree[g])
        }
        for g in ("g", "h")
    ]
    assert at["g"].width == at["h"].width
    # The one below is entered from above, so there is more room for lines in it.
    assert [x for x, _ in inside[0].values()] == [x for x, _ in inside[1].values()]


def test_what_one_group_feeds_leaves_it_by_one_port(network):
    edges = [(0, 1), (1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5)]
    tree = {"": ["g", "n2", "n3", "n4", "n5"], "g": ["n0", "n1"]}
    model = grouped(network().edges(edges, 6).builder.freeze(), tree)
    layout = lay_out(model, Arrangement(opened=("g",)))
    leaving = [route for route in layout.routes if route.target == "g"]
    assert [(route.source, route.value) for route in leaving] == [("n1", "n1")]
    starts = {route.points[:2] for route in layout.routes if route.source == "g"}
    assert starts == {leaving[0].points[-2:]}


def test_values_of_one_source_for_one_closed_group_are_one_edge(network):
    net = network()
    net.add("a")
    net.add("b", "a")
    net.add("c", "a", "b")
    model = grouped(net.builder.freeze(), {"": ["g", "c"], "g": ["a", "b"]})
    [route] = lay_out(model, Arrangement()).routes
    assert (route.source, route.target) == ("g", "c")
    assert {route.value, *route.more} == {"a", "b"}


def test_a_group_that_the_model_has_not_is_as_good_as_closed(network):
    model = network().chain("a", "b").builder.freeze()
    layout = lay_out(model, Arrangement(opened=("nobody",)))
    assert [box.node for box in layout.boxes] == ["a", "b"]


def test_folded_activations_stand_on_the_box(network):
    net = network("onnx").chain("conv")
    net.add("relu", "conv", op="Relu", category=Category.ACTIVATION)
    [box] = lay_out(net.builder.freeze(), Arrangement(fold_activations=True)).boxes
    assert (box.node, box.folded) == ("conv", ("relu",))


def test_activations_are_folded_at_first_in_onnx_models_only(network):
    assert first_arrangement(network("onnx").chain("a").model()).fold_activations
    assert not first_arrangement(network("keras").chain("a").model()).fold_activations


def test_operations_that_stay_though_they_should_not_are_said(network):
    net = network("onnx")
    makers = [net.add(f"m{index}") for index in range(30)]
    net.add("many", *makers, op="Concat")
    layout = lay_out(net.builder.freeze(), Arrangement(hidden=("Concat",)))
    assert layout.fallback.startswith("1 operation stays in the picture")


def test_lines_do_not_cross_where_they_enter_a_frame(network):
    # Sources in the order a, b, c; inside, the file names their users backwards.
    edges = [(2, 3), (1, 4), (0, 5), (3, 6), (4, 7), (5, 8), (8, 6)]
    model = network().edges(edges, 9).builder.freeze()
    inside = ["n3", "n4", "n5", "n6", "n7", "n8"]
    model = grouped(model, {"": ["n0", "n1", "n2", "g"], "g": inside})
    layout = lay_out(model, Arrangement(opened=("g",)))
    lines = [route.points for route in layout.routes if route.target == "g"]
    assert len(lines) == 3
    by_start = sorted(lines)
    assert [line[-2] for line in by_start] == sorted(line[-2] for line in lines)


def test_a_line_that_ends_at_a_group_itself_has_a_place_of_its_own(network):
    net = network("onnx")
    for id in ("a", "condition", "b"):
        net.add(id)
    body = net.builder.graph("then", "then", "if")
    net.add("inner", "a", "b", graph=body)
    net.add("if", "condition", bodies=("then",))
    layout = lay_out(net.model(), Arrangement(opened=("if",)))
    ends = {r.source: r.points[-2:] for r in layout.routes if r.target == "if"}
    assert len(ends) == 3
    assert len(set(ends.values())) == 3


def caches(network, layers):
    """Return a model in which each layer takes an input of its own, and its wires."""
    net = network("onnx")
    net.main.inputs += ["x", "mask", *(f"past{index}" for index in range(layers))]
    wires, before = set(), "x"
    for index in range(layers):
        net.add(f"layer{index}", before, f"past{index}", "mask")
        makers = ("in:x" if before == "x" else before, f"in:past{index}", "in:mask")
        taken = (before, f"past{index}", "mask")
        wires |= {(v, m, f"layer{index}") for v, m in zip(taken, makers)}
        before = f"layer{index}"
    names = [f"layer{index}" for index in range(layers)]
    return grouped(net.builder.freeze(), {"": ["g"], "g": names}), wires


def test_many_lines_from_the_border_to_single_boxes_are_tunnels(network):
    model, wires = caches(network, 30)
    layout = lay_out(model, Arrangement(opened=("g",)))
    check_picture(layout, model.grouping.groups, wires)
    inner = [r for r in layout.routes if r.source == "g"]
    tunnels = [r for r in inner if r.stub]
    assert {r.value for r in tunnels} == {f"past{index}" for index in range(1, 30)}
    assert len({r.points[:2] for r in tunnels}) == 1  # they have one port together
    # A line that feeds many boxes is drawn, and the main line is straight.
    assert not any(r.stub for r in inner if r.value in ("x", "mask"))
    assert len({b.x for b in layout.boxes if b.node.startswith("layer")}) == 1


def test_a_few_lines_from_the_border_are_drawn_whole(network):
    model, wires = caches(network, 8)
    layout = lay_out(model, Arrangement(opened=("g",)))
    check_picture(layout, model.grouping.groups, wires)
    assert not any(route.stub for route in layout.routes)


def test_the_main_line_is_straight_through_a_frame(network):
    edges = [*((index, index + 1) for index in range(7)), (1, 8)]
    model = network().edges(edges, 9).builder.freeze()
    tree = {"": ["n0", "g", *(f"n{index}" for index in range(4, 9))]}
    model = grouped(model, {**tree, "g": ["n1", "n2", "n3"]})
    layout = lay_out(model, Arrangement(opened=("g",)))
    at = {box.node: box for box in layout.boxes}
    assert len({at[f"n{index}"].x for index in range(8)}) == 1
