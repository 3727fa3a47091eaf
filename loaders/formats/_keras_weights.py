"""Putting a file's arrays in the place of the weights that the layers should have.

``infer`` says which weights a layer should have; a file says which arrays it holds.
Here the two meet: by name where the file has names, else in the framework's order, and
always checked by shape. What does not fit becomes a note, never a guess.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from loaders.formats._keras_layer import KerasLayer
from loaders.formats._keras_pairing import (
    Stored,
    first_free,
    fits,
    is_code,
    last_word,
    never_saved,
    never_trained,
    pair_up,
    place_of,
    scales_of,
)
from loaders.ir.graph import (
    Axis,
    Graph,
    Model,
    Node,
    Note,
    Parameter,
    Severity,
    TensorGroup,
)
from loaders.ir.tensors import Packing
from loaders.ir.text import count_of, shape_text, shown

SHOWN_CASES = 3
"""How many of many equal cases a note names."""

_THEANO_ORDER = (3, 2, 0, 1)
"""Where Theano's filter, in-channel, height, width lie in TensorFlow's order."""


@dataclass(slots=True)
class Mapped:
    """What a file's arrays are for.

    Attributes:
        claims: Arrays by the id of the first node that calls their layer, in the
            framework's order of creation.
        others: Arrays that belong to no layer, by title.
        notes: What was odd on the way.
        frozen: Ids of nodes whose weights training does not change.
        guests: Ids of nodes of layers from other packages: what they hold beyond what
            our rules know is to be expected.
    """

    claims: dict[str, list[Stored]] = field(default_factory=dict)
    others: dict[str, list[Stored]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    frozen: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()

    def claim(self, layer: KerasLayer, stored: Iterable[Stored]) -> None:
        """Give arrays to a layer that some node calls."""
        self.claims.setdefault(layer.nodes[0], []).extend(stored)

    def leave(self, title: str, stored: Iterable[Stored]) -> None:
        """List arrays without counting them."""
        self.others.setdefault(title, []).extend(stored)


UNCLAIMED = "Arrays that belong to no layer"
OPTIMIZER = "Optimizer state"
METRICS = "Metrics state"


def layers_of(root: KerasLayer) -> Iterator[KerasLayer]:
    """Yield every layer object once, each before what it holds."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        layer = waiting.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        yield layer
        waiting += reversed([*layer.layers, *layer.children.values()])


def frozen_nodes(root: KerasLayer) -> frozenset[str]:
    """Return the ids of nodes whose weights training does not change.

    A wrapper has none of its own: what it wraps decides. A node of which only a part
    is frozen counts as trained.
    """
    frozen: dict[str, bool] = {}
    for layer in layers_of(root):
        if layer.is_model or any(
            child.nodes is layer.nodes for child in layer.children.values()
        ):
            continue
        for node in layer.nodes:
            frozen[node] = frozen.get(node, True) and not layer.trainable
    return frozenset(node for node, all_of_it in frozen.items() if all_of_it)


def start_map(root: KerasLayer) -> Mapped:
    """Return an empty map for the layers under ``root``."""
    guests = frozenset(
        node
        for layer in layers_of(root)
        if ">" in layer.registered
        for node in layer.nodes
    )
    return Mapped(frozen=frozen_nodes(root), guests=guests)


def attach_weights(model: Model, mapped: Mapped) -> Model:
    """Return the model with the file's arrays as the weights of its layers.

    Args:
        model: After ``infer``: its nodes have the weights that they should have.
        mapped: Which arrays are for which node.
    """
    return _Attachment(model, mapped).run()


class _Attachment:
    def __init__(self, model: Model, mapped: Mapped) -> None:
        self._model, self._mapped = model, mapped
        self._nodes = {
            node.id: node
            for graph in model.graphs.values()
            for node in graph.nodes.values()
        }
        self._filled: dict[str, tuple[Parameter, ...]] = {}
        self._missing: list[str] = []
        self._strange: list[str] = []
        self._extra: list[str] = []
        self._own: list[str] = []
        self._scales: list[str] = []
        self._unsaved: list[str] = []
        self._rearranged: list[str] = []
        self._untold: dict[str, int] = {}

    def run(self) -> Model:
        for id, stored in self._mapped.claims.items():
            node = self._nodes.get(id)
            if node is None:
                self._mapped.leave(UNCLAIMED, stored)
            else:
                self._filled[id] = tuple(self._fill(node, stored))
        self._look_for_missing()
        graphs = {id: self._graph(graph) for id, graph in self._model.graphs.items()}
        others = tuple(
            TensorGroup(
                title=title,
                tensors=tuple(_loose(title, item) for item in stored),
            )
            for title, stored in self._mapped.others.items()
        )
        return replace(
            self._model,
            graphs=graphs,
            others=(*self._model.others, *others),
            notes=(*self._model.notes, *self._mapped.notes, *self._notes()),
        )

    def _graph(self, graph: Graph) -> Graph:
        nodes = dict(graph.nodes)
        for id, node in graph.nodes.items():
            filled = self._filled.get(node.shared_with or id)
            if filled is not None:
                nodes[id] = replace(node, parameters=filled)
        return replace(graph, nodes=nodes)

    def _fill(self, node: Node, stored: Sequence[Stored]) -> Iterator[Parameter]:
        weights = [item for item in stored if not item.state]
        pairs = pair_up(node.parameters, weights)
        for wanted in node.parameters:
            item = pairs.get(wanted.id)
            if item is None:
                self._lacks(node, wanted)
                yield wanted
            else:
                yield self._put(node, wanted, item)
        used = {id(item) for item in pairs.values()}
        taken = {wanted.role for wanted in node.parameters}
        coded = {
            place_of(item): scales_of(wanted.role)
            for wanted in node.parameters
            if (item := pairs.get(wanted.id)) is not None
            and is_code(item)
            and last_word(wanted.role) == "kernel"
        }
        for item in stored:
            if id(item) not in used:
                names = coded.get(place_of(item))
                scale = next(names, "") if names is not None else ""
                yield self._add(node, item, taken, scale)

    def _lacks(self, node: Node, wanted: Parameter) -> None:
        if wanted.counted:
            cases = self._unsaved if never_saved(wanted) else self._missing
            cases.append(f"{wanted.role} of {shown(node.title, 60)}")

    def _put(self, node: Node, wanted: Parameter, item: Stored) -> Parameter:
        axes = wanted.axes
        if not fits(wanted, item):
            axes = self._odd_shape(node, wanted, item)
        # Integers stand for numbers that training cannot change.
        trainable = wanted.trainable and not is_code(item)
        return replace(
            wanted,
            tensor=item.tensor,
            name=item.name,
            axes=axes,
            trainable=trainable,
        )

    def _odd_shape(
        self, node: Node, wanted: Parameter, item: Stored
    ) -> tuple[Axis, ...]:
        """Note a shape that the rule does not give; return what the axes stand for."""
        expected, found = wanted.tensor.shape, item.tensor.shape
        text = f"{wanted.role} of {shown(node.title, 60)} is {shape_text(found)}"
        coded = is_code(item) and not wanted.tensor.dtype.startswith(("int", "uint"))
        if coded or (wanted.known and wanted.tensor.size == item.tensor.size):
            self._rearranged.append(f"{text}, not {shape_text(expected)}")
        else:
            self._strange.append(f"{text}, its settings say {shape_text(expected)}")
        if len(expected) == len(found) == len(wanted.axes) == 4:
            theano = tuple(expected[axis] for axis in _THEANO_ORDER)
            if theano == found:
                return tuple(wanted.axes[axis] for axis in _THEANO_ORDER)
        return (Axis.OTHER,) * len(found)

    def _add(self, node: Node, item: Stored, taken: set[str], scale: str) -> Parameter:
        """Return a weight that no rule expects.

        Args:
            node: Whose it is.
            item: What the file holds.
            taken: The roles that are given already.
            scale: Its role if it lies beside integers whose scale nobody told of.
        """
        # A longer way inside the layer says more than its last word.
        way = item.fallback if "." in item.fallback else item.role
        role = (item.role or scale) if scale else (way or item.fallback or "weight")
        role = first_free(role, taken)
        if not item.state and node.kind != "unknown":
            cases = self._own if node.id in self._mapped.guests else self._extra
            cases = self._scales if scale else cases
            cases.append(f"{shown(role, 60)} of {shown(node.title, 60)}")
        dtype = item.tensor.dtype
        trained = (
            dtype.startswith(("float", "bfloat", "complex"))
            and not item.state
            and not scale
            and not never_trained(role)
            and node.id not in self._mapped.frozen
        )
        if trained and node.kind == "unknown":
            title = shown(node.title, 60)
            self._untold[title] = self._untold.get(title, 0) + 1
        return Parameter(
            id=f"{node.id}/{role}",
            role=role,
            tensor=item.tensor,
            name=item.name,
            axes=(Axis.OTHER,) * len(item.tensor.shape),
            trainable=trained,
            counted=dtype != "string" and not item.state,
        )

    def _look_for_missing(self) -> None:
        if not self._mapped.claims and not self._mapped.others:
            return  # there is no weights file: its reader has said so
        for id, node in self._nodes.items():
            if id not in self._filled and not node.shared_with and not node.bodies:
                for wanted in node.parameters:
                    if wanted.tensor.packing is Packing.ABSENT:
                        self._lacks(node, wanted)

    def _notes(self) -> Iterator[Note]:
        absent = [
            f"{parameter.role} of {shown(self._nodes[id].title, 60)}"
            for id, filled in self._filled.items()
            for parameter in filled
            if parameter.name and parameter.tensor.packing is Packing.ABSENT
        ]
        loose = [
            shown(item.name, 80) for item in self._mapped.others.get(UNCLAIMED, [])
        ]
        told = (
            (loose, Severity.INFO, "in the file that belong to no layer"),
            (self._strange, Severity.WARNING, "with a shape that does not fit"),
            (self._missing, Severity.WARNING, "missing from the file"),
            (absent, Severity.WARNING, "in the file by name, without readable numbers"),
            (self._extra, Severity.WARNING, "in the file that the layer's rule lacks"),
            (
                self._own,
                Severity.INFO,
                "of the layers' own package, such as the state of its quantizers, "
                "counted as Keras counts them",
            ),
            (self._rearranged, Severity.INFO, "stored in another arrangement"),
            (
                self._scales,
                Severity.INFO,
                "beside integers that the settings leave out",
            ),
            (
                self._unsaved,
                Severity.INFO,
                "that Keras counts but does not write into such a file",
            ),
        )
        if self._untold:
            named = ", ".join([*self._untold][:SHOWN_CASES])
            more = ", …" if len(self._untold) > SHOWN_CASES else ""
            count = count_of(sum(self._untold.values()), "weight")
            message = (
                "The file does not say which weights of a layer of the author's own "
                f"are trained; {count} of {named}{more} count as trained."
            )
            yield Note(message=message, severity=Severity.INFO)
        for cases, severity, what in told:
            if cases:
                named = "; ".join(cases[:SHOWN_CASES])
                more = "; …" if len(cases) > SHOWN_CASES else ""
                count = count_of(len(cases), "weight")
                message = f"{count} {what}: {named}{more}."
                yield Note(message=message, severity=severity)


def _loose(title: str, item: Stored) -> Parameter:
    return Parameter(
        id=f"{title}/{item.name}",
        role=item.role or item.fallback or item.name,
        tensor=item.tensor,
        name=item.name,
        axes=(Axis.OTHER,) * len(item.tensor.shape),
        trainable=False,
        counted=False,
    )
