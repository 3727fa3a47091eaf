"""What comes over the window when it is asked for; made when it is first wanted."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.graph_menu import show_graph_menu
from app.opening import Opening
from app.settings import Settings
from app.tab_menu import show_tab_menu
from app.workspace import Workspace

if TYPE_CHECKING:
    from app.keys_page import KeysPage
    from app.menu import MainMenu
    from app.palette import Palette


class Popups(QObject):
    """The menus of the window, the command palette, the list of keys, the about box.

    Attributes:
        actions: What menus and palette offer; given once all parts of a window are
            there.
    """

    actions: Actions

    def __init__(
        self,
        workspace: Workspace,
        opening: Opening,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._opening = workspace, opening
        self._settings, self._window = settings, window
        self.menu: MainMenu | None = None
        self.palette: Palette | None = None
        self.keys: KeysPage | None = None

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        return {
            "palette": self.show_palette,
            "keys": self.show_keys,
            "about": self.show_about,
        }

    def show_menu(self, button: QWidget) -> None:
        """Show the main menu under a button, up to the button's right edge."""
        if self.menu is None:
            from app.menu import MainMenu
            from app.samples import samples

            offered = {
                sample.path.name: partial(self._opening.open, sample.path)
                for sample in samples()
            }
            self.menu = MainMenu(
                self.actions, self._opening.recents, offered, self._window
            )
        self.menu.prepare(bool(self._settings.recent))
        corner = button.mapToGlobal(button.rect().bottomRight())
        corner.setX(corner.x() - self.menu.sizeHint().width())
        self.menu.popup(corner)

    @Slot(int, QPoint)
    def show_tab_menu(self, number: int, at: QPoint) -> None:
        """Show the menu of a tab at a point of the screen."""
        show_tab_menu(self._workspace, number, at, self._window)

    @Slot(str, QPoint)
    def show_graph_menu(self, box: str, at: QPoint) -> None:
        """Show the menu of a box of the graph, or of the ground if ``box`` is empty."""
        if (panels := self._workspace.panels) is not None:
            show_graph_menu(panels, box, at, self.actions, self._window)

    def show_palette(self) -> None:
        """Let the user find a command or a file by its name."""
        from app.palette_choices import palette_choices
        from app.samples import samples

        if self.palette is None:
            from app.palette import Palette

            self.palette = Palette(self._window)
            self.palette.used.connect(self._settings.note_command)
        choices = palette_choices(
            self.actions,
            self._workspace,
            self._settings.recent,
            [sample.path for sample in samples()],
            self._opening.open,
        )
        self.palette.offer(choices, self._settings.commands_used)

    def show_keys(self) -> None:
        """Show every key and what it does."""
        if self.keys is None:
            from app.keys_page import KeysPage

            self.keys = KeysPage(self._window)
        self.keys.open()

    def show_about(self) -> None:
        """Say what the program is and what it stands on."""
        from app.dialogs import show_about

        show_about(self._window)
