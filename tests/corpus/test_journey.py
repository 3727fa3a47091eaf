"""Every real model reaches the window exactly as the reader made it."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.engine.messages import decode_reply
from app.engine.parts import ModelAssembly, model_bodies
from app.summary import as_json, as_text
from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model

pytestmark = pytest.mark.corpus


def model_files(corpus: Path) -> list[Path]:
    """Return all files of the corpus that its index or a folder lists."""
    index = json.loads((corpus / "index.json").read_text())
    listed: list[dict[str, Any]] = [
        entry for part in index.values() if isinstance(part, list) for entry in part
    ]
    files = [corpus / entry["file"] for entry in listed if "file" in entry]
    return [*dict.fromkeys(files), *sorted((corpus / "questions").iterdir())]


def sent(model: Model) -> Model:
    """Return a model after its journey."""
    header, *rest = [decode_reply(body) for body in model_bodies(model)]
    assembly = ModelAssembly(header)
    for part in rest[:-1]:
        assembly.add(part)
    return assembly.finish()


def test_models_arrive_as_they_were_made(corpus):
    arrived = 0
    for path in model_files(corpus):
        try:
            model = read_model(path)
        except InspectorError:
            continue
        assert sent(model) == model, path.name
        arrived += 1
    assert arrived > 200


def test_summaries_of_real_models_are_plain_json_and_fit_a_terminal(corpus):
    for path in model_files(corpus):
        try:
            model = read_model(path)
        except InspectorError:
            continue
        summary = as_json(model)
        assert json.loads(json.dumps(summary)) == summary, path.name
        assert len(summary["layers"]) == sum(1 for _ in model.nodes())
        assert max(map(len, as_text(model, 90).splitlines())) <= 90, path.name
