"""Writes what Keras makes of some numbers with each of its activations.

Run by hand with Keras 3 and tf_keras installed:
``python tests/app/analysis/diagrams/make_keras_activations.py``.
"""

import json
from pathlib import Path

import numpy as np

X = [-3.9, -2.5, -1.0, -0.4, 0.0, 0.3, 0.7, 1.0, 1.9, 3.2]
NAMES = """
relu relu6 leaky_relu elu selu celu gelu sigmoid hard_sigmoid tanh softplus softsign
silu swish hard_silu hard_swish mish exponential linear log_sigmoid hard_tanh
soft_shrink hard_shrink tanh_shrink squareplus
"""
LAYERS = [
    ("ReLU", {"max_value": 2.0, "negative_slope": 0.1, "threshold": 0.5}),
    ("ReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.2}),
    ("ELU", {"alpha": 0.7}),
]
OLD_NAMES = "relu elu selu sigmoid hard_sigmoid tanh softplus softsign swish gelu"


def rows():
    import keras
    import tensorflow as tf
    import tf_keras

    x = np.array(X, "float32")
    for name in NAMES.split():
        y = np.asarray(keras.activations.get(name)(x))
        yield {"version": 3, "class": "Activation", "config": {"activation": name}}, y
    for name, config in LAYERS:
        layer = getattr(keras.layers, name)(**config)
        yield {"version": 3, "class": name, "config": config}, np.asarray(layer(x))
    for name in OLD_NAMES.split():
        y = np.asarray(tf_keras.activations.get(name)(tf.constant(x)))
        yield {"version": 2, "class": "Activation", "config": {"activation": name}}, y


def main():
    found = [{**row, "y": [float(f"{v:.6g}") for v in y]} for row, y in rows()]
    lines = ",\n".join(json.dumps(row) for row in found)
    text = f'{{"x": {json.dumps(X)}, "rows": [\n{lines}\n]}}\n'
    Path(__file__).with_name("keras_activations.json").write_text(text)


if __name__ == "__main__":
    main()
