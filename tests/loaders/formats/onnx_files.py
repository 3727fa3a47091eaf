"""Small ONNX files made by the onnx package, for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from loaders.formats import open_source
from loaders.formats.onnx import read
from loaders.ir.graph import Model, Severity

FLOAT = TensorProto.FLOAT


def tensor(name: str, values: Any, dtype: str = "float32") -> TensorProto:
    """Return an initializer with raw data."""
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def value(
    name: str, shape: Sequence[int | str | None] | None, kind: int = FLOAT
) -> Any:
    """Return a declared value."""
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    nodes: list[Any],
    inputs: list[Any],
    outputs: list[Any],
    initializers: Sequence[TensorProto] = (),
    *,
    opset: int = 21,
    ir: int = 10,
    domains: Sequence[str] = (),
    **more: Any,
) -> onnx.ModelProto:
    """Return a model with one graph."""
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(initializers))
    opsets = [helper.make_opsetid("", opset)]
    opsets += [helper.make_opsetid(domain, 1) for domain in domains]
    return helper.make_model(graph, opset_imports=opsets, ir_version=ir, **more)


def save(made: onnx.ModelProto | bytes, folder: Path, name: str = "m.onnx") -> Path:
    """Write a model and return its path."""
    path = folder / name
    path.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    return path


def opened(made: onnx.ModelProto | bytes | Path, folder: Path) -> Model:
    """Write a model and read it with the program."""
    path = made if isinstance(made, Path) else save(made, folder)
    return read(open_source(path), lambda _what, _done, _total: None)


def warnings(found: Model) -> list[str]:
    """Return what the user is warned of."""
    return [note.message for note in found.notes if note.severity is Severity.WARNING]


def dense(**more: Any) -> onnx.ModelProto:
    """Return x (batch × 4) times w (4 × 3) plus b, then relu: 15 parameters."""
    return model(
        [
            helper.make_node("Gemm", ["x", "w", "b"], ["h"], name="fc"),
            helper.make_node("Relu", ["h"], ["y"]),
        ],
        [value("x", ["batch", 4])],
        [value("y", ["batch", 3])],
        [tensor("w", np.arange(12).reshape(4, 3)), tensor("b", [1, 2, 3])],
        **more,
    )
