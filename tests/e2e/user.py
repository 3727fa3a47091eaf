"""Somebody who starts the program as a file manager does, with a home of their own."""

import os
import subprocess
import sys
from pathlib import Path

from app.settings import Settings

PROGRAM = Path(sys.executable).with_name("layerscope")
SECONDS = 30


class User:
    """Somebody who starts the program; their windows end with the test."""

    def __init__(self, home: Path, runtime: str) -> None:
        self.environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_RUNTIME_DIR": runtime,
        }
        self.runtime = Path(runtime)
        self.settings_file = home / "config" / "layerscope" / "layerscope.ini"
        self.windows: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the program and leave it running."""
        process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.windows.append(process)
        return process

    def hand_over(self, *arguments: str | Path) -> None:
        """Start the program, which must end at once and say nothing."""
        process = self.start(*arguments)
        assert process.wait(SECONDS) == 0
        assert process.stderr.read() == ""

    def has_read(self, path: Path) -> bool:
        """Whether a model is open or was: only then is it a recent file."""
        return path in Settings(self.settings_file).recent

    def end(self) -> None:
        for process in self.windows:
            process.kill()
            process.communicate()
