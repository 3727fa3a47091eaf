"""Where ``.h5`` files of Keras 1, 2 and 3 keep the weights of each layer.

One group per top-level layer, with the attribute ``weight_names`` in the framework's
order. A nested model is one group: first what is trained, then the rest, both in the
order of its layers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from loaders.formats._hdf5 import Hdf5File, Tree
from loaders.formats._keras_layer import Arrangement, KerasLayer
from loaders.formats._keras_pairing import Stored, fits, never_trained
from loaders.formats._keras_weights import (
    OPTIMIZER,
    UNCLAIMED,
    Mapped,
    layers_of,
    start_map,
)
from loaders.ir.graph import Model, Node, Note, Parameter
from loaders.ir.text import count_of, shown

_KERAS_1 = {
    "W": "kernel",
    "U": "recurrent_kernel",
    "b": "bias",
    "running_mean": "moving_mean",
    "running_std": "moving_variance",
    "alphas": "alpha",
}
_GATE = re.compile(r"_([WUb])(?:_([a-z]{1,2}))?$")
_DIRECTION = re.compile(r"(?:^|/)(forward|backward)_")
_PART = re.compile(r"(?:^|/)(query|key|value|attention_output)(?:_dense|_\d+)?/[^/]+$")


@dataclass(slots=True)
class Group:
    """The arrays of one top-level layer, in the file's order."""

    name: str
    stored: list[Stored] = field(default_factory=list)


def read_groups(
    file: Hdf5File, tree: Tree, top: str
) -> tuple[list[Group], list[Stored], list[Note]]:
    """Return the groups that ``layer_names`` tells, what no group names, and notes.

    Args:
        file: The open file.
        tree: Its arrays.
        top: ``model_weights``, or empty for a file of weights alone.
    """
    groups: list[Group] = []
    missing: list[str] = []
    claimed: set[str] = set()
    before = f"{top}/" if top else ""
    for name in file.texts(top, "layer_names") or []:
        group = Group(name)
        place = f"{before}{name}".strip("/")
        named = file.texts(place, "weight_names")
        if named is None and file.has(place, "weight_names"):
            missing.append(f"{place} (its list of weights cannot be read)")
        for weight in named or []:
            path = f"{place}/{weight}"
            tensor = tree.tensors.get(path)
            if tensor is None or path in claimed:
                missing.append(path)
                continue
            claimed.add(path)
            role = role_of(weight, name)
            group.stored.append(Stored(weight, tensor, role, way_in(weight, name)))
        groups.append(group)
    loose = [
        Stored(path, tensor, fallback=path)
        for path, tensor in tree.tensors.items()
        if path not in claimed
    ]
    notes = []
    if missing:
        count = count_of(len(missing), "weight")
        message = (
            f"The file names {count} that are missing from it, cannot be read or are "
            f"named twice: {shown(missing[0], 120)}."
        )
        notes.append(Note(message=message))
    return groups, loose, notes


def plain_name(weight: str) -> str:
    """Return the last word of a weight's name: ``kernel`` for ``a/kernel:0``."""
    return re.sub(r":\d+$", "", weight).rpartition("/")[2] or weight


def way_in(weight: str, layer: str) -> str:
    """Return a weight's name from its layer's on: ``kq.b`` for ``m/conv/kq/b``."""
    *way, _ = weight.split("/")
    inside = way[way.index(layer) + 1 :] if layer in way else []
    return ".".join([*inside, plain_name(weight)])


def role_of(weight: str, layer: str = "") -> str:
    """Return what a weight's name says that it is; empty if nothing.

    ``bidirectional/forward_lstm/lstm_cell/kernel:0`` is ``forward.kernel``,
    ``lstm_1_W_i`` of Keras 1 is ``kernel_i``.
    """
    last = plain_name(weight)
    prefix = ""
    if found := _DIRECTION.search(weight):
        prefix = f"{found[1]}."
    elif found := _PART.search(re.sub(r":\d+$", "", weight)):
        prefix = "output." if found[1] == "attention_output" else f"{found[1]}."
    if layer and last.startswith(f"{layer}_"):
        last = last[len(layer) :]
    for word in ("running_mean", "running_std", "alphas"):
        if last.endswith(f"_{word}"):
            return prefix + _KERAS_1[word]
    if last.startswith("lora_"):  # not the bias that ``_b`` is in Keras 1
        return prefix + last
    if found := _GATE.search(last):
        gate = f"_{found[2]}" if found[2] else ""
        return prefix + _KERAS_1[found[1]] + gate
    return prefix + re.sub(r"(?<=[a-z])_\d+$", "", last.lstrip("_"))


def map_groups(
    root: KerasLayer, model: Model, groups: Sequence[Group], loose: Iterable[Stored]
) -> Mapped:
    """Say which arrays of an ``.h5`` file belong to which layer.

    Args:
        root: The tree of layers.
        model: After ``infer``: which weights each layer should have.
        groups: The file's groups.
        loose: Arrays that no group names.
    """
    return _GroupMap(root, model).run(groups, loose)


class _GroupMap:
    def __init__(self, root: KerasLayer, model: Model) -> None:
        self._root, self._mapped = root, start_map(root)
        self._nodes: dict[str, Node] = {
            node.id: node
            for graph in model.graphs.values()
            for node in graph.nodes.values()
        }
        self._layers: dict[str, list[KerasLayer]] = {}
        for layer in root.layers:
            if not layer.is_op:
                self._layers.setdefault(layer.name, []).append(layer)

    def run(self, groups: Sequence[Group], loose: Iterable[Stored]) -> Mapped:
        unknown: list[str] = []
        for group in groups:
            if not group.stored:
                continue
            layer = self._layer(group.name)
            if layer is None and not self._root.layers and self._root.nodes:
                # A model whose layers the file does not tell: all under its one node.
                self._mapped.claim(self._root, _prefixed(group))
            elif layer is None:
                unknown.append(group.name)
                self._mapped.leave(UNCLAIMED, group.stored)
            else:
                self._give(layer, group)
        for item in loose:
            path = item.name
            own = path.startswith(("optimizer_weights/", "optimizer/"))
            self._mapped.leave(OPTIMIZER if own else UNCLAIMED, [item])
        if unknown:
            count = count_of(len(unknown), "group")
            self._mapped.notes.append(
                Note(
                    message=f"The file has weights in {count} named after no layer of "
                    f"the description: {shown(unknown[0], 80)}."
                )
            )
        return self._mapped

    def _layer(self, name: str) -> KerasLayer | None:
        """Return the layer of a name; of two equal names the next one."""
        named = self._layers.get(name)
        if not named:
            return None
        return named.pop(0) if len(named) > 1 else named[0]

    def _give(self, layer: KerasLayer, group: Group) -> None:
        leaves = self._leaves(layer)
        if len(leaves) == 1:
            self._mapped.claim(leaves[0], group.stored)
            return
        shares = self._by_name(leaves, group.stored) or self._by_order(
            leaves, group.stored
        )
        if shares is None:
            self._mapped.leave(UNCLAIMED, group.stored)
            arrays, name = count_of(len(group.stored), "array"), shown(layer.name, 60)
            message = (
                f"The {arrays} of {name} fit its {len(leaves)} layers neither by name "
                "nor in order; they are listed under no layer."
            )
            where = layer.nodes[0] if layer.nodes else ""
            self._mapped.notes.append(Note(message=message, where=where))
            return
        for leaf, items in shares:
            self._mapped.claim(leaf, items)

    def _leaves(self, layer: KerasLayer) -> list[KerasLayer]:
        """Return the layers with weights of their own, in order, each node once."""
        found: dict[str, KerasLayer] = {}
        for one in layers_of(layer):
            holds = one.layers and one.arrangement is not Arrangement.NONE
            if one.nodes and not holds and not one.is_op:
                node = self._nodes.get(one.nodes[0])
                if node is None or not node.bodies:
                    found.setdefault(one.nodes[0], one)
        return list(found.values())

    def _by_name(
        self, leaves: Sequence[KerasLayer], stored: Sequence[Stored]
    ) -> list[tuple[KerasLayer, list[Stored]]] | None:
        """Share arrays out by the layer's name in theirs; None if one has no layer."""
        names: dict[str, KerasLayer | None] = {}
        for leaf in leaves:
            names[leaf.name] = None if leaf.name in names else leaf
        shares: dict[int, tuple[KerasLayer, list[Stored]]] = {}
        for item in stored:
            owner = _named_in(names, item.name)
            if owner is None:
                return None
            role = role_of(item.name, owner.name)
            _, items = shares.setdefault(id(owner), (owner, []))
            items.append(Stored(item.name, item.tensor, role, item.fallback))
        for owner, items in shares.values():
            expected = self._expected(owner)
            if expected and len(expected) != len(items):
                return None
        return list(shares.values())

    def _by_order(
        self, leaves: Sequence[KerasLayer], stored: Sequence[Stored]
    ) -> list[tuple[KerasLayer, list[Stored]]] | None:
        """Share arrays out in the framework's order; None unless all shapes fit."""
        wanted = [
            (leaf, parameter)
            for leaf in leaves
            for parameter in self._expected(leaf)
            if parameter.counted
        ]
        for ordered in _orders(wanted):
            if len(ordered) == len(stored) and all(
                fits(parameter, item) for (_, parameter), item in zip(ordered, stored)
            ):
                shares: dict[int, tuple[KerasLayer, list[Stored]]] = {}
                for (leaf, parameter), item in zip(ordered, stored):
                    _, items = shares.setdefault(id(leaf), (leaf, []))
                    name, tensor = item.name, item.tensor
                    items.append(Stored(name, tensor, parameter.role, item.fallback))
                return list(shares.values())
        return None

    def _expected(self, leaf: KerasLayer) -> tuple[Parameter, ...]:
        node = self._nodes.get(leaf.nodes[0])
        return node.parameters if node is not None else ()


def _orders(
    wanted: list[tuple[KerasLayer, Parameter]],
) -> Iterator[list[tuple[KerasLayer, Parameter]]]:
    """Yield the orders in which Keras may have written a nested model's weights."""
    yield sorted(wanted, key=lambda pair: not pair[1].trainable)
    yield sorted(wanted, key=lambda pair: never_trained(pair[1].role))
    yield wanted


def _named_in(names: dict[str, KerasLayer | None], weight: str) -> KerasLayer | None:
    """Return the layer whose name stands in a weight's name, innermost first."""
    parts = weight.split("/")
    for part in reversed(parts[:-1]):
        leaf = names.get(part)
        if leaf is not None:
            return leaf
    # Layer names with slashes, and Keras 1: conv1_W.
    best = ""
    for name in names:
        if weight.startswith((f"{name}/", f"{name}_")) or f"/{name}/" in weight:
            best = max(best, name, key=len)
    return names.get(best)


def _prefixed(group: Group) -> Iterator[Stored]:
    for item in group.stored:
        role = f"{group.name}.{item.role or item.fallback}"
        yield Stored(item.name, item.tensor, "", role)
