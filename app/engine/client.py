"""Reading a file from here: starts a reader process, listens, and ends it. No Qt.

One client is one document. Its reader may die, hang, swell or end for want of work;
the client turns that into one clear error, or starts another reader unnoticed.

    client = ReaderClient()          # starts the process at once
    client.open(path)
    ...                              # import a window meanwhile
    client.listen(print)             # events, earlier ones first

This module imports little on purpose: a process must be on its way before anything
else is imported. Threads, not the caller, wait for the rest.
"""

import atexit
import math
import os
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from app.engine.sandbox import disk_bytes, memory_allowance
from app.engine.scratch import make_scratch, remove_scratch
from app.engine.session import (
    DRAWING,
    PICTURE_SECONDS,
    Asked,
    Event,
    Opened,
    Session,
    failures,
)

if TYPE_CHECKING:
    from app.engine.messages import Request
    from loaders.ir.errors import InspectorError
    from loaders.ir.folding import Folding
    from loaders.ir.graph import Model
    from loaders.ir.layout import Arrangement, Layout

Listener: TypeAlias = Callable[[Event], None]


TENSOR_SECONDS = 60.0
"""How long it may take to unpack one weight."""
END_SECONDS = 2.0
"""How long the end of a killed process may take before it is left alone."""
OPERATOR_SECONDS = 20.0
"""How long it may take to look a definition up; the package is imported for it."""


class ReaderClient:
    """A reader process and what it says. Usable from any thread.

    After ``cancel`` or ``close`` has returned, no event of an earlier request arrives.

    Args:
        at_once: Whether the process is started now, not when it is needed.
    """

    def __init__(self, *, at_once: bool = True) -> None:
        self._lock = threading.RLock()
        self.generation = 0
        """How often everything was given up; read it in the listener to tell an event
        of now from one that waited somewhere while it was."""
        self._listener: Listener | None = None
        self._early: list[Event] = []
        self._opened: Opened | None = None
        self._scratch: Path | None = None
        self._closed = False
        self._sessions: list[Session] = []
        atexit.register(self.close)
        with self._lock:
            self._session: Session | None = self._start() if at_once else None

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with every event, those that came before first.

        It is called in the client's threads, one event at a time, and must be quick.
        """
        with self._lock:
            self._listener = listener
            early, self._early = self._early, []
            for event in early:
                listener(event)

    def open(
        self,
        path: Path,
        weights: Path | None = None,
        *,
        folding: "Folding | None" = None,
        picture: bool = True,
        seconds: float | None = None,
    ) -> None:
        """Read a file: ``Progress``, a ``Model``, then its first picture's ``Layout``.

        An ``InspectorError`` takes the place of what cannot be had. What was asked
        for before is given up.

        Args:
            path: The file or folder.
            weights: A weights file for a description without weights.
            folding: What to show with the nodes that use it; all of it if ``None``.
            picture: Whether a layout is wanted, too.
            seconds: How long it may take before the reader is ended.
        """
        path = Path(os.path.abspath(path))
        weights = None if weights is None else Path(os.path.abspath(weights))
        opened = Opened(path, weights, picture, _identity(path), folding=folding)
        with self._lock:
            if self._session is not None and self._session.pending:
                self.cancel()
            self.generation += 1
            self._opened = None
            self._ask(_asked(opened.request, _reading(path), path, seconds, opened))

    def lay_out(
        self,
        arrangement: "Arrangement",
        *,
        seconds: float = PICTURE_SECONDS,
    ) -> None:
        """Plan a picture of the open model: a ``Layout`` or an ``InspectorError``.

        A reader that has ended is started again and reads the file again, unless the
        file has changed.
        """

        def request() -> "Request":
            from app.engine.messages import LayOut

            return LayOut(arrangement=arrangement)

        with self._lock:
            path = self._opened.path if self._opened is not None else None
            self._ask(_asked(request, DRAWING, path, seconds))

    def read_tensor(
        self, id: str, part: str = "", *, seconds: float = TENSOR_SECONDS
    ) -> None:
        """Ask where the numbers of a weight lie: a ``TensorRead`` or ``TensorFailed``.

        What does not lie plainly in the file is unpacked into the scratch folder.

        Args:
            id: ``Parameter.id``.
            part: ``scale`` or ``zero_point`` for those of its quantizer.
            seconds: How long it may take before the reader is ended.
        """

        def request() -> "Request":
            from app.engine.messages import ReadTensor

            return ReadTensor(id=id, part=part)

        with self._lock:
            path = self._opened.path if self._opened is not None else None
            asked = _asked(request, f"Reading {id}", path, seconds, tensor=(id, part))
            self._ask(asked)

    def read_operator(
        self, op: str, domain: str = "", *, seconds: float = OPERATOR_SECONDS
    ) -> None:
        """Ask what an operator's definition says: ``OperatorRead``, ``OperatorFailed``.

        Args:
            op: As the file has it.
            domain: Empty for the standard operators.
            seconds: How long it may take before the reader is ended.
        """

        def request() -> "Request":
            from app.engine.messages import ReadOperator

            return ReadOperator(op=op, domain=domain)

        with self._lock:
            path = self._opened.path if self._opened is not None else None
            operator = op, domain
            doing = f"Reading about {op}"
            self._ask(_asked(request, doing, path, seconds, operator=operator))

    def cancel(self) -> None:
        """Give up all that was asked for: the reader is killed at once."""
        with self._lock:
            self.generation += 1
            if self._session is not None:
                self._session.kill()
                self._session = None

    def close(self, *, wait: bool = True) -> None:
        """End the reader for good and remove what it left behind.

        Args:
            wait: Whether to stay until it has ended; else a thread does.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._listener = None
            self._early.clear()
            self.cancel()
        if wait:
            self._clean_up()
        else:  # Python waits for this thread before it takes itself apart
            threading.Thread(target=self._clean_up, name="clean-up").start()

    def _clean_up(self) -> None:
        for session in self._sessions:
            session.join(END_SECONDS)
        if self._scratch is not None:
            remove_scratch(self._scratch)
        atexit.unregister(self.close)

    # what the session reports

    def heard(self, session: Session, event: Event) -> None:
        """Pass an event on. Called by the session, with the lock held."""
        if session is self._session:
            self._deliver(event)

    def has_opened(self, session: Session, opened: Opened) -> None:
        """Note what is open. Called by the session, with the lock held."""
        if session is self._session:
            self._opened = opened

    def answered(self, session: Session, asked: Asked, failed: bool) -> None:
        """Give up if there is no point. Called by the session, with the lock held."""
        if session is self._session and failed and asked.is_reopening:
            session.kill()  # what waits behind it was told, too
            self._session = None

    def ended(self, session: Session, exit_code: int) -> None:
        """Start again or say what happened. Called with the lock held."""
        if session is not self._session:
            return
        self._session = None
        if not session.pending:
            return  # nobody needs it now
        waiting = [asked for asked in session.pending if not asked.is_reopening]
        was_idle = exit_code == 0 or len(session.unsent) == len(session.pending)
        if session.has_answered and was_idle:
            # It went for want of work, or died of itself, just as work came.
            for asked in waiting:
                self._ask(asked)
            return
        death = _death(session.pending[0].doing, exit_code)
        for event in failures(session.pending, death):
            self._deliver(event)

    # inside, with the lock held

    def _start(self) -> Session:
        session = Session(self, self._lock, self._scratch_folder)
        self._sessions = [old for old in self._sessions if old.is_alive]
        self._sessions.append(session)
        return session

    def _ask(self, asked: Asked) -> None:
        if self._closed:
            raise ValueError("the client is closed")
        if self._session is None or self._session.is_over:
            self._session = None
            if self._opened is not None and not self._reopen(self._opened, asked):
                return
            self._session = self._session or self._start()
        self._session.ask(asked)

    def _reopen(self, opened: Opened, asked: Asked) -> bool:
        """Start a reader that knows the open model; False if its file has changed."""
        from loaders.ir.errors import InspectorError
        from loaders.ir.text import shown

        if _identity(opened.path) != opened.identity:
            name = shown(opened.path.name)
            error = InspectorError(f"{name} changed on disk.", "", "Reload it.")
            for event in failures((asked,), error):
                self._deliver(event)
            return False
        self._session = self._start()
        self._session.files = opened.files
        request = partial(opened.request, send=False)
        doing = _reading(opened.path)
        self._session.ask(_asked(request, doing, opened.path, None, is_reopening=True))
        return True

    def _deliver(self, event: Event) -> None:
        if self._listener is None:
            self._early.append(event)
        else:
            self._listener(event)

    def _scratch_folder(self) -> Path:
        with self._lock:
            if self._closed:
                raise OSError("the client is closed")
            if self._scratch is None:
                self._scratch = make_scratch()
            return self._scratch


def wait_for_model(client: ReaderClient) -> "Model":
    """Return the model that the client is reading.

    Raises:
        InspectorError: it cannot be read, the reader died, or time is over.
    """
    from loaders.ir.graph import Model

    model: Model = _wait_for(client, Model)[Model]
    return model


def wait_for_picture(client: ReaderClient) -> "tuple[Model, Layout]":
    """Return the model that the client is reading, and its first picture's plan.

    Raises:
        InspectorError: one of them cannot be had.
    """
    from loaders.ir.graph import Model
    from loaders.ir.layout import Layout

    found = _wait_for(client, Model, Layout)
    return found[Model], found[Layout]


def wait_for_layout(client: ReaderClient, arrangement: "Arrangement") -> "Layout":
    """Return the plan of another picture of the model that the client has read.

    Raises:
        InspectorError: it cannot be had.
    """
    from loaders.ir.layout import Layout

    found = _wait_for(client, Layout, ask=lambda: client.lay_out(arrangement))
    layout: Layout = found[Layout]
    return layout


def _wait_for(
    client: ReaderClient, *wanted: type, ask: Callable[[], None] | None = None
) -> dict[type, Any]:
    from loaders.ir.errors import InspectorError

    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    client.listen(events.put)
    if ask is not None:
        ask()
    found: dict[type, Any] = {}
    while len(found) < len(wanted):
        event = events.get()
        if isinstance(event, InspectorError):
            raise event
        if type(event) in wanted:
            found[type(event)] = event
    return found


def _asked(
    make: "Callable[[], Request]",
    doing: str,
    path: Path | None,
    seconds: float | None,
    opens: Opened | None = None,
    *,
    is_reopening: bool = False,
    tensor: tuple[str, str] | None = None,
    operator: tuple[str, str] | None = None,
) -> Asked:
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    size = 0 if path is None else disk_bytes(path)
    return Asked(
        make=make,
        doing=doing,
        size=size,
        seconds=seconds,
        deadline=deadline,
        memory=memory_allowance(size),
        opens=opens,
        is_reopening=is_reopening,
        tensor=tensor,
        operator=operator,
    )


def _reading(path: Path) -> str:
    return f"Reading {path.name}"


def _identity(path: Path) -> tuple[int, ...]:
    """Return numbers that change when the file does; none if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _death(doing: str, exit_code: int) -> "InspectorError":
    from loaders.ir.errors import InspectorError
    from loaders.ir.text import shown

    how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
    return InspectorError(
        f"{shown(doing)} stopped unexpectedly ({how}).",
        "The process that read the file has ended; a damaged file can do that to it.",
        "Nothing else is affected. If this is a real model, please report it.",
    )
