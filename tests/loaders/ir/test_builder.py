from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ir.builder import ModelBuilder, ordered
from loaders.ir.graph import Axis, Node, Parameter, Value
from loaders.ir.tensors import absent_tensor


def node(id, inputs=(), outputs=None, **more):
    outputs = (f"{id}:0",) if outputs is None else outputs
    return Node(id=id, op="Op", dialect="test", inputs=inputs, outputs=outputs, **more)


def test_outputs_become_values():
    builder = ModelBuilder(Path("x"), "test")
    builder.graph().add_node(node("a"))
    assert builder.freeze().graph.values == {"a:0": Value(id="a:0")}


def test_ids_are_unique_in_the_whole_model():
    builder = ModelBuilder(Path("x"), "test")
    builder.graph().add_node(node("a"))
    inner = builder.graph("a", owner="a")
    with pytest.raises(ValueError, match="twice"):
        inner.add_node(node("a"))
    with pytest.raises(ValueError, match="two graphs"):
        inner.add_value(Value(id="a:0"))
    assert builder.unique("a") == "a#2"


def test_a_value_needs_as_many_axes_as_lengths():
    with pytest.raises(ValueError, match="1 axes"):
        Value(id="v", shape=(1, 2), axes=(Axis.BATCH,))


def test_a_body_belongs_to_its_node():
    builder = ModelBuilder(Path("x"), "test")
    builder.graph().add_node(node("a", bodies=("b",)))
    builder.graph("b", owner="other")
    with pytest.raises(ValueError, match="not owned"):
        builder.freeze()


def test_containers_come_before_what_is_inside():
    builder = ModelBuilder(Path("x"), "test")
    top = builder.graph()
    top.add_node(node("a", bodies=("a",)))
    top.add_node(node("z"))
    builder.graph("a", owner="a").add_node(node("a/b"))
    assert [one.id for one in builder.freeze().nodes()] == ["a", "a/b", "z"]


def test_shared_weights_are_counted_once():
    weight = Parameter(id="w", role="kernel", tensor=absent_tensor((2, 3), "float32"))
    builder = ModelBuilder(Path("x"), "test")
    top = builder.graph()
    top.add_node(node("a", parameters=(weight,)))
    top.add_node(node("a#2", parameters=(weight,)))
    assert sum(one.count for one in builder.freeze().parameters()) == 6


def test_weights_of_unknown_size_count_as_nothing():
    weight = Parameter(id="w", role="kernel", tensor=absent_tensor((-1, 3), "float32"))
    assert (weight.known, weight.count) == (False, 0)


@given(
    st.permutations(range(8)), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)))
)
def test_nodes_follow_what_feeds_them_in_any_file_order(order, edges):
    edges = {(source, target) for source, target in edges if source < target}
    nodes = {
        str(at): node(str(at), tuple(f"{s}:0" for s, t in sorted(edges) if t == at))
        for at in order
    }
    place = {id: at for at, id in enumerate(ordered(nodes))}
    assert set(place) == set(nodes)
    assert all(place[str(source)] < place[str(target)] for source, target in edges)


def test_a_cycle_loses_no_node():
    nodes = {"a": node("a", ("b:0",)), "b": node("b", ("a:0",)), "c": node("c")}
    assert list(ordered(nodes)) == ["c", "a", "b"]
