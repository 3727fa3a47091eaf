"""Lengths and names as drawings write them."""

from collections.abc import Sequence

from loaders.ir.graph import Dim
from loaders.ir.text import grouped, shown

TIED = "\u00a0"
"""A space where no line may end."""


def length_words(length: Dim) -> str:
    """Return ``4,632``, a name, or ``any`` for a length that nobody knows."""
    match length:
        case int():
            return grouped(length)
        case str():
            return shown(length, 24)
        case None:
            return "any"


def axis_words(label: str, length: Dim) -> str:
    """Return ``width 28``, ``axis 2: 28``."""
    numbered = label.startswith("axis ") and "×" not in label
    return f"{label}{':' if numbered else ''}{TIED}{length_words(length)}"


def product_words(lengths: Sequence[Dim]) -> str:
    """Return ``61 × 61``; ``1`` for none."""
    return f"{TIED}×{TIED}".join(map(length_words, lengths)) or "1"


def count_words(length: Dim, one: str, many: str = "") -> str:
    """Return ``1 filter``, ``32 filters``, ``any number of steps``."""
    if length is None:
        return f"any number of {many or one + 's'}"
    noun = one if length == 1 else many or one + "s"
    return f"{length_words(length)}{TIED}{noun}"
