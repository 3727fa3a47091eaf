"""One number or word per box, painted on the picture: no Qt, so that jobs can make it.

Whoever has numbers about nodes (costs, errors, ranges) makes a ``Metric`` of them; the
scene knows nothing else about them.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from loaders.ir.text import compact, file_size

Number: TypeAlias = float | str | None
"""A number, a word, or ``None`` where there is one and nobody knows it."""


class Scale(StrEnum):
    """How numbers become colours."""

    MAGNITUDE = "magnitude"
    """From nothing upwards: one hue, the more the stronger."""
    SIGNED = "signed"
    """Around zero: two hues, symmetric."""
    NAMES = "names"
    """Words without an order: a few tints, in the order of ``Metric.names``."""


class Metric(Struct, frozen=True, kw_only=True):
    """What is painted on the boxes of a picture.

    Attributes:
        id: Unique among metrics.
        title: What it is, for the legend: ``Parameters``.
        unit: What follows a number: ``B`` is written as kB, MB ...; empty for counts.
        numbers: By id of the node or group; a box that is not in it has no such
            number (an input has no cost) and stays as it is.
        scale: How numbers become colours.
        note: How groups got theirs, for the legend: ``groups: sum``.
    """

    id: str
    title: str
    numbers: dict[str, Number]
    unit: str = ""
    scale: Scale = Scale.MAGNITUDE
    note: str = ""

    def range_of(self, boxes: Iterable[str]) -> tuple[float, float]:
        """Return the least and the greatest number of some boxes; 0 and 0 if none.

        A scale of magnitudes starts at 0; one around zero is symmetric.
        """
        known = [
            number
            for box in boxes
            if isinstance(number := self.numbers.get(box), int | float)
        ]
        high = max(known, default=0.0)
        if self.scale is Scale.SIGNED:
            most = max(abs(min(known, default=0.0)), abs(high))
            return -most, most
        return 0.0, high

    def names(self, boxes: Iterable[str]) -> tuple[str, ...]:
        """Return the words on some boxes, the most frequent first."""
        found: dict[str, int] = {}
        for box in boxes:
            if isinstance(word := self.numbers.get(box), str):
                found[word] = found.get(word, 0) + 1
        return tuple(sorted(found, key=lambda word: (-found[word], word)))

    def text(self, number: Number) -> str:
        """Return a number in a few characters: ``36.9 k``, ``147.6 kB``, ``?``."""
        match number:
            case None:
                return "?"
            case str():
                return number
            case _ if self.unit == "B":
                return file_size(round(number))
            case int():
                words = compact(number)
            case _:
                words = f"{number:.3g}".replace("-", "\u2212")
        return f"{words} {self.unit}" if self.unit else words
