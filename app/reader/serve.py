"""Answering requests: read a model, send it in parts, lay out its graphs."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from app.engine.messages import (
    Done,
    Failed,
    LaidOut,
    LayOut,
    OpenModel,
    OperatorRead,
    Progress,
    ReadOperator,
    ReadTensor,
    Reply,
    Request,
    Stop,
    encode,
)
from app.engine.parts import model_bodies
from loaders.formats import read_ungrouped
from loaders.grouping import group
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.grouping import Grouping
from loaders.ir.layout import Arrangement
from loaders.ir.text import shown

if TYPE_CHECKING:
    from app.reader.tensors import Tensors
    from viewers.drawing.layout import Planner

Send: TypeAlias = Callable[[bytes], None]
"""Takes one encoded message."""
Fence: TypeAlias = Callable[[Path], AbstractContextManager[None]]
"""Limits what reading one file may take."""

PROGRESS_SECONDS = 0.05


def no_fence(_path: Path) -> AbstractContextManager[None]:
    """Limit nothing."""
    return nullcontext()


def serve(
    requests: Iterable[Request],
    send: Send,
    fence: Fence = no_fence,
    scratch: Path | None = None,
) -> None:
    """Answer requests until ``Stop`` or until there are no more.

    Every request is answered by what it asks for or by ``Failed``, then by ``Done``.

    Args:
        requests: In order; waits for the next one.
        send: Takes the answers.
        fence: Limits what reading one file may take.
        scratch: A folder of this reader and the ones before it; without one no
            numbers are read.
    """
    reader = _Reader(send, fence, scratch)
    for request in requests:
        if isinstance(request, Stop):
            return
        try:
            reader.answer(request)
        except InspectorError as error:
            _reply(send, _failed(error))
        except Exception as error:  # noqa: BLE001 - the loop must go on
            traceback.print_exc(file=sys.stderr)
            _reply(send, _unexpected(request, error))
        _reply(send, Done())


class _Reader:
    """One document: the model that was opened last."""

    def __init__(self, send: Send, fence: Fence, scratch: Path | None) -> None:
        self._send, self._fence, self._scratch = send, fence, scratch
        self._is_new = True
        self._model: Model | None = None
        self._tensors: Tensors | None = None
        self._planner: Planner | None = None

    def answer(self, request: Request) -> None:
        match request:
            case OpenModel():
                self._open(request)
            case LayOut():
                self._lay_out(request.arrangement)
            case ReadTensor():
                self._read_tensor(request)
            case ReadOperator():
                self._read_operator(request)

    def _open(self, request: OpenModel) -> None:
        path = Path(os.fsdecode(request.path))
        weights = None if request.weights is None else os.fsdecode(request.weights)
        if self._tensors is not None and request.send:
            self._tensors.clear()
        self._model = self._tensors = self._planner = None
        with self._fence(path):
            model = read_ungrouped(
                path,
                progress=_Throttled(self._send),
                weights=Path(weights) if weights is not None else None,
                folding=request.folding,
            )
        self._is_new = request.send

        def grouping() -> Grouping:
            self._model = replace(model, grouping=group(model))
            return self._model.grouping

        if not request.send:
            grouping()
            return
        try:
            for body in model_bodies(model, grouping):
                self._send(body)
        except OverflowError as error:
            raise InspectorError(
                f"{shown(path.name)} is not opened: its description is too large.",
                f"It needs {error}.",
                "If this is a real model, please report it with its source.",
            ) from None
        if request.picture:
            self._lay_out(None)

    def _lay_out(self, arrangement: Arrangement | None) -> None:
        model = self._opened()
        root = arrangement.root if arrangement else ""
        if root and root not in model.grouping.groups:
            raise InspectorError(f"The model has no group {shown(root)!r}.")
        if self._planner is None:
            # Planning is needed by pictures alone.
            from viewers.drawing.layout import Planner

            self._planner = Planner(model)
        _reply(self._send, LaidOut(layout=self._planner.lay_out(arrangement)))

    def _read_tensor(self, request: ReadTensor) -> None:
        model = self._opened()
        if self._scratch is None:
            raise InspectorError("There is no folder to unpack numbers into.")
        if self._tensors is None:
            # Looking at a model needs no numbers.
            from app.reader.tensors import Tensors

            self._tensors = Tensors(model, self._scratch)
            if self._is_new:
                self._tensors.clear()
        with self._fence(Path(os.fsdecode(model.path))):
            found = self._tensors.read(request, _Throttled(self._send))
        _reply(self._send, found)

    def _read_operator(self, request: ReadOperator) -> None:
        version = self._opened().opsets.get(request.domain, 0)
        # The definitions are needed by those who read about an operator alone.
        from app.reader.operators import operator_text

        found = operator_text(request.op, request.domain, version)
        reply = OperatorRead(op=request.op, domain=request.domain, found=found)
        _reply(self._send, reply)

    def _opened(self) -> Model:
        if self._model is None:
            raise InspectorError("No model is open.", "", "Open one first.")
        return self._model


class _Throttled:
    """Passes on progress at most every 50 ms."""

    def __init__(self, send: Send) -> None:
        self._send, self._next = send, time.monotonic() + PROGRESS_SECONDS

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PROGRESS_SECONDS
            _reply(self._send, Progress(what=shown(what), done=done, total=total))


def _reply(send: Send, reply: Reply) -> None:
    send(encode(reply))


def _failed(error: InspectorError) -> Failed:
    return Failed(what=error.what, why=error.why, advice=error.advice)


def _unexpected(request: Request, error: Exception) -> Failed:
    doing = "Drawing the graph"
    if isinstance(request, OpenModel):
        doing = f"Reading {shown(Path(os.fsdecode(request.path)).name)}"
    if isinstance(request, ReadOperator):
        doing = f"Reading about {shown(request.op)}"
    if isinstance(request, ReadTensor):
        doing = f"Reading {shown(request.id)}"
    return Failed(
        what=f"{doing} failed because of a mistake in this program.",
        why=f"{type(error).__name__}: {shown(str(error))}",
        advice="Please report it, with the file if you can.",
    )
