"""The window's end of the handover: it hears other starts and takes their files."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot

from app.desktop.handover import (
    MOST_BYTES,
    PROTOCOL,
    Delivery,
    Greeting,
    HandoverError,
    Receipt,
    decoded,
    encoded,
    is_same_user,
)
from app.desktop.instance import Claim

GUESTS = 16
"""Starts that are spoken with at the same time; the others wait."""
SPEAKING_MS = 2000
"""How long one may take to say what it wants."""


class Reception(QObject):
    """Speaks with other starts for as long as the window takes files.

    Lives in the UI thread, and never waits there: what is said is a line or two, and
    lies in the socket's buffers.

    Args:
        claim: Begins to listen; starts that came before keep trying.
        window: Returns the number of our window on X11, 0 elsewhere.

    Signals:
        asked: A ``tuple[Path, ...]`` to open, which may be empty, and the token with
            which the window may come to the front, or an empty text.
    """

    asked = Signal(object, str)

    def __init__(
        self, claim: Claim, window: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._claim, self._window = claim, window
        self._guests: list[_Guest] = []
        self._notifier: QSocketNotifier | None = None
        claim.listen()
        if claim.listener is not None:
            self._notifier = _notifier(claim.listener, self)
            self._notifier.activated.connect(self._on_knock)

    def close(self) -> None:
        """Take no files any more; the next start becomes the one window."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        for guest in tuple(self._guests):
            guest.leave()
        self._claim.give_up()

    @Slot()
    def _on_knock(self) -> None:
        listener = self._claim.listener
        if listener is None or self._notifier is None:
            return
        try:
            door, _ = listener.accept()
        except OSError:
            return  # it has left again
        if not is_same_user(door):
            door.close()
            return
        guest = _Guest(door, self)
        guest.asked.connect(self._on_asked)
        guest.left.connect(self._on_left)
        self._guests.append(guest)
        self._notifier.setEnabled(len(self._guests) < GUESTS)
        guest.greet()

    @Slot(object)
    def _on_asked(self, delivery: Delivery) -> None:
        guest = self.sender()
        if isinstance(guest, _Guest):
            guest.thank(self._window())  # first: to open files takes a while
        paths = tuple(Path(os.fsdecode(path)) for path in delivery.files)
        self.asked.emit(paths, delivery.token)

    @Slot()
    def _on_left(self) -> None:
        guest = self.sender()
        if isinstance(guest, _Guest) and guest in self._guests:
            self._guests.remove(guest)
            guest.deleteLater()
        if self._notifier is not None:
            self._notifier.setEnabled(True)


class _Guest(QObject):
    """One start that asks.

    Signals:
        asked: Its ``Delivery``.
        left: Nothing more comes of it.
    """

    asked = Signal(object)
    left = Signal()

    def __init__(self, door: socket.socket, parent: QObject) -> None:
        super().__init__(parent)
        self._door, self._heard = door, b""
        door.setblocking(False)
        self._notifier = _notifier(door, self)
        self._notifier.activated.connect(self._on_word)
        self._is_gone = False
        QTimer.singleShot(SPEAKING_MS, self, self.leave)

    def greet(self) -> None:
        """Say that somebody is here."""
        self._say(encoded(Greeting(protocol=PROTOCOL)))

    def thank(self, window: int) -> None:
        """Say that the files were taken."""
        self._say(encoded(Receipt(window=window)))
        self.leave()

    @Slot()
    def leave(self) -> None:
        """End it."""
        if self._is_gone:
            return
        self._is_gone = True
        self._notifier.setEnabled(False)
        self._door.close()
        self.left.emit()

    def _say(self, line: bytes) -> None:
        if self._is_gone:
            return
        try:
            self._door.sendall(line)  # far less than a buffer
        except OSError:
            self.leave()

    @Slot()
    def _on_word(self) -> None:
        if self._is_gone:
            return
        try:
            piece = self._door.recv(65536)
            self._heard += piece
            if not piece or len(self._heard) > MOST_BYTES:
                self.leave()
            elif self._heard.endswith(b"\n"):
                self._take(decoded(self._heard, Delivery))
        except (OSError, HandoverError):
            self.leave()

    def _take(self, delivery: Delivery) -> None:
        self._notifier.setEnabled(False)
        if all(path.startswith(b"/") for path in delivery.files):
            self.asked.emit(delivery)
        else:
            self.leave()


def _notifier(door: socket.socket, parent: QObject) -> QSocketNotifier:
    return QSocketNotifier(door.fileno(), QSocketNotifier.Type.Read, parent)
