"""What a panel of text says, before any widget exists: headings, rows, formulas.

Pages are made by pure functions in a job; ``viewers.sheet`` draws them. All text in
them has gone through ``shown`` where it comes from a file.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import TypeAlias, TypeVar

from msgspec import Struct

from loaders.ir.diagram import Drawing
from loaders.ir.text import count_of

MOST_ROWS = 300
"""Rows of one section; what is beyond is counted in one last line."""

T = TypeVar("T")


class Row(Struct, frozen=True, kw_only=True):
    """One line of a table.

    Attributes:
        label: What it is about, at the left.
        detail: In the middle; monospace, it holds shapes and formulas.
        formula: A calculation under the detail, monospace.
        value: At the right, set off.
        below: A dim sentence under the detail.
        target: Id of a node that a click on the label selects; empty for none.
        code: Whether the detail is a shape or formula rather than a sentence.
        strong: Whether the value is what the row is about.
    """

    label: str
    detail: str = ""
    formula: str = ""
    value: str = ""
    below: str = ""
    target: str = ""
    code: bool = True
    strong: bool = False


class Formula(Struct, frozen=True):
    """A calculation on a tinted ground, monospace."""

    text: str


class Remark(Struct, frozen=True):
    """A sentence on a tinted ground."""

    text: str


class Line(Struct, frozen=True):
    """A plain dim sentence."""

    text: str


class Level(StrEnum):
    """How bad something is."""

    BROKEN = "broken"
    """It keeps something from working."""
    WARNING = "warning"
    """Something may be missing or wrong."""
    INFO = "info"
    """It is good to know."""


class Problem(Struct, frozen=True):
    """What keeps something from working, and what to do about it.

    Attributes:
        text: The sentence.
        advice: What to do; empty if there is nothing to do.
        level: How bad it is; seen in its colour.
        where: Name of the layer that a click leads to; empty for none.
        target: Id of that layer.
    """

    text: str
    advice: str = ""
    level: Level = Level.BROKEN
    where: str = ""
    target: str = ""


class Command(Struct, frozen=True):
    """Something the user can do here, shown as a link: ``Choose weights…``."""

    id: str
    text: str


class Picture(Struct, frozen=True):
    """A drawing, with its caption under it."""

    drawing: Drawing


Item: TypeAlias = Row | Formula | Remark | Line | Problem | Command | Picture


class Section(Struct, frozen=True):
    """A heading and what is under it."""

    title: str
    items: tuple[Item, ...]


class Page(Struct, frozen=True):
    """One tab of a panel."""

    title: str
    sections: tuple[Section, ...]


class Pages(Struct, frozen=True, kw_only=True):
    """Everything a panel shows of one subject.

    Attributes:
        subject: Id of the node; empty for the whole model.
        title: Its name.
        subtitle: What it is, in one line.
        pages: At least one tab.
    """

    subject: str
    title: str
    subtitle: str
    pages: tuple[Page, ...]


def section(title: str, items: Iterable[Item]) -> tuple[Section, ...]:
    """Return a section, or nothing if there is nothing to put into it."""
    found = tuple(items)
    return (Section(title, found),) if found else ()


def limited(
    things: Sequence[T], noun: str, most: int = MOST_ROWS
) -> tuple[tuple[T, ...], tuple[Line, ...]]:
    """Return the first things, and a line that counts the rest if there are more."""
    rest = len(things) - most
    if rest <= 0:
        return tuple(things), ()
    return tuple(islice(things, most)), (Line(f"and {count_of(rest, noun)} more"),)
