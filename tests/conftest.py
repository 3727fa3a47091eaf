"""Fixtures for every test."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of real model files, which a user's clone does not have."""
    place = Path(os.environ.get("LAYERSCOPE_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (place / "index.json").is_file():
        pytest.skip("the corpus of real models is not here (set LAYERSCOPE_CORPUS)")
    return place


@pytest.fixture
def samples() -> Path:
    """Return the folder of sample models that ship with the program."""
    return ROOT / "resources" / "samples"
