"""Which layers ``make_keras_shapes.py`` asks Keras about.

A case is (class, settings, input shapes, dtype). Settings are those that differ from
the defaults, in the spelling of a file: nested layers are described, not made.
"""

from itertools import product

SPACE = {
    1: ((2, 12, 6), (None, None, 6)),
    2: ((2, 12, 10, 6), (None, None, None, 6)),
    3: ((2, 8, 7, 9, 4), (None, None, None, None, 4)),
}
SERIES = ((2, 5, 6), (None, None, 6))
VECTOR = ((2, 6), (None, 6))
PICTURE = ((2, 12, 10, 3), (None, None, None, 3))


def described(cls, **config):
    """Return a layer inside another one as a file has it."""
    return {"module": "keras.layers", "class_name": cls, "config": config}


def first(shape):
    """Return a shape with the channels moved to the front."""
    return (shape[0], shape[-1], *shape[1:-1])


def case(cls, config, *inputs, dtype="float32"):
    return (cls, config, [list(shape) for shape in inputs], dtype)


def convolutions():
    plain = (
        {"kernel_size": 3, "strides": 1},
        {"kernel_size": 3, "strides": 2},
        {"kernel_size": 3, "strides": 3},
    )
    more = (
        {"kernel_size": 3, "dilation_rate": 2},
        {"kernel_size": 2, "groups": 2},
        {"kernel_size": 2, "use_bias": False, "activation": "relu"},
        {"kernel_size": 1, "lora_rank": 2},
    )
    for rank, shapes in SPACE.items():
        for shape, padding in product(shapes, ("valid", "same")):
            both = {"padding": padding}
            for config in (*plain, *more):
                yield case(f"Conv{rank}D", {"filters": 4, **config, **both}, shape)
            for config in (*plain, {"kernel_size": 2, "dilation_rate": 2}):
                yield from separable(rank, {**config, **both}, shape)
            extra = {"kernel_size": 4, "strides": 3, "output_padding": 1}
            dilated = {"kernel_size": 3, "dilation_rate": 2}
            for config in (*plain, extra, dilated, {"kernel_size": 2, "strides": 5}):
                config = {"filters": 4, **config, **both}
                yield case(f"Conv{rank}DTranspose", config, shape)
        yield from channels_first(rank, shapes)
    causal = {"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}
    yield case("Conv1D", causal, (2, 12, 6))
    uneven = {"filters": 5, "kernel_size": [3, 2], "strides": [1, 2]}
    yield case("Conv2D", uneven, (None, 9, 9, 3))
    yield case("Conv2DTranspose", uneven, (None, 9, 9, 3))


def separable(rank, config, shape):
    if rank == 3:
        return
    deep = {**config, "depth_multiplier": 2}
    yield case(f"DepthwiseConv{rank}D", deep, shape)
    yield case(f"SeparableConv{rank}D", {"filters": 4, **config}, shape)
    wide = {"filters": 4, "use_bias": False, **deep}
    yield case(f"SeparableConv{rank}D", wide, shape)


def channels_first(rank, shapes):
    layout = {"data_format": "channels_first"}
    for shape in map(first, shapes):
        config = {"filters": 4, "kernel_size": 3, "padding": "same", **layout}
        yield case(f"Conv{rank}D", config, shape)
        yield case(f"Conv{rank}DTranspose", {**config, "strides": 2}, shape)
        if rank < 3:
            depthwise = {"kernel_size": 3, "depth_multiplier": 2, **layout}
            yield case(f"DepthwiseConv{rank}D", depthwise, shape)
            yield case(f"SeparableConv{rank}D", config, shape)
        for kind in ("Max", "Average"):
            yield case(f"{kind}Pooling{rank}D", {"pool_size": 3, **layout}, shape)
            adaptive = {"output_size": 3, **layout}
            yield case(f"Adaptive{kind}Pooling{rank}D", adaptive, shape)
        yield case(f"ZeroPadding{rank}D", {"padding": 2, **layout}, shape)
        if rank > 1:
            yield case(f"Cropping{rank}D", {"cropping": 1, **layout}, shape)
            yield case(f"UpSampling{rank}D", {"size": 2, **layout}, shape)
            yield case(f"SpatialDropout{rank}D", {"rate": 0.1, **layout}, shape)


def pools():
    largest = (
        *({"pool_size": 2, "strides": stride} for stride in (1, 2, 3)),
        {"pool_size": 3},
    )
    mean = tuple({"pool_size": 3, "strides": stride} for stride in (1, 2, 3))
    for rank, shapes in SPACE.items():
        for shape in shapes:
            for padding in ("valid", "same"):
                for config in largest:
                    config = {**config, "padding": padding}
                    yield case(f"MaxPooling{rank}D", config, shape)
                for config in mean:
                    config = {**config, "padding": padding}
                    yield case(f"AveragePooling{rank}D", config, shape)
            whole = ({}, {"keepdims": True}, {"data_format": "channels_first"})
            for kind, config in product(("Max", "Average"), whole):
                yield case(f"Global{kind}Pooling{rank}D", config, shape)
            yield case(f"AdaptiveMaxPooling{rank}D", {"output_size": 2}, shape)
            yield case(f"AdaptiveAveragePooling{rank}D", {"output_size": 3}, shape)


def sizes():
    for rank, shapes in SPACE.items():
        for shape in shapes:
            yield case(f"UpSampling{rank}D", {"size": 2}, shape)
            yield case(f"ZeroPadding{rank}D", {"padding": 1}, shape)
            yield case(f"Cropping{rank}D", {"cropping": 1}, shape)
            yield case(f"SpatialDropout{rank}D", {"rate": 0.1}, shape)
    yield case("ZeroPadding1D", {"padding": [1, 3]}, (None, 8, 3))
    yield case("ZeroPadding2D", {"padding": [[1, 2], [3, 4]]}, (None, 8, 8, 3))
    yield case("ZeroPadding2D", {"padding": [1, 2]}, (None, 8, 8, 3))
    yield case("ZeroPadding3D", {"padding": [1, [0, 2], 3]}, (None, 4, 4, 4, 3))
    yield case("Cropping1D", {"cropping": [0, 3]}, (None, 8, 3))
    yield case("Cropping2D", {"cropping": [[1, 2], [0, 3]]}, (None, 8, 8, 3))
    yield case("Cropping3D", {"cropping": [1, [0, 2], 1]}, (None, 4, 4, 4, 3))
    up = {"size": [2, 3], "interpolation": "bilinear"}
    yield case("UpSampling2D", up, (None, 5, 6, 3))


def dense():
    for shape in (*SERIES, *VECTOR):
        yield case("Dense", {"units": 3}, shape)
        yield case("Flatten", {}, shape)
    policies = {
        "QuantizedDTypePolicy": ("int8",),
        "QuantizedFloat8DTypePolicy": ("float8",),
        "Int4DTypePolicy": ("int4/-1", "int4/4"),
    }
    yield case("Dense", {"units": 3, "use_bias": False}, (None, 6))
    yield case("Dense", {"units": 3, "lora_rank": 2}, (None, 6))
    yield case("Flatten", {"data_format": "channels_first"}, (None, 3, 4, 5))
    yield case("Flatten", {}, (None, 3, None, 5))
    equations = (
        ("abc,cd->abd", [None, 4], None),
        ("abc,cd->abd", [None, 4], "d"),
        ("abc,cde->abde", [None, 3, 4], "de"),
        ("abc,cde->abde", [None, 3, 4], "e"),
        ("...x,xy->...y", [4], "y"),
    )
    for shape, (equation, output, bias) in product(SERIES, equations):
        config = {"equation": equation, "output_shape": output}
        yield case(
            "EinsumDense", {**config, **({"bias_axes": bias} if bias else {})}, shape
        )
    for policy, modes in policies.items():
        for mode in modes:
            dtype = {
                "module": "keras.dtype_policies",
                "class_name": policy,
                "config": {"mode": mode, "source_name": "float32"},
            }
            yield case("Dense", {"units": 5, "dtype": dtype}, (None, 7))
            config = {"equation": "abc,cde->abde", "output_shape": [None, 3, 4]}
            config = {**config, "bias_axes": "e", "dtype": dtype}
            yield case("EinsumDense", config, (None, 5, 9))


def shapes():
    for target in ([3, 2], [-1, 2], [6, 1], [-1]):
        for shape in VECTOR:
            yield case("Reshape", {"target_shape": target}, shape)
    yield case("Reshape", {"target_shape": [-1, 3]}, (None, None, 6))
    yield case("Reshape", {"target_shape": [12, 5]}, (None, 3, 4, 5))
    for shape in SERIES:
        yield case("Permute", {"dims": [2, 1]}, shape)
    yield case("Permute", {"dims": [3, 1, 2]}, (None, 4, 5, 6))
    for shape in VECTOR:
        yield case("RepeatVector", {"n": 3}, shape)


def recurrent():
    switches = (
        {},
        {"return_sequences": True},
        {"return_state": True},
        {"return_sequences": True, "return_state": True},
    )
    for shape in SERIES:
        for cls, config in product(("LSTM", "GRU", "SimpleRNN"), switches):
            yield case(cls, {"units": 4, **config}, shape)
        for cls in ("LSTM", "GRU", "SimpleRNN"):
            sequences = described(cls, units=3, return_sequences=True)
            for mode in ("concat", "sum", None):
                yield case(
                    "Bidirectional", {"layer": sequences, "merge_mode": mode}, shape
                )
            states = described(cls, units=3, return_state=True)
            yield case("Bidirectional", {"layer": states}, shape)
        stack = [described("LSTMCell", units=3), described("GRUCell", units=2)]
        one = {"cell": described("LSTMCell", units=3), "return_sequences": True}
        yield case("RNN", one, shape)
        cells = described("StackedRNNCells", cells=stack)
        yield case("RNN", {"cell": cells, "return_state": True}, shape)
        yield case("TimeDistributed", {"layer": described("Dense", units=3)}, shape)
        yield case(
            "SpectralNormalization", {"layer": described("Dense", units=3)}, shape
        )
    for cls in ("LSTM", "GRU", "SimpleRNN"):
        yield case(cls, {"units": 4, "use_bias": False}, (None, 5, 6))
        yield case(f"{cls}Cell", {"units": 3}, (2, 6))
    yield case("GRU", {"units": 4, "reset_after": False}, (None, 5, 6))
    convolution = described("Conv2D", filters=2, kernel_size=3)
    yield case("TimeDistributed", {"layer": convolution}, (None, 4, 8, 8, 3))
    inputs = {1: (2, 4, 8, 3), 2: (2, 3, 8, 8, 3), 3: (1, 2, 6, 6, 6, 2)}
    for rank, shape in inputs.items():
        yield case(f"ConvLSTM{rank}D", {"filters": 2, "kernel_size": 3}, shape)
        same = {"return_sequences": True, "padding": "same", "strides": 2}
        yield case(f"ConvLSTM{rank}D", {"filters": 2, "kernel_size": 3, **same}, shape)


def element_wise():
    one = {
        "Masking": {},
        "LayerNormalization": {},
        "RMSNormalization": {},
        "BatchNormalization": {},
        "GroupNormalization": {"groups": 3},
        "UnitNormalization": {},
        "ReLU": {},
        "LeakyReLU": {},
        "ELU": {},
        "Softmax": {},
        "Identity": {},
        "PReLU": {"shared_axes": [1]},
        "Activation": {"activation": "gelu"},
        "Dropout": {"rate": 0.1},
        "GaussianNoise": {"stddev": 0.1},
        "GaussianDropout": {"rate": 0.1},
        "AlphaDropout": {"rate": 0.1},
        "ActivityRegularization": {"l1": 0.1},
    }
    for shape in SERIES:
        for cls, config in one.items():
            yield case(cls, config, shape)
    picture = (None, 4, 5, 6)
    yield case("BatchNormalization", {"axis": 1, "scale": False}, picture)
    yield case("LayerNormalization", {"axis": [1, 2], "center": False}, picture)
    yield case("GroupNormalization", {"groups": 2, "axis": 1}, picture)
    yield case("PReLU", {}, picture)
    yield case("Softmax", {"axis": 1}, picture)


def merging():
    pairs = [(shape, shape) for shape in SERIES]
    for pair in pairs:
        for cls in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
            yield case(cls, {}, *pair)
        yield case("Concatenate", {}, *pair)
        yield case("Concatenate", {"axis": 1}, *pair)
        yield case("Dot", {"axes": 2}, *pair)
        yield case("Dot", {"axes": [2, 2], "normalize": True}, *pair)
        yield case("Attention", {}, *pair)
        yield case("AdditiveAttention", {}, *pair)
        yield case("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, *pair)
        grouped = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
        yield case("GroupedQueryAttention", grouped, *pair)
    yield case("Add", {}, (None, 5, 6), (None, 1, 6), (None, 5, 1))
    yield case("Add", {}, (None, 4, 5, 6), (None, 6))
    yield case("Concatenate", {}, (None, 5, 6), (None, 5, 3), (None, 5, 1))
    heads = {"num_heads": 2, "key_dim": 3, "value_dim": 5, "output_shape": 7}
    yield case("MultiHeadAttention", heads, (None, 5, 6), (None, 8, 4), (None, 8, 2))
    plain = {"num_heads": 2, "key_dim": 3, "use_bias": False}
    yield case("MultiHeadAttention", plain, (None, 5, 6), (None, 5, 6))
    yield case("Attention", {"use_scale": True}, (None, 5, 6), (None, 8, 6))


def tokens():
    for shape in VECTOR:
        sizes = {"input_dim": 10, "output_dim": 4}
        yield case("Embedding", sizes, shape, dtype="int32")
        yield case("ReversibleEmbedding", sizes, shape, dtype="int32")
        many = {"num_tokens": 10, "output_mode": "multi_hot"}
        yield case("CategoryEncoding", many, shape, dtype="int32")
        yield case("Discretization", {"bin_boundaries": [0.0, 1.0]}, shape)
        yield case("Hashing", {"num_bins": 5}, shape, dtype="int32")
        yield case("IntegerLookup", {"vocabulary": [1, 2, 3]}, shape, dtype="int64")
        yield case("StringLookup", {"vocabulary": ["a", "b"]}, shape, dtype="string")
        yield case("Normalization", {"mean": 0.0, "variance": 1.0}, shape)
    yield case("HashedCrossing", {"num_bins": 5}, (2, 1), (2, 1), dtype="int32")
    untied = {"input_dim": 10, "output_dim": 4, "tie_weights": False}
    yield case("ReversibleEmbedding", untied, (None, 6), dtype="int32")
    masked = {"input_dim": 10, "output_dim": 4, "mask_zero": True, "lora_rank": 2}
    yield case("Embedding", masked, (None, 6), dtype="int32")
    words = {"vocabulary": ["a", "b"], "output_sequence_length": 7}
    yield case("TextVectorization", words, (None, 1), dtype="string")
    hot = {"vocabulary": [1, 2, 3], "output_mode": "one_hot"}
    yield case("IntegerLookup", hot, (None, 1), dtype="int64")
    yield case("Normalization", {}, (None, 6))


def pictures():
    kept = {
        "Rescaling": {"scale": 2.0},
        "Resizing": {"height": 4, "width": 5},
        "CenterCrop": {"height": 4, "width": 5},
        "RandomCrop": {"height": 4, "width": 5},
        "RandomFlip": {},
        "RandomRotation": {"factor": 0.1},
        "RandomZoom": {"height_factor": 0.1},
        "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
        "RandomContrast": {"factor": 0.1},
        "RandomBrightness": {"factor": 0.1},
        "RandomGrayscale": {},
        "RandomHue": {"factor": 0.1},
        "RandomSaturation": {"factor": 0.1},
        "RandomSharpness": {"factor": 0.1},
        "RandomShear": {},
        "RandomPosterization": {"factor": 4},
        "RandomInvert": {"factor": 0.5},
        "RandomGaussianBlur": {},
        "RandomErasing": {},
        "RandomPerspective": {},
        "RandomElasticTransform": {},
        "RandomColorJitter": {},
        "RandomColorDegeneration": {"factor": 0.1},
        "AutoContrast": {},
        "Equalization": {},
        "ContrastLimitedAdaptiveHistogramEqualization": {},
        "Solarization": {},
        "AugMix": {},
        "RandAugment": {},
        "CutMix": {},
        "MixUp": {},
    }
    for cls, config in kept.items():
        for shape in PICTURE:
            yield case(cls, config, shape)
    boxes = {"max_number": 10}
    yield case("MaxNumBoundingBoxes", boxes, PICTURE[0])
    yield case("MelSpectrogram", {}, (2, 16000))
    yield case("InputLayer", {"batch_shape": [None, 12, 3]})


CASES = [
    *convolutions(),
    *pools(),
    *sizes(),
    *dense(),
    *shapes(),
    *recurrent(),
    *element_wise(),
    *merging(),
    *tokens(),
    *pictures(),
]
