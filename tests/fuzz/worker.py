"""A process that reads damaged HDF5 files: the library behind may crash or hang.

    python -m tests.fuzz.worker

Says ``ready``; then reads one path a line and writes one word a line: ``opens``,
``refused``, or ``wrong`` with the traceback as a JSON text.
"""

import json
import os
import resource
import sys
import traceback
import warnings
from pathlib import Path

from tests.fuzz.journey import open_and_look

MEMORY_BYTES = 3 << 30


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")
    with os.fdopen(os.dup(1), "w", buffering=1) as answers:
        os.dup2(2, 1)  # what libraries print is not an answer
        answers.write("ready\n")
        for line in sys.stdin:
            answers.write(f"{outcome(Path(line.rstrip()))}\n")


def outcome(path: Path) -> str:
    """Return what became of one file, in one line."""
    try:
        return "opens" if open_and_look(path) else "refused"
    except Exception:  # noqa: BLE001 - whatever it is, the test reports it
        return f"wrong {json.dumps(traceback.format_exc())}"


if __name__ == "__main__":
    main()
