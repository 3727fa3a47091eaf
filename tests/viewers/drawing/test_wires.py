"""What is joined in a picture, whatever is open."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.ir.graph import Category
from loaders.ir.layout import Arrangement
from tests.viewers.drawing.test_frames import grouped
from viewers.drawing.wires import MOST_PAST, flow

ACTIVATION = {"op": "Relu", "category": Category.ACTIVATION}


def joined(model, **arrangement):
    """Return the wires of a picture: value, maker, user."""
    found = flow(model, Arrangement(**arrangement))
    names = found.names
    wires = [(w.value, names[w.source], names[w.target]) for w in found.wires]
    assert len(set(wires)) == len(wires)
    return set(wires)


def folded(model, **arrangement):
    """Return what is written on which box."""
    found = flow(model, Arrangement(fold_activations=True, **arrangement))
    return {found.names[host]: ids for host, ids in found.folded.items()}


# graphs inside nodes


def nested_model(network):
    """Return a network whose nested model has its own first layer."""
    net = network()
    body = net.builder.graph("body", "inner model", "nested")
    body.inputs.append("first")
    body.outputs.append("last")
    net.add("x")
    net.add("first", graph=body, op="InputLayer", category=Category.ENDPOINT)
    net.add("last", "first", graph=body)
    net.add("nested", "x", bodies=("body",))
    net.add("user", "nested")
    return net


def test_a_nested_model_is_joined_by_its_first_and_last_layers(network):
    assert joined(nested_model(network).model()) == {
        ("x", "x", "first"),
        ("first", "first", "last"),
        ("nested", "last", "user"),
    }


def test_a_nested_model_alone_needs_no_box_for_its_input(network):
    found = flow(nested_model(network).model(), Arrangement(root="nested"))
    assert found.names == ["first", "last"]


def test_without_groups_a_node_with_a_graph_inside_is_a_plain_box(network):
    model = nested_model(network).builder.freeze()
    assert joined(model) == {("x", "x", "nested"), ("nested", "nested", "user")}


def branching(network):
    """Return a network with an If of two branches."""
    net = network("onnx")
    net.add("condition")
    net.add("x")
    for branch in ("then", "else"):
        body = net.builder.graph(branch, branch, "if")
        body.outputs.append(f"{branch}_result")
        net.add(f"{branch}_result", "x", graph=body)
    net.add("if", "condition", bodies=("then", "else"))
    net.add("user", "if")
    return net


def test_both_branches_take_what_is_around_them_and_lead_out(network):
    assert joined(branching(network).model()) == {
        ("condition", "condition", "if"),
        ("x", "x", "then_result"),
        ("x", "x", "else_result"),
        ("if", "then_result", "user"),
        ("if", "else_result", "user"),
    }


def test_a_branch_alone_has_boxes_for_what_comes_in_and_goes_out(network):
    assert joined(branching(network).model(), root="then") == {
        ("x", "in:x", "then_result"),
        ("then_result", "then_result", "out:then_result"),
    }


def test_what_a_loop_makes_first_is_no_output(network):
    net = network("onnx")
    for id in ("trips", "go", "start"):
        net.add(id)
    body = net.builder.graph("body", "body", "loop")
    body.inputs += ["i", "go_in", "state"]
    body.outputs += ["go_out", "next"]
    net.add("go_out", "go_in", graph=body)
    net.add("next", "state", "i", graph=body)
    net.add("loop", "trips", "go", "start", op="Loop", bodies=("body",))
    net.add("user", "loop")
    assert joined(net.model()) == {
        ("go", "go", "go_out"),
        ("start", "start", "next"),
        ("trips", "trips", "next"),
        ("loop", "next", "user"),
    }


def test_a_value_led_through_a_graph_as_it_is_passes_its_node(network):
    net = network("onnx")
    net.add("x")
    body = net.builder.graph("body", "body", "call")
    body.inputs.append("formal")
    body.outputs.append("formal")
    net.add("inner", "formal", graph=body)
    net.add("call", "x", bodies=("body",))
    net.add("user", "call")
    assert joined(net.model()) == {
        ("x", "x", "inner"),
        ("x", "x", "call"),
        ("call", "call", "user"),
    }


def test_a_function_alone_has_boxes_for_its_own_inputs(network):
    net = network("onnx")
    net.add("x")
    body = net.builder.graph("body", "body", "call")
    body.inputs += ["formal", "unused"]
    body.outputs.append("inner")
    net.add("inner", "formal", graph=body)
    net.add("call", "x", bodies=("body",))
    model = net.model()
    assert joined(model, root="call") == {
        ("formal", "in:formal", "inner"),
        ("inner", "inner", "out:inner"),
    }
    assert "in:unused" in flow(model, Arrangement(root="call")).names


# a group alone


def test_a_scope_alone_shows_where_its_values_come_from_and_go(network):
    model = grouped(
        network().chain(*"abcd").builder.freeze(),
        {"": ["a", "s", "d"], "s": ["b", "c"]},
    )
    assert joined(model, root="s") == {
        ("a", "in:a", "b"),
        ("b", "b", "c"),
        ("c", "c", "out:c"),
    }


def test_what_passes_by_a_scope_is_no_output_of_it(network):
    net = network().chain("a", "b")
    net.add("c", "a", "b")
    model = grouped(net.builder.freeze(), {"": ["a", "s", "c"], "s": ["b"]})
    assert "out:a" not in flow(model, Arrangement(root="s")).names


# left out


def test_edges_lead_past_what_is_left_out(network):
    net = network("onnx")
    net.add("a")
    net.add("b")
    net.add("reshape", "a", "b", op="Reshape")
    net.add("again", "reshape", op="Reshape")
    net.add("user", "again")
    assert joined(net.model(), hidden=("Reshape",)) == {
        ("a", "a", "user"),
        ("b", "b", "user"),
    }


def test_a_group_with_nothing_left_in_it_is_left_out(network):
    net = network("onnx")
    net.add("a")
    net.add("shape", "a", op="Shape")
    net.add("user", "shape")
    model = grouped(net.builder.freeze(), {"": ["a", "s", "user"], "s": ["shape"]})
    assert flow(model, Arrangement(hidden=("Shape",))).names == ["a", "s", "user"]
    found = flow(model, Arrangement(hidden=("Shape",)))
    assert [found.names[child] for child in found.children[""]] == ["a", "user"]


def test_an_operation_that_many_edges_would_lead_past_stays(network):
    net = network("onnx")
    makers = [net.add(f"m{index}") for index in range(MOST_PAST + 1)]
    net.add("few", *makers[:-1], op="Concat")
    net.add("many", *makers, op="Concat")
    net.add("user", "few", "many")
    found = flow(net.model(), Arrangement(hidden=("Concat",)))
    assert found.kept == 1
    assert "many" in found.names
    assert "few" not in found.names


@st.composite
def holes(draw):
    """Draw a graph without cycles and which of its nodes are left out."""
    count = draw(st.integers(2, 14))
    edge = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = draw(st.sets(edge, max_size=24))
    hidden = draw(st.sets(st.integers(0, count - 1)))
    return count, {(min(e), max(e)) for e in edges if e[0] != e[1]}, hidden


@given(holes())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_is_joined_by_ways_through_holes_is_joined(network, drawn):
    count, edges, hidden = drawn
    net = network("onnx")
    for index in range(count):
        feeds = [f"n{s}" for s, t in sorted(edges) if t == index]
        net.add(f"n{index}", *feeds, op="Gone" if index in hidden else "Dense")

    def users(node):
        for source, target in edges:
            if source == node:
                yield from users(target) if target in hidden else [target]

    expected = {
        (f"n{node}", f"n{node}", f"n{user}")
        for node in range(count)
        if node not in hidden
        for user in users(node)
    }
    assert joined(net.builder.freeze(), hidden=("Gone",)) == expected


# activations on the box before them


def test_an_activation_alone_after_its_layer_is_written_on_it(network):
    net = network("onnx").chain("conv")
    net.add("relu", "conv", **ACTIVATION)
    net.add("clip", "relu", **ACTIVATION)
    net.add("user", "clip")
    model = net.model()
    assert folded(model) == {"conv": ("relu", "clip")}
    assert joined(model, fold_activations=True) == {("clip", "conv", "user")}


def test_an_activation_of_a_value_that_others_take_keeps_its_box(network):
    net = network("onnx").chain("conv")
    net.add("relu", "conv", **ACTIVATION)
    net.add("other", "conv", "relu")
    assert folded(net.model()) == {}


def test_an_activation_of_an_output_keeps_its_box(network):
    net = network("onnx").chain("conv")
    net.main.outputs.append("conv")
    net.add("relu", "conv", **ACTIVATION)
    assert folded(net.model()) == {}


def test_an_activation_in_another_group_keeps_its_box(network):
    net = network("onnx").chain("conv")
    net.add("relu", "conv", **ACTIVATION)
    model = grouped(net.builder.freeze(), {"": ["conv", "s"], "s": ["relu"]})
    assert folded(model) == {}


@pytest.mark.parametrize("more", [{"count": 3}, {"problem": "Its shapes cannot work."}])
def test_an_activation_with_weights_or_a_problem_keeps_its_box(network, more):
    net = network("onnx").chain("conv")
    net.add("prelu", "conv", **ACTIVATION, **more)
    assert folded(net.model()) == {}


def test_an_activation_of_an_input_keeps_its_box(network):
    net = network("onnx")
    net.main.inputs.append("x")
    net.add("relu", "x", **ACTIVATION)
    assert folded(net.model()) == {}
