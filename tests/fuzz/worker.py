"""A process that reads damaged HDF5 files: the library behind may crash or hang.

    python -m tests.fuzz.worker

Reads one path a line, writes one word a line: ``opens``, ``refused``, or ``wrong``
with the traceback as a JSON text.
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
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is not an answer
    for line in sys.stdin:
        try:
            opens = open_and_look(Path(line.rstrip("\n")))
        except Exception:  # noqa: BLE001 - whatever it is, the test reports it
            answers.write(f"wrong {json.dumps(traceback.format_exc())}\n")
        else:
            answers.write("opens\n" if opens else "refused\n")


if __name__ == "__main__":
    main()
