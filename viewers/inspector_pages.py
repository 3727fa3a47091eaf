"""What the inspector says of one layer: pure, made in a job."""

from loaders.ir.diagram import Drawing
from loaders.ir.graph import Node, Structure
from loaders.ir.index import ModelIndex
from loaders.ir.text import shown
from loaders.ir.why import Why
from viewers.inspector_config import Words, config_sections
from viewers.inspector_counts import count_sections
from viewers.inspector_neighbours import neighbour_sections
from viewers.inspector_shape import (
    alternative_sections,
    finding_sections,
    shape_sections,
)
from viewers.inspector_weights import weight_sections
from viewers.sections import (
    Level,
    Page,
    Pages,
    Picture,
    Problem,
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
