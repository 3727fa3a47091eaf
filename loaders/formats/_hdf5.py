"""Listing HDF5 files distrustfully: which arrays there are, and where they lie.

Only hard links are followed, each group is visited once, nothing outside the file is
touched, no filter plug-in is loaded and no array is read. The library is known to fail
badly on damaged files, so this runs in the reader process alone.

It speaks to h5py's low-level calls: the friendly ones cost four times as much per
array, and a model has hundreds.
"""

import io
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from loaders.formats._hdf5_types import element_name
from loaders.formats._limits import LIMITS, MIB, Limits
from loaders.ir.errors import CorruptFileError
from loaders.ir.tensors import Packing, TensorRef, bits_of
from loaders.ir.text import file_size, shown

SIGNATURE = b"\x89HDF\r\n\x1a\n"
HDF5_ERRORS = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError)
"""What h5py raises on contents that make no sense."""

VERIFY_BYTES = 16 * MIB
"""How many stored bytes of checksummed arrays are read to see that they are whole."""

_KNOWN_FILTERS = frozenset({1, 2, 3, 4, 5, 6, 32000})
"""Deflate, shuffle, checksum, szip, n-bit, scale-offset; LZF, which is in h5py."""

_NEAR_BYTES = 16384

Handle: TypeAlias = Any
"""A low-level h5py id; h5py has no types."""


class Window(io.RawIOBase):
    """A part of an open file that h5py takes for a whole one.

    The library asks for a few hundred bytes at a time; they are read 16 KiB at a time.
    """

    def __init__(self, descriptor: int, start: int, size: int) -> None:
        super().__init__()
        self._descriptor, self._start, self._size = descriptor, start, size
        self._at = 0
        self._near, self._near_at = b"", 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; the end is the part's end."""
        if whence == os.SEEK_CUR:
            offset += self._at
        elif whence == os.SEEK_END:
            offset += self._size
        self._at = max(0, offset)
        return self._at

    def tell(self) -> int:
        """Return the position in the part."""
        return self._at

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the part goes; never reads beyond the part."""
        at = self._at
        wanted = min(len(buffer), self._size - at)
        if wanted <= 0:
            return 0
        skip = at - self._near_at
        if skip < 0 or skip + wanted > len(self._near):
            count = min(max(wanted, _NEAR_BYTES), self._size - at)
            self._near, self._near_at, skip = self._read(at, count), at, 0
        data = self._near[skip : skip + wanted]
        buffer[: len(data)] = data
        self._at = at + len(data)
        return len(data)

    def _read(self, at: int, count: int) -> bytes:
        if hasattr(os, "pread"):  # one call instead of two; not on Windows
            return os.pread(self._descriptor, count, self._start + at)
        os.lseek(self._descriptor, self._start + at, os.SEEK_SET)
        return os.read(self._descriptor, count)


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
        start: Where the HDF5 file starts in the file on disk.
        size: Its bytes.
        file: Index of the file on disk in ``Model.files``.
        inside: Name of the archive's member, or empty.
        plain: Whether its bytes lie in the file on disk as they are; false for a
            member that had to be inflated.
        limits: What it may ask for.
    """

    def __init__(
        self,
        path: Path,
        root: Handle,
        start: int,
        size: int,
        *,
        file: int = 0,
        inside: str = "",
        plain: bool = True,
        limits: Limits = LIMITS,
    ) -> None:
        self.path, self._root, self._start, self._size = path, root, start, size
        self._inside, self._plain, self._limits = inside, plain, limits
        self._file = file
        self._verified = 0
        self._oddities: dict[str, list[str]] = {}

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
            large = attribute.get_storage_size() > self._limits.text_bytes
            if large or math.prod(shape) > self._limits.hdf5_objects:
                why = f"Its attribute {shown(name)} is larger than any real model's."
                raise CorruptFileError(self.path, why)
            if 0 in shape:
                return []
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
            self._oddities = {}
            with told_as_damage(self.path):
                self._walk(found, top, handle)
            found.notes = self._told()
        return found

    def _walk(self, found: Tree, top: str, handle: Handle) -> None:
        from h5py import h5d, h5g, h5o

        seen = {h5o.get_info(handle).addr}
        waiting: list[tuple[str, Handle, int]] = [(top, handle, 1)]
        count = 0
        while waiting:
            path, group, depth = waiting.pop()
            found.groups.append(path)
            if path.endswith("vars"):
                self._take_name(found, path, group)
            below: list[tuple[str, Handle, int]] = []
            for name, item in self._items(path, group):
                count += 1
                if count > self._limits.hdf5_objects:
                    self._odd("many", name)
                    return
                if isinstance(item, h5d.DatasetID):
                    tensor = self._tensor(name, item)
                    if tensor is not None:
                        found.tensors[name] = tensor
                elif isinstance(item, h5g.GroupID):
                    address = h5o.get_info(item).addr
                    if address in seen:
                        self._odd("twice", name)
                    elif depth >= self._limits.hdf5_depth:
                        self._odd("deep", name)
                    else:
                        seen.add(address)
                        below.append((name, item, depth + 1))
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
                    self._odd("unreadable", text)
                    continue
                yield text, item
            elif kind == h5l.TYPE_SOFT:
                self._odd("soft", text)
            else:
                self._odd("external", text)

    def _tensor(self, path: str, dataset: Handle) -> TensorRef | None:
        try:
            shape = dataset.shape
            kind = element_name(dataset)
            if shape is None or kind is None:
                self._odd("type", path)
                return None
            name, big_endian = kind
            return self._place(path, dataset, tuple(shape), name, big_endian)
        except HDF5_ERRORS:
            self._odd("unreadable", path)
            return None

    def _place(
        self,
        path: str,
        dataset: Handle,
        shape: tuple[int, ...],
        dtype: str,
        big_endian: bool,
    ) -> TensorRef:
        bits = bits_of(dtype)
        declared = math.prod(shape) * (bits or 0) // 8
        offset = dataset.get_offset()
        if offset is None and declared:
            return self._elsewhere(path, dataset, shape, dtype, declared)
        end = (offset or 0) + declared
        if end > self._size:
            self._odd("beyond", path)
            return _absent(shape, dtype)
        packing = Packing.BIG_ENDIAN if big_endian else Packing.PLAIN
        if not self._plain:
            return self._by_key(path, shape, dtype)
        return TensorRef(
            file=self._file,
            offset=self._start + (offset or 0),
            nbytes=declared,
            shape=shape,
            dtype=dtype,
            packing=packing,
        )

    def _elsewhere(
        self,
        path: str,
        dataset: Handle,
        shape: tuple[int, ...],
        dtype: str,
        declared: int,
    ) -> TensorRef:
        """Describe an array that is not one plain region: chunked, outside, or none."""
        from h5py import h5d

        settings = dataset.get_create_plist()
        layout = settings.get_layout()
        if layout == h5d.VIRTUAL:
            self._odd("virtual", path)
        elif layout == h5d.CONTIGUOUS and settings.get_external_count():
            self._odd("outside", path)
        elif self._readable(path, dataset, settings, layout, declared):
            return self._by_key(path, shape, dtype)
        return _absent(shape, dtype)

    def _readable(
        self, path: str, dataset: Handle, settings: Handle, layout: int, declared: int
    ) -> bool:
        from h5py import h5d

        stored = dataset.get_storage_size()
        if declared > self._limits.inflate_ratio * stored + MIB:
            self._odd(
                "bomb",
                f"{path} declares {file_size(declared)} and stores {stored:,} bytes",
            )
            return False
        if layout != h5d.CHUNKED:
            return True
        size = dataset.get_type().get_size()
        chunk = math.prod(settings.get_chunk()) * size
        if chunk > self._limits.hdf5_chunk_bytes:
            self._odd("chunk", f"{path} has chunks of {file_size(chunk)}")
            return False
        filters = [settings.get_filter(i)[0] for i in range(settings.get_nfilters())]
        for code in filters:
            if code not in _KNOWN_FILTERS:
                self._odd("filter", f"{path} needs filter {code}")
                return False
        if filters and self._verified + stored <= VERIFY_BYTES and declared <= MIB * 64:
            self._verified += stored
            return self._verify(path, dataset)
        return True

    def _verify(self, path: str, dataset: Handle) -> bool:
        import numpy as np
        from h5py import h5s

        try:
            data = np.empty(dataset.shape, dataset.dtype)
            dataset.read(h5s.ALL, h5s.ALL, data)
        except (*HDF5_ERRORS, MemoryError):
            self._odd("damaged", path)
            return False
        return True

    def _by_key(self, path: str, shape: tuple[int, ...], dtype: str) -> TensorRef:
        return TensorRef(
            file=self._file,
            offset=0,
            nbytes=0,
            shape=shape,
            dtype=dtype,
            packing=Packing.READER,
            key=f"{self._inside}:/{path}",
        )

    def _odd(self, kind: str, where: str) -> None:
        self._oddities.setdefault(kind, []).append(where)

    def _told(self) -> list[str]:
        notes = []
        for kind, places in self._oddities.items():
            others = f" (and {len(places) - 1:,} more)" if len(places) > 1 else ""
            notes.append(ODDITIES[kind].format(shown(places[0], 120) + others))
        return notes


ODDITIES = {
    "many": "The HDF5 file has too many objects; reading stopped at {} (the limit).",
    "twice": "HDF5 groups are linked twice, or in a loop; listed once: {}.",
    "deep": "HDF5 groups nested too many levels deep are left out, from {}.",
    "unreadable": "HDF5 objects are damaged and cannot be read: {}.",
    "soft": "HDF5 soft links are not followed, what they name is missing: {}.",
    "external": "HDF5 external links point outside of the file, not followed: {}.",
    "type": "Arrays of an unsupported type (not a number) are left out: {}.",
    "beyond": "Arrays end behind the end of the file, it is incomplete: {}.",
    "virtual": "Virtual arrays take their numbers from outside, not read: {}.",
    "outside": "Arrays keep their numbers in external files, outside; not read: {}.",
    "bomb": "Arrays far too large for what is stored are not read: {}.",
    "chunk": "Arrays with too large chunks are not read: {}.",
    "filter": "Arrays packed with a filter that is not in HDF5 cannot be read: {}.",
    "damaged": "Arrays are damaged (a checksum does not fit), not read: {}.",
}
"""One sentence per oddity; the braces take the first place."""


def _absent(shape: tuple[int, ...], dtype: str) -> TensorRef:
    return TensorRef(
        file=-1, offset=0, nbytes=0, shape=shape, dtype=dtype, packing=Packing.ABSENT
    )


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
        yield Hdf5File(
            path,
            root,
            start,
            size,
            file=file,
            inside=inside,
            plain=plain,
            limits=limits,
        )
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


def find_signature(stream: IO[bytes], size: int) -> int | None:
    """Return where an HDF5 file starts: at 0, 512, 1024, 2048 and so on."""
    at = 0
    while at + len(SIGNATURE) <= size and at <= 64 * MIB:
        stream.seek(at)
        if stream.read(len(SIGNATURE)) == SIGNATURE:
            return at
        at = at * 2 or 512
    return None


def check_length(path: Path, stream: IO[bytes], start: int, size: int) -> None:
    """Refuse a file that is shorter than its superblock says.

    Format: "HDF5 File Format Specification 3.0", II.A.

    Raises:
        CorruptFileError: with both numbers.
    """
    stream.seek(start)
    head = stream.read(2048 + 100)
    at = head.find(SIGNATURE)
    if at < 0:
        return  # the library says what is wrong
    version = head[at + 8] if len(head) > at + 8 else 255
    place = {0: at + 40, 1: at + 44, 2: at + 28, 3: at + 28}.get(version)
    width = head[at + (13 if version < 2 else 9)] if place else 0
    if place is None or width != 8 or len(head) < place + 8:
        return
    end = int.from_bytes(head[place : place + 8], "little")
    if size < end < 1 << 60:
        raise CorruptFileError(
            path,
            f"The HDF5 file is incomplete (truncated): it says that it has {end:,} "
            f"bytes, and it has {size:,}.",
            "Download or copy it again.",
        )
