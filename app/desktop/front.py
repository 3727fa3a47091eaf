"""Our own window: its icon, its number for others, how it comes to the front."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QWidget

import resources

_TOKEN = "XDG_ACTIVATION_TOKEN"
_ICON_SIZES = (16, 24, 32, 48, 64, 128)


def program_icon() -> QIcon:
    """Return the icon that title bars and lists of windows show."""
    icons = Path(resources.__file__).parent / "icons"
    icon = QIcon()
    for size in _ICON_SIZES:
        icon.addFile(str(icons / f"{size}x{size}" / "apps" / "layerscope.png"))
    return icon


def number_on_x11(window: QWidget) -> int:
    """Return the window's number on an X11 display; 0 on other displays."""
    if QGuiApplication.platformName() != "xcb":
        return 0
    return int(window.winId())


def come_forward(window: QWidget, token: str) -> None:
    """Show a window in front of others, as far as the desktop lets it.

    Args:
        window: It may be minimized.
        token: Shows to a Wayland desktop that a click of the user asks for it. On X11
            the process that was started by the click sees to that.
    """
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    if token:
        os.environ[_TOKEN] = token  # where Qt looks for it
    window.activateWindow()
    os.environ.pop(_TOKEN, None)
