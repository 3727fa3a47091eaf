"""The menus of the layer table."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from viewers.layer_columns import LOOKS, Column
from viewers.layer_model import LayerModel


def columns_menu(
    parent: QWidget,
    columns: Sequence[Column],
    shown: Collection[Column],
    show: Callable[[Column, bool], None],
    show_usual: Callable[[], None],
) -> QMenu:
    """Return a menu in which columns are switched on and off.

    Args:
        parent: Its owner.
        columns: Those that have something to say.
        shown: Those that are seen now.
        show: Shows or hides one.
        show_usual: Shows what is shown until the user chooses.
    """
    menu = _menu(parent)
    for column in columns:
        action = menu.addAction(LOOKS[column].title)
        action.setCheckable(True)
        action.setChecked(column in shown)
        action.setEnabled(column is not Column.LAYER)
        action.setToolTip(LOOKS[column].about)
        action.toggled.connect(partial(show, column))
    menu.setToolTipsVisible(True)
    menu.addSeparator()
    menu.addAction("Usual columns").triggered.connect(lambda _=False: show_usual())
    return menu


def table_menu(
    parent: QWidget,
    model: LayerModel,
    copy: Callable[[bool, bool], None],
    *,
    has_selection: bool,
) -> QMenu:
    """Return what can be done with the lines of the table.

    Args:
        parent: Its owner.
        model: The lines.
        copy: Copies everything (else what is selected), as Markdown (else with tabs).
        has_selection: Whether something is selected.
    """
    menu = _menu(parent)
    for title, everything, markdown in (
        ("Copy", False, False),
        ("Copy as Markdown", False, True),
        ("Copy whole table", True, False),
        ("Copy whole table as Markdown", True, True),
    ):
        action = menu.addAction(title)
        action.setEnabled(everything or has_selection)
        act = partial(copy, everything, markdown)
        action.triggered.connect(lambda _=False, act=act: act())
    if model.is_tree and model.rows is not None and model.rows.groups():
        menu.addSeparator()
        menu.addAction("Open all groups").triggered.connect(model.open_all)
        menu.addAction("Close all groups").triggered.connect(model.close_all)
    return menu


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
