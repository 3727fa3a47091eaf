"""What a window needs of a whole model before it shows anything: pure, for a job."""

from typing import NamedTuple

from loaders.ir.index import ModelIndex
from viewers.layer_rows import LayerRows
from viewers.model_panel import (
    lacks_numbers,
    model_pages,
    status_line,
    sums_of,
    warning_count,
)
from viewers.sections import Pages

SMALL_MODEL = 2_000
"""Nodes up to which this is made at once (some 10 ms) instead of in a job."""


class Overview(NamedTuple):
    """The rows of the layer table, the model panel, and the status bar's words."""

    rows: LayerRows
    pages: Pages
    status: str
    warnings: int
    lacks_numbers: bool


def overview(index: ModelIndex) -> Overview:
    """Look through the whole model once, and make the tables that a click needs."""
    index.graph_of("")
    index.users("")
    sums = sums_of(index.model)
    return Overview(
        rows=LayerRows(index),
        pages=model_pages(index, sums),
        status=status_line(index.model, sums),
        warnings=warning_count(index.model),
        lacks_numbers=lacks_numbers(index.model),
    )


def is_small(index: ModelIndex) -> bool:
    """Whether the overview is quick enough to be made in the UI thread."""
    return sum(len(g.nodes) for g in index.model.graphs.values()) <= SMALL_MODEL
