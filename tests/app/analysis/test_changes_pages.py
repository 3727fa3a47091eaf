"""The page that tells what changed in a file."""

from msgspec.structs import replace

from app.analysis.changes import compare
from app.analysis.changes_pages import changes_pages
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model, weight
from viewers.sections import Line, Row


def pages_for(**fields):
    before = conv_model()
    main = before.graph
    node = replace(main.nodes["conv_1"], **fields)
    main = replace(main, nodes={**main.nodes, node.id: node})
    after = replace(before, graphs={**before.graphs, "": main})
    return changes_pages("a.keras", compare(ModelIndex(before), ModelIndex(after)))


def rows(pages, title):
    [page] = pages.pages
    [section] = [one for one in page.sections if one.title == title]
    return [row for row in section.items if isinstance(row, Row)]


def test_a_changed_layer_is_a_link_and_its_differences_follow():
    pages = pages_for(parameters=(weight("conv_1", "kernel", (8, 8, 3, 24)),))
    layer, difference = rows(pages, "conv_1")
    assert layer.target == "conv_1"
    assert (difference.label, difference.detail) == ("bias", "24 float32 → none")
    before, now = rows(pages, "Parameters")
    assert (before.value, now.value) == ("93,937", "93,913")
    assert "1 layer changed; −24 parameters (93,913 now)" in pages.subtitle


def test_layers_that_are_gone_are_no_links():
    before = conv_model()
    nodes = {id: n for id, n in before.graph.nodes.items() if id != "conv_1"}
    main = replace(before.graph, nodes=nodes)
    after = replace(before, graphs={**before.graphs, "": main})
    there, gone = ModelIndex(after), ModelIndex(before)
    [removed] = rows(changes_pages("a", compare(gone, there)), "Removed")
    [added] = rows(changes_pages("a", compare(there, gone)), "Added")
    assert (removed.target, added.target) == ("", "conv_1")
    assert added.value == "4,632 params"


def test_a_file_that_says_the_same_has_a_page_that_says_so():
    [page] = pages_for().pages
    [section] = page.sections
    assert section.items == (Line("Nothing that the file tells has changed."),)
