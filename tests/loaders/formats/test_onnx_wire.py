"""Skimming against onnx's own reading of the same bytes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from loaders.formats import open_source
from loaders.formats._onnx_records import GraphRecord, TensorRecord, TypeRecord
from loaders.formats._onnx_wire import Skimmer, TooDeepError
from loaders.formats._open_file import WHOLE_BYTES, OpenFile, Window
from loaders.formats._protobuf import WireError
from loaders.limits import LIMITS
from tests.loaders.formats.onnx_files import dense, model, save, tensor, value


def skimmed(raw: bytes) -> Any:
    found = Skimmer(raw, LIMITS).model()
    assert found.graph is not None
    return found.graph


def attribute_of(given: Any) -> Any:
    made = helper.make_node("Op", ["x"], ["y"], a=given)
    graph = skimmed(
        model([made], [value("x", [1])], [value("y", [1])]).SerializeToString()
    )
    return graph.nodes[0].attributes["a"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (7, 7),
        (-3, -3),
        (0.5, 0.5),
        ("same", b"same"),
        ([1, -2, 300], (1, -2, 300)),
        ([0.5, -1.5], (0.5, -1.5)),
        (["a", "b"], (b"a", b"b")),
    ],
)
def test_attributes_have_the_value_that_was_written(given: Any, expected: Any) -> None:
    assert attribute_of(given) == expected


def test_tensors_graphs_and_types_in_attributes_are_records() -> None:
    assert isinstance(attribute_of(tensor("t", [1.0, 2.0])), TensorRecord)
    body = helper.make_graph([], "b", [], [value("z", [2])])
    assert isinstance(attribute_of(body), GraphRecord)
    kind = helper.make_tensor_type_proto(TensorProto.INT8, ["n", 4])
    assert attribute_of(kind) == TypeRecord("int8", ("n", 4))


def test_types_of_values_are_read_through_their_containers() -> None:
    inner = helper.make_tensor_type_proto(TensorProto.FLOAT, [2])
    made = dense()
    extra = made.graph.value_info.add()
    extra.name = "s"
    extra.type.CopyFrom(
        helper.make_optional_type_proto(helper.make_sequence_type_proto(inner))
    )
    graph = skimmed(made.SerializeToString())
    assert graph.values[0].type == TypeRecord(
        "float32", (2,), "optional of sequence of tensors"
    )


def test_old_attributes_without_a_type_are_understood() -> None:
    made = model(
        [helper.make_node("Op", ["x"], ["y"], a=5)],
        [value("x", [1])],
        [value("y", [1])],
    )
    made.graph.node[0].attribute[0].ClearField("type")
    assert skimmed(made.SerializeToString()).nodes[0].attributes["a"] == 5


def test_a_large_file_is_walked_without_reading_its_weights(tmp_path: Path) -> None:
    weights = np.arange(WHOLE_BYTES // 2, dtype=np.float32).reshape(-1, 1024)
    made = model(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="mm")],
        [value("x", [1, weights.shape[0]])],
        [value("y", [1, 1024])],
        [tensor("w", weights), tensor("z", [3, 4], "int64")],
    )
    with OpenFile(open_source(save(made, tmp_path))) as opened:
        window = opened.contents()
        assert isinstance(window, Window)
        graph = Skimmer(window, LIMITS).model().graph
    assert graph is not None
    [w, z] = graph.initializers
    assert w.raw is not None
    assert w.raw.size == weights.nbytes
    assert (graph.nodes[0].name, z.name, z.dims) == ("mm", "z", (2,))
    raw = made.SerializeToString()
    assert raw[w.raw.start : w.raw.stop] == weights.tobytes()


def test_bodies_nested_beyond_all_measure_are_refused() -> None:
    def field(number: int, payload: bytes) -> bytes:
        size, head = len(payload), bytes([number << 3 | 2])
        out = b""
        while size > 127:
            out += bytes([size & 127 | 128])
            size >>= 7
        return head + out + bytes([size]) + payload

    graph = b""
    for _ in range(2000):
        graph = field(1, field(5, field(6, graph)))
    with pytest.raises(TooDeepError):
        Skimmer(field(7, graph), LIMITS).model()


def test_a_length_that_lies_is_refused_with_its_place() -> None:
    with pytest.raises(WireError, match="declares"):
        Skimmer(b"\x08\x0a\x3a\xff\xff\xff\xff\x07x", LIMITS).model()


def test_names_that_are_not_utf8_or_endless_are_counted() -> None:
    made = dense().SerializeToString().replace(b"fc", b"\xff\xfe")
    skimmer = Skimmer(made, LIMITS)
    skimmer.model()
    assert skimmer.texts.broken == 1
    made = model(
        [helper.make_node("Relu", ["x"], ["y"], name="n" * 70_000)],
        [value("x", [1])],
        [value("y", [1])],
    ).SerializeToString()
    skimmer = Skimmer(made, LIMITS)
    graph = skimmer.model().graph
    assert graph is not None
    assert len(graph.nodes[0].name) == LIMITS.name_bytes
    assert skimmer.texts.cut == 1
