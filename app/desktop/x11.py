"""Bringing a window of another process to the front of an X11 display.

Window managers keep windows from pushing themselves in front of what the user does. A
window may come forward if it can show that a later click of the user asks for it, by
the time of that click. The desktop tells that to the process it starts; that process
asks here for a window of ours which was there before.

Qt cannot do this, and is not loaded in that process. ``libxcb`` is there wherever Qt
runs on X11, and its errors, unlike those of ``libX11``, end no process.
"""

import ctypes
import re
import struct
import sys
from collections.abc import Iterator

_LIBRARY = "libxcb.so.1"
_CLIENT_MESSAGE = 33
_FROM_A_PAGER = 2  # the user asks, not the window itself
_TO_THE_WINDOW_MANAGER = 0x180000  # SubstructureNotify | SubstructureRedirect
_TO_ALL_WHO_WATCH = 0x400000  # PropertyChange
_PIECE = 20
_TIME = re.compile(r"_TIME(\d{1,10})$")


class _Setup(ctypes.Structure):
    """How ``xcb_setup_roots_iterator`` returns its place: the first screen's root."""

    _fields_ = (
        ("data", ctypes.POINTER(ctypes.c_uint32)),
        ("left", ctypes.c_int),
        ("index", ctypes.c_int),
    )


def bring_forward(window: int, startup: str) -> None:
    """Ask the window manager for a window and end the desktop's waiting cursor.

    Does nothing where there is no X11.

    Args:
        window: The number of the window; 0 for none.
        startup: What the desktop called this start (``DESKTOP_STARTUP_ID``), or empty.
    """
    if not window:
        return
    try:
        xcb = ctypes.CDLL(_LIBRARY)
    except OSError:
        return
    xcb.xcb_connect.restype = ctypes.c_void_p
    display = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        if not xcb.xcb_connection_has_error(display):
            _Display(xcb, display).bring_forward(window, startup)
    finally:
        xcb.xcb_disconnect(display)


class _Display:
    """A connection to the display."""

    def __init__(self, xcb: ctypes.CDLL, display: ctypes.c_void_p) -> None:
        self._xcb, self._display = xcb, display
        xcb.xcb_get_setup.restype = ctypes.c_void_p
        xcb.xcb_setup_roots_iterator.restype = _Setup
        setup = ctypes.c_void_p(xcb.xcb_get_setup(display))
        self._root = int(xcb.xcb_setup_roots_iterator(setup).data[0])

    def bring_forward(self, window: int, startup: str) -> None:
        found = _TIME.search(startup)
        when = int(found[1]) & 0xFFFFFFFF if found else 0
        words = struct.pack("=5I", _FROM_A_PAGER, when, 0, 0, 0)
        self._send(window, "_NET_ACTIVE_WINDOW", words, _TO_THE_WINDOW_MANAGER)
        if startup:
            kind = "_NET_STARTUP_INFO_BEGIN"
            for piece in pieces(startup):
                self._send(window, kind, piece, _TO_ALL_WHO_WATCH, 8)
                kind = "_NET_STARTUP_INFO"
        self._xcb.xcb_flush(self._display)
        # An answer to anything means that all before it has arrived.
        self._atom("_NET_ACTIVE_WINDOW")

    def _send(
        self, window: int, kind: str, data: bytes, mask: int, bits: int = 32
    ) -> None:
        event = struct.pack(
            "=BBHII20s", _CLIENT_MESSAGE, bits, 0, window, self._atom(kind), data
        )
        self._xcb.xcb_send_event(self._display, 0, self._root, mask, event)

    def _atom(self, name: str) -> int:
        """Return the display's number for a word: bytes 8 to 12 of its answer."""
        word = name.encode("ascii")
        self._xcb.xcb_intern_atom_reply.restype = ctypes.c_void_p
        question = self._xcb.xcb_intern_atom(self._display, 0, len(word), word)
        answer = self._xcb.xcb_intern_atom_reply(
            self._display, ctypes.c_uint32(question), None
        )
        if not answer:
            return 0  # the display has gone
        number = int.from_bytes(ctypes.string_at(answer, 12)[8:], sys.byteorder)
        ctypes.CDLL(None).free(ctypes.c_void_p(answer))
        return number


def pieces(startup: str) -> Iterator[bytes]:
    """Yield the message that ends a start, in pieces of 20 bytes and a zero at the end.

    As the startup-notification protocol of freedesktop.org wants it.
    """
    quoted = startup.replace("\\", "\\\\").replace('"', '\\"')
    text = f'remove: ID="{quoted}"'.encode() + b"\0"
    for at in range(0, len(text), _PIECE):
        yield text[at : at + _PIECE].ljust(_PIECE, b"\0")
