"""What commands do to the model in front, and which of its switches are on."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.panels import Panels


def _turn(panels: Panels) -> None:
    panels.drawing.turn(not panels.drawing.is_horizontal)


def _go_to_next(panels: Panels, step: int) -> None:
    """Give the keyboard to the next panel that is seen."""
    areas: dict[QWidget, QWidget] = {
        panels.drawing: panels.graph.canvas,
        panels.table: panels.table.table,
        panels.inspector: panels.inspector.sheet,
    }
    seen = [area for area in areas if area.isVisible()]
    focused = QApplication.focusWidget()
    here = -1 if step > 0 else 0
    for number, area in enumerate(seen):
        if focused is not None and area.isAncestorOf(focused):
            here = number
    if seen:
        chosen = areas[seen[(here + step) % len(seen)]]
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)


PANEL_COMMANDS: Mapping[str, Callable[[Panels], None]] = MappingProxyType(
    {
        "fit": lambda panels: panels.graph.fit(),
        "zoom-in": lambda panels: panels.graph.zoom_in(),
        "zoom-out": lambda panels: panels.graph.zoom_out(),
        "actual-size": lambda panels: panels.graph.zoom_to_actual_size(),
        "turn": _turn,
        "outer": Panels.back,
        "model": Panels.show_whole_model,
        "next-panel": lambda panels: _go_to_next(panels, 1),
        "previous-panel": lambda panels: _go_to_next(panels, -1),
    }
)
"""By the command's id. A command's key, title and menu are in ``app.commands``."""

SWITCHES: Mapping[str, Callable[[Panels], bool]] = MappingProxyType(
    {"turn": lambda panels: panels.drawing.is_horizontal}
)
"""Whether the check mark of a command is on, by its id."""
