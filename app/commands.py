"""Everything the user can do: one table, from which menu, keys and palette are made.

What a command does is said where it acts: by the window, by ``panel_commands`` for the
model in front. No Qt here.
"""

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


_FILE = (
    Command(
        id="open",
        title="Open…",
        about="Choose model files",
        topic=Topic.FILE,
        keys=("Ctrl+O",),
    ),
    Command(
        id="open-folder",
        title="Open folder…",
        about="Choose a TensorFlow SavedModel folder",
        topic=Topic.FILE,
        keys=("Ctrl+Shift+O",),
    ),
    Command(
        id="reopen-tab",
        title="Reopen closed file",
        about="Bring back the tab that was closed last",
        topic=Topic.FILE,
        keys=("Ctrl+Shift+T",),
        need=Need.CLOSED_TAB,
    ),
    Command(
        id="reload",
        title="Reload",
        about="Read the file again; selection and zoom stay",
        topic=Topic.FILE,
        group="again",
        keys=("F5", "Ctrl+R"),
        need=Need.TAB,
    ),
    Command(
        id="weights",
        title="Choose weights…",
        about="Take the weights of this description from another file",
        topic=Topic.FILE,
        group="again",
        need=Need.TAB,
    ),
    Command(
        id="export",
        title="Export graph picture…",
        about="Save the graph as PNG, SVG or PDF",
        topic=Topic.FILE,
        group="out",
        short="Export",
        keys=("Ctrl+Shift+E",),
        need=Need.MODEL,
    ),
    Command(
        id="copy-path",
        title="Copy path",
        about="Copy where the file lies",
        topic=Topic.FILE,
        group="out",
        keys=("Ctrl+Shift+C",),
        need=Need.TAB,
    ),
    Command(
        id="reveal",
        title="Show in folder",
        about="Open the folder of the file in the file manager",
        topic=Topic.FILE,
        group="out",
        need=Need.TAB,
    ),
    Command(
        id="close",
        title="Close",
        about="Close this file",
        topic=Topic.FILE,
        group="end",
        keys=("Ctrl+W", "Ctrl+F4"),
        need=Need.TAB,
    ),
    Command(
        id="close-others",
        title="Close other files",
        about="Close every file but this one",
        topic=Topic.FILE,
        group="end",
        need=Need.OTHER_TABS,
    ),
    Command(
        id="quit",
        title="Quit",
        about="Close the window and end the program",
        topic=Topic.FILE,
        group="end",
        keys=("Ctrl+Q",),
    ),
)

_VIEW = (
    Command(
        id="fit",
        title="Fit",
        about="Show the whole graph",
        topic=Topic.VIEW,
        keys=("Space",),
        need=Need.MODEL,
        local=True,
    ),
    Command(
        id="zoom-in",
        title="Zoom in",
        about="Show the graph larger",
        topic=Topic.VIEW,
        keys=("Ctrl++", "Ctrl+="),
        need=Need.MODEL,
    ),
    Command(
        id="zoom-out",
        title="Zoom out",
        about="Show the graph smaller",
        topic=Topic.VIEW,
        keys=("Ctrl+-",),
        need=Need.MODEL,
    ),
    Command(
        id="actual-size",
        title="Actual size",
        about="Show the graph at 100 %",
        topic=Topic.VIEW,
        keys=("Ctrl+0",),
        need=Need.MODEL,
    ),
    Command(
        id="text-larger",
        title="Larger text",
        about="Make all text of the window larger",
        topic=Topic.VIEW,
        group="text",
        keys=("Ctrl+Shift+>",),
    ),
    Command(
        id="text-smaller",
        title="Smaller text",
        about="Make all text of the window smaller",
        topic=Topic.VIEW,
        group="text",
        keys=("Ctrl+Shift+<",),
    ),
    Command(
        id="text-usual",
        title="Usual text size",
        about="Set the size of all text to 100 %",
        topic=Topic.VIEW,
        group="text",
    ),
    Command(
        id="theme-system",
        title="Theme of the system",
        about="Light or dark as the desktop says",
        topic=Topic.VIEW,
        group="theme",
        checkable=True,
        choice="theme",
    ),
    Command(
        id="theme-light",
        title="Light theme",
        about="Dark text on a light ground",
        topic=Topic.VIEW,
        group="theme",
        checkable=True,
        choice="theme",
    ),
    Command(
        id="theme-dark",
        title="Dark theme",
        about="Light text on a dark ground",
        topic=Topic.VIEW,
        group="theme",
        checkable=True,
        choice="theme",
    ),
)

_GRAPH = (
    Command(
        id="turn",
        title="Left to right",
        about="Draw the graph from left to right instead of downwards",
        topic=Topic.GRAPH,
        keys=("Ctrl+K",),
        need=Need.MODEL,
        checkable=True,
    ),
)

_GO = (
    Command(
        id="outer",
        title="Back out of the group",
        about="Leave the group shown alone, or close the one around the selection",
        topic=Topic.GO,
        keys=("Backspace",),
        need=Need.MODEL,
        local=True,
    ),
    Command(
        id="model",
        title="Whole model",
        about="Show the model's own pages; nothing is selected",
        topic=Topic.GO,
        keys=("Ctrl+Return",),
        need=Need.MODEL,
    ),
    Command(
        id="next-tab",
        title="Next file",
        about="Go to the tab at the right",
        topic=Topic.GO,
        group="tabs",
        keys=("Ctrl+Tab", "Ctrl+PgDown"),
        need=Need.OTHER_TABS,
    ),
    Command(
        id="previous-tab",
        title="Previous file",
        about="Go to the tab at the left",
        topic=Topic.GO,
        group="tabs",
        keys=("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        need=Need.OTHER_TABS,
    ),
    Command(
        id="next-panel",
        title="Next panel",
        about="Give the keyboard to the graph, the table, the inspector in turn",
        topic=Topic.GO,
        group="panels",
        keys=("F6",),
        need=Need.MODEL,
    ),
    Command(
        id="previous-panel",
        title="Previous panel",
        about="Give the keyboard to the panel before this one",
        topic=Topic.GO,
        group="panels",
        keys=("Shift+F6",),
        need=Need.MODEL,
    ),
)

_WINDOW = (
    Command(
        id="table",
        title="Layer table",
        about="Show or hide the table of all layers",
        topic=Topic.WINDOW,
        keys=("F8",),
        need=Need.MODEL,
        checkable=True,
    ),
    Command(
        id="inspector",
        title="Inspector",
        about="Show or hide what is said of the selection",
        topic=Topic.WINDOW,
        keys=("F9",),
        need=Need.MODEL,
        checkable=True,
    ),
    Command(
        id="full-screen",
        title="Full screen",
        about="Fill the screen with the window",
        topic=Topic.WINDOW,
        keys=("F11",),
    ),
)

_HELP = (
    Command(
        id="about",
        title="About Layerscope",
        about="Version, parts and licence",
        topic=Topic.HELP,
        group="program",
    ),
)

COMMANDS = (*_FILE, *_VIEW, *_GRAPH, *_GO, *_WINDOW, *_HELP)

GESTURES = (
    Gesture("Open a recent file", "Ctrl+1 … Ctrl+9", Topic.FILE),
    Gesture("Open files", "Drop them on the window", Topic.FILE),
    Gesture("Close a file", "Middle click on its tab", Topic.FILE),
    Gesture("Move the graph", "Drag, or turn the wheel", Topic.VIEW),
    Gesture("Zoom at the pointer", "Ctrl+wheel", Topic.VIEW),
    Gesture("Travel along the edges", "Arrow keys", Topic.GRAPH),
    Gesture("Open or close a group", "Double click, or Enter", Topic.GRAPH),
    Gesture(
        "The same with all inside", "Alt+double click, or Shift+Enter", Topic.GRAPH
    ),
    Gesture("The menu", "F10", Topic.HELP),
)
"""What is no command, for the list of keys."""
