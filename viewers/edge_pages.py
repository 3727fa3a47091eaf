"""What the inspector says of the values that flow along one edge: pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from loaders.ir.graph import Value
from loaders.ir.index import ModelIndex
from loaders.ir.text import count_of, shown
from viewers.inspector_pages import value_pages
from viewers.plain import short_name
from viewers.sections import Pages

MOST_TABS = 6
"""Values of one edge that get a tab each."""


def edge_pages(index: ModelIndex, values: Sequence[Value]) -> Pages:
    """Return name, type, shape, and both ends of what flows along an edge.

    Args:
        index: Look-ups in the model.
        values: One value, or several that flow between the same two boxes.
    """
    found = [value_pages(index, value) for value in values[:MOST_TABS]]
    if len(values) == 1:
        [pages] = found
        dtype = shown(values[0].dtype or values[0].note, 60)
        subtitle = " · ".join(filter(None, ("Value", dtype)))
        return replace(pages, subtitle=subtitle)
    tabs = (
        replace(page, title=short_name(value.name or value.id, 24))
        for value, pages in zip(values, found)
        for page in pages.pages
    )
    more = len(values) - len(found)
    rest = f"; the first {len(found)} are shown" if more else ""
    return Pages(
        subject=values[0].id,
        title=count_of(len(values), "value"),
        subtitle=f"They flow between the same two boxes{rest}.",
        pages=tuple(tabs),
    )
