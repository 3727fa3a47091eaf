"""Fonts of a graph's boxes, and texts cut to the room they have."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from viewers.drawing.style import BASE, SMALL, code_font, text_font

TINY = 10
KEPT = 20_000
"""Texts whose width is remembered; a graph repeats most of its texts."""


class Letters:
    """One font with its measures.

    Attributes:
        font: The font.
        height: Height of a line in pixels.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self.height = self._metrics.height()
        self._widths: dict[str, float] = {}
        self._cut: dict[tuple[str, float], str] = {}

    def width(self, text: str) -> float:
        """Return the length of one line."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) > KEPT:
                self._widths.clear()
            found = self._widths[text] = self._metrics.horizontalAdvance(text)
        return found

    def fit(self, text: str, room: float) -> str:
        """Return ``text``, or as much of both its ends as there is room for."""
        if self.width(text) <= room:
            return text
        key = (text, room)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) > KEPT:
                self._cut.clear()
            middle = Qt.TextElideMode.ElideMiddle
            found = self._cut[key] = self._metrics.elidedText(text, middle, room)
        return found


class Lettering:
    """The fonts on a graph's boxes. Needs a running ``QGuiApplication``."""

    def __init__(self) -> None:
        self.title = Letters(text_font(BASE, bold=True))
        self.kind = Letters(text_font(SMALL))
        self.shape = Letters(code_font(SMALL - 1))
        self.badge = Letters(text_font(TINY))
