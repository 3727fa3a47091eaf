"""The colours and fonts that a page of text is written with."""

from typing import NamedTuple

from PySide6.QtGui import QColor, QFont

from viewers.drawing.style import BASE, SMALL, Theme, code_font, text_font


class Ink(NamedTuple):
    """The colours and fonts of a sheet, from the theme."""

    panel: QColor
    text: QColor
    dim: QColor
    accent: QColor
    tint: QColor
    line: QColor
    warning: QColor
    warning_tint: QColor
    alarm: QColor
    alarm_tint: QColor
    plain: QFont
    mono: QFont
    scale: float = 1.0
    """How much larger than usual text is."""

    @classmethod
    def of(cls, theme: Theme) -> "Ink":
        """Return the ink of a theme."""
        panel = QColor(theme.panel)
        alarm, warning = QColor(theme.error), QColor(theme.warning)
        return cls(
            panel=panel,
            text=QColor(theme.text),
            dim=QColor(theme.dim),
            accent=QColor(theme.accent),
            tint=QColor(theme.background),
            line=QColor(theme.line),
            warning=warning,
            warning_tint=blend(panel, warning, 0.1),
            alarm=alarm,
            alarm_tint=blend(panel, alarm, 0.1),
            plain=text_font(theme.pixels(BASE)),
            mono=code_font(theme.pixels(SMALL)),
            scale=theme.scale,
        )


def blend(ground: QColor, color: QColor, share: float) -> QColor:
    """Return a colour with a share of another one in it."""
    return QColor.fromRgbF(
        (1 - share) * ground.redF() + share * color.redF(),
        (1 - share) * ground.greenF() + share * color.greenF(),
        (1 - share) * ground.blueF() + share * color.blueF(),
    )
