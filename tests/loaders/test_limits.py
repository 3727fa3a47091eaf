"""Every limit holds: what asks for more is refused or noted, what asks for less is not.

Each case reads one small file twice: as it is, and with one limit far below what the
file asks for.
"""

import ast
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from onnx import TensorProto, helper

from loaders.formats import read_model, read_tensor
from loaders.ir.errors import InspectorError
from loaders.ir.tensors import Packing
from loaders.limits import LIMITS, Limits
from tests.architecture.source import ROOT, modules
from tests.keras_files import archive, dense, numbered, sequential, start, weights_h5
from tests.loaders.formats import onnx_files

CONFIG = sequential("m", start(4), sequential("inner", dense("a", 3), dense("b", 2)))


def keras_archive(folder: Path) -> Path:
    weights = weights_h5({"layers/dense/vars/0": numbered(4, 3)})
    return archive(folder / "m.keras", CONFIG, weights)


def keras_json(folder: Path) -> Path:
    path = folder / "m.json"
    path.write_text(json.dumps(CONFIG))
    return path


def squeezed_archive(folder: Path) -> Path:
    weights = weights_h5({"layers/dense/vars/0": np.zeros((700, 700), "float32")})
    return archive(folder / "m.keras", CONFIG, weights, method=zipfile.ZIP_DEFLATED)


def chunked_hdf5(folder: Path) -> Path:
    path = folder / "m.weights.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("a/b/vars/0", data=numbered(64, 64), chunks=(32, 64))
        file["c"] = numbered(2)
    return path


def gemm(folder: Path) -> Path:
    return onnx_files.save(onnx_files.dense(), folder)


def branching(folder: Path) -> Path:
    body = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["r"])], "b", [], [onnx_files.value("r", [4])]
    )
    choice = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
    given = [
        onnx_files.value("x", [4]),
        onnx_files.value("c", [], TensorProto.BOOL),
    ]
    made = onnx_files.model([choice], given, [onnx_files.value("y", [4])])
    return onnx_files.save(made, folder)


CASES: dict[str, tuple[int, Callable[[Path], Path], str]] = {
    "zip_members": (1, keras_archive, "too many members"),
    "text_bytes": (40, keras_archive, "large"),
    "json_depth": (3, keras_json, "nested"),
    "json_objects": (3, keras_json, "objects"),
    "inflate_ratio": (0, squeezed_archive, "limit is 1,048,576 bytes"),
    "hdf5_objects": (3, chunked_hdf5, "too many objects"),
    "hdf5_depth": (1, chunked_hdf5, "deep"),
    "hdf5_chunk_bytes": (64, chunked_hdf5, "chunks of 8.2 kB"),
    "nodes": (1, gemm, "many nodes"),
    "edges": (1, gemm, "many edges"),
    "model_depth": (0, keras_json, "nested"),
    "subgraph_depth": (0, branching, "levels deep"),
    "name_bytes": (1, gemm, "longer than 1 bytes"),
    "dim": (3, gemm, "no meaningful size"),
    "elements": (5, gemm, "no meaningful size"),
    "inference_seconds": (0, gemm, "took longer than 0 s"),
}
ELSEWHERE = {
    "tensor_scratch_bytes": "app/reader/test_tensors.py",
    "message_bytes": "app/engine/test_messages.py",
    "layout_seconds": "viewers/drawing/test_layout.py",
}
"""Limits of what is no file, and where they are tested."""


def told(path: Path, limits: Limits) -> str:
    """Return all that reading a file says besides the model."""
    try:
        model = read_model(path, limits)
    except InspectorError as error:
        return str(error)
    return "\n".join(note.message for note in model.notes)


@pytest.mark.parametrize("limit", CASES)
def test_what_asks_for_more_is_refused_or_noted(limit, tmp_path):
    least, made, words = CASES[limit]
    path = made(tmp_path)
    assert words not in told(path, LIMITS)
    assert words in told(path, Limits(**{limit: least}))


def test_a_limit_that_leaves_nothing_to_show_is_named(tmp_path):
    path = chunked_hdf5(tmp_path)
    assert "too many objects" in told(path, Limits(hdf5_objects=1))


def test_a_single_row_that_is_too_large_to_be_held_is_refused(tmp_path):
    path = chunked_hdf5(tmp_path)
    model = read_model(path)
    [tensor] = [
        weight.tensor
        for weight in model.parameters()
        if weight.tensor.packing is Packing.READER
    ]
    numbers = np.concatenate(list(read_tensor(model, tensor)))
    assert numbers.tolist() == list(range(64 * 64))
    with pytest.raises(InspectorError, match="255"):
        list(read_tensor(model, tensor, Limits(tensor_whole_bytes=255)))


def test_every_limit_has_a_test():
    here = {"tensor_whole_bytes"}
    assert set(Limits.__struct_fields__) == {*CASES, *ELSEWHERE, *here}
    for limit, place in ELSEWHERE.items():
        assert limit in (ROOT / "tests" / place).read_text()


def test_every_limit_is_used():
    used = {
        node.attr
        for path, tree in modules().items()
        if path != "loaders/limits.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    assert set(Limits.__struct_fields__) <= used
