"""Write down how Keras itself connects models of every sort.

    python tests/loaders/formats/make_keras_calls_golden.py keras|tf_keras

Writes golden/calls_{keras,tf_keras}.json: per model its description as the framework
saves it, and per call of a layer, in each model by path: the layer's name, the names
of what feeds it, and the output shapes. Each engine needs a process of its own.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
HERE = Path(__file__).parent / "golden"


def nested(keras, inputs):
    """Return models called twice, shared layers, and a model without a shape."""
    layers = keras.layers
    start = keras.Input((4,), name="start")
    inner = keras.Model(start, layers.Dense(3, name="d")(start), name="inner")
    chain = keras.Sequential(
        [keras.Input((3,)), layers.Dense(2, name="cd")], name="chain"
    )
    late = keras.Sequential([layers.Dense(2, name="ld")], name="late")
    x, y = inputs
    first, second = inner(x), inner(y)
    one, two = chain(first), chain(second)
    shared = layers.Dense(2, name="shared")
    three = shared(one)
    five = shared(shared(two))
    seven = late(late(five))
    return first, two, three, five, seven


def models(keras, with_operations):
    """Return models by name."""
    layers, model = keras.layers, keras.Model

    def pair():
        return [keras.Input((4,), name="x"), keras.Input((4,), name="y")]

    def sequence(name="s"):
        return keras.Input((5, 4), name=name)

    made = {}
    ends = pair()
    outputs = nested(keras, ends)
    names = ["o1", "o2", "o3", "o4", "o5"]
    made["shared_and_nested"] = model(ends, list(outputs), name="outer")
    ends = pair()
    made["named_outputs"] = model(
        ends, dict(zip(reversed(names), nested(keras, ends))), name="outer"
    )
    ends, again = pair(), pair()
    outer = model(ends, list(nested(keras, ends)), name="outer")
    made["twice_nested"] = model(again, [outer(again)[0], outer(again[::-1])[4]])
    x = keras.Input((4,), name="x")
    a, b = layers.Dense(4, name="A"), layers.Dense(4, name="B")
    made["turn_by_turn"] = model(x, a(b(a(b(x)))))
    x = keras.Input((4,), name="x")
    start = keras.Input((4,), name="start")
    inner = model(start, layers.Dense(4, name="d")(start), name="inner")
    inner(keras.Input((4,)))  # a call that is no part of the model below
    made["called_elsewhere"] = model(x, inner(inner(inner(x))))
    x, mask = keras.Input((6, 4), name="x"), keras.Input((6, 6), name="m")
    attention = layers.MultiHeadAttention(2, 3, name="mha")
    result = attention(x, x, attention_mask=mask, return_attention_scores=True)
    made["attention"] = model([x, mask], list(result))
    x, h, c = sequence("x"), keras.Input((3,), name="h"), keras.Input((3,), name="c")
    lstm = layers.LSTM(3, return_state=True, name="lstm")
    made["initial_state"] = model([x, h, c], lstm(x, initial_state=[h, c])[:2])
    x = keras.Input((None,), name="tokens")
    embedded = layers.Embedding(9, 4, mask_zero=True, name="e")(x)
    both = layers.Bidirectional(
        layers.LSTM(3, return_sequences=True, return_state=True), name="both"
    )
    made["masks"] = model(x, layers.GRU(2, name="gru")(both(embedded)[0]))
    x = sequence("x")
    made["masking"] = model(x, layers.LSTM(3, name="r")(layers.Masking(name="k")(x)))
    x = keras.Input((3, 6, 4), name="x")
    inner = keras.Sequential(
        [keras.Input((6, 4)), layers.Conv1D(2, 3, name="cv"), layers.Flatten(name="f")],
        name="cnn",
    )
    made["model_per_step"] = model(x, layers.TimeDistributed(inner, name="td")(x))
    x = {"a": keras.Input((2,), name="a"), "b": keras.Input((2,), name="b")}
    y = {"b": keras.Input((2,), name="b1"), "a": keras.Input((2,), name="a1")}
    joined = layers.Concatenate(name="cat")([x["a"], x["b"]])
    made["named_inputs"] = model(y, model(x, joined, name="named")(y))
    cells = [layers.LSTMCell(3), layers.GRUCell(2)]
    x = sequence("x")
    made["stacked_cells"] = model(x, layers.RNN(cells, name="rnn")(x))
    built = keras.Sequential([layers.Dense(3, name="p"), layers.Dense(2, name="q")])
    built.build((None, 4))
    made["built_late"] = built
    if with_operations:
        made["operations"] = operations(keras)
    return made


def operations(keras):
    """Return a model of operations on tensors, without layers."""
    x = keras.Input((5, 4), name="x")
    if keras.__name__ == "keras":
        from keras import ops
    else:
        import tensorflow as ops
    shifted = x * 2 + 1
    turned = 3 - shifted
    cut = shifted[:, 1:, :]
    join = ops.concatenate if keras.__name__ == "keras" else ops.concat
    parts = ops.split(join([turned, cut], axis=1), 3, axis=1)
    flat = ops.reshape(ops.abs(x), (-1, 20))
    return keras.Model(x, [parts[2], flat, x[:, 0]])


def calls(model, path=""):
    """Return name, feeders and output shapes of each call, by path of the model."""
    rows = {path: []}
    for nodes in model._nodes_by_depth.values():
        for node in nodes:
            rows[path].append(row(node))
    for layer in model.layers:
        if hasattr(layer, "layers") and hasattr(layer, "_nodes_by_depth"):
            rows |= calls(layer, f"{path}{layer.name}/")
        elif hasattr(getattr(layer, "_functional", None), "_nodes_by_depth"):
            rows |= calls(layer._functional, f"{path}{layer.name}/")
    rows[path].sort(key=str)
    return rows


def row(node):
    """Return one call of either engine."""
    if hasattr(node, "operation"):
        feeders = {parent.operation.name for parent in node.parent_nodes}
        shapes = [list(tensor.shape) for tensor in node.output_tensors]
        return [node.operation.name, sorted(feeders), shapes]
    import tensorflow as tf

    feeders = {layer.name for layer in tf.nest.flatten(node.inbound_layers or [])}
    shapes = [tensor.shape.as_list() for tensor in tf.nest.flatten(node.outputs)]
    return [node.layer.name, sorted(feeders), shapes]


def main():
    """Write the golden file of one engine."""
    engine = sys.argv[1]
    keras = __import__(engine)
    found = {}
    for name, model in models(keras, with_operations=True).items():
        graph = getattr(model, "_functional", None) or model
        found[name] = {
            "description": json.loads(model.to_json()),
            "version": keras.__version__,
            "calls": calls(graph),
        }
        print(name, sum(map(len, found[name]["calls"].values())), "calls")
    text = json.dumps(found, indent=None, separators=(",", ":"))
    (HERE / f"calls_{engine}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
