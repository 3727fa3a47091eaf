"""What the inspector says of an edge."""

from loaders.ir.graph import Axis, Value
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model
from viewers.edge_pages import edge_pages
from viewers.sections import Row


def rows(page, title):
    [section] = [one for one in page.sections if one.title == title]
    return [row for row in section.items if isinstance(row, Row)]


def test_an_edge_tells_its_value_and_both_ends():
    index = ModelIndex(conv_model())
    pages = edge_pages(index, [index.values["c"]])
    assert (pages.title, pages.subtitle) == ("c", "Value · float32")
    [page] = pages.pages
    shape = [(row.label, row.value) for row in rows(page, "Shape")]
    assert shape == [
        ("batch", "None"),
        ("height", "61"),
        ("width", "61"),
        ("channel", "24"),
    ]
    assert [row.target for row in rows(page, "Comes from")] == ["conv_1"]
    assert [row.target for row in rows(page, "Leads to")] == ["head"]


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
