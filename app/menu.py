"""The one menu: made when it is opened for the first time."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.command import Topic


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


def _act(act: Callable[[], None], _checked: bool = False) -> None:
    act()
