"""Write down what Keras itself says about the models that people ask about.

    python tests/app/analysis/make_why_questions.py

Writes why_questions.json beside this file. Each question has its own model first, then
20 with other sizes, filters, strides and padding. A case holds the layers and facts:
shapes, counts and lengths that Keras (for ONNX: ONNX Runtime) computed, none of them
with our rules. Where a layer cannot work, Keras is made to say so. Takes a minute.
"""

import json
import os
import random
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

HERE = Path(__file__).parent
VARIANTS = 20

CASES = {}
"""By question: a function that draws one case; without a draw, the question's own."""


def case(name):
    def add(make):
        CASES[name] = make
        return make

    return add


class Draw:
    """Numbers drawn at random, or those of the question itself."""

    def __init__(self, seed):
        self._random = None if seed is None else random.Random(seed)

    def __call__(self, own, low, high):
        return own if self._random is None else self._random.randint(low, high)

    def of(self, own, *others):
        return own if self._random is None else self._random.choice((own, *others))


def built(layers):
    """Return the Keras model of layers; raises what Keras raises."""
    import keras

    made = {}
    for kind, name, before, settings in layers:
        settings = json.loads(json.dumps(settings))
        if kind == "InputLayer":
            shape = settings["batch_input_shape"]
            dtype = settings.get("dtype", "float32")
            made[name] = keras.Input(batch_shape=shape, name=name, dtype=dtype)
            continue
        if "layer" in settings:
            inner = settings.pop("layer")
            cls = getattr(keras.layers, inner["class_name"])
            settings["layer"] = cls(**inner["config"])
        layer = getattr(keras.layers, kind)(name=name, **settings)
        given = [made[source] for source in before]
        made[name] = layer(given[0] if len(given) == 1 else given)
    return keras.Model(made[layers[0][1]], made[layers[-1][1]])


def shape(model, name):
    return list(model.get_layer(name).output.shape)


def fails(layers):
    """Whether Keras refuses to build these layers."""
    try:
        built(layers)
    except (ValueError, TypeError):
        return True
    return False


def source(*sizes, dtype="float32"):
    settings = {"batch_input_shape": [None, *sizes], "dtype": dtype}
    return ["InputLayer", "x", [], settings]


def conv(rank, name, before, filters, kernel, stride=1, padding="valid", **more):
    sizes = kernel if isinstance(kernel, list) else [kernel] * rank
    settings = {"filters": filters, "kernel_size": sizes, "strides": [stride] * rank}
    settings |= {"padding": padding, **more}
    return [f"Conv{rank}D", name, [before], settings]


@case("S01")
def filters_and_kernel(draw):
    tokens, size = draw(500, 20, 900), draw(300, 4, 400)
    length, filters = draw(50, 10, 90), draw(100, 2, 200)
    kernel, padding = draw(4, 2, 9), draw.of("same", "valid", "causal")
    stride = draw.of(1, 1, 2, 3)
    layers = [
        source(length, dtype="int32"),
        ["Embedding", "e", ["x"], {"input_dim": tokens, "output_dim": size}],
        conv(1, "conv", "e", filters, kernel, stride, padding),
    ]
    model = built(layers)
    kernel_shape = model.get_layer("conv").kernel.shape
    return layers, {
        "window": kernel,
        "channels": kernel_shape[1],
        "filters": kernel_shape[2],
        "out": shape(model, "conv"),
        "params": model.get_layer("conv").count_params(),
    }


@case("S03")
def any_length(draw):
    tokens, size = draw(86, 20, 300), draw(300, 2, 64)
    units, classes = draw(300, 2, 80), draw(10, 2, 20)
    inner = {"class_name": draw.of("LSTM", "GRU"), "config": {"units": units}}
    layers = [
        source(None, dtype="int32"),
        ["Embedding", "e", ["x"], {"input_dim": tokens, "output_dim": size}],
        ["Bidirectional", "both", ["e"], {"layer": inner}],
        ["Dense", "d", ["both"], {"units": classes}],
    ]
    model = built(layers)
    one = [["InputLayer", "x", [], {"batch_input_shape": [None, 1]}], *layers[1:]]
    return layers, {
        "both": shape(model, "both"),
        "out": shape(model, "d"),
        "out_of_one": shape(built(one), "d"),
    }


@case("S04")
def one_answer_for_all(draw):
    length, sensors = draw(511, 300, 700), draw(2, 1, 6)
    filters = [draw(n, 2, 40) for n in (100, 100, 160, 160)]
    kernels = [draw(10, 2, 12) for _ in range(4)]
    pool = draw(3, 2, 5)

    def layers(padding):
        return [
            source(length, sensors),
            conv(1, "c1", "x", filters[0], kernels[0], padding=padding),
            conv(1, "c2", "c1", filters[1], kernels[1], padding=padding),
            ["MaxPooling1D", "p", ["c2"], {"pool_size": pool}],
            conv(1, "c3", "p", filters[2], kernels[2], padding=padding),
            conv(1, "c4", "c3", filters[3], kernels[3], padding=padding),
            ["GlobalAveragePooling1D", "gap", ["c4"], {}],
            ["Dense", "d", ["gap"], {"units": 4}],
        ]

    def lengths(padding):
        model = built(layers(padding))
        return [shape(model, name)[1] for name in ("c1", "c2", "p", "c3", "c4")]

    return layers("valid"), {
        "length": length,
        "valid": [length, *lengths("valid")],
        "same": [length, *lengths("same")],
    }


@case("S05")
def branches(draw):
    features, many, units = draw(12, 2, 40), draw(5, 2, 8), draw(22, 2, 30)
    layers = [source(features)]
    for at in range(many):
        layers.append(["Dense", f"a{at}", ["x"], {"units": units}])
        layers.append(["Dense", f"b{at}", [f"a{at}"], {"units": 1}])
    ends = [f"b{at}" for at in range(many)]
    layers.append(["Concatenate", "all", ends, {"axis": -1}])
    model = built(layers)
    return layers, {
        "many": len(ends),
        "each": shape(model, "b0"),
        "out": shape(model, "all"),
        "features": model.input.shape[1],
    }


@case("S07")
def kernel_of_one(draw):
    length, channels = draw(100, 3, 200), draw(10, 2, 50)
    layers = [
        source(length, channels),
        conv(1, "conv", "x", draw(64, 2, 90), 1, padding=draw.of("valid", "same")),
    ]
    model = built(layers)
    _, channels, filters = model.get_layer("conv").kernel.shape
    return layers, {
        "places": shape(model, "conv")[1],
        "channels": channels,
        "filters": filters,
        "out": shape(model, "conv"),
        "params": model.count_params(),
    }


@case("S09")
def separable(draw):
    size, before = draw(64, 6, 40), draw(32, 2, 48)
    after, kernel = draw(32, 2, 48), draw(3, 2, 5)
    padding = draw.of("same", "valid")
    shared = {"kernel_size": [kernel] * 2, "padding": padding, "use_bias": False}

    def layers(kind):
        return [
            source(size, size, before),
            [kind, "conv", ["x"], {"filters": after, **shared}],
        ]

    separated, normal = built(layers("SeparableConv2D")), built(layers("Conv2D"))
    _, height, width, _ = shape(separated, "conv")
    depth, point = (w.shape for w in separated.get_layer("conv").weights)
    places = height * width
    looking = places * depth[0] * depth[1] * depth[2]
    mixing = places * point[2] * point[3]
    whole = places * normal.count_params()
    read, between, written = size * size * before, places * before, places * after
    return layers("SeparableConv2D"), {
        "looking": looking,
        "mixing": mixing,
        "both": looking + mixing,
        "normal": whole,
        "ratio": f"{whole / (looking + mixing):.1f}",
        "bytes": 4 * (read + 2 * between + written),
        "normal_bytes": 4 * (read + written),
        "params": separated.count_params(),
    }


@case("S10")
def tiles(draw):
    size, filters = draw(28, 10, 40), draw(32, 2, 64)
    high, wide = draw(3, 1, 7), draw(3, 2, 7)
    layers = [source(size, size, 1), conv(2, "conv", "x", filters, [high, wide])]
    model = built(layers)
    high, wide, _, filters = model.get_layer("conv").kernel.shape
    return layers, {
        "high": high,
        "wide": wide,
        "filters": filters,
        "params": model.count_params(),
    }


@case("S12")
def group_norm(draw):
    groups, each = draw(16, 2, 12), draw(64, 2, 20)
    layers = [
        source(draw(64, 2, 30)),
        ["Dense", "fc", ["x"], {"units": groups * each}],
        ["GroupNormalization", "gn", ["fc"], {"groups": groups}],
    ]
    model = built(layers)
    layer = model.get_layer("gn")
    return layers, {
        "groups": layer.groups,
        "each": layer.gamma.shape[0] // layer.groups,
        "params": layer.count_params(),
        "epsilon": f"{layer.epsilon:g}",
    }


@case("S18")
def residual(draw):
    length, channels = 2 * draw(400, 8, 90), draw(1024, 4, 64)
    filters = draw(512, 70, 120)
    kernel = draw(5, 2, 7)
    block = [
        source(length, channels),
        conv(1, "block_1", "x", filters, kernel, 1, "same"),
        conv(1, "block_2", "block_1", filters, kernel, 2, "same"),
    ]
    broken = [*block, ["Add", "res", ["block_2", "x"], {}]]
    assert fails(broken)
    skip = conv(1, "skip", "x", filters, 1, 2)
    cured = built([*block, skip, ["Add", "res", ["block_2", "skip"], {}]])
    short = shape(cured, "res")
    return broken, {
        "short": short,
        "long": [None, length, channels],
        "length": length,
        "half": short[1],
        "channels": channels,
        "filters": short[2],
    }


@case("S19")
def channels_first(draw):
    size, channels = draw(131, 20, 60), 2
    kernel = [draw(5, 4, 9), size if draw(1, 0, 1) else draw(3, 2, 9)]
    filters = draw(512, 2, 40)
    broken = [
        source(channels, size, size),
        conv(2, "first", "x", filters, kernel),
    ]
    assert fails(broken)
    swapped = built([source(size, size, channels), *broken[1:]])
    return broken, {
        "channels": channels,
        "kernel": kernel[0],
        "sample": [None, size, size, channels],
        "out": shape(swapped, "first"),
    }


def seen(layers, name):
    """Return the height and width of what one number of a layer depends on."""
    import keras
    import numpy as np
    import tensorflow as tf

    model = built(layers)
    for layer in model.layers:
        layer.set_weights([np.ones(w.shape) for w in layer.get_weights()])
    model = keras.Model(model.input, model.get_layer(name).output)
    given = tf.Variable(tf.zeros((1, *model.input.shape[1:])))
    with tf.GradientTape() as tape:
        number = model(given)[0, 0, 0, 0]
    touched = np.any(tape.gradient(number, given).numpy()[0] != 0, axis=-1)
    found = [np.flatnonzero(np.any(touched, axis=axis)) for axis in (1, 0)]
    return [int(places[-1] - places[0] + 1) for places in found]


@case("S20")
def three_convolutions(draw):
    size, colours = draw(128, 60, 110), draw.of(3, 2, 4)
    layers, before = [source(size, size, colours)], "x"
    for name in ("conv_1", "conv_2", "conv_3"):
        kernel, stride = draw(8, 2, 5), draw(2, 1, 3)
        layers.append(conv(2, name, before, draw(24, 2, 30), kernel, stride))
        before = name
    model = built(layers)
    first = model.get_layer("conv_1")
    high, _wide, channels, filters = first.kernel.shape
    return layers, {
        "size": size,
        "kernel": high,
        "stride": first.strides[0],
        "out": shape(model, "conv_1"),
        "places": shape(model, "conv_1")[1:3],
        "channels": channels,
        "filters": filters,
        "params": first.count_params(),
        "seen_1": seen(layers, "conv_1"),
        "seen_3": seen(layers, "conv_3"),
        "places_3": shape(model, "conv_3")[1:3],
    }


@case("S21")
def too_short(draw):
    kernels, pools = [draw(3, 2, 5), draw(3, 2, 5)], [draw(4, 2, 5), draw(4, 2, 5)]
    filters = draw(32, 2, 40)

    def layers(length):
        return [
            source(length, 1),
            conv(1, "c1", "x", filters, kernels[0]),
            ["MaxPooling1D", "p1", ["c1"], {"pool_size": pools[0]}],
            conv(1, "c2", "p1", filters, kernels[1]),
            ["MaxPooling1D", "p2", ["c2"], {"pool_size": pools[1]}],
        ]

    length = next(n for n in range(1, 400) if not fails(layers(n)))
    good = built(layers(length))
    longest = max(n for n in range(1, length) if not fails(layers(n)[:-1]))
    short = draw(15, longest, longest)
    before = built(layers(short)[:-1])
    return layers(short), {
        "lengths": [short, *(shape(before, name)[1] for name in ("c1", "p1", "c2"))],
        "pool": pools[1],
        "needs_c2": next(n for n in range(1, 99) if shape_of_tail(layers, n, 3)),
        "needs_p1": next(n for n in range(1, 399) if shape_of_tail(layers, n, 2)),
        "shortest": length,
        "out": shape(good, "p2"),
    }


def shape_of_tail(layers, length, start):
    """Whether the layers from one on accept a length."""
    tail = layers(length)[start:]
    channels = 1 if start == 1 else layers(length)[1][3]["filters"]
    first = [tail[0][0], tail[0][1], ["x"], tail[0][3]]
    return not fails([source(length, channels), first, *tail[1:]])


@case("S22")
def every_step(draw):
    steps, length = draw(100, 3, 40), draw(64, 20, 50)
    channels, filters, kernel = draw(50, 2, 20), draw(64, 2, 30), draw(16, 2, 12)
    stride, padding = draw.of(1, 1, 2), draw.of("valid", "same")
    inner = conv(1, "c", "", filters, kernel, stride, padding)[3]
    run = ["TimeDistributed", "td_conv", ["x"], {}]
    run[3]["layer"] = {"class_name": "Conv1D", "config": inner}
    given = [source(steps, length, channels), run]
    _, _, left, _ = shape(built(given), "td_conv")
    pool = {"class_name": "MaxPooling1D", "config": {"pool_size": left}}
    layers = [
        *given,
        ["TimeDistributed", "td_pool", ["td_conv"], {"layer": pool}],
        ["Reshape", "reshape", ["td_pool"], {"target_shape": [steps, filters]}],
    ]
    model = built(layers)
    return layers, {
        "steps": steps,
        "step": [length, channels],
        "convolved": shape(model, "td_conv")[2:],
        "pooled": shape(model, "td_pool")[2:],
        "reshaped": shape(model, "reshape")[1:],
    }


@case("S22-missing")
def every_step_without_channels(draw):
    steps, length = draw(100, 3, 200), draw(64, 20, 90)
    run = ["TimeDistributed", "td", ["x"], {}]
    inner = conv(1, "c", "", draw(64, 2, 30), draw(16, 2, 12))[3]
    run[3]["layer"] = {"class_name": "Conv1D", "config": inner}
    layers = [source(steps, length), run]
    assert fails(layers)
    return layers, {"steps": steps, "length": length}


@case("S23")
def lstm(draw):
    units, features = draw(10, 2, 60), draw(1, 1, 20)
    every = bool(draw(0, 0, 1))
    settings = {"units": units, "use_bias": False, "return_sequences": every}
    layers = [source(None, features), ["LSTM", "lstm", ["x"], settings]]
    model = built(layers)
    kernel, recurrent = (w.shape for w in model.get_layer("lstm").weights)
    return layers, {
        "gates": kernel[1] // recurrent[0],
        "units": recurrent[0],
        "features": kernel[0],
        "params": model.count_params(),
    }


@case("S24")
def many_small_or_few_large(draw):
    size, filters, kernel = draw(28, 12, 40), draw(64, 2, 90), draw(3, 2, 9)
    layers = [source(size, size, 1), conv(2, "conv", "x", filters, kernel)]
    model = built(layers)
    return layers, {
        "params": model.count_params(),
        "filters": filters,
        "kernel": kernel,
        "out": shape(model, "conv"),
        "places": shape(model, "conv")[1:3],
        "seen": seen(layers, "conv"),
    }


@case("S25")
def each_pixel(draw):
    size, channels, units = draw(16, 3, 30), draw(8, 2, 20), draw(1, 1, 9)
    layers = [
        source(size, size, channels),
        conv(2, "conv", "x", units, 1),
    ]
    model = built(layers)
    dense = built([layers[0], ["Dense", "dense", ["x"], {"units": units}]])
    assert dense.count_params() == model.count_params()
    assert shape(dense, "dense") == shape(model, "conv")
    layers = [layers[0], ["Dense", "dense", ["x"], {"units": units}]]
    layers.append(conv(2, "conv", "dense", units, 1))
    both = built(layers)
    return layers, {
        "weights": channels,
        "units": units,
        "params": both.get_layer("dense").count_params(),
        "conv_params": both.get_layer("conv").count_params(),
        "out": shape(both, "dense"),
        "places": shape(both, "dense")[1:3],
    }


@case("S26")
def depthwise(draw):
    size, channels, kernel = draw(28, 12, 40), draw(3, 2, 9), draw(5, 2, 7)
    settings = {"kernel_size": [kernel] * 2, "use_bias": False}
    settings["padding"] = draw.of("valid", "same")
    layers = [source(size, size, channels), ["DepthwiseConv2D", "dw", ["x"], settings]]
    model = built(layers)
    return layers, {
        "kernel": kernel,
        "channels": channels,
        "params": model.count_params(),
        "out": shape(model, "dw"),
    }


@case("S27")
def any_size(draw):
    filters, kernel, units = draw(8, 2, 30), draw(3, 2, 5), draw(4, 1, 9)
    first = "channels_first"
    layers = [
        source(1, None, None),
        conv(2, "c", "x", filters, kernel, data_format=first),
        ["Flatten", "flat", ["c"], {"data_format": first}],
        ["Dense", "d", ["flat"], {"units": units}],
    ]
    assert fails(layers)
    pooled = {"data_format": first}
    cured = built(
        [
            *layers[:2],
            ["GlobalMaxPooling2D", "g", ["c"], pooled],
            [*layers[3][:2], ["g"], layers[3][3]],
        ]
    )
    return layers, {"flat": shape(cured, "c")[1:], "channels": shape(cured, "g")[1]}


def onnx_case(draw):
    """Return settings of PyTorch's Conv1d and MaxPool1d, and what ORT gives."""
    import numpy as np
    import onnxruntime

    sys.path.insert(0, str(HERE.parents[2]))
    from tests.app.analysis.torch_files import conv_and_pool

    settings = {
        "length": draw(100, 40, 200),
        "channels": draw(4, 1, 6),
        "filters": draw(8, 2, 12),
        "kernel": draw(5, 2, 6),
        "stride": draw(3, 2, 4),
        "padding": draw(2, 1, 2),
        "dilation": draw(2, 2, 3),
        "pool": draw(2, 2, 3),
    }
    session = onnxruntime.InferenceSession(conv_and_pool(settings).SerializeToString())
    given = np.zeros((1, settings["channels"], settings["length"]), "float32")
    convolved, pooled = session.run(None, {"x": given})
    return {**settings, "convolved": convolved.shape[2], "pooled": pooled.shape[2]}


def main():
    found = {}
    for name, make in CASES.items():
        cases = [make(Draw(None))]
        cases += [make(Draw(f"{name}-{at}")) for at in range(VARIANTS)]
        found[name] = [{"layers": layers, "facts": facts} for layers, facts in cases]
        print(name, found[name][1]["facts"], flush=True)
    draws = [Draw(None), *(Draw(f"S08-{at}") for at in range(VARIANTS))]
    found["S08"] = [{"facts": onnx_case(draw)} for draw in draws]
    text = json.dumps(found, separators=(",", ":"))
    (HERE / "why_questions.json").write_text(text.replace('},{"l', '},\n{"l') + "\n")


if __name__ == "__main__":
    main()
