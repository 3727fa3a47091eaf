"""Where the arrays of an HDF5 file lie, and which of them can be read at all."""

import math
from typing import Any, TypeAlias

from loaders.formats._hdf5_types import element_name
from loaders.ir.tensors import Packing, TensorRef, absent_tensor, bits_of
from loaders.ir.text import file_size, shown
from loaders.limits import MIB, Limits

HDF5_ERRORS = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError)
"""What h5py raises on contents that make no sense."""

VERIFY_BYTES = 16 * MIB
"""How many stored bytes of checksummed arrays are read to see that they are whole."""

_KNOWN_FILTERS = frozenset({1, 2, 3, 4, 5, 6, 32000})
"""Deflate, shuffle, checksum, szip, n-bit, scale-offset; LZF, which is in h5py."""

Handle: TypeAlias = Any
"""A low-level h5py id; h5py has no types."""


class Oddities:
    """Collects what is odd, by kind; one sentence per kind."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}

    def add(self, kind: str, where: str) -> None:
        """Add a place."""
        self._places.setdefault(kind, []).append(where)

    def told(self) -> list[str]:
        """Return the sentences."""
        notes = []
        for kind, places in self._places.items():
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


class Arrays:
    """Describes the arrays of one HDF5 file.

    Args:
        start: Where the HDF5 file starts in the file on disk.
        size: Its bytes.
        file: Index of the file on disk in ``Model.files``.
        inside: Name of the archive's member, or empty.
        plain: Whether its bytes lie in the file on disk as they are.
        limits: What it may ask for.
    """

    def __init__(
        self,
        start: int,
        size: int,
        *,
        file: int,
        inside: str,
        plain: bool,
        limits: Limits,
    ) -> None:
        self._start, self._size, self._file = start, size, file
        self._inside, self._plain, self._limits = inside, plain, limits
        self._verified = 0
        self.by_keras = bool(inside)  # set for whole files that say so
        self.oddities = Oddities()

    def tensor(self, path: str, dataset: Handle) -> TensorRef | None:
        """Describe a dataset; ``None`` and an oddity if it holds no numbers."""
        try:
            shape = dataset.shape
            kind = element_name(dataset, self.by_keras)
            if shape is None or kind is None:
                self.oddities.add("type", path)
                return None
            name, big_endian = kind
            return self._place(path, dataset, tuple(shape), name, big_endian)
        except HDF5_ERRORS:
            self.oddities.add("unreadable", path)
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
        if bits is None:  # texts: places of places, only the library can follow them
            return self._by_key(path, shape, dtype)
        declared = math.prod(shape) * bits // 8
        offset = dataset.get_offset()
        if offset is None and declared:
            return self._elsewhere(path, dataset, shape, dtype, declared)
        end = (offset or 0) + declared
        if end > self._size:
            self.oddities.add("beyond", path)
            return absent_tensor(shape, dtype)
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
            self.oddities.add("virtual", path)
        elif layout == h5d.CONTIGUOUS and settings.get_external_count():
            self.oddities.add("outside", path)
        elif self._readable(path, dataset, settings, layout, declared):
            return self._by_key(path, shape, dtype)
        return absent_tensor(shape, dtype)

    def _readable(
        self, path: str, dataset: Handle, settings: Handle, layout: int, declared: int
    ) -> bool:
        from h5py import h5d

        stored = dataset.get_storage_size()
        if declared > self._limits.inflate_ratio * stored + MIB:
            self.oddities.add(
                "bomb",
                f"{path} declares {file_size(declared)} and stores {stored:,} bytes",
            )
            return False
        if layout != h5d.CHUNKED:
            return True
        size = dataset.get_type().get_size()
        chunk = math.prod(settings.get_chunk()) * size
        if chunk > self._limits.hdf5_chunk_bytes:
            self.oddities.add("chunk", f"{path} has chunks of {file_size(chunk)}")
            return False
        filters = [settings.get_filter(i)[0] for i in range(settings.get_nfilters())]
        for code in filters:
            if code not in _KNOWN_FILTERS:
                self.oddities.add("filter", f"{path} needs filter {code}")
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
            self.oddities.add("damaged", path)
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
