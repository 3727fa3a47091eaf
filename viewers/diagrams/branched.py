"""Draws bodies of which one runs, and one that runs again and again."""

from loaders.ir.diagram import Branched, Looped
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Line, Look, Tone
from viewers.diagrams.words import count_words

_WIDE, _BETWEEN, _TALL, _ARROW = 120.0, 24.0, 12.0, 24.0
MOST_BRANCHES = 3


def draw_branched(diagram: Branched, pencil: Pencil) -> None:
    """Draw the condition, the bodies beside each other, and what comes out."""
    shown = diagram.branches[:MOST_BRANCHES]
    room = (pencil.width - _BETWEEN * (len(shown) - 1) - 2) / max(len(shown), 1)
    wide = min(room, _WIDE)
    total = wide * len(shown) + _BETWEEN * (len(shown) - 1)
    middle = total / 2 + 0.5
    told = f"{diagram.decides}: one of {len(diagram.branches)} runs"
    pencil.y += pencil.write(told, 0, pencil.y, pencil.width) + 4
    top = pencil.y + _ARROW
    high = pencil.line_height + _TALL
    below = top + high + _ARROW
    for at, name in enumerate(shown):
        left = 0.5 + at * (wide + _BETWEEN)
        centre, runs = left + wide / 2, at == 0
        tone = Tone.ACCENT if runs else Tone.DIM
        ways = (
            ((middle, pencil.y), (centre, top - 2)),
            ((centre, top + high + 2), (middle, below - 2)),
        )
        for way in ways:
            pencil.add(Line(way, tone, arrow=True, dashed=not runs))
        _draw_box(pencil, name, left, top, wide)
    pencil.y = below + 3
    results = (
        "results" if diagram.results is None else count_words(diagram.results, "result")
    )
    pencil.y += pencil.write(
        f"{results} of the one that ran", 0, pencil.y, pencil.width
    )


def draw_looped(diagram: Looped, pencil: Pencil) -> None:
    """Draw the body with what it reads, hands on and collects."""
    pencil.y += pencil.write(diagram.rounds, 0, pencil.y, pencil.width) + 4
    if diagram.read:
        told = f"round k reads part k of {count_words(diagram.read, 'input')}"
        pencil.y += pencil.write(told, 0, pencil.y, pencil.width) + 2
    wide, left = min(pencil.width - 2 * _ARROW - 2, _WIDE), _ARROW
    top, high = pencil.y + _ARROW, pencil.line_height + _TALL
    centre, middle, right = left + wide / 2, top + high / 2, left + wide
    pencil.arrow((centre, pencil.y), (centre, top - 2))
    _draw_box(pencil, "body, round k", left, top, wide)
    low = top + high + 14
    if diagram.carried:
        around = (right + 2, middle), (right + 16, middle), (right + 16, low)
        back = (left - 16, low), (left - 16, middle), (left - 2, middle)
        pencil.arrow(*around, *back, tone=Tone.ACCENT)
    pencil.y = low + 3
    carried = f"{count_words(diagram.carried, 'value')} for round k + 1"
    if diagram.carried:
        pencil.y += pencil.write(carried, 0, pencil.y, pencil.width)
    if diagram.collected:
        told = f"{count_words(diagram.collected, 'output')}, a part from each round"
        pencil.y += pencil.write(told, 0, pencil.y, pencil.width)


def _draw_box(pencil: Pencil, name: str, left: float, top: float, wide: float) -> None:
    high = pencil.line_height + _TALL
    pencil.cell(left, top, wide, high, Look.BOX)
    pencil.write(
        pencil.cut(name, wide - 8),
        left + 4,
        top + _TALL / 2,
        wide - 8,
        align=Align.MIDDLE,
        tone=Tone.TEXT,
        inside=True,
    )
