"""The find field of the window, for whichever model is in front."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Slot

from app.finding import Finder
from app.panels import Panels
from viewers.find_field import FindField


class FindBar(QObject):
    """Lets one field search in the model in front; each model keeps its own words."""

    def __init__(self, panels: Callable[[], Panels | None], parent: QObject) -> None:
        super().__init__(parent)
        self._panels = panels
        self.field = FindField()
        self.field.textEdited.connect(self._look_for)
        self.field.stepped.connect(self._step)
        self.field.chosen.connect(self._choose)
        self.field.escaped.connect(self._leave)

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        return {
            "find": self.start,
            "find-next": lambda: self._step(1),
            "find-previous": lambda: self._step(-1),
        }

    def dress(self, panels: Panels) -> None:
        """Listen to the list of panels that are new."""
        panels.found.example_chosen.connect(self._try)
        panels.finder.left.connect(panels.graph.setFocus)

    def refresh(self) -> None:
        """Show the words of the model in front."""
        finder = self._finder
        self.field.setEnabled(finder is not None)
        with QSignalBlocker(self.field):
            self.field.setText(finder.text if finder is not None else "")

    def start(self) -> None:
        """Go to the field and show the list."""
        if (finder := self._finder) is not None:
            finder.open()
            self.field.activateWindow()  # a floating panel may have the keyboard
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.field.selectAll()

    @property
    def _finder(self) -> Finder | None:
        panels = self._panels()
        return panels.finder if panels is not None else None

    @Slot(str)
    def _look_for(self, text: str) -> None:
        if (finder := self._finder) is not None:
            if not finder.is_open:
                finder.open()
            finder.look_for(text)

    @Slot(str)
    def _try(self, text: str) -> None:
        self.field.setText(text)
        self.field.setFocus()
        self._look_for(text)

    @Slot(int)
    def _step(self, by: int) -> None:
        if (finder := self._finder) is not None:
            finder.step(by)

    @Slot()
    def _choose(self) -> None:
        if (finder := self._finder) is not None:
            finder.choose()

    @Slot()
    def _leave(self) -> None:
        if (finder := self._finder) is not None:
            finder.close()
