"""Listing HDF5 files distrustfully: which arrays there are, and where they lie.

Only hard links are followed, each group is visited once, nothing outside the file is
touched, no filter plug-in is loaded and no array is read. The library is known to fail
badly on damaged files, so this runs in the reader process alone.

It speaks to h5py's low-level calls: the friendly ones cost four times as much per
array, and a model has hundreds.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from loaders.formats._hdf5_arrays import HDF5_ERRORS, Arrays, Handle
from loaders.formats._hdf5_window import Window, check_length
from loaders.ir.errors import CorruptFileError
from loaders.ir.tensors import TensorRef
from loaders.ir.text import shown
from loaders.limits import LIMITS, Limits


@dataclass(slots=True)
class Tree:
    """All arrays of a file by path, without a leading slash, in the file's order.

    ``names`` holds the attribute ``name`` of groups called ``vars``, by path: Keras 3
    writes the layer's name there.
    """

    tensors: dict[str, TensorRef] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Hdf5File:
    """An open HDF5 file. Made by ``open_hdf5``.

    Args:
        path: The file, for messages.
        root: The root group's id.
        arrays: Knows where arrays lie.
        limits: What it may ask for.
    """

    def __init__(
        self, path: Path, root: Handle, arrays: Arrays, limits: Limits
    ) -> None:
        self.path, self._root = path, root
        self._arrays, self._limits = arrays, limits

    # attributes

    def has(self, group: str, name: str) -> bool:
        """Whether a group has an attribute."""
        from h5py import h5a

        handle = self.open(group)
        with told_as_damage(self.path):
            return handle is not None and bool(h5a.exists(handle, name.encode()))

    def text(self, group: str, name: str) -> str | bytes | None:
        """Return a text attribute of a group, as stored; ``None`` if there is none.

        Raises:
            CorruptFileError: it is there and is not one text, or cannot be read.
        """
        found = self._attribute(group, name)
        if found is None or isinstance(found, (str, bytes)):
            return found
        raise CorruptFileError(
            self.path, f"Its attribute {shown(name)} is not a text, so it says nothing."
        )

    def word(self, group: str, name: str) -> str | None:
        """Return a text attribute that only informs; ``None`` if it is none."""
        try:
            found = self.text(group, name)
        except CorruptFileError:
            return None
        return None if found is None else as_text(found)

    def texts(self, group: str, name: str) -> list[str] | None:
        """Return a list of texts, also one that is split into ``name0``, ``name1`` ...

        ``None`` if there is none, or if it is something else than texts.
        """
        found = self._list(group, name)
        if found is not None or not self.has(group, f"{name}0"):
            return found
        whole: list[str] = []
        for number in range(self._limits.hdf5_objects):
            part = self._list(group, f"{name}{number}")
            if part is None:
                break
            whole += part
        return whole

    def _list(self, group: str, name: str) -> list[str] | None:
        try:
            found = self._attribute(group, name)
        except CorruptFileError:
            return None
        if not isinstance(found, list):
            return None
        return [as_text(item) for item in found]

    def _attribute(self, group: str, name: str) -> str | bytes | list[Any] | None:
        """Return a text or a list of texts; anything else is a damaged file."""
        handle = self.open(group)
        return None if handle is None else self._value(handle, name)

    def _value(self, handle: Handle, name: str) -> str | bytes | list[Any] | None:
        import numpy as np
        from h5py import h5a

        try:
            if not h5a.exists(handle, name.encode()):
                return None
            attribute = h5a.open(handle, name.encode())
            shape, dtype = attribute.shape, attribute.dtype
            if shape is None or (dtype.kind not in "SO" and 0 not in shape):
                raise CorruptFileError(
                    self.path, f"Its attribute {shown(name)} is not a text."
                )
            if 0 in shape:  # a layer without weights; HDF5 cannot tell its size
                return []
            large = attribute.get_storage_size() > self._limits.text_bytes
            if large or math.prod(shape) > self._limits.hdf5_objects:
                why = f"Its attribute {shown(name)} is larger than any real model's."
                raise CorruptFileError(self.path, why)
            data = np.empty(shape, dtype)
            attribute.read(data)
        except (*HDF5_ERRORS, MemoryError) as error:
            raise CorruptFileError(
                self.path,
                f"Its attribute {shown(name)} cannot be read ({reason(error)}).",
            ) from None
        if not shape:
            whole: Any = data[()]
            return whole if isinstance(whole, str) else bytes(whole)
        return list(data.reshape(-1))

    # arrays

    def open(self, path: str) -> Handle | None:
        """Return a group or array, following hard links only; ``None`` if none."""
        from h5py import h5g, h5l, h5o

        handle = self._root
        try:
            for part in path.encode("utf-8", "surrogateescape").split(b"/"):
                if not part or part == b".":
                    continue
                if not isinstance(handle, h5g.GroupID) or part not in handle:
                    return None
                if handle.links.get_info(part).type != h5l.TYPE_HARD:
                    return None
                handle = h5o.open(handle, part)
        except HDF5_ERRORS:
            return None
        return handle

    def tree(self, top: str = "") -> Tree:
        """List all arrays under a group.

        Raises:
            CorruptFileError: a group cannot be listed.
        """
        from h5py import h5g

        found = Tree()
        handle = self.open(top)
        if isinstance(handle, h5g.GroupID):
            # Files of weights alone name no version, but have the model's own "vars".
            of_keras = self.has("", "keras_version") or self.open("vars") is not None
            self._arrays.by_keras |= of_keras
            with told_as_damage(self.path):
                self._walk(found, top, handle)
            found.notes = self._arrays.oddities.told()
        return found

    def _walk(self, found: Tree, top: str, handle: Handle) -> None:
        from h5py import h5d, h5g, h5o

        odd = self._arrays.oddities
        seen = {h5o.get_info(handle).addr}
        waiting: list[tuple[str, Handle, int]] = [(top, handle, 1)]
        count = 0
        while waiting:
            path, group, depth = waiting.pop()
            found.groups.append(path)
            before = len(found.tensors)
            below: list[tuple[str, Handle, int]] = []
            for name, item in self._items(path, group):
                count += 1
                if count > self._limits.hdf5_objects:
                    odd.add("many", name)
                    return
                if isinstance(item, h5d.DatasetID):
                    tensor = self._arrays.tensor(name, item)
                    if tensor is not None:
                        found.tensors[name] = tensor
                elif isinstance(item, h5g.GroupID):
                    address = h5o.get_info(item).addr
                    if address in seen:
                        odd.add("twice", name)
                    elif depth >= self._limits.hdf5_depth:
                        odd.add("deep", name)
                    else:
                        seen.add(address)
                        below.append((name, item, depth + 1))
            if len(found.tensors) > before and path.endswith("vars"):
                self._take_name(found, path, group)
            waiting += reversed(below)

    def _take_name(self, found: Tree, path: str, group: Handle) -> None:
        try:
            name = self._value(group, "name")
        except CorruptFileError:
            return  # a name helps, nothing depends on it
        if isinstance(name, (str, bytes)):
            found.names[path] = as_text(name)

    def _items(self, path: str, group: Handle) -> Iterator[tuple[str, Handle]]:
        """Yield what a group holds by hard links; the other links become notes."""
        from h5py import h5l, h5o

        odd = self._arrays.oddities
        links: list[tuple[bytes, int]] = []

        def take(name: bytes, info: Any) -> None:
            links.append((name, info.type))

        try:
            group.links.iterate(take, info=True)
        except HDF5_ERRORS as error:
            where = f"its group {shown(path) or '/'}"
            why = f"The list of {where} cannot be read ({reason(error)})."
            raise CorruptFileError(self.path, why) from None
        before = f"{path}/" if path else ""
        for name, kind in links:
            text = before + name.decode("utf-8", "surrogateescape")
            if kind == h5l.TYPE_HARD:
                try:
                    item = h5o.open(group, name)
                except HDF5_ERRORS:
                    odd.add("unreadable", text)
                    continue
                yield text, item
            elif kind == h5l.TYPE_SOFT:
                odd.add("soft", text)
            else:
                odd.add("external", text)


@contextmanager
def open_hdf5(
    path: Path,
    stream: IO[bytes],
    start: int,
    size: int,
    *,
    file: int = 0,
    inside: str = "",
    plain: bool = True,
    limits: Limits = LIMITS,
) -> Iterator[Hdf5File]:
    """Open a part of an open file as HDF5; closed when the block ends.

    An HDF5 file on a Python file must be closed before the interpreter ends, else the
    library crashes.

    Args:
        path: The file, for messages.
        stream: The open file, unbuffered or untouched by others meanwhile.
        start: Where the HDF5 file starts.
        size: Its bytes.
        file: Index of the file on disk in ``Model.files``.
        inside: Name of the archive's member it is, or empty.
        plain: Whether ``stream`` is the user's file itself, so that places count.
        limits: What it may ask for.

    Raises:
        CorruptFileError: it is shorter than it says, or no HDF5 file.
    """
    check_length(path, stream, start, size)
    from h5py import h5f, h5fd, h5g, h5p, h5pl

    while h5pl.size():  # filters outside of HDF5 are libraries: never load one
        h5pl.remove(0)
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fclose_degree(h5f.CLOSE_STRONG)
    access.set_fileobj_driver(h5fd.fileobj_driver, Window(stream.fileno(), start, size))
    try:
        handle = h5f.open(b"model", h5f.ACC_RDONLY, access)
    except HDF5_ERRORS as error:
        what = f"{shown(inside)} is" if inside else "It is"
        raise CorruptFileError(
            path, f"{what} not a whole HDF5 file ({reason(error)})."
        ) from None
    try:
        with told_as_damage(path):
            root = h5g.open(handle, b"/")
        arrays = Arrays(
            start, size, file=file, inside=inside, plain=plain, limits=limits
        )
        yield Hdf5File(path, root, arrays, limits)
    finally:
        handle.close()


def as_text(item: object) -> str:
    """Return a text attribute as text; bytes that are no UTF-8 become marks."""
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


@contextmanager
def told_as_damage(path: Path) -> Iterator[None]:
    """Turn what the library raises in the block into a ``CorruptFileError``."""
    try:
        yield
    except HDF5_ERRORS as error:
        raise CorruptFileError(
            path, f"Reading it as HDF5 stopped: {reason(error)}."
        ) from None


def reason(error: BaseException) -> str:
    """Return the library's own words for a message, in one line."""
    return shown(str(error).strip().rstrip(".") or type(error).__name__, 160)
