"""What the program tells other programs while it starts: one JSON line per event."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Literal, TextIO, TypeAlias

from msgspec import Struct

Appearance: TypeAlias = Literal["light", "dark", "system"]

_FIRST_LINE = time.monotonic()


class WindowOptions(Struct, frozen=True, kw_only=True):
    """What the command line asks of the window.

    Attributes:
        files: Files to open, each in a tab of its own.
        events: Print one JSON line per event on standard output.
        quit_after: End the program after this event; empty to stay.
        screenshot: Where to save the first whole frame.
        theme: Appearance asked for; ``None`` to keep the user's setting.
    """

    files: tuple[Path, ...] = ()
    events: bool = False
    quit_after: Literal["", "drawn"] = ""
    screenshot: Path | None = None
    theme: Appearance | None = None


class EventLog:
    """Prints events with the milliseconds since the process started.

    A log that is not enabled prints nothing, so callers need not ask.
    """

    def __init__(self, enabled: bool, stream: TextIO | None = None) -> None:
        self._enabled = enabled
        self._stream = stream if stream is not None else sys.stdout

    def log(self, event: str, **details: Any) -> None:
        """Print ``{"event": event, "ms": ..., **details}`` and flush."""
        if not self._enabled:
            return
        line = {"event": event, "ms": round(since_start() * 1000, 1), **details}
        print(json.dumps(line), file=self._stream, flush=True)


def since_start() -> float:
    """Return the seconds since the kernel started this process.

    Linux tells it in clock ticks of 10 ms, counted from boot. Elsewhere the time since
    this module was imported has to do, a few hundredths of a second less.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        # Field 22; field 2, the name, may hold spaces and brackets.
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    return time.monotonic() - _FIRST_LINE
