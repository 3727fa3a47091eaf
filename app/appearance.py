"""The look of the whole program: the theme's style sheet and what the window adds."""

from PySide6.QtWidgets import QApplication

from viewers.drawing.style import (
    BASE,
    CONTROL_HEIGHT,
    RADIUS,
    SMALL,
    TITLE,
    Theme,
    palette,
    style_sheet,
    text_font,
)


def apply_appearance(application: QApplication, theme: Theme) -> None:
    """Make every widget look like ``theme``, in one pass over all of them."""
    if application.style().name() != "fusion":
        application.setStyle("Fusion")
    # To exchange a sheet, Qt needs three times as long as to take it off and put the
    # next one on.
    application.setStyleSheet("")
    application.setFont(text_font(theme.pixels(BASE)))
    application.setPalette(palette(theme))
    application.setStyleSheet(style_sheet(theme) + window_sheet(theme))


def window_sheet(theme: Theme) -> str:
    """Return the rules for the parts of the window, by their object names."""
    small, title = theme.pixels(SMALL), theme.pixels(TITLE)
    control, tab = theme.pixels(CONTROL_HEIGHT), theme.pixels(30)
    return f"""
#tab-strip, #tool-row, #status-row, #inspector, #trail, #hidden-row,
#banner {{
    background: {theme.panel};
}}
#tab-strip, #tool-row, #trail, #hidden-row, #banner {{
    border-bottom: 1px solid {theme.line};
}}
#status-row {{ border-top: 1px solid {theme.line}; }}
#status-row QLabel {{ color: {theme.dim}; font-size: {small}px; }}
#passing-word {{
    color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.line};
    border-radius: {RADIUS}px; padding: 4px 12px;
}}
#dock-frame > QTabBar {{ background: {theme.background}; }}
#dock-frame > QTabBar::tab:selected {{
    color: {theme.text}; background: {theme.panel}; font-weight: 600;
}}
#dock-title {{ background: {theme.panel}; }}
#dock-body {{ background: {theme.edge}; }}
QMainWindow#dock-frame::separator {{ background: {theme.panel}; }}
QMainWindow#dock-frame::separator:vertical {{
    width: 4px; border-left: 1px solid {theme.line};
}}
QMainWindow#dock-frame::separator:horizontal {{
    height: 4px; border-top: 1px solid {theme.line};
}}
#hairline {{ background: {theme.line}; }}
#inspector-title, #inspector-title:focus {{
    font-size: {title}px; font-weight: 600; background: transparent; border: none;
    padding: 0; min-height: {title + 6}px;
}}
#inspector-subtitle, #notice-text, #start-title + QLabel {{ color: {theme.dim}; }}
#notice-title, #start-title {{ font-size: {title}px; font-weight: 600; }}
#tip-title {{ font-weight: 600; }}
#tip {{ color: {theme.dim}; font-size: {small}px; }}
#heading {{ color: {theme.dim}; font-size: {small}px; font-weight: 600; }}
#drop-zone {{
    background: {theme.panel}; border: 1px dashed {theme.edge};
    border-radius: {RADIUS}px;
}}
#drop-target {{
    background: #d8{theme.selection[1:]}; border: 2px dashed {theme.accent};
    border-radius: {RADIUS}px;
}}
#drop-words {{ font-size: {title}px; font-weight: 600; }}
#overlay-card {{
    background: {theme.panel}; border: 1px solid {theme.line};
    border-radius: {RADIUS + 2}px;
}}
#choice-list, #keys-area, #keys-table, #start-page QScrollArea, #start-sheet {{
    background: transparent; outline: none;
}}
#key {{ color: {theme.dim}; }}
#inspector QTextBrowser {{ background: {theme.panel}; border: none; }}
QToolButton#quiet-button {{
    color: {theme.accent}; background: transparent; border: none;
    border-radius: {RADIUS}px; padding: 2px 8px;
}}
QToolButton#quiet-button:hover {{ background: {theme.selection}; }}
QToolButton#quiet-button:focus, QToolButton#close-button:focus {{
    border: 1px solid {theme.accent};
}}
QToolButton#quiet-button:disabled {{ color: {theme.text}; }}
QToolButton#quiet-button::menu-indicator,
QToolButton[boxed="true"]::menu-indicator {{ image: none; }}
QToolButton#close-button {{
    color: {theme.dim}; background: transparent; border: none; border-radius: 4px;
    min-width: 18px; min-height: 18px; padding: 0;
}}
QToolButton#close-button:hover {{ color: {theme.text}; background: {theme.line}; }}
#focus-ring {{ background: transparent; border: 2px solid {theme.accent}; }}
QTabBar {{ background: transparent; border: none; outline: none; }}
#inspector-tabs::tab:selected:focus {{ border: 1px solid {theme.accent}; }}
#file-tabs::tab:selected:focus {{ color: {theme.accent}; }}
QTabBar::tab {{
    color: {theme.dim}; background: transparent; border: none;
    border-radius: {RADIUS}px; padding: 0 10px; height: {control}px;
    margin-right: 2px;
}}
QTabBar::tab:hover {{ color: {theme.text}; }}
#inspector-tabs::tab:selected {{
    color: {theme.accent}; background: {theme.selection}; font-weight: 600;
}}
#file-tabs::tab {{ padding: 0 12px; height: {tab}px; }}
#file-tabs::tab:selected {{
    color: {theme.text}; background: {theme.background}; font-weight: 600;
}}
#file-list {{ background: transparent; outline: none; }}
#file-list::item {{ border-radius: {RADIUS}px; padding: 0 8px; }}
#file-list::item:focus {{ border: 1px solid {theme.accent}; }}
#file-list::item:hover, #file-list::item:selected:active {{
    background: {theme.selection};
}}
QProgressBar {{
    background: {theme.line}; border: none; border-radius: 3px;
}}
QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
#layer-panel {{ background: {theme.panel}; }}
#find-list {{ background: {theme.panel}; border-right: 1px solid {theme.line}; }}
#found, #layer-table {{ outline: none; }}
#layer-table::item {{ padding: 0 6px; border: none; }}
#layer-table QTableCornerButton::section {{ background: {theme.panel}; }}
QMenu {{
    color: {theme.text}; background: {theme.panel}; border: 1px solid {theme.line};
    padding: 4px;
}}
QMenu::item {{ padding: 5px 24px; border-radius: {RADIUS - 2}px; }}
QMenu::item:selected {{ background: {theme.selection}; }}
QMenu::item:disabled {{ color: {theme.dim}; }}
QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
QScrollBar {{ background: transparent; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {theme.line}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {theme.edge}; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
