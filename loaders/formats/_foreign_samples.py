"""Saying what a sample is that was opened in place of a model: a picture, an array.

Only the first bytes are looked at; nothing is decoded.
"""

import math
import re

from loaders.formats import Source
from loaders.ir.errors import CorruptFileError, InspectorError, UnreadableFileError
from loaders.ir.text import count_of, file_size, shape_text

_OPEN = "Open the model that it belongs to."
_SHAPE = re.compile(rb"'shape': \(([\d, ]{0,200})\)")
_ITEM = re.compile(rb"'descr': '[<>|=]?([a-zA-Z])(\d{1,3})'")
_PNG_END = b"IEND\xaeB`\x82"
_PNG_TAIL = 64 << 10  # some programs write more behind the end
_NUMBERS = re.compile(rb"[\d.,;\t eE+-]+\r?")


def what_sample(source: Source) -> InspectorError | None:
    """Return what a sample file is; ``None`` if the file is none."""
    if source.head.startswith(b"\x89PNG\r\n\x1a\n") and source.head[12:16] == b"IHDR":
        return _picture(source)
    if source.head.startswith(b"RIFF"):
        return _riff(source)
    if source.head.startswith(b"\x93NUMPY"):
        return _array(source)
    return _table(source)


def _picture(source: Source) -> InspectorError:
    width, height = (int.from_bytes(source.head[at : at + 4], "big") for at in (16, 20))
    size = f"{width:,} × {height:,} pixels large"
    with source.real.open("rb", buffering=0) as stream:
        stream.seek(max(0, source.size - _PNG_TAIL))
        complete = _PNG_END in stream.read(_PNG_TAIL)
    if not complete:
        return CorruptFileError(
            source.path,
            f"It is a picture (PNG), not a model, and incomplete: it should be {size}, "
            f"but the mark of its end is missing; it has {file_size(source.size)}.",
        )
    return UnreadableFileError(
        source.path, "a picture (PNG), not a model", f"It is {size}.", _OPEN
    )


def _riff(source: Source) -> InspectorError:
    what = "a sound, video or picture (RIFF)"
    declared = int.from_bytes(source.head[4:8], "little") + 8
    if declared > source.size:
        return CorruptFileError(
            source.path,
            f"It is {what}, not a model, and cut short: it declares "
            f"{file_size(declared)}, the file has {file_size(source.size)}.",
        )
    why = f"It has {count_of(source.size, 'byte')}."
    return UnreadableFileError(source.path, f"{what}, not a model", why, _OPEN)


def _array(source: Source) -> InspectorError:
    shape, item = _SHAPE.search(source.head), _ITEM.search(source.head)
    if shape is None or item is None:
        return UnreadableFileError(
            source.path,
            "a NumPy array (.npy), not a model",
            f"It has {count_of(source.size, 'byte')}.",
            _OPEN,
        )
    lengths = [int(part[:20]) for part in shape[1].split(b",") if part.strip()]
    declared = math.prod(lengths) * int(item[2])
    text = shape_text(lengths)
    if declared > source.size:
        return CorruptFileError(
            source.path,
            f"It is a NumPy array (.npy), not a model, and cut short: its shape {text} "
            f"takes {file_size(declared)}, the file has {file_size(source.size)}.",
        )
    return UnreadableFileError(
        source.path, "a NumPy array (.npy), not a model", f"Its shape is {text}.", _OPEN
    )


def _table(source: Source) -> InspectorError | None:
    """Tell tables of numbers; the last line may be cut off and is not looked at."""
    lines = source.head.split(b"\n")
    whole = lines[:-1] if len(lines) > 1 else lines
    if not whole[0] or not all(_NUMBERS.fullmatch(line) for line in whole if line):
        return None
    mark = max((b",", b";", b"\t"), key=whole[0].count)
    counts = [line.count(mark) + 1 for line in whole if line.strip()]
    if counts[0] < 2:
        return None
    found = f"Its first line has {count_of(counts[0], 'column')}"
    if len(lines) == 1:
        found = f"Its first line has {counts[0]:,} columns or more"
    odd = next((at for at, n in enumerate(counts) if n != counts[0]), None)
    if odd is not None:
        found += f", its line {odd + 1} has {counts[odd]:,}"
    return UnreadableFileError(
        source.path, "a table of numbers (CSV), not a model", f"{found}.", _OPEN
    )
