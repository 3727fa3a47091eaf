"""The page about an ONNX operator."""

import pytest

from loaders.ir.documentation import OperatorField, OperatorText
from loaders.ir.graph import Node
from viewers.operator_page import domain_of, failed_page, operator_page, waiting_page
from viewers.sections import Formula, Line, Row

CONV = Node(id="c", op="Conv", dialect="onnx", config='{"group": 2}')
TEXT = OperatorText(
    op="Conv",
    domain="",
    since=11,
    text="It slides.\n\n    y = x\n\n    z = y\n\nThat is all.",
    attributes=(
        OperatorField(name="group", type="int", text="Groups.", default="1"),
        OperatorField(name="auto_pad", default="NOTSET"),
        OperatorField(name="axis", needed=True),
        OperatorField(name="pads"),
    ),
    inputs=(
        OperatorField(name="X", type="float16, float, double, bfloat16, int8, int4"),
    ),
)


def items(page, title):
    [found] = [section for section in page.sections if section.title == title]
    return found.items


def test_paragraphs_and_code_keep_their_order():
    about = items(operator_page(CONV, TEXT), "About Conv")
    assert about[:3] == (
        Line("It slides."),
        Formula("y = x\nz = y"),
        Line("That is all."),
    )
    assert about[-1] == Line("Defined this way since opset version 11.")


def test_attributes_show_this_nodes_value_or_what_holds_without():
    rows = items(operator_page(CONV, TEXT), "Attributes")
    assert [(row.label, row.detail) for row in rows] == [
        ("group", "2"),
        ("auto_pad", "not set: NOTSET"),
        ("axis", "missing, although it must be set"),
        ("pads", "not set"),
    ]


def test_inputs_name_few_types():
    [row] = items(operator_page(CONV, TEXT), "Inputs")
    assert isinstance(row, Row)
    assert row.detail == "float16, float, double, bfloat16 and 2 more types (optional)"


def test_operators_of_others_say_whose_they_are():
    node = Node(id="a", op="Attention", dialect="onnx.com.microsoft")
    page = operator_page(node, None, own="Multi-head attention.")
    assert items(page, "About Attention") == (
        Line("Multi-head attention."),
        Line(
            "ONNX itself does not define Attention; it is an operator of com.microsoft."
        ),
    )


@pytest.mark.parametrize("config", ["{", "[]", '"x"', '{"group": "\\ud800"}'])
def test_no_config_raises(config):
    page = operator_page(Node(id="c", op="C", dialect="onnx", config=config), TEXT)
    assert items(page, "Attributes")


def test_says_that_it_waits_or_failed():
    assert "Looking" in waiting_page(CONV).sections[0].items[0].text
    assert "cannot" in failed_page(CONV).sections[0].items[0].text


@pytest.mark.parametrize(
    ("dialect", "domain"),
    [("onnx", ""), ("onnx.ai.onnx.ml", "ai.onnx.ml"), ("keras", None), ("tf", None)],
)
def test_knows_the_domain_of_a_node(dialect, domain):
    assert domain_of(Node(id="n", op="X", dialect=dialect)) == domain
