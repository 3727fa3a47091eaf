"""Every real ONNX file, held to what the onnx package says of it."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from loaders.formats import read_model
from loaders.formats._onnx_read import read_packed
from loaders.formats._onnx_strip import STANDARD
from loaders.ir.graph import Model, Structure
from tests.loaders.formats.onnx_files import warnings

pytestmark = pytest.mark.corpus

FLOATS = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE}
NOT_WEIGHTS = {"Resize", "Upsample", "Less", "OneHot", "Quant", "FloatQuant", "Clip"}
"""Operations whose arrays are sizes, thresholds, marks and steps."""
SUMMED = {"b4", "b5", "Parameter193"}
"""Arrays that are added or rounded before a layer sees them: what it sees counts."""
WARNED = {
    "crates__onnx-ir__tests__fixtures__non_topological_order.onnx",  # as it says
    "crates__onnx-ir__tests__fixtures__unknown_rank_dynamic.onnx",  # wrong output type
    "resources__onnx__layer-zoo__batchnorm.onnx",  # its nodes are not in order
    "src__main__resources__onnx_graphs__sm_cnn.onnx",  # two strides for one length
}


@pytest.fixture(scope="module")
def models(corpus: Path) -> list[tuple[Path, Model, onnx.ModelProto]]:
    index = json.loads((corpus / "index.json").read_text())
    paths = [
        corpus / entry["file"] for entry in index["real"] if entry["kind"] == "ONNX"
    ]
    return [
        (path, read_model(path), onnx.load(path, load_external_data=False))
        for path in paths
    ]


def test_all_files_open_as_graphs_with_edges(
    models: list[tuple[Path, Model, onnx.ModelProto]],
) -> None:
    assert len(models) == 129
    for path, model, _ in models:
        assert model.structure is Structure.GRAPH, path.name
        assert model.graph.nodes, path.name
        ends = {value for node in model.graph.nodes.values() for value in node.outputs}
        assert set(model.graph.outputs) <= ends | set(model.graph.inputs), path.name


def test_only_odd_files_and_custom_operators_are_warned_of(
    models: list[tuple[Path, Model, onnx.ModelProto]],
) -> None:
    for path, model, _ in models:
        others = [text for text in warnings(model) if "operator" not in text]
        assert bool(others) == (path.name in WARNED), (path.name, others)


def test_standard_operators_have_a_kind(
    models: list[tuple[Path, Model, onnx.ModelProto]],
) -> None:
    unknown = {
        f"{node.dialect}.{node.op}"
        for path, model, _ in models
        if path.name not in WARNED
        for node in model.nodes()
        if node.kind == "unknown" and node.dialect.removeprefix("onnx.") in STANDARD
    }
    assert unknown <= {"onnx.ai.onnx.preview.training.Gradient"}


def test_numbers_at_the_places_of_weights_are_those_that_onnx_loads(
    models: list[tuple[Path, Model, onnx.ModelProto]],
) -> None:
    compared = 0
    for path, model, loaded in models:
        stored = {tensor.name: tensor for tensor in loaded.graph.initializer}
        for parameter in model.parameters():
            tensor = stored.get(parameter.name)
            if tensor is None or parameter.id != parameter.name:
                continue
            if tensor.data_type == TensorProto.STRING or ">" in parameter.tensor.key:
                continue
            expected = numpy_helper.to_array(tensor, base_dir=str(path.parent))
            found = read_packed(parameter.tensor, model.files)
            assert np.array_equal(found, expected, equal_nan=found.dtype.kind == "f")
            compared += 1
    assert compared > 1500


def test_every_float_array_that_a_layer_reads_is_counted(
    models: list[tuple[Path, Model, onnx.ModelProto]],
) -> None:
    for path, model, loaded in models:
        counted = {
            parameter.name for parameter in model.parameters() if parameter.counted
        }
        for tensor in loaded.graph.initializer:
            if tensor.data_type in FLOATS and math.prod(tensor.dims) > 1:
                users = set(_users(loaded.graph, tensor.name))
                fine = users <= NOT_WEIGHTS or tensor.name in SUMMED | counted
                assert fine, (path.name, tensor.name, users)


def _users(graph: Any, name: str) -> Iterator[str]:
    for node in graph.node:
        if name in node.input:
            yield node.op_type
