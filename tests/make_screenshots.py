"""Takes pictures of the window with twelve real models, for somebody to look at.

Each model in both themes, at 100 % and 150 %, in a wide and a narrow window, with
nothing selected and with its layer of most parameters:
``.venv/bin/python -P tests/make_screenshots.py FOLDER --corpus CORPUS``

Other models can be named instead, and what is not wanted be left out:
``… FOLDER model.onnx --themes dark --scales 1 --widths 900``
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.appearance import apply_appearance
from app.document_view import DocumentView
from app.main_window import MainWindow
from app.settings import Settings
from loaders.ir.graph import Model
from viewers.drawing.style import ThemeChoice, theme_for

TWELVE = {
    "cnn": "real/mlcommons__tiny/benchmark__training__image_classification"
    "__trained_models__pretrainedResnet.h5",
    "nested": "seed/x24_nested_autoencoder.keras",
    "lstm": "real/CDT406__CDT406-EMG-2/EgenDatabas__2statesModeller__model.keras",
    "transformer": "real/NeuralNetworkVerification__Marabou/"
    "resources__onnx__self-attention-mnist-pgd-medium-sim.onnx",
    "unet": "seed/x22_unet_tiny.keras",
    "siamese": "seed/x25_siamese_shared.keras",
    "quantized": "seed/z42_shapes_int8_qdq.onnx",
    "sklearn": "real/dotnet__machinelearning-testdata/Microsoft.ML.Onnx.TestModels"
    "__unknowndimensions__iris_sample.onnx",
    "savedmodel": "real/mlcommons__tiny/benchmark__training__keyword_spotting"
    "__trained_models__kws_ref_model",
    "long-names": "real/spotify__basic-pitch/basic_pitch__saved_models"
    "__icassp_2022__nmp.onnx",
    "unnamed": "real/Linzaer__Ultra-Light-Fast-Generic-Face-Detector-1MB/"
    "models__onnx__version-RFB-320.onnx",
    "five-axes": "real/KonduitAI__dl4j-test-resources/src__main__resources"
    "__modelimport__keras__tfkeras__cnn3d_23.h5",
}
HEIGHTS = {1440: 900, 900: 700}
PATIENCE = 60.0
"""Seconds until a model that does not come is given up."""
CALM = 0.4
"""Seconds without a change after which a window counts as finished."""


def main() -> None:
    wanted = _arguments()
    if len(wanted.scales) > 1:  # a scale is that of a whole process
        for scale in wanted.scales:
            again = [sys.executable, "-P", *sys.argv, "--scales", str(scale)]
            subprocess.run(again, check=True)
        return
    os.environ["QT_SCALE_FACTOR"] = str(wanted.scales[0])
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for (name, file), theme in itertools.product(_models(wanted), wanted.themes):
        _take(application, wanted, f"{name}-{theme}", file, ThemeChoice(theme))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("models", type=Path, nargs="*", help="instead of the twelve")
    parser.add_argument("--corpus", type=Path, help="where the twelve lie")
    parser.add_argument("--only", nargs="+", choices=TWELVE, default=list(TWELVE))
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--scales", nargs="+", type=float, default=[1.0, 1.5])
    parser.add_argument("--widths", nargs="+", type=int, default=[1440, 900])
    parser.add_argument("--text", type=int, default=100, help="size of text, percent")
    wanted = parser.parse_args()
    if not wanted.models and wanted.corpus is None:
        parser.error("name models, or the folder of the twelve with --corpus")
    return wanted


def _models(wanted: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    if wanted.models:
        yield from ((file.stem, file) for file in wanted.models)
    else:
        yield from ((name, wanted.corpus / TWELVE[name]) for name in wanted.only)


def _take(
    application: QApplication,
    wanted: argparse.Namespace,
    name: str,
    file: Path,
    choice: ThemeChoice,
) -> None:
    """Open a model in windows of all widths, and save what they show."""
    theme = theme_for(choice, wanted.text / 100)
    apply_appearance(application, theme)
    for width in wanted.widths:
        with tempfile.TemporaryDirectory() as place:
            window = MainWindow(Settings(Path(place) / "settings.ini"), theme)
            window.resize(width, HEIGHTS.get(width, 900))
            window.show()
            window.open(file)
            view = window.workspace.current
            assert view is not None
            _wait(application, view)
            what = f"{name}-{round(wanted.scales[0] * 100)}-{width}"
            _save(application, window, wanted.folder / f"{what}.png")
            if view.panels is not None and view.document.model is not None:
                view.panels.select(_largest(view.document.model))
                _save(application, window, wanted.folder / f"{what}-why.png")
            window.close()
            window.deleteLater()


def _largest(model: Model) -> str:
    """Return the id of the node with the most parameters; the first of several."""
    nodes = (node for graph in model.graphs.values() for node in graph.nodes.values())
    return max(nodes, key=lambda node: node.parameter_count).id


def _wait(application: QApplication, view: DocumentView) -> None:
    """Wait until the first view of a model is there, or the file has failed."""
    done: list[bool] = []
    view.first_view_done.connect(lambda *_: done.append(True))
    until = time.monotonic() + PATIENCE
    while not done and view.document.error is None:
        assert time.monotonic() < until, "the model does not come"
        application.processEvents()
        time.sleep(0.005)


def _save(application: QApplication, window: MainWindow, place: Path) -> None:
    """Save what the window shows once it shows the same for a while."""
    shown, since = window.grab().toImage(), time.monotonic()
    while time.monotonic() - since < CALM:
        application.processEvents()
        time.sleep(0.05)
        if (now := window.grab().toImage()) != shown:
            shown, since = now, time.monotonic()
    shown.save(str(place))


if __name__ == "__main__":
    main()
