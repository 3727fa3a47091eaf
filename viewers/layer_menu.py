"""The menus of the layer table."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from viewers.layer_columns import LOOKS, Column
from viewers.layer_model import LayerModel

if TYPE_CHECKING:
    from viewers.layers import LayerTable


def columns_menu(table: "LayerTable", columns: Sequence[Column]) -> QMenu:
    """Return a menu in which columns are switched on and off."""
    menu = _menu(table)
    shown = table.shown_columns
    for column in columns:
        action = menu.addAction(LOOKS[column].title)
        action.setCheckable(True)
        action.setChecked(column in shown)
        action.setEnabled(column is not Column.LAYER)
        action.setToolTip(LOOKS[column].about)
        action.toggled.connect(partial(table.show_column, column))
    menu.setToolTipsVisible(True)
    menu.addSeparator()
    menu.addAction("Usual columns").triggered.connect(table.show_usual_columns)
    return menu


def table_menu(table: "LayerTable", model: LayerModel) -> QMenu:
    """Return what can be done with the lines of the table."""
    menu = _menu(table)
    selected = table.table.selectionModel().hasSelection()
    copies = (
        ("Copy", False, False, selected),
        ("Copy as Markdown", False, True, selected),
        ("Copy whole table", True, False, True),
        ("Copy whole table as Markdown", True, True, True),
    )
    for title, everything, markdown, possible in copies:
        action = menu.addAction(title)
        action.setEnabled(possible)
        copy = partial(table.copy, everything=everything, markdown=markdown)
        action.triggered.connect(lambda _checked=False, copy=copy: copy())
    if model.is_tree and model.rows is not None and model.rows.groups():
        menu.addSeparator()
        menu.addAction("Open all groups").triggered.connect(model.open_all)
        menu.addAction("Close all groups").triggered.connect(model.close_all)
    return menu


def _menu(table: "LayerTable") -> QMenu:
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
