"""Record the shapes that ONNX Runtime returns for every value of the real ONNX files.

Run: python tests/loaders/formats/make_onnx_shapes.py CORPUS. Needs onnx and
onnxruntime. Each file runs in a process of its own, once, on small made-up inputs:
unknown lengths are tried as 1, 2, 4 and so on until the model accepts them. Writes
golden/onnx_shapes.json: file -> value -> shape.
"""

import json
import multiprocessing
import queue as queues
import sys
from pathlib import Path
from typing import Any

LENGTHS = (1, 2, 4, 8, 16, 64, 256, 512)
SECONDS = 60


def fed(model: Any, length: int) -> dict[str, Any]:
    """Return made-up inputs with every unknown length set to ``length``."""
    import numpy as np
    import onnx

    rng = np.random.default_rng(0)
    held = {tensor.name for tensor in model.graph.initializer}
    feeds: dict[str, Any] = {}
    for value in model.graph.input:
        if value.name in held:
            continue
        kind = value.type.tensor_type
        shape = [dim.dim_value or length for dim in kind.shape.dim]
        if kind.elem_type == onnx.TensorProto.STRING:
            feeds[value.name] = np.full(shape, "a", object)
            continue
        dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)
        numbers = rng.uniform(0.1, 1, shape) if dtype.kind == "f" else np.zeros(shape)
        feeds[value.name] = numbers.astype(dtype)
    return feeds


def run(path: Path, queue: Any, everything: bool) -> None:
    """Run one model, with every value of its main graph as an output if wanted."""
    import onnx
    import onnxruntime

    model = onnx.load(path)
    results = {value.name for value in model.graph.output}
    made = [name for node in model.graph.node for name in node.output if name]
    model.graph.output.extend(
        onnx.ValueInfoProto(name=name)
        for name in made
        if everything and name not in results
    )
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = (
        onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    )
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    names = [value.name for value in session.get_outputs()]
    problem = ""
    for length in LENGTHS:
        feeds = fed(model, length)
        try:
            found = session.run(names, feeds)
        except Exception as error:  # noqa: BLE001
            problem = problem or str(error).splitlines()[0][:120]
            continue
        values = {name: list(feed.shape) for name, feed in feeds.items()}
        values |= {
            name: list(array.shape)
            for name, array in zip(names, found, strict=True)
            if hasattr(array, "shape")
        }
        queue.put(values)
        return
    queue.put(problem)


def recorded(path: Path, everything: bool = True) -> dict[str, list[int]] | str:
    """Return the shapes of one file, or why there are none."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=run, args=(path, queue, everything))
    process.start()
    try:
        found: dict[str, list[int]] | str = queue.get(timeout=SECONDS)
    except queues.Empty as error:
        found = f"{type(error).__name__}"
    process.kill()
    process.join()
    return found


def main() -> None:
    corpus = Path(sys.argv[1])
    index = json.loads((corpus / "index.json").read_text())
    golden: dict[str, dict[str, list[int]]] = {}
    for entry in index["real"]:
        if entry.get("ort_run") != "ok":
            continue
        found = recorded(corpus / entry["file"])
        if isinstance(found, str):  # some kernels die when their inside is asked for
            found = recorded(corpus / entry["file"], everything=False)
        if isinstance(found, str):
            print("no run:", entry["file"], found)
            continue
        golden[entry["file"]] = found
        print(len(found), entry["file"])
    target = Path(__file__).with_name("golden") / "onnx_shapes.json"
    lines = [
        f"{json.dumps(file)}: {json.dumps(values, separators=(',', ':'))}"
        for file, values in golden.items()
    ]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
