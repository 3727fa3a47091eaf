"""Starting, feeding and ending one child process. Knows nothing of what is said."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

# All that a child inherits. Everything else may change what a library does (ORT_*,
# TF_*, HDF5_*, KERAS_*, LD_*, PYTHON*, QT_*) or is nobody's business (tokens, proxies).
INHERITED = ("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "WINDIR")
ERROR_BYTES = 8192
"""How much of the last that a child printed is kept."""
READ_BYTES = 1 << 20


def child_command(part: str) -> list[str]:
    """Return the command that starts a part of this program as a child.

    ``-I`` keeps the current folder, the user's site folder and ``PYTHON*`` out. A
    frozen bundle has no ``-m``; ``app.__main__`` understands both.
    """
    owner = str(os.getpid())
    if getattr(sys, "frozen", False):
        return [sys.executable, f"--{part}", owner]
    return [sys.executable, "-I", "-m", "app", f"--{part}", owner]


def child_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of a child whose home is ``scratch``."""
    clean = {name: os.environ[name] for name in INHERITED if name in os.environ}
    places = ("HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME")
    return {
        **clean,
        **dict.fromkeys(places, str(scratch)),
        # The layout library recurses once per rank, in threads of its own.
        "RUST_MIN_STACK": "1000000000",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


class Child:
    """One running child.

    The thread that makes it must outlive it: Linux ends a child together with the
    thread that started it (``PR_SET_PDEATHSIG``).
    """

    def __init__(self, part: str, scratch: Path) -> None:
        self._process = subprocess.Popen(
            child_command(part),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=scratch,
            env=child_environment(scratch),
            close_fds=True,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._ending = threading.Lock()
        self._errors = bytearray()
        self._drain = threading.Thread(target=self._drain_errors, daemon=True)
        self._drain.start()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def write(self, data: bytes) -> None:
        """Send bytes to the child.

        Raises:
            OSError: it has ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(data)

    def read(self, count: int) -> bytes:
        """Wait for bytes of the child and return at most ``count``; none at the end."""
        assert self._process.stdout is not None
        data: bytes = self._process.stdout.read(min(count, READ_BYTES))
        return data

    def kill(self) -> None:
        """End the child and all that it started, at once."""
        with self._ending:
            if self._process.returncode is None:
                self._kill_group()

    def wait(self) -> int:
        """Wait for the end, free what is left, return the exit code (−9: signal 9).

        Call it when ``read`` has come to the end: a child that says nothing more and
        has not ended a second later is killed.
        """
        patience = time.monotonic() + 1
        while not self._has_ended() and time.monotonic() < patience:
            time.sleep(0.005)
        with self._ending:
            self._kill_group()  # also its forks, if it crashed
            code = self._process.wait()
        self._drain.join(timeout=1)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _has_ended(self) -> bool:
        if not hasattr(os, "waitid"):
            return self._process.poll() is not None
        # Its number stays its own until it has been waited for for good.
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is not None

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # it has just ended
            os.killpg(self.pid, signal.SIGKILL)

    def printed(self) -> str:
        """Return the last that the child printed, for those who mend this program."""
        return bytes(self._errors).decode("utf-8", "replace")

    def resident_bytes(self) -> int | None:
        """Return how much memory it and its forks take now.

        ``None`` if the system does not say.
        """
        try:
            forks = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
            pids = [self.pid, *map(int, forks.split())]
            return sum(map(_resident_bytes, pids))
        except (OSError, ValueError):
            return None

    def _drain_errors(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with stream:
            while data := stream.read(ERROR_BYTES):
                self._errors += data
                del self._errors[:-ERROR_BYTES]


def _resident_bytes(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
    except (OSError, IndexError):
        return 0  # it has just ended
    return pages * os.sysconf("SC_PAGE_SIZE")
