"""Shapes of real ONNX files against what ONNX Runtime returned for them."""

import json
from pathlib import Path

import pytest

from loaders.formats import read_model
from loaders.ir.graph import Model, Shape

GOLDEN = Path(__file__).with_name("golden") / "onnx_shapes.json"

pytestmark = pytest.mark.corpus


def test_no_shape_contradicts_what_onnx_runtime_returned(corpus: Path) -> None:
    wrong: list[str] = []
    known = unknown = 0
    for file, shapes in json.loads(GOLDEN.read_text()).items():
        model = read_model(corpus / file)
        for value in model.graph.values.values():
            ran = shapes.get(value.name)
            if ran is None or value.note:
                continue
            known += value.shape is not None
            unknown += value.shape is None
            if not _fits(value.shape, ran, _lengths(model, shapes)):
                wrong.append(f"{file}: {value.name} {value.shape}, ran as {ran}")
    assert not wrong, "\n".join(wrong)
    assert known > 3000
    assert unknown <= known // 50


def _lengths(model: Model, shapes: dict[str, list[int]]) -> dict[str, int]:
    """Return what named lengths were in the run, read off the model's inputs."""
    found: dict[str, int] = {}
    for id in model.graph.inputs:
        value = model.graph.values[id]
        for dim, length in zip(value.shape or (), shapes.get(value.name, ())):
            if isinstance(dim, str):
                found.setdefault(dim, length)
    return found


def _fits(shape: Shape | None, ran: list[int], lengths: dict[str, int]) -> bool:
    if shape is None:
        return True
    return len(shape) == len(ran) and all(
        dim is None
        or (lengths.get(dim, length) if isinstance(dim, str) else dim) == length
        for dim, length in zip(shape, ran, strict=True)
    )
