"""The menu of a place in the graph: what can be done there, most of it also by key."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.panels import Panels
from loaders.ir.text import shown

_TRACE = ("trace-up", "trace-down", "trace-both")
_GROUND = (
    ("fit", "zoom-area", "actual-size"),
    ("open-all", "close-all", "outer"),
    ("show-kinds", "fold-activations"),
    ("turn", "attributes", "edge-shapes", "color"),
)


def show_graph_menu(
    panels: Panels, box: str, at: QPoint, actions: Actions, window: QWidget
) -> QMenu:
    """Show the menu of a box, or of the ground beside all boxes.

    Args:
        panels: Where it was asked for; the box is selected there.
        box: The box; empty for the ground.
        at: Where on the screen.
        actions: What it offers.
        window: Owner of the menu.
    """
    menu = QMenu(window)
    menu.aboutToHide.connect(menu.deleteLater)
    if panels.selected and panels.selected == box:
        _offer_box(menu, panels, actions)
    for group in _GROUND if not menu.actions() else ():
        _offer(menu, actions, group)
    menu.popup(at)
    return menu


def _offer_box(menu: QMenu, panels: Panels, actions: Actions) -> None:
    picture, box = panels.drawing.picture, panels.selected
    if picture is not None and picture.is_group(box):
        verb = "Close" if picture.is_open(box) else "Open"
        _offer_as(menu, actions["toggle-group"], verb)
        _offer_as(menu, actions["toggle-group-deep"], f"{verb} with all inside")
        menu.addAction(actions["alone"])
    _offer(menu, actions, _TRACE)
    if panels.drawing.is_traced:
        menu.addAction(actions["trace-off"])
    menu.addSeparator()
    if op := panels.kind_selected:
        _offer_as(menu, actions["hide-kind"], f"Leave out every {shown(op, 40)}")
    menu.addAction("Copy name").triggered.connect(panels.copy_name)


def _offer(menu: QMenu, actions: Actions, ids: tuple[str, ...]) -> None:
    if menu.actions():
        menu.addSeparator()
    for id in ids:
        menu.addAction(actions[id])


def _offer_as(menu: QMenu, action: QAction, title: str) -> None:
    """Offer a command in the words that fit what was clicked."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    words = title.replace("&", "&&")
    offered = menu.addAction(f"{words}\t{key}" if key else words)
    offered.triggered.connect(action.trigger)
