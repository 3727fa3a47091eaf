"""Every layer of every real model can be looked at, and its reasons agree with it."""

import json

import pytest

from app.analysis.why import explain
from app.overview import overview
from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from loaders.ir.index import ModelIndex
from loaders.ir.walk import totals
from viewers.inspector_pages import node_pages
from viewers.layer_columns import Column

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1200)]

MOST_NODES = 3_000


def models(corpus):
    """Yield what opens, with its path."""
    index = json.loads((corpus / "index.json").read_text())
    for entry in index["real"]:
        path = corpus / entry["file"]
        try:
            yield path, read_model(path)
        except InspectorError:
            continue  # another test says which files must open


def test_every_layer_has_pages_that_agree_with_its_shapes(corpus):
    seen = 0
    for path, model in models(corpus):
        index = ModelIndex(model)
        made = overview(index)
        assert made.rows.whole.weights == totals(model), path
        for at, line in enumerate(made.rows.lines[:MOST_NODES]):
            assert all(made.rows.text(at, column) is not None for column in Column)
            if (node := line.node) is None:
                continue
            why = explain(index, node)
            pages = node_pages(index, node, why)
            assert pages.pages, (path, node.id)
            for found, id in zip(why.steps.outputs, node.outputs):
                if found is not None:
                    assert found.shape == index.values[id].shape, (path, node.id)
            seen += 1
    assert seen > 5_000
