"""Where the window stands for the output element that the pointer is over."""

import pytest

from loaders.ir.diagram import Slide, Sliding
from viewers.diagrams.draw import draw
from viewers.diagrams.paint import small_font
from viewers.diagrams.strokes import Cell, Look, Outline
from viewers.drawing.style import LIGHT
from viewers.ink import Ink


def slide(label, **more):
    return Slide(
        label=label, **{"length": 9, "result": 4, "size": 3, "stride": 2, **more}
    )


def sketch(*slides, channels=1, **more):
    diagram = Sliding(slides=slides, channels=channels, results=1, **more)
    return draw(diagram, 400, small_font(Ink.of(LIGHT)))


def outlined(strokes):
    [found] = [s for s in strokes if isinstance(s, Outline) and not s.dashed]
    return found


def lit(strokes):
    return [s for s in strokes if isinstance(s, Cell) and s.look is Look.LIT]


def test_the_first_window_is_shown_with_the_next_one_dashed(qapp):
    shown = sketch(slide("height"), slide("width")).shown
    dashed = [s for s in shown if isinstance(s, Outline) and s.dashed]
    first = outlined(shown)
    assert len(lit(shown)) == 9
    assert [s.x - first.x for s in dashed] == [pytest.approx(first.width * 2 / 3)]


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 2), (3, 3)])
def test_each_output_element_has_its_window(qapp, row, column):
    drawn = sketch(slide("height"), slide("width"))
    first, spot = outlined(drawn.shown), drawn.spots[row * 4 + column]
    window, cell = outlined(spot.strokes), first.width / 3
    assert window.x == pytest.approx(first.x + 2 * column * cell)
    assert window.y == pytest.approx(first.y + 2 * row * cell)


def test_added_elements_are_dashed_and_the_window_starts_on_them(qapp):
    padded = slide("time", before=1, after=1, result=5)
    drawn = sketch(padded)
    added = [s for s in drawn.strokes if isinstance(s, Cell) and s.look is Look.ADDED]
    assert len(added) == 2
    assert outlined(drawn.shown).x == min(cell.x for cell in added)


def test_a_window_with_gaps_marks_only_what_it_looks_at(qapp):
    drawn = sketch(slide("time", dilation=3, stride=1, result=3))
    marked = lit(drawn.shown)
    width = marked[0].width
    assert [round((s.x - marked[0].x) / width) for s in marked] == [0, 3, 6]
    assert outlined(drawn.shown).width == pytest.approx(7 * width)


def test_a_filter_of_a_group_sees_the_channels_of_its_group(qapp):
    diagram = Sliding(slides=(slide("time"),), channels=4, results=4, groups=2)
    drawn = draw(diagram, 400, small_font(Ink.of(LIGHT)))
    heights = {round(outlined(spot.strokes).height) for spot in drawn.spots}
    tops = [outlined(spot.strokes).y for spot in drawn.spots]
    assert len(heights) == 1
    assert len(set(tops)) == 2
    assert tops[:4] == [min(tops)] * 4


def test_one_place_has_no_next_one(qapp):
    one = slide("height", length=3, result=1)
    shown = sketch(one, slide("width", length=3, result=1)).shown
    assert not [s for s in shown if isinstance(s, Outline) and s.dashed]
