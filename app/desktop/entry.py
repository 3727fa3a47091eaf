"""The desktop entry: how a desktop starts this program and what files it opens.

After the Desktop Entry Specification of freedesktop.org, 1.5.
"""

import re
from pathlib import Path

from loaders.ir.errors import InspectorError

NAME = "layerscope.desktop"
OWN_TYPES = ("application/x-keras", "application/x-onnx")
HDF = "application/x-hdf"
"""The type that .h5 and .hdf5 files have everywhere; other programs open it, too."""

_PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")
_CONTROL = re.compile("[\0-\x1f\x7f]")


def entry(template: str, program: Path) -> str:
    """Return the text of a desktop entry that starts ``program``.

    Args:
        template: The entry of a program that is found by its name.
        program: Its absolute path.

    Raises:
        InspectorError: the path holds what no desktop entry can.
    """
    path = str(program)
    if _CONTROL.search(path) or not _is_utf8(path):
        raise InspectorError(
            "Desktops cannot start Layerscope from where it is installed.",
            "The path of the program has characters that a desktop entry cannot hold.",
            "Install it in another folder.",
        )
    values = {"Exec": _command(path), "TryExec": path}
    lines = []
    for line in template.splitlines():
        key = line.partition("=")[0]
        lines.append(f"{key}={_escaped(values[key])}" if key in values else line)
    return "\n".join(lines) + "\n"


def program_of(text: str) -> str:
    """Return the program that a desktop entry starts; empty if it does not say."""
    found = re.search(r"^TryExec=(.*)$", text, re.MULTILINE)
    return "" if found is None else found[1].replace("\\\\", "\\")


def _command(path: str) -> str:
    # Launchers put the first word into the name of a start, quotes included, and Qt
    # cannot tell them that a start with quotes in its name has ended.
    words = [path if _PLAIN.fullmatch(path) else _quoted(path), "%F"]
    if "=" in path:
        # The first word must not have one, so the shell starts the program.
        words = ["/bin/sh", "-c", _quoted('exec "$0" "$@"'), *words]
    return " ".join(words)


def _quoted(word: str) -> str:
    """Return a word of a command line that no character in it can end."""
    marked = re.sub(r'(["`$\\])', r"\\\1", word)
    return f'"{marked}"'.replace("%", "%%")


def _escaped(value: str) -> str:
    """Return text as the value of a key, which has escapes of its own."""
    return value.replace("\\", "\\\\")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
