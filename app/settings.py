"""What the program remembers between starts: read once, written when it changes."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_from_bytes, unquote, unquote_to_bytes

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

MOST_RECENT = 9
"""As many recent files as there are digit keys."""
MOST_IN_SESSION = 20
"""Files that are remembered as open."""
APPEARANCES: Final = ("system", "light", "dark")
TEXT_PERCENTS: Final = (80, 90, 100, 110, 125, 150, 175, 200)
"""Sizes of text to choose from."""


class Settings:
    """Settings in one small text file in the user's configuration folder.

    A damaged or foreign entry counts as absent. Lives in the UI thread.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._store = QSettings(
            str(path or _default_path()), QSettings.Format.IniFormat
        )
        self._recent = self._read_paths("recent")[:MOST_RECENT]

    @property
    def appearance(self) -> str:
        """``light``, ``dark`` or ``system``."""
        found = self._store.value("appearance", "system")
        return found if found in APPEARANCES else "system"

    @appearance.setter
    def appearance(self, value: str) -> None:
        self._store.setValue("appearance", value)

    @property
    def text_percent(self) -> int:
        """How large text is; one of ``TEXT_PERCENTS``."""
        found = str(self._store.value("text-percent", 100))
        percent = int(found) if found.isdecimal() else 100
        return percent if percent in TEXT_PERCENTS else 100

    @text_percent.setter
    def text_percent(self, value: int) -> None:
        self._store.setValue("text-percent", value)

    def state(self, name: str) -> QByteArray | None:
        """Return a remembered arrangement of widgets, in Qt's own encoding."""
        found = self._store.value(f"arrangement/{name}")
        return found if isinstance(found, QByteArray) else None

    def remember_state(self, name: str, state: QByteArray) -> None:
        """Remember an arrangement of widgets."""
        self._store.setValue(f"arrangement/{name}", state)

    @property
    def columns(self) -> str:
        """The columns of the layer table, as ``LayerTable`` puts them into words."""
        found = self._store.value("columns", "")
        return found if isinstance(found, str) else ""

    @columns.setter
    def columns(self, value: str) -> None:
        self._store.setValue("columns", value)

    def flag(self, name: str, default: bool) -> bool:
        """Return a yes or no."""
        found: Any = self._store.value(f"show/{name}", default)
        return found if isinstance(found, bool) else str(found).lower() == "true"

    def set_flag(self, name: str, value: bool) -> None:
        """Remember a yes or no."""
        self._store.setValue(f"show/{name}", value)

    @property
    def commands_used(self) -> list[str]:
        """Ids of what the palette did lately, newest first."""
        found = self._store.value("commands-used", "")
        texts = found.split("|") if isinstance(found, str) and found else []
        return [unquote(text) for text in texts][:MOST_RECENT]

    def note_command(self, id: str) -> None:
        """Remember that the palette did something."""
        ids = [id, *(other for other in self.commands_used if other != id)]
        self._store.setValue("commands-used", "|".join(map(quote, ids[:MOST_RECENT])))

    # recent files

    def forget_recent(self) -> None:
        """Forget which files were opened."""
        self._recent = []
        self._write_paths("recent", [])
        self._store.remove("commands-used")  # it names files, too

    @property
    def recent(self) -> list[Path]:
        """The files opened last, newest first. None of them is looked at."""
        return list(self._recent)

    def add_recent(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        others = [other for other in self._recent if other != path]
        self._recent = [path, *others][:MOST_RECENT]
        self._write_paths("recent", self._recent)

    @property
    def session(self) -> tuple[tuple[Path, ...], int]:
        """The files that were open last, and which of them was in front."""
        paths = tuple(self._read_paths("session/files"))[:MOST_IN_SESSION]
        front = str(self._store.value("session/front", 0))
        number = int(front) if front.isdecimal() else 0
        return paths, number if number < len(paths) else 0

    def remember_session(self, paths: Sequence[Path], front: int) -> None:
        """Remember which files are open."""
        self._write_paths("session/files", paths[:MOST_IN_SESSION])
        self._store.setValue("session/front", front)

    def save(self) -> None:
        """Write what has changed to the disk."""
        self._store.sync()

    def _read_paths(self, name: str) -> list[Path]:
        found = self._store.value(name, "")
        texts = found.split("|") if isinstance(found, str) and found else []
        paths = [Path(os.fsdecode(unquote_to_bytes(text))) for text in texts]
        return [path for path in paths if path.is_absolute()]

    def _write_paths(self, name: str, paths: Sequence[Path]) -> None:
        # Not every path is text, and one line is easy to read and repair by hand.
        texts = [quote_from_bytes(os.fsencode(path)) for path in paths]
        self._store.setValue(name, "|".join(texts))


def _default_path() -> Path:
    place = QStandardPaths.StandardLocation.GenericConfigLocation
    folder = QStandardPaths.writableLocation(place)
    return Path(folder) / "layerscope" / "layerscope.ini"
