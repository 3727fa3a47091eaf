"""Write down what Keras itself says of every real model that it loads.

    python tests/corpus/make_framework_golden.py CORPUS [--engine keras|tf_keras]

Writes tests/corpus/golden/{keras,tf_keras}.json: per file the totals of ``summary()``
and, per layer, name, class, output shapes (one entry per call inside its own model,
each a list of shapes) and parameter counts. Nested models are followed by path. Only
files that the framework loads are in it; ``tests/corpus`` holds Layerscope to it
without any framework. Both engines need a process of their own.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
HERE = Path(__file__).parent / "golden"
SUFFIXES = {".keras", ".h5", ".hdf5", ".json"}


def listed(shape):
    """Return a shape as a list, or nested lists for several outputs."""
    if isinstance(shape, dict):
        return [listed(one) for one in shape.values()]
    if isinstance(shape, list | tuple):
        if all(length is None or isinstance(length, int) for length in shape):
            return list(shape)
        return [listed(one) for one in shape]
    return None


def several(shape):
    """Return a list of output shapes."""
    plain = listed(shape)
    if plain is None:
        return []
    return plain if plain and isinstance(plain[0], list) else [plain]


def counts(weights):
    """Return the number of elements of all weights, each once."""
    seen = {id(weight): weight for weight in weights}
    total = 0
    for weight in seen.values():
        size = 1
        for length in weight.shape:
            size *= int(length)
        total += size
    return total


def calls(layer, model):
    """Return the output shapes of each call of a layer inside one model."""
    graph = getattr(model, "_functional", None) or model
    keras_3 = hasattr(graph, "_nodes_by_depth") and not hasattr(graph, "_network_nodes")
    own = graph._nodes if keras_3 else getattr(graph, "_network_nodes", None)
    name = str(id(layer)) if keras_3 else layer.name
    found = []
    for index, node in enumerate(getattr(layer, "_inbound_nodes", [])):
        if own and f"{name}_ib-{index}" not in own:
            continue
        shapes = getattr(node, "output_shapes", None)  # tf_keras only
        if shapes is None:
            shapes = [tuple(tensor.shape) for tensor in node.output_tensors]
        found.append(several(shapes))
    return found


def outline(model, path=""):
    """Return one row per layer, nested models followed by their layers."""
    rows = []
    for layer in model.layers:
        row = {
            "path": path + layer.name,
            "class": type(layer).__name__,
            "calls": calls(layer, model),
            "parameters": counts(layer.weights),
            "trainable": counts(layer.trainable_weights),
        }
        rows.append(row)
        if hasattr(layer, "layers") and not type(layer).__name__.startswith(
            "StackedRNN"
        ):
            rows += outline(layer, f"{path}{layer.name}/")
    return rows


def golden(model):
    trainable = counts(model.trainable_weights)
    total = counts(model.weights)
    return {
        "total": total,
        "trainable": trainable,
        "non_trainable": total - trainable,
        "layers": outline(model),
    }


def load(engine, path):
    if engine == "keras":
        import keras

        if path.suffix == ".json":
            return keras.models.model_from_json(path.read_text())
        return keras.models.load_model(path, compile=False)
    import tf_keras

    if path.suffix == ".json":
        return tf_keras.models.model_from_json(path.read_text())
    return tf_keras.models.load_model(path, compile=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--engine", choices=["keras", "tf_keras"])
    chosen = parser.parse_args()
    if chosen.engine is None:
        for engine in ("keras", "tf_keras"):
            command = [sys.executable, __file__, str(chosen.corpus), "--engine", engine]
            subprocess.run(command, check=True)
        return
    found, refused = {}, {}
    for folder in ("real", "seed", "questions"):
        for path in sorted((chosen.corpus / folder).rglob("*")):
            saved_model = path.is_dir() and (path / "saved_model.pb").is_file()
            if not saved_model and (not path.is_file() or path.suffix not in SUFFIXES):
                continue
            key = str(path.relative_to(chosen.corpus))
            try:
                model = load(chosen.engine, path)
                if not getattr(model, "layers", None):
                    continue
                found[key] = golden(model)
            except Exception as error:  # noqa: BLE001 a framework raises anything
                refused[key] = f"{type(error).__name__}: {str(error)[:100]}"
    HERE.mkdir(exist_ok=True)
    lines = [f"{json.dumps(key)}: {json.dumps(row)}" for key, row in found.items()]
    (HERE / f"{chosen.engine}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(chosen.engine, len(found), "loaded,", len(refused), "refused")
    for key, reason in refused.items():
        print("  ", key[-70:], reason)


if __name__ == "__main__":
    main()
