"""One window for all files: a second start hands its files to the first, and ends.

The first start holds a lock for as long as its window takes files, and listens on a
socket beside the lock. The kernel lets go of the lock when its process ends, however it
ends; so whoever holds it may remove the socket that a crash left behind. The socket
comes with the window, and whoever asks before keeps trying.

There is one such place per user and display. What a first start runs here comes before
Qt and even before its reader, so it has to be over in a millisecond.
"""

import os
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

PATIENCE_SECONDS = 1.0
"""How long a window that is there may take to answer before it counts as hung."""
STARTING_SECONDS = 5.0
"""The same for one that may still be starting, with Qt to be read from a slow disk."""
STARTED_BY = 10.0
"""How long after its start a window counts as one that is there."""
RETRY_SECONDS = 0.01
LONGEST_ADDRESS = 103
"""Bytes: Linux takes 107, macOS 103."""
WAITING = 32
"""Starts that may wait for an answer at the same time."""


class Outcome(StrEnum):
    """How a start ended that did not become the one window."""

    HANDED_OVER = "handed over"
    ALONE = "alone"


class Claim:
    """The right to be the one window of this user and display. Usable from any thread.

    Attributes:
        listener: Where other starts ask, once ``listen`` was called.
    """

    def __init__(self, lock: int, address: Path) -> None:
        self._lock, self._address = lock, address
        self.listener: socket.socket | None = None

    def listen(self) -> None:
        """Let other starts ask; those that came before keep trying until now."""
        import socket

        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._address.unlink(missing_ok=True)
            listener.bind(os.fspath(self._address))
            listener.listen(WAITING)
            listener.setblocking(False)
        except OSError:
            # Then nobody can ask, and every start gets a window of its own.
            listener.close()
            self.give_up()
        else:
            self.listener = listener

    def give_up(self) -> None:
        """Take no files any more: the next start becomes the one window."""
        if self._lock < 0:
            return
        if self.listener is not None:
            self._address.unlink(missing_ok=True)
            self.listener.close()
            self.listener = None
        os.close(self._lock)
        self._lock = -1


def enter(
    files: Sequence[Path], environment: Mapping[str, str] = os.environ
) -> Claim | Outcome:
    """Hand files to the window that is there, or become that window.

    Waits for a window that does not answer, but not for long.

    Args:
        files: What to open; none brings the window to the front.
        environment: Says where the display is and who asked for this start.

    Returns:
        The claim of a first start. Else ``HANDED_OVER``, or ``ALONE`` if there is a
        window that does not answer or this system has no such thing as a claim.
    """
    address = address_of(environment)
    if address is None:
        return Outcome.ALONE
    asked = time.monotonic()
    while True:
        claim = _try_to_claim(address)
        if claim is not None:
            return claim
        from app.desktop.handover import hand_over

        left = asked + _patience(address) - time.monotonic()
        if left <= 0:
            return Outcome.ALONE
        match hand_over(address, files, environment, left):
            case True:
                return Outcome.HANDED_OVER
            case False:
                return Outcome.ALONE
            case None:  # it has not begun to listen, or is about to end
                time.sleep(RETRY_SECONDS)


def address_of(environment: Mapping[str, str]) -> Path | None:
    """Return where the window of this user and display listens.

    ``None`` if this system has no such place that only this user can reach.
    """
    if sys.platform == "win32":
        return None
    folder = _folder(environment)
    if folder is None:
        return None
    names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
    # The names of displays hold slashes and colons.
    display = "-".join(filter(None, map(environment.get, names))).encode().hex()
    address = folder / f"{display or 'screen'}.socket"
    return address if len(os.fsencode(address)) <= LONGEST_ADDRESS else None


def _folder(environment: Mapping[str, str]) -> Path | None:
    runtime = Path(environment.get("XDG_RUNTIME_DIR", ""))
    place = Path("/tmp") / f"layerscope-{os.getuid()}"
    if runtime.is_absolute() and _is_private(runtime):
        place = runtime / "layerscope"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return place if _is_private(place) else None


def _is_private(folder: Path) -> bool:
    """Whether a folder is this user's and nobody else can reach into it."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return is_ours and not found.st_mode & 0o077


def _lock_of(address: Path) -> Path:
    return address.with_suffix(".lock")


def _try_to_claim(address: Path) -> Claim | None:
    """Return the claim, or ``None`` while another process has it.

    Where locks do not work there is none either; nobody answers then.
    """
    import fcntl

    try:
        lock = os.open(_lock_of(address), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.utime(lock)
    except OSError:
        os.close(lock)
        return None
    return Claim(lock, address)


def _patience(address: Path) -> float:
    try:
        age = time.time() - _lock_of(address).stat().st_mtime
    except OSError:
        return 0.0
    return STARTING_SECONDS if 0 <= age < STARTED_BY else PATIENCE_SECONDS
