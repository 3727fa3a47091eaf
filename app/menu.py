"""The one menu: made when it is opened for the first time."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.command import Topic
from app.settings import MOST_RECENT
from loaders.ir.text import shown


class MainMenu(QMenu):
    """Every command with its key in a menu of its topic; the recent files in theirs."""

    def __init__(
        self,
        actions: Actions,
        recents: Sequence[QAction],
        samples: Mapping[str, Callable[[], None]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        for topic in Topic:
            menu = self.addMenu(f"&{topic}")
            menu.setToolTipsVisible(True)
            for group in actions.of(topic):
                if menu.actions():
                    menu.addSeparator()
                menu.addActions(group)
            if topic is Topic.FILE:
                self._recent = QMenu("Open &recent", menu)
                self._recent.addActions(list(recents))
                menu.insertMenu(actions["reopen-tab"], self._recent)
                if samples:
                    offered = QMenu("Open &sample", menu)
                    for name, act in samples.items():
                        offered.addAction(name).triggered.connect(partial(_act, act))
                    menu.insertMenu(actions["reopen-tab"], offered)

    def prepare(self, any_recent: bool) -> None:
        """Bring it up to date before it is shown."""
        self._recent.menuAction().setVisible(any_recent)


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


def _act(act: Callable[[], None], _checked: bool = False) -> None:
    act()


def _call(act: Callable[..., None], value: object, _checked: bool = False) -> None:
    act(value)
