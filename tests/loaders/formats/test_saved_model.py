"""SavedModel folders made here byte by byte: no TensorFlow needed."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.formats import no_progress, open_source, read_tensor, saved_model
from loaders.formats._protobuf import WireError
from loaders.formats._snappy import decompress
from loaders.formats._tf_bundle import MAGIC, read_index
from loaders.formats._tf_words import split
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Severity
from loaders.ir.tensors import Packing
from tests.loaders.formats.saved_models import (
    dense,
    endpoint,
    field,
    number,
    operation,
    shape,
    signature,
)

HALVES = struct.pack("<6e", 1, 2, 3, 4, 5, 6)
BFLOATS = [0x3F80, 0x4000, 0x4040, 0x4080, 0x40A0, 0x40C0]


@pytest.fixture
def folder(tmp_path):
    """A dense layer of 3 inputs and 2 outputs, as TF 1 saves it."""
    return dense(tmp_path)


def read(path):
    source = open_source(path)
    assert saved_model.recognises(source)
    return saved_model.read(source, no_progress)


def test_operations_stand_in_their_name_scopes(folder):
    nodes = list(read(folder).nodes())
    assert [(node.scope, node.name, node.op) for node in nodes] == [
        (("layer",), "MatMul", "MatMul"),
        (("layer",), "Relu", "Relu"),
    ]


def test_a_variable_is_the_parameter_of_the_operation_that_uses_it(folder):
    model = read(folder)
    [weight] = model.parameters()
    assert (weight.role, weight.name, weight.trainable) == ("kernel", "layer/w", True)
    assert weight.tensor.read(model.files).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_inputs_and_outputs_have_the_shapes_of_the_signature(folder):
    model = read(folder)
    values = model.values()
    assert values[model.graph.inputs[0]].shape == (None, 3)
    assert values[model.graph.outputs[0]].shape == (None, 2)


def test_its_file_opens_the_folder(folder):
    assert len(read(folder / "saved_model.pb").graph.nodes) == 2


def test_operations_that_reach_outside_are_named(folder):
    warnings = [n.message for n in read(folder).notes if n.severity is Severity.WARNING]
    assert len(warnings) == 1
    assert "WriteFile × 1" in warnings[0]


def frozen(folder, dtype, content):
    """Save a model that multiplies by one constant of 3 by 2."""
    proto = field(1, dtype) + field(2, shape(3, 2)) + content
    graph = (
        operation("x", "Placeholder", shape=field(7, shape(-1, 3)), dtype=field(6, 1))
        + operation("w", "Const", value=field(8, proto), dtype=field(6, dtype))
        + operation("y", "MatMul", "x", "w", T=field(6, 1))
    )
    meta = field(2, graph) + signature(
        [endpoint("x", "x:0", -1, 3)], [endpoint("y", "y:0", -1, 2)]
    )
    (folder / "saved_model.pb").write_bytes(field(1, 1) + field(2, meta))
    return read(folder)


def numbers(model):
    [weight] = model.parameters()
    blocks = read_tensor(model, weight.tensor)
    return np.concatenate(list(blocks)).astype(float).tolist()


FLOAT32, FLOAT64, BFLOAT16, FLOAT16, FLOAT8 = 1, 2, 14, 19, 25


@pytest.mark.parametrize(
    ("dtype", "content"),
    [
        (FLOAT32, field(4, struct.pack("<6f", *range(1, 7)))),
        (FLOAT32, field(5, struct.pack("<6f", *range(1, 7)))),
        (FLOAT32, b"".join(b"\x2d" + struct.pack("<f", n) for n in range(1, 7))),
        (FLOAT64, field(6, struct.pack("<6d", *range(1, 7)))),
        (
            FLOAT16,
            field(13, b"".join(number(n) for n in struct.unpack("<6H", HALVES))),
        ),
        (BFLOAT16, b"".join(field(13, n) for n in BFLOATS)),
        (FLOAT8, field(18, bytes([0x38, 0x40, 0x44, 0x48, 0x4A, 0x4C]))),
    ],
)
def test_a_constant_has_the_numbers_that_the_file_spells(tmp_path, dtype, content):
    model = frozen(tmp_path, dtype, content)
    assert numbers(model) == [1, 2, 3, 4, 5, 6]


def test_one_number_stands_for_all_that_follow(tmp_path):
    model = frozen(tmp_path, FLOAT32, field(5, struct.pack("<2f", 7, 8)))
    assert numbers(model) == [7, 8, 8, 8, 8, 8]


def test_no_number_at_all_means_zeros(tmp_path):
    assert numbers(frozen(tmp_path, FLOAT32, b"")) == [0] * 6


def test_more_numbers_than_elements_are_damage(tmp_path):
    model = frozen(tmp_path, FLOAT32, field(5, struct.pack("<7f", *range(7))))
    with pytest.raises(InspectorError, match="6 elements has 7 numbers"):
        numbers(model)


def test_a_constant_with_too_few_bytes_has_no_numbers(tmp_path):
    model = frozen(tmp_path, FLOAT32, field(4, struct.pack("<5f", *range(5))))
    [weight] = model.parameters()
    assert weight.tensor.packing is Packing.ABSENT


def test_missing_weights_are_said_and_the_graph_still_opens(folder):
    for part in (folder / "variables").iterdir():
        part.unlink()
    model = read(folder)
    assert len(model.graph.nodes) == 2
    assert any("weights are missing" in note.message for note in model.notes)
    [weight] = model.parameters()
    assert weight.tensor.shape == (3, 2)


def test_a_shard_that_links_out_of_the_folder_is_not_read(folder, tmp_path):
    shard = folder / "variables" / "variables.data-00000-of-00001"
    elsewhere = tmp_path / "secret"
    shard.rename(elsewhere)
    shard.symlink_to(elsewhere)
    model = read(folder)
    assert all(file.local_path.name != "secret" for file in model.files)
    assert any("not read for safety" in note.message for note in model.notes)


def test_a_graph_that_links_out_of_the_folder_is_not_read(folder, tmp_path):
    secret = tmp_path / "secret"
    (folder / "saved_model.pb").rename(secret)
    (folder / "saved_model.pb").symlink_to(secret)
    with pytest.raises(InspectorError, match="outside the folder"):
        read(folder)


def test_functions_that_call_each_other_without_end_are_one_error(tmp_path):
    call = field(10, field(1, "f"))
    function = (
        field(1, field(1, "f") + field(2, field(1, "a")) + field(3, field(1, "r")))
        + field(3, operation("again", "PartitionedCall", "a", f=call)[2:])
        + field(3, operation("twice", "Neg", "again:output:0")[2:])
        + field(4, field(1, "r") + field(2, "twice:y:0"))
    )
    graph = (
        operation("x", "Placeholder")
        + operation("call", "PartitionedCall", "x", f=call)
        + operation("end", "Neg", "call")
        + field(2, field(1, function))
    )
    meta = field(2, graph) + signature([endpoint("x", "x:0")], [endpoint("y", "end:0")])
    (tmp_path / "saved_model.pb").write_bytes(field(1, 1) + field(2, meta))
    with pytest.raises(InspectorError, match="call each other"):
        saved_model.read(open_source(tmp_path), no_progress)


def test_keras_layers_are_shown_where_the_folder_tells_them(folder):
    layers = [
        {"class_name": "InputLayer", "name": "x", "inbound_nodes": []}
        | {"config": {"name": "x", "batch_input_shape": [None, 3], "dtype": "float32"}},
        {"class_name": "Dense", "name": "layer", "inbound_nodes": [[["x", 0, 0, {}]]]}
        | {"config": {"name": "layer", "units": 2, "use_bias": False}},
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]]}
    config["output_layers"] = [["layer", 0, 0]]
    root = {"class_name": "Functional", "config": config, "keras_version": "2.11.0"}
    found = field(2, 0) + field(4, "_tf_keras_network") + field(5, json.dumps(root))
    (folder / "keras_metadata.pb").write_bytes(field(1, found))
    model = read(folder)
    assert [node.op for node in model.nodes()] == ["InputLayer", "Dense"]


@given(st.binary(max_size=60))
def test_any_bytes_are_an_index_or_a_clear_no(data):
    try:
        read_index(data + struct.pack("<Q", MAGIC))
    except WireError as error:
        assert str(error)


def test_snappy_copies_may_overlap_what_they_write():
    copy_four = bytes([(4 - 4) << 2 | 1, 1])
    assert decompress(b"\x05\x00a" + copy_four) == b"aaaaa"


@given(st.binary(max_size=200))
def test_any_bytes_are_snappy_or_a_clear_no(data):
    try:
        decompress(data)
    except WireError as error:
        assert str(error)


@given(st.binary(min_size=1, max_size=60))
def test_snappy_literals_come_back(data):
    assert decompress(number(len(data)) + bytes([(len(data) - 1) << 2]) + data) == data


def test_only_plain_numbers_count_outputs():
    assert split("name:3") == ("name", 3)
    assert split("name:port:1") == ("name", 1)
    for odd in ("name:²", "name:0\x10", "name:" + "9" * 5000, "name:٣", "name"):
        assert split(odd) == ("name", 0)
