"""Draws the icons' PNG files from the SVG files in ``resources/icons``.

Desktops without an SVG renderer need them, and so do windows. Run it after a change of
a drawing: ``.venv/bin/python tests/make_icons.py``
"""

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "resources" / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
SMALL = 24


def main() -> None:
    QGuiApplication(["make_icons", "-platform", "offscreen"])
    for drawing in sorted(ICONS.glob("scalable/*/*.svg")):
        small = ICONS / f"{drawing.stem}-small.svg"
        for size in SIZES:
            source = small if size <= SMALL else drawing
            place = ICONS / f"{size}x{size}" / drawing.parent.name
            place.mkdir(parents=True, exist_ok=True)
            picture(source, size).save(str(place / f"{drawing.stem}.png"))


def picture(source: Path, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(source)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


if __name__ == "__main__":
    main()
