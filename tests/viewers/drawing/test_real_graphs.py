"""Pictures of real models are sound, and never drawn in the plain way."""

import json

import pytest

from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from loaders.ir.layout import Arrangement
from tests.viewers.drawing.soundness import check_picture
from viewers.drawing.layout import Planner
from viewers.drawing.wires import flow

ALONE = 12
"""So many groups of each model are looked at alone."""


def read_all(corpus):
    for entry in json.loads((corpus / "index.json").read_text())["real"]:
        try:
            yield entry["file"], read_model(corpus / entry["file"])
        except InspectorError:
            continue  # broken files have no picture


def arrangements(model):
    yield None
    groups = tuple(sorted(model.grouping.groups))
    for opened in ((), groups[::2], groups):
        for horizontal in (False, True):
            yield Arrangement(opened=opened, horizontal=horizontal)
        yield Arrangement(opened=opened, fold_activations=True)
        yield Arrangement(opened=opened, hidden=("Add", "Reshape", "Transpose"))
    for group in list(model.grouping.groups)[:ALONE]:
        yield Arrangement(root=group, opened=groups)


@pytest.mark.corpus
@pytest.mark.timeout(600)
def test_every_picture_of_every_real_model(corpus):
    pictures = 0
    for file, model in read_all(corpus):
        planner = Planner(model)
        for arrangement in arrangements(model):
            layout = planner.lay_out(arrangement)
            assert layout.fallback == "", file
            shown = flow(model, layout.arrangement)
            wires = {
                (wire.value, shown.names[wire.source], shown.names[wire.target])
                for wire in shown.wires
            }
            check_picture(layout, model.grouping.groups, wires)
            pictures += 1
    assert pictures > 2_000
