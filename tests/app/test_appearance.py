"""The look of the whole program."""

import pytest
from PySide6.QtGui import QPalette

from app.appearance import apply_appearance
from viewers.drawing.style import DARK, LIGHT, ThemeChoice, theme_for

pytestmark = pytest.mark.usefixtures("look")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_whole_program_takes_a_theme(theme, qapp):
    apply_appearance(qapp, theme)
    palette = qapp.palette()
    assert palette.color(QPalette.ColorRole.Window).name() == theme.background
    assert palette.color(QPalette.ColorRole.Text).name() == theme.text
    assert theme.accent in qapp.styleSheet()
    assert qapp.font().pixelSize() == 13


def test_a_larger_text_reaches_every_widget(qapp):
    apply_appearance(qapp, theme_for(ThemeChoice.LIGHT, 1.5))
    assert qapp.font().pixelSize() == 20
