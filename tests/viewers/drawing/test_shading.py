"""From numbers to colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.viewers.drawing.extents import extent_of
from viewers.drawing.colors import blend, ink_on, luminance, ramp
from viewers.drawing.metric import Metric, Scale
from viewers.drawing.shading import Shading
from viewers.drawing.style import DARK, LIGHT

CHANNEL = st.integers(0, 255)
COLOURS = st.tuples(CHANNEL, CHANNEL, CHANNEL).map(
    lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb)
)
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def shade(metric, boxes, theme):
    return Shading(metric, extent_of(metric, boxes), theme)


def contrast(first, second):
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@given(COLOURS)
def test_ink_can_be_read_on_every_ground(ground):
    assert contrast(ink_on(ground), ground) >= 4.5


@given(COLOURS, COLOURS)
def test_a_ramp_begins_and_ends_where_it_shall(start, end):
    for place, expected in ((0.0, start), (1.0, end)):
        made = ramp(start, end, place)
        for at in (1, 3, 5):
            channel = int(made[at : at + 2], 16)
            assert abs(channel - int(expected[at : at + 2], 16)) <= 1


def test_a_blend_is_a_share_of_both():
    assert blend("#000000", "#ffffff", 0.5) == "#808080"
    assert blend("#102030", "#ffffff", 0.0) == "#102030"


@THEMES
def test_more_is_further_from_the_panel(theme):
    metric = Metric(id="m", title="M", numbers={str(n): n for n in range(0, 101, 10)})
    shading = shade(metric, metric.numbers, theme)
    away = [contrast(shading.tint(str(n)).fill, theme.panel) for n in range(0, 101, 10)]
    assert away == sorted(away)
    assert away[0] == pytest.approx(1.0)
    assert away[-1] > 6


def test_the_range_is_that_of_the_boxes_in_the_picture():
    metric = Metric(id="m", title="M", numbers={"a": 4, "b": 1_000_000})
    shading = shade(metric, ["a"], LIGHT)
    assert (shading.extent.low, shading.extent.high) == (0.0, 4)
    assert shading.ticks == ("0", "1", "4")


def test_a_signed_scale_has_its_zero_in_the_middle():
    metric = Metric(
        id="m", title="M", numbers={"a": -2.0, "b": 0.0, "c": 1.0}, scale=Scale.SIGNED
    )
    shading = shade(metric, metric.numbers, LIGHT)
    assert (shading.extent.low, shading.extent.high) == (-2.0, 2.0)
    assert shading.tint("b").fill == LIGHT.panel
    assert shading.scale_color(0.0) == LIGHT.negative
    assert shading.scale_color(1.0) == LIGHT.positive


def test_what_nobody_knows_is_told_from_nothing():
    metric = Metric(id="m", title="M", numbers={"a": None, "b": 0})
    shading = shade(metric, ["a", "b", "c"], LIGHT)
    assert shading.extent.has_unknown
    assert (shading.tint("a").text, shading.tint("a").unknown) == ("?", True)
    assert (shading.tint("b").text, shading.tint("b").unknown) == ("0", False)
    assert shading.tint("c") is None


def test_words_have_colours_of_their_own():
    numbers = {"a": "int8", "b": "int8", "c": "float32"}
    metric = Metric(id="m", title="M", numbers=numbers, scale=Scale.NAMES)
    shading = shade(metric, numbers, LIGHT)
    assert shading.extent.names == ("int8", "float32")
    assert shading.color("int8") != shading.color("float32")
    assert shading.tint("a").fill == shading.tint("b").fill


def test_one_value_for_all_is_no_division_by_zero():
    metric = Metric(id="m", title="M", numbers={"a": 0, "b": 0})
    shading = shade(metric, metric.numbers, LIGHT)
    assert shading.tint("a").fill == LIGHT.panel


def test_the_same_numbers_are_shaded_in_another_theme():
    metric = Metric(id="m", title="M", numbers={"a": 4, "b": None})
    shading = shade(metric, metric.numbers, LIGHT).in_theme(DARK)
    assert shading.tint("a").fill == DARK.magnitude
    assert shading.ground("a") == DARK.magnitude
    assert shading.ground("b") == DARK.line
    assert shading.ground("c") is None
