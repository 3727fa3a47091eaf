"""Looking things up in a model."""

from loaders.ir.index import ModelIndex
from tests.small_models import conv_model


def test_tells_who_makes_a_value_and_who_uses_it():
    index = ModelIndex(conv_model())
    assert index.maker("c").id == "conv_1"
    assert [node.id for node in index.users("c")] == ["head"]
    assert index.maker("head/x") is None
    assert index.users("y") == ()


def test_finds_nodes_inside_nested_models():
    index = ModelIndex(conv_model())
    assert index.nodes["head/output"].op == "Dense"
    assert index.graph_of("head/output").id == "head"
    assert index.graph_of("conv_1").id == ""
    assert index.graph_of("nobody") is None


def test_tells_the_way_to_a_nested_graph_from_outside():
    index = ModelIndex(conv_model())
    graphs = index.path(index.model.graphs["head"])
    assert [graph.id for graph in graphs] == ["", "head"]
