"""Write down the shapes and weights that Keras itself gives to its layers.

    python tests/loaders/kinds/make_keras_shapes.py [CLASS ...]

Writes keras_shapes.json beside this file: one row per layer with its class, the
settings as a file spells them, the shapes that flow in and out (without nesting) and
the weights in Keras' order as [name, shape, trainable]. The first case of each class
comes twice: with the settings that are not defaults, and with everything that
``get_config`` writes. Run it again after an upgrade of Keras (4 minutes; with classes
only their rows are made anew) and look at the difference.
"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from keras_cases import CASES  # noqa: E402

PUBLIC_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Classes that files call by another name than ``keras.layers``."""

NOT_TO_BE_DESCRIBED = {
    "Layer": "has no behaviour of its own",
    "Pipeline": "is a list of other layers",
    "Wrapper": "has no behaviour of its own",
    "Lambda": "needs code",
    "FlaxLayer": "needs code",
    "JaxLayer": "needs code",
    "TorchModuleWrapper": "needs code",
    "TFSMLayer": "needs a SavedModel",
    "InputSpec": "is no layer",
    "STFTSpectrogram": "needs scipy",
    "StackedRNNCells": "lives in an RNN",
}


def build(keras, cls, config):
    """Return a layer from settings as a file has them."""
    config = json.loads(json.dumps(config))  # Keras takes things out of it
    made = {
        name: keras.saving.deserialize_keras_object(value)
        if name in ("layer", "cell")
        else value
        for name, value in config.items()
    }
    return getattr(keras.layers, PUBLIC_NAMES.get(cls, cls))(**made)


def flat(keras, outputs):
    """Return the shapes of all outputs, one after another."""
    return [list(output.shape) for output in keras.tree.flatten(outputs)]


def call(keras, layer, inputs, dtype):
    """Call a layer on tensors that are only shapes."""
    tensors = [
        keras.KerasTensor(shape=tuple(shape), dtype=dtype, name=f"x{at}")
        for at, shape in enumerate(inputs)
    ]
    if type(layer).__name__.endswith("Cell"):
        batch = inputs[0][0]
        sizes = layer.state_size
        sizes = sizes if isinstance(sizes, list | tuple) else [sizes]
        states = [keras.KerasTensor(shape=(batch, size)) for size in sizes]
        return layer(tensors[0], states)
    if type(layer).__name__ in ("MultiHeadAttention", "GroupedQueryAttention"):
        return layer(*tensors)
    return layer(tensors if len(tensors) > 1 else tensors[0])


def row(keras, cls, config, inputs, dtype, saved):
    """Return one row, or the reason why there is none."""
    keras.utils.clear_session()
    layer = build(keras, cls, config)
    if cls == "InputLayer":
        outputs = [list(layer.batch_shape)]
    else:
        outputs = flat(keras, call(keras, layer, inputs, dtype))
    if saved:
        config = keras.saving.serialize_keras_object(layer)["config"]
        config = {key: value for key, value in config.items() if key != "name"}
    return {
        "class": cls,
        "config": config,
        "inputs": inputs,
        "dtype": dtype,
        "outputs": outputs,
        "weights": [
            [weight.name, list(weight.shape), bool(weight.trainable)]
            for weight in weights(layer)
        ],
    }


def weights(layer):
    """Return the weights in the order in which the layer saves them."""
    mode = getattr(layer, "quantization_mode", None)
    if mode is None:
        return layer.weights  # those that are trained first
    names = layer.variable_serialization_spec[mode]
    # The public kernel is unpacked; what is saved is the private one.
    found = [getattr(layer, f"_{name}", getattr(layer, name, None)) for name in names]
    return [weight for weight in found if weight is not None]


def classes(keras):
    """Return the names of all layer classes."""
    found = {
        value.__name__
        for value in vars(keras.layers).values()
        if isinstance(value, type)
    }
    return found - NOT_TO_BE_DESCRIBED.keys()


def main(wanted):
    import keras

    file, failed, done = HERE / "keras_shapes.json", [], set()
    kept = json.loads(file.read_text()) if wanted else []
    rows = [one for one in kept if one["class"] not in wanted]
    for cls, config, inputs, dtype in CASES:
        if wanted and cls not in wanted:
            continue
        for saved in (False, True) if cls not in done else (False,):
            try:
                rows.append(row(keras, cls, config, inputs, dtype, saved))
            except Exception as error:  # noqa: BLE001  (a layer that cannot run here)
                failed.append(f"{cls} {config} {inputs}: {str(error)[:200]}")
        done.add(cls)
    order = {cls: at for at, (cls, *_) in reversed(list(enumerate(CASES)))}
    rows.sort(key=lambda one: order[one["class"]])
    text = ",\n".join(json.dumps(one) for one in rows)
    file.write_text(f"[\n{text}\n]\n")
    for line in failed:
        print("left out:", line)
    print("without a row:", sorted(classes(keras) - {one["class"] for one in rows}))
    print(len(rows), "rows of", len({one["class"] for one in rows}), "classes")


if __name__ == "__main__":
    main(set(sys.argv[1:]))
