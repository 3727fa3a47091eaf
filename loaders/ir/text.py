"""Making text from a file safe to show, and numbers easy to read."""

import unicodedata
from collections.abc import Sequence

SHOWN_CHARACTERS = 200
"""How much of one name is shown in a label; longer names end in an ellipsis."""

# Characters that reorder, hide or break the text around them.
_HIDDEN = frozenset(
    "\u061c\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2028\u2029\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_BAD_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})


def _mark(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures block: ␀ ␉ ␊ ...
    if code == 0x7F:
        return "\u2421"
    if character in _HIDDEN or unicodedata.category(character) in _BAD_CATEGORIES:
        return f"\u27e8{code:04X}\u27e9"
    return character


def shown(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Return ``text`` as one harmless line of at most ``limit`` characters.

    Control, bidirectional, zero-width and unassigned characters and lone surrogates
    become visible marks, so that a name can neither hide, reorder, break a line nor
    fail to encode. The result is plain text: labels must still use ``Qt.PlainText``.
    """
    cut = text[: limit + 1]
    plain = cut.isascii() and cut.isprintable()
    safe = cut if plain else "".join(map(_mark, cut))
    return safe if len(safe) <= limit else safe[: limit - 1] + "\u2026"


def grouped(number: int) -> str:
    """Return a count with thousands separators: ``4,632``."""
    return f"{number:,}".replace("-", "\u2212")


def compact(number: int) -> str:
    """Return a count in at most six characters or so: ``36.9 k``, ``25.6 M``."""
    if abs(number) < 10_000:
        return grouped(number)
    scaled = float(number)
    for unit in ("k", "M", "G", "T", "P", "E"):
        scaled /= 1000
        if abs(scaled) < 999.95:
            return f"{scaled:.1f} {unit}".replace("-", "\u2212")
    return f"{scaled:.3g} E"


def file_size(count: int) -> str:
    """Return bytes as people write them; a kB is 1,000 bytes."""
    if count < 1000:
        return f"{count} B"
    scaled = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        scaled /= 1000
        if scaled < 999.95:
            return f"{scaled:.1f} {unit}"
    return f"{scaled:.3g} PB"


def shape_text(shape: Sequence[int | str | None] | None) -> str:
    """Return a shape as the program writes it: ``None × 61 × 61 × 24``.

    A scalar is ``scalar``, an unknown rank ``unknown shape``.
    """
    if shape is None:
        return "unknown shape"
    if not shape:
        return "scalar"
    return " × ".join(shown(d, 40) if isinstance(d, str) else str(d) for d in shape)


def grouped_shape(shape: Sequence[int | str | None] | None) -> str:
    """Return a shape with grouped lengths, for pictures: ``None × 2,400``."""
    if not shape:
        return shape_text(shape)
    lengths = (grouped(d) if isinstance(d, int) else shape_text((d,)) for d in shape)
    return " × ".join(lengths)


def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: ``1 filter``, ``32 filters``."""
    noun = singular if number == 1 else (plural or singular + "s")
    return f"{grouped(number)} {noun}"


def listed(words: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
