"""Colours, fonts and spaces of the whole program, for a light and a dark screen.

One table of tokens per theme; Qt's palette and one small style sheet are made from it,
so nothing else in the program writes a colour. Text on every ground has a contrast of
at least 4.5 : 1, bars and lines that carry meaning 3 : 1, and the categories differ for
the three common kinds of colour blindness (tests hold the tables to that). The data has
the colour, the frame has none.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from loaders.ir.graph import Category

GRID = 8
"""All spaces are multiples of it, in pixels."""
PADDING, ROW_HEIGHT, CONTROL_HEIGHT, RADIUS = 16, 26, 28, 6
BASE, SMALL, TITLE = 13, 12, 16
"""Font sizes in pixels: text, labels, the title of a panel."""


class ThemeChoice(StrEnum):
    """What a user may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(Struct, frozen=True, kw_only=True):
    """The colours of one theme, each as ``#rrggbb``.

    Attributes:
        name: ``light`` or ``dark``.
        background: Behind everything, and behind the graph.
        panel: Panels, cards, controls.
        line: Hairlines between things.
        text: What is read.
        dim: What is read second: labels, types, shapes.
        accent: The one colour of the frame: selection, links, the main button.
        on_accent: Text on it.
        link: The accent as it is written, with the contrast of text.
        selection: The ground of a selected row.
        edge: Lines between the nodes of a graph.
        dot: The dots behind a graph.
        warning: Marks and words of warnings.
        error: Marks and words of errors.
        magnitude: The strong end of a scale of magnitudes; the other is the panel.
        positive: The end of a signed scale above zero; zero is the panel.
        negative: Its end below zero.
        categories: The bar of each family of layers.
        scale: How much larger than usual all text is, with what holds it; the user's
            choice.
    """

    name: str
    background: str
    panel: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    link: str
    selection: str
    edge: str
    dot: str
    warning: str
    error: str
    magnitude: str
    positive: str
    negative: str
    categories: Mapping[Category, str]
    scale: float = 1.0

    def pixels(self, usual: float) -> int:
        """Return a size such as ``BASE`` at the text size that the user chose."""
        return round(usual * self.scale)


LIGHT = Theme(
    name="light",
    background="#f6f7f9",
    panel="#ffffff",
    line="#e2e5ea",
    text="#1d2330",
    dim="#656b7a",
    accent="#2f6fdb",
    on_accent="#ffffff",
    link="#2a64c6",
    selection="#e8f0fd",
    edge="#747b89",
    dot="#e1e4ea",
    warning="#9a5b00",
    error="#b3261e",
    magnitude="#123f8c",
    positive="#a84c00",
    negative="#1f4fa8",
    categories=MappingProxyType(
        {
            Category.CONVOLUTION: "#2b72ef",
            Category.NORMALIZATION: "#359b81",
            Category.ACTIVATION: "#bc7335",
            Category.POOLING: "#6057b3",
            Category.DENSE: "#b03c57",
            Category.TENSOR: "#74787f",
            Category.RECURRENT: "#826614",
            Category.ATTENTION: "#147d94",
            Category.ENDPOINT: "#495567",
            Category.QUANTIZATION: "#794b28",
            Category.OTHER: "#858e9c",
        }
    ),
)

DARK = Theme(
    name="dark",
    background="#16181d",
    panel="#1e2128",
    line="#30343d",
    text="#e6e8ec",
    dim="#979eac",
    accent="#6ea8ff",
    on_accent="#10131a",
    link="#6ea8ff",
    selection="#24344f",
    edge="#7d8492",
    dot="#262a32",
    warning="#e8b04b",
    error="#ff8a80",
    magnitude="#a9caff",
    positive="#ffab66",
    negative="#86b6ff",
    categories=MappingProxyType(
        {
            Category.CONVOLUTION: "#458bff",
            Category.NORMALIZATION: "#57d3b4",
            Category.ACTIVATION: "#e99329",
            Category.POOLING: "#aba1fa",
            Category.DENSE: "#e56782",
            Category.TENSOR: "#9ea2aa",
            Category.RECURRENT: "#d4b870",
            Category.ATTENTION: "#71b1c8",
            Category.ENDPOINT: "#bec6d2",
            Category.QUANTIZATION: "#c18a5e",
            Category.OTHER: "#828c9d",
        }
    ),
)


def theme_for(choice: ThemeChoice, scale: float = 1.0) -> Theme:
    """Return the theme that a user's choice means on this screen, now.

    Args:
        choice: Light, dark, or what the system says.
        scale: How much larger than usual text shall be.
    """
    theme = DARK if choice is ThemeChoice.DARK else LIGHT
    if choice is ThemeChoice.SYSTEM:
        scheme = QGuiApplication.styleHints().colorScheme()
        theme = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
    return theme if scale == 1.0 else replace(theme, scale=scale)


@cache
def _families() -> tuple[str, str]:
    """Return the system's families for text and for code."""
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    return general.family(), fixed.family()


def text_font(pixels: int = BASE, bold: bool = False) -> QFont:
    """Return the system's font; semibold if ``bold``."""
    font = QFont(_families()[0])
    font.setPixelSize(pixels)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def text_scale(font: QFont) -> float:
    """Return how much larger than usual a widget with this font writes."""
    return font.pixelSize() / BASE if font.pixelSize() > 0 else 1.0


def code_font(pixels: int = SMALL) -> QFont:
    """Return the system's monospace font, for shapes and formulas."""
    font = QFont(_families()[1])
    font.setPixelSize(pixels)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def palette(theme: Theme) -> QPalette:
    """Return Qt's palette of a theme."""
    made = QPalette()
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.background,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.background,
        role.Text: theme.text,
        role.PlaceholderText: theme.dim,
        role.Button: theme.panel,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.link,
        role.LinkVisited: theme.link,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.Light: theme.panel,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.edge,
        role.Shadow: theme.edge,
    }
    for which, color in colors.items():
        made.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.dim))
    return made


def style_sheet(theme: Theme) -> str:
    """Return the program's style sheet: what a palette cannot say."""
    control = theme.pixels(CONTROL_HEIGHT) - 2
    return f"""
QToolTip {{
    color: {theme.text}; background: {theme.panel};
    border: 1px solid {theme.line}; padding: 4px 6px;
}}
QPushButton, QToolButton[boxed="true"] {{
    min-height: {control}px; padding: 0 12px; color: {theme.text};
    background: {theme.panel}; border: 1px solid {theme.line};
    border-radius: {RADIUS}px;
}}
QPushButton:hover, QToolButton[boxed="true"]:hover {{ background: {theme.selection}; }}
QPushButton:focus, QLineEdit:focus, QComboBox:focus,
QToolButton[boxed="true"]:focus {{ border: 1px solid {theme.accent}; }}
QPushButton:default, QPushButton[primary="true"] {{
    color: {theme.on_accent}; background: {theme.accent};
    border: 1px solid {theme.accent}; font-weight: 600;
}}
QPushButton[primary="true"]:focus {{ border: 2px solid {theme.text}; }}
QPushButton:disabled {{ color: {theme.dim}; }}
QLineEdit, QComboBox {{
    min-height: {control}px; padding: 0 8px; color: {theme.text};
    background: {theme.panel}; border: 1px solid {theme.line};
    border-radius: {RADIUS}px;
}}
QHeaderView::section {{
    color: {theme.dim}; background: {theme.panel}; padding: 4px 8px;
    border: none; border-bottom: 1px solid {theme.line};
}}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ image: none; width: 0; height: 0; }}
QTableView, QTreeView, QListView {{
    background: {theme.panel}; border: none; gridline-color: {theme.line};
    selection-background-color: {theme.selection}; selection-color: {theme.text};
}}
QMenuBar, QToolBar, QStatusBar {{
    background: {theme.panel}; color: {theme.text}; border: none;
}}
QToolBar {{ border-bottom: 1px solid {theme.line}; spacing: {GRID}px; padding: 4px; }}
QStatusBar {{ border-top: 1px solid {theme.line}; color: {theme.dim}; }}
QStatusBar::item {{ border: none; }}
QMainWindow::separator, QSplitter::handle {{ background: {theme.line}; }}
QMainWindow::separator {{ width: 1px; height: 1px; }}
"""
