"""What layers of real models do can be drawn, and the drawings agree and fit."""

import json
from collections import Counter
from itertools import combinations

import pytest

from app.analysis.diagrams import drawing_of
from app.analysis.steps import explain_node
from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from loaders.kinds import Call
from loaders.kinds._calls import call_of, kind_of
from tests.app.analysis.diagrams.agreement import check
from viewers.diagrams.draw import draw
from viewers.diagrams.paint import small_font
from viewers.diagrams.strokes import Words
from viewers.drawing.style import LIGHT
from viewers.ink import Ink

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1200)]

MOST_NODES = 400
"""Of one model: exports of transformers repeat themselves."""


def models(corpus):
    """Yield what opens, with its path."""
    index = json.loads((corpus / "index.json").read_text())
    files = [entry["file"] for entry in index["real"]]
    for entry in index["seed"]:
        files += [path for path in entry["paths"] if not path.endswith(".npz")]
    for file in files:
        path = corpus / file
        try:
            yield path, read_model(path)
        except InspectorError:
            continue  # another test says which files must open


def words_of(sketch):
    return [stroke for stroke in sketch.strokes if isinstance(stroke, Words)]


def overlap(one, other):
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 1 and down > 1


def test_drawings_agree_with_their_layers_and_fit(corpus, qapp):
    font = small_font(Ink.of(LIGHT))
    seen, kinds = set(), Counter()
    for path, model in models(corpus):
        values = model.values()
        for node in list(model.nodes())[:MOST_NODES]:
            steps = explain_node(values, node)
            drawing = drawing_of(values, node, steps)
            kinds[node.kind, drawing is not None] += 1
            if drawing is None:
                continue
            kind, call = kind_of(node), call_of(values, node)
            assert isinstance(call, Call)
            where = (path.name, node.id, drawing)
            check(drawing.diagram, kind, call, steps.outputs)
            if repr(drawing.diagram) in seen:
                continue
            seen.add(repr(drawing.diagram))
            for width in (228, 380):
                words = words_of(draw(drawing.diagram, width, font))
                assert words, where
                for one in words:
                    assert one.x >= -1, where
                    assert one.x + one.width <= width + 1, where
                for one, other in combinations(words, 2):
                    assert not overlap(one, other), (one.text, other.text, where)
    drawn = sum(count for (_, found), count in kinds.items() if found)
    assert drawn > 0.6 * sum(kinds.values()), kinds.most_common(40)
