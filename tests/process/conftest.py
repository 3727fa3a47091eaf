"""Real reader processes; none may be left when a test is over."""

import os
import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.client import ReaderClient
from loaders.ir.errors import InspectorError

SECONDS = 30


class Ears:
    """Hears a client's events in order."""

    def __init__(self, client: ReaderClient) -> None:
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        client.listen(self._events.put)

    def next(self, wanted: type, seconds: float = SECONDS) -> Any:
        """Return the next event of a type; all but errors in between is passed over."""
        end = time.monotonic() + seconds
        while True:
            event = self._events.get(timeout=max(0.01, end - time.monotonic()))
            if isinstance(event, wanted):
                return event
            assert not isinstance(event, InspectorError), str(event)

    def silence(self, seconds: float) -> bool:
        """Return whether nothing arrives for a while."""
        time.sleep(seconds)
        return self._events.empty()


def readers(parent: int | None = None) -> list[int]:
    """Return the reader processes that a process has started and not yet buried."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        is_child = fields and int(fields[1]) == (parent or os.getpid())
        if is_child and b"--reader" in words and fields[0] != "Z":
            found.append(int(place.name))
    return found


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderClient]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    client = ReaderClient()
    yield client
    client.close()
    until(lambda: not readers())
    assert not list((tmp_path / "cache").rglob("work-*"))


@pytest.fixture
def ears(client: ReaderClient) -> Ears:
    return Ears(client)
