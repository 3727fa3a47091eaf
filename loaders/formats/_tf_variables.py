"""The variables of a SavedModel: what they are, and where their numbers lie."""

import os
from pathlib import Path

from loaders.formats import Source, open_source
from loaders.formats._protobuf import WireError
from loaders.formats._tf_bundle import (
    OBJECT_GRAPH_KEY,
    Checkpoint,
    Entry,
    names_by_key,
    read_index,
    string_tensor,
)
from loaders.formats._tf_constants import constant_ref
from loaders.formats._tf_messages import Constant, MetaGraph
from loaders.formats._tf_words import Variable
from loaders.ir.builder import ModelBuilder, unknown_axes
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Parameter, Shape, TensorGroup
from loaders.ir.tensors import (
    ModelFile,
    Packing,
    TensorRef,
    absent_tensor,
    bits_of,
)
from loaders.ir.text import shown
from loaders.limits import LIMITS

_SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"
_SLOT = "/.OPTIMIZER_SLOT/"


class Variables:
    """Names, shapes, trainability and places of all variables.

    The checkpoint lies in ``variables/``: regular single-link files only. If it is
    missing or damaged the variables stay absent and a note says so.
    """

    def __init__(
        self, builder: ModelBuilder, folder: Path, proto: Source, meta: MetaGraph
    ) -> None:
        self._builder, self._folder, self._meta = builder, folder, meta
        self._proto_file = ModelFile.of(proto.path, proto.status)
        self._declared = {
            one.variable: one for one in meta.objects if one.variable is not None
        }
        self._shards: dict[int, ModelFile | None] = {}
        self._places: dict[str, tuple[str, Entry]] = {}
        self._big_endian = False
        self._count = 1
        self.used: set[str] = set()
        self._read_checkpoint()

    def names(self) -> list[str]:
        """Return the names of all variables that the checkpoint holds."""
        return list(self._places)

    def tensor(self, name: str) -> TensorRef | None:
        """Return where the numbers of a variable lie; ``None`` if nowhere."""
        place = self._places.get(name)
        if place is None:
            return None
        self.used.add(name)
        return self._tensor(place[1])

    def trainable(self, name: str) -> bool:
        """Whether training changes a variable."""
        declared = self._declared.get(name)
        return declared.trainable if declared else name in self._meta.trainable

    def parameter(self, variable: Variable) -> Parameter:
        """Return a variable as the parameter of an operation that reads it."""
        tensor = self.tensor(variable.name)
        if tensor is None:
            declared = self._declared.get(variable.name)
            shape = _known(declared.shape if declared else variable.shape)
            dtype = (declared.dtype if declared else "") or variable.dtype or "float32"
            tensor = absent_tensor(shape, dtype)
        return Parameter(
            id=variable.name,
            role=variable.name.rpartition("/")[2] or "variable",
            name=variable.name,
            tensor=tensor,
            axes=unknown_axes(len(tensor.shape)),
            trainable=self.trainable(variable.name),
            counted=tensor.dtype.startswith(("float", "bfloat")),
        )

    def constant(self, constant: Constant) -> TensorRef:
        """Return where the numbers of a constant in the graph lie."""
        return constant_ref(constant, self._builder.file(self._proto_file))

    def list_unused(self, title: str) -> None:
        """List what nobody asked for: optimizer state, other signatures' variables."""
        optimizer: list[Parameter] = []
        rest: list[Parameter] = []
        for name, (key, entry) in self._places.items():
            if name in self.used or entry.dtype in ("string", "resource"):
                continue
            parameter = Parameter(
                id=f"{title}/{name}",
                role=name.rpartition("/")[2],
                name=name,
                tensor=self._tensor(entry),
                axes=unknown_axes(len(entry.shape)),
                trainable=False,
                counted=False,
            )
            is_state = _SLOT in key or key.startswith(("optimizer/", "keras_api/"))
            (optimizer if is_state else rest).append(parameter)
        for heading, found in (("Optimizer state", optimizer), (title, rest)):
            if found:
                group = TensorGroup(title=heading, tensors=tuple(found))
                self._builder.others.append(group)

    # the checkpoint

    def _read_checkpoint(self) -> None:
        index = self._folder / "variables" / "variables.index"
        if not index.exists():
            if self._declared or self._meta.trainable:
                self._builder.note(
                    "Its weights are missing: there is no variables/variables.index "
                    "beside saved_model.pb."
                )
            return
        try:
            checkpoint = read_index(self._bytes(index))
            self._count, self._big_endian = checkpoint.shards, checkpoint.big_endian
            own_names = self._own_names(checkpoint)
        except (WireError, InspectorError) as error:
            self._builder.note(f"Its weights cannot be read: {error}.")
            return
        for key, entry in checkpoint.entries.items():
            if key != OBJECT_GRAPH_KEY:
                name = own_names.get(key) or key.removesuffix(_SUFFIX)
                name = key if name in self._places or _SLOT in key else name
                self._places[name] = (key, entry)
        if any(entry.sliced for _, entry in self._places.values()):
            self._builder.note("Some variables are stored in slices and not shown.")

    def _own_names(self, checkpoint: Checkpoint) -> dict[str, str]:
        entry = checkpoint.entries.get(OBJECT_GRAPH_KEY)
        file = self._shard(entry.shard) if entry else None
        if entry is None or file is None:
            return {}
        if entry.offset + entry.nbytes > file.size:
            raise WireError(
                f"it says that the names end at byte {entry.offset + entry.nbytes:,} "
                f"of a file of {file.size:,} bytes"
            )
        with file.local_path.open("rb") as stream:
            stream.seek(entry.offset)
            return names_by_key(string_tensor(stream.read(entry.nbytes)))

    def _tensor(self, entry: Entry) -> TensorRef:
        file = self._shard(entry.shard)
        bits = bits_of(entry.dtype)
        size = 1
        for length in entry.shape:
            size *= length
        fits = bits is not None and size * bits == entry.nbytes * 8
        if (
            file is None
            or not fits
            or entry.sliced
            or entry.offset + entry.nbytes > file.size
        ):
            return absent_tensor(entry.shape, entry.dtype)
        return TensorRef(
            file=self._builder.file(file),
            offset=entry.offset,
            nbytes=entry.nbytes,
            shape=entry.shape,
            dtype=entry.dtype,
            packing=Packing.BIG_ENDIAN if self._big_endian else Packing.PLAIN,
        )

    def _shard(self, number: int) -> ModelFile | None:
        if number not in self._shards:
            name = f"variables.data-{number:05d}-of-{self._count:05d}"
            path = self._folder / "variables" / name
            try:
                self._shards[number] = self._checked(path)
            except InspectorError as error:
                self._shards[number] = None
                self._builder.note(f"Some weights are missing: {error}")
        return self._shards[number]

    def _checked(self, path: Path) -> ModelFile:
        """Return a part of the folder after checking that it really lies in it.

        Raises:
            InspectorError: it is missing, a link to elsewhere, or has other names.
        """
        part = open_source(path)
        inside = Path(os.path.realpath(self._folder))
        if not part.real.is_relative_to(inside) or part.status.st_nlink > 1:
            raise InspectorError(
                f"{shown(path.name)} is not read for safety.",
                "It is a link to a file outside the folder, or has a second name.",
            )
        return ModelFile.of(path, part.status)

    def _bytes(self, path: Path) -> bytes:
        file = self._checked(path)
        limit = LIMITS.text_bytes
        if file.size > limit:
            raise WireError(
                f"{path.name} has {file.size:,} bytes, the limit is {limit:,}"
            )
        return path.read_bytes()


def _known(shape: Shape | None) -> tuple[int, ...]:
    return tuple(one if isinstance(one, int) else -1 for one in shape or ())
