"""Making this a program of the user's desktop, and taking that back.

Everything lies in folders of the user (``XDG_DATA_HOME``, ``XDG_CONFIG_HOME``); no root
is needed. Installing twice changes nothing; uninstalling needs no record of what was
made, since every file has our name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import resources
from app.desktop.defaults import defaults, with_default, without_default
from app.desktop.entry import HDF, NAME, OWN_TYPES, entry, program_of
from app.desktop.tools import run_tool
from loaders.ir.errors import InspectorError

_RESOURCES = Path(resources.__file__).parent
_ICONS = ("*/apps/layerscope.*", "*/mimetypes/layerscope-model.*")
_LISTS = "*mimeapps.list"


@dataclass(frozen=True, slots=True)
class Places:
    """The user's folders that desktops look into."""

    data: Path
    config: Path

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Places":
        """Return the folders that the XDG Base Directory Specification names."""
        home = Path.home()
        return cls(
            data=_named(environment, "XDG_DATA_HOME", home / ".local" / "share"),
            config=_named(environment, "XDG_CONFIG_HOME", home / ".config"),
        )

    @property
    def entry(self) -> Path:
        """The desktop entry."""
        return self.data / "applications" / NAME

    @property
    def types(self) -> Path:
        """The description of our file types."""
        return self.data / "mime" / "packages" / "layerscope.xml"

    @property
    def icons(self) -> Path:
        """The theme in which programs' icons are looked for last."""
        return self.data / "icons" / "hicolor"


@dataclass(slots=True)
class Report:
    """What was done, and what could not be, in sentences for the user.

    Attributes:
        written: Files that were made or changed, or removed.
        problems: What is missing and what follows from that.
        opens: File types that now open with this program by default.
    """

    written: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)


def install(program: Path, places: Places, *, h5: bool = False) -> Report:
    """Add the entry, the file types, the icons and the defaults.

    Args:
        program: What a double-click starts; an absolute path.
        places: Where.
        h5: Whether .h5 and .hdf5 files open with it first, too.

    Raises:
        InspectorError: a file cannot be written, or no entry can start the program.
    """
    desktop = _RESOURCES / "desktop"
    text = entry((desktop / NAME).read_text(encoding="utf-8"), program)
    report = Report()
    try:
        _write(places.entry, text.encode(), report)
        _write(places.types, (desktop / "layerscope.xml").read_bytes(), report)
        icons = _RESOURCES / "icons"
        for icon in sorted(path for glob in _ICONS for path in icons.glob(glob)):
            _write(places.icons / icon.relative_to(icons), icon.read_bytes(), report)
        for type in (*OWN_TYPES, *((HDF,) if h5 else ())):
            _set_default(places, type, report)
    except OSError as error:
        raise _cannot(error) from None
    report.opens = [
        type for type in (*OWN_TYPES, HDF) if NAME in _defaults(places, type)[:1]
    ]
    _refresh(places, report)
    return report


def uninstall(places: Places) -> Report:
    """Remove all that ``install`` made, in this version or an earlier one.

    Raises:
        InspectorError: a file cannot be removed.
    """
    report = Report()
    try:
        for type in (*OWN_TYPES, HDF):
            _unset_default(places, type, report)
        icons = sorted(path for glob in _ICONS for path in places.icons.glob(glob))
        for path in (places.entry, places.types, *icons):
            if os.path.lexists(path):
                path.unlink()
                report.written.append(path)
        _refresh(places, report)
        for path in report.written:
            _remove_empty(path.parent, places)
    except OSError as error:
        raise _cannot(error) from None
    return report


def is_installed(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a desktop entry is there, for this user or for all, that can start.

    Reads a few small files.
    """
    shared = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    folders = [Places.of(environment).data, *map(Path, shared.split(":"))]
    for folder in folders:
        try:
            text = (folder / "applications" / NAME).read_text("utf-8", "replace")
        except OSError:
            continue
        program = program_of(text)
        if not Path(program).is_absolute() or os.access(program, os.X_OK):
            return True
    return False


def _named(environment: Mapping[str, str], name: str, usual: Path) -> Path:
    # The specification: a relative path is to be ignored.
    named = Path(environment.get(name, ""))
    return named if named.is_absolute() else usual


def _write(path: Path, data: bytes, report: Report) -> None:
    """Write a file whole or not at all, if it is not like that already."""
    path = path.resolve() if path.is_symlink() else path
    mode = 0o644
    if path.exists():
        if path.read_bytes() == data:
            return
        mode = path.stat().st_mode & 0o777
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.chmod(mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    if path not in report.written:
        report.written.append(path)


# defaults


def _set_default(places: Places, type: str, report: Report) -> None:
    """Put ours first in the user's list, and in those that go before it."""
    for path in _lists(places):
        text = _text(path)
        listed = defaults(text, type)
        special = path.name != "mimeapps.list"
        if listed[:1] != [NAME] and (listed or not special):
            text = with_default(text, type, NAME)
            _write(path, os.fsencode(text), report)


def _unset_default(places: Places, type: str, report: Report) -> None:
    for path in _lists(places):
        text = _text(path)
        shorter = without_default(text, type, NAME)
        if shorter == text:
            continue
        if not shorter.strip() and not path.is_symlink():
            path.unlink()
        else:
            _write(path, os.fsencode(shorter), Report())
        if path not in report.written:
            report.written.append(path)


def _defaults(places: Places, type: str) -> list[str]:
    found = [defaults(_text(path), type) for path in _lists(places)]
    return next(filter(None, found), [])


def _lists(places: Places) -> list[Path]:
    """Return the user's lists; those of single desktops go before the general one."""
    general = places.config / "mimeapps.list"
    special = sorted(set(places.config.glob(_LISTS)) - {general})
    return [*special, general]


def _text(path: Path) -> str:
    try:
        return os.fsdecode(path.read_bytes())
    except FileNotFoundError:
        return ""


# what desktops read instead of the files themselves


def _refresh(places: Places, report: Report) -> None:
    """Let the desktop's own programs make anew what they make of these files."""
    mime, applications = places.types.parent.parent, places.entry.parent
    if mime.is_dir() and (problem := run_tool("update-mime-database", str(mime))):
        report.problems.append(
            f"{problem} (package shared-mime-info): until it has run, .keras and .onnx "
            "files are not known as models."
        )
    if applications.is_dir() and (
        problem := run_tool("update-desktop-database", str(applications))
    ):
        report.problems.append(
            f"{problem} (package desktop-file-utils): until it has run, “Open with” "
            "may not list Layerscope."
        )
    if not places.icons.is_dir():
        return
    # A cache that is not there is not made: it would hide the icons that others add.
    if (places.icons / "icon-theme.cache").exists():
        run_tool("gtk-update-icon-cache", "-f", "-t", "-q", str(places.icons))
    else:
        os.utime(places.icons)


_MADE_BY_TOOLS = {
    "mime": (
        *("XMLnamespaces", "aliases", "generic-icons", "globs", "globs2", "icons"),
        *("magic", "mime.cache", "subclasses", "treemagic", "types", "version"),
    ),
    "applications": ("mimeinfo.cache",),
}


def _remove_empty(folder: Path, places: Places) -> None:
    """Remove folders in which nothing is left but what tools made of nothing."""
    while places.data in folder.parents:
        made = _MADE_BY_TOOLS.get(folder.name, ())
        left = list(folder.iterdir()) if folder.is_dir() else []
        if not all(path.name in made or _is_empty(path) for path in left):
            return
        for path in left:
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        if folder.is_dir():
            folder.rmdir()
        folder = folder.parent


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _cannot(error: OSError) -> InspectorError:
    return InspectorError(
        f"{error.filename} cannot be changed.", f"{error.strerror or error}."
    )
