"""How the panels are arranged: the same for every model, and at the next start."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from app.panels import Panels
from app.settings import Settings

_ACROSS, _DOWN = "across", "down"
_PARTS = ("table", "inspector")


class PanelMemory(QObject):
    """Gives panels the remembered arrangement and remembers what the user changes."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._dressed: Panels | None = None

    def is_shown(self, part: str) -> bool:
        """Whether the ``table`` or the ``inspector`` is to be seen."""
        return self._settings.flag(part, True)

    def toggle(self, part: str, panels: Panels) -> None:
        """Show a part that is hidden, or hide it."""
        self._settings.set_flag(part, not self.is_shown(part))
        self.arrange(panels)

    def arrange(self, panels: Panels) -> None:
        """Show and hide the parts."""
        panels.table.setVisible(self.is_shown("table"))
        panels.inspector.setVisible(self.is_shown("inspector"))

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
        across, down = (self._settings.state(name) for name in (_ACROSS, _DOWN))
        panels.restore(across, down)
        panels.arranged.connect(self._remember)
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
            across, down = panels.state
            self._settings.remember_state(_ACROSS, across)
            self._settings.remember_state(_DOWN, down)


def _give_keys(panels: Panels) -> None:
    """Let the keys go to the graph unless the user is at work in the panels."""
    focused = QApplication.focusWidget()
    if panels.isVisible() and not (focused and panels.isAncestorOf(focused)):
        panels.graph.setFocus()
