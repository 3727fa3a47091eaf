"""The theme and the text size that the user chose, for the whole program."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.appearance import apply_appearance
from app.settings import APPEARANCES, TEXT_PERCENTS, Settings
from viewers.drawing.style import Theme, ThemeChoice, theme_for


class Looks(QObject):
    """Keeps what is chosen, makes the program look so, and follows the system.

    Signals:
        changed: The ``Theme`` that every picture is to be drawn in now.

    Attributes:
        appearance: ``light``, ``dark`` or ``system``; for this window alone until the
            user chooses one.
    """

    changed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        appearance: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.theme = theme
        self.appearance = appearance or settings.appearance
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_theme)

    def choose_theme(self, choice: str) -> None:
        """Take the ``light`` or ``dark`` theme, or that of the ``system``."""
        self.appearance = self._settings.appearance = choice
        self._apply()

    def choose_text(self, percent: int) -> None:
        """Write everything so large; 100 is usual."""
        self._settings.text_percent = percent
        self._apply()

    def resize_text(self, steps: int) -> None:
        """Write everything some steps larger, or smaller."""
        now = TEXT_PERCENTS.index(self._settings.text_percent) + steps
        self.choose_text(TEXT_PERCENTS[max(0, min(now, len(TEXT_PERCENTS) - 1))])

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        themes = {
            f"theme-{name}": partial(self.choose_theme, name) for name in APPEARANCES
        }
        return themes | {
            "text-larger": lambda: self.resize_text(1),
            "text-smaller": lambda: self.resize_text(-1),
            "text-usual": lambda: self.choose_text(100),
        }

    def _apply(self) -> None:
        choice = ThemeChoice(self.appearance)
        theme = theme_for(choice, self._settings.text_percent / 100)
        if theme == self.theme:
            return
        self.theme = theme
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_appearance(application, theme)
        self.changed.emit(theme)

    @Slot()
    def _on_system_theme(self) -> None:
        if self.appearance == "system":
            self._apply()
