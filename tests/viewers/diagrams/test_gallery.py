"""Drawings at every width: nothing is cut off, no words lie on others."""

import typing
from itertools import combinations

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage, QPainter

from loaders.ir.diagram import Diagram
from tests.viewers.diagrams.gallery import GALLERY
from viewers.diagrams.draw import draw
from viewers.diagrams.paint import paint_sketch, small_font
from viewers.diagrams.strokes import Cell, Line, Outline, Words
from viewers.drawing.style import DARK, LIGHT
from viewers.ink import Ink

WIDTHS = (213, 260, 340, 568)
ROUNDING = 1.0
"""Pixels by which a rectangle may stand out: half of a pen, and rounded letters."""


def sketched(name, width, theme=LIGHT):
    return draw(GALLERY[name], width, small_font(Ink.of(theme)))


def box(stroke):
    return stroke.x, stroke.y, stroke.x + stroke.width, stroke.y + stroke.height


def overlap(one, other):
    a, b = box(one), box(other)
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return across > ROUNDING and down > ROUNDING


def test_the_gallery_holds_every_sort_of_drawing(qapp):
    sorts = {type(diagram) for diagram in GALLERY.values()}
    assert sorts == set(typing.get_args(Diagram))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", GALLERY)
def test_everything_lies_inside_the_drawing(qapp, name, width):
    sketch = sketched(name, width)
    assert sketch.height > 0
    for stroke in (*sketch.strokes, *sketch.shown):
        if isinstance(stroke, Words | Cell | Outline):
            left, top, right, bottom = box(stroke)
        elif isinstance(stroke, Line):
            xs, ys = zip(*stroke.points, strict=True)
            left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        else:
            continue
        assert left >= -ROUNDING, stroke
        assert top >= -ROUNDING, stroke
        assert right <= width + ROUNDING, stroke
        assert bottom <= sketch.height + ROUNDING, stroke


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", GALLERY)
def test_no_words_lie_on_other_words(qapp, name, width):
    words = [s for s in sketched(name, width).strokes if isinstance(s, Words)]
    assert words
    for one, other in combinations(words, 2):
        assert not overlap(one, other), (one.text, other.text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", GALLERY)
def test_words_lie_on_cells_only_where_they_belong_into_them(qapp, name, width):
    strokes = sketched(name, width).strokes
    cells = [stroke for stroke in strokes if isinstance(stroke, Cell)]
    for words in strokes:
        if isinstance(words, Words) and not words.inside:
            for cell in cells:
                assert not overlap(words, cell), (words.text, cell)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", GALLERY)
def test_every_drawing_can_be_painted_in_both_themes(qapp, name, theme):
    sketch, ink = sketched(name, 340, theme), Ink.of(theme)
    image = QImage(680, int(2 * sketch.height) + 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(ink.panel)
    painter = QPainter(image)
    paint_sketch(painter, sketch, ink)
    painter.end()
    seen = {
        image.pixel(x, y)
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert QColor(ink.panel).rgb() in seen
    assert len(seen) > 3


@pytest.mark.parametrize("name", GALLERY)
def test_larger_letters_fit_as_well(qapp, name):
    ink = Ink.of(replace(LIGHT, scale=1.5))
    font = small_font(ink)
    font.setPixelSize(17)
    words = [
        stroke
        for stroke in draw(GALLERY[name], 340, font).strokes
        if isinstance(stroke, Words)
    ]
    for one, other in combinations(words, 2):
        assert not overlap(one, other), (one.text, other.text)
    for one in words:
        assert one.x >= -ROUNDING
        assert one.x + one.width <= 340 + ROUNDING
