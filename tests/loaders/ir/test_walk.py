"""Sums over models: each weight once, containers as their insides."""

from pathlib import Path

import pytest

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Node, Parameter
from loaders.ir.tensors import absent_tensor, bits_of, element_type
from loaders.ir.walk import inside, parameter_counts, parameters_of, totals, totals_of


def weight(id, *shape, dtype="float32", **details):
    return Parameter(
        id=id, role="kernel", tensor=absent_tensor(shape, dtype), **details
    )


@pytest.fixture
def nested():
    """Return a model: a block with two layers that share a weight, and a third."""
    builder = ModelBuilder(Path("/m"), "test")
    shared = weight("shared", 10)
    builder.graph().add_node(
        Node(id="block", op="Functional", dialect="keras", bodies=("b",))
    )
    body = builder.graph("b", owner="block")
    for id in ("one", "two"):
        body.add_node(Node(id=id, op="Dense", dialect="keras", parameters=(shared,)))
    body.add_node(Node(id="deep", op="Sequential", dialect="keras", bodies=("c",)))
    own = weight("own", 3, trainable=False)
    builder.graph("c", owner="deep").add_node(
        Node(id="three", op="Dense", dialect="keras", parameters=(own,))
    )
    return builder.freeze()


def test_containers_come_before_their_insides(nested):
    found = [node.id for node in inside(nested, nested.graph.nodes["block"])]
    assert found == ["one", "two", "deep", "three"]


def test_a_container_counts_a_shared_weight_once(nested):
    assert parameter_counts(nested) == {
        "block": 13,
        "one": 10,
        "two": 10,
        "deep": 3,
        "three": 3,
    }


def test_the_weights_of_a_container_are_those_inside(nested):
    found = parameters_of(nested, nested.graph.nodes["block"])
    assert [parameter.id for parameter in found] == ["shared", "own"]


def test_totals_count_each_weight_once(nested):
    found = totals(nested)
    assert (found.total, found.trainable, found.non_trainable) == (13, 10, 3)
    assert found.nbytes == 52


def test_small_types_are_packed_into_whole_bytes():
    assert totals_of([weight("a", 3, dtype="int4")]).nbytes == 2


def test_text_has_no_size():
    assert totals_of([weight("a", 3, dtype="string")]).nbytes is None


def test_weights_that_are_only_listed_take_no_space_and_count_nothing():
    found = totals_of([weight("seed", 2, dtype="string", counted=False)])
    assert (found.total, found.nbytes) == (0, 0)


@pytest.mark.parametrize(
    "name",
    [
        "bool",
        "int8",
        "uint16",
        "int64",
        "float16",
        "float64",
        "bfloat16",
        "complex64",
        "float8_e4m3fn",
        "float8_e8m0fnu",
    ],
)
def test_bits_of_a_type_are_those_of_numpy(name):
    assert bits_of(name) == element_type(name).itemsize * 8
