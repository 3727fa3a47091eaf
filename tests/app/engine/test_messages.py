"""Whatever a file holds arrives; whatever else arrives is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.messages import (
    LENGTH_BYTES,
    Failed,
    GraphPart,
    LaidOut,
    LayOut,
    OpenModel,
    Progress,
    ProtocolError,
    ReadTensor,
    decode_reply,
    decode_request,
    encode,
    framed,
    read_frame,
)
from loaders.ir.graph import Axis, Node, Value
from loaders.ir.layout import Arrangement, Box, Layout, Route
from loaders.ir.tensors import absent_tensor
from loaders.limits import LIMITS


def stream(data):
    """Return a ``read`` that gives one byte at a time, as a pipe may."""
    rest = bytearray(data)

    def read(count):
        piece = bytes(rest[: min(1, count)])
        del rest[:1]
        return piece

    return read


def sent(node):
    """Return a node after its journey."""
    part = decode_reply(encode(GraphPart(graph="", nodes=(node,))))
    return part.nodes[0]


@pytest.mark.parametrize(
    "request_",
    [
        OpenModel(path=b"/tmp/\xff\xfe.keras", weights=b"/tmp/w.h5"),
        LayOut(arrangement=Arrangement(root="inner", opened=("a",), horizontal=True)),
        ReadTensor(id="conv/kernel", part="scale"),
    ],
)
def test_requests_arrive_as_they_were_sent(request_):
    assert decode_request(encode(request_)) == request_


def test_a_layout_arrives_as_it_was_sent():
    layout = Layout(
        graph="",
        boxes=(Box("a", 0.5, 1.0),),
        routes=(Route("v", "a", "b", (0.0, 1.0, 2.0, 3.0), True),),
        width=200.0,
        height=68.0,
    )
    assert decode_reply(encode(LaidOut(layout=layout))).layout == layout


def test_infinite_and_undefined_numbers_survive():
    node = sent(Node(id="n", op="Op", dialect="onnx", attributes={"x": float("inf")}))
    assert node.attributes == {"x": float("inf")}


def test_lone_surrogates_become_visible():
    failed = decode_reply(encode(Failed(what="bad \udc80 name")))
    assert failed.what == "bad ⟨DC80⟩ name"


def test_whole_numbers_over_64_bits_survive_in_attributes():
    numbers = {"a": 1 << 70, "b": [-(1 << 90), 5], "c": {"d": (1 << 64) - 1}}
    node = sent(Node(id="n", op="Op", dialect="keras", attributes=numbers))
    assert node.attributes == numbers


def test_a_cost_over_64_bits_arrives_as_unknown():
    assert sent(Node(id="n", op="Op", dialect="onnx", multiply_adds=1 << 80)) == Node(
        id="n", op="Op", dialect="onnx", multiply_adds=None
    )


def test_a_length_over_64_bits_arrives_as_text():
    value = Value(id="v", shape=(1 << 70,), axes=(Axis.OTHER,))
    part = decode_reply(encode(GraphPart(graph="", values=(value,))))
    assert part.values[0].shape == (str(1 << 70),)


def test_a_stored_tensor_with_a_length_over_64_bits_is_refused():
    from app.engine.messages import TensorsPart
    from loaders.ir.graph import Parameter

    weight = Parameter(id="w", role="kernel", tensor=absent_tensor((1 << 70,), "int8"))
    with pytest.raises(OverflowError):
        encode(TensorsPart(group=0, tensors=(weight,)))


def test_a_frame_is_read_piece_by_piece():
    body = encode(Progress(what="reading", done=1, total=2))
    assert read_frame(stream(framed(body))) == body


def test_a_stream_that_ends_inside_a_frame_is_over():
    assert read_frame(stream(framed(b"abc")[:-1])) is None


def test_a_frame_over_the_limit_is_refused_before_it_is_read():
    head = (LIMITS.message_bytes + 1).to_bytes(LENGTH_BYTES, "little")
    with pytest.raises(ProtocolError):
        read_frame(stream(head))


def test_a_body_over_the_limit_is_not_sent():
    with pytest.raises(OverflowError):
        framed(bytes(LIMITS.message_bytes + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_reply_or_a_protocol_error(data):
    try:
        decode_reply(data)
    except ProtocolError as error:
        assert error.why


VALID = [
    encode(Progress(what="reading", done=1, total=2)),
    encode(
        GraphPart(
            graph="",
            nodes=(Node(id="n", op="Op", dialect="onnx", attributes={"x": 1 << 70}),),
            values=(Value(id="v", shape=(None, 3), axes=(Axis.BATCH, Axis.CHANNEL)),),
        )
    ),
]


@given(
    st.sampled_from(VALID),
    st.lists(st.tuples(st.integers(0, 2**12), st.binary(max_size=3)), max_size=4),
)
def test_any_change_of_a_message_is_a_reply_or_a_protocol_error(valid, edits):
    data = bytearray(valid)
    for position, patch in edits:
        at = position % len(data)
        data[at : at + len(patch)] = patch
    try:
        decode_reply(bytes(data))
    except ProtocolError as error:
        assert error.why


def test_bottomless_nesting_is_refused():
    head = encode(Progress(what="x", done=0, total=0))
    with pytest.raises(ProtocolError):
        decode_reply(b"\x91" * 100_000 + head)


def test_a_number_of_endless_digits_is_refused():
    node = Node(id="n", op="Op", dialect="onnx", attributes={"x": 1 << 70})
    digits = b"%d" % (1 << 70)
    body = encode(GraphPart(graph="", nodes=(node,)))
    assert digits in body
    with pytest.raises(ProtocolError):
        decode_reply(body.replace(digits, b"x" * len(digits)))
