"""A model that was taken apart is whole again; parts that contradict are refused."""

import gc
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.engine import parts
from app.engine.messages import (
    GraphPart,
    GroupsPart,
    ModelEnd,
    ModelHeader,
    ProtocolError,
    TensorsPart,
    TextPart,
    decode_reply,
)
from app.engine.parts import PART_ITEMS, ModelAssembly, model_bodies
from loaders.grouping import group
from loaders.ir.builder import ModelBuilder
from loaders.ir.folding import Folding
from loaders.ir.graph import Axis, Node, Parameter, TensorGroup, Value
from loaders.ir.quantization import Affine
from loaders.ir.tensors import ModelFile, TensorRef, absent_tensor


def chain(length, **details):
    """Return a builder of a model with some nodes in a row."""
    builder = ModelBuilder(Path("/models/chain.onnx"), "test")
    graph = builder.graph()
    graph.inputs.append("v0")
    graph.add_value(Value(id="v0", shape=(None, 3), axes=(Axis.BATCH, Axis.CHANNEL)))
    for at in range(length):
        graph.add_node(
            Node(
                id=f"n{at}",
                op="Relu",
                dialect="onnx",
                inputs=(f"v{at}",),
                outputs=(f"v{at + 1}",),
                **details,
            )
        )
    graph.outputs.append(f"v{length}")
    return builder


def sent(model):
    """Return a model after its journey."""
    header, *rest = [decode_reply(body) for body in model_bodies(model)]
    assembly = ModelAssembly(header)
    for part in rest[:-1]:
        assembly.add(part)
    assert rest[-1] == ModelEnd()
    return assembly.finish()


def nested():
    builder = chain(1)
    builder.graphs[""].add_node(
        Node(id="outer", op="Functional", dialect="keras", bodies=("inner",))
    )
    inner = builder.graph("inner", "inner", owner="outer")
    inner.add_node(Node(id="outer/dense", op="Dense", dialect="keras"))
    return builder


def broken(model, change):
    """Return the error of a model whose messages were changed on the way."""
    messages = [decode_reply(body) for body in model_bodies(model)]
    header, *rest = change(messages)
    assembly = None
    try:
        assembly = ModelAssembly(header)
        for part in rest[:-1]:
            assembly.add(part)
        assembly.finish()
    except ProtocolError as error:
        return error.why
    finally:
        if assembly is not None:
            assembly.abandon()
    return None


def test_a_model_of_several_parts_arrives_whole():
    builder = chain(2 * PART_ITEMS + 7, attributes={"pads": [0, 1], "deep": {"a": []}})
    builder.producer = "pytorch 2.1"
    builder.note("Something.", where="n3")
    builder.fact("Training", "Optimizer", "Adam")
    model = builder.freeze()
    assert sent(model) == model


def test_parts_hold_no_more_nodes_than_agreed():
    bodies = [decode_reply(body) for body in model_bodies(chain(1200).freeze())]
    counts = [len(part.nodes) for part in bodies if isinstance(part, GraphPart)]
    assert max(counts) == PART_ITEMS
    assert sum(counts) == 1200


def test_groups_and_folding_arrive():
    model = nested().freeze()
    folding = Folding(masks=False)
    model = replace(model, grouping=group(model), folding=folding)
    assert sent(model) == model


def test_nested_graphs_arrive_in_their_containers():
    model = nested().freeze()
    assert [node.id for node in sent(model).nodes()] == ["n0", "outer", "outer/dense"]


def test_listed_tensors_keep_their_groups():
    builder = chain(1)
    for title in ("Optimizer", "Unclaimed"):
        tensors = tuple(
            Parameter(
                id=f"{title}{at}", role="m", tensor=absent_tensor((2,), "float32")
            )
            for at in range(PART_ITEMS + 1)
        )
        builder.others.append(TensorGroup(title=title, tensors=tensors))
    model = builder.freeze()
    assert sent(model) == model


def test_quantizers_arrive():
    scale = absent_tensor((), "float32")
    weight = Parameter(
        id="w",
        role="kernel",
        tensor=absent_tensor((2, 2), "int8"),
        quantizer=Affine(code_dtype="int8", bits=8, scale=scale),
    )
    model = chain(1, parameters=(weight,)).freeze()
    assert sent(model) == model


def test_a_description_too_long_to_send_is_left_out_and_noted(monkeypatch):
    monkeypatch.setattr(parts, "LIMITS", parts.LIMITS.__class__(message_bytes=5000))
    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    builder = chain(1, config=f'{{"a": "{"x" * 9000}"}}')
    model = sent(builder.freeze())
    assert model.graph.nodes["n0"].config == "{}"
    assert "too long to show: 9.0 kB" in model.notes[0].message


def test_large_parts_are_halved(monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    model = chain(100).freeze()
    assert max(map(len, model_bodies(model))) < 1200
    assert sent(model) == model


def test_the_collector_works_again_when_a_model_is_whole():
    sent(chain(3).freeze())
    assert gc.isenabled()


def test_the_collector_works_again_when_the_end_never_comes():
    header = decode_reply(next(model_bodies(chain(3).freeze())))
    assembly = ModelAssembly(header)
    assert not gc.isenabled()
    assembly.abandon()
    assembly.abandon()
    assert gc.isenabled()


def test_missing_nodes_are_noticed():
    def change(messages):
        return [m for m in messages if not (isinstance(m, GraphPart) and m.nodes)]

    assert "0 nodes" in broken(chain(3).freeze(), change)


def test_parts_of_unknown_graphs_are_refused():
    def change(messages):
        return [messages[0], GraphPart(graph="nowhere"), *messages[1:]]

    assert "nowhere" in broken(chain(3).freeze(), change)


def test_a_node_in_two_graphs_is_refused():
    def change(messages):
        extra = GraphPart(
            graph="inner", nodes=(Node(id="n0", op="Dense", dialect="keras"),)
        )
        return [
            extra if isinstance(m, GraphPart) and m.graph == "inner" and m.nodes else m
            for m in messages
        ]

    assert broken(nested().freeze(), change) == "Two nodes have one name."


def test_graphs_inside_each_other_are_refused():
    def change(messages):
        header = messages[0]
        heads = [
            head if head.id == "" else _with_owner(head, "outer/dense")
            for head in header.graphs
        ]
        outer = Node(id="outer", op="Functional", dialect="keras")
        dense = Node(
            id="outer/dense", op="Functional", dialect="keras", bodies=("inner",)
        )
        rest = [m for m in messages[1:] if not (isinstance(m, GraphPart) and m.nodes)]
        n0 = Node(id="n0", op="Relu", dialect="onnx")
        return [
            _with_graphs(header, tuple(heads)),
            GraphPart(graph="", nodes=(n0, outer)),
            GraphPart(graph="inner", nodes=(dense,)),
            *rest,
        ]

    assert "circle" in broken(nested().freeze(), change)


def test_a_body_that_another_node_owns_is_refused():
    def change(messages):
        header = messages[0]
        heads = tuple(
            head if head.id == "" else _with_owner(head, "n0") for head in header.graphs
        )
        return [_with_graphs(header, heads), *messages[1:]]

    assert "not its" in broken(nested().freeze(), change)


def test_a_tensor_in_no_file_is_refused():
    place = TensorRef(file=1, offset=0, nbytes=4, shape=(1,), dtype="float32")
    weight = Parameter(id="w", role="kernel", tensor=place)
    builder = chain(1, parameters=(weight,))
    builder.file(
        ModelFile(path=b"/m", device=1, inode=1, size=4, modified_ns=0),
    )
    assert "file 1" in broken(builder.freeze(), lambda messages: messages)


BODIES = list(model_bodies(nested().freeze()))


@given(
    st.lists(st.sampled_from(range(len(BODIES))), max_size=6),
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 2**12), st.binary(max_size=2)),
        max_size=3,
    ),
)
def test_parts_in_any_order_and_changed_are_a_model_or_refused(order, edits):
    bodies = [bytearray(body) for body in BODIES]
    for which, position, patch in edits:
        body = bodies[which % len(bodies)]
        at = position % len(body)
        body[at : at + len(patch)] = patch
    assembly = None
    try:
        for index in order or range(len(bodies)):
            match decode_reply(bytes(bodies[index])):
                case ModelHeader() as header if assembly is None:
                    assembly = ModelAssembly(header)
                case (
                    GraphPart() | TensorsPart() | GroupsPart() | TextPart() as part
                ) if assembly:
                    assembly.add(part)
                case ModelEnd() if assembly:
                    model = assembly.finish()
                    assert len(list(model.nodes())) <= 3
                    break
    except ProtocolError as error:
        assert error.why
    finally:
        if assembly is not None:
            assembly.abandon()


def _with_owner(head, owner):
    return replace(head, owner=owner)


def _with_graphs(header, graphs) -> ModelHeader:
    return replace(header, graphs=graphs)
