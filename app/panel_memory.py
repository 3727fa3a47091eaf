"""How the panels are arranged: the same for every model, and at the next start."""

from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from app.panels import Panels
from app.settings import Settings

_STATE = "panels"


class _Part(NamedTuple):
    """Something that is shown or not, in the panels of every model."""

    at_first: bool
    show: Callable[[Panels, bool], None]


_PARTS = {
    "table": _Part(True, lambda panels, on: panels.docks["table"].setVisible(on)),
    "inspector": _Part(
        True, lambda panels, on: panels.docks["inspector"].setVisible(on)
    ),
    "map": _Part(True, lambda panels, on: panels.graph.show_minimap(on)),
    "legend": _Part(False, lambda panels, on: panels.graph.show_legend(on)),
    "attributes": _Part(False, lambda panels, on: panels.graph.marks.show_settings(on)),
    "edge-shapes": _Part(
        False, lambda panels, on: panels.graph.marks.show_edge_shapes(on)
    ),
}
"""By the id of the command that switches it."""


class PanelMemory(QObject):
    """Gives panels the remembered arrangement and remembers what the user changes.

    Signals:
        changed: A part was hidden by other means than its command.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def is_shown(self, part: str) -> bool:
        """Whether a part is to be seen."""
        return self._settings.flag(part, _PARTS[part].at_first)

    @property
    def parts(self) -> Collection[str]:
        """Ids of the commands that show and hide parts."""
        return _PARTS.keys()

    def toggle(self, part: str, panels: Panels) -> None:
        """Show a part that is hidden, or hide it."""
        self._settings.set_flag(part, not self.is_shown(part))
        _PARTS[part].show(panels, self.is_shown(part))

    def arrange(self, panels: Panels) -> None:
        """Show and hide the parts."""
        for name, part in _PARTS.items():
            part.show(panels, self.is_shown(name))

    def does(
        self, panels: Callable[[], Panels | None]
    ) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""

        def toggle(part: str) -> None:
            if (shown := panels()) is not None:
                self.toggle(part, shown)

        return {part: partial(toggle, part) for part in _PARTS}

    def dress(self, panels: Panels) -> None:
        """Give panels that are new the remembered arrangement, and the keyboard."""
        if (state := self._settings.state(_STATE)) is not None:
            panels.frame.restore(state)
        panels.arranged.connect(self._remember)
        for name, dock in panels.docks.items():
            dock.closed.connect(partial(self._note_closed, name))
        table = panels.table
        table.choose_columns(self._settings.columns)
        table.columns_chosen.connect(
            lambda: setattr(self._settings, "columns", table.chosen_columns)
        )
        self.arrange(panels)
        panels.graph.setFocus()
        # A picture that is not there yet cannot take the keys.
        panels.painted.connect(
            lambda *_: _give_keys(panels), Qt.ConnectionType.SingleShotConnection
        )

    @Slot()
    def _remember(self) -> None:
        panels = self.sender()
        if isinstance(panels, Panels):
            self._settings.remember_state(_STATE, panels.frame.state)

    def _note_closed(self, part: str) -> None:
        self._settings.set_flag(part, False)
        self.changed.emit()


def _give_keys(panels: Panels) -> None:
    """Let the keys go to the graph unless the user is at work in the panels."""
    focused = QApplication.focusWidget()
    if panels.isVisible() and not (focused and panels.isAncestorOf(focused)):
        panels.graph.setFocus()
