"""Write down the shapes and weights that Keras 2 gives to its layers.

    python tests/loaders/kinds/make_tf_keras_shapes.py

Writes tf_keras_shapes.json beside this file, in the form of keras_shapes.json, with
the settings as Keras 2 saves them: one row per class, and more of those that work
otherwise than in Keras 3 or are gone there.
"""

import json
import os
import sys
from itertools import product
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from keras_cases import CASES, case, described  # noqa: E402


def unshared():
    layouts = ("channels_last", "channels_first")
    for way, layout, padding in product((1, 2, 3), layouts, ("valid", "same")):
        if way == 1 and padding == "same":
            continue  # Keras refuses it
        config = {"implementation": way, "data_format": layout, "padding": padding}
        config = {"filters": 2, "strides": 2, **config}
        yield case("LocallyConnected1D", {**config, "kernel_size": 3}, (None, 10, 4))
        uneven = {**config, "kernel_size": [3, 2], "strides": [2, 1]}
        yield case("LocallyConnected2D", uneven, (None, 7, 6, 4))


def otherwise():
    yield case("ThresholdedReLU", {}, (None, 5))
    for rank, shape in ((1, (None, 5, 7, 4)), (2, (None, 5, 9, 9, 4))):
        config = {"filters": 3, "kernel_size": 3}
        yield case(f"Conv{rank}D", config, shape)
    yield case("GRU", {"units": 4, "reset_after": False}, (None, 5, 6))
    recurrent = described("LSTM", units=3, return_sequences=True)
    yield case("Bidirectional", {"layer": recurrent}, (None, 5, 6))
    dense = described("Dense", units=3)
    yield case("TimeDistributed", {"layer": dense}, (None, 5, 6))
    config = {"equation": "abc,cd->abd", "output_shape": [None, 4]}
    yield case("EinsumDense", config, (None, 5, 6))


def firsts():
    """Yield one case of each class; Keras 2 builds these without a model around."""
    seen = {"RNN", "InputLayer", "LSTMCell", "GRUCell", "SimpleRNNCell"}
    seen.add("HashedCrossing")  # forgets how many samples there are
    seen.add("SpectralNormalization")  # refuses a layer that is not built
    for one in CASES:
        if one[0] not in seen and "data_format" not in one[1]:
            seen.add(one[0])
            yield one


def row(keras, cls, config, inputs, dtype):
    """Return one row; the settings are those that Keras 2 saves."""
    from tf_keras.src.saving.legacy.saved_model import json_utils

    made = {
        name: keras.layers.deserialize(value) if name == "layer" else value
        for name, value in json.loads(json.dumps(config)).items()
    }
    layer = getattr(keras.layers, cls)(name="one", **made)
    tensors = [keras.Input(batch_shape=tuple(shape), dtype=dtype) for shape in inputs]
    if cls == "MultiHeadAttention":
        outputs = layer(*tensors)
    else:
        outputs = layer(tensors if len(tensors) > 1 else tensors[0])
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    saved = json.dumps(layer.get_config(), default=json_utils.get_json_type)
    return {
        "class": cls,
        "config": {k: v for k, v in json.loads(saved).items() if k != "name"},
        "inputs": inputs,
        "dtype": dtype,
        "outputs": [list(output.shape) for output in outputs],
        "weights": [
            [weight.name, list(weight.shape), bool(weight.trainable)]
            for weight in layer.weights
        ],
    }


def main():
    import tf_keras as keras

    rows, failed = [], []
    for one in (*unshared(), *otherwise(), *firsts()):
        if not hasattr(keras.layers, one[0]):
            continue
        try:
            rows.append(row(keras, *one))
        except Exception as error:  # noqa: BLE001  (a layer that cannot run here)
            failed.append(f"{one[0]} {one[1]}: {str(error)[:200]}")
    text = ",\n".join(json.dumps(one) for one in rows)
    (HERE / "tf_keras_shapes.json").write_text(f"[\n{text}\n]\n")
    for line in failed:
        print("left out:", line)
    print(len(rows), "rows of", len({one["class"] for one in rows}), "classes")


if __name__ == "__main__":
    main()
