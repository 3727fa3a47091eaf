"""The few settings of a layer that are worth a place on its box: pure."""

from collections.abc import Callable, Iterable
from typing import Any

from loaders.ir.graph import Node
from loaders.ir.text import shown

MOST = 3
"""Settings in one line."""


def telling(node: Node) -> list[str]:
    """Return a node's most telling settings, such as ``3 × 3`` and ``stride 2``.

    What is usual (a stride of 1) and what the shape shows anyway (the number of
    filters) is left out.
    """
    found = []
    for name, words in _WORDS.items():
        value = node.attributes.get(name)
        if value is not None and (text := words(value)):
            found.append(shown(text, 40))
    return found[:MOST]


def _times(value: Any) -> str:
    """Lengths of a window: ``3 × 3``."""
    match value:
        case [*lengths] if lengths and all(isinstance(n, int) for n in lengths):
            return " × ".join(map(str, lengths))
        case int() if not isinstance(value, bool):
            return str(value)
        case _:
            return ""


def _unless_one(word: str) -> Callable[[Any], str]:
    """A number, or one for each axis, that is worth a word if it is not 1."""

    def words(value: Any) -> str:
        numbers = list(value) if isinstance(value, list | tuple) else [value]
        if not numbers or not all(_is_number(n) for n in numbers):
            return ""
        if all(number == 1 for number in numbers):
            return ""
        same = numbers if len(set(numbers)) > 1 else numbers[:1]
        return f"{word} {' × '.join(map(str, same))}"

    return words


def _list(word: str, longest: int = 5) -> Callable[[Any], str]:
    """A number or a few: ``axis 1``, ``axes 0, 2``."""

    def words(value: Any) -> str:
        numbers: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
        texts = [_minus(number) for number in numbers if _is_number(number)]
        if not texts or len(texts) > longest:
            return ""
        return f"{word} {', '.join(texts)}"

    return words


def _number(word: str, usual: float | None = None) -> Callable[[Any], str]:
    """A number with its word, unless it is the usual one."""

    def words(value: Any) -> str:
        if not _is_number(value) or value == usual:
            return ""
        return f"{word} {_minus(value)}"

    return words


def _word(*usual: str) -> Callable[[Any], str]:
    """A word of the file, unless it is a usual one."""

    def words(value: Any) -> str:
        return value if isinstance(value, str) and value not in usual else ""

    return words


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _minus(value: float) -> str:
    return f"{value:.6g}".replace("-", "\u2212")


# In the order in which they are told.
_WORDS: dict[str, Callable[[Any], str]] = {
    "kernel_size": _times,
    "pool_size": _times,
    "size": _times,
    "strides": _unless_one("stride"),
    "dilation": _unless_one("dilation"),
    "groups": _unless_one("groups"),
    "multiplier": _unless_one("multiplier"),
    "padding": _word("valid"),
    "rate": _number("rate"),
    "query_heads": _number("heads"),
    "negative_slope": _number("slope", 0),
    "max": _number("at most"),
    "equation": _word(),
    "mode": _word("constant"),
    "direction": _word("forward"),
    "merge_mode": _word(),
    "order": _list("order", 6),
    "axis": _list("axis"),
    "axes": _list("axes"),
    "block": _number("block", -1),
}
