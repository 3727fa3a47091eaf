"""Both themes are held to the contrast that people need, and to colours they see."""

from itertools import combinations

import numpy as np
import pytest

from loaders.ir.graph import Category
from viewers.drawing.frames import frame_fill, frame_ink
from viewers.drawing.items import alike_fill
from viewers.drawing.style import (
    DARK,
    LIGHT,
    ThemeChoice,
    style_sheet,
    theme_for,
)

GROUNDS = ("background", "panel", "selection")
LEAST_DISTANCE = 8.0
"""CIEDE2000; 1 is just seen when patches touch."""

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def luminance(color):
    """Return relative luminance as WCAG 2.1 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def lab(color, sight):
    """Return CIE L*a*b* of a colour (D65) as somebody with that sight sees it."""
    rgb = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHT[sight] @ linear, 0, 1)
    x, y, z = (TO_XYZ @ seen) / TO_XYZ.sum(axis=1)
    f = [
        np.cbrt(t) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (x, y, z)
    ]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def distance(first, second):
    """Return CIEDE2000, after Sharma, Wu, Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    more = 1 + 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * more, a2 * more
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    h = (h1 + h2 + (360 if abs(h1 - h2) > 180 else 0)) / 2
    waves = (-0.17, 1, 30), (0.24, 2, 0), (0.32, 3, -6), (-0.20, 4, 63)
    t = 1 + sum(size * np.cos(np.radians(n * h - at)) for size, n, at in waves)
    off = (lightness - 50) ** 2
    light_part = (l2 - l1) / (1 + 0.015 * off / np.sqrt(20 + off))
    chroma_part = (c2 - c1) / (1 + 0.045 * chroma)
    hue_part = hue / (1 + 0.015 * chroma * t)
    angle = 60 * np.exp(-(((h - 275) / 25) ** 2))
    turned = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(np.radians(angle))
    return np.sqrt(
        light_part**2 + chroma_part**2 + hue_part**2 + turned * chroma_part * hue_part
    )


def test_the_distance_is_that_of_the_published_examples():
    # Sharma, Wu, Dalal (2005), table 1, pairs 1, 9 and 25.
    examples = [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ]
    for first, second, expected in examples:
        assert distance(first, second) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("sight", SIGHT)
def test_categories_can_be_told_apart(theme, sight):
    near = {
        (one, other): distance(lab(first, sight), lab(second, sight))
        for (one, first), (other, second) in combinations(theme.categories.items(), 2)
    }
    assert min(near.values()) >= LEAST_DISTANCE, min(near, key=near.get)


def test_a_larger_text_makes_room_for_itself():
    large = theme_for(ThemeChoice.LIGHT, 1.5)
    assert large.pixels(13) == 20
    assert "min-height: 40px" in style_sheet(large)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["text", "dim", "link", "warning", "error"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_can_be_read_on_every_ground(theme, ink, ground):
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_bars_and_lines_can_be_seen(theme):
    assert set(theme.categories) == set(Category)
    for color in theme.categories.values():
        assert contrast(color, theme.panel) >= 3
        assert contrast(color, theme.background) >= 3
    assert contrast(theme.edge, theme.background) >= 3
    assert contrast(theme.accent, theme.background) >= 3
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", range(4))
def test_words_and_edges_can_be_seen_on_frames(theme, depth):
    for likeness in range(len(Category) + 1):
        ground = frame_fill(depth, likeness, theme)
        assert contrast(theme.text, ground) >= 4.5
        assert contrast(frame_ink(theme), ground) >= 4.5
        assert contrast(theme.edge, ground) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_words_can_be_read_on_groups_that_are_alike(theme):
    for likeness in range(len(Category) + 1):
        ground = alike_fill(likeness, theme.panel, theme)
        assert contrast(theme.text, ground) >= 4.5
        assert contrast(theme.dim, ground) >= 4.5


def test_a_choice_means_a_theme(qapp):
    assert theme_for(ThemeChoice.DARK) is DARK
    assert theme_for(ThemeChoice.LIGHT) is LIGHT
    assert theme_for(ThemeChoice.SYSTEM) in (DARK, LIGHT)
