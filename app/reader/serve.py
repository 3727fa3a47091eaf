"""Answering requests: read a model, send it in parts, lay out its graphs."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypeAlias

from app.engine.messages import (
    Done,
    Failed,
    LaidOut,
    LayOut,
    OpenModel,
    Progress,
    Reply,
    Request,
    Stop,
    encode,
)
from app.engine.parts import model_bodies
from loaders.formats import read_model
from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.layout import Layout
from loaders.ir.text import shown

Send: TypeAlias = Callable[[bytes], None]
"""Takes one encoded message."""
Fence: TypeAlias = Callable[[Path], AbstractContextManager[None]]
"""Limits what reading one file may take."""

PROGRESS_SECONDS = 0.05


def no_fence(_path: Path) -> AbstractContextManager[None]:
    """Limit nothing."""
    return nullcontext()


def serve(requests: Iterable[Request], send: Send, fence: Fence = no_fence) -> None:
    """Answer requests until ``Stop`` or until there are no more.

    Every request is answered by what it asks for or by ``Failed``, then by ``Done``.
    """
    reader = _Reader(send, fence)
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

    def __init__(self, send: Send, fence: Fence) -> None:
        self._send, self._fence = send, fence
        self._model: Model | None = None

    def answer(self, request: Request) -> None:
        match request:
            case OpenModel():
                self._open(request)
            case LayOut():
                self._lay_out(request.graph, request.horizontal)

    def _open(self, request: OpenModel) -> None:
        path = Path(os.fsdecode(request.path))
        weights = None if request.weights is None else os.fsdecode(request.weights)
        self._model = None
        with self._fence(path):
            model = read_model(
                path,
                progress=_Throttled(self._send),
                weights=Path(weights) if weights is not None else None,
            )
        self._model = model
        if not request.send:
            return
        try:
            for body in model_bodies(model):
                self._send(body)
        except OverflowError as error:
            raise InspectorError(
                f"{shown(path.name)} is not opened: its description is too large.",
                f"It needs {error}.",
                "If this is a real model, please report it with its source.",
            ) from None
        if request.picture:
            self._lay_out("", horizontal=False)

    def _lay_out(self, graph: str, horizontal: bool) -> None:
        if self._model is None:
            raise InspectorError("No model is open.", "", "Open one first.")
        if graph not in self._model.graphs:
            raise InspectorError(f"The model has no graph {shown(graph)!r}.")
        # The layout library is needed by pictures alone.
        from viewers.drawing.layout import lay_out

        layout: Layout = lay_out(self._model, graph, horizontal)
        _reply(self._send, LaidOut(layout=layout))


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
    return Failed(
        what=f"{doing} failed because of a mistake in this program.",
        why=f"{type(error).__name__}: {shown(str(error))}",
        advice="Please report it, with the file if you can.",
    )
