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
    row = _row(lines, type)
    if row is not None:
        key, _, value = lines[row].partition("=")
        lines[row] = f"{key}={program};{_without(value, program).lstrip()}"
        return "\n".join(lines)
    heads = [number for number, line in enumerate(lines) if line.strip() == _GROUP]
    if not heads:
        lines = [*(lines if lines[-1] else lines[:-1]), _GROUP, ""]
        heads = [len(lines) - 2]
    lines.insert(heads[0] + 1, f"{type}={program};")
    return "\n".join(lines)


def without_default(text: str, type: str, program: str) -> str:
    """Return the text without a program as one that opens a type by default."""
    lines = text.split("\n")
    row = _row(lines, type)
    if row is None or program not in _programs(lines[row]):
        return text
    key, _, value = lines[row].partition("=")
    others = _without(value, program)
    if others.strip("; "):
        lines[row] = f"{key}={others}"
    else:
        del lines[row]
        rest = filter(None, map(str.strip, lines[row:]))
        if lines[row - 1].strip() == _GROUP and next(rest, "[").startswith("["):
            del lines[row - 1]  # the group is empty now
    return "\n".join(lines)


def defaults(text: str, type: str) -> list[str]:
    """Return the programs that open a type by default, the first one first."""
    lines = text.split("\n")
    row = _row(lines, type)
    return [] if row is None else _programs(lines[row])


def _row(lines: list[str], type: str) -> int | None:
    is_inside = False
    for number, line in enumerate(lines):
        if line.lstrip().startswith("["):
            is_inside = line.strip() == _GROUP
        elif is_inside and re.match(rf"\s*{re.escape(type)}\s*=", line):
            return number
    return None


def _programs(line: str) -> list[str]:
    words = line.partition("=")[2].split(";")
    return [word.strip() for word in words if word.strip()]


def _without(value: str, program: str) -> str:
    return ";".join(word for word in value.split(";") if word.strip() != program)
