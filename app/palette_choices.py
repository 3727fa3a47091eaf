"""All that the command palette offers in a window at this moment."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QKeySequence

from app.actions import Actions
from app.choices import Choice
from app.commands import COMMANDS
from app.panels import Panels
from app.workspace import Workspace
from loaders.ir.text import shown

SELF = "palette"
"""The command that opens the palette; it need not offer itself."""
_NATIVE = QKeySequence.SequenceFormat.NativeText


def palette_choices(
    actions: Actions,
    workspace: Workspace,
    recent: Sequence[Path],
    samples: Sequence[Path],
    open: Callable[[Path], None],
) -> list[Choice]:
    """Return the commands, what can be painted, then the files.

    Files are the open ones, the recent ones and the samples.
    """
    opened = [view.document.path for view in workspace.views]
    closed = [path for path in recent if path not in opened]
    others = [path for path in samples if path not in (*opened, *closed)]
    return [
        *_commands(actions),
        *_colors(workspace.panels),
        *_files("Go to", opened, open),
        *_files("Open", closed, open),
        *_files("Open sample", others, open),
    ]


def _commands(actions: Actions) -> Iterable[Choice]:
    for command in COMMANDS:
        action = actions[command.id]
        if command.id == SELF or not action.isVisible():
            continue
        title = command.title.rstrip("…")
        if command.checkable and not command.choice:
            state = "on" if action.isChecked() else "off"
            title = f"{title} ({state})"
        yield Choice(
            id=command.id,
            title=title,
            about=command.about,
            keys=action.shortcut().toString(_NATIVE),
            missing="" if action.isEnabled() else command.need.value,
            act=action.trigger,
        )


def _colors(panels: Panels | None) -> Iterable[Choice]:
    """Offer what the colours of the boxes in front can mean."""
    if panels is None:
        return
    paint = panels.paint
    titles = {"": "Category"} | {one.id: one.title for one in paint.measures}
    for id, title in titles.items():
        if id != paint.chosen:
            yield Choice(
                id=f"color {id}",
                title=f"Color by {title[0].lower()}{title[1:]}",
                about="Show it in the colors of the boxes",
                act=partial(paint.choose, id),
            )


def _files(
    verb: str, paths: Iterable[Path], open: Callable[[Path], None]
) -> Iterable[Choice]:
    for path in paths:
        yield Choice(
            id=f"{verb} {path}",
            title=f"{verb} {shown(path.name, 80)}",
            about=shown(str(path.parent), 300),
            act=partial(open, path),
        )
