"""What the inspector says of one thing in a model: put together here, in jobs."""

from msgspec.structs import replace

from loaders.ir.graph import Value
from loaders.ir.index import ModelIndex
from loaders.ir.why import Why
from viewers.group_pages import group_page, group_pages
from viewers.inspector_pages import node_pages
from viewers.operator_page import domain_of, waiting_page
from viewers.sections import Pages
from viewers.value_pages import value_pages


def pages_of(index: ModelIndex, id: str) -> Pages:
    """Return all that is said of a node or group, with the reasons.

    The first call imports every layer kind (about 0.1 s).
    """
    from app.analysis.diagrams import drawing_of
    from app.analysis.keras_fields import words_about
    from app.analysis.why import explain

    node, group = index.nodes.get(id), index.model.grouping.groups.get(id)
    if node is None:
        assert group is not None
        return group_pages(index, group)
    why = explain(index, node)
    drawing = drawing_of(index.values, node, why.steps)
    pages = node_pages(index, node, why, drawing, words_about)
    if domain_of(node) is not None:
        pages = replace(pages, pages=(*pages.pages, waiting_page(node)))
    if group is None:
        return pages
    return replace(pages, pages=(*pages.pages, group_page(index, group)))


def value_pages_of(index: ModelIndex, value: Value) -> Pages:
    """Return all that is said of a value; rules run where it is the model's input."""
    if index.maker(value.id) is not None:
        return value_pages(index, value)
    from app.analysis.why import explain_input

    return value_pages(index, value, explain_input(index, value))


def plain_pages_of(index: ModelIndex, id: str) -> Pages | None:
    """Return what is known of a node without its rules, at once; ``None`` of groups."""
    node = index.nodes.get(id)
    return None if node is None else node_pages(index, node, Why())
