"""Tells when a file was written again, or is gone.

Files are looked at again and again, in a job: the services that systems have for this
miss network drives and files that are replaced by renaming, and asking them blocks.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import JobRunner

PERIOD_MS = 700
"""How often files are looked at; one look costs some microseconds a file."""
STILL = 2
"""Looks in a row that must find the same: whoever writes has then paused for longer
than half a second, and a file that is being replaced is there again."""
MOST_INSIDE = 200
"""Files of a folder that are looked at."""

Print: TypeAlias = tuple[tuple[str, int, int], ...]
"""Name, size and time of change of each file; empty if there is none."""


class _Watched(Struct):
    """What is known of one file.

    Attributes:
        known: How it was when it was read or told of last; ``None`` before the first
            look.
        last: How it was at the last look.
        still: Looks in a row that found it so.
    """

    known: Print | None = None
    last: Print = ()
    still: int = 0


class FileWatch(QObject):
    """Watches files and folders. Lives in the UI thread and never touches a disk there.

    Signals:
        rewritten: A ``Path`` that has other contents and is not being written any more.
        gone: A ``Path`` where there is no file any more.
    """

    rewritten = Signal(object)
    gone = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A thread of its own: a network drive that hangs must not stop other work.
        self._jobs = JobRunner(threads=1, parent=self)
        self._files: dict[Path, _Watched] = {}
        self._timer = QTimer(self, singleShot=True, interval=PERIOD_MS)
        self._timer.timeout.connect(self._look)

    def watch(self, path: Path) -> None:
        """Watch a file from now on: how it is at the first look counts as known."""
        if path not in self._files:
            self._files[path] = _Watched()
            self._timer.start(0)

    def forget(self, path: Path) -> None:
        """Watch a file no more."""
        self._files.pop(path, None)

    def close(self) -> None:
        """Stop for good."""
        self._timer.stop()
        self._files.clear()
        self._jobs.close(wait=False)  # a drive that hangs must not keep the window

    @Slot()
    def _look(self) -> None:
        paths = tuple(self._files)
        if paths:
            self._jobs.start(self, "look", lambda: _look_at(paths), self._compare)

    def _compare(self, found: Mapping[Path, Print]) -> None:
        self._timer.start(PERIOD_MS)
        for path, now in found.items():
            watched = self._files.get(path)
            if watched is None:
                continue
            watched.still = watched.still + 1 if now == watched.last else 0
            watched.last = now
            if watched.known is None:
                watched.known = now
            elif now != watched.known and watched.still >= STILL - 1:
                watched.known = now
                (self.rewritten if now else self.gone).emit(path)


def _look_at(paths: Iterable[Path]) -> dict[Path, Print]:
    return {path: print_of(path) for path in paths}


def print_of(path: Path) -> Print:
    """Return what tells a file from a later one of the same name.

    Of a folder, that is what its first ``MOST_INSIDE`` files tell.
    """
    if not path.is_dir():
        return tuple(_print_of_file(path, ""))
    places = sorted(path.glob("*"))[:MOST_INSIDE] + sorted(path.glob("*/*"))
    return tuple(
        line
        for place in places[:MOST_INSIDE]
        for line in _print_of_file(place, str(place.relative_to(path)))
    )


def _print_of_file(path: Path, name: str) -> Iterable[tuple[str, int, int]]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return ((name, found.st_size, found.st_mtime_ns),)
