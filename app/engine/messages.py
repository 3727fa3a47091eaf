"""What the processes say to each other: MessagePack of frozen structs.

A message travels as four bytes of length, little-endian, and its body. The window
believes nothing: a body is validated against the union of all replies while it is
decoded, and whatever does not fit is a ``ProtocolError``. Pickle never.

MessagePack cannot carry everything that a file may hold. ``encode`` replaces lone
surrogates by visible marks, sends whole numbers over 64 bits inside attributes as
decimal text (they arrive as ``int`` again), lengths over 64 bits as text, and costs
and sums over 64 bits as unknown. Paths travel as bytes (``os.fsencode``).
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.msgpack import Ext

from loaders.ir.documentation import OperatorText
from loaders.ir.errors import InspectorError
from loaders.ir.folding import FOLDED, Folding
from loaders.ir.graph import Fact, Node, Note, Parameter, Structure, Value
from loaders.ir.grouping import Group
from loaders.ir.layout import Arrangement, Layout
from loaders.ir.tensors import ModelFile, TensorRef
from loaders.limits import LIMITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

LENGTH_BYTES = 4
BIG_INT = 1
"""Code of the MessagePack extension that holds a whole number as decimal text."""

_LOWEST, _HIGHEST = -(1 << 63), (1 << 64) - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


class ProtocolError(InspectorError):
    """The other process said something that is no message; it is not believed."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "The reading process sent an answer that makes no sense.",
            why,
            "The file may have damaged it. Do not trust this file.",
        )


# requests


class OpenModel(Struct, frozen=True, kw_only=True, tag=True):
    """Read a file; the reader keeps the model for the requests that follow.

    Attributes:
        path: As ``os.fsencode`` gives it.
        weights: A weights file for a description without weights.
        folding: What to show with the nodes that use it.
        send: Whether to send the model. False when a new reader takes the place of
            one that ended.
        picture: Whether to plan the first picture and send that, too.
    """

    path: bytes
    weights: bytes | None = None
    folding: Folding = FOLDED
    send: bool = True
    picture: bool = True


class LayOut(Struct, frozen=True, kw_only=True, tag=True):
    """Plan a picture of the open model."""

    arrangement: Arrangement


class ReadTensor(Struct, frozen=True, kw_only=True, tag=True):
    """Say where the numbers of one weight lie plainly; unpack them if they do not.

    Attributes:
        id: ``Parameter.id``, also of those in ``Model.others``.
        part: Empty for the weight; ``scale`` or ``zero_point`` of its quantizer.
    """

    id: str
    part: str = ""


class ReadOperator(Struct, frozen=True, kw_only=True, tag=True):
    """Say what the definition of an ONNX operator says, as of the model's version."""

    op: str
    domain: str = ""


class Stop(Struct, frozen=True, kw_only=True, tag=True):
    """End the process."""


Request: TypeAlias = OpenModel | LayOut | ReadTensor | ReadOperator | Stop


# replies


class Progress(Struct, frozen=True, kw_only=True, tag=True):
    """What is being done, how much of it, and of how much (0: nobody knows)."""

    what: str
    done: int
    total: int


class GraphHead(Struct, frozen=True, kw_only=True):
    """A graph without what is in it, and how much that will be."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    name: str
    owner: str
    nodes: int
    values: int


class ModelHeader(Struct, frozen=True, kw_only=True, tag=True):
    """The first part of a model: all that parts need to find their place."""

    path: bytes
    format: str
    structure: Structure
    producer: str
    files: tuple[ModelFile, ...]
    graphs: tuple[GraphHead, ...]
    others: tuple[str, ...]
    folding: Folding
    opsets: dict[str, int] = {}


class GraphPart(Struct, frozen=True, kw_only=True, tag=True):
    """Some nodes and values of one graph, in their order."""

    graph: str
    nodes: tuple[Node, ...] = ()
    values: tuple[Value, ...] = ()


class TensorsPart(Struct, frozen=True, kw_only=True, tag=True):
    """Some tensors of one group of ``Model.others``, by its index."""

    group: int
    tensors: tuple[Parameter, ...]


class GroupsPart(Struct, frozen=True, kw_only=True, tag=True):
    """Some groups, some members of the last of them, and some ids of two lists.

    Attributes:
        groups: In their order; a group with many members comes with the first of them.
        more: Further members of the last group that came.
        top: Further ids of ``Grouping.top``.
        opened: Further ids of ``Grouping.opened``.
    """

    groups: tuple[Group, ...] = ()
    more: tuple[str, ...] = ()
    top: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()


class TextPart(Struct, frozen=True, kw_only=True, tag=True):
    """Some notes and facts, in their order."""

    notes: tuple[Note, ...] = ()
    facts: tuple[Fact, ...] = ()


class ModelEnd(Struct, frozen=True, kw_only=True, tag=True):
    """The model is whole."""


class LaidOut(Struct, frozen=True, kw_only=True, tag=True):
    """Where everything in a picture is drawn."""

    layout: Layout


class TensorRead(Struct, frozen=True, kw_only=True, tag=True):
    """Where the numbers of one weight lie plainly.

    Attributes:
        id: As it was asked for.
        part: As it was asked for.
        tensor: A plain place in ``file``. Elements of less than a byte got one each.
        file: The user's, or one in the reader's scratch folder. Those make room for
            newer ones, so read at once and ask again later.
    """

    id: str
    part: str
    tensor: TensorRef
    file: ModelFile

    def read(self, rows: slice = slice(None)) -> "NDArray[Any]":
        """Copy the numbers; see ``TensorRef.read``."""
        return self.tensor.read((self.file,), rows)


class OperatorRead(Struct, frozen=True, kw_only=True, tag=True):
    """What the definition of an operator says; ``None`` if nobody has defined it."""

    op: str
    domain: str
    found: OperatorText | None


class Failed(Struct, frozen=True, kw_only=True, tag=True):
    """The request cannot be met; the fields of an ``InspectorError``."""

    what: str
    why: str = ""
    advice: str = ""


class Done(Struct, frozen=True, kw_only=True, tag=True):
    """Everything about the oldest request has been said."""


ModelPart: TypeAlias = (
    ModelHeader | GraphPart | TensorsPart | GroupsPart | TextPart | ModelEnd
)
Reply: TypeAlias = (
    Progress | ModelPart | LaidOut | TensorRead | OperatorRead | Failed | Done
)


# one message and its bytes


def encode(message: Request | Reply) -> bytes:
    """Return a message's body.

    Raises:
        OverflowError: a place in a file or a length of a stored tensor is over 64 bits.
        RecursionError: attributes nest too deeply; readers refuse such files first.
    """
    try:
        return _encoder.encode(message)
    except (UnicodeEncodeError, OverflowError):
        return _encoder.encode(encodable(message))


def encodable(thing: Any) -> Any:
    """Return an equal thing, but for what MessagePack cannot carry."""
    match thing:
        case str():
            return _SURROGATE.sub(lambda found: f"⟨{ord(found[0]):04X}⟩", thing)
        case int() if not _LOWEST <= thing <= _HIGHEST:
            return Ext(BIG_INT, b"%d" % thing)
        case tuple() | list():
            return tuple(map(encodable, thing))
        case dict():
            return {encodable(key): encodable(value) for key, value in thing.items()}
        case Value(shape=tuple() as shape):
            thing = msgspec.structs.replace(thing, shape=tuple(map(_length, shape)))
        case TensorRef() if max(thing.offset, thing.nbytes, *thing.shape) > _HIGHEST:
            raise OverflowError("a tensor with a length of over 64 bits")
        case Node(multiply_adds=int() as cost) if cost > _HIGHEST:
            thing = msgspec.structs.replace(thing, multiply_adds=None)
        case Group(parameters=weights, multiply_adds=cost):
            thing = msgspec.structs.replace(
                thing, parameters=_countable(weights), multiply_adds=_countable(cost)
            )
    if isinstance(thing, Struct):
        names = thing.__struct_fields__
        return type(thing)(**{name: encodable(getattr(thing, name)) for name in names})
    return thing


def _length(length: int | str | None) -> int | str | None:
    return str(length) if isinstance(length, int) and length > _HIGHEST else length


def _countable(count: int | None) -> int | None:
    return None if count is not None and count > _HIGHEST else count


def _from_extension(code: int, data: memoryview) -> int:
    if code != BIG_INT:
        raise ValueError(f"extension {code} is not known")
    return int(bytes(data))


_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(
    Request, ext_hook=_from_extension
)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(
    Reply, ext_hook=_from_extension
)

# What decoding of bytes may raise, whatever they are.
_NONSENSE = (msgspec.DecodeError, ValueError, OverflowError, RecursionError)


def decode_request(body: bytes) -> Request:
    """Return a request.

    Raises:
        ProtocolError: the bytes are none.
    """
    try:
        return _requests.decode(body)
    except _NONSENSE as error:
        raise ProtocolError(f"{type(error).__name__}: {error}") from None


def decode_reply(body: bytes) -> Reply:
    """Return a reply.

    Raises:
        ProtocolError: the bytes are none.
    """
    try:
        return _replies.decode(body)
    except _NONSENSE as error:
        raise ProtocolError(f"{type(error).__name__}: {error}") from None


# bytes in a stream


def framed(body: bytes) -> bytes:
    """Return a body with its length in front.

    Raises:
        OverflowError: it is longer than a message may be.
    """
    if len(body) > LIMITS.message_bytes:
        raise OverflowError(f"a message of {len(body):,} bytes")
    return len(body).to_bytes(LENGTH_BYTES, "little") + body


def read_frame(read: Callable[[int], bytes]) -> bytes | None:
    """Return the next body, or ``None`` at the end of the stream.

    Args:
        read: Returns at least one byte and at most as many as asked for, or none at
            the end: a raw stream's ``read``.

    Raises:
        ProtocolError: a body is announced as longer than a message may be.
    """
    head = _exactly(LENGTH_BYTES, read)
    if head is None:
        return None
    length = int.from_bytes(head, "little")
    if length > LIMITS.message_bytes:
        raise ProtocolError(
            f"It announces {length:,} bytes; the limit is {LIMITS.message_bytes:,}."
        )
    return _exactly(length, read)


def _exactly(count: int, read: Callable[[int], bytes]) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = read(count - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)
