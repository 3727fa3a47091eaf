"""From the numbers of a metric to the colours of boxes and of the legend."""

import math
from functools import cached_property

from msgspec import Struct

from loaders.ir.graph import Category
from loaders.ir.text import shown
from viewers.drawing.colors import blend, ink_on, ramp
from viewers.drawing.metric import Extent, Metric, Number, Scale
from viewers.drawing.style import Theme

STEPS = 16
"""Shades of a scale: few enough that boxes of one shade share an item."""
_NAMED = (
    Category.CONVOLUTION,
    Category.ACTIVATION,
    Category.NORMALIZATION,
    Category.POOLING,
    Category.DENSE,
    Category.RECURRENT,
    Category.ATTENTION,
    Category.TENSOR,
)
"""Whose colours, made lighter, stand for words without an order."""


class Tint(Struct, frozen=True):
    """How a number is painted on a box.

    Attributes:
        fill: Colour of the box; empty if it has no number.
        ink: Colour of words on it.
        text: The number in a few characters.
        unknown: Whether there is a number that nobody knows.
    """

    fill: str
    ink: str
    text: str
    unknown: bool = False


class Shading:
    """Gives boxes the colours of a metric in one theme.

    Args:
        metric: What is painted.
        extent: What the numbers in the picture span.
        theme: The theme.
    """

    def __init__(self, metric: Metric, extent: Extent, theme: Theme) -> None:
        self.metric, self.extent, self.theme = metric, extent, theme
        self._shades: dict[str, str] = {}

    def tint(self, box: str) -> Tint | None:
        """Return how a box is painted; ``None`` if it has no such number."""
        if box not in self.metric.numbers:
            return None
        number = self.metric.numbers[box]
        if number is None:
            return Tint(self.theme.panel, self.theme.text, "?", unknown=True)
        fill = self.color(number)
        text = shown(self.metric.text(number), 24)
        return Tint(fill, ink_on(fill), text)

    def ground(self, box: str) -> str | None:
        """Return the colour of a box without words; ``None`` if it has no number."""
        if box not in self.metric.numbers:
            return None
        number = self.metric.numbers[box]
        return self.theme.line if number is None else self.color(number)

    def in_theme(self, theme: Theme) -> "Shading":
        """Return the same in other colours."""
        return Shading(self.metric, self.extent, theme)

    def color(self, number: Number) -> str:
        """Return the colour of a number or word."""
        match number:
            case None:
                return self.theme.panel
            case str():
                return self._named(number)
            case _:
                place = self._place(float(number))
                return self.scale_color(round(place * STEPS) / STEPS)

    def scale_color(self, place: float) -> str:
        """Return the colour at a place of the scale, 0 to 1."""
        theme = self.theme
        if self.metric.scale is Scale.SIGNED:
            end = theme.negative if place < 0.5 else theme.positive
            return ramp(theme.panel, end, abs(place - 0.5) * 2)
        return ramp(theme.panel, theme.magnitude, place)

    def at(self, place: float) -> float:
        """Return the number at a place of the scale, 0 to 1."""
        low, width = self.extent.low, self.extent.high - self.extent.low
        if self.metric.scale is Scale.SIGNED:
            return low + width * place
        return low + width * place * place

    @cached_property
    def ticks(self) -> tuple[str, str, str]:
        """What is written at the start, the middle and the end of the scale."""
        kind = int if self.extent.is_whole else float
        low, middle, high = (
            self.metric.text(kind(self.at(place))) for place in (0.0, 0.5, 1.0)
        )
        return low, middle, high

    def _place(self, number: float) -> float:
        """Return the place of a number on the scale.

        Magnitudes of layers differ by powers of ten; by their square roots the small
        ones are still seen, and the large ones still stand out.
        """
        width = self.extent.high - self.extent.low
        if width <= 0:
            return 0.5 if self.metric.scale is Scale.SIGNED else 0.0
        share = min(1.0, max(0.0, (number - self.extent.low) / width))
        return share if self.metric.scale is Scale.SIGNED else math.sqrt(share)

    def _named(self, word: str) -> str:
        if not self._shades:
            panel = self.theme.panel
            colors = [self.theme.categories[each] for each in _NAMED]
            for at, name in enumerate(self.extent.names):
                # After eight words the rest share the last colour: they are written.
                color = colors[min(at, len(colors) - 1)]
                self._shades[name] = blend(panel, color, 0.35)
        return self._shades.get(word, self.theme.panel)
