"""No lengths that a file may claim keep a drawing from being made."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ir.diagram import (
    Attended,
    Block,
    Blocks,
    Curved,
    Does,
    Edge,
    Joined,
    LookedUp,
    Reordered,
    Slide,
    Sliding,
    Spread,
    Spreading,
    Stairs,
    Unrolled,
)
from viewers.diagrams.draw import draw
from viewers.diagrams.paint import small_font
from viewers.diagrams.strokes import Words
from viewers.drawing.style import LIGHT
from viewers.ink import Ink

pytestmark = pytest.mark.usefixtures("qapp")

NUMBERS = st.sampled_from([1, 2, 3, 7, 16, 100, 511, 16_000, 2**31, 2**63 - 1])
LENGTHS = st.one_of(NUMBERS, st.just(0), st.none(), st.just("past_sequence + 1"))
SMALL = st.integers(1, 2_000)
ENDS = st.one_of(st.none(), st.integers(-40, 40), st.just(2**31))
LABELS = st.sampled_from(["height", "width", "axis 3", "x" * 80])


@st.composite
def windows(draw_one):
    rank = draw_one(st.integers(1, 3))
    return tuple(
        Slide(
            label=draw_one(LABELS),
            length=draw_one(LENGTHS),
            result=draw_one(LENGTHS),
            size=draw_one(st.one_of(SMALL, st.none())),
            stride=draw_one(SMALL),
            dilation=draw_one(SMALL),
            before=draw_one(ENDS),
            after=draw_one(ENDS),
        )
        for _ in range(rank)
    )


@st.composite
def edges(draw_one):
    length = draw_one(LENGTHS)
    most = length if isinstance(length, int) else 2**31
    first = draw_one(st.integers(0, max(most - 1, 0)))
    last = draw_one(st.one_of(st.none(), st.integers(first, max(most - 1, first))))
    return Edge(
        label=draw_one(LABELS),
        length=length,
        first=first,
        last=last,
        step=draw_one(SMALL),
        before=draw_one(st.integers(0, 50)),
        after=draw_one(st.integers(0, 50)),
    )


BLOCKS = st.builds(
    Block, title=st.just("input"), edges=st.lists(edges(), max_size=3).map(tuple)
)
SHAPES = st.lists(LENGTHS, min_size=1, max_size=5).map(tuple)


def check(diagram):
    font = small_font(Ink.of(LIGHT))
    for width in (213, 400):
        sketch = draw(diagram, width, font)
        assert len(sketch.strokes) < 5_000
        for stroke in sketch.strokes:
            if isinstance(stroke, Words):
                assert stroke.x >= -1
                assert stroke.x + stroke.width <= width + 1
        for spot in sketch.spots[:: max(len(sketch.spots) // 3, 1)]:
            assert spot.strokes


@settings(max_examples=60, deadline=None)
@given(windows(), LENGTHS, LENGTHS, st.sampled_from([1, 2, None]))
def test_windows(slides, channels, results, groups):
    for parts in (groups, channels):
        for does in (Does.SUMMED, Does.LARGEST):
            check(
                Sliding(
                    slides=slides,
                    channels=channels,
                    results=results,
                    groups=parts,
                    does=does,
                )
            )


@settings(max_examples=40, deadline=None)
@given(windows(), LENGTHS, LENGTHS)
def test_windows_that_write(slides, channels, results):
    spreads = tuple(
        Spread(**{name: getattr(slide, name) for name in Spread.__struct_fields__})
        for slide in slides
    )
    check(Spreading(spreads=spreads, channels=channels, results=results))


@settings(max_examples=80, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=2), BLOCKS)
def test_arrays(inputs, result):
    check(Blocks(inputs=tuple(inputs), result=result, sign="+", note="sum"))


@settings(max_examples=40, deadline=None)
@given(SHAPES, SHAPES, st.data())
def test_moved_numbers(source, target, data):
    order = tuple(data.draw(st.permutations(range(len(source)))))
    check(
        Reordered(
            source=source,
            target=target,
            labels=("width",) * len(source),
            order=order,
            result_labels=("axis 1",) * len(target),
        )
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(LENGTHS, min_size=1, max_size=60), LENGTHS, st.booleans())
def test_pieces(pieces, whole, is_cut):
    check(Joined(label="channel", pieces=tuple(pieces), whole=whole, is_cut=is_cut))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(-(2**15), 0),
    st.integers(1, 2**16),
    st.one_of(st.none(), st.floats(1e-30, 1e30)),
    st.one_of(st.none(), st.just(0.5), st.integers(-300, 70_000)),
    st.booleans(),
)
def test_rounding(low, count, step, zero_point, reads_codes):
    check(
        Stairs(
            low=low,
            high=low + count,
            step=step,
            zero_point=zero_point,
            reads_codes=reads_codes,
            gives_codes=not reads_codes,
        )
    )


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9))
def test_lines(low, tall):
    high = low + tall
    diagram = Curved(
        name="x" * 60,
        pieces=((0.0, low, 255.0, high),),
        low=min(low, 0.0),
        high=max(high, 0.0),
        left=0.0,
        right=255.0,
    )
    check(diagram)


@settings(max_examples=30, deadline=None)
@given(LENGTHS, LENGTHS, st.lists(LENGTHS, max_size=3).map(tuple))
def test_tables(rows, width, indices):
    check(LookedUp(rows=rows, width=width, indices=indices))


@settings(max_examples=20, deadline=None)
@given(LENGTHS, LENGTHS, LENGTHS, LENGTHS)
def test_attention(queries, keys, heads, size):
    check(
        Attended(
            queries=queries,
            keys=keys,
            compared=size,
            taken=size,
            result=size,
            heads=heads,
        )
    )


@settings(max_examples=30, deadline=None)
@given(LENGTHS, SHAPES, SHAPES, st.booleans(), st.booleans(), st.booleans())
def test_sequences(steps, features, units, every_step, backwards, both):
    check(
        Unrolled(
            cell="LSTM",
            gates=("input", "forget", "cell candidate", "output"),
            steps=steps,
            features=features,
            units=units,
            every_step=every_step,
            result=units,
            backwards=backwards,
            both=both,
            activation="x" * 60,
            gate_activation="x" * 60,
        )
    )
