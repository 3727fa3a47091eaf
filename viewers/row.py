"""Thin rows over a panel whose widgets come and go with what is shown."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget


def styled_row(widget: QWidget) -> QHBoxLayout:
    """Give a widget a row for what is put into it, on the ground of its style."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    row = QHBoxLayout(widget)
    row.setContentsMargins(8, 2, 8, 2)
    row.setSpacing(2)
    return row


def clear_row(row: QHBoxLayout) -> None:
    """Take everything out of a row."""
    while (item := row.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
