"""What a second start and the window say to each other: lines of JSON, in three turns.

The window greets whoever comes; only then does the other say what to open. A window
that hangs does not greet, so it has nothing to open later, when its files are open
elsewhere. Then it says that it has them and which window of X11 it is: to bring that to
the front takes the other's knowledge of the click that started it.
"""

import os
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from app.desktop.x11 import bring_forward

PROTOCOL = 1
MOST_BYTES = 1 << 20
"""The longest line that is read."""
MOST_FILES = 10_000
RECEIPT_SECONDS = 2.0
"""How long a window that has greeted may take to say that it has heard."""

T = TypeVar("T")


class Greeting(Struct, frozen=True, kw_only=True):
    """The window is at work and speaks this version of the protocol."""

    protocol: int


class Delivery(Struct, frozen=True, kw_only=True):
    """Open files, each in a tab, and come to the front.

    Attributes:
        files: Absolute paths, as ``os.fsencode`` gives them.
        token: What the desktop gave the new process to show that a click of the user
            is behind it (``XDG_ACTIVATION_TOKEN``); empty if it gave none.
    """

    files: Annotated[tuple[bytes, ...], Meta(max_length=MOST_FILES)]
    token: Annotated[str, Meta(max_length=1000)] = ""


class Receipt(Struct, frozen=True, kw_only=True):
    """The window has them.

    Attributes:
        window: Its number on an X11 display; 0 on others.
    """

    window: Annotated[int, Meta(ge=0, lt=1 << 32)]


class HandoverError(Exception):
    """The other side is not what it should be, or says what it should not."""


def hand_over(
    address: Path,
    files: Sequence[Path],
    environment: Mapping[str, str],
    seconds: float,
) -> bool | None:
    """Let the window that listens there open files.

    Returns:
        Whether it has them; ``None`` if nobody listens there yet or any more.
    """
    token = environment.get("XDG_ACTIVATION_TOKEN", "")
    startup = environment.get("DESKTOP_STARTUP_ID", "")
    paths = tuple(os.fsencode(os.path.abspath(path)) for path in files)
    line = encoded(Delivery(files=paths, token=token or startup))
    if len(line) > MOST_BYTES or len(paths) > MOST_FILES:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(seconds)
        try:
            door.connect(os.fspath(address))
            if not is_same_user(door):
                return False
            greeting = decoded(_read_line(door, seconds), Greeting)
            if greeting.protocol != PROTOCOL:
                return False
            door.sendall(line)
        except (TimeoutError, HandoverError):
            return False
        except OSError:
            return None
        try:
            receipt = decoded(_read_line(door, RECEIPT_SECONDS), Receipt)
        except (OSError, HandoverError):
            return False
    bring_forward(receipt.window, startup or token)
    return True


def encoded(message: Struct) -> bytes:
    """Return a message as one line."""
    return msgspec.json.encode(message) + b"\n"


def decoded(line: bytes, kind: type[T]) -> T:
    """Return the message in a line.

    Raises:
        HandoverError: it is none of this kind.
    """
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise HandoverError(str(error)) from None


def is_same_user(door: socket.socket) -> bool:
    """Whether the process at the other end belongs to this user.

    Only Linux tells; elsewhere the folder, which nobody else can reach, has to do.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    form = struct.Struct("3i")  # process, user, group
    found = door.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, form.size)
    return bool(form.unpack(found)[1] == os.getuid())


def _read_line(door: socket.socket, seconds: float) -> bytes:
    """Wait for a line.

    Raises:
        TimeoutError: it does not come.
        ConnectionResetError: the other has left.
        HandoverError: it does not end.
    """
    deadline = time.monotonic() + seconds
    line = b""
    while not line.endswith(b"\n"):
        door.settimeout(max(0.001, deadline - time.monotonic()))
        piece = door.recv(65536)
        if not piece:
            raise ConnectionResetError
        line += piece
        if len(line) > MOST_BYTES:
            raise HandoverError("a line that does not end")
    return line
