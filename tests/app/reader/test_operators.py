"""What is said about ONNX operators agrees with ONNX's definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reader.operators import operator_text, plain_text


def test_the_definition_is_the_one_of_the_models_version():
    assert operator_text("Conv", "", 21).since == 11
    assert operator_text("Conv", "", 1).since == 1
    assert operator_text("Conv", "ai.onnx", 0).since >= 11


def test_attributes_have_types_defaults_and_words():
    found = operator_text("Conv", "", 13)
    by_name = {field.name: field for field in found.attributes}
    assert (by_name["group"].type, by_name["group"].default) == ("int", "1")
    assert by_name["auto_pad"].default == "NOTSET"
    assert by_name["kernel_shape"].default == ""
    assert "stride" in by_name["strides"].text.lower()


def test_inputs_say_whether_they_are_needed():
    inputs = operator_text("Conv", "", 13).inputs
    assert [(field.name, field.needed) for field in inputs] == [
        ("X", True),
        ("W", True),
        ("B", False),
    ]


def test_operators_of_machine_learning_are_known():
    assert operator_text("Scaler", "ai.onnx.ml", 0) is not None


@pytest.mark.parametrize(
    ("op", "domain"),
    [("Nothing", ""), ("Attention", "com.microsoft"), ("\ud800", ""), ("", "")],
)
def test_what_nobody_has_defined_is_none(op, domain):
    assert operator_text(op, domain, 0) is None


def test_every_definition_of_every_version_can_be_read():
    from onnx.defs import get_all_schemas_with_history

    schemas = get_all_schemas_with_history()
    for schema in schemas:
        found = operator_text(schema.name, schema.domain, schema.since_version)
        assert found is not None, (schema.name, schema.domain)
        assert [f.name for f in found.attributes] == list(schema.attributes)
        assert len(found.inputs) == len(schema.inputs)
        assert "`" not in found.text.replace("    ", "") or "    " in found.text
    assert len(schemas) > 300


def test_code_is_set_in_and_paragraphs_are_joined():
    text = plain_text(
        "One\ntwo.\n\n```python\nif x:\n    y\n```\nSee [this](http://a) and `z`.\n- a"
    )
    assert text.split("\n\n") == [
        "One two.",
        "    if x:\n        y",
        "See this and z.",
        "• a",
    ]


@given(st.text(max_size=200))
def test_no_text_raises(text):
    assert isinstance(plain_text(text), str)
