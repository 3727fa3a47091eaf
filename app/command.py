"""What a command is, before anything does it. No Qt."""

from enum import StrEnum

from msgspec import Struct


class Topic(StrEnum):
    """The menu that a command stands in, and its heading in the list of keys."""

    FILE = "File"
    VIEW = "View"
    GRAPH = "Graph"
    GO = "Go"
    WINDOW = "Window"
    HELP = "Help"


class Need(StrEnum):
    """What must be there for a command to make sense; the words say what is missing."""

    NOTHING = ""
    TAB = "no file is open"
    MODEL = "no model is open"
    OTHER_TABS = "no other file is open"
    CLOSED_TAB = "no file was closed"
    RECENT = "no file was opened lately"
    LAST_SESSION = "no files of last time are waiting"


class Command(Struct, frozen=True, kw_only=True):
    """One thing the user can do.

    Attributes:
        id: Unique; whoever does it knows it by this.
        title: What the menu says.
        about: What it does, in a few words that the title does not say; also found by
            the palette.
        topic: Its menu.
        group: Commands of one group stand together in their menu, between lines.
        short: What a button says; empty for the title.
        keys: Shortcuts; the menu shows the first one.
        need: When it can be used.
        checkable: Whether it switches something on and off.
        choice: Commands of the same choice exclude each other; empty for none.
        local: Whether the keys work in the graph and the table only, because
            elsewhere they press buttons or edit text.
    """

    id: str
    title: str
    about: str
    topic: Topic
    group: str = ""
    short: str = ""
    keys: tuple[str, ...] = ()
    need: Need = Need.NOTHING
    checkable: bool = False
    choice: str = ""
    local: bool = False


class Gesture(Struct, frozen=True):
    """Something done with the mouse or with keys that belong to a panel.

    Attributes:
        does: What happens.
        how: What the user does, in the words of the list of keys.
        topic: Its heading there.
    """

    does: str
    how: str
    topic: Topic
