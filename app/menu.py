"""The one menu: made when it is opened for the first time, filled at every opening."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.commands import Actions
from app.settings import MOST_RECENT
from loaders.ir.text import shown

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}


class MainMenu(QMenu):
    """Every command with its key, the recent files, the theme."""

    def __init__(
        self,
        actions: Actions,
        recents: Sequence[QAction],
        choose_theme: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._themes: dict[str, QAction] = {}
        for name, group in actions.groups().items():
            if self.actions():
                self.addSeparator()
            if name == "program":
                self._add_themes(choose_theme)
                self.addSeparator()
            for action in group:
                self.addAction(action)
                if action is actions["open"]:
                    self._recent = self.addMenu("Open recent")
                    self._recent.addActions(list(recents))

    def prepare(self, theme: str, any_recent: bool) -> None:
        """Bring it up to date before it is shown."""
        self._themes[theme].setChecked(True)
        self._recent.menuAction().setVisible(any_recent)

    def _add_themes(self, choose: Callable[[str], None]) -> None:
        menu = self.addMenu("Theme")
        group = QActionGroup(menu)
        for name, title in _THEMES.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(partial(_call, choose, name))
            self._themes[name] = action


def recent_actions(window: QWidget, choose: Callable[[int], None]) -> list[QAction]:
    """Return one action per digit key; ``show_recent`` gives them files."""
    actions = []
    for number in range(MOST_RECENT):
        action = QAction(window)
        action.setShortcut(QKeySequence(f"Ctrl+{number + 1}"))
        action.triggered.connect(partial(_call, choose, number))
        window.addAction(action)
        actions.append(action)
    return actions


def show_recent(actions: Sequence[QAction], paths: Sequence[Path]) -> None:
    """Name the recent files; actions without a file are hidden and do nothing."""
    for number, action in enumerate(actions):
        there = number < len(paths)
        action.setVisible(there)
        action.setEnabled(there)
        if there:
            name = shown(paths[number].name, 60).replace("&", "&&")
            action.setText(name)


def _call(act: Callable[..., None], value: object, _checked: bool = False) -> None:
    act(value)
