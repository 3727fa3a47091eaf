"""Real models are laid out without overlaps, quickly, and never in the plain way."""

import json
import time

import pytest

from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH, lay_out


def read_all(corpus):
    for entry in json.loads((corpus / "index.json").read_text())["real"]:
        try:
            yield entry["file"], read_model(corpus / entry["file"])
        except InspectorError:
            continue  # broken files have no picture


@pytest.mark.corpus
@pytest.mark.timeout(300)
def test_every_graph_of_every_real_model(corpus):
    graphs = 0
    for file, model in read_all(corpus):
        for graph in model.graphs:
            for horizontal in (False, True):
                started = time.process_time()
                layout = lay_out(model, Arrangement(root=graph, horizontal=horizontal))
                assert time.process_time() - started < 0.5, file
                assert layout.fallback == "", file
                check(layout, file)
            graphs += 1
    assert graphs > 200


def check(layout, file):
    boxes = sorted(layout.boxes, key=lambda box: box.y)
    for index, box in enumerate(boxes):
        for other in boxes[index + 1 :]:
            if other.y >= box.y + NODE_HEIGHT:
                break
            assert abs(other.x - box.x) >= NODE_WIDTH, (file, box, other)
    names = {box.node for box in boxes}
    assert all({r.source, r.target} <= names for r in layout.routes), file
