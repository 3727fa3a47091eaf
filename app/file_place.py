"""Where a file lies: copied, or shown by the desktop's own file manager."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication


def copy_path(path: Path) -> None:
    """Put a file's whole path on the clipboard."""
    QGuiApplication.clipboard().setText(str(path))


def show_in_folder(path: Path) -> None:
    """Ask the file manager to open the folder that a file lies in."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
