"""Pointing at a number of an array shows what it is made of, where that is known."""

import pytest

from loaders.ir.diagram import Block, Blocks, Edge
from viewers.diagrams.draw import draw
from viewers.diagrams.paint import small_font
from viewers.diagrams.strokes import Cell, Look
from viewers.drawing.style import LIGHT
from viewers.ink import Ink


def block(title, *edges):
    return Block(title=title, edges=tuple(Edge(**edge) for edge in edges))


TIME = {"label": "time", "length": 6, "last": 0}
DENSE = Blocks(
    inputs=(block("input", TIME, {"label": "feature", "length": 4}),),
    result=block("output", TIME, {"label": "unit", "length": 3, "last": 0}),
)


def sketch(diagram, width=340):
    return draw(diagram, width, small_font(Ink.of(LIGHT)))


def cells(strokes, look):
    return [s for s in strokes if isinstance(s, Cell) and s.look is look]


@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 1), (5, 2)])
def test_a_unit_at_a_step_reads_the_numbers_of_that_step(qapp, row, column):
    drawn = sketch(DENSE)
    [first] = cells(drawn.shown, Look.STRONG)
    spot = drawn.spots[row * 3 + column]
    [strong] = cells(spot.strokes, Look.STRONG)
    lit = cells(spot.strokes, Look.LIT)
    assert len(drawn.spots) == 18
    assert len(lit) == 4
    assert {cell.y for cell in lit} == {strong.y}
    assert strong.y == pytest.approx(first.y + row * first.height)
    assert strong.x == pytest.approx(first.x + column * first.width)


def test_marks_stay_where_another_number_may_be_made_otherwise(qapp):
    window = Blocks(
        inputs=(block("input", {"label": "time", "length": 6, "last": 2}),),
        result=block("output", {"label": "time", "length": 6, "last": 0}),
    )
    assert not sketch(window).spots


def test_axes_that_are_numbered_by_place_are_not_taken_for_each_other(qapp):
    ended = Blocks(
        inputs=(
            block(
                "input",
                {"label": "axis 0", "length": 3},
                {"label": "axis 1", "length": 4, "last": 0},
            ),
        ),
        result=block("output", {"label": "axis 1", "length": 4, "last": 0}),
    )
    assert not sketch(ended).spots


def test_rows_under_each_other_follow_as_well(qapp):
    pooled = Blocks(
        inputs=(block("input", {"label": "feature", "length": 8}),),
        result=block("output", {"label": "unit", "length": 5, "last": 0}),
    )
    drawn = sketch(pooled)
    assert len(drawn.spots) == 5
    assert len(cells(drawn.spots[4].strokes, Look.LIT)) == 8
