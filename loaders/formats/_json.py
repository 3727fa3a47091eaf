"""Reading JSON distrustfully: size, text, depth and numbers are checked first.

Python's parser recurses, multiplies digits quadratically and takes the last of two
equal keys in silence; each of that is met here before or while it parses.
"""

import gc
import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loaders.ir.errors import CorruptFileError, LimitError
from loaders.ir.text import count_of, shown
from loaders.limits import LIMITS, Limits

# The closing quote is optional so that every opening one ends a match: an unfinished
# string must not make the scan start anew at each of its quotes.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = b"[]{}"
_NOT_BRACKETS = bytes(set(range(256)) - set(_BRACKETS))
_LARGE_EXPONENT = re.compile(rb"[0-9][eE]\+?[0-9]{3}")
_BOM = b"\xef\xbb\xbf"


def _ignore(_sentence: str) -> None:
    """Tell nobody."""


def read_json(
    data: bytes,
    what: str,
    path: Path,
    limits: Limits = LIMITS,
    note: Callable[[str], None] = _ignore,
) -> Any:
    """Parse UTF-8 JSON that nobody vouches for.

    NaN and infinities are kept as floats, and of two equal keys in one object the last
    one counts, as in Keras. Equal keys, NaN and numbers too large for a float are told
    to ``note``.

    Args:
        data: The text; a byte order mark is allowed.
        what: What the text is, for messages: ``config.json``.
        path: The file that it comes from, for messages.
        limits: How long and how deep it may be.
        note: Called with one sentence per oddity, at most a few times.

    Raises:
        CorruptFileError: it is not UTF-8 or not JSON.
        LimitError: it is too long, too deeply nested, or has a number too long.
    """
    if len(data) > limits.text_bytes:
        found = f"{len(data):,} bytes"
        raise LimitError(path, f"large ({what})", found, f"{limits.text_bytes:,} bytes")
    if (count := data.count(b"{")) > limits.json_objects:
        limit = f"{limits.json_objects:,}"
        raise LimitError(path, f"many objects ({what})", f"{count:,}", limit)
    try:
        text = data.removeprefix(_BOM).decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        why = f"{what} is not UTF-8 text: byte {error.start:,} is {byte:02x}."
        raise CorruptFileError(path, why) from None
    check_depth(data, what, path, limits)
    return _parse(text, data, what, path, note)


def check_depth(data: bytes, what: str, path: Path, limits: Limits = LIMITS) -> None:
    """Refuse brackets nested deeper than ``limits.json_depth``, strings left out.

    Innermost pairs are removed all at once, again and again: as many rounds as the text
    is deep, each a scan in C.

    Raises:
        LimitError: it is nested deeper.
    """
    if data.count(b"[") + data.count(b"{") <= limits.json_depth:
        return
    left = _STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    depth = 0
    while left and depth <= limits.json_depth:
        fewer = left.replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(left):  # what is left does not pair: the parser says so
            depth = left.count(b"[") + left.count(b"{")
            break
        left, depth = fewer, depth + 1
    if depth > limits.json_depth:
        found = f"more than {limits.json_depth} levels"
        raise LimitError(
            path, f"deeply nested ({what})", found, f"{limits.json_depth} levels"
        )


def _parse(
    text: str, data: bytes, what: str, path: Path, note: Callable[[str], None]
) -> Any:
    repeated: dict[str, int] = {}
    odd: dict[str, int] = {}

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen:
                    repeated[key] = repeated.get(key, 0) + 1
                seen.add(key)
        return made

    def constant(word: str) -> float:
        if word == "NaN":  # infinities are bounds in real settings
            odd[word] = odd.get(word, 0) + 1
        return float(word)

    def number(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            odd[digits[:20]] = odd.get(digits[:20], 0) + 1
        return value

    large = number if _LARGE_EXPONENT.search(data) else None
    try:
        with _no_collection():
            value = json.loads(
                text,
                object_pairs_hook=pairs,
                parse_constant=constant,
                parse_float=large,
            )
    except json.JSONDecodeError as error:
        why = f"{what} is not JSON: {error.msg} at line {error.lineno:,}, "
        raise CorruptFileError(path, f"{why}column {error.colno:,}.") from None
    except ValueError:  # Python refuses integers of more than 4,300 digits
        raise LimitError(
            path, f"long a number ({what}, JSON)", "more than 4,300 digits", "4,300"
        ) from None
    except RecursionError:
        raise LimitError(
            path, f"deeply nested ({what})", "too many levels", 200
        ) from None
    for key, count in list(repeated.items())[:3]:
        times = "twice" if count == 1 else f"{count + 1:,} times"
        name = shown(key, 60)
        note(f"{what} has the key “{name}” {times} in one object; the last counts.")
    if odd:
        words = ", ".join(shown(word, 20) for word in list(odd)[:4])
        places = count_of(sum(odd.values()), "place")
        note(f"{what} has {words} where a number belongs, in {places}.")
    return value


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the cyclic collector off.

    What is being parsed is all alive; looking through millions of new objects again and
    again takes longer than parsing them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
