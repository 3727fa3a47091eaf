"""Real models are drawn whole: their words fit, their edges lead somewhere."""

import json

import pytest
from PySide6.QtWidgets import QGraphicsSimpleTextItem

from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from loaders.ir.layout import Arrangement
from viewers.drawing.layout import first_arrangement, lay_out
from viewers.drawing.scene import GraphScene
from viewers.drawing.style import DARK, LIGHT

MOST = 400
"""Boxes of a picture that is drawn whole here."""


def pictures(corpus):
    """Yield each real model with its first picture and the one with all open."""
    for entry in json.loads((corpus / "index.json").read_text())["real"]:
        try:
            model = read_model(corpus / entry["file"])
        except InspectorError:
            continue  # broken files have no picture
        first = first_arrangement(model)
        opened = Arrangement(
            opened=tuple(sorted(model.grouping.groups)), horizontal=True
        )
        for arrangement in (first, opened):
            layout = lay_out(model, arrangement)
            if len(layout.boxes) <= MOST:
                yield entry["file"], model, layout


@pytest.mark.corpus
@pytest.mark.timeout(300)
def test_every_picture_of_every_real_model(corpus, qapp):
    drawn = 0
    for number, (file, model, layout) in enumerate(pictures(corpus)):
        scene = GraphScene(model, layout, (LIGHT, DARK)[number % 2])
        for _step in scene.prepare():
            pass
        for _step in scene.make(scene.sceneRect()):
            pass
        check_words(scene, file)
        check_edges(scene, file)
        drawn += 1
    assert drawn > 300


def check_words(scene, file):
    """No word leaves the box or frame that it begins in."""
    for item in scene.items():
        if not isinstance(item, QGraphicsSimpleTextItem) or not item.isVisible():
            continue
        area = item.mapRectToScene(item.boundingRect())
        start = area.left() + 0.5, area.center().y()
        at = scene.places.box_at(*start)
        if at is None:
            at = scene.places.frame_at(*start)
        if at is not None and item.parentItem() is not None:
            box = scene.rect_of(scene.layout.boxes[at].node)
            assert area.right() <= box.right(), (file, item.text())


def check_edges(scene, file):
    """Every piece of an edge belongs to a whole one, between boxes that are there."""
    routes = scene.layout.routes
    for at in range(0, len(routes), max(1, len(routes) // 50)):
        for name in (*scene.paths.sources(at), *scene.paths.targets(at)):
            assert name in scene.places.index, (file, name)
        assert scene.edge_words(at).count("\n") >= 3, file
