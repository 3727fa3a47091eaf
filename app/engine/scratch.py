"""A folder of our own for each child: its home, its temporary files, its leavings.

They lie in the user's cache folder, can be read by nobody else, and are removed when
the child's owner is done. What a crash left behind goes at the next start.
"""

import os
import sys
from pathlib import Path

_PREFIX = "work-"


def cache_folder() -> Path:
    """Return the folder in which this system keeps programs' caches.

    Raises:
        RuntimeError: nobody knows where the user's home is.
    """
    home = Path.home()
    match sys.platform:
        case "win32":
            root = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        case "darwin":
            root = home / "Library" / "Caches"
        case _:
            named = Path(os.environ.get("XDG_CACHE_HOME", ""))
            # The XDG specification: a relative path is to be ignored.
            root = named if named.is_absolute() else home / ".cache"
    return root / "layerscope"


def make_scratch(root: Path | None = None) -> Path:
    """Make a folder for one child and remove those whose owners are gone.

    Args:
        root: Where; the user's cache folder if ``None``. Where that cannot be written,
            the system's folder for temporary files has to do.
    """
    prefix = f"{_PREFIX}{os.getpid()}-"
    try:
        root = root if root is not None else cache_folder()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_stale(root)
        # As tempfile does it, which takes 10 ms that every start would wait for.
        folder = root / f"{prefix}{os.urandom(6).hex()}"
        folder.mkdir(mode=0o700)  # fails if anything of that name is there
        return folder
    except (OSError, RuntimeError):
        import tempfile

        return Path(tempfile.mkdtemp(prefix=f"layerscope-{prefix}"))


def remove_scratch(folder: Path) -> None:
    """Remove a folder and all in it; links are removed, not followed."""
    try:
        folder.rmdir()  # most are empty, and importing shutil takes 10 ms
        return
    except OSError:
        import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _remove_stale(root: Path) -> None:
    for folder in root.glob(f"{_PREFIX}*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not _is_running(int(owner)):
            remove_scratch(folder)


def _is_running(process: int) -> bool:
    """Return whether a process of this number runs; a reused number counts, too."""
    if sys.platform == "win32":
        return True  # os.kill would end it; the folders are small
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is another user's
    return True
