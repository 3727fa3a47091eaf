"""Make the sample models that ship with the program.

    python tests/make_samples.py

Needs the program's own environment (Keras, TensorFlow, onnx). Every model is trained
here for a few seconds on data made here, so it does something real and belongs to
nobody else. Seeded; weights may differ in their last digits between machines.
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent.parent / "resources" / "samples"
SIDE = 28
NAMES = ("circle", "square", "triangle", "cross")


def drawings(count, random):
    """Return pictures (count, 28, 28, 1) of four figures, and which one each is."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    pictures, kinds = (
        np.zeros((count, SIDE, SIDE, 1), "f4"),
        random.integers(4, size=count),
    )
    for picture, kind in zip(pictures, kinds, strict=True):
        y, x = random.uniform(10, 17, 2)
        size = random.uniform(5, 9)
        down, right = rows - y, columns - x
        match NAMES[kind]:
            case "circle":
                ink = np.abs(np.hypot(down, right) - size) < 1.2
            case "square":
                ink = np.abs(np.maximum(np.abs(down), np.abs(right)) - size) < 1.2
            case "triangle":
                inside = (down < size) & (down > 2 * np.abs(right) - size)
                ink = inside & ~(
                    (down < size - 2) & (down > 2 * np.abs(right) - size + 4)
                )
            case _:
                ink = (np.abs(np.abs(down) - np.abs(right)) < 1.2) & (
                    np.abs(down) < size
                )
        picture[..., 0] = ink * random.uniform(0.6, 1) + random.normal(
            0, 0.05, ink.shape
        )
    return pictures, kinds


def figures(random):
    """Train a small convolutional network to tell four figures apart."""
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1), name="picture"),
            layers.Conv2D(8, 3, activation="relu", name="edges"),
            layers.MaxPooling2D(name="halve"),
            layers.Conv2D(
                16, 3, strides=2, padding="same", use_bias=False, name="parts"
            ),
            layers.BatchNormalization(name="parts_norm"),
            layers.ReLU(name="parts_relu"),
            layers.Flatten(name="flatten"),
            layers.Dense(24, activation="relu", name="features"),
            layers.Dropout(0.2, name="dropout"),
            layers.Dense(4, activation="softmax", name="figure"),
        ],
        name="figures_cnn",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*drawings(4000, random), epochs=3, batch_size=64, verbose=0)
    print("figures_cnn accuracy", model.evaluate(*drawings(500, random), verbose=0)[1])
    return model


def waves(random):
    """Train an LSTM to continue a noisy sine wave."""
    start = random.uniform(0, 6.28, (2000, 1))
    speed = random.uniform(0.1, 0.4, (2000, 1))
    series = np.sin(start + speed * np.arange(49)) + random.normal(0, 0.02, (2000, 49))
    model = keras.Sequential(
        [
            keras.Input((None, 1), name="series"),
            layers.LSTM(16, return_sequences=True, name="lstm_1"),
            layers.LSTM(12, name="lstm_2"),
            layers.Dense(1, name="next_value"),
        ],
        name="sine_lstm",
    )
    model.compile("adam", "mse")
    model.fit(series[:, :48, None], series[:, 48:], epochs=8, batch_size=32, verbose=0)
    print(
        "sine_lstm mse", model.evaluate(series[:, :48, None], series[:, 48:], verbose=0)
    )
    return model


def sentences(random):
    """Train a two-input model with a shared tower, a residual and attention."""
    tower = keras.Sequential(
        [
            keras.Input((20, 24)),
            layers.Conv1D(24, 3, padding="same", activation="relu", name="phrases"),
            layers.LayerNormalization(name="phrases_norm"),
        ],
        name="tower",
    )
    embed = layers.Embedding(200, 24, name="word_vectors")
    ends = [keras.Input((20,), dtype="int32", name=name) for name in ("left", "right")]
    left, right = (tower(embed(end)) for end in ends)
    met = layers.MultiHeadAttention(2, 8, name="compare")(left, right)
    both = layers.Add(name="residual")([left, met])
    pooled = layers.GlobalAveragePooling1D(name="mean_over_words")(both)
    same = layers.Dense(1, activation="sigmoid", name="same_topic")(pooled)
    model = keras.Model(ends, same, name="sentence_pair")
    words = random.integers(0, 100, (1500, 2, 20)) + 100 * random.integers(
        0, 2, (1500, 2, 1)
    )
    truth = (words[:, 0, 0] // 100 == words[:, 1, 0] // 100).astype("f4")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit([words[:, 0], words[:, 1]], truth, epochs=4, batch_size=32, verbose=0)
    print(
        "sentence_pair accuracy",
        model.evaluate([words[:, 0], words[:, 1]], truth, verbose=0)[1],
    )
    return model


def int8_onnx(model):
    """Return the figures network as ONNX with int8 weights, one scale per channel."""
    nodes, weights = [], []

    def constant(name, array):
        weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def dequantized(name, array, axis):
        others = tuple(at for at in range(array.ndim) if at != axis)
        scale = (np.abs(array).max(axis=others) / 127).astype("f4")
        shape = [-1 if at == axis else 1 for at in range(array.ndim)]
        codes = np.round(array / scale.reshape(shape)).astype("i1")
        parts = [
            constant(f"{name}_codes", codes),
            constant(f"{name}_scale", scale),
            constant(f"{name}_zero_point", np.zeros(scale.shape, "i1")),
        ]
        return add("DequantizeLinear", parts, f"{name}_real", axis=axis)

    def add(op, inputs, output, **attributes):
        nodes.append(
            helper.make_node(op, inputs, [output], name=f"/{output}/{op}", **attributes)
        )
        return output

    get = {layer.name: layer.get_weights() for layer in model.layers}
    kernel, bias = get["edges"]
    out = add(
        "Conv",
        [
            "picture",
            dequantized("edges", kernel.transpose(3, 2, 0, 1), 0),
            constant("edges_bias", bias),
        ],
        "edges",
        kernel_shape=[3, 3],
    )
    out = add("Relu", [out], "edges_relu")
    out = add("MaxPool", [out], "halve", kernel_shape=[2, 2], strides=[2, 2])
    [kernel] = get["parts"]
    out = add(
        "Conv",
        [out, dequantized("parts", kernel.transpose(3, 2, 0, 1), 0)],
        "parts",
        kernel_shape=[3, 3],
        strides=[2, 2],
        auto_pad="SAME_UPPER",
    )
    norm = [constant(f"norm_{at}", array) for at, array in enumerate(get["parts_norm"])]
    out = add("BatchNormalization", [out, *norm], "parts_norm", epsilon=1e-3)
    out = add("Relu", [out], "parts_relu")
    out = add("Transpose", [out], "channels_last", perm=[0, 2, 3, 1])
    out = add("Flatten", [out], "flatten")
    for name, activation in (("features", "Relu"), ("figure", "Softmax")):
        kernel, bias = get[name]
        out = add(
            "Gemm",
            [out, dequantized(name, kernel, 1), constant(f"{name}_bias", bias)],
            f"{name}_sum",
        )
        out = add(activation, [out], name if name != "figure" else "probabilities")
    graph = helper.make_graph(
        nodes,
        "figures_int8",
        [
            helper.make_tensor_value_info(
                "picture", TensorProto.FLOAT, ["batch", 1, SIDE, SIDE]
            )
        ],
        [
            helper.make_tensor_value_info(
                "probabilities", TensorProto.FLOAT, ["batch", 4]
            )
        ],
        weights,
    )
    made = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 17)],
        producer_name="layerscope samples",
    )
    made.ir_version = 8
    onnx.checker.check_model(made, full_check=True)
    return made


def main():
    keras.utils.set_random_seed(7)
    random = np.random.default_rng(7)
    cnn = figures(random)
    for model, name in (
        (cnn, "figures_cnn.keras"),
        (waves(random), "sine_lstm.keras"),
        (sentences(random), "sentence_pair.h5"),
    ):
        lean = keras.models.clone_model(model)  # without the optimizer's state
        lean.set_weights(model.get_weights())
        lean.save(HERE / name)
    onnx.save(int8_onnx(cnn), HERE / "figures_int8.onnx")
    for file in sorted(HERE.glob("*.*")):
        print(file.name, file.stat().st_size)


if __name__ == "__main__":
    main()
