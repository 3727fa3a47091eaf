"""A desktop for one test: a screen, a window manager, a file manager, a fresh home."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

TOOLS = (
    *("Xvfb", "openbox", "pcmanfm", "xdotool", "dbus-run-session", "xprop"),
    *("update-mime-database", "update-desktop-database", "xdg-mime", "import"),
)
PACKAGES = (
    "xvfb openbox pcmanfm xdotool dbus-daemon x11-utils shared-mime-info "
    "desktop-file-utils xdg-utils imagemagick"
)
SECONDS = 30
"""Far more than any of it takes, also on a busy machine; what hangs fails."""
SCREEN = "1280x800x24"
FIRST_ICON = (205, 78)
"""Where the first icon of a folder stands in pcmanfm's window, in pixels."""
NEXT_ICON = 94
"""From one icon to the next."""


def require_tools() -> None:
    """Skip the test where the tools are missing; fail where they must be there."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing:
        return
    why = f"{', '.join(missing)} missing; on Debian: apt-get install {PACKAGES}"
    if os.environ.get("LAYERSCOPE_DESKTOP_TESTS") == "required":
        pytest.fail(why)
    pytest.skip(why)


class Desktop:
    """What a user has before the first double-click. Used as a context.

    Args:
        home: An empty folder.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.models = home / "models"
        self.models.mkdir(parents=True)
        # The address of a socket must be short.
        self._runtime = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
        self.environment = {
            **{
                name: os.environ[name]
                for name in ("PATH", "LANG")
                if name in os.environ
            },
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "XDG_CURRENT_DESKTOP": "LXDE",
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Desktop":
        read, write = os.pipe()
        self._start("Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, fd=write)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.environment["DISPLAY"] = f":{numbers.readline().strip()}"
        self._start("openbox")
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            process.terminate()
            process.wait(SECONDS)
        shutil.rmtree(self._runtime, ignore_errors=True)

    def run(self, *command: str | Path) -> str:
        """Run a command to its end and return what it printed."""
        return subprocess.run(
            list(map(str, command)),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        ).stdout

    def show_models(self) -> None:
        """Open the folder of models in the file manager."""
        self._start("dbus-run-session", "--", "pcmanfm", "--no-desktop", self.models)
        until(lambda: self.windows("pcmanfm"))

    def listen(self) -> Callable[[], set[tuple[str, str]]]:
        """Return a function that tells the starts so far: ``("new", id)``."""
        said = self.home / "starts"
        script = Path(__file__).with_name("startup_messages.py")
        with said.open("wb") as log:
            self._start(sys.executable, script, output=log)
        until(lambda: said.read_text())

        def starts() -> set[tuple[str, str]]:
            lines = said.read_text().splitlines()[1:]
            return {(kind, id) for kind, _, id in (x.partition("\t") for x in lines)}

        return starts

    def double_click(self, name: str, opened: Callable[[], object]) -> None:
        """Double-click a model's icon, and again if it was not there yet."""
        number = sorted(path.name for path in self.models.iterdir()).index(name)
        [folder] = self.windows("pcmanfm")
        self.run("xdotool", "windowactivate", "--sync", folder)
        place = self.run("xdotool", "getwindowgeometry", "--shell", folder)
        at = dict(line.split("=") for line in place.split())
        x = int(at["X"]) + FIRST_ICON[0] + number * NEXT_ICON
        y = int(at["Y"]) + FIRST_ICON[1]
        deadline = time.monotonic() + SECONDS
        while not opened():
            assert time.monotonic() < deadline, f"{name} was not opened"
            if self.active() == folder:
                self.run("xdotool", "mousemove", str(x), str(y))
                self.run("xdotool", *["click", "--repeat", "2", "--delay", "90", "1"])
            wait_for(opened, seconds=5)

    def windows(self, kind: str = "layerscope") -> list[str]:
        """Return the numbers of a program's windows that can be seen."""
        found = self.run("xdotool", "search", "--onlyvisible", "--class", f"^{kind}$")
        named = [(window, self.title(window)) for window in found.split()]
        return [window for window, title in named if title]

    def title(self, window: str) -> str:
        """Return what a window's title says; empty if it has gone."""
        return self.run("xdotool", "getwindowname", window).strip()

    def active(self) -> str:
        """Return the number of the window that has the keys."""
        return self.run("xdotool", "getactivewindow").strip()

    def press(self, keys: str) -> None:
        """Press keys in the active window."""
        self.run("xdotool", "key", keys)

    def photograph(self, picture: Path) -> None:
        """Save what the screen shows."""
        self.run("import", "-window", "root", picture)

    def _start(
        self,
        *command: str | Path,
        fd: int | None = None,
        output: IO[bytes] | None = None,
    ) -> None:
        self._running.append(
            subprocess.Popen(
                list(map(str, command)),
                env=self.environment,
                stdout=subprocess.DEVNULL if output is None else output,
                stderr=subprocess.DEVNULL,
                pass_fds=() if fd is None else (fd,),
            )
        )


def wait_for(what: Callable[[], object], seconds: float = SECONDS) -> bool:
    """Wait until something is so; return whether it came to be."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def until(what: Callable[[], object]) -> None:
    """Wait until something is so; it must come to be."""
    assert wait_for(what)
