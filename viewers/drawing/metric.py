"""One number or word per box, painted on the picture: no Qt, so that jobs can make it.

Whoever has numbers about nodes (costs, errors, ranges) makes a ``Metric`` of them; the
scene knows nothing else about them.
"""

from collections import Counter
from collections.abc import Generator, Iterable
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


_SLICE = 2_048
"""Boxes that are looked at in one step: about a millisecond."""


class Extent(Struct, frozen=True):
    """What the numbers on the boxes of one picture span.

    Attributes:
        low: The least number of the scale; 0 and 0 if there are none.
        high: The greatest.
        names: The words on boxes, the most frequent first.
        has_numbers: Whether there is a number or word that is known.
        has_unknown: Whether there is one that nobody knows.
        is_whole: Whether all numbers are whole.
    """

    low: float
    high: float
    names: tuple[str, ...]
    has_numbers: bool
    has_unknown: bool
    is_whole: bool


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

    def extent(self, boxes: Iterable[str]) -> Generator[None, None, Extent]:
        """Find out what the numbers on some boxes span; yields now and then.

        A scale of magnitudes starts at 0; one around zero is symmetric.
        """
        numbers = self.numbers
        known: list[float] = []
        words: Counter[str] = Counter()
        has_unknown, is_whole = False, True
        for at, box in enumerate(boxes):
            if not at % _SLICE:
                yield
            if box not in numbers:
                continue
            number = numbers[box]
            if number is None:
                has_unknown = True
            elif isinstance(number, str):
                words[number] += 1
            else:
                known.append(number)
                is_whole = is_whole and isinstance(number, int)
        low, high = 0.0, max(known, default=0.0)
        if self.scale is Scale.SIGNED:
            high = max(abs(min(known, default=0.0)), abs(high))
            low = -high
        names = sorted(words, key=lambda word: (-words[word], word))
        return Extent(
            low=low,
            high=high,
            names=tuple(names),
            has_numbers=bool(known or words),
            has_unknown=has_unknown,
            is_whole=is_whole,
        )

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
