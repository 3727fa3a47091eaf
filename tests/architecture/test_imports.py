"""What each part of the program may bring with it, checked where it counts: running."""

import subprocess
import sys

import pytest

FRAMEWORKS = {"tensorflow", "keras", "tf_keras", "onnxruntime", "torch"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
RULES = {"loaders.kinds", "loaders.quantizers"}
FILES = {"h5py", "onnx", "PIL"}


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
        ("import app.desktop.instance", QT | FILES | {"numpy", "msgspec", "socket"}),
        ("import app.desktop.handover", QT | FILES | {"numpy", "loaders", "viewers"}),
        ("import app.desktop.verbs", QT | FILES | {"numpy", "viewers"}),
        ("import app.engine.client", QT | FILES | {"numpy", "msgspec", "viewers"}),
        (
            "import app.engine.messages, app.engine.parts, app.engine.session",
            QT | FILES | {"numpy", "viewers"},
        ),
        ("import app.summary", QT | FILES | FRAMEWORKS | {"viewers"}),
        ("import app.cli", QT | FILES | FRAMEWORKS | {"numpy", "argparse"}),
        (
            "import app.window",
            FILES | FRAMEWORKS | RULES | {"pyqtgraph", "numpy", "loaders.formats"},
        ),
        ("import app.engine.sandbox", QT | FILES | {"numpy", "msgspec", "loaders"}),
        ("import app.engine.bridge", FILES | {"numpy"} | RULES | {"loaders.formats"}),
        ("import viewers.graph, viewers.inspector, viewers.layers", FILES | {"app"}),
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


def test_a_window_that_shows_a_model_has_parsed_nothing_of_its_file(samples, tmp_path):
    path = str(samples / "figures_cnn.keras")
    settings = str(tmp_path / "settings.ini")
    loaded = loaded_by(
        "import os, sys\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.main_window import MainWindow\n"
        "from app.settings import Settings\n"
        "from viewers.drawing.style import LIGHT\n"
        "application = QApplication([])\n"
        f"window = MainWindow(Settings(Path({settings!r})), LIGHT)\n"
        "window.show()\n"
        f"window.open(Path({path!r}))\n"
        "view = window.workspace.current\n"
        "view.first_view_done.connect(lambda *_: application.quit())\n"
        "from PySide6.QtCore import QTimer\n"
        "QTimer.singleShot(20_000, application.quit)\n"
        "application.exec()\n"
        "assert view.document.model is not None\n"
        "window.close()"
    )
    assert "viewers.graph" in loaded
    assert not (FILES | FRAMEWORKS | {"loaders.formats"}) & loaded
