"""What commands do to the model in front, and which of its switches are on."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from msgspec.structs import fields
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.panels import Panels
from app.picture import Picture
from loaders.ir.folding import Folding


def _turn(panels: Panels) -> None:
    panels.drawing.turn(not panels.drawing.is_horizontal)


def _toggle(panels: Panels, recursive: bool) -> None:
    panels.drawing.toggle(panels.selected, recursive)


def _trace(panels: Panels, upstream: bool, downstream: bool) -> None:
    panels.graph.marks.trace(panels.graph.selected, upstream, downstream)


def _fold_activations(panels: Panels) -> None:
    def fold(picture: Picture) -> None:
        picture.fold_activations = not picture.fold_activations

    panels.drawing.change(fold)


FOLDINGS = tuple(field.name for field in fields(Folding))
"""What the reader can show with the nodes that use it."""


def _fold(what: str, panels: Panels) -> None:
    panels.fold(what)


def _folds(what: str, panels: Panels) -> bool:
    return bool(getattr(panels.folding, what))


def _float(panels: Panels, part: str) -> None:
    dock = panels.docks[part]
    dock.setFloating(not dock.isFloating())


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
        chosen.activateWindow()  # it may float
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)


PANEL_COMMANDS: Mapping[str, Callable[[Panels], None]] = MappingProxyType(
    {
        "fit": lambda panels: panels.graph.fit(),
        "zoom-in": lambda panels: panels.graph.zoom_in(),
        "zoom-out": lambda panels: panels.graph.zoom_out(),
        "actual-size": lambda panels: panels.graph.zoom_to_actual_size(),
        "zoom-area": lambda panels: panels.graph.zoom_to_area(),
        "toggle-group": lambda panels: _toggle(panels, recursive=False),
        "toggle-group-deep": lambda panels: _toggle(panels, recursive=True),
        "alone": lambda panels: panels.drawing.show_alone(panels.selected),
        "open-all": lambda panels: panels.drawing.change(Picture.open_all),
        "close-all": lambda panels: panels.drawing.change(Picture.close_all),
        "trace-up": lambda panels: _trace(panels, True, False),
        "trace-down": lambda panels: _trace(panels, False, True),
        "trace-both": lambda panels: _trace(panels, True, True),
        "trace-off": lambda panels: panels.graph.marks.clear_trace(),
        "hide-kind": Panels.leave_out_kind,
        "show-kinds": lambda panels: panels.drawing.change(Picture.take_in),
        "fold-activations": _fold_activations,
        **{f"fold-{what}": partial(_fold, what) for what in FOLDINGS},
        "turn": _turn,
        "float-table": lambda panels: _float(panels, "table"),
        "float-inspector": lambda panels: _float(panels, "inspector"),
        "panels-usual": Panels.share_out,
        "outer": Panels.back,
        "earlier": lambda panels: panels.revisit(-1),
        "later": lambda panels: panels.revisit(1),
        "weights-page": lambda panels: panels.inspector.show_tab("Weights"),
        "model": Panels.show_whole_model,
        "next-panel": lambda panels: _go_to_next(panels, 1),
        "previous-panel": lambda panels: _go_to_next(panels, -1),
    }
)
"""By the command's id. A command's key, title and menu are in ``app.commands``."""

SWITCHES: Mapping[str, Callable[[Panels], bool]] = MappingProxyType(
    {
        "fold-activations": lambda panels: panels.drawing.folds_activations,
        **{f"fold-{what}": partial(_folds, what) for what in FOLDINGS},
        "turn": lambda panels: panels.drawing.is_horizontal,
        "float-table": lambda panels: panels.docks["table"].isFloating(),
        "float-inspector": lambda panels: panels.docks["inspector"].isFloating(),
    }
)
"""Whether the check mark of a command is on, by its id."""
