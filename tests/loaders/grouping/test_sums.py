"""Sums of groups: each weight once inside each group, costs as containers run."""

from loaders.grouping import group
from loaders.ir.graph import Axis, Category, Value
from tests.loaders.grouping.models import model_of, replaced, weight


def weighted(model, **weights):
    """Return a model whose nodes have weights, by the last letter of their ids."""
    graphs = {
        id: replaced(
            graph,
            nodes={
                name: replaced(node, parameters=tuple(weights.get(name[-1], ())))
                for name, node in graph.nodes.items()
            },
        )
        for id, graph in model.graphs.items()
    }
    return replaced(model, graphs=graphs)


def parameters(found):
    return {id: one.parameters for id, one in found.groups.items()}


TWO = ("p/q/a: A x", "p/q/b: B p/q/a", "p/c: C p/q/b", "r/d: D p/c", "r/e: E r/d")


def test_a_group_counts_what_is_inside_its_groups():
    model = weighted(model_of(*TWO), a=[weight("w", 5)], c=[weight("v", 7)])
    assert parameters(group(model)) == {"p/": 12, "p/q/": 5, "r/": 0}


def test_a_weight_used_twice_counts_once_in_every_group_around():
    shared = [weight("w", 10)]
    model = weighted(
        model_of(*TWO, "s: S r/e"), a=shared, b=shared, c=shared, d=shared, s=shared
    )
    assert parameters(group(model)) == {"p/": 10, "p/q/": 10, "r/": 10}


def test_weights_of_a_container_and_of_its_inside_count():
    model = model_of("a: A x", "n: N a", bodies={"n": ["n/b: B a", "n/c: C n/b"]})
    shared = weight("w", 3)
    model = weighted(model, n=[shared], b=[shared], c=[weight("v", 4)])
    assert parameters(group(model)) == {"n": 7}


def test_an_unknown_weight_makes_sums_unknown():
    unknown = [weight("w", -1, 4)]
    model = weighted(model_of(*TWO), b=unknown, d=[weight("v", 2)])
    assert parameters(group(model)) == {"p/": None, "p/q/": None, "r/": 2}


def test_listed_weights_do_not_count():
    model = weighted(model_of(*TWO), a=[weight("w", -1, counted=False)])
    assert parameters(group(model))["p/"] == 0


def test_costs_and_nodes_are_added_up():
    found = group(model_of(*TWO))
    assert {id: (one.nodes, one.multiply_adds) for id, one in found.groups.items()} == {
        "p/": (3, 3),
        "p/q/": (2, 2),
        "r/": (2, 2),
    }


def test_nobody_knows_the_cost_of_branches():
    branches = {"then": ["t: A x", "u: A t"], "else": ["e: B x"]}
    model = model_of("g/a: A x", "g/if: If g/a", "c: C g/if", bodies={"g/if": branches})
    found = {
        id: one.multiply_adds
        for id, one in group(_without_costs(model, "If")).groups.items()
    }
    assert found == {"g/": None, "g/if": None, "g/if/then": 2, "g/if/else": 1}


def test_a_time_distributed_inside_runs_once_per_step():
    model = _without_costs(
        model_of("t: TimeDistributed x", bodies={"t": ["t/d: D x"]}), "TimeDistributed"
    )
    axes = (Axis.BATCH, Axis.TIME, Axis.FEATURE)
    value = Value(id="t", shape=(None, 9, 4), axes=axes)
    main = replaced(model.graph, values={**model.graph.values, "t": value})
    model = replaced(model, graphs={**model.graphs, "": main})
    assert group(model).groups["t"].multiply_adds == 9


def test_a_layer_whose_weights_nobody_knows_makes_the_sum_unknown():
    model = model_of("g/a: A x", "g/b: Dense g/a", "c: C g/b", dialect="keras")
    nodes = dict(model.graph.nodes)
    nodes["g/b"] = replaced(nodes["g/b"], category=Category.DENSE, problem="Too short.")
    found = group(replaced(model, graphs={"": replaced(model.graph, nodes=nodes)}))
    assert found.groups["g/"].parameters is None


def _without_costs(model, op):
    nodes = {
        id: replaced(node, multiply_adds=None) if node.op == op else node
        for id, node in model.graph.nodes.items()
    }
    return replaced(
        model, graphs={**model.graphs, "": replaced(model.graph, nodes=nodes)}
    )
