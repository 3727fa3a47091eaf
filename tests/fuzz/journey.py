"""What the program does with a file, end to end, without its processes."""

import json
from pathlib import Path

from msgspec.structs import replace

from app.analysis.diagrams import drawing_of
from app.analysis.why import explain
from app.engine.messages import (
    GraphPart,
    GroupsPart,
    ModelEnd,
    ModelHeader,
    TensorsPart,
    TextPart,
    decode_reply,
)
from app.engine.parts import ModelAssembly, model_bodies
from app.summary import as_json
from loaders.formats import read_model, read_tensor
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.index import ModelIndex
from loaders.ir.tensors import Packing
from loaders.limits import LIMITS
from viewers.drawing.layout import Planner

SENTENCE_ENDS = (".", "?", "!")
QUICK = replace(LIMITS, inference_seconds=0.5)
LOOKED_AT = 40
"""Nodes and weights of one model: a mutated list may have thousands."""


def travelled(model: Model) -> Model:
    """Return a model as it arrives in the window."""
    header, *parts, end = map(decode_reply, model_bodies(model))
    assert isinstance(header, ModelHeader)
    assert isinstance(end, ModelEnd)
    assembly = ModelAssembly(header)
    try:
        for part in parts:
            assert isinstance(part, GraphPart | TensorsPart | GroupsPart | TextPart)
            assembly.add(part)
        return assembly.finish()
    finally:
        assembly.abandon()


def look_around(model: Model) -> None:
    """Do what the window does with a model: its table, its picture, each layer."""
    json.dumps(as_json(model))
    planner = Planner(model)
    first = planner.lay_out(seconds=1.0)
    opened = tuple(sorted(model.grouping.groups))
    planner.lay_out(replace(first.arrangement, opened=opened), seconds=1.0)
    index = ModelIndex(model)
    for node in list(model.nodes())[:LOOKED_AT]:
        why = explain(index, node)
        drawing_of(index.values, node, why.steps)
    for parameter in list(model.parameters())[:LOOKED_AT]:
        if parameter.tensor.packing is Packing.ABSENT:
            continue
        try:
            for block in read_tensor(model, parameter.tensor):
                assert block.ndim == 1
        except InspectorError as error:
            check(error)


def check(error: InspectorError) -> None:
    """Hold an error to the promise: a whole sentence about what happened."""
    assert error.what.endswith(SENTENCE_ENDS), error.what
    assert not error.why or error.why.endswith(SENTENCE_ENDS), error.why
    assert "Error" not in error.what, error.what


def open_and_look(path: Path) -> bool:
    """Return whether a file opens; anything but one clear error is raised."""
    try:
        model = read_model(path, QUICK)
    except InspectorError as error:
        check(error)
        return False
    for note in model.notes:
        assert note.message.endswith(SENTENCE_ENDS), note.message
    look_around(travelled(model))
    return True
