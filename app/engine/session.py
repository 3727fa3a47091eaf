"""One reader process from its start to its end, and the threads around it.

One thread starts the child, listens, puts models together; one watches time and
memory; one (in ``child``) drains what it prints. Both report to an owner under a lock
that they share with it. Used by ``client`` alone.
"""

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from app.engine.child import Child

if TYPE_CHECKING:
    from app.engine.messages import (
        OperatorRead,
        Progress,
        Reply,
        Request,
        TensorRead,
    )
    from app.engine.parts import ModelAssembly
    from loaders.ir.errors import InspectorError
    from loaders.ir.folding import Folding
    from loaders.ir.graph import Model
    from loaders.ir.layout import Layout
    from loaders.ir.tensors import ModelFile

Event: TypeAlias = (
    "Progress | Model | Layout | TensorRead | TensorFailed | OperatorRead"
    " | OperatorFailed | InspectorError"
)

DRAWING = "Drawing the graph"
WATCH_SECONDS = 0.05
PICTURE_SECONDS = 30.0
"""A layout has limits of its own; this one is for when they fail."""


class Opened(NamedTuple):
    """A file as it was when it was opened."""

    path: Path
    weights: Path | None
    picture: bool
    identity: tuple[int, ...]
    files: "tuple[ModelFile, ...]" = ()
    folding: "Folding | None" = None

    def request(self, send: bool = True) -> "Request":
        from app.engine.messages import OpenModel
        from loaders.ir.folding import FOLDED

        return OpenModel(
            path=os.fsencode(self.path),
            weights=None if self.weights is None else os.fsencode(self.weights),
            folding=self.folding or FOLDED,
            send=send,
            picture=self.picture,
        )


class Asked(NamedTuple):
    """A request, and what it may take.

    Attributes:
        make: Makes the message, in whichever thread has imported its module.
        doing: Begins a sentence about it: ``Reading lenet.keras``.
        size: Bytes on disk of the file that it is about.
        seconds: How long it may take; ``None`` for as long as it likes.
        deadline: When that is over, by the monotonic clock.
        memory: Bytes that the process may take meanwhile.
        opens: What is open once its model is whole.
        is_reopening: Whether it only brings a new reader to where an old one was.
        tensor: The weight that it asks for, as in ``ReadTensor``; else ``None``.
        operator: The operator that it asks about, as in ``ReadOperator``, or ``None``.
    """

    make: "Callable[[], Request]"
    doing: str
    size: int
    seconds: float | None
    deadline: float
    memory: int
    opens: Opened | None = None
    is_reopening: bool = False
    tensor: tuple[str, str] | None = None
    operator: tuple[str, str] | None = None

    @property
    def is_aside(self) -> bool:
        """Whether it is about a detail: the model can be shown without an answer."""
        return self.tensor is not None or self.operator is not None


class TensorFailed(NamedTuple):
    """The numbers of one weight cannot be had; ``id`` and ``part`` as asked for."""

    id: str
    part: str
    error: "InspectorError"


def failures(asked: Iterable[Asked], error: "InspectorError") -> Iterator[Event]:
    """Yield what must be said if some requests end in one error."""
    waiting = [one for one in asked if not one.is_reopening]
    if not waiting or any(not one.is_aside for one in waiting):
        yield error
    for one in waiting:
        if one.operator is not None:
            yield OperatorFailed(*one.operator)
    for place in dict.fromkeys(one.tensor for one in waiting if one.tensor is not None):
        yield TensorFailed(*place, error)


class OperatorFailed(NamedTuple):
    """Nothing can be said about an operator now; both as asked for."""

    op: str
    domain: str


class Owner(Protocol):
    """Whom a session reports to; always with the shared lock held."""

    def heard(self, session: "Session", event: Event) -> None:
        """Something arrived."""

    def has_opened(self, session: "Session", opened: Opened) -> None:
        """The model of a file is whole."""

    def answered(self, session: "Session", asked: Asked, failed: bool) -> None:
        """The oldest request has been answered to its end."""

    def ended(self, session: "Session", exit_code: int) -> None:
        """The process ended without being told to."""


class Session:
    """One reader process. Made, asked and killed with the owner's lock held."""

    def __init__(
        self, owner: Owner, lock: threading.RLock, scratch: Callable[[], Path]
    ) -> None:
        self.pending: deque[Asked] = deque()
        self.unsent: list[Asked] = []
        self.has_answered = False
        self.files: tuple[ModelFile, ...] = ()
        self._owner, self._lock, self._make_scratch = owner, lock, scratch
        self._changed = threading.Condition(lock)
        self._child: Child | None = None
        self._scratch: Path | None = None
        self._ready = self._killed = self._failed = False
        self._assembly: ModelAssembly | None = None
        # The thread that starts a child must outlive it, so it listens to it, too.
        self._threads = [_thread(self._live, "reader")]
        self._threads[0].start()

    @property
    def is_over(self) -> bool:
        """Whether it can be asked nothing more."""
        return self._killed

    @property
    def is_alive(self) -> bool:
        """Whether any of its threads still runs."""
        return any(thread.is_alive() for thread in self._threads)

    def ask(self, asked: Asked) -> None:
        """Send a request, now or as soon as the process is there."""
        self.pending.append(asked)
        if self._ready:
            self._send(asked)
        self._changed.notify_all()

    def kill(self) -> None:
        """End the process; the owner hears nothing more of it."""
        self._killed = True
        if self._child is not None:
            self._child.kill()
        self._changed.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for the threads of a session that was killed; not with the lock held.

        A thread that still runs while Python takes itself apart can crash it.
        """
        end = time.monotonic() + seconds
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))

    # the listening thread

    def _live(self) -> None:
        try:
            self._scratch = self._make_scratch()
            child = Child("reader", self._scratch)
        except OSError as error:
            self._cannot_start(error)
            return
        with self._lock:
            self._child = child
            if self._killed:
                child.kill()
        watch = _thread(self._watch, "watch")
        self._threads.append(watch)
        watch.start()
        self._listen(child)
        code = child.wait()
        with self._lock:
            self._child = None
            if self._assembly is not None:
                self._assembly.abandon()
            if os.environ.get("LAYERSCOPE_DEBUG"):
                sys.stderr.write(child.printed())
            if not self._killed:
                self._killed = True
                self._owner.ended(self, code)
            self._changed.notify_all()

    def _cannot_start(self, error: OSError) -> None:
        from loaders.ir.errors import InspectorError

        with self._lock:
            if not self._killed:
                self._give_up(
                    InspectorError(
                        "The process that reads files does not start.",
                        f"{error.strerror or error}.",
                        "Close other programs and try again.",
                    )
                )

    def _listen(self, child: Child) -> None:
        """Hear the child out."""
        # These take a while to import; the child is on its way already.
        from app.engine.messages import ProtocolError, decode_reply, read_frame

        with self._lock:
            self._ready = True
            for asked in self.pending:
                self._send(asked)
        try:
            while (body := read_frame(child.read)) is not None:
                reply = decode_reply(body)
                with self._lock:
                    if self._killed:
                        return
                    self._hear(reply)
        except ProtocolError as error:
            with self._lock:
                if not self._killed:
                    self._give_up(error)

    def _send(self, asked: Asked) -> None:
        from app.engine.messages import encode, framed

        assert self._child is not None
        try:
            self._child.write(framed(encode(asked.make())))
        except OSError:
            # It has ended, and the listening thread is about to notice.
            self.unsent.append(asked)

    def _hear(self, reply: "Reply") -> None:
        from app.engine import messages
        from app.engine.parts import ModelAssembly
        from loaders.ir.errors import InspectorError

        if not self.pending:
            raise messages.ProtocolError("Nobody asked for an answer.")
        match reply:
            case messages.Progress():
                self._owner.heard(self, reply)
            case messages.ModelHeader():
                if self._assembly is not None:
                    self._assembly.abandon()
                self._assembly = ModelAssembly(reply)
            case messages.LaidOut(layout=layout):
                _check_layout(layout)
                self._owner.heard(self, layout)
            case messages.TensorRead():
                self._check_tensor(reply)
                self._owner.heard(self, reply)
            case messages.OperatorRead():
                if self.pending[0].operator != (reply.op, reply.domain):
                    raise messages.ProtocolError("Nobody asked about this operator.")
                self._owner.heard(self, reply)
            case messages.Failed():
                self._failed = True
                error = InspectorError(reply.what, reply.why, reply.advice)
                asked = self.pending[0]
                # What waits behind a failed reopening would only fail again.
                for event in failures(
                    self.pending if asked.is_reopening else (asked,), error
                ):
                    self._owner.heard(self, event)
            case messages.Done():
                self.has_answered = True
                failed, self._failed = self._failed, False
                self._owner.answered(self, self.pending.popleft(), failed)
            case _:
                self._collect(reply)

    def _collect(self, part: "Reply") -> None:
        from app.engine import messages

        if self._assembly is None:
            raise messages.ProtocolError("A part of a model came before its head.")
        match part:
            case messages.ModelEnd():
                model = self._assembly.finish()
                self._assembly = None
                self.files = model.files
                if (opened := self.pending[0].opens) is not None:
                    self._owner.has_opened(self, opened._replace(files=model.files))
                self._now_the_picture()
                self._owner.heard(self, model)
            case (
                messages.GraphPart()
                | messages.TensorsPart()
                | messages.GroupsPart()
                | messages.TextPart()
            ):
                self._assembly.add(part)

    def _now_the_picture(self) -> None:
        """Judge the rest of the oldest request as what it is: drawing."""
        asked = self.pending[0]
        deadline = min(asked.deadline, time.monotonic() + PICTURE_SECONDS)
        if deadline < asked.deadline:
            asked = asked._replace(deadline=deadline, seconds=PICTURE_SECONDS)
        self.pending[0] = asked._replace(doing=DRAWING)
        self._changed.notify_all()

    def _check_tensor(self, found: "TensorRead") -> None:
        """Refuse places outside the model's files and the reader's own folder.

        Raises:
            ProtocolError: it is another weight than was asked for, or no plain place.
        """
        from app.engine.messages import ProtocolError
        from loaders.ir.tensors import Packing, bits_of

        tensor, file = found.tensor, found.file
        if self.pending[0].tensor != (found.id, found.part):
            raise ProtocolError("Nobody asked for this weight.")
        if file not in self.files and file.local_path.parent != self._scratch:
            raise ProtocolError("A weight lies outside the model's files.")
        is_plain = tensor.packing in (Packing.PLAIN, Packing.BIG_ENDIAN)
        least = min(tensor.offset, *tensor.shape, 0)
        if not is_plain or tensor.file or least < 0 or not bits_of(tensor.dtype):
            raise ProtocolError("The place of a weight makes no sense.")

    def _give_up(self, error: "InspectorError") -> None:
        """End the process because of an error that answers all that was asked."""
        events = list(failures(self.pending, error))
        self.pending.clear()
        self.kill()
        for event in events:
            self._owner.heard(self, event)

    # the watching thread

    def _watch(self) -> None:
        from loaders.ir.errors import InspectorError
        from loaders.ir.text import file_size, shown

        with self._lock:
            while not self._killed and self._child is not None:
                if not self.pending:
                    self._changed.wait()
                    continue
                asked = self.pending[0]
                doing = shown(asked.doing)
                taken = self._child.resident_bytes() or 0
                if time.monotonic() > asked.deadline:
                    self._give_up(
                        InspectorError(
                            f"{doing} takes too long.",
                            f"It was stopped after {asked.seconds:g} seconds.",
                            "If this is a real model, please report it with its "
                            "source.",
                        )
                    )
                elif taken > asked.memory:
                    self._give_up(
                        InspectorError(
                            f"{doing} takes too much memory.",
                            f"It was stopped at {file_size(taken)}; a file of "
                            f"{file_size(asked.size)} may take "
                            f"{file_size(asked.memory)}.",
                            "If this is a real model, please report it with its "
                            "source.",
                        )
                    )
                else:
                    self._changed.wait(WATCH_SECONDS)


def _thread(work: Callable[[], None], name: str) -> threading.Thread:
    return threading.Thread(target=work, name=name, daemon=True)


def _check_layout(layout: "Layout") -> None:
    """Refuse places that a picture cannot have.

    Raises:
        ProtocolError: a place is not a number or out of all bounds.
    """
    from app.engine.messages import ProtocolError

    total = math.fsum((layout.width, layout.height))
    for box in layout.boxes:
        total += abs(box.x) + abs(box.y)
    for route in layout.routes:
        total += sum(map(abs, route.points))
        if len(route.points) % 2:
            raise ProtocolError("A line ends in half a point.")
    if not total < 1e15:  # also refuses what is not a number
        raise ProtocolError("A node is drawn nowhere.")
