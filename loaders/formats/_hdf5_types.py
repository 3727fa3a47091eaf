"""Names of HDF5 element types, for those that hold plain numbers or texts."""

from functools import cache
from typing import Any

_BFLOAT16_FIELDS = (15, 7, 8, 0, 7)
"""Sign bit, exponent bit and bits, mantissa bit and bits."""


def element_name(dataset: Any, bare: bool = False) -> tuple[str, bool] | None:
    """Return a dataset's element type and whether it is big-endian.

    Args:
        dataset: A low-level id.
        bare: Whether two opaque bytes without a mark are a bfloat16, as in all but the
            newest files of Keras: no other type of its weights is written so.

    Returns:
        ``None`` for what is neither a number nor a text: references, records, opaque
        bytes that nothing names.
    """
    from h5py import h5t

    kind = dataset.get_type()
    family = kind.get_class()
    if family in (h5t.FLOAT, h5t.INTEGER):
        for known, name, big_endian in _numbers():
            if kind.equal(known):
                return name, big_endian
        is_small = family == h5t.FLOAT and kind.get_size() == 2
        if is_small and kind.get_fields() == _BFLOAT16_FIELDS:
            return "bfloat16", kind.get_order() == h5t.ORDER_BE
        return None
    if family == h5t.STRING:
        return "string", False
    if family == h5t.OPAQUE and kind.get_size() == 2:
        return ("bfloat16", False) if bare or _says_bfloat16(dataset) else None
    if family in (h5t.ENUM, h5t.COMPOUND):
        # The two that h5py itself makes for booleans and complex numbers.
        dtype = kind.dtype
        if dtype.kind in "bc":
            return dtype.name, dtype.byteorder == ">"
    return None


@cache
def _numbers() -> tuple[tuple[Any, str, bool], ...]:
    """Return HDF5's standard number types, the commonest first."""
    from h5py import h5t

    found: list[tuple[Any, str, bool]] = [(h5t.IEEE_F32LE, "float32", False)]
    for bits in (16, 32, 64):
        for order in ("LE", "BE"):
            kind = getattr(h5t, f"IEEE_F{bits}{order}")
            found.append((kind, f"float{bits}", order == "BE"))
    for letter, word in (("I", "int"), ("U", "uint")):
        for bits in (8, 16, 32, 64):
            for order in ("LE", "BE"):
                kind = getattr(h5t, f"STD_{letter}{bits}{order}")
                found.append((kind, f"{word}{bits}", order == "BE" and bits > 8))
    return tuple(found)


def _says_bfloat16(dataset: Any) -> bool:
    """Whether Keras marked two opaque bytes as a bfloat16."""
    import numpy as np
    from h5py import h5a

    if not h5a.exists(dataset, b"dtype"):
        return False
    attribute = h5a.open(dataset, b"dtype")
    if attribute.shape != () or attribute.dtype.kind not in "SO":
        return False
    word = np.empty((), attribute.dtype)
    attribute.read(word)
    return word[()] in (b"bfloat16", "bfloat16")
