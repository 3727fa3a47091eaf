"""Both themes are held to the contrast that people need."""

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from loaders.ir.graph import Category
from viewers.drawing.style import (
    DARK,
    LIGHT,
    ThemeChoice,
    apply_theme,
    style_sheet,
    theme_for,
)

GROUNDS = ("background", "panel", "selection")


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
def test_the_whole_program_takes_a_theme(theme, qapp):
    apply_theme(qapp, theme)
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Window).name() == theme.background
    assert palette.color(QPalette.ColorRole.Text).name() == theme.text
    assert theme.accent in style_sheet(theme)
    assert qapp.font().pixelSize() == 13


def test_a_choice_means_a_theme(qapp):
    assert theme_for(ThemeChoice.DARK) is DARK
    assert theme_for(ThemeChoice.LIGHT) is LIGHT
    assert theme_for(ThemeChoice.SYSTEM) in (DARK, LIGHT)
