"""The menu of one tab: what can be done with its file, in front or not."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from app.file_place import copy_path, show_in_folder
from app.workspace import Workspace


def show_tab_menu(
    workspace: Workspace, number: int, at: QPoint, window: QWidget
) -> QMenu:
    """Show the menu of a tab.

    Args:
        workspace: Where the file is open.
        number: Which tab.
        at: Where on the screen.
        window: Owner of the menu.
    """
    view = workspace.views[number]
    path = view.document.path
    menu = QMenu(window)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.addAction("Reload").triggered.connect(lambda: view.read_again())
    menu.addSeparator()
    menu.addAction("Copy path").triggered.connect(lambda: copy_path(path))
    menu.addAction("Show in folder").triggered.connect(lambda: show_in_folder(path))
    menu.addSeparator()
    menu.addAction("Close").triggered.connect(
        lambda: workspace.close(workspace.views.index(view))
    )
    others = menu.addAction("Close other files")
    others.triggered.connect(lambda: workspace.close_others(view))
    others.setEnabled(len(workspace.views) > 1)
    menu.popup(at)
    return menu
