"""Models for speed work, and a table of what was measured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROWS: list[str] = []


@pytest.fixture(scope="session")
def scale() -> Path:
    """Return a folder of large models, made once by the scale scripts.

    ``LAYERSCOPE_SCALE`` names a folder where they are or will be (some gigabytes).
    """
    scripts = ROOT.parent / "shared" / "scale"
    place = Path(os.environ.get("LAYERSCOPE_SCALE", "/tmp/layerscope-scale"))
    if not (place / "big_1GB.keras").is_file() or not (place / "tf_5k.onnx").is_file():
        if not scripts.is_dir():
            pytest.skip("the large models are not here (set LAYERSCOPE_SCALE)")
        place.mkdir(parents=True, exist_ok=True)
        for script in ("gen_onnx.py", "gen_keras.py"):
            subprocess.run([sys.executable, scripts / script, place], check=True)
    return place


@pytest.fixture
def table():
    """Return a function that adds one line to the table at the end of the run."""
    return ROWS.append


def pytest_terminal_summary(terminalreporter):
    """Print the table."""
    if ROWS:
        terminalreporter.section("measured")
        for row in ROWS:
            terminalreporter.write_line(row)
