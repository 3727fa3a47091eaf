"""Groups built alike share a number, whatever their names."""

from loaders.grouping import group
from loaders.ir.graph import Category
from tests.loaders.grouping.models import model_of, node_of, replaced, weight
from tests.loaders.grouping.test_sums import weighted


def likeness(model):
    return {one.title: one.likeness for one in group(model).groups.values()}


def test_equal_blocks_share_a_number_and_others_have_none():
    found = likeness(
        model_of(
            "one/a: Conv x", "one/b: Relu one/a",
            "two/p: Conv one/b", "two/q: Relu two/p",
            "odd/a: Relu two/q", "odd/b: Conv odd/a",
        )
    )  # fmt: skip
    assert found == {"one": 1, "two": 1, "odd": 0}


def test_the_wiring_inside_counts():
    found = likeness(
        model_of(
            "one/a: A x", "one/b: B one/a", "one/c: Add one/a one/b",
            "two/a: A x", "two/b: B two/a", "two/c: Add two/b two/b",
            "d: D one/c two/c",
        )
    )  # fmt: skip
    assert found == {"one": 0, "two": 0}


def test_the_order_of_independent_nodes_does_not():
    found = likeness(
        model_of(
            "one/a: A x", "one/b: B x", "one/c: Add one/a one/b",
            "two/b: B x", "two/a: A x", "two/c: Add two/a two/b",
            "d: D one/c two/c",
        )
    )  # fmt: skip
    assert found == {"one": 1, "two": 1}


def test_groups_inside_groups_are_compared_too():
    found = likeness(
        model_of(
            "one/i/a: A x", "one/i/b: B one/i/a", "one/c: C one/i/b",
            "two/j/a: A one/c", "two/j/b: B two/j/a", "two/c: C two/j/b",
        )
    )  # fmt: skip
    assert found == {"one": 1, "i": 2, "two": 1, "j": 2}


def test_shapes_of_weights_count():
    model = model_of("p/a: A x", "p/b: B p/a", "q/c: A p/b", "q/d: B q/c")
    same = weighted(model, a=[weight("w", 3, 4)], c=[weight("v", 3, 4)])
    other = weighted(model, a=[weight("w", 3, 4)], c=[weight("v", 4, 3)])
    assert likeness(same) == {"p": 1, "q": 1}
    assert likeness(other) == {"p": 0, "q": 0}


def test_settings_of_what_slides_count():
    model = model_of("p/a: Conv x", "p/b: B p/a", "q/c: Conv p/b", "q/d: B q/c")
    nodes = {
        id: replaced(
            node,
            category=Category.CONVOLUTION if node.op == "Conv" else Category.OTHER,
            attributes={"strides": [len(id) if id == "q/c" else 1]},
        )
        for id, node in model.graph.nodes.items()
    }
    found = likeness(replaced(model, graphs={"": replaced(model.graph, nodes=nodes)}))
    assert found == {"p": 0, "q": 0}


def test_insides_of_nodes_are_alike_only_if_the_nodes_are():
    bodies = {"m": ["m/a: A x", "m/b: B m/a"], "n": ["n/a: A x", "n/b: B n/a"]}
    assert likeness(model_of("m: Net x", "n: Net m", bodies=bodies)) == {"m": 1, "n": 1}
    assert likeness(model_of("m: Net x", "n: Loop m", bodies=bodies)) == {
        "m": 0,
        "n": 0,
    }


def test_an_absent_input_is_not_a_result():
    model = model_of("p/a: A x", "p/b: B p/a", "q/a: A x", "q/b: B q/a", "r: R p/b q/b")
    nodes = dict(model.graph.nodes)
    nodes["q/b"] = replaced(node_of("q/b: B"), inputs=("",))
    found = likeness(replaced(model, graphs={"": replaced(model.graph, nodes=nodes)}))
    assert found == {"p": 0, "q": 0}
