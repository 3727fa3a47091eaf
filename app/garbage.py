"""Cyclic garbage of the window's process, collected where widgets may be destroyed.

Python collects garbage in whichever thread asks for memory. If a widget or timer is
part of it, Qt destroys it there, and that ends the process. So automatic collection is
off, and a timer of the window's thread does it, in small portions.
"""

import gc
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

INTERVAL_MS = 500
YOUNG = 700
"""Objects made since the last collection from which one is worth it; as in Python."""
OLDER = (10, 10)
"""Collections of the younger generation before one of the next; as in Python."""
MOST = 50_000
"""More young objects than this are tables of a model, not garbage: looking through
them would stop the window for a tenth of a second."""


PART, PAUSE_MS = 2_000, 20
"""Rows of a table that are freed at once, in about a millisecond, and then a pause."""


class _SlowEnd(QObject):
    """Frees parts of tables, one at a time."""

    def __init__(self, parts: list[Sequence[object]], parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._free)
        self._timer.start()

    @Slot()
    def _free(self) -> None:
        if self._parts:
            self._parts.pop()
        else:
            self.deleteLater()


def free_slowly(tables: Iterable[Sequence[object]]) -> None:
    """Keep the rows of large tables for a little longer than the tables.

    Freeing all of a large model at once would stop the window for a tenth of a second.
    """
    parts = [
        table[at : at + PART]
        for table in tables
        if len(table) > PART
        for at in range(0, len(table), PART)
    ]
    application = QCoreApplication.instance()
    if parts and application is not None:
        _SlowEnd(parts, application)


class GarbageTimer(QObject):
    """Collects garbage while the event loop runs; automatic collection stays off."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect as much as is due, or set large tables aside for good."""
        young, middle, old = gc.get_count()
        if young > MOST:
            # Models and their tables hold no cycles: counting references frees them.
            gc.freeze()
        elif young > YOUNG:
            generation = 0
            if middle >= OLDER[0]:
                generation = 2 if old >= OLDER[1] else 1
            gc.collect(generation)
