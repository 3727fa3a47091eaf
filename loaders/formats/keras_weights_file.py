"""Weights without a description: ``.weights.h5`` and ``save_weights`` of any Keras.

Such a file says which arrays there are and how they are grouped, not what the layers
do. It is shown as groups of tensors.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from loaders.formats import FORMATS, Format, Progress, Source
from loaders.formats._hdf5 import Hdf5File, Tree
from loaders.formats._hdf5_read import read_tensor
from loaders.formats._hdf5_window import find_signature
from loaders.formats._keras_hdf5 import WEIGHTS, has_description, opened
from loaders.formats._keras_layer import KerasVersion
from loaders.formats._keras_legacy import plain_name, read_groups, role_of
from loaders.formats._keras_pairing import Stored, first_free, never_trained
from loaders.formats._keras_versions import set_producer
from loaders.formats._keras_weights import (
    OPTIMIZER,
)
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import CorruptFileError
from loaders.ir.graph import (
    Axis,
    Model,
    Node,
    Note,
    Parameter,
    Severity,
    Structure,
    TensorGroup,
)
from loaders.ir.text import count_of

_STATE = re.compile(r"(^|/)_?(seed|random)_generator(/|$)")


@dataclass(slots=True)
class _Group:
    """Arrays that lie together.

    Attributes:
        place: Its path in the file.
        name: The layer's name if the file tells it, else the path.
        stored: The arrays.
    """

    place: str
    name: str
    stored: list[Stored] = field(default_factory=list)


def recognises(source: Source) -> bool:
    """Whether it is HDF5 without a description."""
    if source.is_folder or source.head.startswith(b"PK\x03\x04"):
        return False
    with source.real.open("rb", buffering=0) as stream:
        if find_signature(stream, source.size) is None:
            return False
    return has_description(source) is False


def read(source: Source, progress: Progress) -> Model:
    """Read a file of weights; see ``Format.read``."""
    builder = ModelBuilder(source.path, "HDF5 weights")
    builder.structure = Structure.TENSORS
    with opened(source, builder) as file:
        progress("Listing the weights", 0, 0)
        tree = file.tree()
        for oddity in tree.notes:
            builder.note(oddity)
        if not tree.tensors:
            why = (
                "It is an HDF5 file that holds neither a model nor an array that can "
                f"be read ({count_of(len(tree.groups), 'group')})."
            )
            raise CorruptFileError(
                source.path, " ".join((why, *tree.notes[:2])), "Save the model again."
            )
        groups = _groups(builder, file, tree)
    return _model(builder, groups)


def _groups(builder: ModelBuilder, file: Hdf5File, tree: Tree) -> list[_Group]:
    version = KerasVersion.parse(file.word("", "keras_version"))
    set_producer(builder, version)
    top = WEIGHTS if WEIGHTS in tree.groups else ""
    legacy, loose, notes = read_groups(file, tree, top)
    builder.notes += notes
    if legacy:
        builder.format = "Keras weights (HDF5)"
        named = [_Group(group.name, group.name, group.stored) for group in legacy]
        return [*(group for group in named if group.stored), *_by_place(loose, tree)]
    if any(path.endswith("/vars") or path == "vars" for path in tree.groups):
        builder.format = "Keras 3 weights (HDF5)"
    return _by_place(loose, tree)


def _by_place(loose: Sequence[Stored], tree: Tree) -> list[_Group]:
    """Group arrays by the group that holds them."""
    groups: dict[str, _Group] = {}
    for item in loose:
        path, _, last = item.name.rpartition("/")
        place = path.removesuffix("/vars") if path != "vars" else ""
        name = tree.names.get(path, "") or place or "root"
        group = groups.setdefault(place, _Group(place, name))
        group.stored.append(
            Stored(
                name=item.name,
                tensor=item.tensor,
                role=role_of(last) if not last.isdecimal() else "",
                fallback=plain_name(last),
                state=bool(_STATE.search(path)),
            )
        )
    return list(groups.values())


def _model(builder: ModelBuilder, groups: Sequence[_Group]) -> Model:
    graph = builder.graph()
    optimizer: list[Parameter] = []
    for group in groups:
        if group.place.split("/")[0] in ("optimizer", "optimizer_weights"):
            optimizer += _parameters(group, OPTIMIZER)
            continue
        id = builder.unique(group.name)
        graph.add_node(
            Node(
                id=id,
                op="Weights",
                dialect="hdf5",
                name=group.name,
                parameters=_parameters(group, id),
                scope=tuple(group.place.split("/")[:-1]),
            )
        )
    if optimizer:
        state = TensorGroup(title=OPTIMIZER, tensors=tuple(optimizer))
        builder.others.append(state)
    builder.notes.append(
        Note(
            message="The file holds weights and no description of layers: their "
            "connections, and which of them are trained, are not in it.",
            severity=Severity.INFO,
        )
    )
    return builder.freeze()


def _parameters(group: _Group, owner: str) -> tuple[Parameter, ...]:
    taken: set[str] = set()
    made = []
    for item in group.stored:
        role = first_free(item.role or item.fallback, taken)
        number = item.tensor.dtype != "string"
        made.append(
            Parameter(
                id=f"{owner}/{role}",
                role=role,
                tensor=item.tensor,
                name=item.name,
                axes=(Axis.OTHER,) * len(item.tensor.shape),
                trainable=not item.state and not never_trained(role),
                counted=number and not item.state and owner != OPTIMIZER,
            )
        )
    return tuple(made)


FORMATS.add(
    Format(
        id="keras_weights_file",
        title="Keras weights in HDF5 (.weights.h5)",
        recognises=recognises,
        read=read,
        read_tensor=read_tensor,
    )
)
