"""Collects the strokes of a drawing; knows how wide words are."""

from collections.abc import Callable, Iterable

from PySide6.QtGui import QFont

from viewers.diagrams.strokes import (
    Align,
    Cell,
    Dots,
    Line,
    Look,
    Sketch,
    Spot,
    Stroke,
    Tone,
    Words,
)
from viewers.diagrams.words import TIED
from viewers.drawing.lettering import Letters

GAP = 8.0
"""Between a drawing and its words, in pixels."""


class Pencil:
    """Draws from the top down into a given width.

    Attributes:
        width: The room, in pixels.
        y: Where what comes next may start.
    """

    def __init__(self, width: float, font: QFont) -> None:
        self.width = width
        self.y = 0.0
        self._letters = Letters(font)
        self._strokes: list[Stroke] = []
        self._shown: list[Stroke] = []
        self._spots: list[Spot] = []

    def sketch(self) -> Sketch:
        """Return what was drawn."""
        return Sketch(
            self.width,
            self.y,
            tuple(self._strokes),
            tuple(self._shown),
            tuple(self._spots),
        )

    @property
    def line_height(self) -> float:
        """Height of a line of words."""
        return self._letters.height

    # strokes

    def add(self, *strokes: Stroke) -> None:
        """Draw something that is always there."""
        self._strokes.extend(strokes)

    def show(self, *strokes: Stroke) -> None:
        """Draw something that makes way for what a spot shows."""
        self._shown.extend(strokes)

    def spot(
        self,
        area: tuple[float, float, float, float],
        make: Callable[[], Iterable[Stroke]],
    ) -> None:
        """Show the strokes that ``make`` gives while the pointer is over an area.

        Args:
            area: x, y, width and height.
            make: Called each time that the area is shown.
        """
        self._spots.append(Spot(*area, make))

    def cell(
        self, x: float, y: float, width: float, height: float, look: Look = Look.PLAIN
    ) -> None:
        """Draw a filled rectangle."""
        self.add(Cell(x, y, width, height, look))

    def line(self, *points: tuple[float, float], tone: Tone = Tone.DIM) -> None:
        """Draw a line through points."""
        self.add(Line(points, tone))

    def arrow(self, *points: tuple[float, float], tone: Tone = Tone.DIM) -> None:
        """Draw a line through points with a tip at its end."""
        self.add(Line(points, tone, arrow=True))

    def dots(self, x: float, y: float, down: bool = False) -> None:
        """Draw three dots around a point."""
        self.add(Dots(x, y, down))

    # words

    def text_width(self, text: str) -> float:
        """Return how long one line is."""
        return self._letters.width(text)

    def height_of(self, text: str, room: float) -> float:
        """Return how high a text is in a column so wide."""
        return len(self._lines(text, room)) * self._letters.height

    def write(
        self,
        text: str,
        x: float,
        y: float,
        room: float,
        *,
        align: Align = Align.LEFT,
        tone: Tone = Tone.DIM,
        inside: bool = False,
    ) -> float:
        """Write a text into a column ``room`` wide; return how high it became."""
        letters = self._letters
        lines = self._lines(text, room)
        for number, line in enumerate(lines):
            width = min(letters.width(line), room)
            left = x
            if align is Align.MIDDLE:
                left = x + (room - width) / 2
            elif align is Align.RIGHT:
                left = x + room - width
            top = y + number * letters.height
            self.add(Words(line, left, top, width, letters.height, align, tone, inside))
        return len(lines) * letters.height

    def fits(self, text: str, room: float) -> bool:
        """Return whether a text fits into one line."""
        return self.text_width(text) <= room

    def cut(self, text: str, room: float) -> str:
        """Return a text, or as much of both its ends as fits into one line."""
        return self._letters.fit(text, room)

    def _lines(self, text: str, room: float) -> list[str]:
        letters = self._letters
        lines: list[str] = []
        words = text.split(" ")
        if any(letters.width(word) > room for word in words):
            words = text.replace(TIED, " ").split(" ")
        for word in words:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and letters.width(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(letters.fit(word, room))
        return lines
