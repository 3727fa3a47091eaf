"""What a child process does to itself before it touches a file.

Today: it dies with its parent, leaves no core dump with the user's data, writes files
that only the user can read, and refuses to start programs or to use the network. These
are fences against accidents and simple tricks; the walls that a taken-over process
cannot climb (Landlock, seccomp) belong here, too, as further steps of ``enter``.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
MEMORY_BASE = 512 << 20
"""Bytes that reading any file may take; thrice the file comes on top."""
FOLDER_ENTRIES = 1000

_REFUSED = frozenset(
    {
        "os.exec",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pickle.find_class",
        "pty.spawn",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
        "urllib.Request",
        "webbrowser.open",
    }
)


def enter(parent: int | None) -> tuple[str, ...]:
    """Fence this process in and return what is on, in words.

    Args:
        parent: The process that must outlive this one; ``None`` if unknown.
    """
    on = []
    os.umask(0o077)
    on.append("files only for the user")
    if sys.platform == "linux":
        _die_with_parent(parent)
        on.append("ends with the window")
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        on.append("no core dump")
    sys.addaudithook(_refuse)
    on.append("no programs and no network from Python")
    return tuple(on)


def _die_with_parent(parent: int | None) -> None:
    import ctypes
    import signal

    prctl = ctypes.CDLL(None).prctl

    def bind(parent: int | None) -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if parent is not None and os.getppid() != parent:
            os._exit(0)  # it ended before the line above

    bind(parent)
    # ONNX's shape inference runs in a fork of the reader; it must not outlive it.
    me = os.getpid()
    os.register_at_fork(after_in_child=lambda: bind(me))


def _refuse(event: str, _arguments: Any) -> None:
    if event in _REFUSED:
        raise PermissionError(f"a reading process does not do this: {event}")


@contextmanager
def memory_limit(more: int) -> Iterator[None]:
    """Let this process allocate ``more`` bytes beyond what it has, then lift that.

    Only what is written counts, not files that are mapped for reading. Where the
    system has no such limit, the parent's watch over the resident size must do.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _data_bytes() + more
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))


def _data_bytes() -> int:
    # Field 6 of statm: data and stack, in pages; what RLIMIT_DATA counts.
    with open("/proc/self/statm", "rb") as stream:
        return int(stream.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")


def disk_bytes(path: Path) -> int:
    """Return the bytes that a file, or a folder and its folders, takes on disk.

    Allocated blocks count, so a sparse file counts little. Of a folder at most 1,000
    entries are looked at; links are not followed.
    """
    waiting, total, looked_at = [path], 0, 0
    while waiting and looked_at < FOLDER_ENTRIES:
        place = waiting.pop()
        looked_at += 1
        try:
            status = place.stat() if place == path else place.lstat()
            if stat.S_ISDIR(status.st_mode):
                waiting.extend(islice(place.iterdir(), FOLDER_ENTRIES))
        except OSError:
            continue  # it counts nothing; the reader will say what is wrong with it
        if stat.S_ISREG(status.st_mode):
            total += min(status.st_size, getattr(status, "st_blocks", 1 << 60) * 512)
    return total


def memory_allowance(size: int) -> int:
    """Return how many bytes of memory reading a file of ``size`` bytes may take."""
    return MEMORY_BASE + 3 * size
