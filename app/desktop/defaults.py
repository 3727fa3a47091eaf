"""Which program opens a type of files first: ``mimeapps.list``, edited by the line.

After the specification of MIME applications associations, 1.0. A default is a list of
programs, of which a desktop takes the first that is there. So ours goes before the
others, and taking it out again leaves the file as it was. All else in it stays,
comments and mistakes included.
"""

import re

_GROUP = "[Default Applications]"


def with_default(text: str, type: str, program: str) -> str:
    """Return the text of a ``mimeapps.list`` in which a program opens a type first."""
    lines = text.split("\n")
    start = _start(lines)
    if start is None:
        lines = [*(lines if lines[-1] else lines[:-1]), _GROUP, ""]
        start = len(lines) - 2
    row = _row(lines, start, type)
    if row is None:
        lines.insert(start + 1, f"{type}={program};")
    else:
        key, _, value = lines[row].partition("=")
        others = _without(value, program).lstrip()
        lines[row] = f"{key}={program};{others}"
    return "\n".join(lines)


def without_default(text: str, type: str, program: str) -> str:
    """Return the text without a program as one that opens a type by default."""
    lines = text.split("\n")
    start = _start(lines)
    row = None if start is None else _row(lines, start, type)
    if start is None or row is None or program not in defaults(text, type):
        return text
    key, _, value = lines[row].partition("=")
    others = _without(value, program)
    if others.strip("; "):
        lines[row] = f"{key}={others}"
    else:
        del lines[row]
        if _is_empty(lines, start):
            del lines[start]
    return "\n".join(lines)


def defaults(text: str, type: str) -> list[str]:
    """Return the programs that open a type by default, the first one first."""
    lines = text.split("\n")
    start = _start(lines)
    row = None if start is None else _row(lines, start, type)
    if row is None:
        return []
    words = lines[row].partition("=")[2].split(";")
    return [word.strip() for word in words if word.strip()]


def _without(value: str, program: str) -> str:
    return ";".join(word for word in value.split(";") if word.strip() != program)


def _start(lines: list[str]) -> int | None:
    for number, line in enumerate(lines):
        if line.strip() == _GROUP:
            return number
    return None


def _is_empty(lines: list[str], start: int) -> bool:
    rest = (line.strip() for line in lines[start + 1 :])
    following: str = next(filter(None, rest), "[")
    return following.startswith("[")


def _row(lines: list[str], start: int, type: str) -> int | None:
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            return None
        if re.match(rf"\s*{re.escape(type)}\s*=", lines[number]):
            return number
    return None
