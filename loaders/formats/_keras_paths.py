"""Where Keras 3 (and tf_keras' ``.keras``) keeps the variables of each layer.

A layer's place in ``model.weights.h5`` is not its name but the way to it through the
objects: ``layers/<class in snake case>[_k]/…/vars/<i>``, where k counts the earlier
layers of that class in the same container, weightless ones too. Source: Keras 3.15.1,
``saving_lib._save_state`` and ``_save_container_state``.
"""

import re
from collections.abc import Iterable, Iterator

from loaders.formats._hdf5 import Tree
from loaders.formats._keras_layer import Arrangement, KerasLayer
from loaders.formats._keras_pairing import Stored
from loaders.formats._keras_weights import (
    METRICS,
    OPTIMIZER,
    UNCLAIMED,
    Mapped,
    layers_of,
    start_map,
)
from loaders.ir.graph import Note, Severity
from loaders.ir.tensors import TensorRef
from loaders.ir.text import shown

_ORDER = (
    "forward_layer",
    "backward_layer",
    "cell",
    "query_dense",
    "key_dense",
    "value_dense",
    "output_dense",
)
"""Parts of built-in layers in the order in which they are created; the file has them
in alphabetical order."""

_PARTS = {
    "query_dense": "query",
    "key_dense": "key",
    "value_dense": "value",
    "output_dense": "output",
}
"""How the roles of these parts' weights start."""

_ASIDE = {"optimizer": OPTIMIZER, "metrics": METRICS, "_metrics": METRICS}
_STATES = frozenset(
    {"seed_generator", "random_generator", "_random_generator", "idf_weights"}
)
"""Variables that no layer counts among its weights; ``idf_weights`` are how often the
words of a vocabulary were seen."""


_PYTHON_NAMES = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Classes that descriptions call otherwise than Python does; paths have Python's name.
The only one of the 163 names in ``keras.layers`` 3.15.1."""

_COPIES = frozenset({("SpectralNormalization", "0")})
"""Variables of a wrapper that are its wrapped layer's, saved a second time."""

COPIES = "Second copies of weights"


def snake_case(name: str) -> str:
    """Return a class name as Keras writes it in paths: ``Conv2D`` is ``conv2d``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def places(root: KerasLayer) -> dict[str, tuple[int, KerasLayer]]:
    """Return each layer's path, ending in a slash (empty for the root), and its rank.

    A layer object that is reached twice is saved at its first place only.
    """
    found: dict[str, tuple[int, KerasLayer]] = {}
    seen: set[int] = set()
    waiting: list[tuple[str, KerasLayer]] = [("", root)]
    while waiting:
        path, layer = waiting.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        found[path] = (len(found), layer)
        waiting += reversed(list(_below(path, layer)))
    return found


def _below(path: str, layer: KerasLayer) -> Iterator[tuple[str, KerasLayer]]:
    members = [
        member
        for member in layer.layers
        if not member.is_op
        and not (
            layer.arrangement is Arrangement.CHAIN and member.class_name == "InputLayer"
        )
    ]
    yield from _container(f"{path}layers/", members)
    lists: dict[str, list[KerasLayer]] = {}
    for key, child in sorted(layer.children.items(), key=lambda item: _rank(item[0])):
        name, mark, _ = key.partition("/")
        if mark:
            lists.setdefault(name, []).append(child)
        else:
            yield f"{path}{key}/", child
    for name, children in lists.items():
        yield from _container(f"{path}{name}/", children)


def _container(
    path: str, layers: Iterable[KerasLayer]
) -> Iterator[tuple[str, KerasLayer]]:
    used: dict[str, int] = {}
    for layer in layers:
        python = _PYTHON_NAMES.get(layer.class_name, layer.class_name)
        name = snake_case(python)
        count = used.get(name, 0)
        used[name] = count + 1
        yield f"{path}{name}_{count}/" if count else f"{path}{name}/", layer


def _rank(part: str) -> tuple[int, int, str]:
    """Order parts of a path: created first, then numbers by size, then names."""
    place = _ORDER.index(part) if part in _ORDER else len(_ORDER)
    return place, int(part) if part.isdecimal() and len(part) < 9 else -1, part


def map_paths(root: KerasLayer, tree: Tree) -> Mapped:
    """Say which arrays of a ``model.weights.h5`` belong to which layer."""
    return _PathMap(root, tree).run()


class _PathMap:
    def __init__(self, root: KerasLayer, tree: Tree) -> None:
        self._tree, self._mapped = tree, start_map(root)
        self._places = places(root)
        self._by_name: dict[str, list[KerasLayer]] = {}
        for layer in layers_of(root):
            self._by_name.setdefault(layer.name, []).append(layer)
        self._found: list[tuple[int, tuple[object, ...], KerasLayer, Stored]] = []
        self._renamed: list[str] = []

    def run(self) -> Mapped:
        for path, tensor in self._tree.tensors.items():
            self._sort_in(path, tensor)
        self._found.sort(key=lambda item: item[:2])
        for _, _, layer, stored in self._found:
            self._mapped.claim(layer, [stored])
        if self._renamed:
            more = "; …" if len(self._renamed) > 3 else ""
            self._mapped.notes.append(
                Note(
                    message="The weights file calls layers otherwise than the "
                    f"description: {'; '.join(self._renamed[:3])}{more}.",
                    severity=Severity.INFO,
                )
            )
        return self._mapped

    def _sort_in(self, path: str, tensor: TensorRef) -> None:
        # tf_keras 2.12 and 2.13 call the list of layers otherwise.
        usual = path.replace("\\", "/").replace(
            "_layer_checkpoint_dependencies", "layers"
        )
        parts = [part for part in usual.split("/") if part != "vars"]
        title = _ASIDE.get(parts[0])
        if title is not None:
            self._mapped.leave(title, [Stored(path, tensor, fallback=path)])
            return
        rank, layer, rest = self._nearest(path, parts)
        stored = Stored(
            name=path,
            tensor=tensor,
            fallback=".".join(rest),
            state=bool(_STATES.intersection(rest)),
            part=_PARTS.get(rest[0], "") if rest and layer and layer.known else "",
        )
        if layer is None or not layer.nodes:
            self._mapped.leave(UNCLAIMED, [stored])
        elif (layer.class_name, *rest) in _COPIES or self._is_second(path, tensor):
            self._mapped.leave(COPIES, [stored])
        else:
            order = (len(rest) > 1, *map(_rank, rest))
            self._found.append((rank, order, layer, stored))

    def _is_second(self, path: str, tensor: TensorRef) -> bool:
        """Whether QKeras saved a counter by name that Keras saved by number before."""
        place, _, last = path.rpartition("/")
        if last != "iteration" or tensor.shape:
            return False
        # After the kernel and the bias, or the kernel alone.
        before = [self._tree.tensors.get(f"{place}/{number}") for number in (1, 2)]
        return any(
            one is not None and one.dtype == tensor.dtype and not one.shape
            for one in before
        )

    def _nearest(
        self, path: str, parts: list[str]
    ) -> tuple[int, KerasLayer | None, list[str]]:
        """Return the innermost layer on the way to an array, and the way from it."""
        name = self._tree.names.get(path.rpartition("/")[0])
        for length in range(len(parts) - 1, 0, -1):
            found = self._places.get("/".join(parts[:length]) + "/")
            if found is not None:
                rank, layer = found
                self._compare(layer, name, length == len(parts) - 1)
                return rank, layer, parts[length:]
        named = self._by_name.get(name or "", [])
        if len(named) == 1 and named[0].nodes:
            # A model that keeps its layers as attributes: the name tells.
            return self._rank_of(named[0]), named[0], parts[-1:]
        return 0, self._places[""][1], parts

    def _rank_of(self, layer: KerasLayer) -> int:
        return next(rank for rank, other in self._places.values() if other is layer)

    def _compare(self, layer: KerasLayer, name: str | None, own: bool) -> None:
        if own and name and name != layer.name:
            case = f"{shown(layer.name, 60)} is {shown(name, 60)}"
            if case not in self._renamed:
                self._renamed.append(case)
