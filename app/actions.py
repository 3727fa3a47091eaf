"""The commands as Qt actions of one window."""

from collections.abc import Callable, Collection, Iterator, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from app.command import Command, Need, Topic
from app.commands import COMMANDS


class Actions(QObject):
    """One action per command; the keys work at once.

    Args:
        window: Where the keys work.
        does: What each command does, by id.
    """

    def __init__(self, window: QWidget, does: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(window)
        self._by_id: dict[str, QAction] = {}
        choices: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            action = self._make(command, does[command.id])
            self._by_id[command.id] = action
            if command.choice:
                group = choices.setdefault(command.choice, QActionGroup(self))
                group.addAction(action)
            if not command.local:
                window.addAction(action)

    def __getitem__(self, id: str) -> QAction:
        return self._by_id[id]

    def local(self) -> list[QAction]:
        """Return the actions whose keys work in the graph and the table only."""
        return [self._by_id[command.id] for command in COMMANDS if command.local]

    def of(self, topic: Topic) -> Iterator[list[QAction]]:
        """Yield the groups of a menu in the order of the table."""
        groups: dict[str, list[QAction]] = {}
        for command in COMMANDS:
            if command.topic is topic:
                groups.setdefault(command.group, []).append(self._by_id[command.id])
        yield from groups.values()

    def allow(self, met: Collection[Need]) -> None:
        """Enable what makes sense now.

        Args:
            met: What is there.
        """
        for command in COMMANDS:
            usable = command.need is Need.NOTHING or command.need in met
            self._by_id[command.id].setEnabled(usable)

    def _make(self, command: Command, act: Callable[[], None]) -> QAction:
        action = QAction(command.title, self)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setIconText(command.short or command.title.rstrip("…"))
        action.setToolTip(_tip(command))
        action.setCheckable(command.checkable)
        action.triggered.connect(lambda _checked=False: act())
        return action


def _tip(command: Command) -> str:
    keys = QKeySequence(command.keys[0]).toString(_NATIVE) if command.keys else ""
    return f"{command.about} ({keys})" if keys else command.about


_NATIVE = QKeySequence.SequenceFormat.NativeText
