"""Prints what the programs of an X11 display tell of starts, until it is ended.

``new: ID=…`` when something was double-clicked, ``remove: ID=…`` when it is there; in
between the pointer shows that one has to wait. Started as a process of its own.
"""

import ctypes
import shlex

CLIENT_MESSAGE, EVENT_MASK, PROPERTY_CHANGE = 33, 2048, 0x400000


class Screens(ctypes.Structure):
    _fields_ = (
        ("first", ctypes.POINTER(ctypes.c_uint32)),
        ("left", ctypes.c_int),
        ("index", ctypes.c_int),
    )


def main() -> None:
    xcb = ctypes.CDLL("libxcb.so.1")
    for name in ("xcb_connect", "xcb_get_setup", "xcb_wait_for_event"):
        getattr(xcb, name).restype = ctypes.c_void_p
    xcb.xcb_setup_roots_iterator.restype = Screens
    display = ctypes.c_void_p(xcb.xcb_connect(None, None))
    setup = ctypes.c_void_p(xcb.xcb_get_setup(display))
    root = ctypes.c_uint32(xcb.xcb_setup_roots_iterator(setup).first[0])
    mask = ctypes.byref(ctypes.c_uint32(PROPERTY_CHANGE))
    xcb.xcb_change_window_attributes(display, root, ctypes.c_uint32(EVENT_MASK), mask)
    xcb.xcb_flush(display)
    print("listening", flush=True)
    said: dict[bytes, bytes] = {}
    while event := xcb.xcb_wait_for_event(display):
        data = ctypes.string_at(event, 32)
        if data[0] & 0x7F != CLIENT_MESSAGE or data[1] != 8:
            continue
        sender = data[4:8]
        said[sender] = said.get(sender, b"") + data[12:]
        if b"\0" in data[12:]:
            text = said.pop(sender).partition(b"\0")[0].decode()
            kind, _, rest = text.partition(":")
            words = dict(word.partition("=")[::2] for word in shlex.split(rest))
            print(f"{kind}\t{words.get('ID', '')}", flush=True)


if __name__ == "__main__":
    main()
