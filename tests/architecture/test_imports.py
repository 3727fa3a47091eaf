"""What each part of the program may bring with it, checked where it counts: running."""

import subprocess
import sys

import pytest

FRAMEWORKS = {"tensorflow", "keras", "tf_keras", "onnxruntime", "torch"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
FILES = {"h5py", "onnx", "PIL", "fast_sugiyama"}


def loaded_by(code: str) -> set[str]:
    """Return the modules in a fresh process after some code."""
    code = f"import sys\n{code}\nprint(*sys.modules)"
    return set(
        subprocess.check_output([sys.executable, "-I", "-c", code], text=True).split()
    )


@pytest.mark.parametrize(
    ("code", "banned"),
    [
        ("import loaders.ir.graph, loaders.ir.walk", QT | FILES | {"loaders.formats"}),
        ("import loaders.formats", QT | FILES | FRAMEWORKS | {"viewers", "app"}),
        (
            "from loaders.formats import FORMATS; list(FORMATS)",
            QT | FILES | FRAMEWORKS | {"viewers", "app"},
        ),
        (
            "from loaders.kinds import KINDS; list(KINDS)",
            QT | FILES | FRAMEWORKS | {"viewers", "app"},
        ),
        ("import viewers.drawing.layout", QT | FILES | FRAMEWORKS | {"app"}),
        ("import app.engine.client", QT | FILES | {"numpy", "msgspec", "viewers"}),
        (
            "import app.engine.messages, app.engine.parts, app.engine.session",
            QT | FILES | {"numpy", "viewers"},
        ),
        ("import app.summary", QT | FILES | FRAMEWORKS | {"viewers"}),
        ("import app.cli", QT | FILES | FRAMEWORKS | {"numpy", "argparse"}),
        ("import app.window", FILES | FRAMEWORKS | {"pyqtgraph"}),
    ],
)
def test_importing_brings_nothing_it_should_not(code, banned):
    assert not banned & loaded_by(code)


@pytest.mark.parametrize(
    "name", ["figures_cnn.keras", "sentence_pair.h5", "figures_int8.onnx"]
)
def test_the_reader_needs_neither_qt_nor_a_framework(samples, name):
    path = str(samples / name)
    loaded = loaded_by(
        "import os, app.engine.sandbox\n"
        "from app.engine.messages import OpenModel\n"
        "from app.reader.serve import serve\n"
        "app.engine.sandbox.enter(None)\n"
        "bodies = []\n"
        f"serve([OpenModel(path=os.fsencode({path!r}))], bodies.append)\n"
        "assert len(bodies) > 3, bodies"
    )
    assert not (QT | FRAMEWORKS) & loaded
    assert "app.cli" not in loaded


@pytest.mark.parametrize("verb", ["summary", "probe"])
def test_verbs_without_a_picture_bring_no_qt(samples, verb):
    path = str(samples / "figures_cnn.keras")
    loaded = loaded_by(f"from app.cli import run\nrun([{verb!r}, {path!r}])")
    assert not (QT | FILES | FRAMEWORKS | {"viewers"}) & loaded
