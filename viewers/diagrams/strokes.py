"""What a drawing is made of once its size is known: cells, lines and words in pixels.

Drawings are lists of strokes, so that they can be made in one place, painted in
another, and looked at by tests without a screen.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Look(StrEnum):
    """How an element of an array, or a box, is filled."""

    PLAIN = "plain"
    LIT = "lit"
    """It takes part."""
    OTHER = "other"
    """It takes part in something else of the same sort."""
    STRONG = "strong"
    """It is what the drawing is about."""
    ADDED = "added"
    """It is put around the input."""
    CUT = "cut"
    """It is there and is not used."""
    BOX = "box"
    """No element: a box with something in it."""


class Tone(StrEnum):
    """The colour of lines and words."""

    TEXT = "text"
    DIM = "dim"
    ACCENT = "accent"


class Align(StrEnum):
    """Where words stand in their room."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


class Cell(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    look: Look = Look.PLAIN


class Outline(NamedTuple):
    """A rectangle around cells."""

    x: float
    y: float
    width: float
    height: float
    dashed: bool = False
    tone: Tone = Tone.ACCENT


class Line(NamedTuple):
    """A line through points; with a tip at its end if it is an arrow."""

    points: tuple[tuple[float, float], ...]
    tone: Tone = Tone.DIM
    arrow: bool = False
    dashed: bool = False
    thick: float = 1.2


class Beam(NamedTuple):
    """A pale area between a part of the input and what it becomes."""

    points: tuple[tuple[float, float], ...]


class Words(NamedTuple):
    """One line of text; ``inside`` a cell it may cover that."""

    text: str
    x: float
    y: float
    width: float
    height: float
    align: Align = Align.LEFT
    tone: Tone = Tone.DIM
    inside: bool = False


class Dots(NamedTuple):
    """Three dots where elements are left out; ``down`` if along a column."""

    x: float
    y: float
    down: bool = False


Stroke: TypeAlias = Cell | Outline | Line | Beam | Words | Dots


class Spot(NamedTuple):
    """A place that shows something else while the pointer is over it.

    What it shows is made when it is asked for: a drawing has hundreds of them.
    """

    x: float
    y: float
    width: float
    height: float
    make: Callable[[], Iterable[Stroke]]

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """What is shown instead."""
        return tuple(self.make())

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Sketch(NamedTuple):
    """A whole drawing in pixels.

    Attributes:
        width: The room it was made for.
        height: What it needs of it.
        strokes: What is always there, in painting order.
        shown: What is there unless a spot is pointed at.
        spots: Places that show something else instead.
    """

    width: float
    height: float
    strokes: tuple[Stroke, ...]
    shown: tuple[Stroke, ...] = ()
    spots: tuple[Spot, ...] = ()

    def spot_at(self, x: float, y: float) -> Spot | None:
        """Return the spot under a point."""
        return next((spot for spot in self.spots if spot.holds(x, y)), None)
