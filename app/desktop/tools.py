"""The programs of a desktop that read anew what was installed."""

import shutil
import subprocess

SECONDS = 60
"""How long one may take; the type database of a slow disk takes some seconds."""


def run_tool(name: str, *arguments: str) -> str | None:
    """Run a program of the desktop; return why it did nothing, ``None`` if it did.

    Waits for its end. Called from any thread.
    """
    found = shutil.which(name)
    if found is None:
        return f"{name} is not installed"
    try:
        finished = subprocess.run(
            [found, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{name} did not end within {SECONDS} seconds"
    except OSError as error:
        return f"{name} cannot be started ({error.strerror or error})"
    if finished.returncode == 0:
        return None
    said = finished.stderr.strip().splitlines() or [f"exit code {finished.returncode}"]
    return f"{name} failed ({said[-1]})"
