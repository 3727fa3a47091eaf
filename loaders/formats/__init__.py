"""Turning files into models: one module per format, chosen by content.

``read_model(path)`` is the one way in. A format looks at a ``Source`` (a real path, its
first bytes, its size) and says whether the file is its own; exactly one does. Reading
runs nothing from the file, imports nothing that it names, and opens no file but it and
the parts that its format allows. All readers use one table of limits,
``loaders.limits``.

To add a format: write a module here that ends in ``FORMATS.add(Format(...))``.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from loaders.grouping import group
from loaders.ir.builder import replace
from loaders.ir.errors import InspectorError, UnreadableFileError
from loaders.ir.folding import FOLDED, Folding
from loaders.ir.graph import Model
from loaders.ir.text import shown
from loaders.limits import LIMITS, Limits
from loaders.registry import Registry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loaders.ir.tensors import ModelFile, TensorRef

    Blocks: TypeAlias = Iterator[NDArray[Any]]
    TensorReader: TypeAlias = Callable[[TensorRef, Sequence[ModelFile], Limits], Blocks]

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called now and then with what is being done, how much is done, and of how much."""

HEAD_BYTES = 4096


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file or folder that someone asked to open.

    Attributes:
        path: As it was asked for, absolute, links not followed.
        real: Where it really lies.
        head: Its first 4,096 bytes; empty for a folder.
        size: Bytes; 0 for a folder.
        status: ``os.stat`` of it (of the target, if it is a link).
        limits: What it may ask for.
        weights: A weights file chosen by the user for a description without weights.
        folding: What to show with the nodes that use it.
    """

    path: Path
    real: Path
    head: bytes
    size: int
    status: os.stat_result
    limits: Limits = LIMITS
    weights: Path | None = None
    folding: Folding = FOLDED

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.status.st_mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of file.

    Attributes:
        id: Unique: ``keras_archive``.
        title: In words: ``Keras 3 archive (.keras)``.
        recognises: Looks at the source (may read a little more); never raises for
            foreign content.
        read: Reads it. Raises ``InspectorError`` and nothing else.
        read_tensor: Makes plain what ``read`` described as ``READER`` or packed: yields
            the numbers in order, in blocks of any shape that fit into memory. ``None``
            if everything lies plainly in its files.
    """

    id: str
    title: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Progress], Model]
    read_tensor: "TensorReader | None" = None


FORMATS: Registry[Format] = Registry(__name__)


def open_source(
    path: Path,
    limits: Limits = LIMITS,
    weights: Path | None = None,
    folding: Folding = FOLDED,
) -> Source:
    """Look at what lies at ``path`` without trusting it: never waits on a pipe.

    Raises:
        UnreadableFileError: missing, not allowed, a device, a pipe, a socket, empty.
    """
    path = Path(os.path.abspath(path))
    try:
        # O_NONBLOCK: opening a named pipe must not wait for someone to write.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise InspectorError(
            f"There is no file {shown(path.name)}.",
            f"Looked in {shown(str(path.parent))}.",
        ) from None
    except OSError as error:
        raise InspectorError(
            f"{shown(path.name)} cannot be opened.", f"{error.strerror or error}."
        ) from None
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            head = b""
        elif stat.S_ISREG(status.st_mode):
            head = os.read(descriptor, HEAD_BYTES)
        else:
            raise UnreadableFileError(
                path,
                "not a regular file",
                "It is a pipe, a device or a socket.",
                "Save the model to an ordinary file.",
            )
    finally:
        os.close(descriptor)
    return Source(
        path=path,
        real=path.resolve(),
        head=head,
        size=status.st_size if head else 0,
        status=status,
        limits=limits,
        weights=weights,
        folding=folding,
    )


def read_model(
    path: Path,
    limits: Limits = LIMITS,
    progress: Progress = no_progress,
    weights: Path | None = None,
    folding: Folding = FOLDED,
) -> Model:
    """Read a model file distrustfully and return all that is known of it.

    ``weights`` names a weights file for an architecture that comes without;
    ``folding`` says what is shown with the nodes that use it.

    Raises:
        InspectorError: one clear error; nothing else, whatever the file holds.
    """
    model = read_ungrouped(path, limits, progress, weights, folding)
    grouped: Model = replace(model, grouping=group(model))
    return grouped


def read_ungrouped(
    path: Path,
    limits: Limits = LIMITS,
    progress: Progress = no_progress,
    weights: Path | None = None,
    folding: Folding = FOLDED,
) -> Model:
    """Do the same, but for what belongs together: ``Model.grouping`` is empty."""
    source = open_source(path, limits, weights, folding)
    format = format_of(source)
    if format is None:
        from loaders.formats._foreign import foreign_file

        raise foreign_file(source)
    try:
        model: Model = replace(format.read(source, progress), folding=folding)
        return model
    except OSError as error:
        raise InspectorError(
            f"{shown(source.path.name)} cannot be read.",
            f"{error.strerror or error}.",
            "Perhaps it was moved or changed meanwhile; open it again.",
        ) from None
    except (RecursionError, MemoryError) as error:
        raise InspectorError(
            f"{shown(source.path.name)} is too deeply nested or too large.",
            f"Reading it stopped with {type(error).__name__}.",
        ) from None


def format_of(source: Source) -> Format | None:
    """Return the format that a file has; ``None`` if it is something else."""
    return next((format for format in FORMATS if format.recognises(source)), None)


def read_tensor(model: Model, tensor: "TensorRef", limits: Limits = LIMITS) -> "Blocks":
    """Yield a tensor's numbers in order, little-endian, of type ``plain_type(dtype)``.

    For what does not lie plainly in its file. The blocks are one-dimensional; their
    elements together are exactly the tensor's.

    Raises:
        InspectorError: the file does not hold them, they are too many or texts, or
            the file has changed.
    """
    from loaders.formats._plain import plain_blocks

    yield from plain_blocks(model, tensor, limits)
