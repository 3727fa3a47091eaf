"""Work off the UI thread: pure functions on a few threads, newest wins."""

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from loaders.ir.errors import InspectorError

T = TypeVar("T")

SWITCH_SECONDS = 0.0005
"""How long a job may keep the interpreter from the window."""


class JobRunner(QObject):
    """Runs pure functions on a few threads. Lives in the UI thread.

    Each job has a topic, e.g. ``"steps"``. Starting a job makes every older job of its
    topic obsolete: the newest request wins and stale results are dropped. Results and
    errors arrive in the UI thread.

    Signals:
        failed: An ``InspectorError`` that a job raised.
    """

    failed = Signal(object)
    _settled = Signal(str, object, object)

    def __init__(self, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Every call of Qt lets go of the interpreter and waits to get it back: 5 ms, by
        # default, whenever a job computes. A page takes hundreds of such calls.
        sys.setswitchinterval(SWITCH_SECONDS)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._newest: dict[str, Future[Any]] = {}
        self._closed = False
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(
        self, topic: str, work: Callable[[], T], done: Callable[[T], None]
    ) -> None:
        """Run ``work`` on a thread, then ``done`` with its result in this thread.

        A runner that is closed runs nothing: its window is gone.
        """
        if self._closed:
            return
        self.forget(topic)
        future = self._newest[topic] = self._pool.submit(work)
        future.add_done_callback(lambda f: self._settle(topic, f, done))

    def forget(self, topic: str) -> None:
        """Drop the newest job of a topic: nobody waits for its result any more."""
        if older := self._newest.pop(topic, None):
            older.cancel()

    def close(self, *, wait: bool = True) -> None:
        """Let running work end and deliver nothing any more.

        Args:
            wait: Whether to stay until it has ended.
        """
        self._closed = True
        self._newest.clear()
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _settle(self, topic: str, future: Future[T], done: Callable[[T], None]) -> None:
        """Called in the thread of the job; nobody listens at the end of the program."""
        if not self._closed:
            self._settled.emit(topic, future, done)

    @Slot(str, object, object)
    def _deliver(
        self, topic: str, future: Future[T], done: Callable[[T], None]
    ) -> None:
        if self._newest.get(topic) is not future:
            return
        del self._newest[topic]
        match future.exception():
            case None:
                done(future.result())
            case InspectorError() as error:
                self.failed.emit(error)
            case bug:
                raise bug  # reaches sys.excepthook
