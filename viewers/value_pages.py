"""What the inspector says of what flows along edges: pure, made in a job."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from loaders.ir.graph import Graph, Value
from loaders.ir.index import ModelIndex
from loaders.ir.text import count_of, grouped_shape, shown
from loaders.ir.why import Why
from viewers.inspector_neighbours import dtype_text
from viewers.inspector_shape import finding_sections, plain_shape
from viewers.plain import short_name
from viewers.sections import Item, Line, Page, Pages, Row, limited, section

MOST_TABS = 6
"""Values of one edge that get a tab each."""
_MOST_USERS = 60


def value_pages(index: ModelIndex, value: Value, why: Why | None = None) -> Pages:
    """Return name, type, shape, and both ends of one value.

    Args:
        index: Look-ups in the model.
        value: Any value of it.
        why: What is known of where its axes end, for an input of the model.
    """
    why = why or Why()
    badge = value.quantizer.badge if value.quantizer is not None else ""
    parts = (_kind(index, value), dtype_text(value), shown(badge, 60))
    sections = (
        *section("Shape", plain_shape(value, why.paths[0] if why.paths else ())),
        *finding_sections(why.findings),
        *section("Comes from", _sources(index, value)),
        *section("Leads to", _targets(index, value)),
    )
    return Pages(
        subject=value.id,
        title=shown(value.name or value.id, 1000),
        subtitle=" · ".join(filter(None, parts)),
        pages=(Page("Value", sections),),
    )


def edge_pages(index: ModelIndex, values: Sequence[Value]) -> Pages:
    """Return what is said of all that flows along an edge.

    Args:
        index: Look-ups in the model.
        values: One value, or several that flow between the same two boxes.
    """
    found = [value_pages(index, value) for value in values[:MOST_TABS]]
    if len(values) == 1:
        return found[0]
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


def _kind(index: ModelIndex, value: Value) -> str:
    main = index.model.graph
    if index.maker(value.id) is None:
        return "Input" if value.id in main.inputs else "Value from outside"
    return "Output" if value.id in main.outputs else "Value"


def _sources(index: ModelIndex, value: Value) -> Iterator[Item]:
    shape = grouped_shape(value.shape)
    if (maker := index.maker(value.id)) is not None:
        yield Row(
            label=short_name(maker.title),
            detail=shape,
            value=shown(maker.op, 60),
            target=maker.id,
        )
        return
    place = _place(index, value)
    owner = index.nodes.get(place.owner) if place is not None else None
    if place is None or owner is None:
        yield Line("It is given to the model.")
        return
    yield Line(f"It is given to {short_name(owner.title)}.")
    # Bodies of loops and branches need not have an input for each of their node's.
    position = place.inputs.index(value.id)
    outer = owner.inputs[position] if len(owner.inputs) == len(place.inputs) else ""
    if (maker := index.maker(outer)) is not None:
        yield Row(
            label=short_name(maker.title),
            detail=shape,
            value=shown(maker.op, 60),
            target=maker.id,
        )


def _targets(index: ModelIndex, value: Value) -> Iterator[Item]:
    users = index.users(value.id)
    first, rest = limited(users, "layer", _MOST_USERS)
    for user in first:
        mask = value.id in user.masks and value.id not in user.inputs
        yield Row(
            label=short_name(user.title),
            detail="as a mask" if mask else shown(user.op, 60),
            target=user.id,
            code=False,
        )
    yield from rest
    if value.id in index.model.graph.outputs:
        yield Line("It is an output of the model.")
    elif not users:
        yield Line("Nothing uses it here.")


def _place(index: ModelIndex, value: Value) -> Graph | None:
    """Return the graph that a value is an input of."""
    graphs = index.model.graphs.values()
    return next((graph for graph in graphs if value.id in graph.inputs), None)
