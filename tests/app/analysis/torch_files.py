"""ONNX files as PyTorch exports them, for tests."""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import helper

from tests.loaders.formats.onnx_files import model, tensor, value


def conv_and_pool(settings: Mapping[str, int]) -> onnx.ModelProto:
    """Return Conv1d and MaxPool1d with ceil_mode; both results are given out."""
    channels, filters = settings["channels"], settings["filters"]
    kernel, padding = settings["kernel"], settings["padding"]
    return model(
        [
            helper.make_node(
                "Conv",
                ["x", "w", "b"],
                ["c"],
                name="/conv/Conv",
                kernel_shape=[kernel],
                pads=[padding, padding],
                dilations=[settings["dilation"]],
                strides=[settings["stride"]],
            ),
            helper.make_node(
                "MaxPool",
                ["c"],
                ["p"],
                name="/pool/MaxPool",
                kernel_shape=[settings["pool"]],
                strides=[settings["pool"]],
                ceil_mode=1,
            ),
        ],
        [value("x", ["batch", channels, settings["length"]])],
        [value("c", ["batch", filters, None]), value("p", ["batch", filters, None])],
        [tensor("w", np.ones((filters, channels, kernel))), tensor("b", [0] * filters)],
        opset=17,
        ir=8,
    )


def group_norm(groups: int, each: int, epsilon: float) -> onnx.ModelProto:
    """Return group normalization as PyTorch writes it, as six operations."""
    channels = groups * each
    names = ("Reshape", "InstanceNormalization", "Shape", "Reshape", "Mul", "Add")
    edges = (
        (["x", "s"], "a"),
        (["a", "one", "zero"], "n"),
        (["x"], "sh"),
        (["n", "sh"], "r"),
        (["r", "gamma"], "m"),
        (["m", "beta"], "y"),
    )
    return model(
        [
            helper.make_node(
                op,
                inputs,
                [output],
                name=f"/gn/{op}_{at}",
                **({"epsilon": epsilon} if op == "InstanceNormalization" else {}),
            )
            for at, (op, (inputs, output)) in enumerate(zip(names, edges, strict=True))
        ],
        [value("x", ["batch", channels])],
        [value("y", ["batch", channels])],
        [
            tensor("s", [0, groups, -1], "int64"),
            tensor("one", [1] * groups),
            tensor("zero", [0] * groups),
            tensor("gamma", [1] * channels),
            tensor("beta", [0] * channels),
        ],
        opset=17,
        ir=8,
    )
