"""Opening ONNX files."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from loaders.formats import open_source
from loaders.formats.onnx import recognises
from loaders.ir.errors import CorruptFileError, UnreadableFileError
from loaders.ir.graph import Severity
from tests.loaders.formats.onnx_files import (
    dense,
    model,
    opened,
    save,
    tensor,
    value,
    warnings,
)

node = helper.make_node


def test_a_model_has_its_nodes_shapes_and_parameters(tmp_path: Path) -> None:
    found = opened(dense(producer_name="pytorch", producer_version="2.13"), tmp_path)
    assert [(n.id, n.name, n.op) for n in found.nodes()] == [
        ("fc", "fc", "Gemm"),
        ("Relu_1", "", "Relu"),
    ]
    assert found.graph.values["y"].shape == ("batch", 3)
    assert sum(p.count for p in found.parameters()) == 15
    assert found.producer == "pytorch 2.13"
    assert found.format == "ONNX"
    assert not found.notes


def test_weights_are_places_whose_bytes_are_the_numbers(tmp_path: Path) -> None:
    found = opened(dense(), tmp_path)
    [kernel, bias] = found.graph.nodes["fc"].parameters
    assert kernel.tensor.read(found.files).tolist() == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
    ]
    assert bias.tensor.read(found.files).tolist() == [1, 2, 3]
    assert (kernel.role, bias.role) == ("kernel", "bias")


def test_an_initializer_that_is_also_an_input_is_a_weight(tmp_path: Path) -> None:
    made = dense(ir=3)
    made.graph.input.extend([value("w", [4, 3]), value("b", [3])])
    found = opened(made, tmp_path)
    assert found.graph.inputs == ("x",)
    assert sum(p.count for p in found.parameters()) == 15


def test_a_shared_weight_counts_once(tmp_path: Path) -> None:
    made = model(
        [node("MatMul", ["x", "w"], ["h"]), node("MatMul", ["h", "w"], ["y"])],
        [value("x", [1, 4])],
        [value("y", [1, 4])],
        [tensor("w", np.ones((4, 4)))],
    )
    found = opened(made, tmp_path)
    assert [len(n.parameters) for n in found.nodes()] == [1, 1]
    assert sum(p.count for p in found.parameters()) == 16


def test_shapes_scales_and_numbers_of_formulas_do_not_count(tmp_path: Path) -> None:
    made = model(
        [
            node("Reshape", ["x", "shape"], ["r"]),
            node("Mul", ["r", "half"], ["m"]),
            node("Pow", ["m", "two"], ["y"]),
        ],
        [value("x", [2, 6])],
        [value("y", None)],
        [
            tensor("shape", [3, 4], "int64"),
            tensor("half", 0.5),
            tensor("two", 2.0),
        ],
    )
    found = opened(made, tmp_path)
    assert sum(p.count for p in found.parameters()) == 0
    assert found.graph.values["y"].shape == (3, 4)


def test_a_single_number_after_a_product_is_the_bias_of_one_unit(
    tmp_path: Path,
) -> None:
    made = model(
        [node("MatMul", ["x", "w"], ["h"]), node("Add", ["h", "b"], ["y"])],
        [value("x", [1, 4])],
        [value("y", [1, 1])],
        [tensor("w", np.ones((4, 1))), tensor("b", [0.5])],
    )
    assert sum(p.count for p in opened(made, tmp_path).parameters()) == 5


def test_constant_subgraphs_disappear_into_their_consumer(tmp_path: Path) -> None:
    made = model(
        [
            node("Transpose", ["w"], ["wt"], perm=[1, 0]),
            node("MatMul", ["x", "wt"], ["y"]),
        ],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        [tensor("w", np.arange(8).reshape(2, 4))],
    )
    found = opened(made, tmp_path)
    [only] = found.nodes()
    [kernel] = only.parameters
    assert (only.op, kernel.tensor.shape, kernel.count) == ("MatMul", (4, 2), 8)
    assert any("1 operation on constants" in n.message for n in found.notes)
    assert not warnings(found)


def test_weights_made_by_filling_count_with_their_shape(tmp_path: Path) -> None:
    made = model(
        [
            node("ConstantOfShape", ["s"], ["w"]),
            node("Conv", ["x", "w"], ["y"], kernel_shape=[3, 3]),
        ],
        [value("x", [1, 2, 8, 8])],
        [value("y", None)],
        [tensor("s", [5, 2, 3, 3], "int64")],
    )
    found = opened(made, tmp_path)
    assert sum(p.count for p in found.parameters()) == 90
    assert found.graph.values["y"].shape == (1, 5, 6, 6)


def test_branches_are_graphs_inside_their_node(tmp_path: Path) -> None:
    then = helper.make_graph(
        [node("Relu", ["x"], ["t"], name="inner")], "t", [], [value("t", [1, 4])]
    )
    other = helper.make_graph(
        [node("Neg", ["x"], ["e"], name="inner")], "e", [], [value("e", [1, 4])]
    )
    made = model(
        [node("If", ["c"], ["y"], name="if", then_branch=then, else_branch=other)],
        [value("c", [], TensorProto.BOOL), value("x", [1, 4])],
        [value("y", [1, 4])],
    )
    found = opened(made, tmp_path)
    assert [n.id for n in found.nodes()] == [
        "if",
        "if/then_branch/inner",
        "if/else_branch/inner",
    ]
    inner = found.graphs["if/then_branch"].nodes["if/then_branch/inner"]
    assert inner.inputs == ("x",)
    assert inner.scope == ("if", "then_branch")
    assert found.graphs["if/then_branch"].values["if/then_branch/t"].shape == (1, 4)


def test_a_function_is_opened_at_each_call_with_the_calls_weights(
    tmp_path: Path,
) -> None:
    inside = [node("MatMul", ["a", "k"], ["b"])]
    linear = helper.make_function(
        "local", "Linear", ["a", "k"], ["b"], inside, [helper.make_opsetid("", 21)]
    )
    made = model(
        [
            node("Linear", ["x", "w1"], ["h"], name="one", domain="local"),
            node("Linear", ["h", "w2"], ["y"], name="two", domain="local"),
        ],
        [value("x", [1, 4])],
        [value("y", [1, 2])],
        [tensor("w1", np.ones((4, 3))), tensor("w2", np.ones((3, 2)))],
        domains=["local"],
        functions=[linear],
    )
    found = opened(made, tmp_path)
    assert [n.op for n in found.nodes()] == ["Linear", "MatMul", "Linear", "MatMul"]
    assert [n.parameter_count for n in found.nodes()] == [0, 12, 0, 6]
    assert found.graph.nodes["two"].inputs == ("h",)
    assert not warnings(found)


def test_a_functions_attributes_come_from_the_call(tmp_path: Path) -> None:
    inside = node("Softmax", ["a"], ["b"])
    reference = inside.attribute.add()
    reference.name, reference.ref_attr_name = "axis", "along"
    reference.type = onnx.AttributeProto.INT
    soft = helper.make_function(
        "local",
        "Soft",
        ["a"],
        ["b"],
        [inside],
        [helper.make_opsetid("", 21)],
        attributes=["along"],
    )
    made = model(
        [node("Soft", ["x"], ["y"], name="call", domain="local", along=1)],
        [value("x", [1, 4])],
        [value("y", [1, 4])],
        domains=["local"],
        functions=[soft],
    )
    found = opened(made, tmp_path)
    [inner] = found.graphs["call/Soft"].nodes.values()
    assert inner.config == '{"axis":1}'


@pytest.mark.parametrize("name", ["m.h5", "m.pb", "m"])
def test_a_model_is_recognised_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert recognises(open_source(save(dense(), tmp_path, name)))


@pytest.mark.parametrize(
    "foreign",
    [
        b"PK\x03\x04" + b"\0" * 60,
        b"\x89HDF\r\n\x1a\n" + b"\0" * 60,
        b"this is no protobuf at all",
        b'{"class_name": "Sequential"}',
        b"\x08\x01\x12\x40\x0a\x3e" + b"\x0a" * 62,  # a SavedModel
        b"\x0a\x10\x0a\x01x\x12\x0bPlaceholder" + b"\0" * 20,  # a frozen graph
        b"\x80\x04\x95" + b"\0" * 40,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
    ],
)
def test_other_files_are_not_recognised(tmp_path: Path, foreign: bytes) -> None:
    assert not recognises(open_source(save(foreign, tmp_path)))


def test_a_lone_tensor_is_said_to_be_one(tmp_path: Path) -> None:
    raw = tensor("x", np.ones((3, 4))).SerializeToString()
    with pytest.raises(UnreadableFileError, match="one ONNX tensor"):
        opened(raw, tmp_path)


def test_a_model_written_as_text_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="as text"):
        opened(b'ir_version: 8\nproducer_name: "x"\n', tmp_path)


def test_every_truncation_is_a_clear_error(tmp_path: Path) -> None:
    whole = dense().SerializeToString()
    for length in range(12, len(whole) - 1, 7):
        path = save(whole[:length], tmp_path)
        if not recognises(open_source(path)):
            continue
        try:
            found = opened(path, tmp_path)
        except CorruptFileError as error:
            assert "ONNX" in str(error) or "middle of a field" in str(error)
        else:  # the opsets come last: the graph may be whole
            assert any("opset" in message for message in warnings(found))


def test_a_file_without_a_graph_says_so(tmp_path: Path) -> None:
    with pytest.raises(CorruptFileError, match="no graph"):
        opened(b"\x08\x0a", tmp_path)


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ([node("Add", ["ghost", "x"], ["y"])], "missing"),
        ([node("Relu", ["y"], ["a"]), node("Relu", ["a"], ["y"])], "cycle"),
        ([node("Relu", ["a"], ["y"]), node("Relu", ["x"], ["a"])], "order"),
        ([node("Relu", ["x"], ["y"]), node("Neg", ["x"], ["y"])], "twice"),
        ([node("Frobnicate", ["x"], ["y"], domain="evil")], "unknown"),
        ([node("Relu", ["x"], ["a"])], "missing"),
    ],
)
def test_what_is_wrong_with_a_graph_is_a_warning(
    tmp_path: Path, nodes: list[Any], word: str
) -> None:
    made = model(nodes, [value("x", [1, 4])], [value("y", [1, 4])], domains=["evil"])
    found = opened(made, tmp_path)
    assert any(word in message for message in warnings(found))


def test_duplicate_node_names_get_ids_of_their_own(tmp_path: Path) -> None:
    made = model(
        [node("Relu", ["x"], ["h"], name="n"), node("Neg", ["h"], ["y"], name="n")],
        [value("x", [1])],
        [value("y", [1])],
    )
    found = opened(made, tmp_path)
    assert list(found.graph.nodes) == ["n", "n#2"]
    assert [n.severity for n in found.notes] == [Severity.INFO]


def test_metadata_and_versions_are_facts(tmp_path: Path) -> None:
    made = dense()
    helper.set_model_props(made, {"author": "someone"})
    made.doc_string = "A small model."
    rows = {(fact.name, fact.text) for fact in opened(made, tmp_path).facts}
    assert ("author", "someone") in rows
    assert ("Opset", "ai.onnx 21") in rows
    assert ("IR version", "10") in rows
    assert ("Description", "A small model.") in rows


def test_settings_for_the_runtime_are_not_followed(tmp_path: Path) -> None:
    made = dense()
    helper.set_model_props(made, {"ort_config": "{}"})
    assert any("ort_config" in message for message in warnings(opened(made, tmp_path)))


def test_absurd_versions_are_warnings(tmp_path: Path) -> None:
    made = dense(opset=10**9)
    assert any("opset" in message for message in warnings(opened(made, tmp_path)))


def test_initializers_that_no_node_uses_are_listed_not_counted(tmp_path: Path) -> None:
    made = dense()
    made.graph.initializer.append(tensor("spare", np.ones(7)))
    found = opened(made, tmp_path)
    assert sum(p.count for p in found.parameters()) == 15
    [group] = found.others
    assert [p.name for p in group.tensors] == ["spare"]
    assert not warnings(found)


def test_a_branch_reads_the_values_around_it_even_if_it_lists_them(
    tmp_path: Path,
) -> None:
    def branch(op: str) -> Any:
        nodes = [node(op, ["x"], ["t"], name="inner")]
        return helper.make_graph(nodes, "b", [value("x", [1, 4])], [value("t", None)])

    made = model(
        [
            node(
                "If",
                ["c"],
                ["y"],
                name="if",
                then_branch=branch("Relu"),
                else_branch=branch("Neg"),
            )
        ],
        [value("c", [], TensorProto.BOOL), value("x", [1, 4])],
        [value("y", [1, 4])],
    )
    then = opened(made, tmp_path).graphs["if/then_branch"]
    assert then.inputs == ()
    assert then.nodes["if/then_branch/inner"].inputs == ("x",)


def test_a_name_that_promises_another_format_is_a_warning(tmp_path: Path) -> None:
    found = opened(save(dense(), tmp_path, "m.h5"), tmp_path)
    assert warnings(found) == ["This is an ONNX model, although its name ends in .h5."]
    assert not warnings(opened(save(dense(), tmp_path, "m.bin"), tmp_path))
