"""Everything the user can do: one table, from which menu and keys are made."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Need(StrEnum):
    """What must be there for a command to make sense."""

    NOTHING = "nothing"
    TAB = "tab"
    MODEL = "model"


class Command(Struct, frozen=True, kw_only=True):
    """One thing the user can do.

    Attributes:
        id: Unique; the window says what it does.
        title: What the menu says.
        short: What a button says; empty for the title.
        keys: Shortcuts; the menu shows the first one.
        need: When it can be used.
        group: Commands of one group stand together in the menu.
        checkable: Whether it switches something on and off.
        local: Whether the keys work in the graph and the table only, because
            elsewhere they press buttons or edit text.
    """

    id: str
    title: str
    short: str = ""
    keys: tuple[str, ...] = ()
    need: Need = Need.NOTHING
    group: str = "file"
    checkable: bool = False
    local: bool = False


COMMANDS = (
    Command(id="open", title="Open…", keys=("Ctrl+O",)),
    Command(id="reload", title="Reload", keys=("F5", "Ctrl+R"), need=Need.TAB),
    Command(id="weights", title="Choose weights…", need=Need.TAB),
    Command(id="close", title="Close", keys=("Ctrl+W",), need=Need.TAB),
    Command(
        id="export",
        title="Export graph picture…",
        short="Export",
        keys=("Ctrl+Shift+E",),
        need=Need.MODEL,
        group="export",
    ),
    Command(
        id="fit",
        title="Fit",
        keys=("Space",),
        need=Need.MODEL,
        group="view",
        local=True,
    ),
    Command(
        id="zoom-in",
        title="Zoom in",
        keys=("Ctrl++", "Ctrl+="),
        need=Need.MODEL,
        group="view",
    ),
    Command(
        id="zoom-out", title="Zoom out", keys=("Ctrl+-",), need=Need.MODEL, group="view"
    ),
    Command(
        id="actual-size",
        title="Actual size",
        keys=("Ctrl+0",),
        need=Need.MODEL,
        group="view",
    ),
    Command(
        id="turn",
        title="Left to right",
        keys=("Ctrl+K",),
        need=Need.MODEL,
        group="view",
        checkable=True,
    ),
    Command(
        id="outer",
        title="Out of the nested model",
        keys=("Backspace",),
        need=Need.MODEL,
        group="go",
        local=True,
    ),
    Command(
        id="model",
        title="Whole model",
        keys=("Ctrl+Return",),
        need=Need.MODEL,
        group="go",
    ),
    Command(
        id="next-tab",
        title="Next file",
        keys=("Ctrl+Tab", "Ctrl+PgDown"),
        need=Need.TAB,
        group="go",
    ),
    Command(
        id="previous-tab",
        title="Previous file",
        keys=("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        need=Need.TAB,
        group="go",
    ),
    Command(
        id="table",
        title="Layer table",
        keys=("F8",),
        group="panels",
        need=Need.MODEL,
        checkable=True,
    ),
    Command(
        id="inspector",
        title="Inspector",
        keys=("F9",),
        group="panels",
        need=Need.MODEL,
        checkable=True,
    ),
    Command(id="full-screen", title="Full screen", keys=("F11",), group="panels"),
    Command(id="about", title="About Layerscope", group="program"),
    Command(id="quit", title="Quit", keys=("Ctrl+Q",), group="program"),
)


class Actions(QObject):
    """The commands as Qt actions of one window; their keys work at once.

    Args:
        window: Where the keys work.
        does: What each command does, by id.
    """

    def __init__(self, window: QWidget, does: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(window)
        self._by_id: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(command.title, self)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.setIconText(command.short or command.title.rstrip("…"))
            action.setCheckable(command.checkable)
            act = does[command.id]
            action.triggered.connect(lambda _checked=False, act=act: act())
            self._by_id[command.id] = action
            if not command.local:
                window.addAction(action)

    def __getitem__(self, id: str) -> QAction:
        return self._by_id[id]

    def local(self) -> list[QAction]:
        """Return the actions whose keys work in the graph and the table only."""
        return [self._by_id[command.id] for command in COMMANDS if command.local]

    def groups(self) -> dict[str, list[QAction]]:
        """Return the actions by group, in the menu's order."""
        found: dict[str, list[QAction]] = {}
        for command in COMMANDS:
            found.setdefault(command.group, []).append(self._by_id[command.id])
        return found

    def allow(self, tab: bool, model: bool) -> None:
        """Enable what makes sense with or without a tab and a model in it."""
        met = {Need.NOTHING: True, Need.TAB: tab, Need.MODEL: model}
        for command in COMMANDS:
            self._by_id[command.id].setEnabled(met[command.need])
