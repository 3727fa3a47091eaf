"""Words on a box: as full as they fit."""

import pytest
from PySide6.QtWidgets import QGraphicsSimpleTextItem

from viewers.drawing.cards import Card
from viewers.drawing.items import ChunkPainter, Piece
from viewers.drawing.layout import NODE_HEIGHT, NODE_WIDTH
from viewers.drawing.lettering import Lettering
from viewers.drawing.style import LIGHT


@pytest.fixture
def drawn(qapp):
    """Return a function that draws one card and gives its texts and their places."""

    def drawn(**words):
        card = Card(**{"title": "conv", "kind": "Conv2D", **words})
        root = ChunkPainter(LIGHT, Lettering()).make([Piece("conv", card, 0.0, 0.0)])
        return {
            item.text(): item.mapRectToScene(item.boundingRect())
            for item in root.childItems()
            if isinstance(item, QGraphicsSimpleTextItem)
        }

    return drawn


def test_a_number_that_fits_is_whole(drawn):
    texts = drawn(shape="None × 61 × 61", number="36,888", short_number="36.9 k")
    assert {"None × 61 × 61", "36,888"} <= set(texts)


def test_a_long_number_is_cut_before_the_shape(drawn):
    shape = "None × 7 × 7 × 24"
    texts = drawn(shape=shape, number="123,456,789", short_number="123.5 M")
    assert {shape, "123.5 M"} <= set(texts)


def test_a_long_shape_loses_its_spaces_before_its_lengths(drawn):
    shape = "None × 1024 × 1024 × 64"
    texts = drawn(shape=shape, number="36,888", short_number="36.9 k")
    assert {"None×1024×1024×64", "36.9 k"} <= set(texts)


@pytest.mark.parametrize("badge", ["", "int8 · per channel", "q" * 100])
@pytest.mark.parametrize("problem", ["", "They do not add up."])
def test_no_words_leave_the_box_or_touch_each_other(drawn, badge, problem):
    texts = drawn(
        title="W" * 200,
        kind="TimeDistributed · " + "w" * 100,
        shape=" × ".join(["past_sequence_length"] * 8),
        number="123,456,789,012",
        short_number="123.5 G",
        badge=badge,
        problem=problem,
    )
    places = list(texts.values())
    for index, place in enumerate(places):
        assert place.left() >= 0
        assert place.right() <= NODE_WIDTH
        assert place.top() >= 0
        assert place.bottom() <= NODE_HEIGHT
        for other in places[index + 1 :]:
            # A line's height holds room that no letter uses.
            assert not place.adjusted(0, 3, 0, -3).intersects(other)
