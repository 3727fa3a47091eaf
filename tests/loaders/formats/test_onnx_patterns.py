"""Nodes that stand for one thing: rounding, group normalization, functions."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from loaders.formats._onnx_functions import study
from loaders.formats._onnx_records import GraphRecord
from loaders.formats._onnx_shapes import Inference
from loaders.formats._onnx_wire import Skimmer
from loaders.ir.graph import Model
from loaders.ir.quantization import Affine, Named
from loaders.limits import LIMITS, Limits
from tests.loaders.formats.onnx_files import model, opened, tensor, value, warnings

node = helper.make_node


def rounded(scale: float = 0.5, *, again: float | None = None) -> onnx.ModelProto:
    """Return x → Relu → Q → DQ → MatMul with DQ(w) → Q → DQ → y."""
    initializers = [
        tensor("s", scale),
        tensor("s2", scale if again is None else again),
        tensor("z", 3, "uint8"),
        tensor("w", np.ones((4, 2)), "int8"),
        tensor("ws", [0.1, 0.2]),
    ]
    return model(
        [
            node("Relu", ["x"], ["r"]),
            node("QuantizeLinear", ["r", "s", "z"], ["q"]),
            node("DequantizeLinear", ["q", "s2" if again else "s", "z"], ["d"]),
            node("DequantizeLinear", ["w", "ws"], ["wd"], axis=1),
            node("MatMul", ["d", "wd"], ["h"]),
            node("QuantizeLinear", ["h", "s", "z"], ["hq"]),
            node("DequantizeLinear", ["hq", "s", "z"], ["y"]),
        ],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        initializers,
    )


def test_rounding_pairs_become_quantizers_of_their_value(tmp_path: Path) -> None:
    found = opened(rounded(), tmp_path)
    assert [n.op for n in found.nodes()] == ["Relu", "MatMul"]
    quantizer = found.graph.values["r"].quantizer
    assert isinstance(quantizer, Affine)
    assert (quantizer.code_dtype, quantizer.axis) == ("uint8", None)
    assert quantizer.scale is not None
    assert quantizer.scale.read(found.files) == 0.5
    assert not warnings(found)
    assert any("2 pairs" in note.message for note in found.notes)


def test_an_output_keeps_its_name_when_its_rounding_is_folded(tmp_path: Path) -> None:
    found = opened(rounded(), tmp_path)
    assert found.graph.outputs == ("y",)
    [*_, last] = found.nodes()
    assert last.outputs == ("y",)
    assert found.graph.values["y"].quantizer is not None


def test_rounded_weights_are_codes_with_a_quantizer(tmp_path: Path) -> None:
    [_, product] = opened(rounded(), tmp_path).nodes()
    [kernel] = product.parameters
    assert (kernel.tensor.dtype, kernel.count) == ("int8", 8)
    assert isinstance(kernel.quantizer, Affine)
    assert (kernel.quantizer.axis, kernel.quantizer.badge) == (1, "int8 · per channel")


def test_pairs_of_different_scales_stay_nodes(tmp_path: Path) -> None:
    found = opened(rounded(again=0.25), tmp_path)
    assert [n.op for n in found.nodes()][:3] == [
        "Relu",
        "QuantizeLinear",
        "DequantizeLinear",
    ]


def test_a_value_that_is_also_used_unrounded_has_no_quantizer(tmp_path: Path) -> None:
    made = rounded()
    made.graph.node.append(node("Neg", ["r"], ["n"]))
    made.graph.output.append(value("n", [1, 4]))
    found = opened(made, tmp_path)
    assert found.graph.values["r"].quantizer is None
    assert [n.op for n in found.nodes()].count("QuantizeLinear") == 1


def test_weights_rounded_in_training_are_floats_with_a_quantizer(
    tmp_path: Path,
) -> None:
    made = model(
        [
            node("QuantizeLinear", ["w", "s", "z"], ["q"]),
            node("DequantizeLinear", ["q", "s", "z"], ["d"]),
            node("MatMul", ["x", "d"], ["y"]),
        ],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        [tensor("w", np.ones((4, 2))), tensor("s", 0.1), tensor("z", 0, "int8")],
    )
    [only] = opened(made, tmp_path).nodes()
    [kernel] = only.parameters
    assert (kernel.name, kernel.tensor.dtype) == ("w", "float32")
    assert isinstance(kernel.quantizer, Affine)
    assert kernel.quantizer.code_dtype == "int8"


def test_the_axis_of_scales_follows_a_transposed_weight(tmp_path: Path) -> None:
    made = model(
        [
            node("DequantizeLinear", ["w", "s"], ["d"], axis=0),
            node("Transpose", ["d"], ["t"], perm=[1, 0]),
            node("MatMul", ["x", "t"], ["y"]),
        ],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        [tensor("w", np.ones((2, 4)), "int8"), tensor("s", [0.1, 0.2])],
    )
    [only] = opened(made, tmp_path).nodes()
    [kernel] = only.parameters
    assert kernel.tensor.shape == (4, 2)
    assert isinstance(kernel.quantizer, Affine)
    assert kernel.quantizer.axis == 1


def test_the_scale_of_an_integer_product_is_found_behind_it(tmp_path: Path) -> None:
    made = model(
        [
            node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
            node("MatMulInteger", ["q", "w", "z"], ["i"]),
            node("Mul", ["s", "ws"], ["both"]),
            node("Cast", ["i"], ["f"], to=TensorProto.FLOAT),
            node("Mul", ["f", "both"], ["y"]),
        ],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        [tensor("w", np.ones((4, 2)), "int8"), tensor("ws", 0.125)],
    )
    found = opened(made, tmp_path)
    [kernel] = next(n for n in found.nodes() if n.op == "MatMulInteger").parameters
    assert isinstance(kernel.quantizer, Affine)
    assert kernel.quantizer.scale is not None
    assert kernel.quantizer.scale.read(found.files) == 0.125


def test_a_brevitas_quantizer_of_a_weight_is_kept_in_its_words(tmp_path: Path) -> None:
    quant = node(
        "Quant", ["w", "s", "z", "bits"], ["d"], domain="onnx.brevitas", signed=1
    )
    made = model(
        [quant, node("MatMul", ["x", "d"], ["y"])],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        [
            tensor("w", np.ones((4, 2))),
            tensor("s", 0.1),
            tensor("z", 0.0),
            tensor("bits", 4.0),
        ],
        domains=["onnx.brevitas"],
    )
    [only] = opened(made, tmp_path).nodes()
    [kernel] = only.parameters
    assert kernel.count == 8
    assert kernel.quantizer == Named(
        family="qonnx",
        name="Quant",
        settings="scale 0.1, zero_point 0, bit_width 4, signed 1",
    )


@pytest.mark.parametrize("scale", [np.nan, np.inf, 0.0, -1.0])
def test_scales_that_cannot_be_meant_are_warnings(tmp_path: Path, scale: float) -> None:
    found = opened(rounded(scale), tmp_path)
    assert any("scale" in message for message in warnings(found))


def test_scales_along_an_axis_that_is_not_there_are_a_warning(tmp_path: Path) -> None:
    made = rounded()
    made.graph.node[3].attribute[0].i = 99
    found = opened(made, tmp_path)
    assert any("axis 99" in message for message in warnings(found))


def normalized(bias: float = 0.0) -> onnx.ModelProto:
    """Return group normalization as PyTorch exports it: 4 groups of 2 channels."""
    return model(
        [
            node("Reshape", ["x", "grouped"], ["g"]),
            node("InstanceNormalization", ["g", "one", "zero"], ["n"], name="gn"),
            node("Shape", ["x"], ["s"]),
            node("Reshape", ["n", "s"], ["b"]),
            node("Mul", ["b", "gamma"], ["m"]),
            node("Add", ["m", "beta"], ["y"]),
        ],
        [value("x", ["batch", 8, 5])],
        [value("y", None)],
        [
            tensor("grouped", [0, 4, -1], "int64"),
            tensor("one", np.ones(4)),
            tensor("zero", np.full(4, bias)),
            tensor("gamma", np.ones((8, 1))),
            tensor("beta", np.ones((8, 1))),
        ],
    )


def test_pytorchs_group_normalization_is_one_node(tmp_path: Path) -> None:
    found = opened(normalized(), tmp_path)
    [only] = found.nodes()
    assert (only.op, only.name, only.inputs) == ("GroupNormalization", "gn", ("x",))
    assert '"num_groups":4' in only.config
    assert [(p.role, p.count) for p in only.parameters] == [("gamma", 8), ("beta", 8)]
    assert found.graph.values["y"].shape == ("batch", 8, 5)


def test_an_instance_normalization_with_weights_stays_as_it_is(tmp_path: Path) -> None:
    found = opened(normalized(bias=1.0), tmp_path)
    assert "InstanceNormalization" in [n.op for n in found.nodes()]


# functions


def calling(bodies: dict[str, list[Any]], first: str) -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("local", 1)]
    functions = [
        helper.make_function("local", name, ["a"], ["b"], nodes, opsets)
        for name, nodes in bodies.items()
    ]
    return model(
        [node(first, ["x"], ["y"], domain="local", name="call")],
        [value("x", [1])],
        [value("y", [1])],
        domains=["local"],
        functions=functions,
    )


def call(name: str, source: str, target: str) -> Any:
    return node(name, [source], [target], domain="local")


def doubling(depth: int) -> onnx.ModelProto:
    bodies = {"F0": [node("Relu", ["a"], ["b"])]}
    for at in range(1, depth + 1):
        inner = f"F{at - 1}"
        bodies[f"F{at}"] = [call(inner, "a", "t"), call(inner, "t", "b")]
    return calling(bodies, f"F{depth}")


def graph_of(found: Model) -> list[str]:
    return [n.op for n in found.nodes()]


def test_functions_that_multiply_are_counted_before_they_are_opened(
    tmp_path: Path,
) -> None:
    record = Skimmer(doubling(30).SerializeToString(), LIMITS).model()
    assert isinstance(record.graph, GraphRecord)
    assert study(record.functions, record.graph).expanded == 2**32 - 1 - 2**30
    found = opened(doubling(30), tmp_path)
    assert graph_of(found) == ["F30"]
    assert any("expand" in message for message in warnings(found))
    assert not warnings(opened(doubling(5), tmp_path))


def test_functions_that_call_themselves_stay_closed(tmp_path: Path) -> None:
    bodies = {"F": [call("G", "a", "b")], "G": [call("F", "a", "b")]}
    found = opened(calling(bodies, "F"), tmp_path)
    assert graph_of(found) == ["F"]
    assert any("calls itself" in message for message in warnings(found))


def test_inference_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    limits = Limits(inference_seconds=0.3)
    raw = doubling(30).SerializeToString()
    running = Inference(raw, frozenset(), limits)
    assert running.types() == {}
    assert "longer than 0.3 s" in running.problem
    running.close()


def test_inference_on_nonsense_says_that_it_gave_up() -> None:
    running = Inference(b"\xff\xff", frozenset(), LIMITS)
    assert running.types() == {}
    assert running.problem


def test_names_that_inference_invents_are_unknown_lengths(tmp_path: Path) -> None:
    made = model(
        [node("NonZero", ["x"], ["y"])],
        [value("x", ["batch", 4])],
        [value("y", None, TensorProto.INT64)],
    )
    assert opened(made, tmp_path).graph.values["y"].shape == (2, None)


@pytest.mark.parametrize(("at", "expected"), [(1, "tokens"), (-2, "batch"), (2, None)])
def test_positions_are_as_many_as_the_axis_that_they_count(
    at: int, expected: str | None, tmp_path: Path
) -> None:
    whole = TensorProto.INT64
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "at"], ["picked"]),
        helper.make_node("Unsqueeze", ["picked", "zero_list"], ["one"]),
        helper.make_node("Squeeze", ["one", "zero_list"], ["length"]),
        helper.make_node("Range", ["zero", "length", "step"], ["places"]),
        helper.make_node("Cast", ["places"], ["y"], to=TensorProto.FLOAT),
    ]
    stored = [
        tensor("at", at, "int64"),
        tensor("zero", 0, "int64"),
        tensor("step", 1, "int64"),
        tensor("zero_list", [0], "int64"),
    ]
    found = opened(
        model(
            nodes, [value("x", ["batch", "tokens"], whole)], [value("y", None)], stored
        ),
        tmp_path,
    )
    assert found.values()[found.graph.outputs[0]].shape == (expected,)
