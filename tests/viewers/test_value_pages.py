"""What the inspector says of an edge and of inputs and outputs."""

from msgspec.structs import replace

from loaders.ir.graph import Axis, Value
from loaders.ir.index import ModelIndex
from loaders.ir.quantization import Affine
from tests.small_models import conv_model
from viewers.sections import Line, Row
from viewers.value_pages import edge_pages, value_pages


def items(page, title):
    [section] = [one for one in page.sections if one.title == title]
    return section.items


def targets(page, title):
    return [item.target for item in items(page, title) if isinstance(item, Row)]


def lines(page, title):
    return [item.text for item in items(page, title) if isinstance(item, Line)]


def test_an_edge_tells_its_value_and_both_ends():
    index = ModelIndex(conv_model())
    pages = edge_pages(index, [index.values["c"]])
    assert (pages.title, pages.subtitle) == ("c", "Value · float32")
    [page] = pages.pages
    assert [(row.label, row.value) for row in items(page, "Shape")] == [
        ("batch", "None"),
        ("height", "61"),
        ("width", "61"),
        ("channel", "24"),
    ]
    assert targets(page, "Comes from") == ["conv_1"]
    assert targets(page, "Leads to") == ["head"]


def test_an_output_of_the_model_says_so():
    index = ModelIndex(conv_model())
    pages = value_pages(index, index.values["y"])
    assert pages.subtitle == "Output · float32"
    [page] = pages.pages
    assert lines(page, "Leads to") == ["It is an output of the model."]


def test_an_input_that_no_layer_makes_is_given_to_the_model():
    model = conv_model()
    nodes = {id: n for id, n in model.graph.nodes.items() if id != "input_1"}
    main = replace(model.graph, nodes=nodes)
    index = ModelIndex(replace(model, graphs={**model.graphs, "": main}))
    pages = value_pages(index, index.values["x"])
    assert pages.subtitle == "Input · float32"
    [page] = pages.pages
    assert lines(page, "Comes from") == ["It is given to the model."]
    assert targets(page, "Leads to") == ["conv_1"]


def test_an_input_of_a_nested_model_leads_to_what_it_is_given():
    index = ModelIndex(conv_model())
    pages = value_pages(index, index.values["head/x"])
    assert pages.subtitle == "Value from outside"
    [page] = pages.pages
    assert lines(page, "Comes from") == ["It is given to head."]
    assert targets(page, "Comes from") == ["conv_1"]
    assert targets(page, "Leads to") == ["head/flatten"]


def test_a_value_that_is_rounded_says_how():
    index = ModelIndex(conv_model())
    quantizer = Affine(code_dtype="int8", bits=8, scale=None)
    value = replace(index.values["c"], quantizer=quantizer)
    assert value_pages(index, value).subtitle == "Value · float32 · int8"


def test_several_values_of_one_edge_get_a_tab_each():
    index = ModelIndex(conv_model())
    many = [
        Value(id=f"v{number}", shape=(number,), axes=(Axis.OTHER,))
        for number in range(8)
    ]
    pages = edge_pages(index, many)
    assert pages.title == "8 values"
    assert [page.title for page in pages.pages] == ["v0", "v1", "v2", "v3", "v4", "v5"]
    assert "the first 6 are shown" in pages.subtitle
