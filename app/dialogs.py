"""Questions in boxes of their own; imported when the first one is asked."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.document_view import DocumentView
from loaders.ir.errors import InspectorError
from viewers.drawing.style import Theme

_MODELS = (
    "Models (*.keras *.h5 *.hdf5 *.json *.onnx *.pb);;All files (*)"  # content decides
)
_WEIGHTS = "Weights (*.h5 *.hdf5 *.keras);;All files (*)"
_PICTURES = {
    "PNG picture (*.png)": ".png",
    "SVG (*.svg)": ".svg",
    "PDF (*.pdf)": ".pdf",
}


def choose_models(parent: QWidget, folder: Path | None) -> list[Path]:
    """Ask for files to open; nothing if the user changes their mind."""
    names, _filter = QFileDialog.getOpenFileNames(
        parent, "Open a model", str(folder or Path.home()), _MODELS
    )
    return [Path(name) for name in names]


def choose_folder(parent: QWidget, folder: Path | None) -> Path | None:
    """Ask for a SavedModel folder to open."""
    name = QFileDialog.getExistingDirectory(
        parent, "Open a SavedModel folder", str(folder or Path.home())
    )
    return Path(name) if name else None


def choose_weights(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a file with the weights of a description."""
    name, _filter = QFileDialog.getOpenFileName(
        parent, "Choose a file with weights", str(folder), _WEIGHTS
    )
    return Path(name) if name else None


def export_picture(parent: QWidget, view: DocumentView, theme: Theme) -> Path | None:
    """Ask where to save the picture of the shown graph, and save it.

    Raises:
        InspectorError: the file cannot be written.
    """
    model, layout = view.document.model, view.layout_shown
    if model is None or layout is None:
        return None
    place = view.document.path.with_suffix(".png")
    name, chosen = QFileDialog.getSaveFileName(
        parent, "Export graph picture", str(place), ";;".join(_PICTURES)
    )
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() not in _PICTURES.values():
        path = path.with_name(path.name + _PICTURES.get(chosen, ".png"))
    from viewers.graph_picture import save_picture

    try:
        save_picture(model, layout, path, theme)
    except OSError as error:
        raise InspectorError(
            f"{path.name} cannot be saved.", f"{error.strerror or error}."
        ) from None
    return path


def show_about(parent: QWidget) -> None:
    """Say what the program is and what it stands on."""
    box = QMessageBox(parent)
    box.setWindowTitle("About Layerscope")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Layerscope {_version('layerscope')}")
    box.setInformativeText(
        "Opens a neural-network file and shows what is really inside it. "
        "It asks nothing of the network and sends nothing.\n\n"
        f"Python {python_version()} · Qt {qVersion()} · PySide {pyside_version}\n"
        f"numpy {_version('numpy')} · h5py {_version('h5py')} · "
        f"onnx {_version('onnx')}\n\nMIT licence"
    )
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.exec()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
