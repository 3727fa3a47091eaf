"""Cyclic garbage of the window's process, collected where widgets may be destroyed.

Python collects garbage in whichever thread asks for memory. If a widget or timer is
part of it, Qt destroys it there, and that ends the process. So automatic collection is
off, and a timer of the window's thread does it, in small portions.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 500
YOUNG = 700
"""Objects made since the last collection from which one is worth it; as in Python."""
OLDER = (10, 10)
"""Collections of the younger generation before one of the next; as in Python."""
MOST = 50_000
"""More young objects than this are tables of a model, not garbage: looking through
them would stop the window for a tenth of a second."""


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
