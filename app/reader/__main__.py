"""Starts the reader: messages come on standard input and leave on standard output."""

import gc
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from app.engine import sandbox

IDLE_SECONDS = 60.0
"""A reader without requests ends; the window starts another one when it needs it."""


def main(arguments: list[str]) -> None:
    """Answer requests until the window hangs up.

    Args:
        arguments: ``--reader`` and the number of the process that started this one.
    """
    # A model holds no cycles; looking for some takes a fifth of reading a large one.
    gc.set_threshold(1_000_000, 20, 100)
    sandbox.enter(int(arguments[1]) if len(arguments) > 1 else None)
    # Descriptor 1 is for messages alone: what a library prints goes to the errors.
    replies = os.dup(1)
    os.dup2(2, 1)
    # A fork must not keep the window waiting for the end of what this process says.
    os.register_at_fork(after_in_child=lambda: os.close(replies))
    bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(bodies,), daemon=True).start()

    # Only now: the parent is watched by then, and these take a tenth of a second.
    from app.engine.messages import Request, decode_request, framed
    from app.reader.serve import serve

    def requests() -> Iterator[Request]:
        while True:
            try:
                yield decode_request(bodies.get(timeout=IDLE_SECONDS))
            except queue.Empty:
                return

    def send(body: bytes) -> None:
        rest = memoryview(framed(body))
        while rest:
            rest = rest[os.write(replies, rest) :]

    serve(requests(), send, _fence, Path.cwd())  # the client gave it a folder


def _listen(bodies: "queue.SimpleQueue[bytes]") -> None:
    """Pass on requests; when the window hangs up, end the process, busy or not."""
    from app.engine.messages import read_frame

    while (body := read_frame(lambda count: os.read(0, count))) is not None:
        bodies.put(body)
    os._exit(0)


def _fence(path: Path) -> AbstractContextManager[None]:
    return sandbox.memory_limit(sandbox.memory_allowance(sandbox.disk_bytes(path)))


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # the window is gone, nobody is left to tell
        main(sys.argv[1:])
    sys.stderr.flush()
    # No tidying up: an HDF5 file that is still open then would crash the process.
    os._exit(0)
