"""Small whole models of every format: what the damage is done to."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from tests import keras_files
from tests.keras_files import dense, layer, numbered, sequential, start

FLOAT = TensorProto.FLOAT


# Keras


def picture_model() -> dict[str, Any]:
    """Return the description of a model for pictures, one model inside it."""
    inner = sequential("inner", start(4, 4, 6), layer("Flatten", "flat"))
    return sequential(
        "pictures",
        start(8, 8, 3),
        layer(
            "Conv2D",
            "conv",
            filters=6,
            kernel_size=[3, 3],
            strides=[2, 2],
            padding="same",
            activation="relu",
            use_bias=True,
            groups=1,
            dilation_rate=[1, 1],
            data_format="channels_last",
        ),
        layer("BatchNormalization", "norm", axis=-1, scale=True, center=True),
        layer("MaxPooling2D", "pool", pool_size=[1, 1], strides=[1, 1]),
        inner,
        dense("dense", 3, activation="softmax"),
    )


def call(name: str, *shape: int | None) -> dict[str, Any]:
    """Return a tensor as Keras 3 writes it into a functional model's calls."""
    return {
        "class_name": "__keras_tensor__",
        "config": {
            "shape": list(shape),
            "dtype": "float32",
            "keras_history": [name, 0, 0],
        },
    }


def series_model() -> dict[str, Any]:
    """Return the description of a functional model for series: branches, attention."""
    layers: list[tuple[dict[str, Any], list[Any]]] = [
        (start(12, 5), []),
        (
            layer(
                "Bidirectional",
                "both",
                merge_mode="concat",
                layer=layer("LSTM", "lstm", units=4, return_sequences=True),
            ),
            [call("input", None, 12, 5)],
        ),
        (
            layer("TimeDistributed", "each", layer=dense("one", 8)),
            [call("both", None, 12, 8)],
        ),
        (
            layer("MultiHeadAttention", "attention", num_heads=2, key_dim=4),
            [call("both", None, 12, 8), call("each", None, 12, 8)],
        ),
        (
            layer("Add", "sum"),
            [[call("each", None, 12, 8), call("attention", None, 12, 8)]],
        ),
        (layer("Dense", "head", units=2), [call("sum", None, 12, 8)]),
    ]
    nodes = []
    for one, arguments in layers:
        name = one["config"]["name"]
        inbound = [{"args": arguments, "kwargs": {}}] if arguments else []
        nodes.append({**one, "name": name, "inbound_nodes": inbound})
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": {
            "name": "series",
            "trainable": True,
            "layers": nodes,
            "input_layers": [["input", 0, 0]],
            "output_layers": [["head", 0, 0]],
        },
        "compile_config": {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]},
    }


def old_model() -> dict[str, Any]:
    """Return the description of a model as Keras 2 writes it."""
    return {
        "class_name": "Sequential",
        "config": {
            "name": "old",
            "layers": [
                {
                    "class_name": "Embedding",
                    "config": {
                        "name": "embedding",
                        "batch_input_shape": [None, 7],
                        "input_dim": 20,
                        "output_dim": 4,
                        "mask_zero": True,
                    },
                },
                {"class_name": "GRU", "config": {"name": "gru", "units": 3}},
                {"class_name": "Dense", "config": {"name": "dense", "units": 2}},
            ],
        },
        "keras_version": "2.4.0",
        "backend": "tensorflow",
    }


DESCRIPTIONS = {
    "pictures": picture_model(),
    "series": series_model(),
    "old": old_model(),
}


def weights() -> bytes:
    """Return a ``model.weights.h5`` of the model for pictures."""
    return keras_files.weights_h5(
        {
            "layers/conv2d/vars/0": numbered(3, 3, 3, 6),
            "layers/conv2d/vars/1": numbered(6),
            "layers/dense/vars/0": numbered(96, 3),
            "layers/dense/vars/1": numbered(3),
        }
    )


def archive(config: Any, weights: bytes | None = None) -> bytes:
    """Return a ``.keras`` archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        file.writestr("config.json", json.dumps(config))
        if weights is not None:
            file.writestr("model.weights.h5", weights)
    return out.getvalue()


def legacy(folder: Path, config: Any) -> bytes:
    """Return an ``.h5`` file of the old model."""
    path = keras_files.legacy_h5(
        folder / "seed.h5",
        config,
        [
            ("embedding", [("embedding/embeddings:0", numbered(20, 4))]),
            ("gru", [("gru/gru_cell/kernel:0", numbered(4, 9))]),
            ("dense", [("dense/kernel:0", numbered(3, 2))]),
        ],
        optimizer={"Adam/dense/kernel:0": numbered(3, 2)},
    )
    return path.read_bytes()


# ONNX


def _value(name: str, *shape: Any, kind: int = FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _stored(name: str, array: Any) -> Any:
    return numpy_helper.from_array(np.asarray(array), name)


def onnx_network() -> bytes:
    """Return convolutions, rounding, folded constants, a sparse and a packed weight."""
    packed = helper.make_tensor("codes", TensorProto.INT4, [9], [1, -2, 3] * 3)
    listed = helper.make_tensor("bias", FLOAT, [4], [1.0, 2.0, 3.0, 4.0])
    sparse = helper.make_sparse_tensor(
        _stored("thin", np.float32([1, 2])), _stored("at", np.int64([1, 5])), [9]
    )
    node = helper.make_node
    nodes = [
        node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        node("DequantizeLinear", ["q", "s", "z"], ["d"]),
        node("Conv", ["d", "w", "bias"], ["c"], "conv", pads=[1, 1, 1, 1]),
        node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        node("Shape", ["x"], ["shape"]),
        node("Constant", [], ["first"], value=_stored("", np.int64([0]))),
        node("Gather", ["shape", "first"], ["batch"]),
        node("Constant", [], ["rest"], value_ints=[-1]),
        node("Concat", ["batch", "rest"], ["target"], axis=0),
        node("Reshape", ["p", "target"], ["flat"]),
        node("DequantizeLinear", ["codes", "s"], ["real"]),
        node("Slice", ["flat", "begin", "end", "one"], ["few"]),
        node("Add", ["few", "real"], ["sum"]),
        node("Mul", ["sum", "thin"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [_value("x", "batch", 3, 6, 6)],
        [_value("y", "batch", 9)],
        [
            _stored("w", numbered(4, 3, 3, 3)),
            listed,
            packed,
            _stored("s", np.float32(0.5)),
            _stored("z", np.uint8(3)),
            _stored("begin", np.int64([0])),
            _stored("end", np.int64([9])),
            _stored("one", np.int64([1])),
        ],
        doc_string="seed",
        value_info=[_value("c", "batch", 4, 6, 6)],
        sparse_initializer=[sparse],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    helper.set_model_props(made, {"author": "nobody"})
    return bytes(made.SerializeToString())


def onnx_programs() -> bytes:
    """Return a choice, a loop, a recurrent layer, a function, foreign domains."""
    node = helper.make_node
    yes = helper.make_graph([node("Relu", ["h"], ["t"])], "yes", [], [_value("t")])
    no = helper.make_graph([node("Neg", ["h"], ["e"])], "no", [], [_value("e")])
    kinds = (TensorProto.INT64, TensorProto.BOOL)
    body = helper.make_graph(
        [
            node("Identity", ["go"], ["again"]),
            node("Add", ["state", "h"], ["next"]),
            node("Identity", ["next"], ["scanned"]),
        ],
        "body",
        [_value("i", kind=kinds[0]), _value("go", kind=kinds[1]), _value("state", 2)],
        [_value("again", kind=kinds[1]), _value("next", 2), _value("scanned", 2)],
    )
    nodes = [
        node("LSTM", ["x", "W", "R"], ["seq"], "lstm", hidden_size=2),
        node("ReduceMean", ["seq"], ["h"], axes=[0, 1, 2], keepdims=0),
        node("If", ["c"], ["chosen"], "if", then_branch=yes, else_branch=no),
        node("Loop", ["n", "c", "chosen"], ["last", "all"], "loop", body=body),
        node("Twice", ["last"], ["t2"], "twice", domain="mine", scale=2.0),
        node("FusedGemm", ["t2", "K"], ["g"], domain="com.microsoft"),
        node("Scaler", ["all"], ["y"], domain="ai.onnx.ml", scale=[1.0], offset=[0.0]),
    ]
    graph = helper.make_graph(
        nodes,
        "programs",
        [_value("x", 5, 1, 3), _value("c", kind=kinds[1]), _value("n", kind=kinds[0])],
        [_value("g"), _value("y")],
        [
            _stored("W", numbered(1, 8, 3)),
            _stored("R", numbered(1, 8, 2)),
            _stored("K", numbered(2, 2)),
        ],
    )
    opsets = [
        helper.make_opsetid(domain, version)
        for domain, version in (("", 17), ("mine", 1), ("com.microsoft", 1))
    ]
    opsets.append(helper.make_opsetid("ai.onnx.ml", 3))
    twice = helper.make_function(
        "mine",
        "Twice",
        ["a"],
        ["b"],
        [node("Add", ["a", "a"], ["b"])],
        opsets[:1],
        ["scale"],
    )
    made = helper.make_model(graph, opset_imports=opsets, functions=[twice])
    return bytes(made.SerializeToString())
