"""Saving a graph as a picture: PNG for screens, SVG and PDF with text as text."""

import math
import os
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QBuffer, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from loaders.ir.errors import InspectorError
from loaders.ir.graph import Model
from loaders.ir.layout import Layout
from loaders.ir.text import shown
from viewers.drawing.scene import GraphScene
from viewers.drawing.style import Theme
from viewers.graph_camera import DETAIL

SHARP = 2.0
"""Pixels of a PNG for one pixel of the picture, if it does not get too large."""
LONGEST_SIDE, MOST_PIXELS = 30_000, 64_000_000
LONGEST_PAGE = 14_400.0
"""Points: what PDF readers accept as a side of a page."""
FORMATS = (".png", ".svg", ".pdf")


class Saved(Struct, frozen=True, kw_only=True):
    """What was written.

    Attributes:
        width: Pixels of a PNG, units of an SVG, points of a PDF.
        height: The same.
        scale: Against the size on the screen at 100 %. Below 0.4 a PNG holds plain
            boxes without words: they could not be read.
    """

    width: int
    height: int
    scale: float


def save_picture(model: Model, layout: Layout, path: Path, theme: Theme) -> Saved:
    """Draw the whole graph into a file; its suffix says which kind.

    Needs a ``QApplication``. The file appears whole or not at all. Takes about 0.1 s
    for each 1,000 nodes.

    Raises:
        InspectorError: the suffix is none of ``FORMATS``, the graph is empty, or the
            file cannot be written.
    """
    if not layout.boxes:
        raise InspectorError("The graph is not saved.", "It holds no layer.")
    scene = GraphScene(model, layout, theme)
    for _step in scene.prepare():
        pass
    title = shown(Path(os.fsdecode(model.path)).name)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    match path.suffix.lower():
        case ".png":
            saved = _png(scene, buffer)
        case ".svg":
            saved = _svg(scene, buffer, title)
        case ".pdf":
            saved = _pdf(scene, buffer, title)
        case other:
            raise InspectorError(
                "The graph is not saved.",
                f"{shown(other) or 'No suffix'} is not a kind of picture.",
                f"End the file's name in one of {', '.join(FORMATS)}.",
            )
    _write(path, bytes(buffer.data().data()))
    return saved


def _png(scene: GraphScene, buffer: QBuffer) -> Saved:
    area = scene.sceneRect()
    scale = min(
        SHARP,
        LONGEST_SIDE / max(area.width(), area.height()),
        math.sqrt(MOST_PIXELS / (area.width() * area.height())),
    )
    width = max(1, math.floor(area.width() * scale))
    height = max(1, math.floor(area.height() * scale))
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise InspectorError(
            "The graph is not saved.",
            f"There is no memory for {width:,} × {height:,} pixels.",
            "Save it as SVG or PDF.",
        )
    scene.show_scale(scale, detail=scale >= DETAIL)
    painter = QPainter(image)
    _paint(scene, painter, QRectF(0, 0, width, height))
    painter.end()
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise InspectorError(
            "The graph is not saved.",
            f"{width:,} × {height:,} pixels could not be packed.",
            "Save it as SVG or PDF.",
        )
    return Saved(width=width, height=height, scale=scale)


def _svg(scene: GraphScene, buffer: QBuffer, title: str) -> Saved:
    from PySide6.QtSvg import QSvgGenerator

    area = scene.sceneRect()
    size = QSize(math.ceil(area.width()), math.ceil(area.height()))
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setDescription("Drawn by Layerscope")
    painter = QPainter(generator)
    _paint(scene, painter, area)
    painter.end()
    return Saved(width=size.width(), height=size.height(), scale=1.0)


def _pdf(scene: GraphScene, buffer: QBuffer, title: str) -> Saved:
    area = scene.sceneRect()
    # A pixel of the screen is 1/96 inch, a point 1/72.
    scale = min(0.75, LONGEST_PAGE / max(area.width(), area.height()))
    page = QSizeF(area.width() * scale, area.height() * scale)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Layerscope")
    writer.setPageSize(
        QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    )
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    _paint(scene, painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return Saved(
        width=round(page.width()), height=round(page.height()), scale=scale / 0.75
    )


def _paint(scene: GraphScene, painter: QPainter, target: QRectF) -> None:
    for _step in scene.make(scene.sceneRect()):
        pass
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(target, QColor(scene.theme.background))
    scene.render(painter, target, scene.sceneRect())


def _write(path: Path, data: bytes) -> None:
    """Put ``data`` into ``path`` in one step."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InspectorError(
            f"{shown(path.name)} is not written.",
            f"{error.strerror or error}.",
            "Choose another folder.",
        ) from error
