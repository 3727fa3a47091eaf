"""Constants and rounding as nodes of their own: the same numbers, more to see."""

import pytest
from onnx import helper

from loaders.formats import read_model
from loaders.ir.folding import Folding
from loaders.ir.walk import totals
from tests.loaders.formats.onnx_files import model, save, tensor, value

CONSTANTS = Folding(constants=False)
ROUNDING = Folding(rounding=False)


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), outputs, **attributes)


@pytest.fixture
def transposed(tmp_path):
    """Return a file: x times the transpose of a weight, reshaped by a constant."""
    made = model(
        [
            node("Transpose", "w", "t", perm=[1, 0]),
            node("MatMul", "x t", "p"),
            node("Constant", "", "s", value_ints=[2, 2]),
            node("Reshape", "p s", "y"),
        ],
        [value("x", [1, 3])],
        [value("y", [2, 2])],
        [tensor("w", [[1.0] * 3] * 4)],
    )
    return save(made, tmp_path)


@pytest.fixture
def rounded(tmp_path):
    """Return a file: a rounded input times a rounded weight."""
    made = model(
        [
            node("QuantizeLinear", "x scale zero", "xq"),
            node("DequantizeLinear", "xq scale zero", "xd"),
            node("DequantizeLinear", "w scale zero", "wd"),
            node("MatMul", "xd wd", "y"),
        ],
        [value("x", [1, 3])],
        [value("y", [1, 2])],
        [
            tensor("w", [[1, 2]] * 3, "int8"),
            tensor("scale", 0.5),
            tensor("zero", 0, "int8"),
        ],
    )
    return save(made, tmp_path)


def ids(found):
    return list(found.graph.nodes)


def test_constants_are_folded_unless_asked_for(transposed):
    assert ids(read_model(transposed)) == ["p", "y"]
    assert ids(read_model(transposed, folding=CONSTANTS)) == ["t", "p", "s", "y"]


def test_a_shown_constant_leads_to_what_uses_it(transposed):
    found = read_model(transposed, folding=CONSTANTS).graph
    product, reshape = found.nodes["p"], found.nodes["y"]
    assert (product.given, reshape.given) == (("t",), ("s",))
    assert product.taken == ("x", "t")
    assert found.values["t"].shape == (3, 4)


def test_what_is_made_of_a_constant_stays_with_its_user(transposed):
    folded = read_model(transposed)
    found = read_model(transposed, folding=CONSTANTS)
    for id in ("p", "y"):
        before, after = folded.graph.nodes[id], found.graph.nodes[id]
        assert after.parameters == before.parameters
        assert after.attributes == before.attributes
        assert after.inputs == before.inputs
    assert totals(found) == totals(folded)
    assert found.graph.nodes["t"].parameters == ()


def test_shown_constants_are_not_told_as_folded(transposed):
    told = [note.message for note in read_model(transposed).notes]
    assert any("on constants alone" in message for message in told)
    assert read_model(transposed, folding=CONSTANTS).notes == ()


def test_rounding_is_folded_unless_asked_for(rounded):
    assert ids(read_model(rounded)) == ["y"]
    found = read_model(rounded, folding=ROUNDING)
    assert ids(found) == ["xq", "xd", "wd", "y"]
    assert found.graph.nodes["y"].inputs == ("xd",)
    assert found.graph.nodes["y"].given == ("wd",)
    assert found.graph.nodes["y"].parameters == (
        read_model(rounded).graph.nodes["y"].parameters
    )


def test_a_model_says_how_it_was_folded(rounded):
    assert read_model(rounded, folding=ROUNDING).folding == ROUNDING
    assert read_model(rounded).folding == Folding()


def test_constants_used_inside_bodies_lead_there(tmp_path):
    then = helper.make_graph([node("Add", "x k", "a")], "then", [], [value("a", [1])])
    other = helper.make_graph([node("Neg", "x", "b")], "else", [], [value("b", [1])])
    made = model(
        [
            node("Constant", "", "k", value_floats=[1.0]),
            node("If", "c", "y", then_branch=then, else_branch=other),
        ],
        [value("x", [1]), value("c", [], 9)],
        [value("y", [1])],
    )
    found = read_model(save(made, tmp_path), folding=CONSTANTS)
    assert ids(found) == ["k", "y"]
    [add] = found.graphs["y/then_branch"].nodes.values()
    assert "k" in add.taken
