"""What the inspector says of one layer: pure, made in a job."""

from loaders.ir.diagram import Drawing
from loaders.ir.graph import Node, Structure, Value
from loaders.ir.index import ModelIndex
from loaders.ir.text import grouped_shape, shown
from loaders.ir.why import Why
from viewers.inspector_config import Words, config_sections
from viewers.inspector_counts import count_sections
from viewers.inspector_neighbours import dtype_text, neighbour_sections
from viewers.inspector_shape import (
    alternative_sections,
    finding_sections,
    plain_shape,
    shape_sections,
)
from viewers.inspector_weights import weight_sections
from viewers.plain import short_name
from viewers.sections import (
    Level,
    Page,
    Pages,
    Picture,
    Problem,
    Row,
    Section,
    limited,
    section,
)


def node_pages(
    index: ModelIndex,
    node: Node,
    why: Why,
    drawing: Drawing | None = None,
    words: Words | None = None,
) -> Pages:
    """Return all that is shown of one layer.

    Args:
        index: Look-ups in the model of the node.
        node: The layer.
        why: What is known about its shape and weights.
        drawing: What it does; ``None`` if nothing can be drawn.
        words: Returns a line about a setting of a Keras layer, by layer and setting.
    """
    holds_layers = index.model.structure is not Structure.TENSORS
    pages = [Page("Why", _why(index, node, why, drawing))] if holds_layers else []
    if node.parameters or not holds_layers:
        pages.append(Page("Weights", weight_sections(node, why.steps)))
    if holds_layers:
        pages.append(Page("Config", config_sections(node, why.steps, words)))
    if notes := _notes(index, node):
        pages.append(Page("Notes", notes))
    return Pages(
        subject=node.id,
        title=shown(node.title, 1000),
        subtitle=subtitle(node, why.steps.summary),
        pages=tuple(pages),
    )


def subtitle(node: Node, summary: str) -> str:
    """Return the line under the name: ``Conv2D · 24 filters of 8 × 8 · relu``."""
    parts = [shown(node.op), summary]
    told = f"{node.op} {summary}".casefold()
    if node.activation and node.activation.casefold() not in told:
        parts.append(shown(node.activation, 60))
    return " · ".join(filter(None, parts))


def value_pages(index: ModelIndex, value: Value) -> Pages:
    """Return what is shown of an input or output that no layer of the file makes."""
    maker, users = index.maker(value.id), index.users(value.id)
    shape = grouped_shape(value.shape)
    rows, rest = limited(users, "layer", 60)
    made = (
        [Row(label=short_name(maker.title), detail=shape, target=maker.id)]
        if (maker is not None)
        else []
    )
    sections = (
        *section("Shape", plain_shape(value)),
        *section("Comes from", made),
        *section(
            "Leads to",
            (
                *(
                    Row(label=short_name(n.title), detail=shape, target=n.id)
                    for n in rows
                ),
                *rest,
            ),
        ),
    )
    kind = "Output" if maker is not None else "Input"
    return Pages(
        subject=value.id,
        title=shown(value.name or value.id, 1000),
        subtitle=" · ".join(filter(None, (kind, dtype_text(value)))),
        pages=(Page("Value", sections),),
    )


# the first page


def _why(
    index: ModelIndex, node: Node, why: Why, drawing: Drawing | None
) -> tuple[Section, ...]:
    problem = why.steps.problem or node.problem
    return (
        *section("", [Problem(problem, why.steps.advice)] if problem else ()),
        *shape_sections(index, node, why),
        *count_sections(node, why),
        *section("What it does", [Picture(drawing)] if drawing is not None else ()),
        *alternative_sections(node, why.alternatives),
        *finding_sections(why.findings),
        *neighbour_sections(index, node),
    )


# the other pages


def _notes(index: ModelIndex, node: Node) -> tuple[Section, ...]:
    notes = [note for note in index.model.notes if note.where == node.id]
    first, rest = limited(notes, "note")
    items = [Problem(n.message, level=Level(n.severity.value)) for n in first]
    return section("", (*items, *rest))
