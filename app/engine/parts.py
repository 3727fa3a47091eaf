"""A model in parts: small enough that decoding one never stops the window.

50,000 nodes in one message keep the interpreter busy for 0.7 s; between parts of 500
nodes the window goes on. ``model_bodies`` takes a model apart in the reader,
``ModelAssembly`` puts it together again in the window and believes nothing: names that
contradict each other end in a ``ProtocolError``.

Sequences in a node's attributes are lists on both sides: MessagePack knows one kind,
and rules must see the same in the window as in the reader.
"""

import gc
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from app.engine.group_parts import GroupingAssembly, group_parts
from app.engine.messages import (
    GraphHead,
    GraphPart,
    GroupsPart,
    ModelEnd,
    ModelHeader,
    ModelPart,
    ProtocolError,
    TensorsPart,
    TextPart,
    encode,
)
from loaders.ir.graph import (
    Fact,
    Graph,
    Model,
    Node,
    Note,
    Parameter,
    TensorGroup,
    Value,
)
from loaders.ir.grouping import Grouping
from loaders.ir.quantization import Affine, Quantizer
from loaders.ir.tensors import TensorRef
from loaders.ir.text import file_size, shown
from loaders.limits import LIMITS

PART_ITEMS = 500
PART_BYTES = 4 << 20
"""Parts above this are halved, down to single items."""

T = TypeVar("T")


# taking apart


def model_bodies(
    model: Model, grouping: Callable[[], Grouping] | None = None
) -> Iterator[bytes]:
    """Yield the encoded messages that a model travels in.

    A node whose description alone is over the limit for messages travels without it,
    and a note says so.

    Args:
        model: The model.
        grouping: Makes the groups when the nodes are on their way, so that both
            processes have something to do; the model's own if not given.

    Raises:
        OverflowError: something else does not fit into a message.
    """
    yield _checked(encode(_header(model)))
    added: list[Note] = []
    for id, graph in model.graphs.items():
        graph_part = partial(GraphPart, graph=id)
        yield from _in_parts(tuple(graph.values.values()), graph_part, "values")
        yield from _in_parts(
            tuple(graph.nodes.values()),
            graph_part,
            "nodes",
            lambda node: _shortened(node, added),
        )
    groups = grouping() if grouping is not None else model.grouping
    for part in group_parts(groups):
        yield _checked(encode(part))
    for index, group in enumerate(model.others):
        tensors_part = partial(TensorsPart, group=index)
        yield from _in_parts(group.tensors, tensors_part, "tensors")
    yield from _in_parts((*model.notes, *added), TextPart, "notes")
    yield from _in_parts(model.facts, TextPart, "facts")
    yield encode(ModelEnd())


def _header(model: Model) -> ModelHeader:
    return ModelHeader(
        path=model.path,
        format=model.format,
        structure=model.structure,
        producer=model.producer,
        files=model.files,
        opsets=model.opsets,
        graphs=tuple(
            GraphHead(
                id=graph.id,
                inputs=graph.inputs,
                outputs=graph.outputs,
                name=graph.name,
                owner=graph.owner,
                nodes=len(graph.nodes),
                values=len(graph.values),
            )
            for graph in model.graphs.values()
        ),
        others=tuple(group.title for group in model.others),
        folding=model.folding,
    )


def _in_parts(
    items: Sequence[T],
    part: Callable[..., ModelPart],
    field: str,
    shorten: Callable[[T], T] | None = None,
) -> Iterator[bytes]:
    waiting = [
        items[start : start + PART_ITEMS]
        for start in reversed(range(0, len(items), PART_ITEMS))
    ]
    while waiting:
        some = waiting.pop()
        body = encode(part(**{field: tuple(some)}))
        if len(body) > PART_BYTES and len(some) > 1:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
        elif len(body) > LIMITS.message_bytes and shorten is not None:
            yield _checked(encode(part(**{field: (shorten(some[0]),)})))
        else:
            yield _checked(body)


def _checked(body: bytes) -> bytes:
    if len(body) > LIMITS.message_bytes:
        raise OverflowError(f"a message of {len(body):,} bytes")
    return body


def _shortened(node: Node, notes: list[Note]) -> Node:
    size = len(node.config.encode("utf-8", "replace"))
    notes.append(
        Note(
            message=f"The description of {shown(node.title)} is too long to show: "
            f"{file_size(size)}; the limit is {file_size(LIMITS.message_bytes)}.",
            where=node.id,
        )
    )
    return replace(node, config="{}", attributes={}, kind="unknown")


# putting together


class ModelAssembly:
    """Collects the parts of one model; made from its header.

    The cyclic garbage collector rests meanwhile: a model holds no cycles, but every
    object of it would be looked at again and again. Call ``abandon`` if the end never
    comes.
    """

    def __init__(self, header: ModelHeader) -> None:
        self._header = header
        self._heads = {head.id: head for head in header.graphs}
        if len(self._heads) != len(header.graphs) or "" not in self._heads:
            raise ProtocolError("Its graphs have no or double names.")
        self._nodes: dict[str, dict[str, Node]] = {id: {} for id in self._heads}
        self._values: dict[str, dict[str, Value]] = {id: {} for id in self._heads}
        self._others: list[list[Parameter]] = [[] for _ in header.others]
        self._grouping = GroupingAssembly()
        self._notes: list[Note] = []
        self._facts: list[Fact] = []
        self._resting = True
        _collector.rest()

    def add(self, part: GraphPart | TensorsPart | GroupsPart | TextPart) -> None:
        """Take one part.

        Raises:
            ProtocolError: it does not belong to this model.
        """
        match part:
            case GraphPart():
                if part.graph not in self._heads:
                    raise ProtocolError(f"There is no graph {shown(part.graph)!r}.")
                nodes, values = self._nodes[part.graph], self._values[part.graph]
                for node in part.nodes:
                    self._check_files(node)
                    nodes[node.id] = node
                values.update((value.id, value) for value in part.values)
            case TensorsPart():
                if not 0 <= part.group < len(self._others):
                    raise ProtocolError(f"There is no group {part.group} of tensors.")
                for tensor in part.tensors:
                    self._check_file(tensor.tensor)
                self._others[part.group].extend(part.tensors)
            case GroupsPart():
                self._grouping.add(part)
            case TextPart():
                self._notes.extend(part.notes)
                self._facts.extend(part.facts)

    def finish(self) -> Model:
        """Return the whole model.

        Raises:
            ProtocolError: parts are missing or contradict each other.
        """
        self._check_counts()
        self._check_owners()
        grouping = self._grouping.finish(self._nodes)
        header = self._header
        model = Model(
            path=header.path,
            format=header.format,
            structure=header.structure,
            producer=header.producer,
            files=header.files,
            opsets=header.opsets,
            graphs={
                head.id: Graph(
                    id=head.id,
                    inputs=head.inputs,
                    outputs=head.outputs,
                    nodes=self._nodes[head.id],
                    values=self._values[head.id],
                    name=head.name,
                    owner=head.owner,
                )
                for head in header.graphs
            },
            notes=tuple(self._notes),
            facts=tuple(self._facts),
            others=tuple(
                TensorGroup(title=title, tensors=tuple(tensors))
                for title, tensors in zip(header.others, self._others, strict=True)
            ),
            grouping=grouping,
            folding=header.folding,
        )
        self._resting = False
        _collector.wake(freeze=True)
        return model

    def abandon(self) -> None:
        """Let the garbage collector work again; harmless if it already does."""
        if self._resting:
            self._resting = False
            _collector.wake(freeze=False)

    def _check_counts(self) -> None:
        for head in self._header.graphs:
            found = (len(self._nodes[head.id]), len(self._values[head.id]))
            if found != (head.nodes, head.values):
                raise ProtocolError(
                    f"A graph has {found[0]:,} nodes and {found[1]:,} values instead "
                    f"of {head.nodes:,} and {head.values:,}."
                )
        for parts, word in ((self._nodes, "nodes"), (self._values, "values")):
            names = {id for items in parts.values() for id in items}
            if len(names) != sum(map(len, parts.values())):
                raise ProtocolError(f"Two {word} have one name.")

    def _check_owners(self) -> None:
        """Make sure that graphs lie inside each other as a tree, without a circle."""
        home = {node: id for id, nodes in self._nodes.items() for node in nodes}
        for nodes in self._nodes.values():
            for node in nodes.values():
                owned = [self._heads.get(body) for body in node.bodies]
                if len(set(node.bodies)) != len(owned) or any(
                    head is None or head.owner != node.id for head in owned
                ):
                    raise ProtocolError(f"The inside of {shown(node.id)!r} is not its.")
        outer = {head.id: home.get(head.owner) for head in self._header.graphs}
        if outer[""] is not None:
            raise ProtocolError("The main graph lies inside a node.")
        safe: set[str] = set()
        for start in outer:
            path: list[str] = []
            at: str | None = start
            while at is not None and at not in safe:
                if len(path) > len(outer):
                    raise ProtocolError("Graphs lie inside each other in a circle.")
                path.append(at)
                at = outer[at]
            safe.update(path)

    def _check_files(self, node: Node) -> None:
        for parameter in node.parameters:
            self._check_file(parameter.tensor)
            for place in _places(parameter.quantizer):
                self._check_file(place)

    def _check_file(self, tensor: TensorRef) -> None:
        if not -1 <= tensor.file < len(self._header.files):
            raise ProtocolError(f"A tensor lies in file {tensor.file}, which is none.")


def _places(quantizer: Quantizer | None) -> Iterable[TensorRef]:
    if isinstance(quantizer, Affine):
        yield from (place for place in (quantizer.scale, quantizer.zero_point) if place)


class _Collector:
    """The garbage collector's rest, shared by all models that arrive at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resting = 0
        self._was_on = True

    def rest(self) -> None:
        with self._lock:
            if self._resting == 0:
                self._was_on = gc.isenabled()
            self._resting += 1
            gc.disable()

    def wake(self, *, freeze: bool) -> None:
        with self._lock:
            self._resting -= 1
            if freeze:
                gc.freeze()
            if self._resting == 0 and self._was_on:
                gc.enable()


_collector = _Collector()
