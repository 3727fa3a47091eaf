"""Events carry the time since the kernel started the process."""

import io
import json
import subprocess
import sys
import time

from app.events import EventLog, since_start


def test_an_event_is_one_line_of_json():
    stream = io.StringIO()
    EventLog(True, stream).log("drawn", nodes=3)
    [line] = stream.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["nodes"]) == ("drawn", 3)
    assert event["ms"] > 0


def test_a_log_that_is_off_says_nothing():
    stream = io.StringIO()
    EventLog(False, stream).log("drawn")
    assert stream.getvalue() == ""


def test_time_runs_on():
    before = since_start()
    time.sleep(0.05)
    assert 0.03 < since_start() - before < 5


def test_the_clock_starts_with_the_process_and_not_with_python():
    code = (
        "import time; time.sleep(0.3)\nfrom app.events import *; print(since_start())"
    )
    began = time.monotonic()
    told = float(subprocess.check_output([sys.executable, "-c", code], text=True))
    took = time.monotonic() - began
    assert 0.29 < told <= took + 0.02
