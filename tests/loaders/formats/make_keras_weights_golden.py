"""Make golden files: small models as Keras saves them, and what each weight is.

Run once per framework, whenever its version changes:
``python tests/loaders/formats/make_keras_weights_golden.py keras`` (or ``tf_keras``).
Writes ``golden/weights_<framework>.zip``: the models, and ``expected.json`` with the
layer, name, shape, sum and trainability of every variable as the framework has them.
"""

import importlib
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

Build = Callable[[], Any]


def models(keras: Any) -> Iterator[tuple[str, tuple[str, ...], Build]]:
    """Yield name, suffixes and builder of each model: the cases that are hard."""
    layers, chain = keras.layers, keras.Sequential
    dense, norm = layers.Dense, layers.BatchNormalization

    def inner(name: str) -> Any:
        return chain(
            [keras.Input((8,)), dense(6, name="d1"), norm(name="bn"), dense(6)],
            name=name,
        )

    def nested_part() -> Any:
        part = inner("part")
        part.get_layer("d1").trainable = False
        outer = chain([keras.Input((8,)), part, dense(6, name="mid")], name="outer")
        return chain([keras.Input((8,)), outer, dense(2, name="head")])

    def frozen() -> Any:
        part = inner("part")
        part.trainable = False
        return chain([keras.Input((8,)), part, dense(2, name="head")])

    def twins() -> Any:
        a, b = inner("a"), inner("b")
        x = keras.Input((8,))
        return keras.Model(x, layers.Concatenate()([a(x), b(x)]))

    def shared() -> Any:
        x, one = keras.Input((8,)), dense(8, name="shared")
        return keras.Model(x, layers.Add()([one(x), one(one(x))]))

    def both_ways() -> Any:
        way = layers.Bidirectional
        return chain(
            [
                keras.Input((5, 4)),
                way(layers.LSTM(3, return_sequences=True), name="first"),
                way(layers.GRU(3), name="second"),
            ]
        )

    def cells() -> Any:
        stack = [layers.LSTMCell(3), layers.GRUCell(2)]
        return chain([keras.Input((5, 4)), layers.RNN(stack, name="stack"), dense(2)])

    def per_step() -> Any:
        return chain(
            [keras.Input((5, 8)), layers.TimeDistributed(inner("in"), name="td")]
        )

    def attention() -> Any:
        x = keras.Input((5, 8))
        heads = layers.MultiHeadAttention(2, 4, value_dim=3, name="heads")
        return keras.Model(x, layers.LayerNormalization(name="norm")(heads(x, x)))

    def half() -> Any:
        policies = ["mixed_float16", "float64", "bfloat16"]
        rest = [dense(2, dtype=policy, name=policy) for policy in policies]
        return chain([keras.Input((4,)), *rest])

    def images() -> Any:
        return chain(
            [
                keras.Input((9, 9, 3)),
                layers.SeparableConv2D(4, 3, name="separable"),
                layers.Conv2DTranspose(3, 2, name="transposed"),
                layers.PReLU(name="prelu"),
            ]
        )

    both = (".keras", ".h5")
    yield "nested_part", both, nested_part
    yield "frozen", both, frozen
    yield "twins", (".h5",), twins
    yield "shared", both, shared
    yield "both_ways", both, both_ways
    yield "cells", both, cells
    yield "per_step", both, per_step
    yield "attention", both, attention
    yield "half", both, half
    yield "images", (".keras",), images
    if keras.__name__ == "keras":
        yield "new_in_3", (".keras",), lambda: new_in_3(keras)
        yield "free_in_frozen", both, lambda: free_in_frozen(keras)
        yield "coded", both, lambda: coded(keras, "int8")
        yield "packed", both, lambda: coded(keras, "int4")
        yield "adapted", (".h5",), lambda: adapted(keras)
        yield "adapted_codes", (".h5",), lambda: adapted(keras, "int8")


def new_in_3(keras: Any) -> Any:
    """Return a model of layers whose places differ from what their names suggest."""
    layers = keras.layers
    x = keras.Input((5, 8))
    grouped = layers.GroupQueryAttention(4, 4, 2, name="grouped")(x, x)
    spectral = layers.SpectralNormalization(layers.Dense(3), name="spectral")(grouped)
    return keras.Model(x, layers.RMSNormalization(name="rms")(spectral))


def free_in_frozen(keras: Any) -> Any:
    """Return a model whose frozen parts hold what Keras trains all the same."""
    layers = keras.layers
    part = keras.Sequential(
        [keras.Input((8,)), layers.Dense(6, name="free"), layers.Dense(5, name="rest")],
        name="part",
    )
    part.trainable = False
    part.get_layer("free").trainable = True
    x = keras.Input((4, 8))
    both = layers.Bidirectional(layers.GRU(3), trainable=False, name="both")
    joined = layers.Concatenate()([layers.TimeDistributed(part, name="td")(x)[:, 0]])
    return keras.Model(x, [joined, both(x)])


def coded(keras: Any, mode: str) -> Any:
    """Return a quantized model, with layers whose settings do not say so."""
    layers = keras.layers
    tokens = keras.Input((6,), dtype="int32")
    table = layers.ReversibleEmbedding(10, 8, tie_weights=False, name="table")
    x = layers.MultiHeadAttention(2, 4, name="heads")(table(tokens), table(tokens))
    x = layers.TimeDistributed(layers.Dense(8, name="dense"), name="each")(x)
    axes = {"output_shape": (6, 2, 4), "bias_axes": "de", "name": "sums"}
    x = layers.Reshape((6, 8))(layers.EinsumDense("abc,cde->abde", **axes)(x))
    model = keras.Model(tokens, table(x, reverse=True))
    model.quantize(mode)
    return model


def adapted(keras: Any, mode: str = "") -> Any:
    """Return a model with low-rank adapters."""
    layers = keras.layers
    x = keras.Input((6, 8))
    dense = layers.Dense(8, name="dense")
    sums = layers.EinsumDense("abc,cd->abd", output_shape=(6, 5), name="sums")
    model = keras.Model(x, sums(dense(x)))
    dense.enable_lora(2)
    sums.enable_lora(3)
    if mode:
        model.quantize(mode)
    return model


def flat(model: Any, keras: Any) -> Iterator[Any]:
    """Yield the layers of a model and of the models in it, wrapped ones too."""
    for layer in model.layers:
        inside = getattr(layer, "layer", layer)
        if isinstance(inside, keras.Model):
            yield from flat(inside, keras)
        else:
            yield layer


def expected(model: Any, keras: Any) -> list[dict[str, Any]]:
    """Return what each variable is, each once."""
    trained = {id(variable) for variable in model.trainable_weights}
    rows: dict[int, dict[str, Any]] = {}
    for layer in flat(model, keras):
        for variable in layer.weights:
            array = np.asarray(variable.numpy()).astype(np.float64)
            path = getattr(variable, "path", None) or variable.name
            rows[id(variable)] = {
                "layer": layer.name,
                "name": path.split("/")[-1].split(":")[0],
                "shape": list(array.shape),
                "sum": float(array.sum()),
                "trainable": id(variable) in trained,
            }
    return list(rows.values())


def main(framework: str) -> None:
    """Write the golden file of one framework."""
    keras = importlib.import_module(framework)
    target = Path(__file__).parent / "golden" / f"weights_{framework}.zip"
    told: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as golden,
    ):
        for number, (name, suffixes, build) in enumerate(models(keras)):
            keras.backend.clear_session()
            model, random = build(), np.random.default_rng(number)
            for variable in model.weights:
                numbers = random.random(variable.shape).astype(np.float32)
                coded = "int" in str(variable.dtype)
                variable.assign(numbers * 99 // 1 if coded else numbers)
            for suffix in suffixes:
                path = Path(folder) / f"{name}{suffix}"
                model.save(path)
                golden.write(path, path.name)
                told[path.name] = {
                    "total": int(model.count_params()),
                    "weights": expected(model, keras),
                }
        golden.writestr("expected.json", json.dumps(told))
    print(f"{target}: {len(told)} models, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
